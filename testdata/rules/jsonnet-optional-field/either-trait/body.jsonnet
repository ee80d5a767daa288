function(ctx) {
  local traits = ctx.identity.traits,
  either: if 'email' in traits then traits.email else traits.phone,
  first: traits.name.first,
  always: traits.email,
}
