function(ctx) {
  local f(x) = if x == 0 then f(x) tailstrict else f(x - 1) tailstrict,
  a: f(3),
  b: ctx.identity.nope,
}
