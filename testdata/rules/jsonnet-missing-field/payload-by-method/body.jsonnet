function(ctx) { b: ctx.flow.transient_payload.x }
