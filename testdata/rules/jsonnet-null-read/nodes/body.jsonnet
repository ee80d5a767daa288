function(ctx) { r: ctx.flow.ui.nodes[0].group }
