function(ctx) {
  to: ctx.recipient,
  email: ctx.template_data.identity.traits.email,
}
