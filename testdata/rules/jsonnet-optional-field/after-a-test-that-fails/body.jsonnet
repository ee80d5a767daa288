function(ctx)
  if std.startsWith(ctx.identity.traits.mail, 'a') then error 'cancel' else {
    phone: std.get(ctx.identity, 'traits', {}).phone,
  }
