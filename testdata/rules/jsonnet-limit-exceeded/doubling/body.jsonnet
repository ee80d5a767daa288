local f(n) = if n == 0 then 'x' else f(n - 1) + f(n - 1);
function(ctx) { f: f(60) }
