// who signs in
local ctx = std.extVar('ctx');
{ a: ctx.flow.id }
