//! The front end: tokens and the syntax tree of the library `rsjsonnet-lang`, with a check of the nesting before the parser,
//! which recurses, sees the text.

use rsjsonnet_lang::arena::Arena;
use rsjsonnet_lang::ast::Expr;
use rsjsonnet_lang::interner::StrInterner;
use rsjsonnet_lang::lexer::{LexError, Lexer};
use rsjsonnet_lang::parser::{ActualToken, ParseError, Parser};
use rsjsonnet_lang::span::{SpanId, SpanManager};
use rsjsonnet_lang::token::{STokenKind, Token, TokenKind};

use crate::text::Span;

/// Deepest nesting that is parsed.
pub(crate) const MAX_NESTING: usize = 200;
/// Longest text that is parsed, in bytes; far more than the 65,535 that a worker of Kratos reads.
pub(crate) const MAX_LENGTH: usize = 1 << 20;

/// Why a text has no tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// One sentence, without a full stop.
    pub message: String,
    /// Bytes of the text.
    pub span: Span,
    /// Whether it may be Jsonnet but cannot be read here: too long, too deep, or with an escape that the library refuses.
    pub is_limit: bool,
}

/// Places of the nodes of a tree.
#[derive(Clone, Copy)]
pub(crate) struct Spans<'s>(&'s SpanManager);

impl Spans<'_> {
    /// Bytes of the text.
    #[must_use]
    pub(crate) fn of(self, id: SpanId) -> Span {
        let (_, start, end) = self.0.get_span(id);
        Span::new(start, end)
    }
}

/// Where a tree is kept.
#[derive(Default)]
pub struct Storage {
    names: Arena,
    nodes: Arena,
}

/// A parsed text.
pub(crate) struct Tree<'s> {
    /// The outermost expression.
    pub root: Expr<'s, 's>,
    spans: SpanManager,
}

impl Tree<'_> {
    /// Places of the nodes.
    #[must_use]
    pub(crate) fn spans(&self) -> Spans<'_> {
        Spans(&self.spans)
    }
}

/// Places of the nodes of a tree that was taken apart.
pub(crate) struct Places(SpanManager);

impl Places {
    /// Bytes of the text.
    pub(crate) fn of(&self, id: SpanId) -> Span {
        Spans(&self.0).of(id)
    }
}

impl<'s> Tree<'s> {
    /// The outermost expression, which lives as long as the storage, and the places.
    pub(crate) fn into_parts(self, storage: &'s Storage) -> (&'s Expr<'s, 's>, Places) {
        (storage.nodes.alloc(self.root), Places(self.spans))
    }
}

/// Parses `text` and hands the tree to `read`.
///
/// # Errors
/// Those of [`parse`].
pub(crate) fn with_tree<R>(text: &str, read: impl FnOnce(&Expr<'_, '_>, Spans<'_>) -> R) -> Result<R, SyntaxError> {
    let storage = Storage::default();
    let tree = parse(text, &storage)?;
    Ok(read(&tree.root, tree.spans()))
}

/// Parses `text` into `storage`.
///
/// # Errors
/// When the text is not Jsonnet, longer than [`MAX_LENGTH`] or nested deeper than [`MAX_NESTING`].
pub(crate) fn parse<'s>(text: &str, storage: &'s Storage) -> Result<Tree<'s>, SyntaxError> {
    parse_within(text, storage, MAX_NESTING)
}

/// Parses `text` into `storage`, if it nests no deeper than `most`.
///
/// # Errors
/// As [`parse`].
pub(crate) fn parse_within<'s>(text: &str, storage: &'s Storage, most: usize) -> Result<Tree<'s>, SyntaxError> {
    if text.len() > MAX_LENGTH {
        let message = format!("it is longer than {MAX_LENGTH} bytes");
        return Err(SyntaxError { message, span: Span::new(0, 0), is_limit: true });
    }
    let (names, nodes, interner) = (&storage.names, &storage.nodes, StrInterner::new());
    let mut spans = SpanManager::new();
    let (context, _) = spans.insert_source_context(text.len());
    let lexer = Lexer::new(names, nodes, &interner, &mut spans, context, text.as_bytes());
    let tokens = lexer.lex_to_eof(false).map_err(|error| {
        let (message, span) = lexical(&error);
        let span = Spans(&spans).of(span);
        // go-jsonnet reads a broken pair of surrogates as a replacement character, the library does not.
        let is_limit = matches!(error, LexError::InvalidUtf16EscapeSequence { cu2: Some(_), .. });
        SyntaxError { message, span, is_limit }
    })?;
    if let Some(span) = tokens.iter().find_map(|token| split_number(token, Spans(&spans), text)) {
        let message = "go-jsonnet reads no `_` in a number".to_owned();
        return Err(SyntaxError { message, span, is_limit: false });
    }
    if let Some(token) = too_deep(&tokens, most) {
        let message = format!("it is nested more than {most} levels deep");
        return Err(SyntaxError { message, span: Spans(&spans).of(token.span), is_limit: true });
    }
    match Parser::new(names, nodes, &interner, &mut spans, tokens).parse_root_expr() {
        Ok(root) => Ok(Tree { root, spans }),
        Err(ParseError::Expected { span, instead, .. }) => {
            let span = Spans(&spans).of(span);
            let is_sign = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_punctuation());
            let sign = text.get(span.start..span.end).filter(is_sign).filter(|text| text.len() <= 3);
            let message = match sign {
                Some(sign) => format!("unexpected `{sign}`"),
                None => format!("unexpected {}", found(&instead)),
            };
            Err(SyntaxError { message, span, is_limit: false })
        }
    }
}

/// The place of a number that is written with `_`, which the library takes and go-jsonnet 0.19 to 0.21 do not.
fn split_number(token: &Token<'_, '_>, spans: Spans<'_>, text: &str) -> Option<Span> {
    let span = matches!(token.kind, TokenKind::Number(_)).then(|| spans.of(token.span))?;
    text.get(span.start..span.end)?.contains('_').then_some(span)
}

/// Most operators between two commas or semicolons: their tree leans to one side and is walked by recursion.
const MAX_CHAIN: usize = 1000;

/// What is open in one pair of brackets since the last comma.
#[derive(Default)]
struct Level {
    keywords: usize,
    operators: usize,
}

/// The first token that is deeper than `most`. Brackets nest until they are closed, keywords and operators until
/// the next comma or closing bracket.
fn too_deep<'t, 'p, 'a>(tokens: &'t [Token<'p, 'a>], most: usize) -> Option<&'t Token<'p, 'a>> {
    use STokenKind as S;
    let mut open = vec![Level::default()];
    let mut keywords = 0;
    for token in tokens {
        let innermost = open.last_mut()?;
        match &token.kind {
            TokenKind::Simple(S::LeftParen | S::LeftBracket | S::LeftBrace) => open.push(Level::default()),
            TokenKind::Simple(S::RightParen | S::RightBracket | S::RightBrace) => {
                keywords -= innermost.keywords;
                *innermost = Level::default();
                if open.len() > 1 {
                    open.pop();
                }
            }
            TokenKind::Simple(S::Comma) => {
                keywords -= innermost.keywords;
                *innermost = Level::default();
            }
            TokenKind::Simple(S::If | S::Local | S::Function | S::Assert | S::Error | S::Import) => {
                innermost.keywords += 1;
                keywords += 1;
            }
            TokenKind::Simple(_) | TokenKind::OtherOp(_) => innermost.operators += 1,
            _ => {}
        }
        let operators = open.last().map_or(0, |level| level.operators);
        if open.len() + keywords > most || operators > MAX_CHAIN {
            return Some(token);
        }
    }
    None
}

fn found(token: &ActualToken) -> String {
    match token {
        ActualToken::EndOfFile => "end of the text".to_owned(),
        ActualToken::Simple(kind) => format!("{kind:?}").to_lowercase(),
        ActualToken::OtherOp(text) | ActualToken::Ident(text) => format!("`{text}`"),
        ActualToken::Number => "number".to_owned(),
        ActualToken::String => "string".to_owned(),
        ActualToken::TextBlock => "text block".to_owned(),
    }
}

fn lexical(error: &LexError) -> (String, SpanId) {
    match error {
        LexError::InvalidChar { span, chr } => (format!("{chr:?} is no token of Jsonnet"), *span),
        LexError::UnfinishedMultilineComment { span } => ("the comment is not closed".to_owned(), *span),
        LexError::UnfinishedString { span } => ("the string is not closed".to_owned(), *span),
        LexError::InvalidEscapeInString { span, chr } => (format!("\\{chr} is no escape of a string"), *span),
        LexError::InvalidUtf16EscapeSequence { span, .. } => {
            ("half of a surrogate pair needs another `\\u` escape after it".to_owned(), *span)
        }
        LexError::InvalidUtf8 { span, .. }
        | LexError::LeadingZeroInNumber { span }
        | LexError::MissingFracDigits { span }
        | LexError::MissingExpDigits { span }
        | LexError::MissingDigitAfterUnderscore { span }
        | LexError::ExpOverflow { span }
        | LexError::IncompleteUnicodeEscape { span }
        | LexError::MissingLineBreakAfterTextBlockStart { span }
        | LexError::MissingWhitespaceTextBlockStart { span }
        | LexError::InvalidTextBlockTermination { span } => ("it is no token of Jsonnet".to_owned(), *span),
    }
}
