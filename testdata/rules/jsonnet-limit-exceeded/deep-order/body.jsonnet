local deep(n) = if n == 0 then [] else [deep(n - 1)];
function(ctx) { id: ctx.identity.id, before: deep(1000) < deep(1000) }
