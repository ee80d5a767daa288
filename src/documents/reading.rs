//! What the text of a document tells together with the types of a place, without running it.

use super::finding::{Finding, Kind};
use super::inputs;
use super::results::size::{POISONED, most};
use super::survey::Read;
use super::trial::{Trial, shown};
use crate::diagnostic::{Effect, Level};
use crate::evaluation::{Answer, FailureKind};
use crate::jsonnet::infer::{Analysis, Reach};
use crate::kratos::bodies::Encoding;
use crate::kratos::ctx::json_type::{JsonType, Text};
use crate::kratos::ctx::{NIL_UUID, Purpose, ZERO_TIME, headers, standard};
use crate::kratos::version::Version;
use crate::text::Span;

/// Largest message to a worker, in bytes (`jsonnetsecure/cmd.go:68@v25.4.0`; measured).
const MAX_INPUT: usize = 65_535;

/// Everything that needs no run, but for the proofs.
#[must_use]
pub(crate) fn findings(trial: &Trial<'_>, encoding: Encoding) -> Vec<Finding> {
    let mut found = Vec::new();
    not_stored(trial, &mut found);
    session_not_stored(trial, &mut found);
    not_verified(trial, &mut found);
    headers_as_texts(trial, &mut found);
    secrets(trial, &mut found);
    size(trial, &mut found);
    traces(trial, &mut found);
    cancel(trial, encoding, &mut found);
    found
}

fn not_stored(trial: &Trial<'_>, found: &mut Vec<Finding>) {
    for read in trial.survey.reads.iter().filter(|read| !read.compared) {
        let Some(field) = inputs::find(trial.kind, &read.path).field else { continue };
        let JsonType::Text(Text::Is(text)) = &field.kind else { continue };
        let name = trial.shown(&read.path);
        if text == NIL_UUID {
            let message = format!("{name} is always {NIL_UUID} here: the hook runs {}", trial.place.fires());
            let finding = Finding::error(Kind::NotStored, read.span, message).effect(Effect::NoEffect);
            found.push(finding.help("read the id in a second hook without response.parse and can_interrupt, or identify the user by a trait"));
        } else if text == ZERO_TIME {
            let message = format!("{name} is always {ZERO_TIME} here: nothing is stored yet");
            found.push(Finding::warning(Kind::NotStored, read.span, message).effect(Effect::NoEffect));
        }
    }
}

/// A fresh sign-in has no stored session while its hooks run (H-CTX-SESSION-NIL).
fn session_not_stored(trial: &Trial<'_>, found: &mut Vec<Finding>) {
    let second_factor = |method: &String| matches!(method.as_str(), "totp" | "lookup_secret");
    let methods = trial.place.methods();
    let never_fresh = !methods.is_empty() && methods.iter().all(second_factor);
    if trial.place.id() != "login.after" || trial.place.version() < Version::V1_2 || never_fresh {
        return;
    }
    for read in trial.survey.reads.iter().filter(|read| read.path == "session.id" && !read.compared) {
        let message = format!("`ctx.session.id` is {NIL_UUID} in a fresh sign-in: it is stored after the hooks");
        let finding = Finding::warning(Kind::NotStored, read.span, message).effect(Effect::NoEffect);
        found.push(finding.help("do not use it as a key: only refreshes and second factors have the real id"));
    }
}

/// Up to v1.1.0 the hook after a verification runs before the address is marked (H-VERIF-SEES-UNVERIFIED).
fn not_verified(trial: &Trial<'_>, found: &mut Vec<Finding>) {
    if trial.place.id() != "verification.after" || trial.place.version() > Version::V1_1 {
        return;
    }
    let verified = |read: &&Read| read.path == "identity.verifiable_addresses[].verified";
    for read in trial.survey.reads.iter().filter(verified) {
        let message = "the address that was just verified is still false here: up to v1.1.0 it changes after the hooks";
        let finding = Finding::warning(Kind::NotStored, read.span, message).effect(Effect::NoEffect);
        found.push(finding.help("do not read it, or upgrade to v1.2.0"));
    }
}

/// The value of a header is a list of texts; with `+` it becomes `["…"]`, and it equals no text (H-TPL-HEADER-STRING).
fn headers_as_texts(trial: &Trial<'_>, found: &mut Vec<Finding>) {
    for read in &trial.survey.joined {
        let Some(name) = read.path.strip_prefix("request_headers.").filter(|name| !name.contains("[]")) else {
            continue;
        };
        let happens = if read.compared { "is never equal to a text" } else { "is sent as [\"…\"]" };
        let message = format!("the header {name} is a list of texts: it {happens}");
        let finding = Finding::warning(Kind::HeaderAsText, read.span, message).effect(Effect::NoEffect);
        found.push(finding.help(format!("take the first value: {}[0]", shown(&read.path, true))));
    }
}

fn secrets(trial: &Trial<'_>, found: &mut Vec<Finding>) {
    if !trial.is_ctx || trial.place.purpose() == Purpose::Courier {
        return;
    }
    for read in &trial.survey.sent {
        let what = match read.path.as_str() {
            "" => "this sends all of ctx, with the cookies of the browser",
            "request_cookies" => "this sends all cookies, with the session cookie",
            "request_headers.Cookie" | "request_headers.Cookie[]" => "this sends the cookies",
            "request_headers.Authorization" | "request_headers.Authorization[]" => {
                "this sends the authorization of the request"
            }
            "request_headers.X-Session-Token" | "request_headers.X-Session-Token[]" => "this sends the session token",
            path if path.starts_with("request_cookies.ory_kratos_session") => "this sends the session cookie",
            _ => continue,
        };
        if is_filtered(trial, &read.path) {
            continue;
        }
        let message = format!("{what}: readers of the request can take over sessions");
        let finding = Finding::warning(Kind::SecretSent, read.span, message).effect(Effect::Unprotected);
        found.push(finding.help("send only the fields that the endpoint needs"));
    }
}

/// Whether a header never reaches the document: nothing is sent then, and another finding says so.
fn is_filtered(trial: &Trial<'_>, path: &str) -> bool {
    let Some(name) = path.strip_prefix("request_headers.") else { return false };
    let name = headers::canonical(name.trim_end_matches("[]"));
    match &trial.inputs.headers {
        headers::Filter::None => false,
        headers::Filter::Only(names) => !names.iter().any(|known| headers::canonical(known) == name),
    }
}

/// A document that no worker of this release reads.
#[must_use]
pub(crate) fn too_large(text: &str, version: Version, span: Span) -> Option<Finding> {
    let large = POISONED.contains(version) && text.len() >= MAX_INPUT;
    let message = || {
        format!("the document has {} bytes: the worker of Kratos reads at most {MAX_INPUT} with the input", text.len())
    };
    large.then(|| Finding::error(Kind::Size, span, message()))
}

fn size(trial: &Trial<'_>, found: &mut Vec<Finding>) {
    let version = trial.place.version();
    if !POISONED.contains(version) {
        return;
    }
    found.extend(too_large(trial.text, version, trial.survey.head));
    if !trial.is_ctx {
        return;
    }
    let most = most(version);
    let large = |read: &&Read| matches!(read.path.as_str(), "" | "flow" | "flow.ui" | "flow.ui.nodes");
    for read in trial.survey.sent.iter().filter(large) {
        let message = format!(
            "{} can become larger than {most} bytes: that call fails, and later hooks send an empty body",
            trial.shown(&read.path)
        );
        found.push(
            Finding::warning(Kind::Size, read.span, message).help("send only the fields that the endpoint needs"),
        );
    }
}

/// Kratos v1.0.0 takes what an evaluation writes to standard error for its failure. Later workers collect it, and break when it is
/// too much (measured).
fn traces(trial: &Trial<'_>, found: &mut Vec<Finding>) {
    for (_, span) in trial.survey.standard.iter().filter(|(name, _)| name == "trace") {
        found.push(if POISONED.contains(trial.place.version()) {
            let message =
                "std.trace fills the standard error of a worker: it breaks after 64 KiB of all calls together";
            Finding::warning(Kind::Size, *span, message).help("remove std.trace when the document works")
        } else {
            let message = "std.trace makes the evaluation fail before Kratos v1.1.0";
            let level = if fails_at(trial, *span) { Level::Error } else { Level::Warning };
            Finding::error(Kind::StandardFunction, *span, message).level(level).help("remove std.trace")
        });
    }
}

/// `error 'cancel…'` skips the request of a web hook with a JSON body, and is a failure everywhere else.
fn cancel(trial: &Trial<'_>, encoding: Encoding, found: &mut Vec<Finding>) {
    for (text, span) in trial.survey.errors.iter().filter(|(text, _)| text.starts_with("cancel")) {
        let happens = match (trial.place.purpose(), encoding) {
            (Purpose::WebHook, Encoding::Json) => continue,
            (Purpose::WebHook, _) => "Kratos does not recognise it with a form body: the flow fails",
            (Purpose::Courier, _) => "the delivery fails, is repeated and then given up",
            (Purpose::PasswordMigration, _) => "the sign-in fails",
            (Purpose::Mapper, _) => "the sign-in fails with an error",
            (Purpose::Tokenizer, _) => "Kratos answers the request with status 400",
        };
        let message = format!("`error '{text}'` cancels nothing here: {happens}");
        found.push(Finding::warning(Kind::Cancel, *span, message));
    }
}

/// Functions that the `std` of this Kratos lacks.
#[must_use]
pub(crate) fn standard_functions(trial: &Trial<'_>, analysis: Option<&Analysis>) -> Vec<Finding> {
    let version = trial.place.version();
    let mut found = Vec::new();
    let mut told: Vec<&str> = Vec::new();
    for (name, span) in &trial.survey.standard {
        let reach = analysis.and_then(|analysis| analysis.findings.iter().find(|known| known.span == *span));
        let is_within = |dead: &Span| dead.start <= span.start && span.end <= dead.end;
        let is_dead = reach.is_none()
            && analysis.is_some_and(|analysis| analysis.is_complete || analysis.dead.iter().any(is_within));
        if standard::has(name, version) || is_dead || told.contains(&name.as_str()) {
            continue;
        }
        told.push(name);
        let (message, help) = match standard::since(name) {
            Some(from) => (format!("std.{name} is new in Kratos {from}: before, the evaluation fails here"), None),
            None => {
                let meant = standard::meant(name, version).map(|meant| format!("did you mean `std.{meant}`?"));
                let help = meant.unwrap_or_else(|| "correct its name, or use another function".to_owned());
                (format!("std.{name} exists in no Kratos: the evaluation fails here"), Some(help))
            }
        };
        let always = reach.is_some_and(|known| known.reach == Reach::Always);
        let level = if always || reach.is_none() && fails_at(trial, *span) { Level::Error } else { Level::Warning };
        found.push(Finding { help, ..Finding::error(Kind::StandardFunction, *span, message).level(level) });
    }
    found
}

/// Whether the evaluation reaches the bytes of `span` on the fullest and on the smallest input.
fn fails_at(trial: &Trial<'_>, span: Span) -> bool {
    const MARK: &str = "kratos-lint: reached";
    let (Some(before), Some(after)) = (trial.text.get(..span.start), trial.text.get(span.end..)) else { return false };
    let text = format!("{before}(error '{MARK}'){after}");
    let kind = inputs::with_reads(trial.kind, trial.survey.paths(), trial.traits_known);
    [inputs::full(&kind), inputs::least(&kind)].iter().all(|input| {
        let job = trial.job(&text, input);
        match trial.evaluator.evaluate(&job) {
            Some(Answer::Failed(failure)) => matches!(failure.kind, FailureKind::Raised(text) if text == MARK),
            _ => false,
        }
    })
}
