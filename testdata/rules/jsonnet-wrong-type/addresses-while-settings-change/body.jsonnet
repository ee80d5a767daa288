function(ctx) {
  to: if 'verifiable_addresses' in ctx.flow.identity then '%s' % ctx.flow.identity.verifiable_addresses else '',
}
