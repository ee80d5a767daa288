function(ctx) { f: ctx.flow.ui }
