function(ctx) {}
