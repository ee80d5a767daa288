function(ctx) {
  since: ctx.identity.state_changed_at,
}
