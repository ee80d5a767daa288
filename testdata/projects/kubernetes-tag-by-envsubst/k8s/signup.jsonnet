function(ctx) { id: ctx.identity.id, mail: ctx.identity.trait.mail }
