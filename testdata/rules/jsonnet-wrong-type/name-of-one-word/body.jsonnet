local claims = std.extVar('claims');
{
  identity: {
    traits: {
      mail: 'x@example.com',
      [if 'name' in claims then 'name']: { given: std.split(claims.name, ' ')[1] },
    },
  },
}
