function(ctx) {
  a: if ctx.request_method == 'GET' then
    ctx.identity.trait.phone
  else 1,
}
