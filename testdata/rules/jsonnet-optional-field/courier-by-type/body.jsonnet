function(ctx) {
  to: ctx.recipient,
  code: if ctx.template_type == 'login_code_valid' then ctx.template_data.login_code else std.get(ctx.template_data, 'registration_code', ''),
}
