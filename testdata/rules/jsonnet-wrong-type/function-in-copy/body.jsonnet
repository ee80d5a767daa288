function(ctx) {
  id: ctx.identity.id,
  own: std.objectRemoveKey({ a: function(x) x }, 'b'),
}
