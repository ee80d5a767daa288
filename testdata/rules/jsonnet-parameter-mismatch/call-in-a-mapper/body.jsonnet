local claims = std.extVar('claims');
local read(object, key) = std.get(object, key);
{
  identity: {
    traits: std.prune({
      mail: read(claims),
    }),
  },
}
