//! `template-stray-file`: a file beside a message template that is parsed with it.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use std::collections::HashSet;
use std::sync::Arc;

use crate::gotemplate::tree::Node;
use crate::kratos::messages::Part;
use crate::kratos::messages::folder::{Below, Folder};
use crate::rules::courier::Broken;
use crate::templates::Checked;
use crate::templates::given::Origin;
use crate::text::{Place, Span};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "template-stray-file",
    aliases: &[],
    summary: "file beside a message template that is parsed with it",
    category: "courier",
    level: Level::Info,
    effect: Effect::Advice,
    versions: Versions::since(Version::V0_8_2),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
A file whose name begins as that of a template (`email.body*`, `email.body.plaintext*`, `email.subject*`, `sms.body*`) is parsed
with it: a fault in a backup makes the message fail. A folder of such a name makes the part fail always. Files for languages are
never chosen by Kratos.

## Why
Kratos reads the templates by a pattern, so that a template can call others beside it.

## What to do
Move backups and pictures out of the folder. Call a file for a language from the template: `{{ template "email.body.de.gotmpl" . }}`.

## Versions
Since v0.8.2 (v0.8.1, which has it too, is checked as v0.8.0).

## Source
courier/template/load_template.go (loadTemplate); seen on v1.0.0, v1.1.0, v1.3.1, v25.4.0 and v26.2.0.
"#,
    check,
};

/// Endings of files that programs leave.
const BACKUPS: [&str; 9] = [".bak", "~", ".orig", ".old", ".swp", ".save", ".rej", ".tmp", ".backup"];

fn check(context: &Context, out: &mut Sink) {
    let given = context.given_templates();
    let Some(folder) = &given.folder else { return };
    for checked in context.templates().iter().filter(|checked| checked.template.origin == Origin::Folder) {
        let template = &checked.template;
        let called = calls(checked);
        for (name, below) in folder.beginning(template.message, template.part.beginning()) {
            if below.is_folder {
                folder_in_pattern(context, checked, folder, below, out);
            } else if !is_of_another_part(template.part, name) && !is_used(checked, &called, name) {
                stray(context, checked, name, below, out);
            }
        }
    }
}

/// Whether a file is a template itself, or is parsed with the plain text, where it is reported.
fn is_of_another_part(part: Part, name: &str) -> bool {
    Part::ALL.iter().any(|part| part.file() == name)
        || (part == Part::Html && name.starts_with(Part::Plaintext.beginning()))
}

fn folder_in_pattern(context: &Context, checked: &Checked, folder: &Folder, below: &Below, out: &mut Sink) {
    let broken = Broken::of(checked, context.target);
    let template = &checked.template;
    let place = checked.place(template.main, Span::at(0)).unwrap_or_else(|| template.reference.clone());
    let name = below.relative.rsplit('/').next().unwrap_or_default();
    // The HTML part has a pattern of its own that takes the folder too.
    let plain = Part::Plaintext.beginning();
    if template.part == Part::Html
        && name.starts_with(plain)
        && folder.beginning(template.message, Part::Plaintext.file()).next().is_some()
    {
        return;
    }
    let message = format!("{}: the folder `{name}` matches `{}*`", broken.consequence(), template.part.beginning());
    _ = broken.report(out, place, message).help(format!("rename the folder `{name}`, or move it out of this folder"));
}

/// Whether a template of the set calls the file, or something that it defines.
fn is_used(checked: &Checked, called: &HashSet<&str>, name: &str) -> bool {
    let index = checked.template.sources.iter().position(|(file, _)| file == name);
    let parsed = index.and_then(|index| checked.parsed.get(index));
    let mut defined = parsed.into_iter().flat_map(|parsed| parsed.definitions.iter().skip(1));
    called.contains(name) || defined.any(|one| called.contains(one.name.as_str()))
}

/// The names of all templates that a set calls.
fn calls<'c>(checked: &'c Checked) -> HashSet<&'c str> {
    let mut found = HashSet::new();
    let definitions = checked.parsed.iter().flat_map(|parsed| &parsed.definitions);
    let mut open: Vec<&Node> = definitions.flat_map(|definition| &definition.body).collect();
    while let Some(node) = open.pop() {
        match node {
            Node::Template { name, .. } => _ = found.insert(name.as_str()),
            Node::If(branch) | Node::With(branch) | Node::Range(branch) => {
                open.extend(branch.body.iter().chain(&branch.otherwise));
            }
            _ => {}
        }
    }
    found
}

fn stray(context: &Context, checked: &Checked, name: &str, below: &Below, out: &mut Sink) {
    let template = &checked.template;
    let source = template.sources.iter().find(|(file, _)| file == name).map(|(_, source)| Arc::clone(source));
    let Some(source) = source.or_else(|| context.files.read(&below.path)) else { return };
    let file = template.part.file();
    let (level, message, help) = if BACKUPS.iter().any(|ending| name.ends_with(ending)) {
        (
            Level::Warning,
            format!("this file is parsed with `{file}`: a fault in it stops the message"),
            "move it out of this folder".to_owned(),
        )
    } else {
        let help = format!("call it from `{file}` by its name, or move it out of this folder");
        (Level::Info, format!("Kratos parses this file with `{file}`, but never chooses it"), help)
    };
    let place = Place::new(&source, Span::at(0));
    _ = out.report_in(place, &template.pointer, &template.reference, message).level(level).help(help);
}
