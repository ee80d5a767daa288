{ email: std.extVar('session').identity.traits.mail }
