local pair(key, value) = { [key]: value };
function(ctx) pair(key="id", ctx.identity.id)
