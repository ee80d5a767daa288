//! Rules about e-mail and SMS.

pub(crate) mod courier_channel_unusable;
pub(crate) mod courier_endpoint_not_called;
pub(crate) mod courier_not_running;
pub(crate) mod courier_sms_ignored;
pub(crate) mod courier_worker_stuck;
pub(crate) mod mail_server_missing;
pub(crate) mod smtp_certificate_unchecked;
pub(crate) mod smtp_certificate_unknown;
pub(crate) mod smtp_client_certificate_incomplete;
pub(crate) mod smtp_name_refused;
pub(crate) mod smtp_password_without_tls;
pub(crate) mod smtp_port_scheme_mismatch;
pub(crate) mod smtp_private_address_refused;
pub(crate) mod smtp_uri_unusable;
pub(crate) mod template_call_refused;
pub(crate) mod template_define_clash;
pub(crate) mod template_file_unread;
pub(crate) mod template_folder_missing;
pub(crate) mod template_html_refused;
pub(crate) mod template_missing;
pub(crate) mod template_nested_field;
pub(crate) mod template_no_value;
pub(crate) mod template_of_other_method;
pub(crate) mod template_optional_value;
pub(crate) mod template_part_missing;
pub(crate) mod template_path_unset;
pub(crate) mod template_reveals_accounts;
pub(crate) mod template_shared_address;
pub(crate) mod template_stray_file;
pub(crate) mod template_syntax_error;
pub(crate) mod template_undefined;
pub(crate) mod template_unknown_field;
pub(crate) mod template_unknown_function;

use std::collections::HashSet;

use crate::deployment::Deployment;
use crate::diagnostic::{Effect, Level};
use crate::gotemplate::Parsed;
use crate::gotemplate::problem::Problem;
use crate::kratos::boolean;
use crate::kratos::messages::Part;
use crate::kratos::url::{self, Url};
use crate::kratos::version::Version;
use crate::kratos::view;
use crate::rule::{Context, Report, Sink};
use crate::templates::Checked;
use crate::text::{Place, Span};
use crate::yaml::Node;

/// The address of the mail server; none where mails go to an endpoint, and nothing is sent there.
fn mail_server<'a>(context: &Context<'a>) -> Option<(Node<'a>, Url<'a>)> {
    let root = context.root()?;
    let by_http = root.find("courier.delivery_strategy").is_some_and(|node| node.as_str() == Some("http"));
    view::url(root, "courier.smtp.connection_uri").filter(|_| !by_http)
}

/// Whether a host is a mail server of one of these projects: by the image of the service of that name, else by the first word of
/// the name.
fn is_server_of(projects: &[&str], deployment: &Deployment, host: &str) -> bool {
    let name = host.split('.').next().unwrap_or(host);
    let is_known = |text: &str| text.split(['/', ':', '-', '_', '.']).any(|word| projects.contains(&word));
    match deployment.image_of(name) {
        Some(image) => is_known(&image),
        // `mailhog.default.svc`, `my-mailhog`, but no page of that project on the internet.
        None => projects.contains(&host) || (is_known(name) && url::is_internal(host)),
    }
}

/// Whether `kratos serve` sets up what sends messages at start, and ends the process when it cannot.
fn ends_at_start(context: &Context) -> bool {
    (Version::V1_0..=Version::V1_3_1).contains(&context.target) && context.deployment.watch_courier.known().is_some()
}

/// A text of a template.
struct Text<'c, 't> {
    checked: &'c Checked<'t>,
    file: usize,
    parsed: &'c Parsed,
}

impl Text<'_, '_> {
    fn place(&self, span: Span) -> Place {
        self.checked.place(self.file, span).unwrap_or_else(|| self.checked.template.reference.clone())
    }

    fn written(&self, span: Span) -> &str {
        let source = self.checked.template.sources.get(self.file);
        source.map(|(_, source)| source.slice(span)).unwrap_or_default()
    }
}

/// All texts of templates, each once: first those that are executed, then those that are parsed with them.
fn each_text<'c>(context: &'c Context<'_>) -> Vec<Text<'c, 'c>> {
    let mut found: Vec<Text<'_, '_>> = Vec::new();
    let mut known: HashSet<(&str, usize)> = HashSet::new();
    for is_main in [true, false] {
        for checked in context.templates() {
            for (file, (parsed, (_, source))) in checked.parsed.iter().zip(&checked.template.sources).enumerate() {
                // Texts inside the configuration are told apart by where they stand.
                let start = Place::new(source, Span::at(0)).in_file().span.start;
                if (file == checked.template.main) == is_main && known.insert((source.path(), start)) {
                    found.push(Text { checked, file, parsed });
                }
            }
        }
    }
    found
}

/// Calls `take` for each problem of the templates, once for each place.
fn each_problem(context: &Context<'_>, mut take: impl FnMut(&Checked<'_>, &Problem, Place)) {
    let mut known: HashSet<(String, Span, Span)> = HashSet::new();
    for checked in context.templates() {
        for problem in &checked.problems {
            let Some(place) = checked.place(problem.file, problem.span) else { continue };
            let in_file = place.in_file().span;
            if known.insert((place.source.path().to_owned(), in_file, problem.span)) {
                take(checked, problem, place);
            }
        }
    }
}

/// A template that fails, and what Kratos does about it.
struct Broken<'c, 't> {
    checked: &'c Checked<'t>,
    is_html: bool,
}

impl<'c, 't> Broken<'c, 't> {
    fn of(checked: &'c Checked<'t>, version: Version) -> Broken<'c, 't> {
        Broken { checked, is_html: checked.template.part.is_html(version) }
    }

    /// What happens, as the beginning of a message.
    fn consequence(&self) -> &'static str {
        match self.checked.template.part {
            Part::Html if self.is_html => "this mail is sent without HTML",
            Part::Sms => "this SMS cannot be sent",
            _ => "this mail cannot be sent",
        }
    }

    /// A finding in its text: an error, unless nothing sends the message.
    fn report<'s>(&self, out: &'s mut Sink, place: Place, message: String) -> Report<'s> {
        let effect = if self.is_html { Effect::NoEffect } else { Effect::RequestFails };
        self.report_at(out, place, Level::Error, effect, message)
    }

    fn report_at<'s>(
        &self,
        out: &'s mut Sink,
        place: Place,
        level: Level,
        effect: Effect,
        message: String,
    ) -> Report<'s> {
        let template = &self.checked.template;
        let (level, effect) =
            if self.checked.sending.is_possible() { (level, effect) } else { (Level::Info, Effect::Advice) };
        out.report_in(place, &template.pointer, &template.reference, message).level(level).effect(effect)
    }
}

/// Whether a parameter of the address of a mail server is on, as Kratos reads it.
fn is_switched_on(url: &Url<'_>, parameter: &str) -> bool {
    let is_on = |(name, value): (&str, &str)| name == parameter && boolean::parse(value) == Some(true);
    url.query.unwrap_or_default().split('&').filter_map(|pair| pair.split_once('=')).any(is_on)
}

/// The most alike of some names, when it is alike enough to be meant.
fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let plain = |text: &str| text.replace(['_', '-', '.'], "").to_ascii_lowercase();
    let wanted = plain(name);
    let distance = |known: &str| strsim::damerau_levenshtein(&wanted, &plain(known));
    // The distance is at least that of the lengths, and costs their product.
    let alike = known.filter(|known| plain(known).len().abs_diff(wanted.len()) * 3 <= wanted.len());
    let best = alike.map(|known| (distance(known), known)).min()?;
    (best.0 * 3 <= wanted.len()).then_some(best.1)
}
