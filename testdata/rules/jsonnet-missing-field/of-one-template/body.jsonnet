function(ctx) {
  to: ctx.recipient,
  code: ctx.template_data.login_code,
}
