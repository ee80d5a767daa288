function(ctx) {
  a: if 'trim' in std then std.trim(ctx.identity.id) else ctx.identity.id,
  b: if std.objectHasAll(std, 'trim') then std.trim('b') else 'b',
}
