function(ctx) {
  devices: '%s' % ctx.session.devices,
  known: '%s' % [ctx.session.devices],
  written: '%s' % std.toString(ctx.session.devices),
}
