function(ctx) {
  a: if 'transient_payload' in ctx.flow then ctx.flow.transient_payload.lang else 'en',
}
