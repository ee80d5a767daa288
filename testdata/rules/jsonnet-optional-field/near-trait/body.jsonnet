function(ctx) { v: ctx.identity.traits.emial }
