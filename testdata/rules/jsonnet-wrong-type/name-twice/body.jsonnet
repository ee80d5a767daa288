function(ctx) {
  groups: { [node.type]: node.group for node in ctx.flow.ui.nodes },
  named: { ['%s %d' % [ctx.flow.ui.nodes[i].type, i]]: i for i in std.range(0, std.length(ctx.flow.ui.nodes) - 1) },
  types: std.set([node.type for node in ctx.flow.ui.nodes]),
}
