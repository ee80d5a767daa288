//! The tree against what Kratos' readers do: scalars, structure, spans, limits.

use std::sync::Arc;
use std::time::{Duration, Instant};

use kratos_lint::text::Source;
use kratos_lint::yaml::{self, FaultKind, Format, Node, Tree, Value, template};
use proptest::prelude::*;

fn yaml(text: &str) -> Tree {
    yaml::parse(&Source::new("t.yml", text), Format::Yaml)
}

fn json(text: &str) -> Tree {
    yaml::parse(&Source::new("t.json", text), Format::Json)
}

/// The tree as JSON, numbers as the loader would hand them on.
fn dump(node: Node<'_>) -> String {
    match node.value() {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.text.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::Unknown => "?".to_owned(),
        Value::Sequence(_) => format!("[{}]", node.items().map(dump).collect::<Vec<_>>().join(",")),
        Value::Mapping(_) => {
            let fields = node.fields().map(|field| format!("{:?}:{}", field.key, dump(field.value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
    }
}

fn shown(tree: &Tree) -> String {
    tree.root().map(dump).unwrap_or_default()
}

fn kinds(tree: &Tree) -> Vec<FaultKind> {
    tree.faults().iter().map(|fault| fault.kind).collect()
}

/// What is written and what yaml.v3 makes of it.
const SCALARS: &[(&str, &str)] = &[
    ("yes", "\"yes\""),
    ("Off", "\"Off\""),
    ("True", "true"),
    ("tRue", "\"tRue\""),
    ("~", "null"),
    ("nUll", "\"nUll\""),
    ("1_000", "1000"),
    ("1e3", "1000"),
    ("1.5E+2", "150"),
    ("1_0.5", "10.5"),
    ("0o10", "8"),
    ("010", "8"),
    ("0755", "493"),
    ("089", "89"),
    ("0xFF", "255"),
    ("0xF_F", "255"),
    ("0b101", "5"),
    ("-0b101", "-5"),
    ("+12", "12"),
    ("1.0", "1"),
    (".5", "0.5"),
    ("5.", "5"),
    ("190:20:30", "\"190:20:30\""),
    ("2001-12-14", "\"2001-12-14T00:00:00Z\""),
    ("2001-12-14 21:59:43", "\"2001-12-14T21:59:43Z\""),
    ("2001-12-14t21:59:43.10-05:00", "\"2001-12-14T21:59:43.1-05:00\""),
    ("2001-12-14 21:59:43.10 -5", "\"2001-12-14 21:59:43.10 -5\""),
    ("9223372036854775807", "9223372036854775807"),
    ("18446744073709551615", "18446744073709551615"),
    ("18446744073709551616", "18446744073709552000"),
    ("1e20", "100000000000000000000"),
    ("1e21", "1e+21"),
    ("!!str 123", "\"123\""),
    ("!!int \"123\"", "123"),
    ("!!float 1", "1"),
    ("!!binary aGVsbG8=", "\"hello\""),
    ("!foo bar", "\"bar\""),
    ("!!foo", "\"\""),
    ("!!foo 5", "\"5\""),
    ("!!!", "\"\""),
    ("!!!int 5 !!", "\"5 !!\""),
    ("\"0x10\"", "\"0x10\""),
    ("'1'", "\"1\""),
    ("=", "\"=\""),
    ("a@b", "\"a@b\""),
    ("x#y", "\"x#y\""),
    (".inf2", "\".inf2\""),
];

#[test]
fn scalars_are_what_the_loader_makes_of_them() {
    for (written, value) in SCALARS {
        let tree = yaml(&format!("k: {written}\n"));
        assert_eq!(shown(&tree), format!("{{\"k\":{value}}}"), "{written}: {:?}", tree.faults());
        assert!(tree.faults().is_empty(), "{written}: {:?}", tree.faults());
    }
}

/// Texts that the loader refuses or drops, and the kinds of their faults.
const FAULTS: &[(&str, &[FaultKind])] = &[
    ("a: 1\na: 2\n", &[FaultKind::DuplicateKey]),
    ("1: a\n\"1\": b\n", &[FaultKind::DuplicateKey]),
    ("a: {x: 1}\nb:\n  <<: 5\n", &[FaultKind::Refused]),
    ("%YAML 1.2\n---\na: 1\n", &[FaultKind::Refused]),
    ("%YAML 1.1\n---\na: 1\n", &[]),
    ("[a, b]: 1\n", &[FaultKind::Refused]),
    ("{a: 1}: 1\n", &[FaultKind::Refused]),
    ("a: *x\n", &[FaultKind::UnknownAlias]),
    ("a: &x [*x]\n", &[FaultKind::Refused]),
    ("a:\n\tb: 1\n", &[FaultKind::TabIndentation]),
    ("a: b\n\t\nc: d\n", &[FaultKind::TabIndentation]),
    ("a: 1\t# comment\n", &[]),
    ("a: 1\n---\nb: 2\n", &[FaultKind::Dropped]),
    ("a: 1\n...\nb: 2\n", &[FaultKind::Dropped]),
    ("  a: 1\nb: 2\n", &[FaultKind::Dropped]),
    ("a: .inf\n", &[FaultKind::Refused]),
    ("a: !!int abc\n", &[FaultKind::Refused]),
    ("a: !!bool yes\n", &[FaultKind::Refused]),
    ("a: \"\\/\"\n", &[FaultKind::Syntax]),
    ("a: \u{1}\n", &[FaultKind::Refused]),
    (": 1\n", &[FaultKind::Refused]),
    ("a: {b: 1, c}\n", &[]),
    ("---\na: 1\n", &[]),
    ("a: 1\n---\n", &[]),
    ("", &[]),
    ("# only a comment\n", &[]),
    ("u: [https://example.org/?x=1]\n", &[FaultKind::Syntax]),
    ("u: {k: v?, b: 1}\n", &[FaultKind::Syntax]),
    ("u: [a: {b: c ?d}]\n", &[FaultKind::Syntax]),
    ("u: [\"https://example.org/?x=1\", ?x]\nv: a?b\n", &[]),
    ("# note\u{2028}a: 1\n", &[FaultKind::HiddenBreak]),
    ("a: 1 # note\u{2029}# and more\n", &[]),
    ("a: \"x\u{2028}y\"\n'\u{85}': z\n", &[]),
];

#[test]
fn what_the_loader_refuses_or_drops_is_a_fault() {
    for (text, wanted) in FAULTS {
        assert_eq!(kinds(&yaml(text)), *wanted, "{text:?}: {:?}", yaml(text).faults());
    }
}

/// What yaml.v3 v3.0.1 makes of texts whose lines end with a sign that no editor ends them with, and of colons without a blank.
const BREAKS: &[(&str, &str)] = &[
    ("a: 1 # c\u{2028}b: 2\n", r#"{"a":1,"b":2}"#),
    ("a: 1 # c\u{85}b: 2\n", r#"{"a":1,"b":2}"#),
    ("# c\u{2029}b: 2\n", r#"{"b":2}"#),
    ("a: x\u{2028}b: 2\n", r#"{"a":"x","b":2}"#),
    ("a:\u{2028}  b: 1\n", r#"{"a":{"b":1}}"#),
    ("a: [1, # z\u{2028} 2]\n", r#"{"a":[1,2]}"#),
    ("a: 1\n\u{2028}b: 1\n", r#"{"a":1,"b":1}"#),
    ("u: {k:, b: 1}\n", r#"{"u":{"k:":null,"b":1}}"#),
    ("u: {k:}\n", r#"{"u":{"k:":null}}"#),
    ("u: {k:\n}\n", r#"{"u":{"k":null}}"#),
];

#[test]
fn lines_end_where_the_loader_ends_them() {
    for (text, value) in BREAKS {
        let tree = yaml(text);
        assert_eq!(shown(&tree), *value, "{text:?}: {:?}", tree.faults());
        let place = tree.root().and_then(|root| root.get("b")).map(Node::key_place);
        assert!(place.is_none_or(|place| place.source.slice(place.span) == "b"), "{text:?}");
    }
}

#[test]
fn merge_keys_and_aliases_are_resolved() {
    let tree = yaml("base: &b {x: 1, y: 2}\nc:\n  <<: *b\n  y: 3\nd: *b\n");
    assert_eq!(shown(&tree), r#"{"base":{"x":1,"y":2},"c":{"y":3,"x":1},"d":{"x":1,"y":2}}"#);
    let root = tree.root().expect("root");
    let x = root.find("d.x").expect("d.x");
    assert_eq!(x.pointer(), "/d/x");
    assert_eq!(x.source().slice(x.place().span), "*b");
    assert_eq!(x.source().slice(x.origin().span), "1");
}

#[test]
fn the_rest_is_read_after_an_error() {
    let tree = yaml("a: 1\nb: \"x\nc: 2\nd: [1,\ne: 3\n\tf: 4\ng: 5\n");
    assert!(tree.faults().iter().any(|fault| fault.kind == FaultKind::Syntax), "{:?}", tree.faults());
    let root = tree.root().expect("a tree");
    assert_eq!(root.get("a").and_then(Node::as_f64), Some(1.0));
    assert_eq!(root.get("g").and_then(Node::as_f64), Some(5.0));
}

#[test]
fn lines_of_prose_are_one_fault() {
    let tree = yaml("a: 1\n!!! first this\n!!! then that\nb: 2\n");
    assert_eq!(kinds(&tree), [FaultKind::Syntax], "{:?}", tree.faults());
    assert_eq!(tree.root().expect("a tree").get("b").and_then(Node::as_f64), Some(2.0));
}

#[test]
fn templates_that_a_formatter_took_apart_are_one_fault() {
    let tree =
        yaml("a: { { .Values.a | quote } }\nb:\n  {\n    {\n      .Values.b,\n    },\n  }\nc: [{ { x } }]\nd: 1\n");
    assert_eq!(kinds(&tree), [FaultKind::Refused], "{:?}", tree.faults());
    let root = tree.root().expect("a tree");
    assert!(["a", "b"].iter().all(|key| root.get(key).is_some_and(Node::is_unknown)), "{}", shown(&tree));
    assert_eq!(root.get("d").and_then(Node::as_f64), Some(1.0));
}

#[test]
fn the_item_of_a_loop_is_a_map() {
    let text =
        "a:\n  - {% for key, value in all.items() -%}\n    {{ key }}: {{ value }}\n    {% endfor -%}\n    b: 1\n";
    let source = Source::new("kratos.yaml.j2", text);
    let tree = kratos_lint::yaml::parse_with(&source, Format::Yaml, &template::placeholders(text, true));
    assert!(tree.faults().is_empty(), "{:?}", tree.faults());
    assert_eq!(tree.root().and_then(|root| root.find("a")).map(|list| list.items().count()), Some(1));
}

#[test]
fn keys_that_a_template_decides_between_are_no_repetition() {
    let text = "a:\n{{- if .X }}\n  b: 1\n  c: 2\n{{- else }}\n  b: 3\n{{- end }}\nd: 4\n";
    let source = Source::new("kratos.yml.tmpl", text);
    let tree = kratos_lint::yaml::parse_with(&source, Format::Yaml, &template::placeholders(text, true));
    assert!(tree.faults().is_empty(), "{:?}", kinds(&tree));
    let value = |path: &str| tree.root().and_then(|root| root.find(path));
    assert!(value("a.b").is_some_and(Node::is_unknown), "either of them");
    assert!(value("a.c").is_some_and(|node| !node.is_unknown()) && value("d").is_some());
    let repeated = "a: {{ .X }}\nb: 1\nb: 2\n";
    let source = Source::new("kratos.yml.tmpl", repeated);
    let tree = kratos_lint::yaml::parse_with(&source, Format::Yaml, &template::placeholders(repeated, true));
    assert_eq!(kinds(&tree), [FaultKind::DuplicateKey]);
}

#[test]
fn json_is_read_as_go_reads_it() {
    assert_eq!(shown(&json(r#"{"a": 12.0, "b": [1e21, null], "a": "x"}"#)), r#"{"a":12.0,"b":[1e21,null],"a":"x"}"#);
    assert_eq!(kinds(&json(r#"{"a": 1, "a": 2}"#)), [FaultKind::DuplicateKeyLastWins]);
    for text in ["\u{FEFF}{}", "{\"a\": 1,}", "{} // x", "{}{}", "", "{'a': 1}", "{\"a\": 01}", "[1 2]"] {
        assert_eq!(kinds(&json(text)), [FaultKind::Syntax], "{text:?}");
    }
}

#[test]
fn toml_is_a_tree_too() {
    let text = "dsn = \"memory\"\n[serve.public]\nport = 0x10\n[[identity.schemas]]\nid = \"a\"\n";
    let tree = yaml::parse(&Source::new("t.toml", text), Format::Toml);
    let root = tree.root().expect("root");
    assert_eq!(root.find("serve.public.port").and_then(Node::as_f64), Some(16.0));
    assert_eq!(root.at("/identity/schemas/0/id").and_then(Node::as_str), Some("a"));
    let broken = yaml::parse(&Source::new("t.toml", "a = \n"), Format::Toml);
    assert_eq!(kinds(&broken), [FaultKind::Syntax]);
}

#[test]
fn spans_are_the_exact_bytes() {
    let text = "a: 'x y' # c\n\"k\": \"é\"\nlit: |\n  one\n  two\nfl: [1, {z: 2}]\nseq:\n  - q: w\n  - v\nlast: end\n";
    let tree = yaml(text);
    let root = tree.root().expect("root");
    let at = |path: &str| {
        let place = root.at(path).expect(path).place();
        place.source.slice(place.span).to_owned()
    };
    assert_eq!(at("/a"), "'x y'");
    assert_eq!(at("/k"), "\"é\"");
    assert_eq!(at("/lit").trim_end(), "|\n  one\n  two");
    assert_eq!(at("/fl"), "[1, {z: 2}]");
    assert_eq!(at("/fl/1"), "{z: 2}");
    assert_eq!(at("/seq/0").trim_end(), "q: w");
    assert_eq!(at("/seq/1"), "v");
    assert_eq!(at("/last"), "end");
    let key = root.get("k").expect("k").key_place();
    assert_eq!(key.source.slice(key.span), "\"k\"");
}

#[test]
fn hostile_texts_end_soon() {
    let start = Instant::now();
    let brackets = yaml(&"[".repeat(5_000_000));
    assert!(!brackets.faults().is_empty());
    let mut laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, before) in ('b'..='i').zip('a'..) {
        let aliases = vec![format!("*{before}"); 9].join(", ");
        laughs.push_str(&format!("{name}: &{name} [{aliases}]\n"));
    }
    assert_eq!(kinds(&yaml(&laughs)), [FaultKind::Limit]);
    let deep: String = (0..5_000).map(|depth| format!("{}k:\n", " ".repeat(depth))).collect();
    assert!(!yaml(&deep).faults().is_empty());
    assert!(!json(&"[".repeat(5_000_000)).faults().is_empty());
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

fn pointers_lead_back(tree: &Tree) {
    let Some(root) = tree.root() else { return };
    for node in root.descendants() {
        let found = root.at(&node.pointer());
        let same_key_again = found.is_some_and(|found| found.id() != node.id());
        assert!(found.is_some(), "{} leads nowhere", node.pointer());
        assert!(!same_key_again || !tree.faults().is_empty(), "{} leads elsewhere", node.pointer());
        let place = node.place();
        assert!(place.span.end <= place.source.text().len() && place.span.start <= place.span.end);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_text_makes_it_panic(text in "[a-c:\\-\\[\\]{}\"'|>&*#!%@\n\t ,<~1.]{0,120}") {
        pointers_lead_back(&yaml(&text));
        pointers_lead_back(&json(&text));
    }

    #[test]
    fn plain_documents_are_read_as_by_another_reader(
        keys in prop::collection::btree_map("[a-z]{1,6}", "[a-z][a-z ]{0,8}[a-z]", 1..6)
    ) {
        let text: String = keys.iter().map(|(key, value)| format!("{key}x:\n  - {value}\n  - in: '{value}'\n")).collect();
        let other: serde_yaml::Value = serde_yaml::from_str(&text).expect("plain");
        let tree = yaml(&text);
        let source: &Arc<Source> = tree.source();
        prop_assert!(tree.faults().is_empty());
        for (key, value) in &keys {
            let ours = tree.root().and_then(|root| root.at(&format!("/{key}x/1/in"))).expect("there");
            prop_assert_eq!(ours.as_str(), other[format!("{key}x").as_str()][1]["in"].as_str());
            prop_assert_eq!(source.slice(ours.place().span), format!("'{value}'"));
        }
    }
}
