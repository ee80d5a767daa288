//! The inference against go-jsonnet and against hostile and random texts.

#[path = "jsonnet/engines.rs"]
mod engines;

use std::io::Read;
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use kratos_lint::evaluation::{Answer, Child, Evaluator, Job};
use kratos_lint::jsonnet::infer::{Analysis, Environment, Finding, FindingKind, Reach, check};
use kratos_lint::jsonnet::types::{Field, JsonType, Object};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

/// The snippets with what go-jsonnet makes of them.
fn snippets() -> Vec<Value> {
    let packed = std::fs::File::open("testdata/jsonnet/snippets.jsonl.gz").unwrap();
    let mut text = String::new();
    GzDecoder::new(packed).read_to_string(&mut text).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The type of exactly this value, but for its numbers and texts.
fn type_of(value: &Value) -> JsonType {
    match value {
        Value::Null => JsonType::Null,
        Value::Bool(value) => JsonType::Bool(Some(*value)),
        Value::Number(_) => JsonType::Number { integer: false },
        Value::String(_) => JsonType::text(),
        Value::Array(items) => JsonType::list(JsonType::union(items.iter().map(type_of))),
        Value::Object(map) => {
            let fields = map.iter().map(|(key, value)| (key.clone(), Field::always(type_of(value)))).collect();
            JsonType::Object(Object { fields, ..Object::default() })
        }
    }
}

/// The type of a JSON text; `None` for other texts.
fn input(text: &Value) -> Option<JsonType> {
    Some(type_of(&serde_json::from_str(text.as_str()?).ok()?))
}

fn analysis(snippet: &Value) -> Option<Result<Analysis, String>> {
    let ctx = snippet.get("ctx").map(|ctx| input(ctx).ok_or(())).transpose().ok()?;
    let arguments: Vec<(&str, &JsonType)> = ctx.iter().map(|kind| ("ctx", kind)).collect();
    let given = snippet["ext"].as_object().into_iter().flatten();
    let given: Vec<(&str, JsonType)> =
        given.map(|(name, text)| Some((name.as_str(), input(text)?))).collect::<Option<_>>()?;
    let variables: Vec<(&str, &JsonType)> = given.iter().map(|(name, kind)| (*name, kind)).collect();
    let environment = Environment { arguments: &arguments, variables: &variables, go_jsonnet: (0, 21) };
    let text = snippet["body"].as_str()?;
    Some(check(text, environment).map_err(|error| format!("{error:?}")))
}

#[test]
fn agrees_with_go_jsonnet() {
    let mut wrong = Vec::new();
    let (mut complete, mut found, mut failing, mut all) = (0, 0, 0, 0);
    for snippet in snippets() {
        let Some(analysis) = analysis(&snippet) else { continue };
        all += 1;
        let passes = snippet["go"].get("ok").is_some();
        failing += usize::from(!passes);
        let text = snippet["body"].as_str().unwrap();
        match analysis {
            Ok(analysis) => {
                let sure = analysis.is_complete && analysis.findings.is_empty();
                complete += usize::from(sure && passes);
                found += usize::from(!passes && !analysis.findings.is_empty());
                if passes && !analysis.findings.is_empty() {
                    wrong.push(format!("{} finds {:?} in {text}", snippet["id"], analysis.findings));
                }
                if !passes && sure {
                    wrong.push(format!("{} is sure of {text}: {}", snippet["id"], snippet["go"]["error"]));
                }
            }
            Err(_) => found += usize::from(!passes),
        }
    }
    println!("{all} snippets, {failing} fail; complete for {complete} that pass, says what fails for {found}");
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
    // Silence about everything would pass as well.
    assert!(complete > 200 && found > 250, "{complete} {found}");
}

fn check_any(text: &str) -> Option<Analysis> {
    let any = JsonType::Any;
    let environment = Environment {
        arguments: &[("ctx", &any)],
        variables: &[("claims", &any), ("session", &any), ("identity", &any)],
        go_jsonnet: (0, 21),
    };
    check(text, environment).ok()
}

#[test]
fn hostile_texts_end() {
    // The inference recurses as the document does; who calls it gives it a stack as the linter does.
    let check = std::thread::Builder::new().stack_size(kratos_lint::evaluation::STACK).spawn(check_hostile_texts);
    check.expect("a thread").join().expect("no panic");
}

fn check_hostile_texts() {
    let brackets = |open: &str, close: &str| format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
    let texts = [
        "local f(x) = f(x + 1); f(0)".to_owned(),
        "local f(x) = f(x + 1) + f(x + 2); f(0)".to_owned(),
        "local f(s) = f(s + s); f('x')".to_owned(),
        "local a = b + b, b = c + c, c = d + d, d = e + e, e = f + f, f = g + g, g = [g]; a".to_owned(),
        "{ a: self.a }".to_owned(),
        "{ a: $.b, b: $.a + $.a }.a".to_owned(),
        "local o = { a: o { b: o.a } }; o.a".to_owned(),
        "local f = function(g) g(g); f(f)".to_owned(),
        format!("'{}'", "x".repeat(10 << 20)),
        brackets("[", "]"),
        brackets("(", ")"),
        brackets("{ a: ", "}"),
        brackets("if true then ", ""),
        brackets("local a = 1; ", ""),
        brackets("-", ""),
        brackets("!", ""),
        brackets("1 + ", ""),
        brackets("function(x) ", ""),
        brackets("assert true; ", ""),
        format!("1{}", ".a".repeat(10_000)),
        format!("ctx{}", "[0]".repeat(10_000)),
        format!("ctx{}", "()".repeat(10_000)),
        format!("ctx{}", "{}".repeat(10_000)),
        "if ctx.a then ctx.b else ".repeat(150) + "1",
    ];
    for text in texts {
        let start = Instant::now();
        _ = check_any(&text);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(2), "{took:?}: {}", text.get(..60).unwrap_or(&text));
    }
}

/// Pieces of documents.
const PIECES: &[&str] = &[
    "ctx",
    ".identity",
    ".traits",
    "['phone']",
    "[0]",
    "{ a: ",
    "}",
    "[",
    "]",
    "(",
    ")",
    "local x = ",
    "; ",
    "if ",
    " then ",
    " else ",
    "'phone' in ",
    " + ",
    " == ",
    "null",
    "x",
    "function(ctx) ",
    "std.get(",
    ", ",
    "std.objectHas(",
    "self",
    "super.a",
    "$",
    "for x in ",
    "error ",
    "assert ",
    " && ",
    "!",
    "1",
    "'%s' % ",
    "std.map(",
    "[if x then 'k']: ",
    "a+: ",
    "a:: ",
    " : ",
    "tailstrict",
    "|||\n  x\n|||",
    "é",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn random_texts_do_not_panic(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24)) {
        _ = check_any(&pieces.concat());
    }

    #[test]
    fn mutated_snippets_do_not_panic(
        index in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        piece in prop::sample::select(PIECES),
        cut in 0..6usize,
    ) {
        thread_local!(static TEXTS: Vec<String> =
            snippets().iter().filter_map(|snippet| snippet["body"].as_str().map(str::to_owned)).collect());
        TEXTS.with(|texts| {
            let chars: Vec<char> = index.get(texts).chars().collect();
            let at = at.index(chars.len() + 1);
            let before: String = chars.iter().take(at).collect();
            let after: String = chars.iter().skip(at + cut).collect();
            _ = check_any(&format!("{before}{piece}{after}"));
        });
    }
}

fn object(fields: Vec<(&str, Field)>) -> JsonType {
    let fields = fields.into_iter().map(|(name, field)| (name.to_owned(), field)).collect();
    JsonType::Object(Object { fields, ..Object::default() })
}

/// The type of a small `ctx`.
fn context() -> JsonType {
    let maybe = |kind| Field::maybe(kind, "not set");
    let address = object(vec![("v", Field::always(JsonType::text())), ("t", maybe(JsonType::text()))]);
    let shape = |name: &str, key: &str| {
        object(vec![("k", Field::always(JsonType::is(name))), (key, Field::always(JsonType::text()))])
    };
    object(vec![
        ("s", Field::always(JsonType::text())),
        ("n", Field::always(JsonType::Number { integer: true })),
        ("b", Field::always(JsonType::Bool(None))),
        ("m", maybe(JsonType::text())),
        ("z", Field::always(JsonType::union([JsonType::Null, JsonType::map(JsonType::text())]))),
        ("l", Field::always(JsonType::list(address.clone()))),
        ("o", maybe(address)),
        ("u", Field::always(JsonType::union([shape("p", "x"), shape("q", "y")]))),
    ])
}

/// Inputs of that type.
fn contexts() -> Vec<Value> {
    let address = json!({ "v": "a" });
    vec![
        json!({ "s": "s", "n": 2, "b": true, "z": null, "l": [], "u": { "k": "p", "x": "1" } }),
        json!({ "s": "p", "n": 0, "b": false, "m": "m", "z": {}, "l": [address], "o": { "v": "b", "t": "c" }, "u": { "k": "q", "y": "2" } }),
        json!({ "s": "", "n": -1, "b": true, "m": "", "z": { "k": "v" }, "l": [{ "v": "c", "t": "d" }, address], "o": { "v": "b" }, "u": { "k": "p", "x": "1" } }),
        json!({ "s": "q", "n": 1, "b": false, "z": { "t": "v" }, "l": [{ "v": "c", "t": "d" }], "o": { "v": "b" }, "u": { "k": "q", "y": "1" } }),
    ]
}

/// Values of the input, and things that are no values of it.
const LEAVES: &[&str] = &[
    "ctx.s",
    "ctx.n",
    "ctx.b",
    "ctx.m",
    "ctx.z",
    "ctx.l",
    "ctx.o",
    "ctx.u",
    "ctx.o.t",
    "ctx.o.v",
    "ctx.z.k",
    "ctx.u.x",
    "ctx.u.y",
    "ctx.u.k",
    "x",
    "1",
    "'p'",
    "null",
    "true",
    "[]",
    "{}",
    "ctx",
    "x.v",
    "x.t",
    "ctx.nothing",
];

/// Conditions.
const TESTS: &[&str] = &[
    "'m' in ctx",
    "'o' in ctx",
    "std.objectHas(ctx, 'o') && 't' in ctx.o",
    "ctx.z != null",
    "ctx.z == null || !('k' in ctx.z)",
    "ctx.u.k == 'p'",
    "ctx.u.k != 'q'",
    "ctx.b",
    "!ctx.b",
    "std.get(ctx, 'm') != null",
    "std.type(ctx.z) == 'object'",
    "std.isObject(ctx.z) && std.objectHas(ctx.z, 'k')",
    "ctx.n > 0",
    "ctx.s == 'p'",
    "std.length(ctx.l) > 0",
];

/// Expressions that mean something; `ctx` and `x` are in scope.
fn expressions() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(LEAVES).prop_map(str::to_owned);
    let test = prop::sample::select(TESTS).prop_map(str::to_owned);
    leaf.prop_recursive(4, 24, 3, move |inner| {
        let (a, b, t) = (inner.clone(), inner.clone(), test.clone());
        prop_oneof![
            (t.clone(), a.clone(), b.clone()).prop_map(|(t, a, b)| format!("(if {t} then {a} else {b})")),
            (t.clone(), a.clone()).prop_map(|(t, a)| format!("(if !({t}) then null else {a})")),
            (t.clone(), a.clone()).prop_map(|(t, a)| format!("{{ a: 1, [if {t} then 'k']: {a} }}")),
            (a.clone(), b.clone()).prop_map(|(a, b)| format!("(local x = {a}; {b})")),
            (a.clone(), b.clone()).prop_map(|(a, b)| format!("{{ v: {a}, t: {b} }}")),
            (a.clone(), b.clone()).prop_map(|(a, b)| format!("{{ v: {a}, h:: {b}, s: self.v }}")),
            (a.clone(), b.clone()).prop_map(|(a, b)| format!("({a} + {b})")),
            (a.clone(), b.clone()).prop_map(|(a, b)| format!("[{a}, {b}]")),
            (a.clone(), b.clone()).prop_map(|(a, b)| format!("(local f(x) = {a}; f({b}))")),
            (a.clone(), t.clone()).prop_map(|(a, t)| format!("[{a} for x in ctx.l if {t}]")),
            a.clone().prop_map(|a| format!("[{a} for x in ctx.l if 't' in x]")),
            (a.clone(), b.clone()).prop_map(|(a, b)| format!("std.get({a}, 't', {b})")),
            (a.clone(), b.clone()).prop_map(|(a, b)| format!("({{ v: {a} }} + {{ v+: {b} }})")),
            (a.clone(), t.clone()).prop_map(|(a, t)| format!("(assert {t}; {a})")),
            a.clone().prop_map(|a| format!("std.length({a})")),
            a.clone().prop_map(|a| format!("({a}).v")),
            (a.clone(), b.clone()).prop_map(|(a, b)| format!("(local y = {a}; if {b} == null then 0 else y)")),
            more(a.clone(), b.clone(), t),
            (a, b).prop_map(|(a, b)| format!("({a} == {b})")),
        ]
    })
}

/// The rarer expressions.
fn more(
    a: impl Strategy<Value = String> + Clone + 'static,
    b: impl Strategy<Value = String> + Clone + 'static,
    t: impl Strategy<Value = String> + Clone + 'static,
) -> impl Strategy<Value = String> {
    let shapes = prop::sample::select(SHAPES);
    (shapes, a, b, t).prop_map(|(shape, a, b, t)| shape.replace("@A", &a).replace("@B", &b).replace("@T", &t))
}

/// Expressions with two inner expressions and a condition.
const SHAPES: &[&str] = &[
    "(local f(x, y=@A) = [x, y]; f(@B))",
    "(local f(x, y=x) = y; f(y=@A, x=@B))",
    "(local o = { v: @A, t:: @B, r: $.t }; [o.v, o.r])",
    "({ v: @A, t: 1 } + { t: super.v, w: @B }).t",
    "({ a: { v: @A } } + { a+: { t: @B } }).a.t",
    "{ [k]: @A for k in ['a', 'b'] if @T }",
    "{ assert @T, v: @A, t: @B }",
    "{ local x = @A, v: x, t: @B }",
    "std.map(function(x) @A, [@B])",
    "std.filter(function(x) @T, ctx.l)",
    "std.objectFields(@A)",
    "std.type(@A)",
    "std.toString(@A)",
    "std.join(',', [@A, @B])",
    "std.split(@A, 'p')[0]",
    "(@A)[0]",
    "(@A)['v']",
    "'%s' % [@A]",
    "(@A && @B)",
    "(@A || !@B)",
    "(@A < @B)",
    "(if 'v' in @A then (@A).v else @B)",
    "(if std.isString(@A) then std.length(@A) else @B)",
    "(if std.get(@A, 'v') == null then @B else (@A).v)",
    "(if std.member(std.objectFields(ctx), 'm') then ctx.m else @A)",
    "(local h(o, k) = std.objectHas(o, k); if h(ctx, 'o') then ctx.o.v else @A)",
    "(local has = 'o' in ctx && 't' in ctx.o; if has then ctx.o.t else @A)",
    "(local k = std.get(ctx.u, 'x', @A); if k != null then k else @B)",
    "[if 'x' in ctx.u then ctx.u.x else ctx.u.y, @A]",
    "[y.t for y in [@A, @B] if std.isObject(y) && 't' in y]",
    "[[y, z] for y in ctx.l for z in [@A] if y != z]",
    "([@A] + [@B])[1]",
    "std.foldl(function(r, y) r + y.v, ctx.l, '')",
    "(function(x) @A)(@B)",
    "(if ctx.u.k == 'p' && @T then ctx.u.x else @A)",
    "(if ctx.u.k == 'p' || @T then ctx.u.k else ctx.u.y)",
    "std.trace('t', @A)",
    "std.prune({ v: @A, t: @B })",
    "(@A - @B)",
    "-(@A)",
    "(if @T && @T then @A else if @T then @B)",
    "ctx { n: @A, m: @B }",
    "(ctx + { o: { v: @A } }).o.v",
    "(ctx + { o+: { v: @A } }).o.v",
];

/// Whether a failure on each input is what the finding says.
fn is_certain(finding: &Finding) -> bool {
    finding.reach == Reach::Always
        && !matches!(finding.kind, FindingKind::MaybeMissing { .. } | FindingKind::FromNull { always: false, .. })
}

#[test]
fn agrees_with_the_evaluator() {
    let child = Child::At(env!("CARGO_BIN_EXE_kratos-lint").into());
    let evaluator = Evaluator::of(child).unlimited();
    let (kind, inputs) = (context(), contexts());
    let environment = Environment { arguments: &[("ctx", &kind)], variables: &[], go_jsonnet: (0, 21) };
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() });
    let mut counts = [0_u32; 2];
    let counted = std::cell::RefCell::new(&mut counts);
    let result = runner.run(&expressions(), |body| {
        let text = format!("function(ctx) local x = null; {body}");
        let analysis = check(&text, environment).unwrap();
        let run = |ctx: &Value| {
            let job = Job::with_ctx(text.clone(), ctx.clone());
            evaluator.evaluate(&job).expect("a child")
        };
        let all = || inputs.iter().map(run);
        if analysis.is_complete && analysis.findings.is_empty() {
            counted.borrow_mut()[0] += 1;
            let failed = all().find(|answer| matches!(answer, Answer::Failed(_)));
            prop_assert!(failed.is_none(), "sure that it passes: {failed:?}");
        }
        if let Some(certain) = analysis.findings.iter().find(|finding| is_certain(finding)) {
            counted.borrow_mut()[1] += 1;
            prop_assert!(all().all(|answer| matches!(answer, Answer::Failed(_))), "sure that it fails: {certain:?}");
        }
        Ok(())
    });
    println!("sure of passing {}, of failing {}", counts[0], counts[1]);
    assert!(result.is_ok(), "{}", result.unwrap_err());
    assert!(counts[0] > 100 && counts[1] > 100, "{counts:?}");
}

/// `cargo test --test jsonnet speed -- --ignored --nocapture` prints the time of one look at a small body.
#[test]
#[ignore = "a measurement"]
fn speed() {
    let body = "function(ctx) local t = ctx.identity.traits; { id: ctx.identity.id, email: t.email, \
                [if 'phone' in t then 'phone']: t.phone, name: std.get(t, 'name', ''), flow: { id: ctx.flow.id, type: ctx.flow.type } }";
    let rounds = 2000;
    let start = Instant::now();
    for _ in 0..rounds {
        _ = check_any(body);
    }
    println!("{} µs", start.elapsed().as_micros() / rounds);
}
