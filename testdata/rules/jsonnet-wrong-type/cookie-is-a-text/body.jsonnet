function(ctx) {
  session: if 'ory_kratos_session' in ctx.request_cookies then
    ctx.request_cookies.ory_kratos_session.id else null,
}
