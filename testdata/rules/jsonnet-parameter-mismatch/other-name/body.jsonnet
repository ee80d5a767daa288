function(c) { r: c.flow.id }
