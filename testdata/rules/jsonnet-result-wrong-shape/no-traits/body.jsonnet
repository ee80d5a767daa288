{ traits: { mail: std.extVar('claims').email } }
