function(ctx) { a: std.max(ctx.identity.traits.mail, 1), b: if ctx.flow.type == 'api' then error 'cancel' else 1 }
