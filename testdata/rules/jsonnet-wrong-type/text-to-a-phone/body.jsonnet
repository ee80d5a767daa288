function(ctx) { domain: std.split(ctx.template_data.to, '@')[1] }
