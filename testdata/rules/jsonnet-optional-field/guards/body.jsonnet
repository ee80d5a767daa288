function(ctx)
  local t = ctx.identity.traits;
  {
    a: if std.objectHas(t, 'phone') then t.phone else null,
    b: std.get(t, 'phone', ''),
    [if 'name' in t && 'given' in t.name then 'c']: t.name.given,
    d: [t[k] for k in std.objectFields(t) if k == 'phone'],
  }
