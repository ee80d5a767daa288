function(ctx) {
  shown: if std.objectHas({ name:: 1 }, 'name') then 1 else ctx.identity.nope,
  all: if std.objectHasAll({ name:: 1 }, 'name') then 1 else ctx.identity.nope,
  known: if 'name' in { name:: 1 } then 1 else ctx.identity.nope,
}
