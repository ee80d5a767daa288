function(ctx) { r: if false then import 'l.libsonnet' else 1 }
