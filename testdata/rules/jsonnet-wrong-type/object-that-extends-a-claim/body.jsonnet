// Nothing is known of the account: it may be an object with a level, so this need not fail.
local c = std.extVar('claims');
{ identity: { traits: {
  email: c.sub,
  role: (std.get(c.raw_claims, 'account', { level: 'user' }) { level: super['level'] })['level'],
} } }
