function(ctx) {
  a: error 'always',
  b: if ctx.flow.type == 'api' then error 'sometimes' else 1,
}
