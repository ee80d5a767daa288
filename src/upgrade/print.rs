//! The report of an upgrade: as text, as Markdown for pull requests, as JSON.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Change, ChangeKind, Finding, Upgrade};
use crate::diagnostic::Level;
use crate::kratos::changes::Weight;
use crate::output::text::text;
use crate::output::{markdown, some};
use crate::text::Place;

/// What is said beside the changes between releases, in this order.
const BESIDE: [ChangeKind; 6] =
    [ChangeKind::Network, ChangeKind::Left, ChangeKind::New, ChangeKind::Hook, ChangeKind::Default, ChangeKind::Gone];

/// What a report is about.
#[derive(Debug)]
pub(crate) struct Title<'a> {
    /// The path of the configuration.
    pub file: &'a str,
    /// The release that runs now, or `network` or `oel`.
    pub from: &'a str,
    /// The release to come, or `network` or `oel`.
    pub to: &'a str,
    /// What said which release runs now; none when the command line did.
    pub because: Option<String>,
}

/// `file`, line and column of a place.
fn at(place: Option<&Place>) -> Option<(String, usize, usize)> {
    let place = place?.in_file();
    let at = place.source.position(place.span.start);
    Some((place.source.path().to_owned(), at.line, at.column))
}

/// The report as JSON.
#[must_use]
pub(crate) fn json(title: &Title<'_>, upgrade: &Upgrade) -> Value {
    json!({
        "version": 1,
        "file": title.file,
        "from": title.from,
        "to": title.to,
        "steps": upgrade.steps.iter().map(|step| step.name()).collect::<Vec<_>>(),
        "changes": upgrade.changes.iter().map(json_of_change).collect::<Vec<_>>(),
        "findings": upgrade.findings.iter().map(json_of_finding).collect::<Vec<_>>(),
        "notes": upgrade.notes,
    })
}

fn json_of_change(change: &Change) -> Value {
    let place = at(change.place.as_ref());
    json!({
        "id": change.row.id,
        "release": change.row.release.name(),
        "kind": change.row.kind,
        "level": change.row.weight.name(),
        "always": change.is_general(),
        "certain": change.is_certain(),
        "what": change.row.what,
        "do": change.row.advice,
        "needs": change.needs,
        "pointer": change.pointer,
        "file": place.as_ref().map(|(file, ..)| file),
        "line": place.as_ref().map(|(_, line, _)| line),
        "column": place.as_ref().map(|(.., column)| column),
        "seen": change.row.seen,
        "rules": change.row.rules,
    })
}

fn json_of_finding(finding: &Finding) -> Value {
    let place = at(finding.place.as_ref());
    json!({
        "kind": finding.kind.name(),
        "rule": finding.rule,
        "level": finding.level.map(Level::name),
        "message": finding.message,
        "help": finding.help,
        "pointer": finding.pointer,
        "file": place.as_ref().map(|(file, ..)| file),
        "line": place.as_ref().map(|(_, line, _)| line),
        "column": place.as_ref().map(|(.., column)| column),
    })
}

/// `file:line:column: `, or nothing.
fn prefix(place: Option<&Place>) -> String {
    at(place).map(|(file, line, column)| format!("{}:{line}:{column}: ", text(&file))).unwrap_or_default()
}

/// What is said when the file is not touched.
fn verdict(upgrade: &Upgrade) -> Option<String> {
    if upgrade.of_file().next().is_some() || !upgrade.findings.is_empty() {
        return None;
    }
    let open = upgrade.undecided().count();
    Some(match open {
        0 => "nothing changes for this file".to_owned(),
        1 => "nothing that the file decides changes; 1 change depends on what is not in it".to_owned(),
        _ => format!("nothing that the file decides changes; {open} changes depend on what is not in it"),
    })
}

/// The report as text; `whole` lists the changes of every installation too.
#[must_use]
pub(crate) fn plain(title: &Title<'_>, upgrade: &Upgrade, whole: bool) -> String {
    let mut out = format!("{}: {} to {}", text(title.file), title.from, title.to);
    if let Some(because) = &title.because {
        _ = write!(out, " ({} because {})", title.from, text(because));
    }
    out.push('\n');
    if upgrade.steps.len() > 1 {
        let steps: Vec<&str> = upgrade.steps.iter().map(|step| step.name()).collect();
        _ = writeln!(out, "steps: {}", steps.join(", "));
    }
    for note in &upgrade.notes {
        _ = writeln!(out, "note: {}", text(note));
    }
    if let Some(verdict) = verdict(upgrade) {
        _ = writeln!(out, "\n{verdict}");
    }
    findings(&mut out, upgrade, &[ChangeKind::Refused]);
    section(&mut out, &format!("for this file: {}", counts(upgrade.of_file())), upgrade.of_file());
    findings(&mut out, upgrade, &BESIDE);
    section(&mut out, "depends on what is not in the file", upgrade.undecided());
    if whole {
        section(&mut out, "for every installation", upgrade.general());
    } else {
        let general = upgrade.general().count();
        if general > 0 {
            _ = writeln!(out, "\n{} for every installation: --all lists them", some(general, "change"));
        }
    }
    out
}

/// How many changes there are of each weight: `1 break, 2 info`.
fn counts<'a>(changes: impl Iterator<Item = &'a Change>) -> String {
    let mut counts = [Weight::Break, Weight::Behaviour, Weight::Message, Weight::Info].map(|weight| (weight, 0));
    for change in changes {
        counts.iter_mut().filter(|(weight, _)| *weight == change.row.weight).for_each(|(_, count)| *count += 1);
    }
    let some = counts.iter().filter(|(_, count)| *count > 0);
    some.map(|(weight, count)| format!("{count} {}", weight.name())).collect::<Vec<_>>().join(", ")
}

fn section<'a>(out: &mut String, heading: &str, changes: impl Iterator<Item = &'a Change>) {
    let mut release = None;
    for change in changes {
        if release.is_none() {
            _ = writeln!(out, "\n{heading}");
        }
        if release != Some(change.row.release) {
            _ = writeln!(out, "  {}", change.row.release);
            release = Some(change.row.release);
        }
        let place = prefix(change.place.as_ref());
        _ = writeln!(out, "    {}: {place}{} [{}]", change.row.weight.name(), change.row.what, change.row.id);
        if !change.needs.is_empty() {
            _ = writeln!(out, "      depends on {}", text(&change.needs.join(", ")));
        }
        if change.row.weight != Weight::Info || change.row.advice != "nothing to do" {
            _ = writeln!(out, "      {}", change.row.advice);
        }
    }
}

/// Findings with the same text once, with how often it is said elsewhere.
fn grouped<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<(&'a Finding, usize)> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    let mut groups: Vec<(&Finding, usize)> = Vec::new();
    for finding in findings {
        if let Some((_, more)) = known.get(finding.message.as_str()).and_then(|index| groups.get_mut(*index)) {
            *more += 1;
        } else {
            known.insert(&finding.message, groups.len());
            groups.push((finding, 0));
        }
    }
    groups
}

fn other_places(more: usize) -> String {
    match more {
        0 => String::new(),
        1 => " (and in 1 other place)".to_owned(),
        _ => format!(" (and in {more} other places)"),
    }
}

/// `error[rule] ` of what a rule found, as in other reports.
fn rule_of(finding: &Finding) -> String {
    let both = finding.level.zip(finding.rule);
    both.map(|(level, rule)| format!("{}[{rule}] ", level.name())).unwrap_or_default()
}

fn findings(out: &mut String, upgrade: &Upgrade, kinds: &[ChangeKind]) {
    for kind in kinds {
        let groups = grouped(upgrade.findings.iter().filter(|finding| finding.kind == *kind));
        if !groups.is_empty() {
            _ = writeln!(out, "\n{}", kind.heading());
        }
        for (index, (finding, more)) in groups.iter().enumerate() {
            let message = text(&finding.message);
            let (place, rule) = (prefix(finding.place.as_ref()), rule_of(finding));
            _ = writeln!(out, "  {place}{rule}{message}{}", other_places(*more));
            // The same advice for several in a row is given once.
            let is_said_below = groups.get(index + 1).is_some_and(|(next, _)| next.help == finding.help);
            let help = finding.help.as_ref().filter(|_| finding.kind != ChangeKind::Gone && !is_said_below);
            if let Some(help) = help {
                _ = writeln!(out, "    {}", text(help));
            }
        }
    }
}

/// The report as Markdown: a table for this file, the rest folded.
#[must_use]
pub(crate) fn markdown(title: &Title<'_>, upgrade: &Upgrade) -> String {
    let mut out =
        format!("### Kratos {} to {}: {}\n\n", title.from, title.to, markdown::code(text(title.file).as_str()));
    for note in &upgrade.notes {
        _ = writeln!(out, "> {}\n", marked(note));
    }
    if let Some(verdict) = verdict(upgrade) {
        _ = writeln!(out, "{}.\n", capital(&verdict));
    }
    let refused = upgrade.findings.iter().filter(|finding| finding.kind == ChangeKind::Refused);
    list(&mut out, &format!("**{} does not start**", title.to), refused);
    if upgrade.of_file().next().is_some() {
        _ = writeln!(out, "For this file: {}.\n", counts(upgrade.of_file()));
    }
    table(&mut out, upgrade.of_file());
    let others = upgrade.findings.iter().filter(|finding| finding.kind != ChangeKind::Refused);
    if others.clone().next().is_some() {
        _ = writeln!(out, "<details><summary>Findings, hooks and defaults</summary>\n");
        for kind in BESIDE {
            list(&mut out, kind.heading(), others.clone().filter(|finding| finding.kind == kind));
        }
        _ = writeln!(out, "</details>\n");
    }
    folded(&mut out, "Depends on what is not in the file", upgrade.undecided());
    folded(&mut out, "For every installation", upgrade.general());
    out
}

fn folded<'a>(out: &mut String, summary: &str, changes: impl Iterator<Item = &'a Change> + Clone) {
    let count = changes.clone().count();
    if count > 0 {
        _ = writeln!(out, "<details><summary>{summary} ({count})</summary>\n");
        table(out, changes);
        _ = writeln!(out, "</details>\n");
    }
}

fn table<'a>(out: &mut String, changes: impl Iterator<Item = &'a Change>) {
    let mut any = false;
    for change in changes {
        if !any {
            out.push_str("| release | level | change | do | where |\n|---|---|---|---|---|\n");
            any = true;
        }
        let row = change.row;
        let place = at(change.place.as_ref()).map(|(file, line, _)| markdown::code(&format!("{}:{line}", text(&file))));
        let needs = if change.needs.is_empty() {
            String::new()
        } else {
            marked(&format!(" (depends on {})", change.needs.join(", ")))
        };
        let cells = [
            row.release.name().to_owned(),
            row.weight.name().to_owned(),
            format!("{}{needs}", row.what.replace('|', "\\|")),
            row.advice.replace('|', "\\|"),
            place.unwrap_or_default(),
        ];
        _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    if any {
        out.push('\n');
    }
}

fn list<'a>(out: &mut String, heading: &str, findings: impl Iterator<Item = &'a Finding>) {
    let groups = grouped(findings);
    if !groups.is_empty() {
        _ = writeln!(out, "{}:\n", capital(heading));
    }
    let any = !groups.is_empty();
    for (finding, more) in groups {
        let place =
            at(finding.place.as_ref()).map(|(file, line, _)| markdown::code(&format!("{}:{line}", text(&file))) + " ");
        let place = place.unwrap_or_default();
        let help = finding.help.as_ref().filter(|_| finding.kind != ChangeKind::Gone);
        let help = help.map(|help| format!("; {}", marked(help))).unwrap_or_default();
        let rule = rule_of(finding);
        _ = writeln!(out, "- {place}{rule}{}{}{help}", marked(&finding.message), other_places(more));
    }
    if any {
        out.push('\n');
    }
}

/// A text of a file as Markdown.
fn marked(raw: &str) -> String {
    markdown::plain(text(raw).as_str())
}

/// With a capital first letter.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
