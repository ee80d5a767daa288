function(ctx) {
  id: ctx.identity.id,
  event: { source: $ },
  list: [$.event],
  hidden:: $,
}
