local c = std.extVar('claims');
{ identity: { traits: { mail: c.email },
  verified_addresses: [{ via: 'mail', value: c.email }, { value: c.email }] } }
