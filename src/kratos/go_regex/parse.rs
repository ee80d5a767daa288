//! The reader itself: from the text to the stack of the tree, one sign after the other, as package regexp/syntax of Go does.

use super::class::{Class, negated, orbit};
use super::names::{self, Named};
use super::tree::{Node, Op, Tree, flag};
use super::{Error, Go, PatternFault};
use crate::text::Span;

/// Greatest count of a repetition.
const MAX_COUNT: u32 = 1000;

pub(super) fn parse(pattern: &str, go: Go) -> Result<(), Error> {
    let mut reader = Reader { pattern, at: 0, go, flags: flag::ONE_LINE, tree: Tree::default(), last_repeat: None };
    let whole = |kind| Error { kind, span: Span::new(0, pattern.len()) };
    while reader.at < pattern.len() {
        let repeat = reader.step()?;
        reader.last_repeat = repeat;
    }
    reader.end_group().map_err(whole)?;
    if reader.tree.stack.len() == 1 { Ok(()) } else { Err(whole(PatternFault::MissingParenthesis)) }
}

struct Reader<'p> {
    pattern: &'p str,
    at: usize,
    go: Go,
    flags: u16,
    tree: Tree,
    /// Where the repetition began that was read just before.
    last_repeat: Option<usize>,
}

/// A repetition as it is written.
struct Counts {
    low: u32,
    high: Option<u32>,
    end: usize,
}

impl<'p> Reader<'p> {
    fn rest(&self) -> &'p str {
        self.from(self.at)
    }

    fn from(&self, at: usize) -> &'p str {
        self.pattern.get(at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let sign = self.peek()?;
        self.at += sign.len_utf8();
        Some(sign)
    }

    fn error<T>(&self, kind: PatternFault, start: usize) -> Result<T, Error> {
        Err(Error { kind, span: Span::new(start, self.at) })
    }

    /// An error of a limit, which is one of the whole pattern.
    fn limit(&self, kind: PatternFault) -> Error {
        Error { kind, span: Span::new(0, self.pattern.len()) }
    }

    /// Reads what comes next; where it began if it is a repetition.
    fn step(&mut self) -> Result<Option<usize>, Error> {
        let start = self.at;
        let Some(sign) = self.peek() else { return Ok(None) };
        match sign {
            '(' if self.rest().starts_with("(?") => self.group(start)?,
            '\\' => self.escape(start)?,
            '[' => self.class(start)?,
            '*' | '+' | '?' => {
                self.at += 1;
                let op = match sign {
                    '*' => Op::Star,
                    '+' => Op::Plus,
                    _ => Op::Optional,
                };
                self.repeat(op, 0, Some(0), start)?;
                return Ok(Some(start));
            }
            '{' => {
                if let Some(counts) = self.counts() {
                    self.at = counts.end;
                    let swapped = counts.high.is_some_and(|high| high < counts.low || high > MAX_COUNT);
                    if swapped || counts.low > MAX_COUNT {
                        return self.error(PatternFault::RepeatCount, start);
                    }
                    self.repeat(Op::Repeat, counts.low, counts.high, start)?;
                    return Ok(Some(start));
                }
                self.literal_next()?;
            }
            '(' | '|' | ')' | '^' | '$' | '.' => self.sign(sign)?,
            _ => self.literal_next()?,
        }
        Ok(None)
    }

    /// A sign that stands for itself.
    fn literal_next(&mut self) -> Result<(), Error> {
        match self.next() {
            Some(sign) => self.literal(u32::from(sign)),
            None => Ok(()),
        }
    }

    fn sign(&mut self, sign: char) -> Result<(), Error> {
        self.at += 1;
        match sign {
            '(' => self.open(true),
            '|' => {
                self.tree.close(Op::Concat, self.flags).map_err(|kind| self.limit(kind))?;
                if self.tree.swap_bar() { Ok(()) } else { self.op(Op::Bar) }
            }
            ')' => self.close(),
            '.' => self.op(if self.flags & flag::DOT_ALL == 0 { Op::DotNoLineFeed } else { Op::Dot }),
            _ => self.op(Op::Assertion),
        }
    }

    fn op(&mut self, op: Op) -> Result<(), Error> {
        self.push(Node::new(op, self.flags))
    }

    fn push(&mut self, node: Node) -> Result<(), Error> {
        let id = self.tree.add(node);
        self.tree.push(id, self.flags).map_err(|kind| self.limit(kind))
    }

    fn open(&mut self, captures: bool) -> Result<(), Error> {
        self.push(Node { captures, ..Node::new(Op::Open, self.flags) })
    }

    fn literal(&mut self, point: u32) -> Result<(), Error> {
        let folded = self.flags & flag::FOLD != 0;
        let point = if folded { orbit(point).first().copied().unwrap_or(point) } else { point };
        self.push(Node { literal: vec![point], ..Node::new(Op::Literal, self.flags) })
    }

    /// Closes what was read since the topmost open group.
    fn end_group(&mut self) -> Result<(), PatternFault> {
        self.tree.close(Op::Concat, self.flags)?;
        if self.tree.swap_bar() {
            self.tree.stack.pop();
        }
        self.tree.close(Op::Alternate, self.flags)
    }

    fn close(&mut self) -> Result<(), Error> {
        self.end_group().map_err(|kind| self.limit(kind))?;
        let (Some(inner), Some(open)) = (self.tree.top(0), self.tree.top(1)) else {
            return Err(self.limit(PatternFault::UnexpectedParenthesis));
        };
        if self.tree.node(open).op != Op::Open {
            return Err(self.limit(PatternFault::UnexpectedParenthesis));
        }
        self.tree.stack.truncate(self.tree.stack.len() - 2);
        self.flags = self.tree.node(open).flags;
        let pushed = if self.tree.node(open).captures {
            let group = self.tree.node_mut(open);
            group.op = Op::Capture;
            group.parts = vec![inner];
            self.tree.push(open, self.flags)
        } else {
            self.tree.push(inner, self.flags)
        };
        pushed.map_err(|kind| self.limit(kind))
    }

    /// Repeats what is on top of the stack.
    fn repeat(&mut self, op: Op, low: u32, high: Option<u32>, start: usize) -> Result<(), Error> {
        let mut flags = self.flags;
        if self.rest().starts_with('?') {
            self.at += 1;
            flags ^= flag::LAZY;
        }
        if let Some(last) = self.last_repeat {
            return self.error(PatternFault::NestedRepetition, last);
        }
        let Some(part) = self.tree.top(0).filter(|top| !self.tree.node(*top).op.is_mark()) else {
            return self.error(PatternFault::NothingToRepeat, start);
        };
        let node = self.tree.add(Node { parts: vec![part], low, high, ..Node::new(op, flags) });
        self.tree.stack.pop();
        self.tree.stack.push(node);
        self.tree.limits(node).map_err(|kind| self.limit(kind))?;
        let many = low >= 2 || high.is_some_and(|high| high >= 2);
        if op == Op::Repeat && many && !self.tree.may_repeat(node) {
            return self.error(PatternFault::RepeatCount, start);
        }
        Ok(())
    }

    /// `{2}`, `{2,}` or `{2,5}` here; anything else stands for itself.
    fn counts(&self) -> Option<Counts> {
        let inside = self.rest().strip_prefix('{')?;
        let (low, rest) = number(inside)?;
        let (high, rest) = match rest.strip_prefix(',') {
            None => (Some(low), rest),
            Some(rest) if rest.starts_with('}') => (None, rest),
            Some(rest) => {
                let (high, rest) = number(rest)?;
                (Some(high), rest)
            }
        };
        let rest = rest.strip_prefix('}')?;
        Some(Counts { low, high, end: self.pattern.len() - rest.len() })
    }

    /// `(?:`, `(?i)`, `(?P<name>` and the like.
    fn group(&mut self, start: usize) -> Result<(), Error> {
        let text = self.rest();
        let name_at = if text.len() > 4 && text.starts_with("(?P<") {
            Some(4)
        } else if text.len() > 3 && text.starts_with("(?<") && self.go >= Go::NAMED_GROUPS {
            Some(3)
        } else {
            None
        };
        if let Some(name_at) = name_at {
            let Some(end) = text.find('>') else {
                self.at = self.pattern.len();
                return self.error(PatternFault::NamedCapture, start);
            };
            self.at = start + end + 1;
            let name = text.get(name_at..end).unwrap_or_default();
            if name.is_empty() || !name.chars().all(|sign| sign == '_' || sign.is_ascii_alphanumeric()) {
                return self.error(PatternFault::NamedCapture, start);
            }
            return self.open(true);
        }
        self.at += 2;
        let (mut flags, mut negative, mut seen) = (self.flags, false, false);
        while let Some(sign) = self.next() {
            let (bit, inverse) = match sign {
                'i' => (flag::FOLD, false),
                'm' => (flag::ONE_LINE, true),
                's' => (flag::DOT_ALL, false),
                'U' => (flag::LAZY, false),
                '-' if !negative => {
                    (negative, seen) = (true, false);
                    continue;
                }
                ':' | ')' if !negative || seen => {
                    if sign == ':' {
                        self.open(false)?;
                    }
                    self.flags = flags;
                    return Ok(());
                }
                _ => break,
            };
            seen = true;
            flags = if negative == inverse { flags | bit } else { flags & !bit };
        }
        self.error(PatternFault::PerlSyntax, start)
    }

    /// What begins with a backslash, outside of a class.
    fn escape(&mut self, start: usize) -> Result<(), Error> {
        let mut signs = self.rest().chars().skip(1);
        match signs.next() {
            Some('A' | 'b' | 'B' | 'z') => {
                self.at += 2;
                return self.op(Op::Assertion);
            }
            Some('C') => {
                self.at += 2;
                return self.error(PatternFault::Escape, start);
            }
            Some('Q') => {
                let quoted = self.from(start + 2);
                let (literal, length) = match quoted.split_once("\\E") {
                    Some((literal, _)) => (literal, literal.len() + 2),
                    None => (quoted, quoted.len()),
                };
                self.at = start + 2 + length;
                return literal.chars().try_for_each(|sign| self.literal(u32::from(sign)));
            }
            _ => {}
        }
        let mut class = Class::default();
        if self.unicode_class(&mut class)? || self.perl_class(&mut class) {
            return self.push(Node { class, ..Node::new(Op::Class, self.flags) });
        }
        // Go takes a node for the class and gives it back.
        let node = self.tree.add(Node::new(Op::Class, self.flags));
        self.tree.reuse(node);
        let point = self.escaped(start)?;
        self.literal(point)
    }

    /// One escaped character.
    fn escaped(&mut self, start: usize) -> Result<u32, Error> {
        self.at = start + 1;
        let Some(sign) = self.next() else {
            return Err(Error { kind: PatternFault::TrailingBackslash, span: Span::new(start, self.pattern.len()) });
        };
        let is_octal = |sign: Option<char>| sign.is_some_and(|sign| ('0'..='7').contains(&sign));
        match sign {
            '1'..='7' if !is_octal(self.peek()) => {}
            '0'..='7' => {
                let mut point = sign.to_digit(8).unwrap_or_default();
                for _ in 0..2 {
                    let Some(digit) = self.peek().and_then(|sign| sign.to_digit(8)) else { break };
                    point = point * 8 + digit;
                    self.at += 1;
                }
                return Ok(point);
            }
            'x' => return self.hexadecimal(start),
            'a' => return Ok(7),
            'f' => return Ok(12),
            'n' => return Ok(10),
            'r' => return Ok(13),
            't' => return Ok(9),
            'v' => return Ok(11),
            _ if sign.is_ascii() && !sign.is_ascii_alphanumeric() => return Ok(u32::from(sign)),
            _ => {}
        }
        self.error(PatternFault::Escape, start)
    }

    /// `\x41` or `\x{1F600}`, after the x.
    fn hexadecimal(&mut self, start: usize) -> Result<u32, Error> {
        let Some(first) = self.next() else { return self.error(PatternFault::Escape, start) };
        if first != '{' {
            let second = self.next().and_then(|sign| sign.to_digit(16));
            return match (first.to_digit(16), second) {
                (Some(first), Some(second)) => Ok(first * 16 + second),
                _ => self.error(PatternFault::Escape, start),
            };
        }
        let (mut point, mut digits) = (0_u32, 0);
        while let Some(sign) = self.next() {
            if sign == '}' && digits > 0 {
                return Ok(point);
            }
            let Some(digit) = sign.to_digit(16) else { break };
            point = point * 16 + digit;
            digits += 1;
            if point > u32::from(char::MAX) {
                break;
            }
        }
        self.error(PatternFault::Escape, start)
    }

    /// `\d`, `\s`, `\w` and their opposites, here; whether there is one.
    fn perl_class(&mut self, class: &mut Class) -> bool {
        let Some(sign) = self.rest().strip_prefix('\\').and_then(|rest| rest.chars().next()) else { return false };
        let ranges: &[(u32, u32)] = match sign.to_ascii_lowercase() {
            'd' => &[(0x30, 0x39)],
            's' => &[(9, 10), (12, 13), (0x20, 0x20)],
            'w' => &[(0x30, 0x39), (0x41, 0x5a), (0x5f, 0x5f), (0x61, 0x7a)],
            _ => return false,
        };
        self.at += 2;
        self.add_group(class, ranges, sign.is_ascii_uppercase());
        true
    }

    fn add_group(&self, class: &mut Class, ranges: &[(u32, u32)], negative: bool) {
        let mut group = Class::default();
        for (low, high) in ranges {
            if self.flags & flag::FOLD == 0 { group.add(*low, *high) } else { group.add_folded(*low, *high) }
        }
        group.clean();
        if negative {
            class.add_ranges(&negated(&group.ranges));
        } else {
            class.add_ranges(&group.ranges);
        }
        class.clean();
    }

    /// `[:alpha:]` and its like, here; whether there is one.
    fn posix_class(&mut self, class: &mut Class) -> Result<bool, Error> {
        let start = self.at;
        let Some(inside) = self.rest().strip_prefix("[:") else { return Ok(false) };
        let Some((name, _)) = inside.split_once(":]") else { return Ok(false) };
        self.at += name.len() + 4;
        let (negative, name) = name.strip_prefix('^').map_or((false, name), |name| (true, name));
        match POSIX.iter().find(|(known, _)| *known == name) {
            Some((_, ranges)) => self.add_group(class, ranges, negative),
            None => return self.error(PatternFault::ClassRange, start),
        }
        Ok(true)
    }

    /// `\pL` or `\p{Greek}`, here; whether there is one.
    fn unicode_class(&mut self, class: &mut Class) -> Result<bool, Error> {
        let start = self.at;
        let text = self.rest();
        let mut negative = match text.get(..2) {
            Some("\\p") => false,
            Some("\\P") => true,
            _ => return Ok(false),
        };
        let Some(first) = self.from(start + 2).chars().next() else {
            // The text ends here: Go reads an empty name.
            self.at = self.pattern.len();
            return self.error(PatternFault::ClassRange, start);
        };
        let mut name = if first == '{' {
            let Some(end) = text.find('}') else {
                self.at = self.pattern.len();
                return self.error(PatternFault::ClassRange, start);
            };
            self.at = start + end + 1;
            text.get(3..end).unwrap_or_default()
        } else {
            self.at = start + 2 + first.len_utf8();
            text.get(2..2 + first.len_utf8()).unwrap_or_default()
        };
        if let Some(rest) = name.strip_prefix('^') {
            (negative, name) = (!negative, rest);
        }
        let Some(named) = names::lookup(name, self.go) else { return self.error(PatternFault::ClassRange, start) };
        let folded = self.flags & flag::FOLD != 0;
        let ranges: &[(u32, u32)] = match named {
            Named::Any => &[(0, 0x0010_ffff)],
            Named::Ascii if folded => &[(0, 0x7f), (0x17f, 0x17f), (0x212a, 0x212a)],
            Named::Ascii => &[(0, 0x7f)],
            Named::One(0x2028) => &[(0x2028, 0x2028)],
            Named::One(_) => &[(0x2029, 0x2029)],
            Named::Row(row) | Named::Not(row) => {
                class.groups.insert((row, negative != matches!(named, Named::Not(_)), folded));
                return Ok(true);
            }
        };
        if negative {
            class.add_ranges(&negated(ranges));
        } else {
            class.add_ranges(ranges);
        }
        class.clean();
        Ok(true)
    }

    /// `[…]`.
    fn class(&mut self, start: usize) -> Result<(), Error> {
        self.at += 1;
        let negative = self.rest().starts_with('^');
        self.at += usize::from(negative);
        let mut class = Class::default();
        let mut is_first = true;
        while is_first || !self.rest().starts_with(']') {
            is_first = false;
            if self.posix_class(&mut class)? || self.unicode_class(&mut class)? || self.perl_class(&mut class) {
                continue;
            }
            self.range(&mut class, start)?;
        }
        self.at += 1;
        class.clean();
        if negative {
            class.negate();
        }
        self.push(Node { class, ..Node::new(Op::Class, self.flags) })
    }

    /// A character of a class, or a range of them.
    fn range(&mut self, class: &mut Class, whole: usize) -> Result<(), Error> {
        let start = self.at;
        let low = self.class_character(whole)?;
        let mut high = low;
        let rest = self.rest();
        if rest.len() >= 2 && rest.starts_with('-') && !rest.starts_with("-]") {
            self.at += 1;
            high = self.class_character(whole)?;
            if high < low {
                return self.error(PatternFault::ClassRange, start);
            }
        }
        if self.flags & flag::FOLD == 0 {
            class.add(low, high);
        } else {
            class.add_folded(low, high);
        }
        Ok(())
    }

    fn class_character(&mut self, whole: usize) -> Result<u32, Error> {
        match self.peek() {
            None => {
                self.at = self.pattern.len();
                self.error(PatternFault::MissingBracket, whole)
            }
            Some('\\') => self.escaped(self.at),
            Some(sign) => {
                self.at += sign.len_utf8();
                Ok(u32::from(sign))
            }
        }
    }
}

/// A decimal number without leading zeros at the beginning; what is above all limits stays above them.
fn number(text: &str) -> Option<(u32, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(length)?;
    if digits.is_empty() || digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    Some((digits.parse().unwrap_or(u32::MAX), rest))
}

/// The classes of POSIX.
const POSIX: [(&str, &[(u32, u32)]); 14] = [
    ("alnum", &[(0x30, 0x39), (0x41, 0x5a), (0x61, 0x7a)]),
    ("alpha", &[(0x41, 0x5a), (0x61, 0x7a)]),
    ("ascii", &[(0, 0x7f)]),
    ("blank", &[(9, 9), (0x20, 0x20)]),
    ("cntrl", &[(0, 0x1f), (0x7f, 0x7f)]),
    ("digit", &[(0x30, 0x39)]),
    ("graph", &[(0x21, 0x7e)]),
    ("lower", &[(0x61, 0x7a)]),
    ("print", &[(0x20, 0x7e)]),
    ("punct", &[(0x21, 0x2f), (0x3a, 0x40), (0x5b, 0x60), (0x7b, 0x7e)]),
    ("space", &[(9, 13), (0x20, 0x20)]),
    ("upper", &[(0x41, 0x5a)]),
    ("word", &[(0x30, 0x39), (0x41, 0x5a), (0x5f, 0x5f), (0x61, 0x7a)]),
    ("xdigit", &[(0x30, 0x39), (0x41, 0x46), (0x61, 0x66)]),
];
