function(ctx)
  local attribute(key, value) = { key: key, value: value };
  std.mergePatch({
    state: ctx.identity.status,
    sum: [] - 1,
  }, std.prune({
    list: [attribute("a")],
    text: std.format("%s %s", [ctx.flow.id]),
    kind: ctx.flow.type,
    more: { own: { a: 1 }.b },
  }))
