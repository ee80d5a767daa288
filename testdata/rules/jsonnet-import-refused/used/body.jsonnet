local l = import 'l.libsonnet';
function(ctx) { r: l.x }
