function(ctx) {
  p: if std.setMember('Referer', std.objectFields(ctx.request_headers)) || 'phone' in ctx.identity.traits
     then ctx.identity.traits.phone else null,
}
