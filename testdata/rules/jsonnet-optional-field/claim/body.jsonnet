local claims = std.extVar('claims');
{ identity: { traits: { mail: claims.email } } }
