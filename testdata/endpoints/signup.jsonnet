function(ctx) {
  kind: 'signup',
  email: ctx.identity.traits.email,
  [if 'name' in ctx.identity.traits then 'name']: ctx.identity.traits.name,
  flow_id: ctx.flow.id,
  plan: if std.get(ctx.flow, 'transient_payload', {}) == {} then null else 'asked',
}
