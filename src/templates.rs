//! The message templates of a configuration, each parsed and checked against what its message gives it.

pub(crate) mod given;

use std::rc::Rc;

use crate::gotemplate::check;
use crate::gotemplate::kinds::{Struct, ValueType};
use crate::gotemplate::problem::{Problem, ProblemKind, Set};
use crate::gotemplate::{self, FaultKind, Parsed};
use crate::kratos::ctx::inputs;
use crate::kratos::ctx::json_type::JsonType;
use crate::kratos::ctx::traits;
use crate::kratos::identity::{Content, IdentitySchema};
use crate::kratos::messages::sending::{Sending, sending};
use crate::kratos::messages::{Message, has_function};
use crate::kratos::version::Version;
use crate::text::{Place, Span};
use crate::yaml::Node;
use given::Template;

/// A template and what was found in it.
pub(crate) struct Checked<'t> {
    /// The template.
    pub template: Template,
    /// What each of its texts parsed to.
    pub parsed: Vec<Parsed>,
    /// What goes wrong when it runs; nothing where a text cannot be parsed.
    pub problems: Vec<Problem>,
    /// Whether its message is sent.
    pub sending: Sending<'t>,
}

/// Most bytes of all templates together that are read.
const MAX_ALL: usize = 8 << 20;

/// Checks templates against the configuration below `root`.
#[must_use]
pub(crate) fn check<'t>(
    root: Node<'t>,
    version: Version,
    templates: &[Template],
    schemas: &[IdentitySchema],
) -> Vec<Checked<'t>> {
    if templates.is_empty() {
        return Vec::new();
    }
    let traits = traits_of(schemas);
    let addresses = addresses_of(schemas);
    let mut left = MAX_ALL;
    let check = |template: &Template| {
        let sending = sending(root, version, template.message);
        let length = template.sources.iter().map(|(_, source)| source.text().len()).sum();
        match left.checked_sub(length) {
            Some(rest) => {
                left = rest;
                Checked::new(template.clone(), version, &traits, &addresses, sending)
            }
            None => Checked::unread(template.clone(), sending),
        }
    };
    templates.iter().map(check).collect()
}

/// What the templates of a message are given, for identities of these schemas.
#[must_use]
pub(crate) fn model(message: &Message, version: Version, schemas: &[IdentitySchema]) -> Struct {
    message.model(version, &traits_of(schemas), &addresses_of(schemas))
}

/// The traits of identities of any schema; unknown where a schema is.
fn traits_of(schemas: &[IdentitySchema]) -> JsonType {
    let is_known = |schema: &IdentitySchema| matches!(schema.content, Content::Schema(_));
    if schemas.iter().all(is_known) { traits::of_any(schemas.iter().map(inputs::of_one)) } else { traits::unknown() }
}

/// The lists of addresses that identities of each schema have.
fn addresses_of(schemas: &[IdentitySchema]) -> Vec<&'static str> {
    let mut all = schemas.iter().map(inputs::addresses);
    let first = all.next().unwrap_or_default();
    all.fold(first, |known, other| known.into_iter().filter(|list| other.contains(list)).collect())
}

impl<'t> Checked<'t> {
    fn new(
        template: Template,
        version: Version,
        traits: &JsonType,
        addresses: &[&'static str],
        sending: Sending<'t>,
    ) -> Checked<'t> {
        let parse = |(name, source): &(String, _)| {
            let source: &std::sync::Arc<crate::text::Source> = source;
            gotemplate::parse(name, source.text(), &|function| has_function(function, version))
        };
        let parsed: Vec<Parsed> = template.sources.iter().map(parse).collect();
        let mut problems = Vec::new();
        if parsed.iter().all(|parsed| parsed.fault.is_none()) && !parsed.is_empty() {
            let names = template.sources.iter().map(|(name, _)| name.as_str());
            let is_html = template.part.is_html(version);
            let set = Set::new(names.zip(&parsed).collect(), template.main, is_html);
            let model = template.message.model(version, traits, addresses);
            problems = check::check(&set, &ValueType::Struct(Rc::new(model)));
            // The Go of Kratos before v1.1.0 ends scripts also inside of their texts.
            let has_scripts = |(_, source): &(String, std::sync::Arc<crate::text::Source>)| {
                source.text().to_ascii_lowercase().contains("</script")
            };
            if is_html && (version >= Version::V1_1 || !template.sources.iter().any(has_scripts)) {
                let texts: Vec<&str> = template.sources.iter().map(|(_, source)| source.text()).collect();
                problems.extend(gotemplate::html::refused(&set, &texts));
            }
            if !template.is_complete {
                problems.retain(|problem| !matches!(problem.kind, ProblemKind::UndefinedTemplate { .. }));
            }
        }
        Checked { template, parsed, problems, sending }
    }

    /// One that is not read any more.
    fn unread(template: Template, sending: Sending<'t>) -> Checked<'t> {
        let kind = ProblemKind::Limit("the templates before it have 8 MiB");
        let problems = vec![Problem { file: template.main, span: Span::at(0), kind }];
        Checked { template, parsed: Vec::new(), problems, sending }
    }

    /// A place in one of its texts.
    #[must_use]
    pub(crate) fn place(&self, file: usize, span: Span) -> Option<Place> {
        self.template.sources.get(file).map(|(_, source)| Place::new(source, span))
    }

    /// Where it first fails whenever it is executed, if it does.
    #[must_use]
    pub(crate) fn failure(&self) -> Option<Place> {
        let of_text = |(file, parsed): (usize, &Parsed)| {
            let fault = parsed.fault.as_ref().filter(|fault| fault.kind == FaultKind::Syntax).map(|fault| fault.span);
            let span = fault.or_else(|| parsed.unknown_functions.first().map(|(_, span)| *span))?;
            self.place(file, span)
        };
        let failing = || self.problems.iter().find(|problem| is_failure(&problem.kind));
        let refused = self.parsed.iter().enumerate().find_map(of_text);
        refused.or_else(|| failing().and_then(|problem| self.place(problem.file, problem.span)))
    }

    /// Whether it surely fails each time.
    #[must_use]
    pub(crate) fn is_broken(&self) -> bool {
        self.failure().is_some()
    }
}

/// Whether a problem makes execution fail whenever it is reached.
#[must_use]
pub(crate) fn is_failure(problem: &ProblemKind) -> bool {
    !matches!(
        problem,
        ProblemKind::NoSuchKey { .. }
            | ProblemKind::PrintsNoValue { .. }
            | ProblemKind::MissingArgument { .. }
            | ProblemKind::FieldOfNull { .. }
            | ProblemKind::FieldOfNothing { .. }
            | ProblemKind::Limit(_)
    )
}
