// Nothing is known of the groups but that they are a list of texts here: it may be empty, and is no text.
local c = std.extVar('claims');
{ identity: { traits: {
  email: c.sub,
  role: [
    group
    for group in std.get(c.raw_claims, 'groups', ['admin'])
    if std.startsWith(group, 'a')
  ][0],
} } }
