//! What goes wrong in a set of templates.

use std::collections::HashMap;

use super::kinds::What;
use super::parser::Parsed;
use super::tree::Definition;
use crate::text::Span;

/// Files that are parsed into one set, in the order in which that is done.
#[derive(Clone, Debug)]
pub struct Set<'t> {
    /// Name and what it holds.
    pub files: Vec<(&'t str, &'t Parsed)>,
    /// The index of the file that is executed.
    pub main: usize,
    /// Whether `html/template` executes it.
    pub is_html: bool,
    /// The templates by their names, with the index of their file.
    defined: HashMap<&'t str, (usize, &'t Definition)>,
}

impl<'t> Set<'t> {
    /// A set of files, of which `main` is executed.
    #[must_use]
    pub fn new(files: Vec<(&'t str, &'t Parsed)>, main: usize, is_html: bool) -> Set<'t> {
        let mut defined = HashMap::new();
        for (index, (file, parsed)) in files.iter().enumerate() {
            let mut of_file: HashMap<&'t str, &'t Definition> = HashMap::new();
            for (at, one) in parsed.definitions.iter().enumerate() {
                of_file.entry(if at == 0 { file } else { one.name.as_str() }).or_insert(one);
            }
            // Of files that define it, the last one counts, unless it is empty there.
            for (name, one) in of_file {
                let known: Option<&(usize, &Definition)> = defined.get(name);
                if !one.body.is_empty() || known.is_none_or(|(_, known)| known.body.is_empty()) {
                    defined.insert(name, (index, one));
                }
            }
        }
        Set { files, main, is_html, defined }
    }

    /// The template of a name.
    pub(super) fn defined(&self, name: &str) -> Option<(usize, &'t Definition)> {
        self.defined.get(name).copied()
    }
}

/// Something that goes wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The index of the file.
    pub file: usize,
    /// Where in it.
    pub span: Span,
    /// What.
    pub kind: ProblemKind,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// A struct has no such field: execution fails.
    UnknownField {
        /// The field.
        field: String,
        /// What has no such field.
        of: String,
        /// The fields that there are.
        known: Vec<&'static str>,
    },
    /// A field of what has no fields: execution fails.
    FieldOf {
        /// The field.
        field: String,
        /// The value.
        path: String,
        /// What it is.
        what: What,
    },
    /// A field of what may be null: execution fails then.
    FieldOfNull {
        /// The field.
        field: String,
        /// The value.
        path: String,
    },
    /// A key that is never there.
    NoSuchKey {
        /// The key.
        field: String,
        /// The map.
        path: String,
        /// Whether more keys than the known ones are possible.
        is_open: bool,
        /// Whether it is a field of the argument of the set, so that `$.` was meant.
        is_of_root: bool,
        /// The known keys.
        known: Vec<String>,
    },
    /// A field of the dot in a template that is called without an argument.
    FieldOfNothing {
        /// The field.
        field: String,
    },
    /// A value that is printed and may be missing: `<no value>`.
    PrintsNoValue {
        /// The value.
        path: String,
        /// Why it may be missing.
        why: String,
    },
    /// A value that may be missing and is given to a function that needs one: execution fails then.
    MissingArgument {
        /// The function.
        function: String,
        /// The value.
        path: String,
        /// Why it may be missing.
        why: String,
    },
    /// Too few or too many arguments: execution fails.
    ArgumentCount {
        /// The function.
        function: String,
        /// How many it takes at least, and at most unless without limit.
        takes: (usize, Option<usize>),
        /// How many it is given.
        given: usize,
    },
    /// An argument of another type: execution fails.
    ArgumentKind {
        /// The function.
        function: String,
        /// What it needs.
        needs: &'static str,
        /// What it is given.
        given: &'static str,
    },
    /// What is no function is given arguments: execution fails.
    ArgumentsToValue {
        /// The value as it is written: `.To`, `$x`, `.`.
        value: String,
    },
    /// A variable that is read in its own declaration, or set without one: execution fails.
    UndeclaredVariable {
        /// Its name, with `$`.
        name: String,
    },
    /// No template of this name is in the set: execution fails.
    UndefinedTemplate {
        /// The name.
        name: String,
    },
    /// `range` over what has no items: execution fails.
    NotIterable {
        /// What it is.
        what: What,
    },
    /// `html/template` refuses the template before it writes anything.
    Refused(Refusal),
    /// `html` or `urlquery` before the end of a pipeline in HTML: execution fails.
    EarlyEscaper {
        /// The function.
        function: String,
    },
    /// Why nothing was checked from here on, as a clause.
    Limit(&'static str),
}

/// Why a template is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The ways through an `if`, `with` or `range` end at different kinds of places.
    Branches {
        /// The keyword.
        keyword: &'static str,
        /// Where one way ends, and where the other.
        ends: (&'static str, &'static str),
    },
    /// The second run of a loop begins at another kind of place than the first.
    Loop {
        /// Where the first begins, and where the second.
        begins: (&'static str, &'static str),
    },
    /// The template ends inside of something.
    Open(&'static str),
    /// A character that an attribute value without quotes must not have.
    Unquoted(char),
    /// A character that the name of an attribute must not have.
    AttributeName(char),
    /// `=` where the name of an attribute is missing.
    NoAttributeName,
    /// An action that is in the path of a URL on one way and in its query on the other.
    UrlPart,
    /// A slash that begins a pattern on one way and divides on the other.
    Slash,
    /// A backslash before an action, or at the end.
    Escape,
    /// `[` of a pattern that is not closed before an action.
    Charset,
    /// `html` in an attribute value without quotes.
    Escaper,
}

/// Deepest nesting of blocks and calls that is followed.
pub(super) const MAX_DEPTH: usize = 150;

/// Why it is not followed further.
pub(super) const TOO_DEEP: ProblemKind =
    ProblemKind::Limit("blocks and calls of templates nest more than 150 levels deep");
