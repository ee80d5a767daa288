local claims = std.extVar('claims');
{ identity: { traits: { [if 'email' in claims && 'email_verified' in claims then 'mail']: claims.email },
  metadata_public: { zone: [x for x in std.get(claims.raw_claims, 'zoneinfo', '')] } } }
