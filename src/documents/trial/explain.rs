//! What the failures of a trial mean, in words.

use super::{Trial, is_header, span_of};
use crate::diagnostic::Level;
use crate::documents::finding::{Finding, Fix, Kind, Missing};
use crate::documents::habits;
use crate::documents::inputs::{self, Change};
use crate::documents::keys::{is_raw_claim, known_keys, near};
use crate::evaluation::{Failure, FailureKind};
use crate::kratos::ctx::Purpose;
use crate::kratos::ctx::inputs::Metadata;
use crate::kratos::ctx::json_type::{JsonType, Object};
use crate::kratos::ctx::{headers, providers};
use crate::text::Span;
use serde_json::{Value, json};
use std::collections::BTreeSet;

impl Trial<'_> {
    /// The path that is read at the bytes of a failure.
    pub(super) fn read_at(&self, failure: &Failure) -> Option<&str> {
        Some(&self.survey.read_at(span_of(failure)?)?.path)
    }

    /// All paths that are read, sorted.
    fn read_paths(&self) -> &BTreeSet<String> {
        self.kept.reads.get_or_init(|| self.survey.reads.iter().map(|read| read.path.clone()).collect())
    }

    /// The path from which something is read, when it is never anything but null.
    fn reads_null(&self, failure: &Failure, kind: &JsonType) -> Option<&str> {
        let path = self.read_at(failure)?;
        let base = path.strip_suffix("[]").or_else(|| path.rsplit_once('.').map(|(base, _)| base))?;
        let field = inputs::find(kind, base).field?;
        (field.kind == JsonType::Null).then_some(base)
    }

    /// What a failure on the fullest input means, and the change that lets it pass.
    pub(super) fn always(
        &self,
        failure: &Failure,
        kind: &JsonType,
        patched: bool,
    ) -> Option<(Finding, Option<Change>)> {
        let span = span_of(failure).unwrap_or(self.survey.head);
        let found = match &failure.kind {
            // That there is no such variable says it all.
            FailureKind::NoField(_) if self.is_of_no_variable(failure) => return None,
            FailureKind::NoField(key) => return Some(self.always_missing(failure, kind, key, span)),
            FailureKind::FromNull | FailureKind::FromOther if self.reads_null(failure, kind).is_some() => {
                let base = self.reads_null(failure, kind).unwrap_or_default();
                let message = format!("{} is always null {}", self.shown(base), self.when());
                Finding::error(Kind::NullRead, span, message)
            }
            FailureKind::NoVariable(name) => self.no_variable(name, span),
            FailureKind::Call => self.call(failure, span),
            FailureKind::NoName(name) => self.undefined(name, failure, span),
            FailureKind::Names => {
                Finding::always_fails(Kind::Syntax, span, &failure.message).help("define it once, at its place")
            }
            FailureKind::Outside => Finding::always_fails(Kind::Syntax, span, &failure.message)
                .help("write it inside of `{ … }`, or read from a variable"),
            FailureKind::Order => Finding::always_fails(Kind::Syntax, span, &failure.message)
                .help("put the positional arguments before the named ones"),
            FailureKind::Import => Finding::always_fails(Kind::Import, span, "Kratos allows no import")
                .help("copy the imported text into this file"),
            FailureKind::Depth => {
                let message = format!("each call fails: {}", failure.message);
                Finding::error(Kind::Depth, span, message)
            }
            // A comparison that has an end works in go-jsonnet however deep it goes; without end it breaks the process.
            FailureKind::Deep => Finding::warning(Kind::Depth, span, failure.message.clone()),
            FailureKind::HoldsFunction => {
                Finding::always_fails(Kind::WrongType, span, "the result contains a function").advised(&failure.kind)
            }
            FailureKind::Raised(_) | FailureKind::Syntax | FailureKind::Time | FailureKind::Memory => return None,
            // What a patch put there proves nothing.
            _ if patched => return None,
            FailureKind::WrongType if self.fits_longer_list(failure, kind) => {
                Finding::can_fail(Kind::WrongType, span, "", &failure.message).advised(&failure.kind)
            }
            FailureKind::WrongType | FailureKind::OfNull | FailureKind::FromOther => {
                Finding::always_fails(Kind::WrongType, span, &failure.message).advised(&failure.kind)
            }
            // Another text or number could do.
            FailureKind::FromNull => {
                Finding::warning(Kind::NullRead, span, format!("the evaluation fails here: {}", failure.message))
            }
            FailureKind::OutOfRange | FailureKind::Repeated | FailureKind::Other => {
                Finding::can_fail(Kind::WrongType, span, "", &failure.message).advised(&failure.kind)
            }
        };
        Some((found, None))
    }

    /// Whether a format lacks values because the list that brings them has one item here: one of the input, or parts of a text.
    fn fits_longer_list(&self, failure: &Failure, kind: &JsonType) -> bool {
        const OF_ANY_LENGTH: [&str; 2] = ["std.split", "std.filter"];
        let span = span_of(failure);
        let written = span.and_then(|span| self.text.get(span.start..span.end)).unwrap_or_default();
        let passes = |count: usize| {
            let input = inputs::with_items(inputs::full(kind), count, &self.inputs.single);
            self.run_each(&input).is_some_and(|outcome| outcome.failures.iter().all(|other| span_of(other) != span))
        };
        failure.message.starts_with("Not enough values to format")
            && (OF_ANY_LENGTH.iter().any(|function| written.contains(function)) || (2..=5).any(passes))
    }

    /// Whether what is read comes from an external variable, of which a document with ctx has none.
    fn is_of_no_variable(&self, failure: &Failure) -> bool {
        let root = self.read_at(failure).and_then(|path| path.split('.').next());
        self.is_ctx && root.is_some_and(|root| self.survey.variables.iter().any(|(name, _)| name == root))
    }

    /// A name that nothing defines; that of the input is often used as if it were there.
    fn undefined(&self, name: &str, failure: &Failure, span: Span) -> Finding {
        let found = Finding::always_fails(Kind::Syntax, span, &failure.message);
        let given = self.kind.as_object().filter(|_| !self.is_ctx);
        if self.is_ctx && name == "ctx" && self.survey.parameters.is_none() {
            return found.help("write the document as function(ctx) { … }");
        }
        if given.is_some_and(|object| object.fields.contains_key(name)) {
            return found.help(format!("begin the document with: local {name} = std.extVar('{name}');"));
        }
        let is_field = self.is_ctx && self.kind.as_object().is_some_and(|object| object.fields.contains_key(name));
        let help = if is_field { Some(format!("write `ctx.{name}`")) } else { habits::of_name(name) };
        found.help(help.unwrap_or_else(|| "define it with `local`, or correct its name".to_owned()))
    }

    /// A field that is missing on the fullest input.
    fn always_missing(&self, failure: &Failure, kind: &JsonType, key: &str, span: Span) -> (Finding, Option<Change>) {
        let path = self.read_at(failure);
        let found = path.map(|path| (path, inputs::find(kind, path)));
        if let Some((path, inputs::FoundField { object: Some(object), field: None })) = found {
            // What is needed as a boolean is true: the code that depends on it is checked too.
            let filler = match self.survey.needed.get(&span) {
                Some(&"false") => json!(true),
                _ => inputs::filler(path, self.read_paths()),
            };
            return (self.no_field(object, path, key, span), Some(Change::Is(path.to_owned(), filler)));
        }
        (Finding::can_fail(Kind::NoField, span, "", &failure.message), None)
    }

    /// A field that is never there.
    fn no_field(&self, object: &Object, path: &str, key: &str, span: Span) -> Finding {
        if is_header(path) {
            return self.no_header(key, span);
        }
        let shown = self.shown(path);
        let near = near(object, key).filter(|_| !is_raw_claim(object, path, key));
        let elsewhere = object.never.get(key).and_then(|why| why.strip_prefix("it is at "));
        let help = || near.map_or_else(|| known_keys(object, path, key), |near| format!("did you mean `{near}`?"));
        match object.never.get(key) {
            Some(why) => Finding::error(Kind::NoField, span, format!("{shown} never exists {}: {why}", self.when())),
            None => Finding::error(Kind::NoField, span, format!("there is no {shown} {}", self.when())),
        }
        .help(elsewhere.map_or_else(help, |path| format!("read `{path}`")))
    }

    fn no_header(&self, name: &str, span: Span) -> Finding {
        let version = self.place.version();
        let spelled = headers::canonical(name);
        let known = match &self.inputs.headers {
            headers::Filter::None => Some(&spelled),
            headers::Filter::Only(names) => names.iter().find(|known| headers::canonical(known) == spelled),
        };
        if headers::TAKEN_OUT.contains(&spelled.as_str()) {
            let message = format!("the header {spelled} never exists: the HTTP server removes it");
            return Finding::error(Kind::FilteredHeader, span, message)
                .help("read ctx.request_url for the host".to_owned());
        }
        if let Some(known) = known.filter(|known| *known != name) {
            let message = format!("there is no header `{name}`: its spelling in ctx is {known}");
            return Finding::error(Kind::NoField, span, message).help(format!("write `{known}`"));
        }
        let configurable = headers::CONFIGURED_LIST.contains(version);
        let why = if configurable {
            "it is not in clients.web_hook.header_allowlist"
        } else {
            "Kratos forwards a fixed list of headers since v1.3.0"
        };
        let help = if configurable {
            format!("add {spelled} to clients.web_hook.header_allowlist (a configured list replaces the default one)")
        } else {
            "read a header of the list (True-Client-Ip, User-Agent, …), or upgrade to v25.4.0, \
                where clients.web_hook.header_allowlist sets the list"
                .to_owned()
        };
        Finding::error(Kind::FilteredHeader, span, format!("the header {name} never reaches the document: {why}"))
            .help(help)
    }

    fn no_variable(&self, name: &str, span: Span) -> Finding {
        let called = self.survey.variables.iter().find(|(known, _)| known == name).map(|(_, span)| *span);
        let span = called.unwrap_or(span);
        let given: Vec<String> = match self.kind.as_object() {
            Some(object) if !self.is_ctx => object.fields.keys().map(|key| format!("std.extVar('{key}')")).collect(),
            _ => Vec::new(),
        };
        if self.is_ctx {
            let message =
                format!("std.extVar('{name}') fails: a body gets its input as the argument ctx, not as a variable");
            return Finding::error(Kind::Variable, span, message).help("write the document as function(ctx) { … }");
        }
        let message = format!("there is no external variable `{name}` {}", self.when());
        Finding::error(Kind::Variable, span, message).help(format!("use {}", given.join(" and ")))
    }

    /// A function whose parameters do not fit.
    fn call(&self, failure: &Failure, span: Span) -> Finding {
        // A document that is no function is never called: the failure is that of a call in it.
        let Some(parameters) = &self.survey.parameters else { return self.inner_call(failure, span) };
        let head = self.survey.head;
        let needed = parameters.iter().find(|(name, default)| !default && (name != "ctx" || !self.is_ctx));
        if !self.is_ctx {
            let Some((name, _)) = needed else { return self.inner_call(failure, span) };
            let message = format!("the parameter `{name}` gets no value: a mapper reads std.extVar('claims')");
            return Finding::error(Kind::Parameter, head, message)
                .help("write the document as an object, without a function");
        }
        if !parameters.iter().any(|(name, _)| name == "ctx") {
            let message =
                "each call fails: Kratos gives the argument `ctx`, and the function has no parameter of that name";
            return Finding::error(Kind::Parameter, head, message).help("name the parameter ctx: function(ctx) { … }");
        }
        let Some((name, _)) = needed else { return self.inner_call(failure, span) };
        let message = format!("each call fails: the parameter `{name}` gets no value");
        Finding::error(Kind::Parameter, head, message).help("give the parameter a default, or remove it")
    }

    /// A call in the document that does not fit the parameters.
    fn inner_call(&self, failure: &Failure, span: Span) -> Finding {
        // go-jsonnet's own function fails while it builds its message about an item of another type.
        let called = self.text.get(span.start..span.end).and_then(|text| text.strip_prefix("std."));
        let of_booleans = called.and_then(|text| ["any", "all"].into_iter().find(|name| text.starts_with(name)));
        match of_booleans {
            Some(name) => Finding::always_fails(Kind::WrongType, span, &format!("std.{name} needs a list of booleans")),
            None => Finding::always_fails(Kind::Parameter, span, &failure.message),
        }
    }

    /// What a failure means that one change of the fullest input brings.
    pub(super) fn changed(&self, change: &Change, failure: &Failure, kind: &JsonType, full: &Value) -> Option<Finding> {
        let span = span_of(failure)?;
        let proves_nothing = matches!(failure.kind, FailureKind::Raised(_) | FailureKind::Time | FailureKind::Memory);
        if proves_nothing || !self.inputs.combinations.admits(&change.apply(full), full) {
            return None;
        }
        let path = change.path();
        let shown = self.shown(path);
        let field = inputs::find(kind, path).field?;
        // That a value leads to a call without end is no fault of what reads it.
        if matches!(failure.kind, FailureKind::Depth | FailureKind::Deep) {
            let when = format!("when {shown} {}", change.words());
            return Some(Finding::can_fail(Kind::Depth, span, &when, &failure.message));
        }
        match change {
            Change::Missing(_) if self.is_of_standard(failure) => None,
            Change::Missing(_) => {
                // That a field is never there says more than what leads to its read.
                if let Some(found) = self.never_there(failure, kind).filter(|_| self.read_at(failure) != Some(path)) {
                    return Some(found);
                }
                if self.is_elsewhere(path, failure) {
                    let when = format!("when {shown} is missing");
                    return Some(Finding::can_fail(Kind::WrongType, span, &when, &failure.message));
                }
                let when = field.missing_when.as_deref()?;
                let smallest = self.smallest_identity(path, kind, full, span);
                let missing = Missing { field: shown.clone(), when: when.to_owned() };
                let then = format!("the evaluation fails{smallest}");
                let mut finding = Finding::missing(span, missing, &then).level(self.missing_level(path));
                if self.read_at(failure) == Some(path) {
                    finding.fix = self.guarded(path, span);
                }
                Some(finding.help(self.meant(path).unwrap_or_else(|| self.guard(&shown, span))))
            }
            Change::Null(_) => {
                let happens = match failure.kind {
                    FailureKind::FromNull | FailureKind::FromOther => "then reading from it fails".to_owned(),
                    _ => format!("then the evaluation fails: {}", failure.message),
                };
                let message = format!("{shown} may be null: {happens}");
                let finding = Finding::warning(Kind::NullRead, span, message).level(self.null_level(path));
                Some(finding.help(not_null(&shown)))
            }
            Change::Is(..) => {
                let when = change.words();
                let message = format!("the evaluation fails when {shown} {when}: {}", failure.message);
                let kind = match failure.kind {
                    FailureKind::NoField(_) => Kind::NoField,
                    FailureKind::FromNull => Kind::NullRead,
                    _ => Kind::WrongType,
                };
                Some(Finding::warning(kind, span, message).advised(&failure.kind))
            }
        }
    }

    /// Whether a missing field only leads to what fails: it fails on a value that is there.
    fn is_elsewhere(&self, path: &str, failure: &Failure) -> bool {
        let key = inputs::steps(path).pop().unwrap_or_default();
        let code = span_of(failure).and_then(|span| self.text.get(span.start..span.end)).unwrap_or_default();
        failure.kind == FailureKind::WrongType && !code.contains(&key)
    }

    /// Whether it is about a name that `std` lacks: of that another finding speaks.
    fn is_of_standard(&self, failure: &Failure) -> bool {
        span_of(failure).is_some_and(|span| self.survey.is_of_standard(span))
            && matches!(failure.kind, FailureKind::NoField(_))
    }

    /// A field that is never there, read on some way only.
    fn never_there(&self, failure: &Failure, kind: &JsonType) -> Option<Finding> {
        let FailureKind::NoField(key) = &failure.kind else { return None };
        let path = self.read_at(failure)?;
        let inputs::FoundField { object: Some(object), field: None } = inputs::find(kind, path) else { return None };
        let span = span_of(failure).filter(|_| object.rest.is_none() && inputs::steps(path).last() == Some(key))?;
        let mut found = self.no_field(object, path, key, span);
        found.lower();
        Some(found)
    }

    /// The read of a field that may be missing, in a way that yields null then, or an object where more is read from it. A mapper
    /// leaves the trait out: Kratos refuses null for nearly all of them.
    fn guarded(&self, path: &str, span: Span) -> Option<Fix> {
        let key = inputs::steps(path).pop()?;
        let base = self.written_base(&key, span)?;
        let is_plain = key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        if self.place.purpose() == Purpose::Mapper
            && let Some((name, span)) = self.field_of_value(span)
        {
            let text = format!("[if '{key}' in {base} then '{name}']");
            return is_plain.then_some(Fix { title: "leave the field out".to_owned(), span, text, safe: false });
        }
        let after = self.text.get(span.end..)?.trim_start();
        let default = match after.strip_prefix('[') {
            _ if after.starts_with('.') => ", {}",
            Some(index) if index.starts_with(['\'', '"']) => ", {}",
            Some(_) => return None,
            None => match self.survey.needed.get(&span) {
                Some(&"false") => ", false",
                Some(&"[]") => ", []",
                Some(_) => ", 0",
                // What ends in a trait must not be null.
                None if self.place.purpose() == Purpose::Mapper && !after.starts_with(['=', '!']) => return None,
                None => "",
            },
        };
        let (title, text) = ("read it with std.get".to_owned(), format!("std.get({base}, '{key}'{default})"));
        is_plain.then_some(Fix { title, span, text, safe: false })
    }

    /// The name of the field whose whole value these bytes are, and its bytes.
    fn field_of_value(&self, span: Span) -> Option<(&str, Span)> {
        let before = self.text.get(..span.start)?.trim_end().strip_suffix(':')?.trim_end();
        let ends = self.text.get(span.end..)?.trim_start().starts_with([',', '}']);
        let around = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let name = before.get(around.len()..).filter(|name| ends && !name.is_empty())?;
        around.trim_end().ends_with(['{', ',']).then_some((name, Span::new(around.len(), before.len())))
    }

    /// The object that a key is read from, as it is written.
    pub(in crate::documents) fn written_base(&self, key: &str, span: Span) -> Option<&str> {
        let text = self.text.get(span.start..span.end)?;
        let field = text.strip_suffix(key).and_then(|base| base.strip_suffix('.'));
        let quoted = || ["'", "\""].iter().find_map(|quote| text.strip_suffix(&format!("[{quote}{key}{quote}]")));
        field.or_else(quoted).map(str::trim_end)
    }

    /// How to test for a field.
    pub(in crate::documents) fn guard(&self, shown: &str, span: Span) -> String {
        let (object, key) = match shown.rsplit_once('.') {
            Some((object, key)) if !key.contains('\'') => (object, key),
            _ => match shown.strip_suffix("']").and_then(|shown| shown.rsplit_once("['")) {
                Some(parts) => parts,
                None => return "test first whether it exists".to_owned(),
            },
        };
        let object = self.written_base(key, span).filter(|base| !base.contains('\n')).unwrap_or(object);
        // Null does not do where it is a condition, a number or a list.
        if let Some(default) = self.survey.needed.get(&span) {
            return format!("read it with `std.get({object}, '{key}', {default})`");
        }
        let null = if self.place.purpose() == Purpose::Mapper {
            String::new()
        } else {
            format!(", or send null with `std.get({object}, '{key}')`")
        };
        format!(
            "test `'{key}' in {object}` first (`[if '{key}' in {object} then '{key}']: …` leaves the field out){null}"
        )
    }

    /// The known key that was probably meant by an unknown one.
    fn meant(&self, path: &str) -> Option<String> {
        let found = inputs::find(self.kind, path);
        let key = path.rsplit_once('.').map_or(path, |(_, key)| key);
        let object = found.object.filter(|_| found.field.is_none())?;
        near(object, key).map(|near| format!("did you mean `{near}`?"))
    }

    /// How bad it is that a field may be missing: what a proxy, the client's browser or an asked scope brings may well be there
    /// always.
    pub(in crate::documents) fn missing_level(&self, path: &str) -> Level {
        let outside = ["request_headers.", "request_cookies.", "claims.raw_claims.", "identity.metadata_public."];
        let claim = path.strip_prefix("claims.").filter(|_| !self.is_ctx);
        // Kratos drops a false value: for these it is a matter of each user, not of the provider.
        if matches!(claim, Some("email_verified" | "phone_number_verified")) {
            return Level::Warning;
        }
        let asked = claim.zip(self.inputs.provider.as_ref());
        let asked = asked.is_some_and(|(claim, provider)| providers::is_asked_for(&provider.scopes, claim));
        if asked || outside.iter().any(|beginning| path.contains(beginning)) { Level::Info } else { Level::Warning }
    }

    /// How bad it is that a value may be null: after a sign-in by a provider the mapper may well have set the metadata, unless one
    /// is there that leaves them out.
    pub(in crate::documents) fn null_level(&self, path: &str) -> Level {
        let is_left_out = self.inputs.metadata == Metadata::LeftOut;
        let is_of_mapper = self.place.methods() == ["oidc"] && path.ends_with("identity.metadata_public");
        if is_of_mapper && !is_left_out { Level::Info } else { Level::Warning }
    }

    /// The smallest traits for which it fails, as a clause, when the missing field is a trait.
    fn smallest_identity(&self, path: &str, kind: &JsonType, full: &Value, span: Span) -> String {
        let Some(at) = path.find("traits.") else { return String::new() };
        let traits = path.get(..at + "traits".len()).unwrap_or_default();
        let Some(field) = inputs::find(kind, traits).field else { return String::new() };
        let least = inputs::least(&field.kind);
        if !self.inputs.combinations.admits_traits(&least) {
            return String::new();
        }
        let input = Change::Is(traits.to_owned(), least.clone()).apply(full);
        let mut kept = self.kept.smallest.borrow_mut();
        let places = kept.entry((traits.to_owned(), input)).or_insert_with_key(|(_, input)| {
            let failures = self.run_each(input).map(|outcome| outcome.failures);
            failures.iter().flatten().filter_map(span_of).collect()
        });
        if places.contains(&span) { format!(", as for the traits {least}") } else { String::new() }
    }

    /// A failure that only the smallest input brings.
    pub(super) fn smallest(&self, failure: &Failure, kind: &JsonType) -> Option<Finding> {
        let span = span_of(failure)?;
        // A list that is there is hardly ever empty.
        let untold = matches!(failure.kind, FailureKind::Raised(_) | FailureKind::OutOfRange);
        if untold
            || self.is_of_standard(failure)
            || !self.inputs.combinations.admits(&inputs::least(kind), &inputs::full(kind))
        {
            return None;
        }
        let path = self.read_at(failure);
        let field = path.and_then(|path| inputs::find(kind, path).field);
        let when = field.and_then(|field| field.missing_when.as_deref());
        Some(match (&failure.kind, path, when) {
            (FailureKind::NoField(_), Some(path), Some(when)) => {
                let shown = self.shown(path);
                let missing = Missing { field: shown.clone(), when: when.to_owned() };
                let finding = Finding::missing(span, missing, "the evaluation can fail");
                let finding = finding.level(self.missing_level(path));
                finding.help(self.guard(&shown, span))
            }
            (why, ..) => {
                let message = format!("the evaluation fails on the smallest input: {}", failure.message);
                let kind = match why {
                    FailureKind::NoField(_) => Kind::OptionalField,
                    FailureKind::FromNull => Kind::NullRead,
                    FailureKind::Depth | FailureKind::Deep => Kind::Depth,
                    _ => Kind::WrongType,
                };
                Finding::warning(kind, span, message).advised(why)
            }
        })
    }
}

/// How to test for null.
pub(in crate::documents) fn not_null(shown: &str) -> String {
    format!("test `{shown} != null` first")
}
