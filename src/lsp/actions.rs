//! What can be done about a finding: its fixes, and comments that silence it.

use std::collections::HashMap;
use std::path::Path;

use serde_json::{Value, json};

use super::change::{Change, edit};
use super::diagnostics::one_line;
use super::features::Features;
use super::known::Rows;
use super::position::Lines;
use super::state::Snapshot;
use super::{embed, guard, hooks};
use crate::diagnostic::{Diagnostic, Fix};
use crate::output::text::text;
use crate::text::{Place, Source, Span};

/// Most findings of a request for which something is offered: a longer list is not read, and all fixes together are one action.
const MAX_FINDINGS: usize = 20;

/// All safe fixes of a file.
pub(super) const FIX_ALL: &str = "source.fixAll.kratos-lint";

/// The answer to `textDocument/codeAction`.
pub(super) fn answer(path: &Path, params: &Value, snapshot: &Snapshot, features: Features) -> Value {
    let Ok(source) = snapshot.disk().read_configuration(path) else { return Value::Null };
    let lines = Lines::of(source.text(), snapshot.encoding);
    let asked = lines.span(params.get("range").unwrap_or(&Value::Null));
    let only = params.pointer("/context/only").and_then(Value::as_array);
    let wants = |kind: &str| {
        only.is_none_or(|only| {
            only.iter()
                .filter_map(Value::as_str)
                .any(|asked| kind == asked || kind.strip_prefix(asked).is_some_and(|rest| rest.starts_with('.')))
        })
    };
    let mut actions = Vec::new();
    let reports = snapshot.results.units.iter().map(|known| &known.report);
    let here: Vec<&Diagnostic> =
        reports.flat_map(|report| &report.diagnostics).filter(|found| snapshot.holds(path, &found.place)).collect();
    if wants("quickfix") {
        let shown = of_client(params);
        let mut rows = Rows::of(path, snapshot, features);
        let is_asked = |found: &&&Diagnostic| {
            let span = one_line(&found.place.in_file());
            span.start <= asked.end && asked.start <= span.end
        };
        for found in here.iter().filter(is_asked).take(MAX_FINDINGS) {
            let range = lines.range(one_line(&found.place.in_file()));
            let diagnostics = diagnostics(found, &range, &shown);
            let offers = fixes(found, snapshot, features).into_iter();
            actions.extend(offers.chain(ignores(found, path, &source, snapshot, features, &mut rows)).map(
                |mut offer| {
                    offer["diagnostics"].clone_from(&diagnostics);
                    offer
                },
            ));
        }
    }
    if wants(FIX_ALL) && only.is_some() {
        actions.extend(all_fixes(&here, path, snapshot, features));
    }
    actions.extend(embed::actions(path, asked, snapshot, features, &wants));
    actions.extend(hooks::actions(path, asked, snapshot, features, &wants));
    if wants(guard::GUARD) {
        actions.extend(guard::actions(path, asked, snapshot, features));
    }
    Value::Array(actions)
}

/// All safe fixes of the findings of a file that do not touch each other, as one action.
fn all_fixes(here: &[&Diagnostic], path: &Path, snapshot: &Snapshot, features: Features) -> Option<Value> {
    let mut all: Vec<Change> = Vec::new();
    for fix in here.iter().filter_map(|found| found.fixes.iter().find(|fix| fix.safe && !fix.hidden)) {
        let Some(new) = changes(fix, snapshot) else { continue };
        let clashes = |change: &Change| {
            all.iter().any(|other| {
                other.path == change.path && other.span.start <= change.span.end && change.span.start <= other.span.end
            })
        };
        // A fix belongs together: it goes as a whole, in this file only.
        if !new.iter().any(|change| clashes(change) || change.path != path) {
            all.extend(new);
        }
    }
    let title = "Apply all safe fixes of kratos-lint";
    (!all.is_empty()).then(|| json!({"title": title, "kind": FIX_ALL, "edit": edit(&all, snapshot, features)}))
}

/// The findings that the client shows at the place of the request, by rule.
fn of_client(params: &Value) -> HashMap<&str, Vec<&Value>> {
    let mut by_rule: HashMap<&str, Vec<&Value>> = HashMap::new();
    for one in params.pointer("/context/diagnostics").and_then(Value::as_array).into_iter().flatten() {
        by_rule.entry(one["code"].as_str().unwrap_or_default()).or_default().push(one);
    }
    by_rule
}

/// Those of them that are this one: at its place, or else of its rule when lines have moved since.
fn diagnostics(found: &Diagnostic, range: &Value, shown: &HashMap<&str, Vec<&Value>>) -> Value {
    let of_rule = shown.get(found.rule).map(Vec::as_slice).unwrap_or_default();
    let sentence = found.sentence();
    let sentence = text(&sentence);
    let is_this = |one: &&&Value| {
        one["range"] == *range && one["message"].as_str().is_some_and(|said| said.starts_with(sentence.as_str()))
    };
    let here: Vec<Value> = of_rule.iter().filter(is_this).map(|one| (*one).clone()).collect();
    if here.is_empty() && of_rule.len() == 1 {
        return Value::Array(of_rule.iter().map(|one| (*one).clone()).collect());
    }
    Value::Array(here)
}

/// The fixes of a finding.
fn fixes(found: &Diagnostic, snapshot: &Snapshot, features: Features) -> Vec<Value> {
    let offer = |fix: &Fix| {
        let edit = edit(&changes(fix, snapshot)?, snapshot, features);
        let title = if fix.safe { fix.title.clone() } else { format!("{} (check the result)", fix.title) };
        Some(json!({"title": title, "kind": "quickfix", "isPreferred": fix.safe, "edit": edit}))
    };
    found.fixes.iter().filter(|fix| !fix.hidden).filter_map(offer).collect()
}

/// The edits of a fix in the bytes of files; none where one cannot be carried over.
fn changes(fix: &Fix, snapshot: &Snapshot) -> Option<Vec<Change>> {
    let one = |edit: &crate::diagnostic::Edit| {
        let (place, text) = edit.place.replaced_in_file(&edit.text)?;
        let text = crate::fix::with_line_ends(&place.source, &text);
        Some(Change { path: snapshot.real(place.source.path()), span: place.span, source: place.source, text })
    };
    fix.edits.iter().map(one).collect()
}

/// "Ignore on this line" and "in this file", with a place for the reason.
fn ignores(
    found: &Diagnostic,
    path: &Path,
    source: &std::sync::Arc<Source>,
    snapshot: &Snapshot,
    features: Features,
    rows: &mut Rows<'_>,
) -> Vec<Value> {
    let place: Place = found.place.in_file();
    let start = source.line_span(source.line_of(place.span.start)).start;
    let Some(above) = crate::suppress::offer::above(found, "reason") else {
        let action = |edit: Value| {
            json!({"title": format!("Ignore {} here, in {}", found.rule, crate::config::FILE_NAME), "kind": "quickfix",
                "edit": edit})
        };
        return rows.row(found).map(action).into_iter().collect();
    };
    let opening = if above.text.trim_start().starts_with("//") { "//" } else { "#" };
    let comments = [
        ("on this line", start, above.text),
        ("in this file", 0, format!("{opening} kratos-lint: ignore-file[{}] reason\n", found.rule)),
    ];
    let action = |(place, at, text): (&str, usize, String)| {
        let text = crate::fix::with_line_ends(source, &text);
        let change =
            Change { path: path.to_path_buf(), source: std::sync::Arc::clone(source), span: Span::at(at), text };
        json!({"title": format!("Ignore {} {place}", found.rule), "kind": "quickfix",
            "edit": edit(&[change], snapshot, features)})
    };
    comments.into_iter().map(action).collect()
}
