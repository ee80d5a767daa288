local deep = std.foldl(function(inner, i) [inner], std.range(1, 1000), 1);
function(ctx) { id: ctx.identity.id, same: deep == deep }
