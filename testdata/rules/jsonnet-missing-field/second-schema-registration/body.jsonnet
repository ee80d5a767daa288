function(ctx) { v: ctx.identity.traits.vat }
