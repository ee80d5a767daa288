{ claims: { mail: std.extVar('session').identity.traits.email } }
