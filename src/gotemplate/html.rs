//! What `html/template` refuses before it writes the first byte: it follows the text of a template through tags, attributes,
//! scripts and styles, over all branches, also those that never run. Where releases since Go 1.21.1 differ, nothing is said.

mod code;
mod markup;
mod step;

use std::collections::HashMap;

use super::problem::{MAX_DEPTH, Problem, ProblemKind, Refusal, Set, TOO_DEEP};
use super::tree::{Branch, Node, OperandKind, Pipeline};
use crate::text::Span;
use markup::ContentEnd;

/// Nothing more is said of this template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    Refused(usize, Span, Refusal),
    Unknown,
    /// Blocks and calls nest too deeply.
    TooDeep,
}

/// What kind of place this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
enum State {
    #[default]
    Text,
    Tag,
    AttributeName,
    AfterName,
    BeforeValue,
    Comment,
    /// Inside `<textarea>` and `<title>`.
    RawText,
    Value,
    Url,
    Srcset,
    Script,
    /// A text of a script in these quotes.
    ScriptText(u8),
    ScriptPattern,
    ScriptBlockComment,
    ScriptLineComment,
    Style,
    /// A text of a style in these quotes.
    StyleText(u8),
    /// `url(…)` with these quotes, or a space without.
    StyleUrl(u8),
    StyleBlockComment,
    StyleLineComment,
    /// After `break` and `continue`.
    Dead,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
enum Quote {
    #[default]
    None,
    Double,
    Single,
    /// A value without quotes.
    Space,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
enum UrlPart {
    #[default]
    Start,
    Path,
    Query,
    Ambiguous,
}

/// What a slash means in a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
enum Slash {
    #[default]
    Pattern,
    Division,
    Ambiguous,
    /// Go's releases differ.
    Either,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
enum Attribute {
    #[default]
    Plain,
    Script,
    ScriptType,
    Style,
    Url,
    Srcset,
    MetaContent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
enum Element {
    #[default]
    Other,
    Script,
    Style,
    Textarea,
    Title,
    Meta,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
struct Context {
    state: State,
    quote: Quote,
    url: UrlPart,
    slash: Slash,
    attribute: Attribute,
    element: Element,
}

/// What `html/template` refuses of a set, if it does. `texts` are those of its files.
#[must_use]
pub fn refused(set: &Set<'_>, texts: &[&str]) -> Option<Problem> {
    let main = set.files.get(set.main)?.1.definitions.first()?;
    let mut walk = Walk {
        set,
        texts,
        file: set.main,
        opened: None,
        calls: Vec::new(),
        known: HashMap::new(),
        loops: Vec::new(),
        steps: 0,
        depth: 0,
    };
    let (file, span, refusal) = match walk.nodes(Context::default(), &main.body) {
        Err(Stop::Refused(file, span, refusal)) => (file, span, refusal),
        Err(Stop::TooDeep) => return Some(Problem { file: set.main, span: Span::at(0), kind: TOO_DEEP }),
        Ok(end) if end.state != State::Text => {
            let (file, at) = walk.opened?;
            (file, Span { start: at, end: at }, Refusal::Open(end.name()))
        }
        _ => return None,
    };
    Some(Problem { file, span, kind: ProblemKind::Refused(refusal) })
}

/// Most nodes that are checked.
const MAX_STEPS: usize = 100_000;

struct Walk<'t> {
    set: &'t Set<'t>,
    texts: &'t [&'t str],
    file: usize,
    /// Where the text was last left.
    opened: Option<(usize, usize)>,
    /// The templates that run.
    calls: Vec<&'t str>,
    /// Where templates end, by where they begin.
    known: HashMap<(&'t str, Context), Context>,
    /// The places at `break` and `continue` of the loops around.
    loops: Vec<Vec<Context>>,
    steps: usize,
    /// Lists of nodes around this one.
    depth: usize,
}

impl<'t> Walk<'t> {
    fn nodes(&mut self, context: Context, nodes: &'t [Node]) -> Result<Context, Stop> {
        if self.depth >= MAX_DEPTH {
            return Err(Stop::TooDeep);
        }
        self.depth += 1;
        let end = self.each(context, nodes);
        self.depth -= 1;
        end
    }

    fn each(&mut self, mut context: Context, nodes: &'t [Node]) -> Result<Context, Stop> {
        for node in nodes {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                return Err(Stop::Unknown);
            }
            context = match node {
                Node::Text(span) => self.text(context, *span)?,
                Node::Action(pipeline) => self.action(context, pipeline)?,
                Node::If(branch) => self.branch(context, branch, "if")?,
                Node::With(branch) => self.branch(context, branch, "with")?,
                Node::Range(branch) => self.range(context, branch)?,
                Node::Template { name, .. } => self.call(context, name)?,
                Node::Break | Node::Continue => {
                    self.loops.last_mut().ok_or(Stop::Unknown)?.push(context);
                    return Ok(Context { state: State::Dead, ..Context::default() });
                }
            };
        }
        Ok(context)
    }

    fn text(&mut self, mut context: Context, span: Span) -> Result<Context, Stop> {
        let text = self.texts.get(self.file).and_then(|text| text.get(span.start..span.end)).ok_or(Stop::Unknown)?;
        let mut at = 0;
        let mut inside = ContentEnd::default();
        while let Some(rest) = text.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
            let (next, read) = markup::after(context, rest, inside.after(context, text.as_bytes(), at)).map_err(
                |stop| match stop {
                    Stop::Refused(_, inner, refusal) => {
                        let start = span.start + at + inner.start;
                        Stop::Refused(self.file, Span { start, end: start + (inner.end - inner.start) }, refusal)
                    }
                    other => other,
                },
            )?;
            if read == 0 && next == context {
                return Err(Stop::Unknown);
            }
            at += read;
            if context.state == State::Text && next.state != State::Text {
                // A tag or a comment: its bracket is the last one that was read.
                let read = text.as_bytes().get(..at).unwrap_or_default();
                let bracket = read.iter().rposition(|byte| *byte == b'<').unwrap_or(at);
                self.opened = Some((self.file, span.start + bracket));
            }
            context = next;
        }
        Ok(context)
    }

    fn action(&mut self, context: Context, pipeline: &Pipeline) -> Result<Context, Stop> {
        if !pipeline.variables.is_empty() {
            return Ok(context);
        }
        let refused = |refusal| Err(Stop::Refused(self.file, pipeline.span, refusal));
        let mut context = context.nudged();
        let is_escaper = pipeline
            .commands
            .iter()
            .any(|command| matches!(&command.first.kind, OperandKind::Function(name) if name == "html"));
        if is_escaper && context.state == State::Value && context.quote == Quote::Space {
            return refused(Refusal::Escaper);
        }
        match context.state {
            State::Url | State::StyleText(_) | State::StyleUrl(_) if context.url == UrlPart::Ambiguous => {
                return refused(Refusal::UrlPart);
            }
            State::Script => context.slash = Slash::Division,
            State::Tag => context.state = State::AttributeName,
            _ => {}
        }
        Ok(context)
    }

    fn branch(&mut self, context: Context, branch: &'t Branch, keyword: &'static str) -> Result<Context, Stop> {
        let first = self.nodes(context, &branch.body)?;
        let opened = self.opened;
        let second = self.nodes(context, &branch.otherwise)?;
        if second.state == State::Text {
            self.opened = opened;
        }
        let refusal = Refusal::Branches { keyword, ends: (first.name(), second.name()) };
        first.joined(second).ok_or(Stop::Refused(self.file, branch.pipeline.span, refusal))
    }

    fn range(&mut self, context: Context, branch: &'t Branch) -> Result<Context, Stop> {
        let once = self.looped(context, &branch.body)?;
        let twice = self.looped(once, &branch.body)?;
        let refusal = Refusal::Loop { begins: (context.name(), once.name()) };
        let end = once.joined(twice).ok_or(Stop::Refused(self.file, branch.pipeline.span, refusal))?;
        let none = self.nodes(context, &branch.otherwise)?;
        let refusal = Refusal::Branches { keyword: "range", ends: (end.name(), none.name()) };
        end.joined(none).ok_or(Stop::Refused(self.file, branch.pipeline.span, refusal))
    }

    /// The body of a loop, with the places at which it is left early.
    fn looped(&mut self, context: Context, body: &'t [Node]) -> Result<Context, Stop> {
        self.loops.push(Vec::new());
        let end = self.nodes(context, body);
        let left = self.loops.pop().unwrap_or_default();
        // Older releases of Go lose some of these places.
        left.into_iter().try_fold(end?, Context::joined).ok_or(Stop::Unknown)
    }

    fn call(&mut self, context: Context, name: &'t str) -> Result<Context, Stop> {
        if let Some(end) = self.known.get(&(name, context)) {
            return Ok(*end);
        }
        let (file, definition) = self.set.defined(name).ok_or(Stop::Unknown)?;
        // Go looks for a place that fits a template which calls itself.
        if self.calls.contains(&name) {
            return Err(Stop::Unknown);
        }
        self.calls.push(name);
        let outer = std::mem::replace(&mut self.file, file);
        let loops = std::mem::take(&mut self.loops);
        let end = self.nodes(context, &definition.body);
        self.loops = loops;
        self.file = outer;
        self.calls.pop();
        let end = end?;
        self.known.insert((name, context), end);
        Ok(end)
    }
}

impl Context {
    /// What an empty text would change.
    fn nudged(self) -> Context {
        match self.state {
            State::Tag => Context { state: State::AttributeName, ..self },
            State::BeforeValue => {
                Context { state: self.attribute.value(), quote: Quote::Space, attribute: Attribute::Plain, ..self }
            }
            State::AfterName => Context { state: State::AttributeName, attribute: Attribute::Plain, ..self },
            _ => self,
        }
    }

    /// The place after two ways that end here, if one place is both.
    fn joined(self, other: Context) -> Option<Context> {
        if self.state == State::Dead || self == other {
            return Some(other);
        }
        if other.state == State::Dead {
            return Some(self);
        }
        if (Context { url: other.url, ..self }) == other {
            return Some(Context { url: UrlPart::Ambiguous, ..self });
        }
        if (Context { slash: other.slash, ..self }) == other {
            let either = self.slash == Slash::Either || other.slash == Slash::Either;
            return Some(Context { slash: if either { Slash::Either } else { Slash::Ambiguous }, ..self });
        }
        let (mine, others) = (self.nudged(), other.nudged());
        if mine == self && others == other { None } else { mine.joined(others) }
    }

    /// What this place is, for messages.
    fn name(self) -> &'static str {
        match self.state {
            State::Text | State::Dead => "text",
            State::Tag | State::AttributeName | State::AfterName | State::BeforeValue => "a tag",
            State::Comment => "a comment",
            State::RawText if self.element == Element::Title => "`<title>`",
            State::RawText => "`<textarea>`",
            _ if self.quote != Quote::None => "an attribute value",
            State::Value | State::Url | State::Srcset => "an attribute value",
            State::Script | State::ScriptPattern => "a script",
            State::ScriptText(_) => "a text of a script",
            State::ScriptBlockComment | State::ScriptLineComment => "a comment of a script",
            State::Style => "a style",
            State::StyleText(_) | State::StyleUrl(_) => "a text of a style",
            State::StyleBlockComment | State::StyleLineComment => "a comment of a style",
        }
    }
}

impl Attribute {
    /// Where the value of such an attribute begins.
    fn value(self) -> State {
        match self {
            Attribute::Plain | Attribute::ScriptType | Attribute::MetaContent => State::Value,
            Attribute::Script => State::Script,
            Attribute::Style => State::Style,
            Attribute::Url => State::Url,
            Attribute::Srcset => State::Srcset,
        }
    }
}
