// kratos-lint: ignore-file[jsonnet-null-read] both are set for all who sign up here
function(ctx) {
  // kratos-lint: ignore[jsonnet-missing-field] of a fork of Kratos
  // that has more fields
  a: ctx.identity.nope,
  b: ctx.identity.nope,  // kratos-lint: ignore[jsonnet-missing-field] the same
  c: ctx.identity.nope,
  d: '// kratos-lint: ignore[jsonnet-missing-field] a text',
  e: ctx.identity.id, /* kratos-lint: ignore[jsonnet-optional-field] another rule */
  # kratos-lint: ignore[jsonnet-missing-feild] misspelt
  f: 1,
}
