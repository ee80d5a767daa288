function(ctx) { traits: ctx.identity.traits }
