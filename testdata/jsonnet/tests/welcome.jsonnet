function(ctx) {
  mail: ctx.identity.traits.email,
  nick: std.get(ctx.identity.traits, 'nick', 'friend'),
}
