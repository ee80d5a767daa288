//! Regular expressions as the Go that built Kratos reads them: package regexp, `regexp.Compile`, syntax flags `Perl`.
//!
//! An identity schema is checked at boot with the format `regex` for `pattern` and the keys of `patternProperties`, which is
//! `regexp.Compile` (ory/jsonschema v3 format.go), so what Go refuses keeps the server from starting. Patterns are parsed, never run.
//! Go reads bytes; ours are valid UTF-8, because Go's `encoding/json` has replaced all other bytes before.

mod class;
mod factor;
mod names;
mod parse;
mod tree;

use super::version::Version;
use crate::text::Span;

/// The Go that a release of Kratos was built with, as its minor version: 23 for Go 1.23.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Go(pub u8);

impl Go {
    /// `(?<name>…)` names a group.
    pub(crate) const NAMED_GROUPS: Go = Go(22);
    /// Names in `\p{…}` are compared without case, `_`, `-` and blanks, and have long forms.
    pub(crate) const LOOSE_NAMES: Go = Go(25);
    /// Unicode 15 instead of 13.
    pub(crate) const UNICODE_15: Go = Go(21);

    /// The Go of a release (its `.github/workflows/ci.yaml` and `.docker/Dockerfile-build`).
    #[must_use]
    pub(crate) fn of(version: Version) -> Go {
        const BUILDS: [(Version, Go); 9] = [
            (Version::V25_4, Go(25)),
            (Version::V1_3_1, Go(23)),
            (Version::V1_2, Go(22)),
            (Version::V1_1, Go(21)),
            (Version::V0_11_0, Go(19)),
            (Version::V0_10, Go(18)),
            (Version::V0_8_2, Go(17)),
            (Version::OLDEST, Go(16)),
            (Version::V26_2, Go(26)),
        ];
        let builds = BUILDS.iter().filter(|(from, _)| *from <= version);
        builds.max_by_key(|(from, _)| *from).map_or(Go(16), |(_, go)| *go)
    }
}

/// Why Go refuses a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternFault {
    /// `invalid character class range`
    ClassRange,
    /// `invalid escape sequence`
    Escape,
    /// `invalid named capture`
    NamedCapture,
    /// `invalid or unsupported Perl syntax`
    PerlSyntax,
    /// `invalid nested repetition operator`
    NestedRepetition,
    /// `invalid repeat count`
    RepeatCount,
    /// `missing closing ]`
    MissingBracket,
    /// `missing closing )`
    MissingParenthesis,
    /// `missing argument to repetition operator`
    NothingToRepeat,
    /// `trailing backslash at end of expression`
    TrailingBackslash,
    /// `unexpected )`
    UnexpectedParenthesis,
    /// `expression nests too deeply`
    TooDeep,
    /// `expression too large`
    TooLarge,
}

impl PatternFault {
    /// Go's own words for it.
    #[must_use]
    pub fn in_go(self) -> &'static str {
        match self {
            PatternFault::ClassRange => "invalid character class range",
            PatternFault::Escape => "invalid escape sequence",
            PatternFault::NamedCapture => "invalid named capture",
            PatternFault::PerlSyntax => "invalid or unsupported Perl syntax",
            PatternFault::NestedRepetition => "invalid nested repetition operator",
            PatternFault::RepeatCount => "invalid repeat count",
            PatternFault::MissingBracket => "missing closing ]",
            PatternFault::MissingParenthesis => "missing closing )",
            PatternFault::NothingToRepeat => "missing argument to repetition operator",
            PatternFault::TrailingBackslash => "trailing backslash at end of expression",
            PatternFault::UnexpectedParenthesis => "unexpected )",
            PatternFault::TooDeep => "expression nests too deeply",
            PatternFault::TooLarge => "expression too large",
        }
    }
}

/// A pattern that Go refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    /// Why.
    pub kind: PatternFault,
    /// The part of the pattern that Go names, in bytes.
    pub span: Span,
}

/// Longer patterns are not checked: the work stays bounded.
const MAX_LENGTH: usize = 1 << 16;

/// Reads a pattern as this Go does.
///
/// # Errors
///
/// What Go refuses. A pattern above 64 KiB passes unread.
pub fn check(pattern: &str, go: Go) -> Result<(), Error> {
    if pattern.len() > MAX_LENGTH { Ok(()) } else { parse::parse(pattern, go) }
}

/// What is wrong, as a clause, and how to write it for Go, when that is known.
#[must_use]
pub(crate) fn explain(pattern: &str, error: &Error) -> (String, Option<&'static str>) {
    let part = pattern.get(error.span.start..error.span.end).unwrap_or_default();
    let shown = shortened(part);
    let (why, help) = match error.kind {
        PatternFault::PerlSyntax | PatternFault::NamedCapture => group(part),
        PatternFault::Escape => escape(part),
        PatternFault::RepeatCount => count(part),
        PatternFault::NestedRepetition => {
            ("`…` repeats a repetition", "remove one of the two: Go has no possessive `a++`")
        }
        PatternFault::NothingToRepeat => {
            ("`…` has nothing to repeat", "write a backslash before it to match the character itself")
        }
        PatternFault::ClassRange if part.starts_with(['\\', '[']) => (
            "the class `…` does not exist",
            "use a category such as `\\p{Lu}`, a script such as `\\p{Greek}`, or `[[:alpha:]]`",
        ),
        PatternFault::ClassRange => ("the range `…` is reversed", "swap its ends, or put `-` last to match it itself"),
        PatternFault::MissingBracket => {
            ("a class is not closed", "add `]`, or write `\\[` to match the character itself")
        }
        PatternFault::MissingParenthesis => {
            ("a group is not closed", "add `)`, or write `\\(` to match the character itself")
        }
        PatternFault::UnexpectedParenthesis => ("`)` closes no group", "write `\\)` to match the character itself"),
        PatternFault::TrailingBackslash => ("it ends in a single backslash", "write `\\\\` to match a backslash"),
        PatternFault::TooDeep => ("it nests more than 1000 levels", "use fewer groups"),
        PatternFault::TooLarge => ("its compiled form is too large", "use smaller counts"),
    };
    (why.replace('…', &shown), Some(help).filter(|help| !help.is_empty()))
}

type Clause = (&'static str, &'static str);

fn group(part: &str) -> Clause {
    let starts = |beginnings: &[&str]| beginnings.iter().any(|beginning| part.starts_with(beginning));
    if starts(&["(?=", "(?!", "(?<=", "(?<!"]) {
        ("Go has no look-ahead or look-behind", "split it into several `pattern`s under `allOf`, or use `not`")
    } else if starts(&["(?>"]) {
        ("Go has no atomic groups", "write `(?:` instead of `(?>`")
    } else if starts(&["(?#"]) {
        ("Go has no comments in patterns", "remove the comment")
    } else if starts(&["(?<", "(?P<"]) {
        ("`…` is not a named group", "write `(?P<name>` with ASCII letters, digits and `_`")
    } else {
        ("the group `…` does not exist", "use `(?:`, `(?P<name>` or the flags i, m, s and U")
    }
}

fn escape(part: &str) -> Clause {
    let help = match part.chars().nth(1) {
        Some('1'..='9' | 'k' | 'g') => return ("Go has no back-references", "write the group again"),
        Some('u' | 'U') => "write the code point as `\\x{00E9}`",
        Some('Z') => "write `\\z` for the end of the text",
        Some('x') => "write two hexadecimal digits, or `\\x{…}`",
        Some('c' | 'e') => "write the control character as `\\x1B`",
        Some('h' | 'H' | 'R' | 'X' | 'N' | 'C') => "list the characters in brackets",
        _ => "remove the backslash, or write `\\\\` to match a backslash",
    };
    ("the escape `…` does not exist", help)
}

fn count(part: &str) -> Clause {
    let inside = part.trim_end_matches('?').trim_start_matches('{').trim_end_matches('}');
    let numbers: Vec<u64> =
        inside.split(',').filter(|text| !text.is_empty()).map(|text| text.parse().unwrap_or(u64::MAX)).collect();
    match numbers.as_slice() {
        [low, high] if high < low => ("the bounds of `…` are reversed", "swap them"),
        numbers if numbers.iter().any(|number| *number > 1000) => {
            ("`…` is above Go's limit of 1000", "use at most 1000, or `minLength` and `maxLength`")
        }
        _ => ("`…` and the counts in it make over 1000 copies", "keep the product of nested counts at 1000 or below"),
    }
}

/// At most 24 characters of a part.
fn shortened(part: &str) -> String {
    match part.char_indices().nth(24) {
        Some((end, _)) => format!("{}…", part.get(..end).unwrap_or_default()),
        None => part.to_owned(),
    }
}
