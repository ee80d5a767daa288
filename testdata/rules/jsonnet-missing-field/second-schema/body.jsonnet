function(ctx) { v: ctx.identity.traits.vat, m: ctx.identity.traits.mail }
