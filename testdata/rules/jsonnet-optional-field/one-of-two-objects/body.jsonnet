function(ctx)
  local o = if std.count(std.objectFields(ctx.request_headers), 'Referer') > 0 then { phone: 1 } else ctx.identity.traits;
  { p: if 'phone' in o then
    ctx.identity.traits.phone }
