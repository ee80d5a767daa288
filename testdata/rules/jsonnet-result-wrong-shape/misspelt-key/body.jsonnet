{ identity: { traits: { mail: std.extVar('claims').email },
  metadataPublic: {} } }
