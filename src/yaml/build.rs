//! From parser events to the tree, with all that `gopkg.in/yaml.v3` refuses or drops (compared with it in tests/tree.rs).

use std::collections::HashMap;
use std::sync::Arc;

use granit_parser::{Event, Options, Parser, Placement, ScalarStyle, StructureStyle, Tag, options};

use super::arena::{Arena, Key, Open, OpenMapping};
use super::recover::{self, SyntaxError};
use super::{Comment, FaultKind, Format, NodeId, Style, Tree, Value, breaks, json, scalar, tabs, template, toml};
use crate::text::{Source, Span};

/// Largest text that is read, in bytes (16 MiB).
const MAX_BYTES: usize = 16 << 20;

/// Reads a text. Never fails: what cannot be read is among [`Tree::faults`], with as much of a tree as there is.
#[must_use]
pub fn parse(source: &Arc<Source>, format: Format) -> Tree {
    parse_with(source, format, &[])
}

/// Reads a text of which a template fills in the bytes of `unknown` (ascending) before Kratos sees it: values that touch them are
/// [`Value::Unknown`].
#[must_use]
pub fn parse_with(source: &Arc<Source>, format: Format, unknown: &[Span]) -> Tree {
    if source.text().len() > MAX_BYTES {
        let mut arena = Arena::new(source);
        arena.fault(
            FaultKind::Limit,
            Span::new(0, 1),
            "this file is larger than 16 MiB",
            Some("split it: Kratos takes several files with `-c`"),
        );
        return arena.tree;
    }
    match format {
        Format::Json => json::parse(source),
        Format::Toml => toml::parse(source),
        Format::Yaml => yaml(source, unknown),
    }
}

fn yaml(source: &Arc<Source>, unknown: &[Span]) -> Tree {
    let mut text = template::mask(source.text(), unknown);
    let mut faults = control_characters(source, &mut text);
    let (mut lost, mut hidden) = (Vec::new(), Vec::new());
    let mut retagged = 0;
    while lost.len() <= recover::MAX_ROUNDS {
        let mut builder = Builder::new(source, unknown, &lost);
        let error = builder.run(&text);
        if hidden.is_empty() {
            hidden = match &error {
                None => breaks::unquoted(&text, &builder.arena.tree),
                Some(_) => breaks::all(&text),
            };
            if !hidden.is_empty() {
                text = breaks::broken(&text, &hidden);
                continue;
            }
        }
        let Some(error) = error else {
            if builder.arena.tree.root.is_none() && !builder.arena.full {
                // Nothing but white space and comments: the loader takes it as an empty map.
                let empty = builder.arena.add(Value::Null, Style::Plain, Span::at(0));
                builder.arena.tree.root = Some(empty);
            }
            let mut tree = builder.arena.tree;
            if !builder.arena.full {
                faults.extend(tabs::faults(source, &tree));
            }
            faults.extend(tree.faults.iter().cloned());
            faults.extend(breaks::faults(source, &hidden));
            recover::settle(&mut faults);
            tree.faults = Arc::new(faults);
            return tree;
        };
        if retagged < recover::MAX_TAGS && recover::retag(&mut text, &error) {
            retagged += 1;
            continue;
        }
        faults.push(recover::fault(source, &error));
        if !recover::blank(&mut text, &error) {
            break;
        }
        lost.push(error.at);
    }
    let mut arena = Arena::new(source);
    faults.extend(breaks::faults(source, &hidden));
    recover::settle(&mut faults);
    arena.tree.faults = Arc::new(faults);
    arena.tree
}

/// yaml.v3 refuses control characters (readerc.go); they become blanks here.
fn control_characters(source: &Arc<Source>, text: &mut String) -> Vec<super::TextFault> {
    let refused = |c: char| {
        (c < ' ' && !matches!(c, '\t' | '\n' | '\r'))
            || c == '\u{7F}'
            || ('\u{80}'..'\u{A0}').contains(&c) && c != '\u{85}'
    };
    let Some((at, character)) = text.char_indices().find(|(_, character)| refused(*character)) else {
        return Vec::new();
    };
    let mut arena = Arena::new(source);
    let message = format!("a control character (U+{:04X}) is not allowed here", u32::from(character));
    arena.fault(FaultKind::Refused, Span::new(at, at + character.len_utf8()), message, Some("remove it"));
    *text = text.chars().map(|c| if refused(c) { " ".repeat(c.len_utf8()) } else { c.to_string() }).collect();
    arena.tree.faults.to_vec()
}

struct Builder<'s> {
    arena: Arena,
    anchors: HashMap<usize, NodeId>,
    unknown: &'s [Span],
    /// Bytes of the anchor seen last, for the node after it.
    last: Option<usize>,
    text_length: usize,
}

impl<'s> Builder<'s> {
    fn new(source: &Arc<Source>, unknown: &'s [Span], lost: &[usize]) -> Builder<'s> {
        let text_length = source.text().len();
        let mut arena = Arena::new(source);
        arena.lost = lost.to_vec();
        Builder { arena, anchors: HashMap::new(), unknown, last: None, text_length }
    }

    fn options() -> Options {
        let mut options = options! { emit_anchor_events: true, emit_unresolved_aliases: true };
        options.max_buffered_comment_events = 100_000;
        options
    }

    /// Reads the first document; the error if it cannot be read to its end.
    fn run(&mut self, text: &str) -> Option<SyntaxError> {
        let mut ended = false;
        for next in Parser::new_from_str_with_options(text, Builder::options()) {
            match next {
                Ok((event, span)) => {
                    let range = span.byte_range().unwrap_or_default();
                    let span = Span::new(range.start, range.end);
                    if ended {
                        if is_content(&event, span) {
                            self.dropped(span.start, text);
                            break;
                        }
                        continue;
                    }
                    ended = self.event(event, span, text);
                    if self.arena.full {
                        break;
                    }
                }
                Err(error) => {
                    let at = error.marker().byte_offset().unwrap_or(self.text_length).min(self.text_length);
                    let complete = ended || (self.arena.open.is_empty() && self.arena.tree.root.is_some());
                    if complete {
                        let line = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
                        self.dropped(line, text);
                        break;
                    }
                    let info = error.info();
                    let at = if info.contains("found a tab") { recover::next_tab(text, at) } else { at };
                    return Some(SyntaxError { at, info, last: self.last });
                }
            }
        }
        while !self.arena.open.is_empty() {
            self.arena.close();
        }
        None
    }

    /// Text that the loader never reads, from `start` on.
    fn dropped(&mut self, start: usize, text: &str) {
        let end = text.trim_end().len().max(start);
        let line_end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(end, |length| start + length);
        let (message, help) = if self.starts_indented(text) {
            let message = "Kratos silently reads nothing from here on: a smaller indentation ends the document";
            (message, "the first key of the file is indented: begin it in the first column like the others")
        } else {
            let message = "Kratos silently reads nothing from here on: it reads only the first document of a file";
            (message, "move it into the first document, or into its own file")
        };
        self.arena.fault(FaultKind::Dropped, Span::new(start, line_end), message, Some(help));
    }

    fn starts_indented(&self, text: &str) -> bool {
        let root = self.arena.tree.root.map(|id| self.arena.tree.data(id).span.start);
        root.is_some_and(|start| text.get(..start).is_some_and(|before| before.ends_with([' ', '\t'])))
    }

    /// Takes one event; true at the end of the first document.
    fn event(&mut self, event: Event<'_>, span: Span, text: &str) -> bool {
        match event {
            Event::DocumentEnd => return true,
            Event::DocumentStart(_, Some(version)) if (version.major, version.minor) != (1, 1) => {
                let at = text.find("%YAML").unwrap_or(span.start);
                let line =
                    Span::new(at, text.get(at..).and_then(|rest| rest.find(['\n', '\r'])).map_or(at, |n| at + n));
                let message =
                    format!("Kratos reads YAML 1.1 only: `%YAML {}.{}` is refused", version.major, version.minor);
                self.arena.fault(FaultKind::Refused, line, message, Some("remove the line"));
            }
            Event::Comment(_, placement) => {
                let own_line = placement != Placement::Right;
                Arc::make_mut(&mut self.arena.tree.comments).push(Comment { span, own_line });
            }
            Event::Scalar(value, style, anchor, tag) => self.scalar(&value, style, anchor, tag.as_deref(), span),
            Event::SequenceStart(style, anchor, tag) => self.open(false, style, anchor, tag.as_deref(), span),
            Event::MappingStart(style, anchor, tag) => self.open(true, style, anchor, tag.as_deref(), span),
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::UnresolvedAlias(name) => {
                let message = format!("there is no anchor `&{name}` before this alias");
                self.arena.fault(
                    FaultKind::UnknownAlias,
                    span,
                    message,
                    Some("define the anchor first, or quote the text"),
                );
                if self.arena.awaits_key() {
                    self.arena.set_key(Key::Ignored);
                } else {
                    let id = self.arena.add(Value::Unknown, Style::Plain, span);
                    self.arena.hang(id);
                }
            }
            Event::Anchor(id, _) => {
                if let Some(node) = self.anchors.get(&id).copied() {
                    self.arena.data_mut(node).anchor = Some(span);
                }
            }
            _ => {}
        }
        false
    }

    fn is_unknown(&self, span: Span) -> bool {
        let from = self.unknown.partition_point(|unknown| unknown.end <= span.start);
        self.unknown.get(from).is_some_and(|unknown| unknown.start < span.end)
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, anchor: usize, tag: Option<&Tag>, span: Span) {
        let style = scalar_style(style);
        let plain = style == Style::Plain;
        let span = if matches!(style, Style::Literal | Style::Folded) { self.with_header(span) } else { span };
        let tag_name = tag.and_then(core_name);
        let value = match &tag_name {
            Some(tag) => scalar::resolve_tagged(tag, text),
            // A tag of no kind that the loader knows makes it a text.
            None if tag.is_some() => Some(Value::String(text.into())),
            None if plain => Some(scalar::resolve(text)),
            None => Some(Value::String(text.into())),
        };
        if style == Style::DoubleQuoted && source_has_slash_escape(self.arena.tree.source().slice(span)) {
            let message = "`\\/` is an escape that Kratos' YAML reader does not know";
            self.arena.fault(FaultKind::Syntax, span, message, Some("write / alone"));
        }
        let value = value.unwrap_or_else(|| {
            let tag = tag_name.as_deref().unwrap_or_default();
            self.arena.fault(
                FaultKind::Refused,
                span,
                format!("this is not a value of `!!{tag}`"),
                Some("remove the tag or correct the value"),
            );
            Value::Unknown
        });
        if plain && text.chars().skip(1).any(|sign| sign == '?') && self.is_in_brackets() && !self.is_unknown(span) {
            let message = "between brackets `?` ends a text without quotes";
            self.arena.fault(FaultKind::Syntax, span, message, Some("quote the text"));
        }
        if self.arena.awaits_key() {
            return self.key(&value, text, style, anchor, span);
        }
        // An empty value may be what was lost, or what a line of a template fills in; block scalars keep their text.
        let left_out = (!self.arena.lost.is_empty() || !self.unknown.is_empty()) && plain && span.is_empty();
        let block = matches!(style, Style::Literal | Style::Folded);
        let unknown = left_out || (!block && self.is_unknown(span));
        let value = if unknown { Value::Unknown } else { self.finite(value, span) };
        let id = self.arena.add(value, style, span);
        self.arena.data_mut(id).tag = tag.map(|tag| tag.original().into());
        self.remember(anchor, id);
        self.arena.hang(id);
    }

    /// Whether the list or map that is read is in brackets.
    fn is_in_brackets(&self) -> bool {
        let is_flow = |open: &Open| {
            let (Open::Sequence(id, _) | Open::Mapping(OpenMapping { id, .. })) = open;
            self.arena.tree.data(*id).style == Style::Flow
        };
        self.arena.open.iter().any(is_flow)
    }

    /// Whether the colon after a key is part of it: between brackets one is, before a comma and a bracket (scannerc.go).
    fn has_its_colon(&self, style: Style, span: Span) -> bool {
        let rest = self.arena.tree.source().text().get(span.end..).unwrap_or_default();
        style == Style::Plain && [":,", ":}"].iter().any(|sign| rest.starts_with(sign)) && self.is_in_brackets()
    }

    /// The span of a block scalar with its header (`|`, `>-`), which the parser leaves out.
    fn with_header(&self, span: Span) -> Span {
        let source = self.arena.tree.source();
        // The first line may be what a template fills in, whose letters are text of the scalar here.
        let from = self.unknown.partition_point(|unknown| unknown.end <= span.start);
        let first = self.unknown.get(from).filter(|unknown| unknown.start <= span.start);
        let start = first.map_or(span.start, |unknown| unknown.start);
        let before = source.text().get(..start).unwrap_or_default().trim_end();
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let header = before.get(line..).and_then(|text| text.rfind(['|', '>'])).map(|at| line + at);
        let starts_with_it = source.slice(span).starts_with(['|', '>']);
        header.filter(|_| !starts_with_it).map_or(span, |start| Span::new(start, span.end))
    }

    /// Infinite numbers cannot be turned into JSON (A2).
    fn finite(&mut self, value: Value, span: Span) -> Value {
        if let Value::Number(number) = &value
            && !number.value.is_finite()
        {
            self.arena.fault(
                FaultKind::Refused,
                span,
                "Kratos refuses infinite numbers and NaN",
                Some("write a number"),
            );
        }
        value
    }

    fn key(&mut self, value: &Value, text: &str, style: Style, anchor: usize, span: Span) {
        self.last = Some(span.start);
        if anchor != 0 {
            let id = self.arena.add(value.clone(), style, span);
            self.remember(anchor, id);
        }
        if self.is_unknown(span) {
            return self.arena.set_key(Key::Ignored);
        }
        if style == Style::Plain && text == "<<" {
            return self.merge_key(span);
        }
        if style == Style::Plain && text.trim_matches('~').is_empty() && span.is_empty() {
            let at = Span::new(span.start, (span.start + 1).min(self.text_length));
            self.arena.fault(
                FaultKind::Refused,
                at,
                "a colon without a key before it",
                Some("write the key, or quote the text"),
            );
            return self.arena.set_key(Key::Ignored);
        }
        if value == &Value::Null && self.arena.open.len() == 1 {
            // A null key at the root is dropped silently.
            return self.arena.set_key(Key::Ignored);
        }
        let mut key = scalar::key_text(value, text);
        if self.has_its_colon(style, span) {
            key.push(':');
        }
        if self.arena.earlier_key(&key).is_some_and(|first| self.are_alternatives(first, span)) {
            return self.arena.take_alternative(&key);
        }
        self.arena.take_key(&key, span);
    }

    /// Whether a template decides between the keys at two places: `{{ if … }}a: 1{{ else }}a: 2{{ end }}`.
    fn are_alternatives(&self, first: Span, second: Span) -> bool {
        let source = self.arena.tree.source();
        let from = self.unknown.partition_point(|unknown| unknown.start < first.end);
        let behind = self.unknown.iter().skip(from);
        let between = behind.take_while(|unknown| unknown.end <= second.start);
        between.map(|span| source.slice(*span)).any(template::is_control)
    }

    fn merge_key(&mut self, span: Span) {
        let Some(Open::Mapping(mapping)) = self.arena.open.last_mut() else { return };
        let again = mapping.seen.insert("<<".into(), span).is_some();
        mapping.key = Some(Key::Merge(span));
        if again {
            let help = Some("merge both with one list: `<<: [*a, *b]`");
            self.arena.fault(FaultKind::DuplicateKey, span, "`<<` is twice in the same map", help);
        }
    }

    fn open(&mut self, is_mapping: bool, style: StructureStyle, anchor: usize, tag: Option<&Tag>, span: Span) {
        let is_key = self.arena.awaits_key();
        let value = if is_mapping { Value::Mapping(Vec::new()) } else { Value::Sequence(Vec::new()) };
        let style = if style == StructureStyle::Flow { Style::Flow } else { Style::Block };
        let id = self.arena.add(value, style, span);
        self.arena.data_mut(id).tag = tag.map(|tag| tag.original().into());
        self.remember(anchor, id);
        if is_key {
            self.last = Some(span.start);
            if !self.is_unknown(span) {
                let before = self.arena.tree.source().text().get(..span.start).unwrap_or_default();
                let is_apart = is_mapping && style == Style::Flow && before.trim_end().ends_with('{');
                let help = if is_apart {
                    self.arena.mix();
                    "write `{{` and `}}` without blanks, and keep the formatter from this file"
                } else {
                    "quote it if it is a text: \"{{ … }}\""
                };
                let message = if is_apart { recover::APART } else { "a list or map cannot be a key" };
                self.arena.fault(FaultKind::Refused, span, message, Some(help));
            }
        } else if !is_mapping {
            self.last = Some(span.start);
        }
        self.arena.push(id, is_mapping);
    }

    fn close(&mut self, span: Span) {
        let Some(id) = self.arena.finish() else { return };
        if self.arena.tree.data(id).style == Style::Flow {
            self.arena.data_mut(id).span.end = span.end;
        }
        if self.arena.awaits_key() {
            self.arena.set_key(Key::Ignored);
        } else {
            self.arena.hang(id);
        }
    }

    fn alias(&mut self, anchor: usize, span: Span) {
        let Some(target) = self.anchors.get(&anchor).copied() else { return };
        let contains_itself = self.arena.open.iter().any(|open| match open {
            Open::Sequence(id, _) => *id == target,
            Open::Mapping(mapping) => mapping.id == target,
        });
        if contains_itself {
            self.arena.fault(FaultKind::Refused, span, "this alias is inside the value that it names", None);
            if !self.arena.awaits_key() {
                let id = self.arena.add(Value::Unknown, Style::Plain, span);
                return self.arena.hang(id);
            }
        }
        if self.arena.awaits_key() {
            // A list or map as key is refused by its text; its contents are not wanted.
            let value = match &self.arena.tree.data(target).value {
                Value::Sequence(_) => Value::Sequence(Vec::new()),
                Value::Mapping(_) => Value::Mapping(Vec::new()),
                scalar => scalar.clone(),
            };
            return self.key(&value, "", Style::DoubleQuoted, 0, span);
        }
        let id = self.arena.copy(target, span, 0, self.arena.path_bytes());
        self.arena.hang(id);
    }

    fn remember(&mut self, anchor: usize, id: NodeId) {
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
    }
}

/// Whether an event of a later document stands for something that was written.
fn is_content(event: &Event<'_>, span: Span) -> bool {
    match event {
        Event::Scalar(..) => !span.is_empty(),
        Event::SequenceStart(..) | Event::MappingStart(..) | Event::Alias(_) | Event::UnresolvedAlias(_) => true,
        _ => false,
    }
}

fn scalar_style(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
        ScalarStyle::Plain => Style::Plain,
    }
}

/// The name of a tag of YAML itself (`str` of `!!str`).
fn core_name(tag: &Tag) -> Option<String> {
    tag.suffix_in_namespace("tag:yaml.org,2002:").map(std::borrow::Cow::into_owned)
}

/// Whether a text in double quotes uses the escape `\/`, which YAML 1.2 has and 1.1 has not.
fn source_has_slash_escape(written: &str) -> bool {
    let mut escaped = false;
    written.chars().any(|character| {
        let found = escaped && character == '/';
        escaped = !escaped && character == '\\';
        found
    })
}
