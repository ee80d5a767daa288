//! The tokens of a template, as `text/template/parse/lex.go` (Go 1.26) makes them.

use std::sync::OnceLock;

use regex_syntax::hir::{Class, HirKind};

use crate::text::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// Nothing more.
    End,
    /// The text cannot be read on: why, as a clause.
    Fault(&'static str),
    Text,
    LeftDelim,
    RightDelim,
    Space,
    Assign,
    Declare,
    Pipe,
    LeftParen,
    RightParen,
    /// A printable character that means nothing by itself, such as `,`.
    Char,
    CharConstant,
    String(Quote),
    Number,
    Complex,
    Bool,
    Nil,
    Dot,
    /// `.Name`
    Field,
    /// `$`, `$name`
    Variable,
    /// The name of a function.
    Identifier,
    Keyword(Keyword),
}

/// How a string is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quote {
    /// `"…"`
    Double,
    /// `` `…` ``
    Raw,
}

/// Words that begin an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    Block,
    Break,
    Continue,
    Define,
    Else,
    End,
    If,
    Range,
    Template,
    With,
}

const KEYWORDS: [(&str, Keyword); 10] = [
    ("block", Keyword::Block),
    ("break", Keyword::Break),
    ("continue", Keyword::Continue),
    ("define", Keyword::Define),
    ("else", Keyword::Else),
    ("end", Keyword::End),
    ("if", Keyword::If),
    ("range", Keyword::Range),
    ("template", Keyword::Template),
    ("with", Keyword::With),
];

/// A token and its bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Span,
}

/// All tokens; the last one is [`TokenKind::End`] or [`TokenKind::Fault`].
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { text, at: 0, start: 0, inside: false, parens: 0, found: Vec::new() };
    while !lexer.step() {}
    lexer.found
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    start: usize,
    inside: bool,
    parens: usize,
    found: Vec<Token>,
}

const TRIMMED: [char; 4] = [' ', '\t', '\r', '\n'];

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn accept(&mut self, set: &str) -> bool {
        let is_in = self.peek().is_some_and(|c| set.contains(c));
        if is_in {
            self.next();
        }
        is_in
    }

    fn accept_run(&mut self, is_in: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&is_in) {
            self.next();
        }
    }

    /// Takes what was read as a token; true when it is the last one.
    fn emit(&mut self, kind: TokenKind) -> bool {
        self.found.push(Token { kind, span: Span::new(self.start, self.at) });
        self.start = self.at;
        kind == TokenKind::End
    }

    fn fault(&mut self, why: &'static str) -> bool {
        self.emit(TokenKind::Fault(why));
        true
    }

    /// Makes the next token or more; true when there are no more.
    fn step(&mut self) -> bool {
        if self.inside { self.inside_action() } else { self.text() }
    }

    fn text(&mut self) -> bool {
        let Some(length) = self.rest().find("{{") else {
            self.at = self.text.len();
            if self.at > self.start {
                self.emit(TokenKind::Text);
            }
            return self.emit(TokenKind::End);
        };
        let delim = self.at + length;
        let text = self.text.get(self.start..delim).unwrap_or_default();
        let trims = self.text.get(delim + 2..).is_some_and(has_left_trim_mark);
        let kept = if trims { text.trim_end_matches(TRIMMED).len() } else { text.len() };
        self.at = self.start + kept;
        if kept > 0 {
            self.emit(TokenKind::Text);
        }
        (self.start, self.at) = (delim, delim + 2);
        let mark = if trims { 2 } else { 0 };
        if self.rest().get(mark..).is_some_and(|rest| rest.starts_with("/*")) {
            self.at += mark;
            return self.comment();
        }
        self.emit(TokenKind::LeftDelim);
        self.at += mark;
        self.start = self.at;
        self.inside = true;
        self.parens = 0;
        false
    }

    fn comment(&mut self) -> bool {
        let Some(length) = self.rest().get(2..).and_then(|rest| rest.find("*/")) else {
            self.at = self.start + 2;
            return self.fault("a comment is not closed by `*/}}`");
        };
        self.at += 2 + length + 2;
        let Some(trims) = self.right_delim() else {
            return self.fault("`}}` must follow the end of a comment at once");
        };
        self.skip_right_delim(trims);
        false
    }

    /// Whether a closing delimiter follows, and whether it trims.
    fn right_delim(&self) -> Option<bool> {
        let rest = self.rest();
        let trimming = has_right_trim_mark(rest) && rest.get(2..).is_some_and(|rest| rest.starts_with("}}"));
        if trimming { Some(true) } else { rest.starts_with("}}").then_some(false) }
    }

    fn skip_right_delim(&mut self, trims: bool) {
        self.at += if trims { 4 } else { 2 };
        if trims {
            self.accept_run(is_space);
        }
        self.start = self.at;
    }

    fn close(&mut self, trims: bool) -> bool {
        if trims {
            self.at += 2;
            self.start = self.at;
        }
        self.at += 2;
        self.emit(TokenKind::RightDelim);
        if trims {
            self.accept_run(is_space);
            self.start = self.at;
        }
        self.inside = false;
        false
    }

    fn inside_action(&mut self) -> bool {
        if let Some(trims) = self.right_delim() {
            return if self.parens == 0 { self.close(trims) } else { self.fault("a `(` is not closed") };
        }
        let Some(first) = self.next() else { return self.fault("`{{` is not closed by `}}`") };
        match first {
            c if is_space(c) => self.space(),
            '=' => self.emit(TokenKind::Assign),
            ':' if self.accept("=") => self.emit(TokenKind::Declare),
            ':' => self.fault("`:` must be `:=`"),
            '|' => self.emit(TokenKind::Pipe),
            '"' => self.quoted('"'),
            '`' => self.raw(),
            '$' => self.named(TokenKind::Variable),
            '\'' => self.quoted('\''),
            '.' if !self.at_digit_or_end() => self.named(TokenKind::Field),
            '.' | '+' | '-' | '0'..='9' => {
                self.at = self.start;
                self.number()
            }
            c if is_alphanumeric(c) => self.word(),
            '(' => {
                self.parens += 1;
                self.emit(TokenKind::LeftParen)
            }
            ')' => match self.parens.checked_sub(1) {
                Some(parens) => {
                    self.parens = parens;
                    self.emit(TokenKind::RightParen)
                }
                None => self.fault("a `)` closes nothing"),
            },
            c if c.is_ascii_graphic() => self.emit(TokenKind::Char),
            _ => self.fault("this character cannot be in an action"),
        }
    }

    /// After a `.`: a digit makes it a number, and so does the end of the text.
    fn at_digit_or_end(&self) -> bool {
        self.peek().is_none_or(|c| c.is_ascii_digit())
    }

    fn space(&mut self) -> bool {
        self.accept_run(is_space);
        let before = self.at - 1;
        let last = self.text.get(before..).unwrap_or_default();
        if has_right_trim_mark(last) && last.get(2..).is_some_and(|rest| rest.starts_with("}}")) {
            self.at = before;
            if self.at == self.start {
                return self.close(true);
            }
        }
        self.emit(TokenKind::Space)
    }

    fn word(&mut self) -> bool {
        self.accept_run(is_alphanumeric);
        if !self.at_terminator() {
            return self.bad_character();
        }
        let word = self.text.get(self.start..self.at).unwrap_or_default();
        let keyword = KEYWORDS.iter().find(|(name, _)| *name == word).map(|(_, keyword)| TokenKind::Keyword(*keyword));
        self.emit(match word {
            "nil" => TokenKind::Nil,
            "true" | "false" => TokenKind::Bool,
            _ => keyword.unwrap_or(TokenKind::Identifier),
        })
    }

    /// A field or variable whose mark was read.
    fn named(&mut self, kind: TokenKind) -> bool {
        if self.at_terminator() {
            return self.emit(if kind == TokenKind::Variable { kind } else { TokenKind::Dot });
        }
        self.accept_run(is_alphanumeric);
        if self.at_terminator() { self.emit(kind) } else { self.bad_character() }
    }

    /// A character that cannot end a name: it alone is shown.
    fn bad_character(&mut self) -> bool {
        self.start = self.at;
        self.next();
        self.fault("this character cannot be in a name")
    }

    fn at_terminator(&self) -> bool {
        match self.peek() {
            None | Some(' ' | '\t' | '\r' | '\n' | '.' | ',' | '|' | ':' | ')' | '(') => true,
            Some(_) => self.rest().starts_with("}}"),
        }
    }

    /// A string or character constant whose first quote was read.
    fn quoted(&mut self, quote: char) -> bool {
        loop {
            match self.next() {
                Some('\\') => match self.next() {
                    Some('\n') | None => break,
                    Some(_) => {}
                },
                Some('\n') | None => break,
                Some(c) if c == quote => {
                    return self.emit(if quote == '"' {
                        TokenKind::String(Quote::Double)
                    } else {
                        TokenKind::CharConstant
                    });
                }
                Some(_) => {}
            }
        }
        self.at = self.start + 1;
        self.fault("a quote is not closed on its line")
    }

    fn raw(&mut self) -> bool {
        match self.rest().find('`') {
            Some(length) => {
                self.at += length + 1;
                self.emit(TokenKind::String(Quote::Raw))
            }
            None => self.fault("a backquote is not closed"),
        }
    }

    fn number(&mut self) -> bool {
        if !self.scan_number() {
            return self.fault("this is not a number");
        }
        if matches!(self.peek(), Some('+' | '-')) {
            let is_complex = self.scan_number() && self.text.get(..self.at).is_some_and(|text| text.ends_with('i'));
            return if is_complex { self.emit(TokenKind::Complex) } else { self.fault("this is not a number") };
        }
        self.emit(TokenKind::Number)
    }

    fn scan_number(&mut self) -> bool {
        self.accept("+-");
        let mut digits = "0123456789_";
        if self.accept("0") {
            if self.accept("xX") {
                digits = "0123456789abcdefABCDEF_";
            } else if self.accept("oO") {
                digits = "01234567_";
            } else if self.accept("bB") {
                digits = "01_";
            }
        }
        self.accept_run(|c| digits.contains(c));
        if self.accept(".") {
            self.accept_run(|c| digits.contains(c));
        }
        let exponent = match digits.len() {
            11 => "eE",
            23 => "pP",
            _ => "",
        };
        if self.accept(exponent) {
            self.accept("+-");
            self.accept_run(|c| c.is_ascii_digit() || c == '_');
        }
        self.accept("i");
        if self.peek().is_some_and(is_alphanumeric) {
            self.next();
            return false;
        }
        true
    }
}

fn is_space(c: char) -> bool {
    TRIMMED.contains(&c)
}

fn has_left_trim_mark(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next() == Some('-') && chars.next().is_some_and(is_space)
}

fn has_right_trim_mark(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(is_space) && chars.next() == Some('-')
}

/// The letters and digits of Unicode, as ranges in order.
static LETTERS: OnceLock<Vec<(char, char)>> = OnceLock::new();

/// `_`, or a letter or digit of Unicode.
pub(super) fn is_alphanumeric(c: char) -> bool {
    if c.is_ascii() {
        return c == '_' || c.is_ascii_alphanumeric();
    }
    let ranges = || match regex_syntax::parse(r"[\p{L}\p{Nd}]").map(regex_syntax::hir::Hir::into_kind) {
        Ok(HirKind::Class(Class::Unicode(class))) => {
            class.ranges().iter().map(|range| (range.start(), range.end())).collect()
        }
        _ => Vec::new(),
    };
    let letters = LETTERS.get_or_init(ranges);
    let index = letters.partition_point(|(_, end)| *end < c);
    letters.get(index).is_some_and(|(start, _)| *start <= c)
}
