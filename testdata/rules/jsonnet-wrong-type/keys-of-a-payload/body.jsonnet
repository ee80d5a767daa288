function(ctx)
  local utm = std.get(ctx.flow.transient_payload, 'utm', {});
  {
    utm: { [key]: utm[key] for key in std.objectFields(utm) },
    all: std.map(function(key) ctx.flow.transient_payload[key], std.objectFields(ctx.flow.transient_payload)),
    folded: std.foldl(function(all, key) all { [key]: utm[key] }, std.objectFields(utm), {}),
    words: [ctx.flow.transient_payload.page[key] for key in std.objectFields(ctx.flow.transient_payload.page)],
  }
