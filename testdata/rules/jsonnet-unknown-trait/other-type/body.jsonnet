local claims = { email_verified: false } + std.extVar('claims');
{
  identity: {
    traits: {
      mail: claims.sub,
      age: std.length(claims.sub),
      tags: [claims.sub],
      checked: claims.email_verified,
    },
  },
}
