function(ctx) {
  agent: if 'User-Agent' in ctx.request_headers then ctx.request_headers['User-Agent'][0] else 'unknown',
  hidden:: ctx.request_url,
  languages: [language for language in std.get(ctx.request_headers, 'Accept-Language', [])],
}
