local one = [one], other = [other];
function(ctx) { id: ctx.identity.id, same: one == other }
