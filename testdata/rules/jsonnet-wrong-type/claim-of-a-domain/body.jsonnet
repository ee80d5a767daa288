local claims = std.extVar('claims');
local raw = std.get(claims, 'raw_claims', {});
{
  identity: {
    traits: {
      phone: claims.sub,
    },
    metadata_public: {
      domains: if 'hd' in raw then [domain for domain in raw.hd],
      teams: if 'groups' in raw then [group for group in raw.groups],
    },
  },
}
