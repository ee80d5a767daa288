function(ctx) { r: if 'Origin' in ctx.request_headers then 'from ' + ctx.request_headers.Origin else '' }
