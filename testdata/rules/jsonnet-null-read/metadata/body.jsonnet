function(ctx) { r: if 'role' in ctx.identity.metadata_public then 1 else 2 }
