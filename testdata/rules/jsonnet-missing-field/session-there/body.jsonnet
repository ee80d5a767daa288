function(ctx) { s: ctx.session.active }
