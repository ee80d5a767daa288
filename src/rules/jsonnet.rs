//! Rules about Jsonnet documents. All are checked at once (`crate::documents`); each rule speaks about one kind of finding.

pub(crate) mod jsonnet_cancel_ignored;
pub(crate) mod jsonnet_claim_never_sent;
pub(crate) mod jsonnet_comparison_settled;
pub(crate) mod jsonnet_file_missing;
pub(crate) mod jsonnet_filtered_header;
pub(crate) mod jsonnet_header_as_text;
pub(crate) mod jsonnet_import_refused;
pub(crate) mod jsonnet_limit_exceeded;
pub(crate) mod jsonnet_missing_field;
pub(crate) mod jsonnet_nil_id;
pub(crate) mod jsonnet_null_read;
pub(crate) mod jsonnet_optional_field;
pub(crate) mod jsonnet_parameter_mismatch;
pub(crate) mod jsonnet_result_wrong_shape;
pub(crate) mod jsonnet_secret_sent;
pub(crate) mod jsonnet_syntax_error;
pub(crate) mod jsonnet_too_large;
pub(crate) mod jsonnet_unknown_function;
pub(crate) mod jsonnet_unknown_trait;
pub(crate) mod jsonnet_unknown_variable;
pub(crate) mod jsonnet_unused_local;
pub(crate) mod jsonnet_unverified_address;
pub(crate) mod jsonnet_verification_idle;
pub(crate) mod jsonnet_wrong_type;

use crate::diagnostic::Edit;
use crate::documents::Checked;
use crate::documents::finding::{Finding, Kind};
use crate::kratos::bodies::Reference;
use crate::kratos::plan::Point;
use crate::rule::{Context, Sink};
use crate::text::{Place, Source};

use std::sync::Arc;

/// Most places that are shown as running a document.
const MAX_LABELS: usize = 20;

/// Reports all findings of one kind.
fn report(context: &Context, out: &mut Sink, kind: Kind) {
    report_any(context, out, &[kind]);
}

fn report_any(context: &Context, out: &mut Sink, kinds: &[Kind]) {
    for document in context.documents() {
        let Some(source) = &document.source else { continue };
        let mut found = document.findings.iter().filter(|(finding, _)| kinds.contains(&finding.kind)).peekable();
        if found.peek().is_none() {
            continue;
        }
        // That no phase reads a list for its hook is a finding of its own.
        let is_called =
            |reference: &Reference| !reference.settings.parent().is_some_and(|hook| context.is_without_phase(hook));
        let called: Vec<bool> = document.references.iter().map(is_called).collect();
        for (finding, uses) in found {
            let is_called = |index: &usize| called.get(*index) == Some(&true);
            let failing: Vec<&Reference> =
                uses.iter().filter(is_called).filter_map(|index| document.references.get(index)).collect();
            report_one(context, out, document, (source, finding), &failing);
        }
    }
}

fn report_one(
    context: &Context,
    out: &mut Sink,
    document: &Checked,
    (source, finding): (&Arc<Source>, &Finding),
    failing: &[&Reference],
) {
    let Some(first) = failing.first() else { return };
    let all = document.references.len();
    let some = if failing.len() < all {
        format!(" (at {} of the {all} places that run this document)", failing.len())
    } else {
        String::new()
    };
    let place = Place::new(source, finding.span);
    let message = format!("{}{some}", finding.message);
    let mut report =
        out.report_at(place.clone(), Some(first.node.pointer()), message).level(finding.level).effect(finding.effect);
    if finding.kind == Kind::UnusedLocal {
        report = report.optional();
    }
    let is_encoded = finding.kind == Kind::Syntax && !place.is_verbatim();
    let default = if is_encoded { ENCODED } else { default_help(finding.kind) };
    let help = finding.help.clone().unwrap_or_else(|| default.to_owned());
    report = report.help(help);
    if let Some(fix) = finding.fix.as_ref().filter(|_| place.is_verbatim()) {
        let edit = Edit { place: Place::new(source, fix.span), text: fix.text.clone() };
        report = report.fix(fix.title.clone(), fix.safe, vec![edit]);
    }
    for reference in failing.iter().take(MAX_LABELS) {
        report = report.label(reference.node.place(), label(reference, context.plan()));
    }
}

/// What to do about a text that is written as `base64://`.
const ENCODED: &str = "correct it in a file: `kratos-lint unpack` writes it there, `kratos-lint pack` embeds it again";

/// What to do where the place itself leaves no choice.
fn default_help(kind: Kind) -> &'static str {
    match kind {
        Kind::UnusedLocal => "remove it",
        Kind::Syntax => "correct the text here",
        Kind::StandardFunction => "use another function, or upgrade Kratos",
        Kind::Limit | Kind::Depth | Kind::Size => "make the document simpler",
        Kind::WrongType => "correct the value, or test its type first",
        Kind::Cancel => "remove the `error`, or return a result",
        _ => "correct this place; `kratos-lint ctx` prints what exists here",
    }
}

/// What refers to the document, as a clause; of methods only those by which users can come there.
fn label(reference: &Reference, plan: &[Point<'_>]) -> String {
    let place = &reference.point;
    let may_end = |method: &&String| {
        // The first step of a registration ends before the hooks, and a code needs an identifier.
        let is_open = |point: &Point<'_>| point.flow == "registration" && point.method == Some(method.as_str());
        !place.id().starts_with("registration.") || plan.iter().any(is_open)
    };
    let methods: Vec<&str> = place.methods().iter().filter(may_end).map(String::as_str).collect();
    let by = match methods.as_slice() {
        [] if place.methods().is_empty() => String::new(),
        [] => ": no method that is on uses this list".to_owned(),
        methods => format!(" by {}", methods.join(", ")),
    };
    let background = if reference.ignored { "; its failures show in the log only" } else { "" };
    let fires = if place.fires().is_empty() { "as" } else { place.fires() };
    format!("run here, {fires} ({}{by}){background}", place.id())
}
