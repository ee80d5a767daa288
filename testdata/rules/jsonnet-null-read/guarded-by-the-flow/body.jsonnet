function(ctx) {
  one: if ctx.flow.identity.metadata_public != null then std.get(ctx.identity.metadata_public, 'plan'),
  other: if ctx.identity.metadata_public != null then std.get(ctx.flow.identity.metadata_public, 'plan'),
}
