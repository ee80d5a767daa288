function(ctx) {
  id: std.parseInt(ctx.identity.id),
  json: std.parseJson(ctx.identity.id),
  share: 1 / 0,
  item: std.split(ctx.identity.id, '@')[1],
}
