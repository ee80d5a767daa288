function(ctx) { mobile: std.endsWith(ctx.request_headers, 'Mobile'), id: ctx.flow.id }
