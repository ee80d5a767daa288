local c = std.extVar('claims');
{ identity: { traits: { mail: c.email },
  metadata_public: if 'hd' in c then { hd: c.hd } else null } }
