function(ctx) {
  a: 1,
  b: std.trim(' x '),
}
