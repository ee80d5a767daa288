local claims = std.extVar('claims');
local raw = claims.raw_claims;
{
  identity: {
    traits: {
      mail: if 'exp' in raw then std.md5(raw.exp),
      phone: if 'amr' in raw then std.asciiUpper(raw.amr[0]) + std.encodeUTF8(raw.amr),
      name: { given: if 'acr' in raw then std.max(raw.acr, 1) },
    },
  },
}
