function(ctx) {
  nickname: std.type(ctx.identity.traits.nickname),
  state: ctx.flow.state,
  part: 'v' + 0.1,
  rounded: std.round(-2.5),
}
