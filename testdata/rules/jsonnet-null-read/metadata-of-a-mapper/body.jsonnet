function(ctx) {
  subject: ctx.identity.metadata_public.subject,
}
