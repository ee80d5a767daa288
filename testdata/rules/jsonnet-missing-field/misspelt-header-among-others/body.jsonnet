// A real request always has headers.
function(ctx) {
  agent: if std.length(ctx.request_headers) > 0 then ctx.request_headers.user_agent else [],
  accept: if std.length(ctx.request_headers) > 0 then 'some' else 'none',
}
