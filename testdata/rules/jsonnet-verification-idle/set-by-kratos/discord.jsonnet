local claims = std.extVar('claims');
{
  identity: {
    traits: {
      [if 'email' in claims && 'email_verified' in claims then 'email']: claims.email,
    },
  },
}
