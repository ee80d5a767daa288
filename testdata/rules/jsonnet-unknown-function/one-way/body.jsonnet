function(ctx) { s: if ctx.flow.type == 'api' then null else std.trim(ctx.flow.id) }
