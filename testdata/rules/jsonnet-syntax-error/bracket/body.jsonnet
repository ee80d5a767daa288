function(ctx) {
  a: ctx.flow.id
