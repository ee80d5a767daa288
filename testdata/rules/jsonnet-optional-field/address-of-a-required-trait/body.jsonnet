function(ctx) {
  v: ctx.identity.verifiable_addresses[0].value,
  r: ctx.identity.recovery_addresses[0].value,
}
