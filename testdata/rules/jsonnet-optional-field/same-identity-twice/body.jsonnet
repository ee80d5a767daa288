function(ctx) { p: if 'phone' in ctx.identity.traits then ctx.session.identity.traits.phone }
