function(ctx)
  if ctx.identity.id == 'root' then std.parseInt('x')
  else if ctx.identity.created_at == 'today' then std.parseInt('y')
  else 1
