//! The parser: accepts and refuses what `text/template/parse` of Go 1.26 does, and says where.

use super::lexer::{self, Keyword, Token, TokenKind};
use super::literal;
use super::tree::{Branch, Definition, Node, Pipeline};
use crate::text::Span;

/// Deepest nesting that is read; Go has no limit for blocks and 10,000 for parentheses.
pub(super) const MAX_DEPTH: usize = 100;

/// Longest text that is read, in bytes.
const MAX_LENGTH: usize = 1 << 20;

/// Most templates that a text may define.
const MAX_DEFINITIONS: usize = 1_000;

/// What became of a text.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The text itself (first) and the templates that it defines. Incomplete after a fault.
    pub definitions: Vec<Definition>,
    /// Names of functions that do not exist; Go stops at the first.
    pub unknown_functions: Vec<(String, Span)>,
    /// Why the text cannot be parsed.
    pub fault: Option<TemplateFault>,
}

/// Why a text cannot be parsed.
#[derive(Clone, Debug)]
pub struct TemplateFault {
    /// What kind.
    pub kind: FaultKind,
    /// What is wrong, as a clause.
    pub why: String,
    /// Where.
    pub span: Span,
    /// Where what is not finished begins.
    pub opened: Option<Span>,
}

/// What kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Go refuses the text.
    Syntax,
    /// Longer or nested deeper than is read here; Go may accept it.
    Limit,
}

impl Parsed {
    /// Whether Go parses it.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.fault.is_none() && self.unknown_functions.is_empty()
    }
}

/// Reads a template. `name` is that of the text itself, `is_function` tells names of functions.
#[must_use]
pub fn parse(name: &str, text: &str, is_function: &dyn Fn(&str) -> bool) -> Parsed {
    let mut parser = Parser {
        text,
        tokens: Vec::new(),
        at: 0,
        depth: 0,
        scope: Scope::default(),
        is_function,
        parsed: Parsed::default(),
    };
    let result = if text.len() > MAX_LENGTH {
        Err(Parser::limit(Span::at(0), "it is longer than 1 MiB".to_owned()))
    } else {
        parser.tokens = lexer::tokens(text);
        parser.file(name)
    };
    parser.parsed.fault = result.err();
    parser.parsed
}

pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    pub(super) depth: usize,
    pub(super) scope: Scope,
    is_function: &'t dyn Fn(&str) -> bool,
    parsed: Parsed,
}

/// What a template knows while it is read.
pub(super) struct Scope {
    pub(super) variables: Vec<String>,
    range_depth: usize,
}

impl Default for Scope {
    fn default() -> Scope {
        Scope { variables: vec!["$".to_owned()], range_depth: 0 }
    }
}

/// What ended a list of nodes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    End,
    Else,
}

/// What an action was.
enum Step {
    Node(Node),
    Ending(Ending, Token),
}

pub(super) type Result<T> = std::result::Result<T, TemplateFault>;

impl Parser<'_> {
    pub(super) fn peek(&self) -> Token {
        let last = Token { kind: TokenKind::End, span: Span::at(self.text.len()) };
        self.tokens.get(self.at).or(self.tokens.last()).copied().unwrap_or(last)
    }

    pub(super) fn next(&mut self) -> Token {
        let token = self.peek();
        self.at += 1;
        token
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn go_back(&mut self, position: usize) {
        self.at = position;
    }

    pub(super) fn skip_space(&mut self) -> Token {
        while self.peek().kind == TokenKind::Space {
            self.at += 1;
        }
        self.peek()
    }

    pub(super) fn next_word(&mut self) -> Token {
        self.skip_space();
        self.next()
    }

    pub(super) fn written(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// A token that cannot be there.
    pub(super) fn unexpected(&self, token: Token, place: &str) -> TemplateFault {
        let opened = self.opened_before(token);
        let why = match token.kind {
            TokenKind::Fault(why) => why.to_owned(),
            TokenKind::End => "the text ends before `{{ end }}`".to_owned(),
            TokenKind::RightDelim => format!("{place} is not complete"),
            _ => format!("`{}` cannot be in {place}", shortened(self.written(token.span))),
        };
        let span = if token.span.is_empty() && token.kind != TokenKind::End {
            opened.unwrap_or(token.span)
        } else {
            token.span
        };
        TemplateFault { kind: FaultKind::Syntax, why, span, opened }
    }

    /// The `{{` of the action in which a token is.
    fn opened_before(&self, token: Token) -> Option<Span> {
        let before = self.tokens.iter().rev().skip_while(|other| other.span.start > token.span.start);
        before
            .take_while(|other| other.kind != TokenKind::RightDelim)
            .find(|other| other.kind == TokenKind::LeftDelim)
            .map(|it| it.span)
    }

    pub(super) fn fault(span: Span, why: impl Into<String>) -> TemplateFault {
        TemplateFault { kind: FaultKind::Syntax, why: why.into(), span, opened: None }
    }

    /// One level deeper, if that is still read.
    pub(super) fn deeper(&mut self, span: Span) -> Result<()> {
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            return Ok(());
        }
        let why = format!("it is nested more than {MAX_DEPTH} levels deep");
        Err(Parser::limit(span, why))
    }

    fn limit(span: Span, why: String) -> TemplateFault {
        TemplateFault { kind: FaultKind::Limit, ..Parser::fault(span, why) }
    }

    pub(super) fn has_function(&self, name: &str) -> bool {
        (self.is_function)(name)
    }

    pub(super) fn unknown_function(&mut self, name: &str, span: Span) {
        self.parsed.unknown_functions.push((name.to_owned(), span));
    }

    fn file(&mut self, name: &str) -> Result<()> {
        self.parsed.definitions.push(Definition { name: name.to_owned(), name_span: Span::at(0), body: Vec::new() });
        let mut body = Vec::new();
        while self.peek().kind != TokenKind::End {
            let start = self.position();
            if self.next().kind == TokenKind::LeftDelim && self.next_word().kind == TokenKind::Keyword(Keyword::Define)
            {
                self.definition()?;
                continue;
            }
            self.go_back(start);
            match self.text_or_action()? {
                Step::Node(node) => body.push(node),
                Step::Ending(_, token) => {
                    let word = shortened(self.written(token.span)).to_owned();
                    return Err(Parser::fault(token.span, format!("`{word}` closes nothing")));
                }
            }
        }
        let is_defined =
            self.parsed.definitions.iter().skip(1).any(|other| other.name == name && !is_empty(self.text, &other.body));
        if is_defined && !is_empty(self.text, &body) {
            let why = format!("`{name}` is defined here and is the name of the file");
            return Err(Parser::fault(Span::at(self.text.len()), why));
        }
        if let Some(first) = self.parsed.definitions.first_mut() {
            first.body = body;
        }
        Ok(())
    }

    /// What follows `define`.
    fn definition(&mut self) -> Result<()> {
        let token = self.next_word();
        let name = self.template_name(token, "`define`")?;
        let end = self.next_word();
        if end.kind != TokenKind::RightDelim {
            return Err(self.unexpected(end, "`define`"));
        }
        let outer = std::mem::take(&mut self.scope);
        let body = self.closed_list(token.span)?;
        self.scope = outer;
        self.add(Definition { name, name_span: token.span, body })
    }

    /// Takes a definition: only empty ones may share a name.
    fn add(&mut self, new: Definition) -> Result<()> {
        let text = self.text;
        let is_full = self.parsed.definitions.len() > MAX_DEFINITIONS;
        let known = self.parsed.definitions.iter_mut().skip(1).find(|other| other.name == new.name);
        match known {
            Some(known) if is_empty(text, &known.body) => *known = new,
            Some(known) if !is_empty(text, &new.body) => {
                let why = format!("`{}` is defined twice", new.name);
                let opened = Some(known.name_span);
                return Err(TemplateFault { opened, ..Parser::fault(new.name_span, why) });
            }
            Some(_) => {}
            None if is_full => {
                let why = format!("it defines more than {MAX_DEFINITIONS} templates");
                return Err(Parser::limit(new.name_span, why));
            }
            None => self.parsed.definitions.push(new),
        }
        Ok(())
    }

    /// Nodes up to `end`.
    fn closed_list(&mut self, opened: Span) -> Result<Vec<Node>> {
        match self.list(opened)? {
            (body, Ending::End, _) => Ok(body),
            (_, Ending::Else, token) => Err(Parser::fault(token.span, "`else` belongs to nothing here")),
        }
    }

    /// Nodes up to `end` or `else`.
    fn list(&mut self, opened: Span) -> Result<(Vec<Node>, Ending, Token)> {
        let mut nodes = Vec::new();
        while self.skip_space().kind != TokenKind::End {
            match self.text_or_action()? {
                Step::Node(node) => nodes.push(node),
                Step::Ending(ending, token) => return Ok((nodes, ending, token)),
            }
        }
        let word = shortened(self.written(opened));
        let why = format!("`{word}` is not closed by `{{{{ end }}}}`");
        Err(Parser::fault(opened, why))
    }

    fn text_or_action(&mut self) -> Result<Step> {
        let token = self.next_word();
        match token.kind {
            TokenKind::Text => Ok(Step::Node(Node::Text(token.span))),
            TokenKind::LeftDelim => self.action(),
            _ => Err(self.unexpected(token, "the text")),
        }
    }

    /// What follows `{{`.
    fn action(&mut self) -> Result<Step> {
        let start = self.position();
        let token = self.next_word();
        let node = match token.kind {
            TokenKind::Keyword(Keyword::Block) => self.block(token)?,
            TokenKind::Keyword(Keyword::Break) => self.loop_control(token, Node::Break)?,
            TokenKind::Keyword(Keyword::Continue) => self.loop_control(token, Node::Continue)?,
            TokenKind::Keyword(Keyword::Else) => {
                let next = self.skip_space();
                if !matches!(next.kind, TokenKind::Keyword(Keyword::If | Keyword::With)) {
                    self.right_delim("`else`")?;
                }
                return Ok(Step::Ending(Ending::Else, token));
            }
            TokenKind::Keyword(Keyword::End) => {
                self.right_delim("`end`")?;
                return Ok(Step::Ending(Ending::End, token));
            }
            TokenKind::Keyword(Keyword::If) => Node::If(self.branch(token, Keyword::If)?),
            TokenKind::Keyword(Keyword::With) => Node::With(self.branch(token, Keyword::With)?),
            TokenKind::Keyword(Keyword::Range) => Node::Range(self.branch(token, Keyword::Range)?),
            TokenKind::Keyword(Keyword::Template) => self.call()?,
            _ => {
                self.go_back(start);
                Node::Action(self.pipeline("an action", TokenKind::RightDelim)?)
            }
        };
        Ok(Step::Node(node))
    }

    fn right_delim(&mut self, place: &str) -> Result<()> {
        let token = self.next_word();
        if token.kind == TokenKind::RightDelim { Ok(()) } else { Err(self.unexpected(token, place)) }
    }

    fn loop_control(&mut self, word: Token, node: Node) -> Result<Node> {
        let name = self.written(word.span).to_owned();
        self.right_delim(&format!("`{name}`"))?;
        if self.scope.range_depth == 0 {
            return Err(Parser::fault(word.span, format!("`{name}` is outside of `range`")));
        }
        Ok(node)
    }

    /// What follows `if`, `with` or `range`.
    fn branch(&mut self, word: Token, keyword: Keyword) -> Result<Branch> {
        self.deeper(word.span)?;
        let known = self.scope.variables.len();
        let place = format!("`{}`", self.written(word.span));
        let pipeline = self.pipeline(&place, TokenKind::RightDelim)?;
        let is_range = usize::from(keyword == Keyword::Range);
        self.scope.range_depth += is_range;
        let (body, ending, token) = self.list(word.span)?;
        self.scope.range_depth -= is_range;
        let otherwise = if ending == Ending::Else { self.otherwise(token, keyword)? } else { Vec::new() };
        self.scope.variables.truncate(known);
        self.depth -= 1;
        Ok(Branch { pipeline, body, otherwise })
    }

    /// What follows `else`: `else if` in `if` and `else with` in `with` end with the outer `end`.
    fn otherwise(&mut self, token: Token, keyword: Keyword) -> Result<Vec<Node>> {
        let next = self.peek();
        match (keyword, next.kind) {
            (Keyword::If, TokenKind::Keyword(Keyword::If)) => {
                self.next();
                Ok(vec![Node::If(self.branch(next, keyword)?)])
            }
            (Keyword::With, TokenKind::Keyword(Keyword::With)) => {
                self.next();
                Ok(vec![Node::With(self.branch(next, keyword)?)])
            }
            _ => match self.list(token.span)? {
                (nodes, Ending::End, _) => Ok(nodes),
                (_, Ending::Else, token) => Err(Parser::fault(token.span, "a second `else` in one block")),
            },
        }
    }

    fn block(&mut self, word: Token) -> Result<Node> {
        self.deeper(word.span)?;
        let token = self.next_word();
        let name = self.template_name(token, "`block`")?;
        let argument = self.pipeline("`block`", TokenKind::RightDelim)?;
        let outer = std::mem::take(&mut self.scope);
        let body = self.closed_list(word.span)?;
        self.scope = outer;
        self.depth -= 1;
        self.add(Definition { name: name.clone(), name_span: token.span, body })?;
        Ok(Node::Template { name, name_span: token.span, argument: Some(argument) })
    }

    fn call(&mut self) -> Result<Node> {
        let token = self.next_word();
        let name = self.template_name(token, "`template`")?;
        let start = self.position();
        let argument = if self.next_word().kind == TokenKind::RightDelim {
            None
        } else {
            self.go_back(start);
            Some(self.pipeline("`template`", TokenKind::RightDelim)?)
        };
        Ok(Node::Template { name, name_span: token.span, argument })
    }

    fn template_name(&self, token: Token, place: &str) -> Result<String> {
        let TokenKind::String(_) = token.kind else {
            let needs_name = format!("{place} (it needs a quoted name)");
            return Err(self.unexpected(token, &needs_name));
        };
        let refused = || Parser::fault(token.span, "this text has an escape that does not exist");
        literal::unquoted(self.written(token.span)).ok_or_else(refused)
    }
}

/// Whether a list of nodes writes nothing but white space.
fn is_empty(text: &str, nodes: &[Node]) -> bool {
    nodes.iter().all(|node| match node {
        Node::Text(span) => text.get(span.start..span.end).is_none_or(|text| text.trim().is_empty()),
        _ => false,
    })
}

/// A text, short enough for a message, on one line.
fn shortened(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default();
    line.char_indices().nth(30).map_or(line, |(end, _)| line.get(..end).unwrap_or(line))
}

/// The bytes of a pipeline from its first to its last command.
pub(super) fn whole(pipeline: &Pipeline) -> Span {
    pipeline.commands.iter().fold(pipeline.span, |span, command| span.cover(command.span))
}
