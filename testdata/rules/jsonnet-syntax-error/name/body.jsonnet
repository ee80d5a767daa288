function(ctx) { r: claims.x }
