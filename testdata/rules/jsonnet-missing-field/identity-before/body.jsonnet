function(ctx) {
  a: ctx.flow.id,
  b: ctx.identity.id,
}
