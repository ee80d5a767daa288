local claims = std.extVar('claims');
{
  identity: {
    traits: std.prune({
      [if claims.email_verified then 'mail' else null]: claims.email,
      phone: std.asciiLower(claims.login),
    }),
  },
}
