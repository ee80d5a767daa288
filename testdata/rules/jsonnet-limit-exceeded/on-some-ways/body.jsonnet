local f(n) = f(n + 1);
local g(n) = 1 + g(n + 1);
function(ctx) {
  a: if ctx.flow.type == 'browser' then 1 else f(0),
  b: if 'phone' in ctx.identity.traits then 1 else g(0),
  c: if ctx.flow.refresh then ctx.identity.nope else 1,
}
