function(ctx) {
  agent: if 'traits' in ctx.identity && ctx.identity.traits != null && 'phone' in ctx.identity.traits then
    ctx.identity.traits.phone
  else if 'consent' in std.get(ctx.identity, 'traits', {}) then std.split(ctx.identity.traits.consent, '@')[0]
  else {},
}
