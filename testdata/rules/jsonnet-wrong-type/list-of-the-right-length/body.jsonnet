function(ctx) {
  devices: '%s, %s' % ctx.session.devices,
  parts: std.format('%s at %s', std.split(ctx.identity.traits.mail, '-')),
  literal: '%s %s %s' % ['a', ctx.identity.id],
}
