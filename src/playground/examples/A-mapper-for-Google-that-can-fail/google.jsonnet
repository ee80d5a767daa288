local claims = std.extVar('claims');

{
  identity: {
    traits: {
      // Without this test an address that Google did not verify becomes an account.
      [if 'email' in claims && claims.email_verified then 'email' else null]: claims.email,
      name: claims.given_name,
    },
  },
}
