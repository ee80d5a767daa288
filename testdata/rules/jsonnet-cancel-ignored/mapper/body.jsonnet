local c = std.extVar('claims');
if !('hd' in c) then error 'cancel' else { identity: { traits: { mail: c.email } } }
