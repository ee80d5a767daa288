local f(n) = 1 + f(n + 1);
function(ctx) { f: f(0) }
