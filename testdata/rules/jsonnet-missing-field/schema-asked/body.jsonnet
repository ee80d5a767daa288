function(ctx) { v: if ctx.identity.schema_id == 'firms' then ctx.identity.traits.vat else ctx.identity.traits.mail }
