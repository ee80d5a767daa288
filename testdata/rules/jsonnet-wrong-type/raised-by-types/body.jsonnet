local get(object, key) = if key in object then object[key] else error 'missing ' + key;
function(ctx) {
  kind: if ctx.flow.type == 'web' then 'web' else error 'unknown type',
  id: get(ctx.identity, 'id'),
  session: assert 'session' in ctx : 'no session'; ctx.session.id,
  phone: assert 'phone' in ctx.identity.traits : 'no phone'; ctx.identity.traits.phone,
  name: if 'name' in ctx.identity.traits then 'named' else error 'no name',
  hidden:: get(ctx.identity, 'uuid'),
  way: if 'session' in ctx then ctx.session.id else error 'cancel: no session',
  checked: { assert ctx.flow.type == 'web' : 'unknown type' },
}
