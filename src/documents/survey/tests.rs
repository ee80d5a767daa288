use super::*;

fn paths(text: &str) -> Vec<String> {
    survey(text).expect("Jsonnet").reads.into_iter().map(|read| read.path).collect()
}

#[test]
fn reads_are_followed_through_locals() {
    assert_eq!(
        paths("function(ctx) local t = ctx.identity.traits; { a: t.email, b: ctx['flow'].id }"),
        ["identity", "identity.traits", "identity.traits.email", "flow", "flow.id"]
    );
    assert_eq!(paths("local c = { v: false } + std.extVar('claims'); [c.v, c.email]"), ["claims.email"]);
    assert_eq!(
        paths("function(ctx) [a.value for a in ctx.identity.verifiable_addresses]"),
        ["identity", "identity.verifiable_addresses", "identity.verifiable_addresses[].value"]
    );
}

#[test]
fn plain_documents_need_no_run() {
    assert!(survey("function(ctx) { a: ctx.flow.id, b: 'x' + ctx.flow.id }").expect("Jsonnet").plain);
    assert!(!survey("function(ctx) { a: if 'x' in ctx then 1 }").expect("Jsonnet").plain);
    assert!(!survey("function(ctx) { a: ctx.flow.id - 1 }").expect("Jsonnet").plain);
}

#[test]
fn unused_locals_and_heads() {
    let found = survey("local a = 1, b = 2; function(ctx) { x: b }").expect("Jsonnet");
    assert_eq!(found.unused.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["a"]);
    assert_eq!(found.parameters, Some(vec![("ctx".to_owned(), false)]));
}

#[test]
fn names_used_in_comprehensions_are_used() {
    let text = "local a = 'x', b = {}; function(ctx) b { [k + a]: ctx.flow.id for k in ['y'] }";
    assert!(survey(text).expect("Jsonnet").unused.is_empty());
    let text = "function(ctx) assert ctx.flow.id != ''; { c: ctx.request_cookies }";
    let found = survey(text).expect("Jsonnet");
    assert_eq!(found.sent.iter().map(|read| read.path.as_str()).collect::<Vec<_>>(), ["request_cookies"]);
}

#[test]
fn a_test_of_the_end_of_a_text_is_passed_by_some() {
    let text =
        "function(ctx) if std.endsWith(ctx.identity.traits.mail, '@example.org') then ctx.flow.id else error 'cancel'";
    let compared = survey(text).expect("Jsonnet").compared;
    let has = |text: &str| compared.contains(&("identity.traits.mail".to_owned(), text.to_owned()));
    assert!(has("ada@example.org") && has("zoe@example.net"), "{compared:?}");
}
