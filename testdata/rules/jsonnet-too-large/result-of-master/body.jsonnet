function(ctx) { id: ctx.identity.id, numbers: std.range(1, 6000) }
