function(ctx) { b: ctx.request_headers['user-agent'][0] }
