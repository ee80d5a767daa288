function(ctx) {
  id: ctx.identity.id,
  mail: ctx.identity.verifiable_addresses[0].value,
  at: ctx.identity.verifiable_addresses[0].verified_at,
}
