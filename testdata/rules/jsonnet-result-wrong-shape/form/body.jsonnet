function(ctx) {
  a: ctx.flow.id,
  b: true,
}
