function(ctx) {
  a: if ctx.flow.active == 'password' then
    ctx.identity.traits.phone
  else 1,
}
