function(ctx) { user: ctx.identity.id }
