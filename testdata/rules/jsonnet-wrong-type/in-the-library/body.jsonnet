function(ctx) {
  lengths: std.map(std.length, [1, 2]),
  numbered: std.mapWithIndex(function(x) x, ['a']),
  kept: std.prune(function(x) x),
  inner: {
    letters: std.stringChars(std.asciiUpper),
    lists: ['a', std.map(function(x, y) x, ['b'])],
  },
  // The last argument is for the items of an object only.
  fine: std.manifestYamlDoc([1], false, std.length(1)),
}
