function(ctx) {
  nodes: std.sort(ctx.flow.ui.nodes),
  labels: std.set([node.meta for node in ctx.flow.ui.nodes]),
  by_group: std.sort(ctx.flow.ui.nodes, function(node) node.group),
  names: std.sort([node.group for node in ctx.flow.ui.nodes]),
}
