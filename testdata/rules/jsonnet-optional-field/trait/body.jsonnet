function(ctx) {
  phone: ctx.identity.traits.phone,
}
