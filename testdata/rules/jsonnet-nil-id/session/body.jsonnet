function(ctx) { s: ctx.session.id }
