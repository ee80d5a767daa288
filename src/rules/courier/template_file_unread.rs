//! `template-file-unread`: a message template that Kratos does not look for.

use crate::diagnostic::{Effect, Level};
use crate::kratos::messages::folder::{Folder, MAX_ENTRIES};
use crate::kratos::messages::{MESSAGES, Message, Part, named};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::rules::courier::nearest;
use crate::templates::given::{CHART_FIELDS, ChartEntry, FOLDER_KEY, messages, snake_case};
use crate::text::names;
use crate::text::{Place, Span};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "template-file-unread",
    aliases: &[],
    summary: "message template that Kratos does not look for",
    category: "courier",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
Kratos sends its own text and logs nothing.

## Why
Kratos looks for four names only (`email.subject.gotmpl`, `email.body.plaintext.gotmpl`, `email.body.gotmpl`, `sms.body.gotmpl`)
in the folders of its messages, such as `recovery_code/valid`. What has another name, or is in another folder, is not read.

## What to do
Rename or move the file as shown.

## Versions
All versions. `recovery_code` and `verification_code` since v0.11.0; `login_code`, `registration_code` and the SMS of `verification_code`
since v1.1.0; the SMS of `recovery_code` and `registration_code` since v25.4.0.

## Source
courier/template/email/*.go and sms/*.go at the tags v0.7.1 to master; seen on v1.0.0, v1.1.0, v1.3.1, v25.4.0 and v26.2.0.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let given = context.given_templates();
    if let (Some(folder), Some(node)) = (&given.folder, context.find(FOLDER_KEY)) {
        if folder.is_cut() {
            out.left_out(node, format!("the folder has more than {MAX_ENTRIES} files: only those are read"));
        }
        let mut told: Vec<&str> = Vec::new();
        for below in folder.entries.iter().filter(|below| !below.is_folder) {
            let (around, name) = below.relative.rsplit_once('/').unwrap_or(("", &below.relative));
            let Some(unread) = unread(folder, around, name, context.target) else { continue };
            // One finding for a folder with a wrong name.
            if unread.is_folder && told.contains(&around) {
                continue;
            }
            told.push(around);
            let Some(source) = context.files.read(&below.path) else { continue };
            let place = Place::new(&source, Span::at(0));
            _ = out
                .report_in(place, &node.pointer(), &node.place(), unread.message)
                .level(unread.level)
                .help(unread.help);
        }
    }
    for entry in &given.chart {
        chart(context, entry, out);
    }
}

struct Unread {
    message: String,
    help: String,
    level: Level,
    /// Whether the folder is to blame.
    is_folder: bool,
}

/// Why a file is not read, unless it is, or is no template.
fn unread(folder: &Folder, around: &str, name: &str, version: Version) -> Option<Unread> {
    // Names for languages are names of templates, too.
    let is_part = name.ends_with(".gotmpl") && Part::ALL.iter().any(|part| name.starts_with(part.beginning()));
    let here = || messages(version).filter(|message| message.folder() == around);
    let is_known = here().next().is_some();
    // In the folder of a message, a part under another ending is a template, too.
    let is_template = name.ends_with(".gotmpl") || is_known && has_other_ending(name);
    if !is_template || around.contains("test_stub") {
        return None;
    }
    if is_known {
        return in_known_folder(folder, &here().collect::<Vec<_>>(), name, version);
    }
    let message = |text: String, help: String, level| Some(Unread { message: text, help, level, is_folder: true });
    let top = around.split('/').next().unwrap_or_default();
    if let Some(other) = MESSAGES.iter().find(|message| message.folder() == around) {
        let text = format!("{version} has no message `{}`: it is new in {}", other.name, other.versions.from);
        let text =
            if other.versions.from > version { text } else { format!("{version} has no message `{}`", other.name) };
        return message(
            text,
            "remove this folder, or check against the version that you run".to_owned(),
            Level::Warning,
        );
    }
    let without_variant = messages(version).find(|message| message.variant.is_some() && message.name == around);
    if let (Some(known), true) = (without_variant, is_part) {
        let text = "Kratos does not look here: the file must be in a folder `valid` or `invalid`".to_owned();
        return message(text, format!("move it to `{}/{name}`", known.folder()), Level::Warning);
    }
    let mut folders: Vec<String> = messages(version).map(Message::folder).collect();
    folders.dedup();
    let likely = nearest(around, folders.iter().map(String::as_str)).map(str::to_owned).or_else(|| {
        let name = nearest(top, messages(version).map(|message| message.name))?;
        folders.iter().find(|folder| folder.split('/').next() == Some(name)).cloned()
    });
    match likely {
        Some(likely) if likely.split('/').next() != Some(around) && is_part => message(
            format!("Kratos does not look into `{around}`"),
            format!("rename the folder to `{likely}`"),
            Level::Warning,
        ),
        _ => {
            let level = if is_part { Level::Warning } else { Level::Info };
            let text = if around.is_empty() {
                "Kratos does not look here".to_owned()
            } else {
                format!("Kratos does not look into `{around}`")
            };
            message(text, "move it to the folder of a message, such as `recovery_code/valid`".to_owned(), level)
        }
    }
}

/// Endings of templates and mails, apart from the one that Kratos reads.
const OTHER_ENDINGS: [&str; 9] =
    ["", ".tmpl", ".tpl", ".gohtml", ".gotxt", ".html", ".txt", ".gotmpl.html", ".gotmpl.txt"];

/// Whether this is the name of a part with another ending. A copy such as `email.subject.gotmpl.bak` is not meant to be sent.
fn has_other_ending(name: &str) -> bool {
    Part::ALL.iter().any(|part| name.strip_prefix(part.beginning()).is_some_and(|end| OTHER_ENDINGS.contains(&end)))
}

/// Why a file in the folder of messages is not read.
fn in_known_folder(folder: &Folder, here: &[&'static Message], name: &str, version: Version) -> Option<Unread> {
    let parts: Vec<(&Message, Part)> =
        here.iter().flat_map(|message| message.parts().map(|part| (*message, part))).collect();
    if let Some(part) = Part::ALL.into_iter().find(|part| part.file() == name) {
        if parts.iter().any(|(_, known)| *known == part) {
            return None;
        }
        let message = here.first()?;
        let later = named(message.name, message.variant, part.channel()).filter(|later| later.versions.from > version);
        let text = match later {
            Some(later) => format!("{version} sends no SMS for `{}`: new in {}", message.name, later.versions.from),
            None => format!("Kratos sends no SMS for `{}`", message.folder()),
        };
        let help = "remove it, or check against the version that you run".to_owned();
        return Some(Unread { message: text, help, level: Level::Warning, is_folder: false });
    }
    // What is parsed with a template is the business of another rule.
    let is_parsed = |(message, part): &(&Message, Part)| {
        folder.parsed(message, *part, version).iter().any(|(parsed, _)| *parsed == name)
    };
    if parts.iter().any(is_parsed) {
        return None;
    }
    let stem = name.trim_end_matches(".gotmpl");
    let free = parts.iter().filter(|(message, part)| folder.parsed(message, *part, version).is_empty());
    let free: Vec<Part> = free.map(|(_, part)| *part).collect();
    let begins =
        free.iter().filter(|part| stem.starts_with(part.beginning())).max_by_key(|part| part.beginning().len());
    // `subject.gotmpl` for `email.subject.gotmpl`
    let ends = free.iter().find(|part| part.file().strip_suffix(name).is_some_and(|front| front.ends_with('.')));
    let likely = nearest(name, free.iter().map(|part| part.file())).or(begins.or(ends).map(|part| part.file()));
    let help = match likely {
        Some(likely) => format!("rename it to `{likely}`"),
        None => "Kratos reads `email.subject.gotmpl`, `email.body.plaintext.gotmpl` and `email.body.gotmpl`".to_owned(),
    };
    let level = if likely.is_some() { Level::Warning } else { Level::Info };
    let text = "Kratos does not look for a file of this name: it sends its own text".to_owned();
    Some(Unread { message: text, help, level, is_folder: false })
}

/// An entry of `emailTemplates`: Ory's chart makes folders of its keys.
fn chart(context: &Context, entry: &ChartEntry, out: &mut Sink) {
    let [name_place, variant_place, field_place] = &entry.keys;
    let pointer = context.find(FOLDER_KEY).map(Node::pointer);
    let snake = snake_case(&entry.name);
    let mut known: Vec<&str> = messages(context.target).map(|message| message.name).collect();
    known.dedup();
    let variants =
        || messages(context.target).filter(|message| message.name == snake).filter_map(|message| message.variant);
    let fields = CHART_FIELDS.map(|(field, _)| field);
    let (place, text, help) = if !known.contains(&snake.as_str()) {
        let text = format!("Kratos has no message `{snake}`: this template is never read");
        let help = nearest(&snake, known.iter().copied()).map(|name| format!("use `{name}`"));
        (name_place, text, help.unwrap_or_else(|| names::one_of(&known)))
    } else if !variants().any(|variant| variant == entry.variant) {
        let mut all: Vec<&str> = variants().collect();
        all.dedup();
        let text = format!("Kratos does not look into `{snake}/{}`", entry.variant);
        (
            variant_place,
            text,
            format!("use {}", all.iter().map(|variant| format!("`{variant}`")).collect::<Vec<_>>().join(" or ")),
        )
    } else if !fields.contains(&entry.field.as_str()) {
        let text = format!("the chart ignores `{}`: this template is never read", entry.field);
        let likely = match entry.field.to_ascii_lowercase() {
            field if field.contains("plain") || field.contains("text") => "plainBody",
            field if field.contains("html") => "body",
            _ => "",
        };
        let help =
            if likely.is_empty() { format!("use one of {}", fields.join(", ")) } else { format!("use `{likely}`") };
        (field_place, text, help)
    } else {
        return;
    };
    _ = out.report_at(place.clone(), pointer, text).help(help);
}
