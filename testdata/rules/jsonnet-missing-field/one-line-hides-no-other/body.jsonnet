function(ctx) {
  number: std.parseInt(ctx.flow.id),
  count: ctx.identity.traits.email - 1,
  typo: ctx.identity.traits.emial,
  own: { a: 1, b: self.c },
  root: $.nothing,
  parsed: std.parseJson('{"a": 1}').b,
  newsletter: if ctx.flow.transient_payload.newsletter then 1 else 0,
  list: [address.value for address in ctx.identity.verifiable_addresses][3],
  ends: if ctx.flow.type == 'api' then error 'cancel' else ctx.identity.traits.phon,
  fine: ctx.identity.id,
  extended: ctx.identity.nothing { a: 1 },
  inherited: ({ a: ctx.nothing } { a+: { b: 1 } }).a,
}
