local claims = std.extVar('claims');
local raw = std.get(claims, 'raw_claims', {});
{
  identity: {
    traits: {
      mail: if 'profile' in raw then
        std.objectFields(raw.profile)[0],
    },
  },
}
