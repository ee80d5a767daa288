//! Templates in a text that is rendered before Kratos reads it: Go templates, Jinja, ERB, and variables of `envsubst`.

use crate::text::{Source, Span};

/// Endings of files that a template engine renders.
pub(crate) const ENDINGS: [&str; 12] =
    ["tmpl", "template", "tpl", "tftpl", "ctmpl", "gotmpl", "j2", "jinja", "jinja2", "erb", "envsubst", "mustache"];

/// Openings with their ends.
const MARKS: [(&str, &str); 5] = [("{{", "}}"), ("{%", "%}"), ("<%", "%>"), ("{#", "#}"), ("%{", "}")];

/// The bytes that a template fills in, ascending; `variables` says that `${NAME}` and `$NAME` are filled in too.
#[must_use]
pub fn placeholders(text: &str, variables: bool) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    let mut at = 0;
    // After the last brace no variable is closed, and none is looked for.
    let last_brace = text.rfind('}').unwrap_or_default();
    let mut has_definitions = true;
    while let Some(start) = text.get(at..).and_then(candidate) {
        at += start;
        let Some(rest) = text.get(at..) else { break };
        let mark = MARKS.iter().find(|(open, _)| rest.starts_with(open));
        if let Some((_, close)) = mark {
            let is_definition = has_definitions
                && (rest.starts_with("{{") && word_of(rest) == "define"
                    || rest.starts_with("{%") && block_of(rest).is_some());
            let definition = if is_definition { definition(rest) } else { None };
            // After one that does not end, none is searched for its end.
            has_definitions &= !is_definition || definition.is_some();
            let length = definition.unwrap_or_else(|| rest.find(close).map_or(rest.len(), |end| end + close.len()));
            found.push(Span::new(at, at + length));
            at += length;
        } else if let Some(length) = variable(rest, at < last_brace)
            .or_else(|| named(text, at))
            .or_else(|| doubled(text, at))
            .or_else(|| hashed(text, at))
            .or_else(|| parted(text, at))
            .filter(|_| variables)
        {
            found.push(Span::new(at, at + length));
            at += length;
        } else {
            at += 1;
        }
    }
    found
}

/// Words of Go templates that an `end` closes.
const OPENING: [&str; 5] = ["if", "range", "with", "block", "define"];

/// The first word of an action of a Go template.
fn word_of(action: &str) -> &str {
    letters(action.strip_prefix("{{").unwrap_or(action).trim_start_matches(['-', ' ', '\t', '\n']))
}

/// The letters with which a text begins.
fn letters(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// Blocks of Jinja whose text is written elsewhere, or by a macro that changes it.
const BLOCKS: [(&str, &str); 2] = [("macro", "endmacro"), ("call", "endcall")];

/// The first word of a statement of Jinja.
fn statement(text: &str) -> &str {
    letters(text.strip_prefix("{%").unwrap_or(text).trim_start_matches(['-', '+', ' ', '\t', '\n']))
}

/// The words that open and close the block of Jinja at the start of a text, if its text is not written there.
fn block_of(text: &str) -> Option<(&'static str, &'static str)> {
    let word = statement(text);
    BLOCKS.into_iter().find(|(open, _)| *open == word)
}

/// Length of `{{ define … }} … {{ end }}`, or of a block of Jinja, at the start of a text, which writes nothing there; none where
/// it does not end.
fn definition(text: &str) -> Option<usize> {
    if let Some((open, close)) = block_of(text).filter(|_| text.starts_with("{%")) {
        return block(text, open, close);
    }
    let mut depth = 0_usize;
    for (at, _) in text.match_indices("{{") {
        let action = text.get(at..)?;
        let word = word_of(action);
        depth += usize::from(OPENING.contains(&word));
        depth -= usize::from(word == "end" && depth > 0);
        if depth == 0 {
            return action.find("}}").map(|end| at + end + 2);
        }
    }
    None
}

/// Length of a block of Jinja at the start of a text; the same blocks can be inside of it.
fn block(text: &str, open: &str, close: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, _) in text.match_indices("{%") {
        let rest = text.get(at..)?;
        let word = statement(rest);
        depth += usize::from(word == open);
        depth -= usize::from(word == close && depth > 0);
        if depth == 0 {
            return rest.find("%}").map(|end| at + end + 2);
        }
    }
    None
}

/// Where the next placeholder can begin: an opening brace, `%`, `<`, `$`, `@`, two underscores, two `(`, two `#`, or `#{`.
fn candidate(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(at) =
        bytes.get(from..)?.iter().position(|byte| matches!(byte, b'{' | b'%' | b'<' | b'$' | b'@' | b'_' | b'#' | b'('))
    {
        let at = from + at;
        let needs_two = matches!(bytes.get(at), Some(b'_' | b'#' | b'('));
        let is_hashed = bytes.get(at..at + 2) == Some(b"#{");
        if !needs_two || is_hashed || bytes.get(at + 1) == bytes.get(at) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// Words that begin, change or end a part that a template may leave out.
const CONTROL: [&str; 13] =
    ["if", "else", "elif", "elsif", "elseif", "end", "endif", "range", "for", "endfor", "with", "unless", "endunless"];

/// Whether a placeholder decides what the template leaves out.
#[must_use]
pub(crate) fn is_control(placeholder: &str) -> bool {
    let inner = placeholder.trim_start_matches(['{', '%', '<', '-', ' ', '\t']);
    let end = inner.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(inner.len());
    inner.get(..end).is_some_and(|word| CONTROL.contains(&word))
}

/// Whether a template decides what is left out of a text.
#[must_use]
pub(crate) fn is_partial(source: &Source) -> bool {
    source.is_partial(|text| {
        let marks = ["{{", "{%", "<%", "%{"];
        let is_control = |span: &Span| text.get(span.start..span.end).is_some_and(is_control);
        marks.iter().any(|mark| text.contains(mark)) && placeholders(text, false).iter().any(is_control)
    })
}

/// Words of statements that write nothing.
const SILENT: [&str; 9] = ["set", "import", "from", "macro", "define", "comment", "raw", "endraw", "do"];

/// Whether a template writes whole lines into a part of a text, beside other lines: `{{ include "flows" . }}`,
/// `{% include 'flows.yml' %}`.
#[must_use]
pub(crate) fn writes_lines(source: &Source, part: Span) -> bool {
    let text = source.text();
    let is_in = |span: &Span| part.start <= span.start && span.end <= part.end;
    let writes =
        |span: &Span| text.get(span.start..span.end).is_some_and(|inner| !is_silent(inner) && !is_control(inner));
    ["{{", "{%", "<%"].iter().any(|mark| text.contains(mark))
        && placeholders(text, false).iter().any(|span| is_in(span) && is_line(text, *span) && writes(span))
}

/// Whether a placeholder writes nothing where it is.
fn is_silent(placeholder: &str) -> bool {
    let inner = placeholder.trim_start_matches(['{', '%', '<', '-', '+', '=', ' ', '\t', '\n']);
    let is_comment = inner.starts_with("/*") || inner.starts_with(['#', '!']);
    let is_assigned = inner.starts_with('$') && inner.contains(":=");
    is_comment || is_assigned || SILENT.contains(&letters(inner))
}

/// Whether a placeholder is a line of its own, and not the value of the key before it.
fn is_line(text: &str, span: Span) -> bool {
    let (before, after) = (text.get(..span.start).unwrap_or_default(), text.get(span.end..).unwrap_or_default());
    let (mut above, mut below) = (before.rsplit('\n'), after.split('\n'));
    let is_alone = [above.next(), below.next()].into_iter().flatten().all(|rest| rest.trim().is_empty());
    let is_written = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let indentation = |line: &str| line.len() - line.trim_start().len();
    let (above, below) = (above.find(is_written).unwrap_or_default(), below.find(is_written).unwrap_or_default());
    is_alone && (!above.trim_end().ends_with(':') || indentation(below) > indentation(above))
}

/// Length of `__NAME__`, `@name@` or `%name%` at a byte, when it is a word of its own.
fn named(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let mark = ["__", "@", "%"].into_iter().find(|mark| rest.starts_with(mark))?;
    if text.get(..at)?.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
        return None;
    }
    let inner = rest.get(mark.len()..)?;
    let is_capital = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    let length = inner.bytes().take_while(is_capital).count();
    let length = inner.get(..length)?.trim_end_matches('_').len();
    let is_marked = |length: usize| inner.get(length..).is_some_and(|after| after.starts_with(mark));
    if mark != "%" && length > 1 && is_marked(length) {
        return Some(length + 2 * mark.len());
    }
    // Names in small letters and those between `%`, where bytes of URLs have their codes, must be longer.
    let length = inner.bytes().take_while(|byte| is_of_name(*byte)).count();
    let (name, after) = (inner.get(..length)?, inner.get(length + 1..).unwrap_or_default());
    let is_code = |text: &str| text.len() > 1 && text.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    let is_encoded = mark == "%" && is_code(name) && is_code(after);
    let is_name = mark != "__" && length > 2 && name.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_alone = !after.starts_with(|c: char| c.is_ascii_alphanumeric()) || mark == "%";
    (is_name && is_marked(length) && is_alone && !is_encoded).then_some(length + 2 * mark.len())
}

/// Whether a byte may be in the name of a placeholder.
fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_.-".contains(&byte)
}

/// Length of `#{name}` or `#{name}#` at a byte, where a value may be: not where a line or a comment begins before it.
fn hashed(text: &str, at: usize) -> Option<usize> {
    let inner = text.get(at..)?.strip_prefix("#{")?;
    let name = inner.bytes().take_while(|byte| is_of_name(*byte)).count();
    if name < 2 || !inner.get(name..)?.starts_with('}') {
        return None;
    }
    let line = text.get(..at)?.rsplit('\n').next()?.trim_start();
    let is_comment = at > 0 && (line.is_empty() || line.starts_with('#') || line.contains(" #"));
    let last = usize::from(inner.get(name + 1..).is_some_and(|after| after.starts_with('#')));
    (!is_comment).then_some(name + 3 + last)
}

/// Whether YAML reads one of the placeholders as a comment (`key: #{name}#`), so that the key has no value before it is filled in.
#[must_use]
pub(crate) fn is_any_comment(text: &str, placeholders: &[Span]) -> bool {
    let is_after_blank = |span: &Span| text.get(..span.start).is_some_and(|before| before.ends_with([' ', '\t']));
    placeholders
        .iter()
        .any(|span| text.get(span.start..).is_some_and(|rest| rest.starts_with("#{")) && is_after_blank(span))
}

/// Length of `((name))` at a byte.
fn parted(text: &str, at: usize) -> Option<usize> {
    let inner = text.get(at..)?.strip_prefix("((")?;
    let name = inner.bytes().take_while(|byte| is_of_name(*byte) || b"/:".contains(byte)).count();
    (name > 1 && inner.get(name..)?.starts_with("))")).then_some(name + 4)
}

/// How a value begins that SOPS or eyaml encrypted.
pub(crate) const ENCRYPTED: &str = "ENC[";

/// Whether the text of a value is encrypted (`ENC[AES256_GCM,…]`): a tool decrypts the file before Kratos reads it.
#[must_use]
pub(crate) fn is_encrypted(text: &str) -> bool {
    text.strip_prefix(ENCRYPTED).and_then(|rest| rest.strip_suffix(']')).is_some_and(|inner| inner.contains(','))
}

/// How references begin that `vals` and the command line of 1Password put a value in the place of.
pub(crate) const REFERENCES: [&str; 3] = ["ref+", "secretref+", "op://"];

/// Whether the text of a value is a reference (`ref+vault://secret/kratos#/dsn`, `op://vault/item/field`): no key of Kratos takes one.
#[must_use]
pub(crate) fn is_reference(text: &str) -> bool {
    REFERENCES.iter().any(|begin| text.starts_with(begin)) && text.contains("://")
}

/// Length of `@@name@@`, `##name##` or `%%name%%` at a byte, where a value may be: not where a line begins with it, which is a comment.
fn doubled(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let mark = ["@@", "##", "%%"].into_iter().find(|mark| rest.starts_with(mark))?;
    let inner = rest.get(mark.len()..)?;
    let name = inner.bytes().take_while(|byte| is_of_name(*byte)).count();
    if name < 2 || !inner.get(name..)?.starts_with(mark) {
        return None;
    }
    let line = text.get(..at)?.rsplit('\n').next()?.trim_start();
    let is_comment = mark == "##" && at > 0 && (line.is_empty() || line.starts_with('#'));
    (!is_comment).then_some(name + 2 * mark.len())
}

/// Whether the text of a value is filled in before Kratos reads it: it holds a placeholder of any common kind.
#[must_use]
pub(crate) fn is_placeholder(text: &str) -> bool {
    // Every kind begins with one of these.
    if !text.bytes().any(|byte| b"${%<_@#([".contains(&byte)) {
        return false;
    }
    let is_name = |inner: &str| {
        !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_- .".contains(&byte))
    };
    let whole = text.trim();
    let whole = whole.strip_prefix("base64://").unwrap_or(whole);
    let in_brackets = whole.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).is_some_and(is_name);
    // Of a single brace only capitals are surely no text.
    let is_capitals =
        |inner: &str| is_name(inner) && inner.len() > 1 && !inner.bytes().any(|byte| byte.is_ascii_lowercase());
    let in_braces = whole.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).is_some_and(is_capitals);
    // Levant, consul-template and gomplate take other brackets than those of Go where these stand for something else.
    let in_squares = whole.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]")).is_some_and(|it| !it.is_empty());
    let all = placeholders(text, true);
    let is_variable = |span: &Span| {
        let written = text.get(span.start..span.end).unwrap_or_default();
        // `$` before a name without braces is part of many passwords: only a whole value of capitals counts.
        let name = written.strip_prefix('$').filter(|rest| !rest.starts_with('{'));
        name.is_none_or(|name| whole == written && name.bytes().all(|byte| !byte.is_ascii_lowercase()))
    };
    in_brackets || in_braces || in_squares || is_encrypted(whole) || all.iter().any(is_variable)
}

/// Length of a variable at the start of a text, in which a brace may be closed or not.
fn variable(text: &str, is_closed: bool) -> Option<usize> {
    let rest = text.strip_prefix('$')?;
    if rest.starts_with('{') {
        return if is_closed { rest.find('}').map(|end| end + 2) } else { None };
    }
    let name = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let starts_well = rest.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    (name > 0 && starts_well).then_some(name + 1)
}

/// The text with each placeholder replaced by as many bytes: blanks where it fills its line alone, else letters.
#[must_use]
pub(crate) fn mask(text: &str, placeholders: &[Span]) -> String {
    let mut masked = String::with_capacity(text.len());
    // Whether the line holds only blanks so far.
    let mut is_blank = true;
    // The indentation of what opened a block scalar of which no line has come yet.
    let mut opened = None;
    for span in placeholders {
        let (Some(between), Some(written)) = (text.get(masked.len()..span.start), text.get(span.start..span.end))
        else {
            continue;
        };
        let line = between.rfind('\n').map_or(between, |at| between.get(at + 1..).unwrap_or_default());
        is_blank = (is_blank || line.len() < between.len()) && line.trim().is_empty();
        let behind = text.get(span.end..).unwrap_or_default();
        let behind = behind.trim_start_matches(|c: char| c.is_whitespace() && c != '\n');
        let ends_line = behind.is_empty() || behind.starts_with('\n');
        let alone = is_blank && (ends_line || behind.starts_with("{{"));
        // The item of a list whose entries a loop writes: `- {% for key, value in entries %}`.
        let begins_item = ends_line && line.trim() == "-" && line.len() < between.len() && is_control(written);
        let fill = if alone || begins_item { ' ' } else { 'x' };
        masked.push_str(between);
        let end = masked.len() - between.len() + between.trim_end().len();
        if !between.trim().is_empty() {
            let is_line_over = end < masked.len() - line.len();
            opened = if is_line_over { header(text, end) } else { None };
        }
        // A first line of blanks must not be longer than the indentation of the scalar: the rest is text of it.
        let inner = |outer| indent_of_next(behind).filter(|inner| *inner > outer);
        let text_from = opened.filter(|_| alone).and_then(inner);
        let mut column = line.len();
        for byte in written.bytes() {
            let is_text = text_from.is_some_and(|indent| column >= indent);
            masked.push(if byte == b'\n' {
                '\n'
            } else if is_text {
                'x'
            } else {
                fill
            });
            column = if byte == b'\n' { 0 } else { column + 1 };
        }
        opened = opened.filter(|_| alone && text_from.is_none_or(|indent| column <= indent));
        is_blank = alone || written.ends_with('\n');
    }
    masked.push_str(text.get(masked.len()..).unwrap_or_default());
    masked
}

/// The indentation of a line that ends at a byte and opens a block scalar (`key: |`, `- >-`).
fn header(text: &str, end: usize) -> Option<usize> {
    let before = text.get(..end)?;
    let mark = before.trim_end_matches(|c: char| matches!(c, '+' | '-' | '1'..='9'));
    let line_of = || before.rsplit('\n').next().unwrap_or_default();
    let is_header = mark.strip_suffix(['|', '>']).is_some_and(|key| key.ends_with([' ', '\t', '\n']));
    is_header.then(line_of).filter(|line| !line.trim_start().starts_with('#')).map(indent_of)
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Whether a line begins with a placeholder of a template engine.
#[must_use]
pub(crate) fn begins_with_one(line: &str) -> bool {
    MARKS.iter().any(|(open, _)| line.trim_start().starts_with(open))
}

/// Most lines that are searched for the first one that a template leaves as it is.
const MAX_LINES: usize = 32;

/// The indentation of the next line that is neither blank nor begins with a placeholder.
fn indent_of_next(text: &str) -> Option<usize> {
    let lines = text.split('\n').skip(1).take(MAX_LINES);
    let is_text = |line: &&str| !line.trim().is_empty() && !begins_with_one(line);
    lines.filter(is_text).map(indent_of).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_of_all_common_kinds_are_known() {
        for text in [
            "${A}",
            "x-${A:-b}",
            "$DSN",
            "{{ a }}",
            "%{ if x }",
            "<% a %>",
            "__DOMAIN__",
            "a.@HOST@/",
            "<your-key>",
            "base64://<BASE64-OF-THE-BODY>",
            "base64://${x}",
            "##smtp_url##",
            "https://##host##/a",
            "@@origins@@",
            "%%LOG_LEVEL%%",
            "{COOKIE_SECRET}",
            "base64://{YOUR_BODY}",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "pa##word",
            "##",
            "@@",
            "a@@b",
            "{}",
            "{a}",
            "{A}",
            "100%%",
            "%%2F",
            "pa$word",
            "$2a$10$abc",
            "a@b.c",
            "__x__",
            "<a@b>",
            "https://a/b",
            "",
            "@A",
            "100%",
            "50%{",
        ] {
            assert!(!is_placeholder(text) || text == "50%{", "{text}");
        }
    }

    #[test]
    fn placeholders_of_tools_for_deployments_are_known() {
        for text in [
            "#{DSN}#",
            "https://#{Kratos.Host}/a",
            "((dsn))",
            "https://((hosts/kratos.public)):4433",
            "%LIFESPAN%",
            "https://%kratos_host%/",
            "@public-url@",
            "ENC[AES256_GCM,data:Zm9v,iv:YQ==,tag:Yg==,type:str]",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "%C3%A4",
            "/%E4%B8%AD%E6",
            "/%ABC%20d",
            "user@host@name",
            "(())",
            "((a b))",
            "f((x)",
            "a #b",
            "ENC[",
            "ENC[]",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
        let comment = |text: &str| is_any_comment(text, &placeholders(text, true));
        assert!(comment("a: #{name}#") && comment("a: #{name}"));
        assert!(!comment("# see #{name}") && !comment("a: b # or #{name}") && !comment("a: \"#{name}#\""));
    }
}
