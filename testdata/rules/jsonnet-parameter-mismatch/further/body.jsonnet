function(ctx, more=1) { r: ctx.flow.id, m: more }
