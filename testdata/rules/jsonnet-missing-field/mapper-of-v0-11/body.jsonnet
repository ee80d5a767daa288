local claims = std.extVar('claims');
{ identity: { traits: { [if 'email' in claims && 'email_verified' in claims then 'mail']: claims.email, phone: claims.phone, name: { given: std.get(claims, 'given_name', '') } } } }
