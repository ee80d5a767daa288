function(ctx) { r: std.get(ctx.request_headers, 'X-Real-Ip'), a: ctx.request_headers['User-Agent'][0] }
