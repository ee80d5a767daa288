function(ctx) {
  given: if 'name' in ctx.identity.traits then ctx.identity.traits.name.given,
}
