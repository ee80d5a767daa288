local c = std.extVar('claims');
{ identity: { traits: { mail: c.email, nick: 'x', name: {
  nick: 'x' } } } }
