function(ctx) local mail = self.email; { email: ctx.identity.traits.mail, mail: mail }
