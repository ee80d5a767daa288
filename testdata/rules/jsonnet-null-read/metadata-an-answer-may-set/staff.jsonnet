local claims = std.extVar('claims');
{
  identity: {
    traits: { mail: claims.sub + '@example.org' },
    metadata_public: { subject: claims.sub },
  },
}
