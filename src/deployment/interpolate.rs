//! Variables in texts, as compose puts them in.

use super::reading::Known;
use crate::kratos::env::expand::{self, expand};
use crate::text::Place;

/// Begins of names that Coolify gives values to: `SERVICE_FQDN_AUTH`, `SERVICE_PASSWORD_64_COOKIE`.
const OF_COOLIFY: [&str; 5] =
    ["SERVICE_BASE64_", "SERVICE_FQDN_", "SERVICE_PASSWORD_", "SERVICE_URL_", "SERVICE_USER_"];

/// Whether a compose file is for Coolify, which sets variables of its own and those of its own pages.
pub(super) fn is_of_coolify(text: &str) -> bool {
    OF_COOLIFY.iter().any(|begin| text.contains(begin))
}

/// A text with its variables put in as compose does, with those that are known; none when a value is not.
pub(super) fn compose(text: &str, known: &Known) -> Option<String> {
    filled(text, &|name| value_in(known, name), known)
}

/// The same where a function says what is known of a variable.
pub(super) fn filled(text: &str, lookup: expand::Lookup<'_, '_>, known: &Known) -> Option<String> {
    is_plain(text, known).then(|| expand(text, &|name| or_by_coolify(lookup(name), name), &known.budget)).flatten()
}

/// The same with a mark in the place of each value that is not known.
pub(super) fn marked(text: &str, mark: &str, known: &Known) -> Option<String> {
    let lookup = |name: &str| or_by_coolify(value_in(known, name), name);
    is_plain(text, known).then(|| expand::marked(text, mark, &lookup, &known.budget)).flatten()
}

/// Whether a text may be read, and no template fills it in first. An alias may bring the same text many times.
fn is_plain(text: &str, known: &Known) -> bool {
    known.budget.take(text.len() + 1).is_some() && !text.contains("{{") && !text.contains("<%")
}

fn value_in<'k>(known: &'k Known, name: &str) -> expand::Known<'k> {
    expand::Known::of_variable(known.variables.get(name))
}

/// Coolify sets its own variables to something.
fn or_by_coolify<'k>(known: expand::Known<'k>, name: &str) -> expand::Known<'k> {
    let is_of_coolify = || OF_COOLIFY.iter().any(|begin| name.starts_with(begin));
    if known == expand::Known::Unset && is_of_coolify() { expand::Known::Set } else { known }
}

/// Where the value of the last variable of a text is written; none where the text has no variable, or it has a default for it.
pub(super) fn place(text: &str, known: &Known) -> Option<Place> {
    let (_, last) = text.rsplit_once('$')?;
    let name = last.trim_start_matches('{');
    let variable = known.variables.get(name.get(..expand::name_length(name))?)?;
    let place = Place::new(&variable.name_place.source, variable.value_span);
    variable.value.is_some().then_some(place)
}

#[cfg(test)]
mod tests {
    use super::super::reading::Reading;
    use super::super::variables::Variables;
    use super::*;
    use crate::disk::Disk;
    use crate::kratos::env::Variable;
    use crate::text::{Place, Source, Span};

    #[test]
    fn all_forms_are_those_of_compose() {
        let source = Source::new(".env", "");
        let variable = |name: &str, value: Option<&str>| Variable {
            name: name.to_owned(),
            name_place: Place::new(&source, Span::at(0)),
            value: value.map(str::to_owned),
            value_span: Span::at(0),
        };
        let mut known = Variables::default();
        known.extend([variable("A", Some("a")), variable("E", Some("")), variable("U", None)]);
        let disk = Disk::default();
        let known = Reading::of(&disk).known(known);
        let check = |text: &str, wanted: Option<&str>| assert_eq!(compose(text, &known).as_deref(), wanted, "{text}");
        check("x$A.${A}$$A$", Some("xa.a$A$"));
        check("${N:-b}${E:-b}${E-b}${A:-b}${N-b}", Some("bbab"));
        check("${A:+b}${E:+b}${E+b}", Some("bb"));
        check("${N:+b}", None);
        check("${N+b}", None);
        check("${U:+b}", None);
        check("${N:?text}", None);
        check("${A:?text}", Some("a"));
        check("${U:-b}", None);
        check("${N:-${A}${N:-c}}", Some("ac"));
        check("${A", None);
        check("${N:-{a}}${N:-a\nb}", None);
        check("${N:-{a}}-${A.b}", None);
        check("${N:-{a}}}", Some("{a}}"));
        check("${}", None);
    }
}
