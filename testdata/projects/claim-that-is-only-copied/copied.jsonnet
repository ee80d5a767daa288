local claims = {
  email: std.extVar('claims').email,
  email_verified: std.extVar('claims').email_verified
};
{ identity: { traits: { email: claims.email } } }
