//! The help fits the failure, and a fix leaves nothing of it.

use kratos_lint::kratos::version::Version;

use super::diagnostics;

/// The help fits the kind of failure: a conversion repairs no `error` and no list that is too short.
#[test]
fn helps_fit_the_failure() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = "selfservice: {flows: {login: {after: {password: {hooks: [{hook: web_hook, config: ";
    let text =
        format!("{at}{{url: https://hooks.example.org/, method: POST, body: file://./body.jsonnet}}}}]}}}}}}}}}}\n");
    for (value, help) in [
        ("error 'always'", "let it depend on the input, or remove it"),
        ("[1][2]", "test the length first, or read another item"),
        ("1 / 0", "test the value first, or use another one"),
        ("function(x) x", "call the function, or remove it from the result"),
        ("std.toLower(ctx.flow.id)", "did you mean `std.asciiLower`?"),
        ("std.sendMail(ctx.flow.id)", "correct its name, or use another function"),
        ("ctx.flow.id - 1", "calculate with numbers only"),
        ("if ctx.flow.id then 1", "write `ctx.flow.id != ''`: a condition is true or false"),
        ("ctx.flow.id.length", "write `std.length(ctx.flow.id)`"),
        ("ctx.flow.id.toUpperCase()", "write `std.asciiUpper(ctx.flow.id)`"),
        ("'a' in ['a']", "write `std.member(['a'], 'a')`: `in` asks for keys of objects"),
        ("std.join(['a'], ',')", "write `',', ['a']`: the arguments are in the other order"),
    ] {
        std::fs::write(folder.path().join("body.jsonnet"), format!("function(ctx) {{ a: {value} }}\n"))
            .expect("a file");
        let found = diagnostics(folder.path(), &text, Version::V1_3_1);
        let is_asked = |rule: &str| matches!(rule, "jsonnet-wrong-type" | "jsonnet-unknown-function");
        let found = found.iter().find(|found| is_asked(found.rule)).unwrap_or_else(|| panic!("{value}"));
        assert_eq!(found.help.as_deref(), Some(help), "{value}");
    }
}

/// A fix leaves nothing to say about its place: it is tried before it is offered.
#[test]
fn fixes_of_bodies_leave_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = "identity: {default_schema_id: a, schemas: [{id: a, url: file://./a.json}]}\nselfservice: {flows: {registration: {after: ";
    let text = format!(
        "{at}{{password: {{hooks: [{{hook: web_hook, config: {{url: https://hooks.example.org/, method: POST, \
            body: file://./body.jsonnet}}}}]}}}}}}}}}}\n"
    );
    let schema = r#"{"properties": {"traits": {"type": "object", "required": ["email"], "properties": {
        "email": {"type": "string"}, "nick": {"type": "string"}, "age": {"type": "integer"}, "vip": {"type": "boolean"},
        "roles": {"type": "array", "items": {"type": "string"}},
        "org": {"type": "object", "properties": {"name": {"type": "string"}}}}}}}"#;
    std::fs::write(folder.path().join("a.json"), schema).expect("a file");
    for (value, fixed) in [
        ("t.nick", "a: std.get(t, 'nick')"),
        ("std.asciiLower(t.nick)", "a: std.asciiLower(std.get(t, 'nick', ''))"),
        ("t.age + 1", "a: std.get(t, 'age', 0) + 1"),
        ("if t.vip then 1 else 2", "a: if std.get(t, 'vip', false) then 1 else 2"),
        ("std.join(',', t.roles)", "a: std.join(',', std.get(t, 'roles', []))"),
        ("t.org.name", "a: std.get(std.get(t, 'org', {}), 'name')"),
        ("std.length(t.org.name)", "a: std.length(std.get(std.get(t, 'org', {}), 'name', ''))"),
        ("t.roles[0]", "[if 'roles' in t then 'a']: t.roles[0]"),
        (
            "ctx.identity.metadata_public.x",
            "[if ctx.identity.metadata_public != null && 'x' in ctx.identity.metadata_public then 'a']: \
                ctx.identity.metadata_public.x",
        ),
        (
            "~ctx.flow.transient_payload.k",
            "[if 'k' in ctx.flow.transient_payload then 'a']: ~ctx.flow.transient_payload.k",
        ),
        ("t.email || 'none'", "a: (if t.email != '' then t.email else 'none')"),
        ("!t.email", "a: (t.email == '')"),
        ("[x for x in t]", "a: [x for x in std.objectFields(t)]"),
        ("[1] + 2", "a: [1] + [2]"),
    ] {
        let is_about = |rule: &str| rule.starts_with("jsonnet-") && rule != "jsonnet-unused-local";
        let body = |field: &str| format!("function(ctx) local t = ctx.identity.traits; {{ {field} }}\n");
        let check = |field: &str| {
            std::fs::write(folder.path().join("body.jsonnet"), body(field)).expect("a file");
            let found = diagnostics(folder.path(), &text, Version::V1_3_1);
            found.into_iter().filter(|found| is_about(found.rule)).collect::<Vec<_>>()
        };
        let (before, found) = (body(&format!("a: {value}")), check(&format!("a: {value}")));
        let fixes = found.iter().flat_map(|found| &found.fixes).next().map(|fix| {
            let edit = fix.edits.first().expect("an edit");
            let (start, end) = (edit.place.span.start, edit.place.span.end);
            format!("{}{}{}", before.get(..start).expect("bytes"), edit.text, before.get(end..).expect("bytes"))
        });
        let messages: Vec<&String> = found.iter().map(|found| &found.message).collect();
        assert_eq!(fixes, Some(body(fixed)), "{value}: {messages:?}");
        let left: Vec<String> = check(fixed).into_iter().map(|found| found.message).collect();
        assert_eq!(left, Vec::<String>::new(), "{fixed}");
    }
}

/// A field that is never there leads to the one that was meant: a key of the same value, or that field at its place.
#[test]
fn helps_lead_to_the_field_that_was_meant() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = "identity: {default_schema_id: a, schemas: [{id: a, url: file://./a.json}]}\nselfservice: {flows: {";
    let hooks = "hooks: [{hook: web_hook, config: {url: https://hooks.example.org/, method: POST, body: file://./body.jsonnet}}]";
    let schema = r#"{"properties": {"traits": {"type": "object", "required": ["email"], "properties": {
        "email": {"type": "string", "format": "email", "ory.sh/kratos": {"verification": {"via": "email"}}},
        "nick": {"type": "string"}}, "additionalProperties": false}}}"#;
    std::fs::write(folder.path().join("a.json"), schema).expect("a file");
    let (before, after) = (
        format!("{at}settings: {{before: {{{hooks}}}}}}}}}\n"),
        format!("{at}registration: {{after: {{password: {{{hooks}}}}}}}}}}}\n"),
    );
    for (point, value, help) in [
        (&after, "ctx.identity.email", "write `ctx.identity.traits.email`"),
        (&after, "ctx.user.email", "write `ctx.identity.traits.email`"),
        (&after, "ctx.user.nick", "write `std.get(ctx.identity.traits, 'nick')`"),
        (&after, "ctx.email", "write `ctx.identity.traits.email`"),
        (&after, "ctx.payload", "write `ctx.flow.transient_payload`"),
        (&after, "ctx.flow.payload", "did you mean `transient_payload`?"),
        (&after, "ctx.headers", "did you mean `request_headers`?"),
        (&after, "ctx.identity.traits.emailAddress", "did you mean `email`?"),
        (&after, "[a.Value for a in ctx.identity.verifiable_addresses]", "did you mean `value`?"),
        (&after, "std.map(function(a) a.Value, ctx.identity.verifiable_addresses)", "write `a.value`"),
        (&after, "(local f(u) = u.emial; f(ctx.identity.traits))", "write `u.email`"),
        (&after, "{ first: 1, b: self.frist }", "write `self.first`"),
        (&before, "ctx.identity.id", "write `ctx.flow.identity.id`"),
        (&before, "ctx.identity.traits.email", "write `ctx.flow.identity.traits.email`"),
    ] {
        std::fs::write(folder.path().join("body.jsonnet"), format!("function(ctx) {{ a: {value} }}\n"))
            .expect("a file");
        let found = diagnostics(folder.path(), point, Version::V1_3_1);
        let found =
            found.iter().find(|found| found.rule == "jsonnet-missing-field").unwrap_or_else(|| panic!("{value}"));
        assert_eq!(found.help.as_deref(), Some(help), "{value}");
    }
}
