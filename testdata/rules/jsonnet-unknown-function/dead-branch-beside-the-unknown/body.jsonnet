function(ctx) {
  s: if 'nickname' in ctx.flow then std.trim(ctx.flow.nickname) else 'none',
  t: ctx.flow.type == 'none' && std.isEmpty(std.trim(ctx.flow.id)),
  u: ctx.flow.transient_payload,
  v: if std.objectHas(ctx.flow.transient_payload, 'n') then 1 / ctx.flow.transient_payload.n,
}
