function(ctx) {
  id: ctx.identity.id,
  own: std.get({ a: 1 }, 'a', 2, 'yes'),
}
