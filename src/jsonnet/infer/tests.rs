use super::*;
use crate::jsonnet::types::{Field, JsonType, Object};

fn context() -> JsonType {
    let object = |fields: Vec<(&str, Field)>| {
        JsonType::Object(Object {
            fields: fields.into_iter().map(|(name, field)| (name.to_owned(), field)).collect(),
            ..Object::default()
        })
    };
    let maybe = |kind| Field::maybe(kind, "the identity has no such trait");
    let traits = object(vec![
        ("email", Field::always(JsonType::text())),
        ("phone", maybe(JsonType::text())),
        ("name", maybe(object(vec![("first", Field::always(JsonType::text())), ("last", maybe(JsonType::text()))]))),
        ("age", maybe(JsonType::Number { integer: true })),
        ("tags", Field::always(JsonType::list(JsonType::text()))),
    ]);
    let address = object(vec![
        ("value", Field::always(JsonType::text())),
        ("verified", Field::always(JsonType::Bool(None))),
        ("verified_at", maybe(JsonType::text())),
    ]);
    let identity = object(vec![
        ("id", Field::always(JsonType::format("uuid"))),
        ("traits", Field::always(traits)),
        ("metadata_public", Field::always(JsonType::union([JsonType::Null, JsonType::map(JsonType::Any)]))),
        ("addresses", maybe(JsonType::list(address))),
    ]);
    let kind = |name: &str, key: &str| {
        object(vec![("kind", Field::always(JsonType::is(name))), (key, Field::always(JsonType::text()))])
    };
    let mut top = object(vec![
        ("identity", Field::always(identity)),
        ("headers", Field::always(JsonType::map(JsonType::list(JsonType::text())))),
        ("flow", Field::always(JsonType::union([kind("api", "token"), kind("browser", "cookie")]))),
        ("n", Field::always(JsonType::Number { integer: false })),
        ("unknown", Field::always(JsonType::Any)),
    ]);
    if let JsonType::Object(object) = &mut top {
        object.never.insert("session".to_owned(), "only after a login".to_owned());
    }
    top
}

fn findings(body: &str) -> Vec<Finding> {
    analysis(body).findings
}

fn analysis(body: &str) -> Analysis {
    let ctx = context();
    let text = format!("function(ctx) {body}");
    let environment = Environment { arguments: &[("ctx", &ctx)], variables: &[], go_jsonnet: (0, 20) };
    check(&text, environment).unwrap()
}

#[test]
fn silent_where_a_test_stands_before() {
    for body in [
        "{ a: ctx.identity.traits.email }",
        "if 'phone' in ctx.identity.traits then ctx.identity.traits.phone",
        "if !('phone' in ctx.identity.traits) then null else ctx.identity.traits.phone",
        "if std.objectHas(ctx.identity.traits, 'phone') then ctx.identity.traits.phone else ''",
        "local t = ctx.identity.traits; { [if 'phone' in t then 'phone']: t.phone }",
        "local t = ctx.identity.traits; { phone: if 'phone' in t then t.phone else null }",
        "local t = ctx.identity.traits; local has = 'phone' in t; { phone: if has then t.phone else null }",
        "local t = ctx.identity.traits; local phone = t.phone; if 'phone' in t then phone",
        "local t = ctx.identity.traits; local has(o, k) = std.objectHas(o, k); if has(t, 'phone') then t.phone",
        "{ p: std.get(ctx.identity.traits, 'phone', '') + 'x' }",
        "if std.get(ctx.identity.traits, 'phone') != null then ctx.identity.traits.phone",
        "if 'name' in ctx.identity.traits && 'last' in ctx.identity.traits.name then ctx.identity.traits.name.last",
        "if !('name' in ctx.identity.traits) || !('last' in ctx.identity.traits.name) then 1 else ctx.identity.traits.name.last",
        "assert 'phone' in ctx.identity.traits : 'no phone'; ctx.identity.traits.phone",
        "{ assert 'phone' in ctx.identity.traits, a: ctx.identity.traits.phone }",
        "if ctx.identity.metadata_public != null && 'role' in ctx.identity.metadata_public then ctx.identity.metadata_public.role",
        "if ctx.identity.metadata_public == null then {} else if 'r' in ctx.identity.metadata_public then ctx.identity.metadata_public.r",
        "if std.type(ctx.identity.metadata_public) == 'object' && std.objectHas(ctx.identity.metadata_public, 'r') then ctx.identity.metadata_public.r",
        "if 'addresses' in ctx.identity then [a.value for a in ctx.identity.addresses if 'verified_at' in a && a.verified_at != 'x']",
        "if 'addresses' in ctx.identity then [a.verified_at for a in ctx.identity.addresses if std.objectHas(a, 'verified_at')]",
        "if ctx.flow.kind == 'api' then ctx.flow.token else ctx.flow.cookie",
        "if ctx.flow.kind == 'browser' || ctx.flow.kind == 'api' then ctx.flow.kind",
        "if std.objectHas(ctx, 'session') then ctx.session.id",
        "if 'User-Agent' in ctx.headers then ctx.headers['User-Agent'][0]",
        "local unused = ctx.nothing; 1",
        "{ hidden:: ctx.nothing, a: 1 }",
        "{ a: 1, b: self.a, c: $.b }",
        "({ a: 1, b: self.c } + { c: 2 }).b",
        "({ a: { x: 1 } } + { a+: { y: super.z } } ).a.x",
        "local o = { f(x): x + 1 }; o.f(2)",
        "{ [k]: ctx.identity.traits[k] for k in std.objectFields(ctx.identity.traits) }",
        "ctx.unknown.a.b.c",
        "std.foldl(function(acc, x) acc + x, ctx.identity.traits.tags, '')",
        "local f(n) = if n == 0 then 0 else f(n - 1); f(10)",
        "'%s %d' % [ctx.identity.traits.email, 3]",
        "ctx + { a: ctx.n * 2 }",
        "std.map(function(t) t + '!', ctx.identity.traits.tags)",
        "if std.member(std.objectFields(ctx.identity.traits), 'phone') then ctx.identity.traits.phone",
        "local t = ctx.identity.traits; { a: 1 } + (if 'phone' in t then { phone: t.phone } else {})",
        "local missing = !std.objectHas(ctx.identity.traits, 'phone'); if missing then 0 else ctx.identity.traits.phone",
        "[x for x in [] if x.y]",
        "{ a: 1 } + { phone: 'x' } + ctx.identity.traits",
        "if 'trim' in std then std.trim(ctx.identity.id) else ctx.identity.id",
        "if std.objectHasAll(std, 'trim') then std.trim(ctx.identity.id)",
        // All fields of `std` are hidden.
        "if std.objectHas(std, 'length') then std.trim(ctx.identity.id)",
        "{ api: 1, browser: 2 }[ctx.flow.kind]",
        "local m = { api: 1 }; if ctx.flow.kind in m then m[ctx.flow.kind]",
        "local m = { api: 1 }; if ctx.flow.kind == 'api' then m[ctx.flow.kind]",
        "ctx.identity.traits[if ctx.flow.kind == 'api' then 'email' else 'tags']",
    ] {
        assert_eq!(findings(body), [], "{body}");
    }
}

#[test]
fn says_what_fails() {
    let mut wrong = Vec::new();
    for (body, kind, reach) in [
        ("ctx.session", "NeverThere", Reach::Always),
        ("{ a: { b: [ctx.idenity] } }", "NeverThere", Reach::Always),
        ("ctx.identity.traits.phone", "MaybeMissing", Reach::Always),
        ("if 'age' in ctx.identity.traits then ctx.identity.traits.phone", "MaybeMissing", Reach::Guarded),
        ("if ctx.unknown then ctx.identity.traits.phone", "MaybeMissing", Reach::Unclear),
        ("if 'phone' in ctx.identity.traits then 1 else ctx.identity.traits.phone", "NeverThere", Reach::Guarded),
        ("ctx.identity.metadata_public.role", "FromNull", Reach::Always),
        (
            "local p = ctx.identity.traits.phone; if 'phone' in ctx.identity.traits then p else p",
            "NeverThere",
            Reach::Guarded,
        ),
        ("if ctx.flow.kind == 'api' then ctx.flow.cookie", "NeverThere", Reach::Unclear),
        ("ctx.flow.cookie", "MaybeMissing", Reach::Always),
        ("ctx.identity.traits.email.x", "FromOther", Reach::Always),
        ("ctx.identity.traits.email - 1", "WrongOperand", Reach::Always),
        ("ctx.identity.id + 1 - 1", "WrongOperand", Reach::Always),
        ("ctx.n + null", "WrongOperand", Reach::Always),
        ("if ctx.n then 1", "WrongOperand", Reach::Always),
        ("{ [if ctx.headers then 'a']: 1 }", "WrongOperand", Reach::Always),
        ("std.length({ [if ctx.headers then 'a']: 1 })", "WrongOperand", Reach::Always),
        ("std.length({ [ctx.session]: 1 })", "NeverThere", Reach::Always),
        ("[x for x in ctx.identity.traits.tags if ctx.n]", "WrongOperand", Reach::Guarded),
        ("!ctx.identity.id", "WrongOperand", Reach::Always),
        ("std.length(ctx.n)", "WrongArgument", Reach::Always),
        ("std.trim(' a ')", "TooNewStandard", Reach::Always),
        ("std.lower('a')", "UnknownStandard", Reach::Always),
        ("std.extVar('x')", "UnknownVariable", Reach::Always),
        ("import 'x.libsonnet'", "Import", Reach::Always),
        ("local f(a, b) = a; f(1)", "MissingArgument", Reach::Always),
        ("local f(a) = a; f(1, 2)", "ExtraArgument", Reach::Always),
        ("local f(a) = a; f(b=2)", "ExtraArgument", Reach::Always),
        ("ctx.n(1)", "NotFunction", Reach::Always),
        ("error 'cancel'", "Raised", Reach::Always),
        ("{ f(x): x }.f", "HoldsFunction", Reach::Always),
        ("{ a: function(x) x }", "HoldsFunction", Reach::Always),
        ("[1, 2][2]", "OutOfRange", Reach::Always),
        ("if !('trim' in std) then std.trim(ctx.identity.id)", "TooNewStandard", Reach::Always),
        ("if 'length' in std then std.trim(ctx.identity.id)", "TooNewStandard", Reach::Always),
        ("{ api: 1 }[ctx.flow.kind]", "NeverThere", Reach::Unclear),
        ("ctx.identity.traits[if ctx.flow.kind == 'api' then 'phone' else 'email']", "MaybeMissing", Reach::Unclear),
        ("'%s' % ctx.identity.traits.tags", "WrongArgument", Reach::Always),
        ("std.format('%s', ctx.identity.traits.tags)", "WrongArgument", Reach::Always),
        ("{ a: 1 }.b", "NeverThere", Reach::Always),
        ("[a.verified_at for a in std.get(ctx.identity, 'addresses', [])]", "MaybeMissing", Reach::Unclear),
    ] {
        let found = findings(body);
        let right = matches!(&found[..], [only] if format!("{:?}", only.kind).starts_with(kind) && only.reach == reach);
        if !right {
            wrong.push(format!("{body}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn says_what_fails_unless_it_is_empty() {
    for body in ["std.startsWith(ctx.headers, 'a')", "std.asciiLower(ctx.identity.traits.tags)"] {
        let found = findings(body);
        let [Finding { kind: FindingKind::WrongArgument { empty_passes: true, .. }, reach: Reach::Always, .. }] =
            &found[..]
        else {
            panic!("{body}: {found:?}")
        };
    }
    for body in ["std.asciiLower([])", "std.asciiLower(['a'])", "std.startsWith({}, 'a')"] {
        assert_eq!(findings(body), [], "{body}");
    }
}

#[test]
fn knows_when_it_knows_all() {
    for (body, complete) in [
        ("{ a: ctx.identity.id, b: { c: [ctx.n, 'x' + ctx.n] } }", true),
        ("local t = ctx.identity.traits; { [if 'phone' in t then 'phone']: t.phone }", true),
        ("{ a: std.get(ctx.identity.traits, 'phone', null) }", true),
        ("if std.objectHas(ctx.identity.traits, 'phone') then { p: ctx.identity.traits.phone } else {}", true),
        ("ctx.unknown.a", false),
        ("ctx.identity.traits.tags[0]", false),
        ("1 / ctx.n", false),
    ] {
        assert_eq!(analysis(body).is_complete, complete, "{body}");
    }
}

#[test]
fn an_editor_can_ask_for_the_type_at_a_place() {
    let kind = context();
    let environment = Environment { arguments: &[("ctx", &kind)], variables: &[], go_jsonnet: (0, 21) };
    let text =
        "function(ctx) local t = ctx.identity.traits; { a: t.email, b: [x.value for x in ctx.identity.addresses] }";
    let types = types(text, environment, Span::new(0, text.len())).expect("Jsonnet");
    let at = |part: &str| text.find(part).expect("a part");
    let (span, kind) = types.at(at("t.email") + 3).expect("an expression");
    assert_eq!((span.start, kind), (at("t.email"), &JsonType::text()));
    let fields = types.fields_before(at("t.email") + 1).expect("an object");
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["age", "email", "name", "phone", "tags"]);
    assert!(fields["phone"].missing_when.is_some());
    let item = types.fields_before(at("x.value") + 1).expect("an object");
    assert!(item.contains_key("verified_at"));
    assert_eq!(types.fields_before(0), None);
}

#[test]
fn an_editor_learns_what_a_test_before_it_tells() {
    let kind = context();
    let environment = Environment { arguments: &[("ctx", &kind)], variables: &[], go_jsonnet: (0, 21) };
    let phone = |text: &str| {
        let types = types(text, environment, Span::new(0, text.len())).expect("Jsonnet");
        let dot = text.rfind(".phone").expect("it is read");
        let fields = types.fields_before(dot).expect("an object");
        fields.get("phone").map(|field| field.missing_when.is_none())
    };
    assert_eq!(phone("function(ctx) { a: ctx.identity.traits.phone }"), Some(false));
    assert_eq!(
        phone("function(ctx) local t = ctx.identity.traits; { a: if 'phone' in t then t.phone else '' }"),
        Some(true)
    );
    assert_eq!(
        phone("function(ctx) { [if 'phone' in ctx.identity.traits then 'a']: ctx.identity.traits.phone }"),
        Some(true)
    );
    assert_eq!(
        phone("function(ctx) { a: if 'phone' in ctx.identity.traits then 1 else ctx.identity.traits.phone }"),
        None
    );
    assert_eq!(
        phone("function(ctx) { a: if 'age' in ctx.identity.traits then ctx.identity.traits.phone else '' }"),
        Some(false)
    );
}

#[test]
fn knows_the_branches_that_no_input_comes_to() {
    let dead = |body: &str| {
        let text = format!("function(ctx) {body}");
        let kind = context();
        let environment = Environment { arguments: &[("ctx", &kind)], variables: &[], go_jsonnet: (0, 21) };
        let analysis = check(&text, environment).expect("Jsonnet");
        analysis.dead.iter().map(|span| text[span.start..span.end].to_owned()).collect::<Vec<_>>()
    };
    // `ctx.unknown` is why not all is known here.
    assert_eq!(dead("[ctx.unknown.a, if ctx.n == 'x' then std.trim('a') else 1]"), ["std.trim('a')"]);
    assert_eq!(dead("[ctx.unknown.a, ctx.n == 'x' && ctx.unknown.b]"), ["ctx.unknown.b"]);
    assert_eq!(dead("if 'phone' in ctx.identity.traits then 1 else 2"), [""; 0]);
    // Another call goes there.
    assert_eq!(dead("local f(x) = if x then 1 else 2; [f(true), f(false)]"), [""; 0]);
    for function in
        ["f(x) = if x then 1 else 2", "f(x) = { a: if x then 1 else 2 }", "f = function(x) if x then 1 else 2"]
    {
        assert_eq!(dead(&format!("local {function}; [f(true), ctx.unknown.a(f)]")), [""; 0]);
    }
    assert_eq!(dead("local o = { f(x):: if x then 1 else 2 }; [o.f(true), ctx.unknown.a(o)]"), [""; 0]);
}
