function(ctx)
  if ctx.flow.type == 'browser' then error 'cancel' else { x: ctx.identity.nope }
