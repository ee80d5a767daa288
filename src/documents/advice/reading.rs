//! How to read what may be missing or null.

use super::Advice;
use super::edit::Edit;
use super::places::Named;
use crate::documents::finding::{Finding, Fix, Kind};
use crate::documents::inputs::{self, find, steps};
use crate::kratos::ctx::Purpose;
use crate::kratos::ctx::json_type::JsonType;
use crate::text::Span;

/// Longest condition that is written twice into one help, in bytes.
const SHORT: usize = 120;
/// How many fields around a read are tried.
const MAX_FIELDS: usize = 3;

/// One step of a chain `a.b.c`, as it is written.
struct Link<'t> {
    /// All up to this step.
    span: Span,
    /// What is read from.
    base: &'t str,
    key: String,
    path: String,
}

/// A read that yields something where the field is missing.
struct Get {
    span: Span,
    text: String,
    is_null: bool,
}

impl Advice<'_> {
    pub(super) fn about_reading(&self, finding: &mut Finding) {
        if finding.help.as_deref().is_some_and(|help| help.starts_with("did you mean")) {
            return;
        }
        let mut chain = self.chain(finding.span);
        if chain.is_empty() {
            chain.extend(self.unknown(finding));
        }
        let get = (finding.kind == Kind::OptionalField).then(|| self.get(finding, &chain)).flatten();
        let guard = self.guard(&chain);
        let left_out = guard.as_deref().and_then(|guard| self.left_out(finding, guard));
        let is_tested = left_out.is_some() || guard.as_deref().is_some_and(|guard| self.is_tested(finding, guard));
        let guard = guard.filter(|_| is_tested);
        if let Some(help) = help(guard.as_deref(), left_out, get.as_ref()) {
            finding.help = Some(help);
        }
        if !chain.is_empty() {
            let leaves = finding.fix.as_ref().is_some_and(|fix| fix.text.starts_with("[if "));
            finding.fix = match (get, left_out, guard) {
                (Some(get), field, _) if !leaves || field.is_none() => Some(get.fix()),
                (_, Some(field), Some(guard)) => Some(leave_out(field, &guard)),
                _ => None,
            };
        }
    }

    /// What is read at these bytes, and what is read from that.
    fn chain(&self, span: Span) -> Vec<Link<'_>> {
        let reads = self.trial.survey.reads.iter().filter(|read| read.span.start == span.start);
        let mut reads: Vec<_> = reads.collect();
        reads.sort_by_key(|read| read.span.end);
        reads.dedup_by_key(|read| read.span);
        let link = |read: &&crate::documents::survey::Read| {
            let key = steps(&read.path).pop().filter(|key| is_plain(key))?;
            let base = self.trial.written_base(&key, read.span)?;
            Some(Link { span: read.span, base, key, path: read.path.clone() })
        };
        reads.iter().map_while(link).filter(|link| !link.base.contains(['\n', '`'])).collect()
    }

    /// The read of a field that may be missing, of a value whose path in the input is not known.
    fn unknown(&self, finding: &Finding) -> Option<Link<'_>> {
        let key =
            finding.missing.as_ref().and_then(|missing| steps(&missing.field).pop()).filter(|key| is_plain(key))?;
        let base = self.trial.written_base(&key, finding.span).filter(|base| !base.contains(['\n', '`']))?;
        Some(Link { span: finding.span, base, key, path: String::new() })
    }

    /// All that must hold of the input so that the chain can be read, as a condition.
    fn guard(&self, chain: &[Link<'_>]) -> Option<String> {
        let mut conditions: Vec<String> = Vec::new();
        let mut add = |condition: String| {
            if !conditions.contains(&condition) {
                conditions.push(condition);
            }
        };
        for link in chain {
            let parent = link.path.rsplit_once('.').map(|(parent, _)| parent.trim_end_matches("[]"));
            let parent = parent.filter(|parent| !inputs::is_hardly_null(parent));
            let kind = parent.and_then(|parent| find(&self.kind, parent).field).map(|field| &field.kind);
            if kind.is_some_and(|kind| kind.alternatives().contains(&JsonType::Null)) {
                add(format!("{} != null", link.base));
            }
            // A value that goes through a function of `std`: the finding says that the field may be missing.
            if link.path.is_empty() {
                add(format!("'{}' in {}", link.key, link.base));
                break;
            }
            let found = find(&self.kind, &link.path);
            match found.field {
                Some(field) if field.missing_when.is_some() => add(format!("'{}' in {}", link.key, link.base)),
                Some(_) => {}
                None => break,
            }
        }
        (!conditions.is_empty()).then(|| conditions.join(" && "))
    }

    /// The innermost field around a read that can be left out under this condition.
    fn left_out(&self, finding: &Finding, guard: &str) -> Option<&Named> {
        let without = |field: &&Named| {
            let edit = Edit::replace(field.key, format!("[if {guard} then '{}']", field.name));
            is_plain(&field.name) && self.mends(finding, &[edit])
        };
        self.around(finding.span).find(without)
    }

    /// Whether the condition before a value around the read, or before the read itself, is enough.
    fn is_tested(&self, finding: &Finding, guard: &str) -> bool {
        let is_around = |body: &&Span| body.start <= finding.span.start && finding.span.end <= body.end;
        let bodies = self.places.bodies.iter().rev().filter(is_around).take(MAX_FIELDS).copied();
        let values = self.around(finding.span).map(|field| field.value).chain([finding.span]).chain(bodies);
        values.into_iter().any(|value| {
            let edits =
                [Edit::insert(value.start, format!("(if {guard} then ")), Edit::insert(value.end, " else null)")];
            self.mends(finding, &edits)
        })
    }

    /// The fields whose values are around these bytes, the inner ones first.
    fn around(&self, span: Span) -> impl Iterator<Item = &Named> {
        let around = move |field: &&Named| field.value.start <= span.start && span.end <= field.value.end;
        self.places.fields.iter().rev().filter(around).take(MAX_FIELDS)
    }

    /// The chain read with `std.get`, from the first field on that may be missing.
    fn get(&self, finding: &Finding, chain: &[Link<'_>]) -> Option<Get> {
        let may_be_missing =
            |path: &str| find(&self.kind, path).field.is_some_and(|field| field.missing_when.is_some());
        let is_missing = |link: &Link<'_>| link.path.is_empty() || may_be_missing(&link.path);
        let first = chain
            .iter()
            .position(is_missing)
            .filter(|first| chain.get(*first).is_some_and(|link| link.span.end <= finding.span.end))?;
        let links = chain.get(first..)?;
        let (last, span) = (links.last()?, links.last()?.span);
        let mut text = links.first()?.base.to_owned();
        for link in links {
            let default = if link.span == span { "" } else { ", {}" };
            text = format!("std.get({text}, '{}'{default})", link.key);
        }
        let text = text.strip_suffix(')')?;
        let is_value = self.places.fields.iter().any(|field| field.value == span);
        let mut defaults = defaults(find(&self.kind, &last.path).field.map(|field| &field.kind));
        // What the operator needs is no default for a field of another type.
        let needed = self.trial.survey.needed.get(&finding.span).filter(|needed| defaults.contains(*needed));
        if let Some(needed) = needed {
            defaults.insert(0, needed);
        }
        // What ends in a trait must be neither null nor empty.
        let is_mapper = self.trial.place.purpose() == Purpose::Mapper;
        let compared = self.trial.survey.read_at(span).is_some_and(|read| read.compared);
        let fits = |default: &&str| !is_mapper || compared || !is_value && !matches!(*default, "null" | "''");
        defaults.into_iter().filter(fits).find_map(|default| {
            let is_null = default == "null";
            let text = if is_null { format!("{text})") } else { format!("{text}, {default})") };
            let edits = [Edit::replace(span, text.clone())];
            self.mends(finding, &edits).then_some(Get { span, text, is_null })
        })
    }
}

impl Get {
    fn fix(self) -> Fix {
        Fix { title: "read it with std.get".to_owned(), span: self.span, text: self.text, safe: false }
    }
}

fn leave_out(field: &Named, guard: &str) -> Fix {
    let text = format!("[if {guard} then '{}']", field.name);
    Fix { title: "leave the field out".to_owned(), span: field.key, text, safe: false }
}

/// The ways that work, in words.
fn help(guard: Option<&str>, left_out: Option<&Named>, get: Option<&Get>) -> Option<String> {
    let test = guard.map(|guard| match left_out.filter(|_| guard.len() <= SHORT) {
        Some(field) => format!("test `{guard}` first (`[if {guard} then '{}']: …` leaves the field out)", field.name),
        None => format!("test `{guard}` first"),
    });
    Some(match (test, get) {
        (Some(test), Some(get)) if get.is_null => format!("{test}, or send null with `{}`", get.text),
        (Some(test), Some(get)) => format!("read it with `{}`, or {test}", get.text),
        (None, Some(get)) => format!("read it with `{}`", get.text),
        (Some(test), None) => test,
        (None, None) => return None,
    })
}

/// What a field of this type is read as where it is missing, the best first.
fn defaults(kind: Option<&JsonType>) -> Vec<&'static str> {
    let known = kind.and_then(|kind| kind.alternatives().iter().find(|kind| **kind != JsonType::Null));
    match known {
        Some(JsonType::Text(_)) => vec!["null", "''"],
        Some(JsonType::List(_)) => vec!["null", "[]"],
        Some(JsonType::Bool(_)) => vec!["null", "false"],
        Some(JsonType::Number { .. }) => vec!["null", "0"],
        Some(JsonType::Object(_)) => vec!["null", "{}"],
        _ => vec!["null", "''", "[]", "{}", "false", "0"],
    }
}

/// Whether a key can be written between quotes as it is.
fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':' | '/' | '.'))
}
