//! Values as text: JSON as Kratos gets it, and the formats of `std.manifest…`.

use super::failure::{Failure, FailureKind, other, too_long, wrong};
use super::native::size;
use super::number;
use super::value::{Args, List, Machine, Object, Result, Value};
use std::rc::Rc;

impl<'a> Machine<'a> {
    /// JSON in the layout of go-jsonnet: on many lines as the result of a document, on one as part of a text.
    pub(super) fn json(&mut self, value: &Value<'a>, on_lines: bool) -> Result<String> {
        let mut out = String::new();
        self.json_into(value, on_lines.then_some(0), &mut out)?;
        Ok(out)
    }

    fn json_into(&mut self, value: &Value<'a>, depth: Option<usize>, out: &mut String) -> Result<()> {
        match value {
            Value::Null => out.push_str("null"),
            Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Value::Number(number) => out.push_str(&number::long(*number)),
            Value::Text(text) => {
                self.spend_on_text(text.len())?;
                out.push_str(&quoted(text));
            }
            Value::Function(_) => {
                return Err(Failure::new(FailureKind::HoldsFunction, "the result holds a function"));
            }
            Value::List(list) => {
                self.spend(list.len())?;
                let items = list.items();
                let break_before = begin(out, '[', items.is_empty(), depth);
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    out.push_str(if index > 0 && depth.is_none() { " " } else { "" });
                    out.push_str(&break_before);
                    let item = self.force(item)?;
                    self.framed(|machine| machine.json_into(&item, depth.map(|depth| depth + 1), out))?;
                }
                end(out, ']', items.is_empty(), depth);
            }
            Value::Object(object) => {
                self.check(object)?;
                self.spend(object.size())?;
                let names = object.names(false);
                let break_before = begin(out, '{', names.is_empty(), depth);
                for (index, name) in names.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    out.push_str(if index > 0 && depth.is_none() { " " } else { "" });
                    out.push_str(&break_before);
                    out.push_str(&quoted(name));
                    out.push_str(": ");
                    let field = self.field(object, name, object.layers.len())?;
                    self.framed(|machine| machine.json_into(&field, depth.map(|depth| depth + 1), out))?;
                }
                end(out, '}', names.is_empty(), depth);
            }
        }
        Ok(())
    }

    /// `std.manifestJsonEx(value, indent, newline, key_val_sep)`
    pub(super) fn manifest_json_ex(&mut self, args: &Args<'_, 'a>) -> Result<Value<'a>> {
        let given = |index: usize, default: &str| match args.values.get(index) {
            Some(Some(_)) => args.text(index).map(ToString::to_string),
            _ => Ok(default.to_owned()),
        };
        let layout = Layout { indent: args.text(1)?.to_string(), newline: given(2, "\n")?, colon: given(3, ": ")? };
        let mut out = String::new();
        self.json_ex(args.get(0)?, &layout, "", &mut out)?;
        Ok(Value::text(&out))
    }

    fn json_ex(&mut self, value: &Value<'a>, layout: &Layout, indent: &str, out: &mut String) -> Result<()> {
        let inner = format!("{indent}{}", layout.indent);
        // The texts between the parts are written once for each.
        self.spend_on_text((inner.len() + layout.newline.len() + layout.colon.len()).saturating_mul(1 + size(value)))?;
        match value {
            Value::Null => out.push_str("null"),
            Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Value::Number(number) => out.push_str(&number::short(*number)),
            Value::Text(text) => out.push_str(&go_quoted(text)),
            Value::Function(_) => return Err(wrong("a function has no JSON")),
            Value::List(list) => {
                out.push('[');
                out.push_str(&layout.newline);
                for (index, item) in list.items().iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                        out.push_str(&layout.newline);
                    }
                    out.push_str(&inner);
                    let item = self.force(item)?;
                    self.framed(|machine| machine.json_ex(&item, layout, &inner, out))?;
                }
                out.push_str(&layout.newline);
                out.push_str(indent);
                out.push(']');
            }
            Value::Object(object) => {
                out.push('{');
                out.push_str(&layout.newline);
                for (index, name) in object.names(false).iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                        out.push_str(&layout.newline);
                    }
                    out.push_str(&inner);
                    out.push_str(&go_quoted(name));
                    out.push_str(&layout.colon);
                    let field = self.field(object, name, object.layers.len())?;
                    self.framed(|machine| machine.json_ex(&field, layout, &inner, out))?;
                }
                out.push_str(&layout.newline);
                out.push_str(indent);
                out.push('}');
            }
        }
        Ok(())
    }
}

/// The texts between the parts of `std.manifestJsonEx`.
struct Layout {
    indent: String,
    newline: String,
    colon: String,
}

/// The opening bracket, and what is before each part.
fn begin(out: &mut String, bracket: char, is_empty: bool, depth: Option<usize>) -> String {
    out.push(bracket);
    match depth {
        Some(depth) if !is_empty => format!("\n{}", "   ".repeat(depth + 1)),
        _ => String::new(),
    }
}

fn end(out: &mut String, bracket: char, is_empty: bool, depth: Option<usize>) {
    match depth {
        _ if is_empty => out.push(' '),
        Some(depth) => {
            out.push('\n');
            out.push_str(&"   ".repeat(depth));
        }
        None => {}
    }
    out.push(bracket);
}

/// A text in quotes, as go-jsonnet escapes it.
pub(super) fn quoted(text: &str) -> String {
    escaped(text, |letter| u32::from(letter) < 0x20 || (0x7f..=0x9f).contains(&u32::from(letter)))
}

/// A text in quotes, as `encoding/json` of Go escapes it.
fn go_quoted(text: &str) -> String {
    escaped(text, |letter| u32::from(letter) < 0x20 || matches!(letter, '\u{2028}' | '\u{2029}'))
}

/// A text in quotes; `by_number` tells the letters that have no escape of their own and are written as `\u` and four digits.
fn escaped(text: &str, by_number: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            letter if by_number(letter) => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// Items of a list that go-jsonnet writes as TOML in a second (measured: 16,000 to 18,000): it copies the list for each item.
const MAX_TOML_ITEMS: usize = 20_000;

/// TOML, as `std.manifestTomlEx` writes it.
impl<'a> Machine<'a> {
    pub(super) fn manifest_toml_ex(&mut self, args: &Args<'_, 'a>) -> Result<Value<'a>> {
        let indent = args.text(1)?;
        let text = self.toml_table(args.object(0)?, indent, &[], "")?;
        Ok(Value::text(&text))
    }

    fn toml_is_section(&mut self, value: &Value<'a>) -> Result<bool> {
        match value {
            Value::Object(_) => Ok(true),
            Value::List(list) => {
                for item in list.items() {
                    if !matches!(self.force(&item)?, Value::Object(_)) {
                        return Ok(false);
                    }
                }
                Ok(list.len() > 0)
            }
            _ => Ok(false),
        }
    }

    fn toml_table(&mut self, object: &Rc<Object<'a>>, indent: &str, path: &[String], outer: &str) -> Result<String> {
        self.spend_on_text((outer.len() + indent.len()).saturating_mul(1 + object.size()))?;
        let mut fields: Vec<String> = Vec::new();
        let mut sections = vec![String::new()];
        for name in object.names(false) {
            let value = self.field(object, &name, object.layers.len())?;
            if self.toml_is_section(&value)? {
                let mut path = path.to_vec();
                path.push(toml_key(&name));
                sections.push(match &value {
                    Value::Object(table) => self.toml_section(table, indent, &path, outer, ("[", "]"))?,
                    Value::List(list) => self.toml_array(list, indent, &path, outer)?,
                    _ => String::new(),
                });
            } else {
                let written = self.toml_value(&value, indent, false, "")?;
                let line = format!("{} = {written}", toml_key(&name));
                fields.extend(line.split('\n').map(str::to_owned));
            }
        }
        let before = if fields.is_empty() { "" } else { outer };
        let table = format!("{before}{}{}", fields.join(&format!("\n{outer}")), sections.join("\n\n"));
        self.spend_on_text(table.len())?;
        Ok(table)
    }

    fn toml_section(
        &mut self,
        table: &Rc<Object<'a>>,
        indent: &str,
        path: &[String],
        outer: &str,
        (open, close): (&str, &str),
    ) -> Result<String> {
        let line = if table.names(false).is_empty() { "" } else { "\n" };
        let inner = self.toml_table(table, indent, path, &format!("{outer}{indent}"))?;
        Ok(format!("{outer}{open}{}{close}{line}{inner}", path.join(".")))
    }

    fn toml_array(&mut self, list: &List<'a>, indent: &str, path: &[String], outer: &str) -> Result<String> {
        let mut sections = Vec::new();
        for item in list.items() {
            if let Value::Object(table) = self.force(&item)? {
                sections.push(self.toml_section(&table, indent, path, outer, ("[[", "]]"))?);
            }
        }
        Ok(sections.join("\n\n"))
    }

    fn toml_value(&mut self, value: &Value<'a>, indent: &str, inline: bool, outer: &str) -> Result<String> {
        self.spend_on_text((1 + outer.len() + indent.len()).saturating_mul(size(value)))?;
        Ok(match value {
            Value::Null => return Err(other("TOML has no null")),
            Value::Function(_) => return Err(wrong("a function has no TOML")),
            Value::Bool(value) => value.to_string(),
            Value::Number(number) => number::long(*number),
            Value::Text(text) => quoted(text),
            Value::List(list) if list.len() == 0 => "[]".to_owned(),
            Value::List(list) if list.len() > MAX_TOML_ITEMS => {
                return Err(too_long());
            }
            Value::List(list) => {
                let (inner, between) = if inline { (String::new(), " ") } else { (format!("{outer}{indent}"), "\n") };
                let mut parts = Vec::new();
                for item in list.items() {
                    let item = self.force(&item)?;
                    let written = self.framed(|machine| machine.toml_value(&item, indent, true, ""))?;
                    self.spend_on_text(written.len())?;
                    parts.push(format!("{inner}{written}"));
                }
                let before_end = if inline { outer } else { "" };
                format!("[{between}{}{between}{before_end}]", parts.join(&format!(",{between}")))
            }
            Value::Object(object) => {
                let mut parts = Vec::new();
                for name in object.names(false) {
                    let field = self.field(object, &name, object.layers.len())?;
                    let written = self.framed(|machine| machine.toml_value(&field, indent, true, ""))?;
                    self.spend_on_text(written.len())?;
                    parts.push(format!("{} = {written}", toml_key(&name)));
                }
                format!("{{ {} }}", parts.join(", "))
            }
        })
    }
}

fn toml_key(name: &str) -> String {
    let is_bare = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    match name {
        "" => "''".to_owned(),
        name if name.chars().all(is_bare) => name.to_owned(),
        name => quoted(name),
    }
}

/// YAML, as `std.manifestYamlDoc` writes it from 0.21 on; what fails below a field is swallowed.
impl<'a> Machine<'a> {
    pub(super) fn manifest_yaml_doc(&mut self, args: &Args<'_, 'a>) -> Result<Value<'a>> {
        let flag = |index: usize, default: bool| match args.values.get(index) {
            Some(Some(_)) => args.boolean(index),
            _ => Ok(default),
        };
        let (indented, quotes) = (flag(1, false)?, flag(2, true)?);
        let mut out = String::new();
        self.yaml(args.get(0)?, "", (indented, quotes), &mut out)?;
        Ok(Value::text(&out))
    }

    fn yaml(&mut self, value: &Value<'a>, indent: &str, flags: (bool, bool), out: &mut String) -> Result<()> {
        self.spend_on_text((1 + indent.len()).saturating_mul(size(value)))?;
        match value {
            Value::Null => out.push_str("null"),
            Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Value::Number(number) => out.push_str(&number::short(*number)),
            Value::Function(_) => {}
            Value::Text(text) => out.push_str(&yaml_text(text, indent)),
            Value::List(list) if list.len() == 0 => out.push_str("[]"),
            Value::List(list) => {
                for (index, item) in list.items().iter().enumerate() {
                    if index > 0 {
                        out.push('\n');
                        out.push_str(indent);
                    }
                    let item = self.force(item)?;
                    out.push('-');
                    let is_list = matches!(&item, Value::List(list) if list.len() > 0);
                    out.push_str(&if is_list { format!("\n{indent}  ") } else { " ".to_owned() });
                    let deeper = matches!(item, Value::List(_) | Value::Object(_));
                    let inner = if deeper { format!("{indent}  ") } else { indent.to_owned() };
                    self.framed(|machine| machine.yaml(&item, &inner, flags, out))?;
                }
            }
            Value::Object(object) => {
                let names = object.names(false);
                if names.is_empty() {
                    out.push_str("{}");
                }
                for (index, name) in names.iter().enumerate() {
                    let field = self.field(object, name, object.layers.len())?;
                    if index > 0 {
                        out.push('\n');
                        out.push_str(indent);
                    }
                    out.push_str(&if flags.1 || !yaml_is_bare(name) { quoted(name) } else { name.to_string() });
                    out.push(':');
                    let mut inner = indent.to_owned();
                    match &field {
                        Value::List(list) if list.len() > 0 => {
                            inner.push_str(if flags.0 { "  " } else { "" });
                            out.push_str(&format!("\n{inner}"));
                        }
                        Value::Object(object) if !object.names(false).is_empty() => {
                            inner.push_str("  ");
                            out.push_str(&format!("\n{inner}"));
                        }
                        _ => out.push(' '),
                    }
                    _ = self.framed(|machine| machine.yaml(&field, &inner, flags, out));
                }
            }
        }
        Ok(())
    }
}

fn yaml_text(text: &str, indent: &str) -> String {
    match text.strip_suffix('\n') {
        Some(lines) => {
            let lines = lines.split('\n').map(|line| format!("\n{indent}  {line}"));
            format!("|{}", lines.collect::<String>())
        }
        None => quoted(text),
    }
}

/// Whether a key needs no quotes.
fn yaml_is_bare(name: &str) -> bool {
    const RESERVED: &[&str] = &[
        "true", "false", "yes", "no", "on", "off", "y", "n", ".nan", "-.inf", "+.inf", ".inf", "null", "-", "---", "''",
    ];
    let is_safe = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '/' | '.');
    let digits = |text: &str| text.chars().all(|letter| letter.is_ascii_digit());
    let is_date = || {
        let parts: Vec<&str> = name.split('-').collect();
        parts.len() == 3 && parts.iter().all(|part| digits(part))
    };
    let unsigned = name.trim_start_matches(['-', '+']);
    let is_binary = || {
        let rest = unsigned.strip_prefix("0b");
        rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(|letter| matches!(letter, '0' | '1' | '_')))
    };
    let is_hexadecimal = || {
        name.match_indices("0x").any(|(at, _)| {
            let next = name.get(at + 2..).and_then(|rest| rest.chars().next());
            next.is_some_and(|letter| letter.is_ascii_hexdigit() || letter == '_')
        })
    };
    let is_number = || {
        let is_word = name.chars().any(|letter| letter.is_ascii_alphabetic() && !matches!(letter, 'e' | 'E'));
        name.parse::<f64>().is_ok() && !is_word
            || matches!(unsigned.to_ascii_lowercase().as_str(), "inf" | "infinity" | "nan")
    };
    !name.is_empty()
        && name.chars().all(is_safe)
        && !RESERVED.iter().any(|word| word.eq_ignore_ascii_case(name))
        && !is_date()
        && !is_binary()
        && !is_hexadecimal()
        && !is_number()
}
