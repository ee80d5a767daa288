//! JSON as Go's `encoding/json` reads it: strict, the last of two equal keys wins, numbers keep their spelling.

use std::sync::Arc;

use super::arena::{Arena, MAX_DEPTH};
use super::{FaultKind, Number, Style, Tree, Value};
use crate::text::{Source, Span};

/// Reads a text; what is after the first error is not read.
pub(super) fn parse(source: &Arc<Source>) -> Tree {
    let mut arena = Arena::new(source);
    arena.last_key_wins = true;
    let mut reader = Reader { text: source.text(), at: 0, arena };
    if let Err(message) = reader.document() {
        let at = reader.at;
        let end = source.text().get(at..).and_then(|rest| rest.chars().next()).map_or(at, |c| at + c.len_utf8());
        let help = help_for(source.text(), at, &message);
        reader.arena.fault(FaultKind::Syntax, Span::new(at, end), message, help);
        while !reader.arena.open.is_empty() {
            reader.arena.close();
        }
    }
    reader.arena.tree
}

fn help_for(text: &str, at: usize, message: &str) -> Option<&'static str> {
    let rest = text.get(at..).unwrap_or_default();
    match rest.chars().next() {
        Some('"' | '{' | '[') if message.starts_with("a comma") => Some("write a comma before it"),
        Some('\u{FEFF}') => Some("save the file without a byte order mark"),
        Some('/' | '#') => Some("JSON has no comments: remove it"),
        Some('}' | ']') if text.get(..at).is_some_and(|before| before.trim_end().ends_with(',')) => {
            Some("remove the comma before it")
        }
        Some('\'') => Some("use double quotes"),
        _ => None,
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    arena: Arena,
}

impl Reader<'_> {
    fn document(&mut self) -> Result<(), String> {
        self.space();
        if self.peek().is_none() {
            return Err("the file is empty".to_owned());
        }
        self.value(0)?;
        self.space();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err("there is text after the end of the JSON document".to_owned()),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<(), String> {
        let start = self.at;
        match self.peek() {
            Some(b'{') => return self.object(depth),
            Some(b'[') => return self.list(depth),
            Some(b'"') => {
                let text = self.string()?;
                self.scalar(start, Style::DoubleQuoted, Value::String(text.into()));
            }
            Some(b'-' | b'0'..=b'9') => {
                let number = self.number()?;
                self.scalar(start, Style::Plain, Value::Number(number));
            }
            Some(_) => {
                let words = [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)];
                let rest = self.text.get(self.at..).unwrap_or_default();
                let Some((word, value)) = words.into_iter().find(|(word, _)| rest.starts_with(word)) else {
                    return Err("this is not a JSON value".to_owned());
                };
                self.at += word.len();
                self.scalar(start, Style::Plain, value);
            }
            None => return Err("the file ends where a value is expected".to_owned()),
        }
        Ok(())
    }

    /// Whether there is room for more.
    fn room(&self) -> Result<(), String> {
        if self.arena.full { Err("there are too many values".to_owned()) } else { Ok(()) }
    }

    fn scalar(&mut self, start: usize, style: Style, value: Value) {
        let id = self.arena.add(value, style, Span::new(start, self.at));
        self.arena.hang(id);
    }

    fn open(&mut self, depth: usize, is_mapping: bool) -> Result<(), String> {
        if depth >= MAX_DEPTH || self.arena.full {
            return Err(format!("lists and objects are nested deeper than {MAX_DEPTH}, or there are too many"));
        }
        let value = if is_mapping { Value::Mapping(Vec::new()) } else { Value::Sequence(Vec::new()) };
        let id = self.arena.add(value, Style::Flow, Span::new(self.at, self.at + 1));
        self.arena.push(id, is_mapping);
        self.at += 1;
        self.space();
        Ok(())
    }

    fn end(&mut self) {
        self.at += 1;
        if let Some(id) = self.arena.finish() {
            self.arena.data_mut(id).span.end = self.at;
            self.arena.hang(id);
        }
    }

    fn object(&mut self, depth: usize) -> Result<(), String> {
        self.open(depth, true)?;
        if self.peek() == Some(b'}') {
            self.end();
            return Ok(());
        }
        loop {
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err("a key in double quotes is expected here".to_owned());
            }
            let key = self.string()?;
            self.arena.take_key(&key, Span::new(start, self.at));
            self.space();
            if self.peek() != Some(b':') {
                return Err("a colon is expected after the key".to_owned());
            }
            self.at += 1;
            self.space();
            self.room()?;
            self.value(depth + 1)?;
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.end();
                    return Ok(());
                }
                _ => return Err("a comma or } is expected here".to_owned()),
            }
            self.space();
        }
    }

    fn list(&mut self, depth: usize) -> Result<(), String> {
        self.open(depth, false)?;
        if self.peek() == Some(b']') {
            self.end();
            return Ok(());
        }
        loop {
            self.room()?;
            self.value(depth + 1)?;
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.end();
                    return Ok(());
                }
                _ => return Err("a comma or ] is expected here".to_owned()),
            }
            self.space();
        }
    }

    fn number(&mut self) -> Result<Number, String> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length =
            rest.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E')).count();
        let text = rest.get(..length).unwrap_or_default();
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let leading_zero = unsigned.len() > 1
            && unsigned.starts_with('0')
            && unsigned.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
        let dangling =
            unsigned.ends_with('.') || unsigned.starts_with('.') || unsigned.contains(".e") || unsigned.contains(".E");
        match text.parse::<f64>() {
            Ok(value) if !leading_zero && !dangling && value.is_finite() => {
                self.at += length;
                Ok(Number { value, text: text.into() })
            }
            _ => Err("this is not a JSON number".to_owned()),
        }
    }

    fn string(&mut self) -> Result<String, String> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                None => {
                    self.at = start;
                    return Err("this text is not closed".to_owned());
                }
                Some(b'"') => break,
                Some(b'\\') => self.at += 2,
                Some(byte) if byte < 0x20 => {
                    return Err("this text contains a control character or line break".to_owned());
                }
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        let written = self.text.get(start..self.at).unwrap_or_default();
        serde_json::from_str(written).map_err(|_| {
            self.at = start;
            "this text contains an escape that JSON does not know".to_owned()
        })
    }
}
