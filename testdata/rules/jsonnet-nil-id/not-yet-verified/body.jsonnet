function(ctx) { v: [a.verified for a in ctx.identity.verifiable_addresses] }
