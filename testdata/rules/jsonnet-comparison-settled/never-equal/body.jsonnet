function(ctx) {
  app: ctx.flow.type == 'app',
  web: ctx.flow.type == 'browser',
  active: ctx.identity.state == true,
  changed: 'api' != ctx.flow.refresh,
  unknown: ctx.identity.metadata_public == 'none',
  text: ctx.identity.traits.mail == 'a@example.org',
}
