function(ctx) { id: std.trace('seen', ctx.identity.id) }
