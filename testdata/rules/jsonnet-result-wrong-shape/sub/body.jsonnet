{ claims: { sub: std.extVar('session').id } }
