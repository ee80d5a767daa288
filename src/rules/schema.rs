//! Rules about what Kratos' validation refuses. The walk is [`crate::kratos::schema`]; each rule shows one kind of its faults.

pub(crate) mod conflicting_keys;
pub(crate) mod duplicate_item;
pub(crate) mod invalid_value;
pub(crate) mod item_key_missing;
pub(crate) mod key_too_new;
pub(crate) mod malformed_value;
pub(crate) mod misplaced_hook;
pub(crate) mod missing_key;
pub(crate) mod out_of_range;
pub(crate) mod removed_key;
pub(crate) mod unknown_key;
pub(crate) mod wrong_type;

use crate::deployment::Neighbour;
use crate::diagnostic::{Covers, Edit, Effect, Level};
use crate::kratos::env::{self, Surprise};
use crate::kratos::schema::{Fault, FaultKind};
use crate::kratos::view;
use crate::rule::{Context, Report, Sink};
use crate::text::{Place, Span};
use crate::yaml::{Style, template};

/// Keys (the last of their path) that usually come from the environment, so that a file without them is fine.
const INJECTED: [&str; 7] =
    ["dsn", "secrets", "cipher", "client_id", "client_secret", "connection_uri", "apple_private_key"];

fn report(context: &Context, kind: FaultKind, out: &mut Sink) {
    let environment = &context.unit.environment;
    // What is surprising about a variable is said by `variable-value-misread`.
    let is_explained = |fault: &&Fault<'_>| {
        // A map that variables make is at the first of them: what it lacks is not the fault of that.
        let hit = environment.hit_at(&fault.node.place()).filter(|_| fault.missing.is_none());
        fault.boot
            && hit
                .is_some_and(|hit| hit.surprise.as_ref().is_some_and(|surprise| !matches!(surprise, Surprise::Tail(_))))
    };
    let shown = context.schema_faults().iter().filter(|fault| fault.kind == kind && !is_explained(fault));
    // What is missing may stand where the text cannot be read.
    let unreadable = context.is_unreadable() || context.is_partial();
    // A file beside one that is started, or that has its name, may be laid over it: what it lacks is there.
    let is_part = context.deployment.neighbour != Neighbour::None && !context.settings.no_config;
    let is_doubtful =
        |fault: &Fault<'_>| fault.missing.is_some() && (unreadable || (is_part && !is_in_list(&fault.pointer())));
    let is_silent = |fault: &Fault<'_>| is_said_by_inner(fault, context) || is_doubtful(fault) || is_of_sops(fault);
    for fault in shown.filter(|fault| !is_silent(fault)) {
        let swallowed = swallowed_item(fault);
        let own = || if fault.at_key { fault.node.key_place() } else { place_of(context, fault) };
        let place = swallowed.clone().unwrap_or_else(own);
        let key = fault.missing.as_deref().and_then(|path| path.rsplit('.').next());
        let injected = key.and_then(|_| variable_of(&fault.pointer())).filter(|name| !is_lacking(context, name));
        let overlaid = fault.boot && key.is_some() && is_overlay(context);
        let doubt = if !fault.boot || injected.is_some() { None } else { doubt_of(context, fault, overlaid) };
        let unless = unless(context, fault, injected.as_deref(), doubt.as_ref().map(|(_, variable)| variable.as_str()));
        let message = match &unless {
            Some(unless) => format!("Kratos does not start unless {}: {}", unless.here, fault.message),
            None if swallowed.is_some() => {
                format!("{}: this `-` is too far in to begin an item, the text above goes on here", fault.message)
            }
            None => fault.message.clone(),
        };
        let mut report = out.report_at(place, Some(fault.pointer()), message);
        if let Some(unless) = unless {
            report = report.unless(unless.anywhere);
        }
        if let Some((level, _)) = doubt {
            report = report.level(level);
        } else if !fault.boot {
            report = report.level(Level::Info).effect(Effect::Advice);
        } else if injected.is_some() || overlaid || is_stand_in(context, fault) {
            report = report.level(Level::Info);
            if fault.pointer() == "/courier" {
                report = report.optional();
            }
        } else {
            report = report.covers(if swallowed.is_some() { Covers::Below } else { covered(kind) });
        }
        finish(report, fault, context);
    }
}

/// Whether the server surely gets no value from a variable: the project says all that it gets, and speaks of it nowhere else.
fn is_lacking(context: &Context, variable: &str) -> bool {
    let deployment = context.deployment;
    let is_alone = context.unit.start.is_some() && deployment.is_environment_known();
    is_alone || (deployment.is_all_known() && !deployment.named.contains(variable))
}

/// Whether the missing key is the mail server of a file that sends by HTTP.
fn is_unused_mail_server(context: &Context, fault: &Fault<'_>) -> bool {
    let strategy = context.root().and_then(|root| root.get("courier")?.get("delivery_strategy")?.as_str());
    fault.missing.as_deref() == Some("courier.smtp.connection_uri") && strategy == Some("http")
}

/// Whether an unknown key is what SOPS adds to a file that it encrypts, and takes out before Kratos reads it.
fn is_of_sops(fault: &Fault<'_>) -> bool {
    fault.kind == FaultKind::UnknownKey && fault.pointer() == "/sops" && fault.node.get("mac").is_some()
}

/// What to do where the fault itself leaves no choice.
fn default_help(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::UnknownKey | FaultKind::Removed => "remove it",
        FaultKind::TooNew => "upgrade Kratos, or remove it",
        FaultKind::WrongType => "write a value of the type that the message names",
        FaultKind::MissingKey | FaultKind::MissingItemKey => "add it",
        FaultKind::OutOfRange => "write a value within the bounds",
        FaultKind::DuplicateItem => "remove one of them",
        FaultKind::UnknownWord | FaultKind::Malformed => "write a value of this form",
        FaultKind::Conflict => "remove one of the keys",
        FaultKind::MisplacedHook => "remove the hook, or move it to another list",
    }
}

/// What says nothing more about a value that Kratos surely refuses.
fn covered(kind: FaultKind) -> Covers {
    match kind {
        FaultKind::TooNew => Covers::Below,
        FaultKind::Malformed | FaultKind::WrongType | FaultKind::UnknownWord => Covers::Value,
        _ => Covers::Nothing,
    }
}

/// The level of a finding about a value that a variable may give: an info where the environment may bring it, a warning for
/// a part of what is there where the project does not say how Kratos is started; none where the finding is sure.
fn doubt(context: &Context, fault: &Fault<'_>) -> Option<Level> {
    let is_absent = fault.missing.is_some() || (fault.node.is_null() && !fault.at_key);
    let deployment = context.deployment;
    if !is_absent || context.settings.no_config || deployment.is_environment_known() {
        return None;
    }
    if deployment.more_variables || !context.unit.at.is_empty() {
        return Some(Level::Info);
    }
    // A part of what is there may come from a variable, with a start that is known or not; no start brings a whole configuration.
    let is_whole = fault.node.key().is_none() && fault.node.ancestors().next().is_none();
    // Variables seldom reach into lists.
    (fault.missing.is_none() || !(is_whole || is_in_list(&fault.pointer()))).then_some(Level::Warning)
}

/// Whether a place is in an item of a list.
fn is_in_list(pointer: &str) -> bool {
    pointer.split('/').any(|part| part.parse::<usize>().is_ok())
}

/// What must be given for Kratos to start, as a clause.
struct Unless {
    /// At the place that lacks it.
    here: String,
    /// Where nothing shows that place.
    anywhere: String,
}

/// What brings a finding to nothing: the variable that usually gives the key, another layer, or the variable that may.
fn unless(context: &Context, fault: &Fault<'_>, injected: Option<&str>, doubted: Option<&str>) -> Option<Unless> {
    let is_set = |variable: &str| format!("{variable} is set");
    let by_variable = |variable: &str| Unless { here: is_set(variable), anywhere: is_set(variable) };
    if !fault.boot {
        return None;
    }
    if let Some(variable) = injected {
        return Some(by_variable(variable));
    }
    if fault.missing.is_some() && is_overlay(context) {
        let anywhere = format!("another values file adds `{}`", fault.pointer());
        return Some(Unless { here: "another values file adds it".to_owned(), anywhere });
    }
    if is_stand_in(context, fault) {
        let anywhere = is_set(&variable_giving(&fault.pointer()));
        return Some(Unless { here: "the environment replaces this".to_owned(), anywhere });
    }
    doubted.map(by_variable)
}

/// The level of a finding that a variable may bring to nothing, with the name of that.
fn doubt_of(context: &Context, fault: &Fault<'_>, overlaid: bool) -> Option<(Level, String)> {
    if let Some(level) = doubt(context, fault) {
        let variable = env::of_pointer(&fault.pointer());
        // A start that no reader knows sets what the project speaks of.
        let is_named = context.deployment.may_set(&variable);
        return Some((if is_named { Level::Info } else { level }, variable));
    }
    let is_said = overlaid || is_stand_in(context, fault);
    named(context, fault).filter(|_| !is_said).map(|variable| (Level::Warning, variable))
}

/// The variable that may replace a wrong value, or the list that it is in: the project speaks of it and does not show the start.
fn named(context: &Context, fault: &Fault<'_>) -> Option<String> {
    if fault.missing.is_some() || fault.at_key || context.settings.no_config {
        return None;
    }
    let pointer = fault.pointer();
    let list = pointer.rsplit_once('/').filter(|(_, last)| last.parse::<usize>().is_ok()).map(|(list, _)| list);
    let names = [Some(pointer.as_str()), list].into_iter().flatten().map(env::of_pointer);
    names.into_iter().find(|name| context.deployment.may_set(name))
}

/// Whether a missing map matters only to editors, and what Kratos misses inside it is said anyway.
fn is_said_by_inner(fault: &Fault<'_>, context: &Context) -> bool {
    let Some(outer) = fault.missing.as_deref().filter(|_| !fault.boot) else { return false };
    let inside = |path: &str| path.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'));
    context.schema_faults().iter().any(|other| other.boot && other.missing.as_deref().is_some_and(inside))
}

/// Whether the value plainly stands for one that comes later (`--set-me-…`, `<your-…>`): a word of a file that reaches the server
/// as it is does not.
fn is_stand_in(context: &Context, fault: &Fault<'_>) -> bool {
    let text = fault.node.as_str().filter(|text| view::is_placeholder(text));
    let Some(text) = text.filter(|_| !fault.at_key && fault.boot && fault.missing.is_none()) else { return false };
    let is_of_file = context.unit.environment.hit_at(&fault.node.place()).is_none();
    let is_as_written =
        is_of_file && !template::is_placeholder(text) && is_lacking(context, &env::of_pointer(&fault.pointer()));
    !is_as_written
}

/// The environment variable that gives the key at a pointer, when that usually comes from the environment.
pub(crate) fn variable_of(pointer: &str) -> Option<String> {
    let key = pointer.rsplit('/').next().filter(|key| INJECTED.contains(key))?;
    if key == "secrets" {
        // It is missing only for the cipher secret (`ciphers.algorithm`).
        return Some("SECRETS_CIPHER".to_owned());
    }
    Some(env::of_pointer(pointer))
}

/// The environment variable that gives a value: secrets have one for the whole list.
pub(crate) fn variable_giving(pointer: &str) -> String {
    let list = pointer.rsplit_once('/').filter(|(list, _)| list.starts_with("/secrets/"));
    env::of_pointer(list.map_or(pointer, |(list, _)| list))
}

/// Whether the unit is in Helm values that are laid over others: `values-production.yaml`.
fn is_overlay(context: &Context) -> bool {
    let name = context.unit.path().rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let is_data = context.unit.at.starts_with("/data/") || context.unit.at.starts_with("/stringData/");
    !context.unit.at.is_empty() && !is_data && name.contains("values") && !name.starts_with("values.")
}

/// A missing key is shown at the key of the mapping that lacks it, not at all of the mapping.
fn place_of(context: &Context, fault: &Fault<'_>) -> Place {
    // A server without a file lacks it, not the first of the variables that make a map.
    if let Some(start) =
        context.unit.start.as_ref().filter(|_| fault.missing.is_some() && !is_in_list(&fault.pointer()))
    {
        return start.clone();
    }
    match (&fault.missing, fault.node.key(), fault.node.index()) {
        (None, ..) => fault.node.place(),
        (Some(_), Some(_), _) => fault.node.key_place(),
        (Some(_), None, _) => {
            // Items of lists and the root have no key: their first entry stands for them.
            let first = fault.node.fields().next();
            first.map_or_else(|| fault.node.place(), |field| field.value.key_place())
        }
    }
}

/// The `-` of a line that is too far in to begin an item: the text of the item above goes on there.
fn swallowed_item(fault: &Fault<'_>) -> Option<Place> {
    if fault.node.style() != Style::Plain || fault.at_key || !fault.node.as_str()?.contains(" - ") {
        return None;
    }
    let own = fault.node.place();
    let text = own.source.slice(own.span);
    let (first, rest) = text.split_once('\n')?;
    let mut at = own.span.start + first.len() + 1;
    for line in rest.split('\n') {
        let blanks = line.len() - line.trim_start().len();
        if line.trim_start().starts_with("- ") {
            return Some(Place::new(&own.source, Span::new(at + blanks, at + blanks + 1)));
        }
        at += line.len() + 1;
    }
    None
}

/// What to do about a missing key, with the variable that gives it as well.
fn variable_too(context: &Context, fault: &Fault<'_>, help: &str) -> String {
    let is_new = |name: &String| fault.missing.is_some() && !help.contains(name.as_str()) && is_lacking(context, name);
    let variable = variable_of(&fault.pointer()).filter(is_new);
    variable.map_or_else(|| help.to_owned(), |name| format!("set {name} in the environment of the server, or {help}"))
}

/// The variable that makes an item of a list by naming a key in it: what the item lacks is nowhere else.
fn maker<'c>(context: &'c Context, fault: &Fault<'_>) -> Option<&'c str> {
    let is_item = fault.kind == FaultKind::MissingItemKey && fault.boot;
    let hit = context.unit.environment.hit_around(&place_of(context, fault)).filter(|_| is_item)?;
    Some(&hit.variable.name)
}

fn finish(mut report: Report<'_>, fault: &Fault<'_>, context: &Context) {
    let raw_only = !fault.boot;
    let made = maker(context, fault);
    let help = match (&fault.help, raw_only) {
        _ if context.unit.start.is_some() && fault.boot && fault.missing.is_some() => Some(format!(
            "start the server with `-c FILE`, or set {} in its environment",
            env::of_pointer(&fault.pointer())
        )),
        (Some(_), false) if is_unused_mail_server(context, fault) => Some(
            "set it to any address, as `smtp://localhost:25/`: before v1.2.0 Kratos needs one that it never uses"
                .to_owned(),
        ),
        (Some(help), _) => Some(variable_too(context, fault, help)),
        (None, true) => Some("Kratos starts anyway: correct it where editors should not report it".to_owned()),
        (None, false) => Some(default_help(fault.kind).to_owned()),
    };
    let by_variable = |name| format!("remove {name}, or give it the number of an item that the list has");
    if let Some(help) = made.map(by_variable).or(help) {
        report = report.help(help);
    }
    if let Some((text, sure)) = &fault.replacement {
        let place = if fault.at_key { fault.node.key_place() } else { fault.node.origin() };
        let title = if fault.at_key { format!("rename it to `{text}`") } else { format!("write {text}") };
        _ = report.fix(title, *sure, vec![Edit { place, text: text.clone() }]);
    }
}
