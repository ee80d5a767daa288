function(ctx) {
  last: ctx.flow.ui.messages[std.length(ctx.flow.ui.messages) - 1].text,
  shown: '%s' % ctx.flow.ui.messages,
}
