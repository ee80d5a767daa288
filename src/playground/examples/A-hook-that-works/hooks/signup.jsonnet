function(ctx) {
  id: ctx.identity.id,
  email: ctx.identity.traits.email,
  [if 'phone' in ctx.identity.traits then 'phone']: ctx.identity.traits.phone,
}
