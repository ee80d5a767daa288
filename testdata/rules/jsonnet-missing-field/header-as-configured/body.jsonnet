function(ctx) { r: ctx.request_headers['X-Real-Ip'][0] }
