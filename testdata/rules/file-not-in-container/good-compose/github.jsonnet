{ identity: { traits: {} } }
