//! Lines of files as they may be shown: the keys, and what is marked. Each line is read on its own, so that it does not matter
//! whether the file around it can be read, nor what the file is.

use std::path::Path;

use super::words::{is_harmless_key, is_harmless_value, is_known, is_of_kratos, is_plain};
use super::{MASK, Secrets, is_secret_name};
use crate::jsonnet::comments;
use crate::text::{Source, Span};

/// What a file is, as far as its lines are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SheetKind {
    /// The configuration, or an identity schema: marked values are shown.
    Configuration,
    /// Another file of keys and values: no value is shown.
    Keys,
    /// `NAME=value`: no value is shown.
    Variables,
    /// Jsonnet.
    Jsonnet,
    /// The template of a message: what is marked is shown.
    Template,
    /// No line is shown.
    Hidden,
}

impl SheetKind {
    /// Whether nothing of a file is said but names.
    #[must_use]
    pub(crate) fn is_closed(self) -> bool {
        matches!(self, SheetKind::Variables | SheetKind::Hidden)
    }

    /// What a file is, by its name and its first character. `is_unit` says that it holds the configuration.
    #[must_use]
    pub(crate) fn of(source: &Source, is_unit: bool) -> SheetKind {
        let path = Path::new(source.path());
        let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        let end = name.rsplit_once('.').map(|(_, end)| end).unwrap_or_default();
        match end {
            _ if is_unit => SheetKind::Configuration,
            "env" => SheetKind::Variables,
            _ if name.starts_with(".env") => SheetKind::Variables,
            "jsonnet" | "libsonnet" => SheetKind::Jsonnet,
            "gotmpl" => SheetKind::Template,
            "json" if source.text().trim_start().starts_with('{') => SheetKind::Configuration,
            "yml" | "yaml" | "toml" => SheetKind::Keys,
            _ => SheetKind::Hidden,
        }
    }
}

/// Some bytes of a line, and what is shown of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The bytes in the line.
    pub span: Span,
    /// What is shown.
    pub shown: String,
}

/// How the lines of one file are shown.
#[derive(Clone, Copy)]
pub(crate) struct Sheet<'s> {
    /// What the file is.
    pub kind: SheetKind,
    /// What must not be shown.
    pub secrets: &'s Secrets,
    /// Which words the program says of itself.
    pub is_public: &'s dyn Fn(&str) -> bool,
}

impl std::fmt::Debug for Sheet<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sheet").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// A scalar of a line.
#[derive(Clone, Copy)]
struct Scalar<'l> {
    span: Span,
    /// Its text, without quotes.
    text: &'l str,
    quoted: bool,
}

impl Sheet<'_> {
    /// The pieces of a line (without its line break). `marked` are the bytes that a finding is about; `is_secret` says of bytes
    /// that they are a secret.
    #[must_use]
    pub(crate) fn line(&self, line: &str, marked: &[Span], is_secret: &dyn Fn(Span) -> bool) -> Vec<Piece> {
        let mut reader = Reader { line, at: 0, out: Vec::new(), flow: 0 };
        match self.kind {
            SheetKind::Hidden => reader.hide_rest(),
            SheetKind::Variables => self.variable(&mut reader),
            // Inside of a comment or a text of several lines.
            SheetKind::Jsonnet if is_secret(Span::new(0, 1)) => reader.hide_rest(),
            SheetKind::Jsonnet => self.jsonnet(&mut reader, marked),
            SheetKind::Template => self.template(&mut reader, marked),
            SheetKind::Configuration | SheetKind::Keys => self.keys(&mut reader, marked, is_secret),
        }
        reader.out
    }

    /// `NAME=value`
    fn variable(&self, reader: &mut Reader<'_>) {
        let name = reader.line.split('=').next().unwrap_or_default();
        let bare = name.trim().strip_prefix("export ").unwrap_or(name).trim();
        let is_name =
            !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
        if is_name && name.len() < reader.line.len() && self.is_shown(bare) {
            reader.verbatim(name.len() + 1);
        }
        reader.hide_rest();
    }

    /// Only what a finding is about: the rest is what users read in their mail.
    fn template(&self, reader: &mut Reader<'_>, marked: &[Span]) {
        for mark in marked {
            let span = Span::new(mark.start.max(reader.at), mark.end.min(reader.line.len()));
            let Some(text) = reader.line.get(span.start..span.end).filter(|text| !text.is_empty()) else { continue };
            let before = Span::new(reader.at, span.start);
            match reader.line.get(before.start..before.end) {
                None | Some("") => {}
                Some(text) if text.trim().is_empty() => reader.put(before, None),
                Some(_) => reader.put(before, Some(MASK.to_owned())),
            }
            reader.put(span, Some(self.secrets.sentence(text, self.is_public)));
        }
        reader.hide_rest();
    }

    /// Keys and values of YAML, JSON and TOML.
    fn keys(&self, reader: &mut Reader<'_>, marked: &[Span], is_secret: &dyn Fn(Span) -> bool) {
        let mut key: Option<&str> = None;
        while let Some(next) = reader.rest().chars().next() {
            match next {
                ' ' | '\t' => reader.verbatim(1),
                '#' if reader.is_after_blank() => reader.comment(1),
                '/' if reader.rest().starts_with("//") && reader.is_after_blank() => reader.comment(2),
                '{' | '[' => {
                    reader.flow += 1;
                    reader.verbatim(1);
                }
                '}' | ']' | ',' | ':' => {
                    reader.flow -= usize::from(reader.flow > 0 && next != ',' && next != ':');
                    if next == ',' {
                        key = None;
                    }
                    reader.verbatim(1);
                }
                '-' | '?' if reader.is_indicator() => reader.verbatim(1),
                _ => {
                    let scalar = reader.scalar();
                    if reader.is_key(scalar) {
                        key = Some(scalar.text);
                        let shown = self.is_shown(scalar.text) && !is_secret(scalar.span);
                        reader.put(scalar.span, if shown { None } else { Some(MASK.to_owned()) });
                    } else {
                        let is_marked = self.kind == SheetKind::Configuration
                            && marked.iter().any(|mark| overlap(*mark, scalar.span));
                        let variable = self.variable_item(scalar.text).filter(|_| key.is_none());
                        let value = || self.value(key, scalar, is_marked).filter(|_| !is_secret(scalar.span));
                        let shown = variable.or_else(value);
                        reader.put(scalar.span, Some(shown.unwrap_or_else(|| MASK.to_owned())));
                    }
                }
            }
        }
    }

    /// The name of a variable in a list, `NAME` or `NAME=value`: it says what a finding is about.
    fn variable_item(&self, text: &str) -> Option<String> {
        let (name, value) = text.split_once('=').map_or((text, ""), |(name, _)| (name, "="));
        let is_name = is_of_kratos(name) && self.is_shown(name);
        is_name.then(|| if value.is_empty() { name.to_owned() } else { format!("{name}={MASK}") })
    }

    /// A value as it may be shown.
    fn value(&self, key: Option<&str>, scalar: Scalar<'_>, is_marked: bool) -> Option<String> {
        let text = scalar.text;
        let whole = |text: String| if scalar.quoted { format!("\"{text}\"") } else { text };
        if matches!(text, "|" | ">" | "|-" | ">-" | "|+" | ">+" | "---" | "..." | "<<") && !scalar.quoted {
            return Some(text.to_owned());
        }
        if key.is_some_and(is_secret_name) {
            return None;
        }
        // A secret that is written as a switch says nothing where others are.
        let is_switch = matches!(text, "true" | "false" | "null");
        if is_harmless_value(text)
            && (is_switch || !self.secrets.words.contains(text))
            && (is_marked || key.is_some_and(is_harmless_key))
        {
            return Some(whole(text.to_owned()));
        }
        is_marked.then(|| whole(self.secrets.sentence(text, self.is_public)))
    }

    /// Code: names stay, texts and comments do not.
    fn jsonnet(&self, reader: &mut Reader<'_>, marked: &[Span]) {
        while let Some(next) = reader.rest().chars().next() {
            match next {
                '#' => reader.comment(1),
                '/' if reader.rest().starts_with("//") || reader.rest().starts_with("/*") => reader.comment(2),
                '"' | '\'' => {
                    let scalar = reader.scalar();
                    let is_marked = marked.iter().any(|mark| overlap(*mark, scalar.span));
                    let shown = if is_marked || reader.names_a_field(scalar) {
                        self.secrets.sentence(scalar.text, self.is_public)
                    } else {
                        MASK.to_owned()
                    };
                    reader.put(scalar.span, Some(format!("{next}{shown}{next}")));
                }
                _ if next.is_alphanumeric() || next == '_' => {
                    let length =
                        reader.rest().find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(reader.rest().len());
                    let span = Span::new(reader.at, reader.at + length);
                    let name = reader.line.get(span.start..span.end).unwrap_or_default();
                    reader.put(span, if self.is_shown(name) { None } else { Some(MASK.to_owned()) });
                }
                _ => reader.verbatim(next.len_utf8()),
            }
        }
    }

    /// Whether a name may be shown: `selfservice`, `ory.sh/kratos`, `$schema`.
    fn is_shown(&self, name: &str) -> bool {
        let mut parts = name.split(['.', '/', '$', ':']).filter(|part| !part.is_empty());
        let is_name = |part: &str| {
            part.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
                && (is_plain(part) || (self.is_public)(part))
                && (!self.secrets.words.contains(part) || is_known(part))
        };
        name.len() <= 128 && parts.all(is_name)
    }
}

fn overlap(one: Span, other: Span) -> bool {
    one.start < other.end && other.start < one.end.max(one.start + 1)
}

/// The comments and texts of Jsonnet that span lines, from the line after they begin: that one is read as all others.
#[must_use]
pub(crate) fn blocks(source: &Source) -> Vec<Span> {
    if SheetKind::of(source, false) != SheetKind::Jsonnet {
        return Vec::new();
    }
    let from_next_line = |block: Span| {
        let after = source.slice(block).find('\n').unwrap_or_default();
        Span::new(block.start + after + 1, block.end)
    };
    comments::of_several_lines(source.text()).map(from_next_line).collect()
}

/// Reads a line from left to right.
struct Reader<'l> {
    line: &'l str,
    at: usize,
    out: Vec<Piece>,
    /// How many brackets are open.
    flow: usize,
}

impl<'l> Reader<'l> {
    fn rest(&self) -> &'l str {
        self.line.get(self.at..).unwrap_or_default()
    }

    fn put(&mut self, span: Span, shown: Option<String>) {
        let shown = shown.unwrap_or_else(|| self.line.get(span.start..span.end).unwrap_or_default().to_owned());
        self.at = span.end.max(self.at + 1);
        self.out.push(Piece { span, shown });
    }

    fn verbatim(&mut self, length: usize) {
        self.put(Span::new(self.at, self.at + length), None);
    }

    fn hide_rest(&mut self) {
        if !self.rest().trim().is_empty() {
            self.put(Span::new(self.at, self.line.len()), Some(MASK.to_owned()));
        }
    }

    /// A comment up to the end of the line; only that there is one is shown.
    fn comment(&mut self, mark: usize) {
        self.verbatim(mark);
        if !self.rest().trim().is_empty() {
            self.put(Span::new(self.at, self.line.len()), Some(format!(" {MASK}")));
        }
    }

    fn is_after_blank(&self) -> bool {
        self.line.get(..self.at).is_none_or(|before| before.is_empty() || before.ends_with([' ', '\t']))
    }

    /// `- ` and `? ` before an entry.
    fn is_indicator(&self) -> bool {
        let rest = self.rest().get(1..).unwrap_or_default();
        (rest.is_empty() || rest.starts_with([' ', '\t']))
            && self.line.get(..self.at).is_none_or(|before| before.trim_matches([' ', '\t', '-', '?']).is_empty())
    }

    /// The scalar that begins here.
    fn scalar(&self) -> Scalar<'l> {
        let rest = self.rest();
        let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''));
        if let Some(quote) = quote {
            let length = quoted(rest, quote);
            let text = rest.get(1..length).unwrap_or_default();
            let text = text.strip_suffix(quote).unwrap_or(text);
            return Scalar { span: Span::new(self.at, self.at + length), text, quoted: true };
        }
        let mut end = rest.len();
        for (at, c) in rest.char_indices().skip(1) {
            let next = rest.get(at + c.len_utf8()..).and_then(|after| after.chars().next());
            let is_end = match c {
                ':' => {
                    next.is_none_or(char::is_whitespace)
                        || (self.flow > 0 && next.is_some_and(|next| ",]}".contains(next)))
                }
                '#' => rest.get(..at).is_some_and(|before| before.ends_with([' ', '\t'])),
                ',' | ']' | '}' => self.flow > 0,
                _ => false,
            };
            if is_end {
                end = at;
                break;
            }
        }
        let text = rest.get(..end).unwrap_or_default().trim_end();
        Scalar { span: Span::new(self.at, self.at + text.len().max(1)), text, quoted: false }
    }

    /// Whether `:` (or `=`, of TOML) follows.
    fn is_key(&self, scalar: Scalar<'_>) -> bool {
        let after = self.line.get(scalar.span.end..).unwrap_or_default().trim_start();
        let colon = after.strip_prefix(':');
        colon.is_some_and(|rest| scalar.quoted || rest.is_empty() || rest.starts_with([' ', '\t', ',', ']', '}']))
    }

    /// Whether a text in code is the name of a field: a key, an index, what is asked of an object.
    fn names_a_field(&self, scalar: Scalar<'_>) -> bool {
        let before = self.line.get(..scalar.span.start).unwrap_or_default().trim_end();
        let after = self.line.get(scalar.span.end..).unwrap_or_default().trim_start();
        let asks = ["std.objectHas(", "std.objectHasAll(", "std.get(", "std.extVar("];
        let is_argument = before
            .rfind('(')
            .and_then(|at| before.get(..=at))
            .is_some_and(|call| asks.iter().any(|ask| call.ends_with(ask)));
        after.starts_with(':')
            || after.starts_with("in ")
            || (before.ends_with('[') && after.starts_with(']'))
            || is_argument
    }
}

/// The bytes of a quoted text, quotes included; up to the end of the line when it is not closed.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: SheetKind, line: &str, marked: &[Span]) -> String {
        let secrets = Secrets::default();
        let sheet = Sheet { kind, secrets: &secrets, is_public: &|_| false };
        sheet.line(line, marked, &|_| false).into_iter().map(|piece| piece.shown).collect()
    }

    #[test]
    fn lines_show_keys_and_what_is_marked() {
        for (line, wanted) in [
            ("  dsn: postgres://u:p@db/k", "  dsn: …"),
            ("      - hook: web_hook # calls", "      - hook: web_hook # …"),
            ("url: https://x", "url: …"),
            ("enabled: true", "enabled: true"),
            ("lifespan: 1h", "lifespan: 1h"),
            ("from: Hunter", "from: …"),
            ("password: hunter", "password: …"),
            ("k: {\"a\": [x, 'y'], enabled: true}", "k: {\"a\": […, …], enabled: true}"),
            ("a plain text of a value", "…"),
            ("s3cr3t0123: 1", "…: …"),
            ("# dsn: secret", "# …"),
            ("- COURIER_SMTP_CONNECTION_URI=hunter", "- COURIER_SMTP_CONNECTION_URI=…"),
            ("- SELFSERVICE_FLOWS_LOGIN_AFTER_HOOKS_0_HOOK", "- SELFSERVICE_FLOWS_LOGIN_AFTER_HOOKS_0_HOOK"),
            ("- CORRECT_HORSE_BATTERY_STAPLE", "- …"),
            ("key: \"not closed", "key: …"),
            ("- - x", "- - …"),
            ("  ", "  "),
        ] {
            assert_eq!(shown(SheetKind::Configuration, line, &[]), wanted);
        }
        let marked = [Span::new(5, 12)];
        assert_eq!(shown(SheetKind::Configuration, "url: foo bar", &marked), "url: foo bar");
        assert_eq!(shown(SheetKind::Configuration, "url: https://u:p@h/a?b", &marked), "url: https://h/a");
        assert_eq!(shown(SheetKind::Configuration, "dsn: foo bar", &marked), "dsn: …");
        assert_eq!(shown(SheetKind::Keys, "url: foo bar", &marked), "url: …");
    }

    #[test]
    fn code_shows_its_names() {
        let line = "local x = if 'name' in ctx then ctx['name'] + \"hunter\" else {a: 'b', 'c': 1}; // why";
        let wanted = "local x = if 'name' in ctx then ctx['name'] + \"…\" else {a: '…', 'c': 1}; // …";
        assert_eq!(shown(SheetKind::Jsonnet, line, &[]), wanted);
        assert_eq!(shown(SheetKind::Variables, "export DSN=memory", &[]), "export DSN=…");
        assert_eq!(shown(SheetKind::Variables, "hunter two", &[]), "…");
        assert_eq!(shown(SheetKind::Hidden, "anything", &[]), "…");
    }
}
