local channels = { browser: 'web' };
function(ctx) {
  channel: channels[ctx.flow.type],
  known: std.get(channels, ctx.flow.type, 'app'),
  web: if ctx.flow.type == 'browser' then channels[ctx.flow.type],
}
