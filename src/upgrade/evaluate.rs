//! Decides the conditions of changes for one configuration: true, false, or unknown with what is needed to know.

mod hooks;

use std::sync::Arc;

use super::schemas::Features;
use crate::files::Files;
use crate::kratos::bodies::{self, Document, Reference};
use crate::kratos::changes::condition::{Feature, When};
use crate::kratos::identity::{self, IdentitySchema};
use crate::kratos::schema;
use crate::kratos::version::Version;
use crate::kratos::view;
use crate::text::Source;
use crate::yaml::{Node, Value};

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// The files do not say.
    Unknown,
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Truth {
        if holds { Truth::Yes } else { Truth::No }
    }
}

/// An answer: whether it holds, where that shows, and what is needed to know.
#[derive(Clone)]
pub(super) struct Answer<'t> {
    /// Whether it holds.
    pub truth: Truth,
    /// The node that decides.
    pub at: Option<Node<'t>>,
    /// Whether `at` is the key itself, not the nearest one around an absent key.
    exact: bool,
    /// What is not in the files, when the truth is unknown.
    pub needs: Vec<String>,
}

impl<'t> Answer<'t> {
    fn new(holds: impl Into<Truth>, at: Option<Node<'t>>, exact: bool) -> Answer<'t> {
        Answer { truth: holds.into(), at, exact, needs: Vec::new() }
    }

    fn bare(holds: impl Into<Truth>) -> Answer<'t> {
        Answer::new(holds, None, false)
    }

    fn at(holds: impl Into<Truth>, node: Node<'t>) -> Answer<'t> {
        Answer::new(holds, Some(node), true)
    }

    fn needs(what: String, at: Option<Node<'t>>) -> Answer<'t> {
        Answer { truth: Truth::Unknown, at, exact: false, needs: vec![what] }
    }
}

/// What conditions are asked about.
pub(super) struct World<'t> {
    root: Node<'t>,
    schemas: Vec<(String, Option<Features>)>,
    documents: Vec<(Reference<'t>, Option<Arc<Source>>)>,
}

/// Where keys are looked up.
#[derive(Clone, Copy)]
struct Scope<'t> {
    node: Node<'t>,
    /// The release whose defaults count; none below a hook.
    defaults: Option<Version>,
}

impl<'t> World<'t> {
    /// Reads what the configuration refers to.
    #[must_use]
    pub(super) fn new(root: Node<'t>, to: Version, files: &Files) -> World<'t> {
        let features = |schema: &IdentitySchema| (schema.pointer.clone(), schema.root().map(Features::of));
        let schemas = identity::load(root, files).iter().map(features).collect();
        let text = |reference: &Reference<'_>| match bodies::document(reference, files) {
            Document::Text(source) => Some(source),
            Document::Missing(_) | Document::Elsewhere => None,
        };
        // An empty text names nothing.
        let is_named = |reference: &Reference<'_>| reference.node.as_str() != Some("");
        let references = bodies::references(root, to).into_iter().filter(is_named);
        let documents = references.map(|reference| (reference.clone(), text(&reference))).collect();
        World { root, schemas, documents }
    }

    /// Whether a condition holds for this configuration under `before`, the release before the change.
    #[must_use]
    pub(super) fn holds(&self, when: &When, before: Version) -> Answer<'t> {
        self.decide(when, Scope { node: self.root, defaults: Some(before) })
    }

    fn decide(&self, when: &When, scope: Scope<'t>) -> Answer<'t> {
        match when {
            When::Always => Answer::bare(true),
            When::All(parts) => all(parts.iter().map(|part| self.decide(part, scope))),
            When::Any(parts) => any(parts.iter().map(|part| self.decide(part, scope))),
            When::Not(part) => not(self.decide(part, scope)),
            When::Method(name) => self.method(name, scope.defaults),
            When::Flow(name) => self.flow(name),
            When::HookIs(hooked) => hooks::is_there(self, hooked, scope.defaults),
            When::Missing(flow, hook, methods) => hooks::is_missing(self, flow, hook, methods, scope.defaults),
            When::SameList(flow, first) => hooks::is_followed(self, flow, first),
            When::ProviderIs(provided) => hooks::provider(self.root, provided),
            When::Schema(feature) => self.schema(*feature),
            When::Jsonnet => self.jsonnet(|_| true),
            When::OnNetwork => self.jsonnet(|address| address.starts_with("http")),
            When::JsonnetCalls(names) => self.texts("", |text| names.iter().any(|name| calls(text, name))),
            When::MapperReads(name) => self.texts("oidc.mapper", |text| reads(text, name)),
            When::TwoColons => two_colons(self.root),
            _ => key(when, scope),
        }
    }

    fn method(&self, name: &str, before: Option<Version>) -> Answer<'t> {
        let path = format!("selfservice.methods.{name}.enabled");
        // Defaults are known from v0.13.0 on; until v0.10.1 the schema had `link` on.
        let linked = name == "link" && before.is_some_and(|before| before <= Version::V0_10);
        let default = linked || before.and_then(|before| schema::default_of(&path, before)) == Some("true");
        self.switch(&path, default)
    }

    fn flow(&self, name: &str) -> Answer<'t> {
        self.switch(&format!("selfservice.flows.{name}.enabled"), !["recovery", "verification"].contains(&name))
    }

    fn switch(&self, path: &str, default: bool) -> Answer<'t> {
        let found = Reached::at(Scope { node: self.root, defaults: None }, path);
        match found {
            Reached::Node(node) => match node.value() {
                Value::Bool(value) => Answer::at(*value, node),
                _ if is_filled_in(node) => found.unknown(path),
                _ => Answer::at(default, node),
            },
            Reached::Absent(around) => Answer::new(default, around, false),
            Reached::Hidden(_) => found.unknown(path),
        }
    }

    fn schema(&self, feature: Feature) -> Answer<'t> {
        let place = |pointer: &str| self.root.at(pointer);
        let known = |(pointer, features): &(String, Option<Features>)| {
            features.as_ref().filter(|features| features.has(feature)).map(|_| pointer.clone())
        };
        if let Some(pointer) = self.schemas.iter().find_map(known) {
            return Answer::new(true, place(&pointer), true);
        }
        let unread: Vec<&String> =
            self.schemas.iter().filter(|(_, features)| features.is_none()).map(|(pointer, _)| pointer).collect();
        match unread.first() {
            Some(pointer) => Answer::needs(format!("the identity schema of `{pointer}`"), place(pointer)),
            None if self.schemas.is_empty() => Answer::needs("the identity schema".to_owned(), None),
            None => Answer::bare(false),
        }
    }

    fn jsonnet(&self, fits: impl Fn(&str) -> bool) -> Answer<'t> {
        let node = self.documents.iter().map(|(reference, _)| reference.node);
        let mut fitting = node.filter(|node| node.as_str().is_some_and(&fits));
        fitting.next().map_or_else(|| Answer::bare(false), |node| Answer::at(true, node))
    }

    /// Whether some Jsonnet text (of one kind of place, unless empty) fits.
    fn texts(&self, point: &str, fits: impl Fn(&str) -> bool) -> Answer<'t> {
        let mut unread = None;
        for (reference, source) in &self.documents {
            if !point.is_empty() && reference.point.id() != point {
                continue;
            }
            match source {
                Some(source) if fits(source.text()) => return Answer::at(true, reference.node),
                Some(_) => {}
                None => unread = unread.or(Some(reference.node)),
            }
        }
        match unread {
            Some(node) => Answer::needs(format!("the Jsonnet text of `{}`", node.pointer()), Some(node)),
            None => Answer::bare(false),
        }
    }
}

/// The most telling of answers: the first at a key itself, else the first with any place.
fn telling<'a, 't>(answers: &(impl Iterator<Item = &'a Answer<'t>> + Clone)) -> (Option<Node<'t>>, bool)
where
    't: 'a,
{
    let exact = answers.clone().find(|answer| answer.exact && answer.at.is_some());
    let found = exact.or_else(|| answers.clone().find(|answer| answer.at.is_some()));
    found.map_or((None, false), |answer| (answer.at, answer.exact))
}

fn joined<'t>(answers: &[Answer<'t>], truth: Truth) -> Answer<'t> {
    let alike = answers.iter().filter(|answer| answer.truth == truth);
    let (at, exact) = telling(&alike);
    let needs =
        if truth == Truth::Unknown { alike.flat_map(|answer| answer.needs.clone()).collect() } else { Vec::new() };
    Answer { truth, at, exact, needs }
}

fn all<'t>(answers: impl Iterator<Item = Answer<'t>>) -> Answer<'t> {
    let answers: Vec<Answer<'t>> = answers.collect();
    let has = |truth| answers.iter().any(|answer| answer.truth == truth);
    match () {
        () if has(Truth::No) => joined(&answers, Truth::No),
        () if has(Truth::Unknown) => joined(&answers, Truth::Unknown),
        () => joined(&answers, Truth::Yes),
    }
}

fn any<'t>(answers: impl Iterator<Item = Answer<'t>>) -> Answer<'t> {
    let answers: Vec<Answer<'t>> = answers.collect();
    let has = |truth| answers.iter().any(|answer| answer.truth == truth);
    match () {
        () if has(Truth::Yes) => joined(&answers, Truth::Yes),
        () if has(Truth::Unknown) => joined(&answers, Truth::Unknown),
        () => joined(&answers, Truth::No),
    }
}

fn not(answer: Answer<'_>) -> Answer<'_> {
    let truth = match answer.truth {
        Truth::Yes => Truth::No,
        Truth::No => Truth::Yes,
        Truth::Unknown => Truth::Unknown,
    };
    Answer { truth, ..answer }
}

/// What a path leads to.
#[derive(Clone, Copy)]
enum Reached<'t> {
    Node(Node<'t>),
    /// Nothing; the nearest key around it, when that is not the whole.
    Absent(Option<Node<'t>>),
    /// Something around it is filled in later.
    Hidden(Node<'t>),
}

impl<'t> Reached<'t> {
    fn at(scope: Scope<'t>, path: &str) -> Reached<'t> {
        let mut node = scope.node;
        for (depth, key) in path.split('.').enumerate() {
            match node.get(key) {
                Some(next) => node = next,
                None if is_filled_in(node) => return Reached::Hidden(node),
                None => return Reached::Absent((depth > 0).then_some(node)),
            }
        }
        Reached::Node(node)
    }

    fn unknown(self, path: &str) -> Answer<'t> {
        let at = match self {
            Reached::Node(node) | Reached::Hidden(node) => Some(node),
            Reached::Absent(around) => around,
        };
        Answer::needs(format!("the value of `{path}`"), at)
    }
}

/// Whether a value is filled in later.
fn is_filled_in(node: Node<'_>) -> bool {
    node.is_unknown() || node.as_str().is_some_and(view::is_placeholder)
}

/// Keys that the environment usually gives: absent from the file, they are unknown.
const OF_THE_ENVIRONMENT: [&str; 2] = ["dsn", "courier.smtp.connection_uri"];

/// A condition on keys alone.
fn key<'t>(when: &When, scope: Scope<'t>) -> Answer<'t> {
    match when {
        When::Set(path) => presence(scope, path, true),
        When::Unset(path) => presence(scope, path, false),
        When::True(path) => value(scope, path, |value| matches!(value, Seen::Bool(true))),
        When::Word(path, word) => value(scope, path, |value| matches!(value, Seen::Text(text) if text == word)),
        When::More(path, most) => {
            value(scope, path, |value| matches!(value, Seen::Number(number) if *number > f64::from(*most)))
        }
        When::MoreBytes(path, most) => {
            value(scope, path, |value| value.bytes().is_some_and(|bytes| bytes > u128::from(*most)))
        }
        When::LongerThan(path, least) => value(scope, path, |value| match value {
            Seen::Text(text) => view::seconds(text) > view::seconds(least),
            _ => false,
        }),
        When::Count(path, least) => {
            value(scope, path, |value| matches!(value, Seen::List(items) if items.len() >= *least))
        }
        When::Unschemed(path) => value(scope, path, |value| matches!(value, Seen::Text(text) if !has_scheme(text))),
        When::Wildcard(path) => value(scope, path, |value| match value {
            Seen::List(items) => items.iter().any(|item| has_open_wildcard(item)),
            _ => false,
        }),
        When::Postgres => address(scope, "dsn", &["postgres://", "postgresql://"], |_| true),
        When::SqliteParameters => address(scope, "dsn", &["sqlite://"], has_old_parameters),
        When::Smtps => address(scope, "courier.smtp.connection_uri", &["smtps://"], |_| true),
        When::Differs(path, other) => differs(scope, path, other),
        _ => Answer::bare(false),
    }
}

fn presence<'t>(scope: Scope<'t>, path: &str, wanted: bool) -> Answer<'t> {
    let found = Reached::at(scope, path);
    match found {
        Reached::Node(node) => Answer::at(wanted, node),
        Reached::Absent(at) if OF_THE_ENVIRONMENT.contains(&path) => {
            Answer::needs(format!("`{path}`, which is not in the file"), at)
        }
        Reached::Absent(around) => Answer::new(!wanted, around, false),
        Reached::Hidden(_) => found.unknown(path),
    }
}

/// A value as conditions look at it.
enum Seen {
    Bool(bool),
    Number(f64),
    Text(String),
    /// The texts of its items.
    List(Vec<String>),
    Other,
}

impl Seen {
    fn of(node: Node<'_>) -> Seen {
        match node.value() {
            Value::Bool(value) => Seen::Bool(*value),
            Value::Number(number) => Seen::Number(number.value),
            Value::String(text) => Seen::Text(text.to_string()),
            Value::Sequence(_) => {
                Seen::List(node.items().map(|item| item.as_str().unwrap_or_default().to_owned()).collect())
            }
            _ => Seen::Other,
        }
    }

    /// The default of a release, JSON.
    fn of_default(json: &str) -> Seen {
        match serde_json::from_str(json) {
            Ok(serde_json::Value::Bool(value)) => Seen::Bool(value),
            Ok(serde_json::Value::Number(number)) => number.as_f64().map_or(Seen::Other, Seen::Number),
            Ok(serde_json::Value::String(text)) => Seen::Text(text),
            _ => Seen::Other,
        }
    }

    /// A size in bytes: a number, or digits with K, M, G or T.
    fn bytes(&self) -> Option<u128> {
        let text = match self {
            Seen::Text(text) => text.trim().to_ascii_uppercase(),
            Seen::Number(number) => number.to_string(),
            _ => return None,
        };
        let text = text.trim_end_matches('B').trim_end_matches('I');
        let digits = text.trim_end_matches(['K', 'M', 'G', 'T', ' ']);
        let unit = text.get(digits.len()..)?.trim();
        let power = ["", "K", "M", "G", "T"].iter().position(|known| *known == unit)?;
        Some(digits.parse::<u64>().ok()?.into()).map(|number: u128| number << (10 * power))
    }
}

/// Whether the value at a path, the default where it is absent, fits.
fn value<'t>(scope: Scope<'t>, path: &str, fits: impl Fn(&Seen) -> bool) -> Answer<'t> {
    let found = Reached::at(scope, path);
    match found {
        Reached::Node(node) if is_filled_in(node) => found.unknown(path),
        Reached::Node(node) => {
            let seen = Seen::of(node);
            let unclear = matches!(&seen, Seen::List(_)) && node.items().any(is_filled_in);
            if !fits(&seen) && unclear { found.unknown(path) } else { Answer::at(fits(&seen), node) }
        }
        Reached::Hidden(_) => found.unknown(path),
        Reached::Absent(at) if OF_THE_ENVIRONMENT.contains(&path) => {
            Answer::needs(format!("`{path}`, which is not in the file"), at)
        }
        Reached::Absent(around) => {
            let default = scope.defaults.and_then(|before| schema::default_of(path, before)).map(Seen::of_default);
            Answer::new(default.is_some_and(|default| fits(&default)), around, false)
        }
    }
}

/// Whether an address has one of these schemes and fits. Its begin is telling although the rest is filled in later.
fn address<'t>(scope: Scope<'t>, path: &str, schemes: &[&str], fits: impl Fn(&str) -> bool) -> Answer<'t> {
    let begins = |text: &str| schemes.iter().any(|scheme| text.starts_with(scheme));
    match Reached::at(scope, path) {
        Reached::Node(node) if node.as_str().is_some_and(has_scheme) => {
            let text = node.as_str().unwrap_or_default();
            if begins(text) && !fits(text) && is_filled_in(node) {
                return Reached::Node(node).unknown(path);
            }
            Answer::at(begins(text) && fits(text), node)
        }
        _ => value(scope, path, |value| matches!(value, Seen::Text(text) if begins(text) && fits(text))),
    }
}

fn differs<'t>(scope: Scope<'t>, path: &str, other: &str) -> Answer<'t> {
    let (one, two) = (Reached::at(scope, path), Reached::at(scope, other));
    let Reached::Node(node) = one else { return presence(scope, path, true) };
    let plain = |node: Node<'t>| node.as_str().map(|text| text.trim_end_matches('/'));
    match two {
        Reached::Node(second) if plain(node).is_some() && plain(node) == plain(second) => Answer::at(false, node),
        Reached::Node(second) if is_filled_in(second) => two.unknown(other),
        Reached::Hidden(_) => two.unknown(other),
        _ if is_filled_in(node) => one.unknown(path),
        _ => Answer::at(true, node),
    }
}

/// `scheme://`
fn has_scheme(text: &str) -> bool {
    let is_name = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_lowercase())
            && scheme.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+.-".contains(&byte))
    };
    text.split_once("://").is_some_and(|(scheme, _)| is_name(scheme))
}

/// A `*` in the host that is not the whole first label of a domain.
fn has_open_wildcard(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    let bounded = host.strip_prefix("*.").is_some_and(|domain| domain.contains('.') && domain.split('.').all(is_label));
    url != "*" && host.contains('*') && !bounded
}

/// Parameters that only the old driver of `SQLite` reads.
fn has_old_parameters(dsn: &str) -> bool {
    const OLD: [&str; 9] = ["_journal", "_sync", "cache=", "_loc", "_txlock", "_auth", "_cache", "_locking", "_secure"];
    let query = dsn.strip_prefix("sqlite://").and_then(|rest| rest.split_once('?')).map(|(_, query)| query);
    query.is_some_and(|query| query.split('&').any(|part| OLD.iter().any(|old| part.starts_with(old))))
}

/// A URL with two colons in its host.
fn two_colons(root: Node<'_>) -> Answer<'_> {
    let is_one = |node: &Node<'_>| {
        let text = node.as_str().filter(|text| !view::is_placeholder(text)).unwrap_or_default();
        let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")).unwrap_or_default();
        let host = rest.split(['/', '?', '#', ' ']).next().unwrap_or_default();
        !host.contains(['[', '@']) && host.matches(':').count() > 1
    };
    root.descendants().into_iter().find(is_one).map_or_else(|| Answer::bare(false), |node| Answer::at(true, node))
}

/// Whether a text calls `std.NAME`.
fn calls(text: &str, name: &str) -> bool {
    text.match_indices("std.").any(|(at, _)| {
        let rest = text.get(at + 4..).and_then(|rest| rest.strip_prefix(name));
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    })
}

/// Whether a text reads `std.extVar('NAME')`.
fn reads(text: &str, name: &str) -> bool {
    ['\'', '"'].iter().any(|quote| text.contains(&format!("extVar({quote}{name}{quote}")))
}
