function(ctx)
  local traits = std.get(ctx.identity, 'traits', {});
  assert std.endsWith(ctx.identity.traits.mail, '@acme.test') : 'cancel';
  { phone: traits.phone }
