function(ctx) {
  a: ctx.request_headers['Content-Type'][0],
  b: ctx.request_headers['Content-Length'][0],
}
