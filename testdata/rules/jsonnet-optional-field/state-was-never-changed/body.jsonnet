function(ctx) { changed: ctx.identity.state_changed_at }
