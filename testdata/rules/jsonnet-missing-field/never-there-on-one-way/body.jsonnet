function(ctx) {
  way: if ctx.flow.type == 'browser' && 'request_url' in ctx then 'x' else ctx.session.id,
  always: [address.value for address in ctx.session.identity.verifiable_addresses],
}
