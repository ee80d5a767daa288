local c = std.extVar('claims');
{ identity: { traits: { mail: c.email,
  phone: std.get(c, 'phone_number') } } }
