function(ctx) { b: if 'identity' in ctx then ctx.identity.id else null }
