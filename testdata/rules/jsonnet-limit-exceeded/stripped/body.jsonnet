function(ctx) { id: ctx.identity.id, blank: std.stripChars(std.repeat(' ', 30000), ' ') }
