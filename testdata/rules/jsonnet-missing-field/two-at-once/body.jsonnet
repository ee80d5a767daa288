function(ctx) {
  a: ctx.identity.traits.mial,
  b: ctx.identity.metadata_admin,
}
