local claims = std.extVar('claims');
{
  identity: {
    traits: {
      email: claims.sub,
      age: claims.sub,
      height: if 'raw_claims' in claims && 'height' in claims.raw_claims then claims.raw_claims.height else 1.5,
      [if 'name' in claims then 'groups']: claims.name,
      name: { first: 'yes', last: 'no' },
    },
  },
}
