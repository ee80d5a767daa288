local c = std.extVar('claims');
{ identity: { traits: {
  mail: c.email,
  nick: std.get(c, 'nickname', 'x') } } }
