//! What to write in the place of a value of the wrong type, and of habits of other languages.

use super::Advice;
use super::edit::Edit;
use super::places::Role;
use crate::documents::finding::{Finding, Fix, Kind};
use crate::jsonnet::standard;
use crate::jsonnet::types::JsonType;
use crate::text::Span;

/// Longest expression that is written into a help, in bytes.
const LONGEST: usize = 120;

/// What can be written, and why.
pub(super) struct Change {
    pub span: Span,
    pub text: String,
    pub why: &'static str,
}

/// Types of values as far as they decide what to write.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Null,
    Bool,
    Number,
    Text,
    List,
    Object,
    /// Null or something else.
    Maybe,
    Unknown,
}

impl Advice<'_> {
    pub(super) fn about_value(&self, finding: &mut Finding) {
        let uses = self.places.uses.iter().filter(|known| {
            let is_argument = |args: &Vec<Span>| args.contains(&finding.span);
            known.span == finding.span || matches!(&known.role, Role::Standard(_, args) if is_argument(args))
        });
        let roles: Vec<&Role> = uses.map(|known| &known.role).collect();
        let is_field = finding.kind == Kind::NoField;
        if is_field && finding.help.as_deref().is_some_and(|help| help.starts_with("did you mean")) {
            return;
        }
        for role in &roles {
            for change in self.changes(role, finding.span, is_field) {
                let edit = Edit::replace(change.span, change.text.clone());
                if self.mends(finding, &[edit]) {
                    let why = if change.why.is_empty() { String::new() } else { format!(": {}", change.why) };
                    finding.help = Some(format!("write `{}`{why}", change.text));
                    let title = format!("write {}", change.text);
                    finding.fix = Some(Fix { title, span: change.span, text: change.text, safe: false });
                    return;
                }
            }
        }
        if !is_field && finding.help.is_none() {
            finding.help = roles.iter().find_map(|role| in_general(role));
        }
    }

    /// What could be written in the place of a role, the likeliest first.
    fn changes(&self, role: &Role, span: Span, is_field: bool) -> Vec<Change> {
        let found = match role {
            Role::Method(base, name, call, args) => self.method(*base, name, *call, args),
            Role::Read(base, key) => self.read(span, *base, key, is_field),
            Role::Indexed(object, key) if is_field => self.indexed(span, *object, *key),
            _ if is_field => None,
            Role::Condition => self.condition(span),
            Role::Not(inner) => self.negation(*inner),
            Role::Or(left, right) => self.fallback(*left, *right),
            Role::In(left, right) => self.member(span, *left, *right),
            Role::Compared(left, right) => Some(self.compared(*left, *right)),
            Role::Added(left, right) => self.added(span, *left, *right),
            Role::Items(list) => self.items(*list),
            Role::Name(name) => self.code(*name).map(|code| vec![change(*name, format!("std.toString({code})"), "")]),
            Role::Standard(name, args) => self.arguments(span, name, args),
            Role::Formatted(values) => self.formatted(*values),
            Role::Calculated | Role::Indexed(..) => None,
        };
        found.unwrap_or_default()
    }

    /// An expression that can be written again.
    pub(super) fn code(&self, span: Span) -> Option<&str> {
        self.text(span).filter(|text| text.len() <= LONGEST && !text.contains(['\n', '`']))
    }

    fn sort(&self, span: Span) -> Sort {
        sort(self.kind_of(span))
    }

    /// The test of a value for something in it, or for nothing.
    fn test(&self, span: Span, is_filled: bool) -> Option<String> {
        let code = self.code(span)?;
        let sign = if is_filled { "!=" } else { "==" };
        Some(match self.sort(span) {
            Sort::Null | Sort::Maybe => format!("{code} {sign} null"),
            Sort::Number => format!("{code} {sign} 0"),
            Sort::Text => format!("{code} {sign} ''"),
            Sort::List | Sort::Object => format!("std.length({code}) {} 0", if is_filled { ">" } else { "==" }),
            Sort::Unknown => format!("{code} {sign} true"),
            Sort::Bool => return None,
        })
    }

    /// `{ a: 1 }[key]`
    fn indexed(&self, span: Span, object: Span, key: Span) -> Option<Vec<Change>> {
        let text = format!("std.get({}, {}, null)", self.code(object)?, self.code(key)?);
        Some(vec![change(span, text, "the key may be another one")])
    }

    fn condition(&self, span: Span) -> Option<Vec<Change>> {
        Some(vec![change(span, self.test(span, true)?, "a condition is true or false")])
    }

    fn negation(&self, inner: Span) -> Option<Vec<Change>> {
        let whole = self.trial.text.get(..inner.start)?.trim_end();
        let start = whole.strip_suffix('!')?.len();
        let test = format!("({})", self.test(inner, false)?);
        Some(vec![change(Span::new(start, inner.end), test, "only true and false have an opposite")])
    }

    /// `x || 'default'`
    fn fallback(&self, left: Span, right: Span) -> Option<Vec<Change>> {
        if self.sort(right) == Sort::Bool {
            return None;
        }
        let (value, default) = (self.code(left)?, self.code(right)?);
        let test = self.test(left, true)?;
        let whole = Span::new(left.start, right.end);
        let choice = format!("(if {test} then {value} else {default})");
        Some(vec![change(whole, choice, "`||` joins true and false only")])
    }

    fn member(&self, span: Span, left: Span, right: Span) -> Option<Vec<Change>> {
        let (item, all) = (self.code(left)?, self.code(right)?);
        Some(match self.sort(right) {
            Sort::List => vec![change(span, format!("std.member({all}, {item})"), "`in` asks for keys of objects")],
            Sort::Text => {
                let text = format!("(std.length(std.findSubstr({item}, {all})) > 0)");
                vec![change(span, text, "`in` asks for keys of objects")]
            }
            Sort::Object => vec![change(left, format!("std.toString({item})"), "a key is a string")],
            _ => return None,
        })
    }

    fn compared(&self, left: Span, right: Span) -> Vec<Change> {
        let lengths = [left, right].into_iter().filter(|side| matches!(self.sort(*side), Sort::List | Sort::Object));
        let lengths = lengths.filter_map(|side| Some(change(side, format!("std.length({})", self.code(side)?), "")));
        lengths.collect()
    }

    fn added(&self, span: Span, left: Span, right: Span) -> Option<Vec<Change>> {
        let (one, other) = (self.code(left)?, self.code(right)?);
        Some(match (self.sort(left), self.sort(right)) {
            (Sort::Null, _) => vec![change(span, other.to_owned(), "nothing can be added to null")],
            (_, Sort::Null) => vec![change(span, one.to_owned(), "nothing can be added to null")],
            (Sort::List, _) => vec![change(right, format!("[{other}]"), "a list is added to a list")],
            (_, Sort::List) => vec![change(left, format!("[{one}]"), "a list is added to a list")],
            (Sort::Object, _) | (_, Sort::Object) => Vec::new(),
            _ => vec![change(left, format!("std.toString({one})"), "")],
        })
    }

    fn formatted(&self, values: Span) -> Option<Vec<Change>> {
        let code = self.code(values).filter(|_| self.sort(values) == Sort::List)?;
        let why = "a list brings a value for each `%…`";
        let texts = ["join(', ', ", "toString("].map(|function| format!("std.{function}{code})"));
        Some(texts.into_iter().map(|text| change(values, text, why)).collect())
    }

    fn items(&self, list: Span) -> Option<Vec<Change>> {
        let code = self.code(list)?;
        let text = match self.sort(list) {
            Sort::Object => format!("std.objectFields({code})"),
            Sort::Text => format!("std.stringChars({code})"),
            Sort::Null | Sort::Maybe => return None,
            _ => format!("[{code}]"),
        };
        Some(vec![change(list, text, "`for` goes through a list")])
    }

    fn read(&self, span: Span, base: Span, key: &str, is_field: bool) -> Option<Vec<Change>> {
        let code = self.code(base)?;
        let length = matches!(key, "length" | "size" | "count");
        let sort = self.sort(base);
        if length && matches!(sort, Sort::Text | Sort::List | Sort::Object) {
            return Some(vec![change(span, format!("std.length({code})"), "")]);
        }
        if is_field {
            return Some(self.meant(span, base, key));
        }
        let itself = |why| change(span, code.to_owned(), why);
        Some(match sort {
            Sort::List => vec![change(span, format!("{code}[0].{key}"), "it is a list"), itself("it is a list")],
            Sort::Text => vec![itself("it is a string, which has no fields")],
            Sort::Number => vec![itself("it is a number, which has no fields")],
            Sort::Bool => vec![itself("it is true or false, which have no fields")],
            _ => return None,
        })
    }

    /// A method of another language.
    fn method(&self, base: Span, name: &str, call: Span, args: &[Span]) -> Option<Vec<Change>> {
        let value = self.code(base)?;
        let args: Vec<&str> = args.iter().map(|arg| self.code(*arg)).collect::<Option<_>>()?;
        let is_list = self.sort(base) == Sort::List;
        let function = match name {
            "toLowerCase" | "lower" | "toLower" | "asciiLower" => "asciiLower",
            "toUpperCase" | "upper" | "toUpper" | "asciiUpper" => "asciiUpper",
            "startsWith" | "startswith" | "hasPrefix" => "startsWith",
            "endsWith" | "endswith" | "hasSuffix" => "endsWith",
            "replace" | "replaceAll" | "strReplace" => "strReplace",
            "toString" | "String" => "toString",
            "substr" | "substring" => "substr",
            "length" | "size" | "count" | "len" => "length",
            "keys" => "objectFields",
            "values" => "objectValues",
            "has" | "hasOwnProperty" | "has_key" | "containsKey" => "objectHas",
            "includes" | "contains" if is_list => "member",
            "includes" | "contains" => {
                let [part] = args.as_slice() else { return None };
                let text = format!("(std.length(std.findSubstr({part}, {value})) > 0)");
                return Some(vec![change(call, text, "")]);
            }
            "trim" | "strip" => return Some(vec![change(call, format!("std.stripChars({value}, ' \\t\\n')"), "")]),
            "concat" => return Some(vec![change(call, format!("({value} + {})", args.join(" + ")), "")]),
            "join" | "map" | "filter" => {
                let text = format!("std.{name}({}, {value})", args.join(", "));
                return Some(vec![change(call, text, "")]);
            }
            "get" | "split" | "reverse" | "sort" => name,
            _ => return None,
        };
        let all: Vec<&str> = std::iter::once(value).chain(args).collect();
        Some(vec![change(call, format!("std.{function}({})", all.join(", ")), "")])
    }

    fn arguments(&self, span: Span, name: &str, args: &[Span]) -> Option<Vec<Change>> {
        let function = standard::function(name)?;
        let mut changes = Vec::new();
        if let [first, second] = args
            && let (Some(one), Some(other)) = (self.code(*first), self.code(*second))
        {
            let both = Span::new(first.start, second.end);
            changes.push(change(both, format!("{other}, {one}"), "the arguments are in the other order"));
        }
        for (arg, (_, letters, _)) in args.iter().zip(function.parameters) {
            let is_meant = *arg == span || !args.contains(&span);
            let Some(code) = self.code(*arg).filter(|_| is_meant) else { continue };
            let takes = |letter: char| letters.split('?').next().is_some_and(|letters| letters.contains(letter));
            let takes_list = takes('a') || takes('S') || takes('N');
            let sort = self.sort(*arg);
            let mut add = |text: String, why| changes.push(change(*arg, text, why));
            match sort {
                Sort::List if takes('s') => {
                    add(format!("{code}[0]"), "this is its first item");
                    add(format!("std.join(',', {code})"), "");
                }
                Sort::Object if takes_list => add(format!("std.objectFields({code})"), "these are its keys"),
                Sort::Text | Sort::List | Sort::Object if takes('n') => add(format!("std.length({code})"), ""),
                Sort::Number | Sort::Bool | Sort::Unknown if takes('s') => {
                    add(format!("std.toString({code})"), "");
                }
                _ => {}
            }
        }
        Some(changes)
    }
}

pub(super) fn change(span: Span, text: String, why: &'static str) -> Change {
    Change { span, text, why }
}

fn sort(kind: &JsonType) -> Sort {
    let one = |kind: &JsonType| match kind {
        JsonType::Null => Sort::Null,
        JsonType::Bool(_) => Sort::Bool,
        JsonType::Number { .. } => Sort::Number,
        JsonType::Text(_) => Sort::Text,
        JsonType::List(_) => Sort::List,
        JsonType::Object(_) => Sort::Object,
        _ => Sort::Unknown,
    };
    let mut sorts = kind.alternatives().iter().map(one);
    let first = sorts.next().unwrap_or(Sort::Unknown);
    sorts.fold(first, |all, sort| match (all, sort) {
        (all, sort) if all == sort => all,
        (Sort::Null | Sort::Maybe, _) | (_, Sort::Null) => Sort::Maybe,
        _ => Sort::Unknown,
    })
}

/// What to do where nothing can be written without knowing what is meant.
fn in_general(role: &Role) -> Option<String> {
    Some(match role {
        Role::Condition | Role::Not(_) | Role::Or(..) => "compare it with a value, for example with `==`".to_owned(),
        Role::In(..) => "ask for a key of an object".to_owned(),
        Role::Compared(..) => "compare two numbers or two strings".to_owned(),
        Role::Added(..) => "add two numbers, lists or objects, or make strings of them with `std.toString`".to_owned(),
        Role::Formatted(_) => "give each `%…` a value that it takes: `'%s %d' % ['a', 1]`".to_owned(),
        Role::Calculated => "calculate with numbers only".to_owned(),
        Role::Items(_) => "go through a list".to_owned(),
        Role::Name(_) => "make a string of it with `std.toString`".to_owned(),
        Role::Standard(name, _) => {
            let function = standard::function(name)?;
            let parameter = |(name, letters, _): &(&str, &str, bool)| format!("{name}: {}", wanted(letters));
            let parameters: Vec<String> = function.parameters.iter().map(parameter).collect();
            format!("give std.{name} what it takes ({})", parameters.join(", "))
        }
        Role::Method(..) => "call a function of `std`: values have no methods".to_owned(),
        Role::Read(..) | Role::Indexed(..) => "read the value itself, or test its type first".to_owned(),
    })
}

/// The letters of a parameter in words.
fn wanted(letters: &str) -> String {
    let word = |letter: char| match letter {
        's' => "a string",
        'n' => "a number",
        'b' => "true or false",
        'a' => "a list",
        'S' => "a list of strings",
        'N' => "a list of numbers",
        'o' => "an object",
        'f' => "a function",
        'z' => "null",
        _ => "anything",
    };
    let words: Vec<&str> = letters.split('?').next().unwrap_or(letters).chars().map(word).collect();
    words.join(" or ")
}
