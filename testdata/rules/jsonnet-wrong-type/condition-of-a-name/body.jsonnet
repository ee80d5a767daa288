function(ctx) {
  phone: { [if ctx.identity.traits.mail then 'mail']: ctx.identity.traits.mail },
  size: std.length({ [if ctx.request_headers then 'a']: 1 }),
}
