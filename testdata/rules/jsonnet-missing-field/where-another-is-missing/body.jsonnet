function(ctx) {
  id: ctx.identity.id,
  name: if 'name' in ctx.identity.traits then ctx.identity.traits.name else ctx.identity.traits.nick,
  phone: if 'phone' in ctx.identity.traits then ctx.identity.traits.phone else std.trim(ctx.identity.traits.mail),
  both: if 'phone' in ctx.identity.traits then 'x' else ctx.identity.traits.name,
}
