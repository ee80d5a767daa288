function(ctx) {
  subject: std.get(ctx.identity.metadata_public, 'subject'),
}
