function(ctx)
  local sent = ctx.flow.transient_payload;
  {
    apart: std.get(sent, 'last', 0) - std.get(sent, 'first', 'none'),
    later: (if 'end' in sent then sent.end else 1) > (if 'start' in sent then sent.start else ''),
    both: std.get(sent, 'one', 0) - std.get(sent, 'other', 0),
  }
