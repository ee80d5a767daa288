function(ctx) { s: std.trim(ctx.flow.id) }
