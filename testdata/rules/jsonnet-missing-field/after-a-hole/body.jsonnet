function(ctx) {
  id: ctx.identity.id,
  choice: if ctx.identity.metadata_public.vip then ctx.nope,
  list: [tag + ctx.nope for tag in ctx.identity.metadata_public.tags],
  text: std.join(',', ctx.identity.metadata_public.tags) + ctx.nope,
}
