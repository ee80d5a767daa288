// Nothing is known of such claims: a provider can send an object.
local c = std.extVar('claims');
{ identity: {
  traits: { email: c.sub },
  metadata_public: std.get(c.raw_claims, 'address', {}),
  metadata_admin: if 'org' in c.raw_claims then c.raw_claims.org else {},
  verified_addresses: std.get(c.raw_claims, 'addresses', []),
} }
