function(ctx) { s: if 'nickname' in ctx.flow then std.trim(ctx.flow.nickname) else 'none' }
