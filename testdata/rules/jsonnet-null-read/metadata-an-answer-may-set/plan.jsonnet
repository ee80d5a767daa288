function(ctx) { mail: ctx.identity.traits.mail }
