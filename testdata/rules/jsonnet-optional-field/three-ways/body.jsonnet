function(ctx)
  local t = ctx.identity.traits;
  { a: if 'phone' in t then 1 else if 'name' in t then
    t.name.given else 2 }
