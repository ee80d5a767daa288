local c = std.extVar('claims');
if 'hd' in c then { identity: { traits: {
  email: c.sub,
  role: if 'email' in c then 'admin' else 'user',
  plan: 'silver',
  place: { kind: 'garden' },
  groups: [{ name: 'a' }],
  sizes: [1, true],
  links: [1],
} } } else { identity: { traits: {
  email: c.sub,
  role: if 'email' in c then 'admin' else 'customer',
  plan: 'gold',
  place: { kind: std.get(c.raw_claims, 'kind', 'home') },
  groups: std.get(c.raw_claims, 'groups', []),
  sizes: [1, 2.5],
  links: [{ a: 1 }],
} } }
