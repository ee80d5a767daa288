function(ctx) { s: ctx.flow.id - ctx.flow.type }
