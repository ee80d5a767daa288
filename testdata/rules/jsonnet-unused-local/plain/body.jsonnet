local a = 1;
function(ctx) { f: ctx.flow.id }
