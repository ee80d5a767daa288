function(claims) { identity: { traits: { mail: claims.email } } }
