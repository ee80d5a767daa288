function(ctx) { identity: ctx.identity, at: ctx.flow.issued_at } + { more: { [key]: 1 for key in std.objectFields(ctx.identity.traits) } }
