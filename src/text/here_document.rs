//! Here-documents of shells, Dockerfiles, Terraform and Nomad: texts that a file holds for another one.

use std::sync::Arc;

use super::{Piece, Source, Span};

/// A here-document.
#[derive(Clone, Debug)]
pub(crate) struct HereDocument {
    /// The line that opens it.
    pub head: Span,
    /// Its lines, with the last break.
    pub body: Span,
    /// Whether nothing is put in for `$` and backticks: the word that ends it is quoted.
    pub is_literal: bool,
    /// What is taken away at the start of its lines.
    stripped: Stripped,
}

/// What the reader of a here-document takes away at the start of each line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stripped {
    Nothing,
    /// `<<-` of shells.
    Tabs,
    /// `<<-` of Terraform and Nomad: as many blanks as the line with the fewest has.
    Blanks(usize),
}

impl Stripped {
    /// How many bytes of a line.
    fn of(self, line: &str) -> usize {
        match self {
            Stripped::Nothing => 0,
            Stripped::Tabs => line.len() - line.trim_start_matches('\t').len(),
            Stripped::Blanks(most) => blanks(line).min(most),
        }
    }
}

fn blanks(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// What opens a here-document, in the line that does.
struct Opening {
    word: String,
    is_literal: bool,
    strips_tabs: bool,
}

/// Most here-documents that one line opens; real ones open two.
const MAX_OF_LINE: usize = 16;

/// The here-documents of a text, in their order, up to one that has no end.
#[must_use]
pub(crate) fn here_documents(source: &Source) -> Vec<HereDocument> {
    let mut found = Vec::new();
    if !source.text().contains("<<") {
        return found;
    }
    let mut line = 0;
    while line < source.line_count() {
        let head = source.line_span(line);
        line += 1;
        let opened = openings(source.slice(head));
        if opened.len() > MAX_OF_LINE {
            return found;
        }
        for Opening { word, is_literal, strips_tabs } in opened {
            let start = source.line_span(line).start;
            let is_end = |line: usize| {
                let text = source.slice(source.line_span(line)).trim_end_matches(['\r', '\n']);
                (if strips_tabs { text.trim_start_matches('\t') } else { text }) == word
            };
            let Some(end) = (line..source.line_count()).find(|line| is_end(*line)) else { return found };
            let body = Span::new(start, source.line_span(end).start);
            let stripped = if strips_tabs { Stripped::Tabs } else { Stripped::Nothing };
            found.push(HereDocument { head, body, is_literal, stripped });
            line = end + 1;
        }
    }
    found
}

/// The here-documents of Terraform or Nomad, in their order, up to one that has no end. A line of blanks and the word ends one, and
/// `${…}` is always filled in.
///
/// Source: hashicorp/hcl, `hclsyntax/scan_tokens.rl` and spec.md.
#[must_use]
pub(crate) fn here_documents_of_hcl(source: &Source) -> Vec<HereDocument> {
    let mut found = Vec::new();
    let mut line = if source.text().contains("<<") { 0 } else { source.line_count() };
    while line < source.line_count() {
        let head = source.line_span(line);
        line += 1;
        let text = source.slice(head).trim();
        let is_comment = text.starts_with('#') || text.starts_with("//");
        let Some((_, after)) = text.rsplit_once("<<").filter(|_| !is_comment) else { continue };
        let word = after.trim_start_matches('-');
        if word.is_empty() || !word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
            continue;
        }
        let start = source.line_span(line).start;
        let is_end = |line: &usize| source.slice(source.line_span(*line)).trim() == word;
        let Some(end) = (line..source.line_count()).find(is_end) else { return found };
        let body = Span::new(start, source.line_span(end).start);
        let lines = source.slice(body).lines().filter(|line| !line.trim().is_empty());
        let fewest = lines.map(blanks).min().unwrap_or_default();
        let stripped = if after.starts_with('-') { Stripped::Blanks(fewest) } else { Stripped::Nothing };
        found.push(HereDocument { head, body, is_literal: false, stripped });
        line = end + 1;
    }
    found
}

/// What a line opens, outside of comments.
fn openings(line: &str) -> Vec<Opening> {
    let mut found = Vec::new();
    let mut rest = if line.trim_start().starts_with('#') { "" } else { line };
    while let Some((_, after)) = rest.split_once("<<").filter(|_| found.len() <= MAX_OF_LINE) {
        rest = after;
        // `<<<` gives a text of this line.
        if after.starts_with('<') {
            rest = after.trim_start_matches('<');
            continue;
        }
        let strips_tabs = after.starts_with('-');
        let after = after.strip_prefix('-').unwrap_or(after).trim_start_matches([' ', '\t']);
        let quote = after.chars().next().filter(|first| matches!(first, '\'' | '"' | '\\'));
        let after = quote.map_or(after, |quote| after.get(quote.len_utf8()..).unwrap_or_default());
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        let word = after.get(..end).unwrap_or_default();
        let is_closed =
            quote.is_none_or(|quote| quote == '\\' || after.get(end..).is_some_and(|rest| rest.starts_with(quote)));
        // `1 << 2` shifts a number.
        if word.starts_with(|first: char| !first.is_ascii_digit()) && is_closed {
            found.push(Opening { word: word.to_owned(), is_literal: quote.is_some(), strips_tabs });
        }
    }
    found
}

impl HereDocument {
    /// The file that the line writes its text to: `cat > FILE <<EOF`, `tee FILE <<EOF`, `COPY <<EOF FILE`. None where it adds to one,
    /// or where only the shell knows which.
    #[must_use]
    pub(crate) fn target<'s>(&self, source: &'s Source) -> Option<&'s str> {
        let line = source.slice(self.head).trim();
        let plain = |word: &'s str| {
            let word = word.trim_matches(['"', '\'']);
            let is_known = !word.is_empty() && !word.contains(['$', '`', '*', '<', '(', '|', '&']);
            is_known.then_some(word)
        };
        let words: Vec<&str> = line.split_whitespace().collect();
        let is_file = |word: &&&str| !word.contains("<<") && !word.starts_with('-');
        if words.first().is_some_and(|first| first.eq_ignore_ascii_case("copy")) {
            return plain(words.iter().skip(1).rfind(is_file)?);
        }
        if let Some(at) = words.iter().position(|word| *word == "tee") {
            let adds = words.iter().any(|word| *word == "-a" || *word == "--append");
            return if adds { None } else { plain(words.iter().skip(at + 1).find(is_file)?) };
        }
        let (_, after) = line.split_once('>').filter(|_| !line.contains(">>"))?;
        plain(after.split_whitespace().next()?)
    }

    /// The text as its reader gets it: where something is put in, only in YAML, where that is a placeholder.
    #[must_use]
    pub(crate) fn known_text(&self, source: &Arc<Source>) -> Option<Arc<Source>> {
        let is_verbatim = self.is_literal || !source.slice(self.body).contains(['$', '`', '\\']);
        let ending = |to: &str| to.rsplit_once('.').is_some_and(|(_, ending)| matches!(ending, "yml" | "yaml"));
        let is_yaml = || self.target(source).is_some_and(ending);
        (is_verbatim || is_yaml()).then(|| self.text(source))
    }

    /// The text as a source of its own.
    #[must_use]
    pub(crate) fn text(&self, source: &Arc<Source>) -> Arc<Source> {
        let body = source.slice(self.body);
        if self.stripped == Stripped::Nothing {
            let inner = Span::new(0, body.len());
            return Source::embedded(source, body, vec![Piece { inner, outer: self.body }]);
        }
        let (mut text, mut pieces) = (String::new(), Vec::new());
        let mut at = self.body.start;
        for line in body.split_inclusive('\n') {
            let written = line.get(self.stripped.of(line)..).unwrap_or_default();
            let outer = Span::new(at + line.len() - written.len(), at + line.len());
            pieces.push(Piece { inner: Span::new(text.len(), text.len() + written.len()), outer });
            text.push_str(written);
            at += line.len();
        }
        Source::embedded(source, text, pieces)
    }
}

/// The bytes of a text that a shell puts the output of commands in for: `$(…)` and `` `…` ``, ascending. One that its line does not
/// close ends there.
#[must_use]
pub(crate) fn substitutions(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let (mut start, mut depth, mut is_quoted) = (0, 0_usize, false);
    let mut before = b'\n';
    for (at, byte) in text.bytes().enumerate() {
        let is_open = depth > 0 || is_quoted;
        let closes = match byte {
            b'\n' => is_open,
            b'`' if is_quoted => true,
            b'`' if depth == 0 => {
                (start, is_quoted) = (at, true);
                false
            }
            b'(' if depth > 0 => {
                depth += 1;
                false
            }
            b'(' if before == b'$' && !is_quoted => {
                (start, depth) = (at - 1, 1);
                false
            }
            b')' if depth > 0 => {
                depth -= 1;
                depth == 0
            }
            _ => false,
        };
        if closes {
            let end = if byte == b'\n' { at } else { at + 1 };
            found.push(Span::new(start, end));
            (depth, is_quoted) = (0, false);
        }
        before = byte;
    }
    if depth > 0 || is_quoted {
        found.push(Span::new(start, text.len()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Targets and texts.
    fn read(text: &str) -> Vec<(Option<String>, String)> {
        let source = Source::new("setup.sh", text);
        let found = here_documents(&source);
        found.iter().map(|one| (one.target(&source).map(str::to_owned), one.text(&source).text().to_owned())).collect()
    }

    #[test]
    fn where_texts_go() {
        let to = |file: &str, text: &str| (Some(file.to_owned()), text.to_owned());
        assert_eq!(read("cat > a.yml <<EOF\na: 1\nEOF\necho\n"), [to("a.yml", "a: 1\n")]);
        assert_eq!(read("cat <<'E' >\"b c.yml\"\nE\n")[0].1, "");
        assert_eq!(read("sudo tee -a /etc/a <<E\nx\nE\ntee /etc/b <<E > /dev/null\ny\nE\n")[1], to("/etc/b", "y\n"));
        assert_eq!(read("\tsudo tee /etc/a.yml <<-'E'\n\ta:\n\t  b\n\tE\n"), [to("/etc/a.yml", "a:\n  b\n")]);
        assert_eq!(read("COPY --chmod=644 <<EOF /etc/a.yml\na\nEOF\n"), [to("/etc/a.yml", "a\n")]);
        assert_eq!(
            read("cat >> a <<E\nx\nE\nkubectl apply -f - <<E\ny\nE\ncat > $F <<E\nz\nE\n")
                .iter()
                .filter(|one| one.0.is_some())
                .count(),
            0
        );
    }

    #[test]
    fn texts_of_terraform() {
        let source = Source::new(
            "main.tf",
            "# x = <<A\na = <<-EOT\n    b: 1\n\n      c: 2\n  EOT\nd = [<<E\n  e\n E\n]\nf = 1 << 2\n",
        );
        let texts: Vec<String> =
            here_documents_of_hcl(&source).iter().map(|one| one.text(&source).text().to_owned()).collect();
        assert_eq!(texts, ["b: 1\n\n  c: 2\n", "  e\n"]);
    }

    #[test]
    fn what_opens_none() {
        for text in
            ["# cat > a <<E\na\nE\n", "echo $((1 << 2))\na\n2\n", "cat <<< E\nE\n", "cat > a <<E\na\n", "cat <<'E\nE\n"]
        {
            assert!(read(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_commands_fill_in() {
        let of = |text: &str| -> Vec<String> {
            substitutions(text).iter().map(|span| text[span.start..span.end].to_owned()).collect()
        };
        assert_eq!(of("a: $(b $(c) d)\ne: `f`\ng: (h)\n"), ["$(b $(c) d)", "`f`"]);
        assert_eq!(of("a: $(b\nc: `d\n$("), ["$(b", "`d", "$("]);
    }
}
