local tanka = import 'tk.libsonnet';
{ kratos: tanka.helm.new(std.thisFile).template('kratos', './charts/kratos', {}) }
