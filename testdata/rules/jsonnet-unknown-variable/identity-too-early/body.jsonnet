{ identity: { traits: std.extVar('identity').traits } }
