function(ctx) {
  first: ctx.request_method == 'POST',
  never: ctx.request_method == 'POTS',
}
