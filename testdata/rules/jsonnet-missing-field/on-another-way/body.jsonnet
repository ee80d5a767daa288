function(ctx) {
  a: if ctx.flow.type == 'api' then
    ctx.identity.trait.phone
  else 1,
}
