local header(ctx, name) = std.asciiLower(std.get(ctx.request_headers, name, ''));
local first(ctx, name) = std.get(ctx.request_headers, name, [''])[0];
function(ctx) {
  agent: header(ctx, 'X-Forwarded-Proto'),
  proto: first(ctx, 'X-Forwarded-Proto'),
}
