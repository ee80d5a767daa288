local s = std.extVar('scim');
{ identity: { traits: { mail: s.mail } } }
