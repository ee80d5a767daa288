function(ctx) {
  email: ctx.identity.traits.email,
  flow: ctx.flow.id,
}
