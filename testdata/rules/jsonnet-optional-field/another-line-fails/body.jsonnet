function(ctx) {
  given(o):: o.given,
  guarded: if std.objectHas(std.get(ctx.identity.traits, 'name', {}), 'given') then $.given(ctx.identity.traits.name),
  never: ctx.flow.nope,
}
