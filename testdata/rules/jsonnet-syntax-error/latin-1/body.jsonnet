function(ctx) { greeting: 'café', id: ctx.identity.id }
