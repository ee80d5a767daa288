function(ctx) if ctx.flow.type == 'api' then error 'cancel' else { f: ctx.flow.id }
