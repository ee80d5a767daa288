function(ctx) { to: ctx.recipient }
