local claims = std.extVar('claims');
{
  identity: {
    traits: { mail: claims.sub + '@example.org' },
    [if 'picture' in claims then 'metadata_public']: { picture: claims.picture },
  },
}
