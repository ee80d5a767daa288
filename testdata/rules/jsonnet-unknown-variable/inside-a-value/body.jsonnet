local o = { y: local ctx = std.extVar('ctx'); ctx.identity.nope }; o
