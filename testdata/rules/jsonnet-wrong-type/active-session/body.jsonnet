function(ctx) if ctx.session.active then ctx.flow.id else 1 - ctx.flow.type
