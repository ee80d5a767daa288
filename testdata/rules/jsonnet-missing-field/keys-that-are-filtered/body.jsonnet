function(ctx)
  local accepts = std.filter(function(name) name == 'Accept', std.objectFields(ctx.request_headers));
  if std.length(accepts) > 0 then { a: ctx.identifier } else error 'cancel'
