local c = std.extVar('claims');
{ identity: {
  traits: { email: c.sub },
  metadata_public: std.get(c.raw_claims, 'address'),
  metadata_admin: std.toString(c.raw_claims),
} }
