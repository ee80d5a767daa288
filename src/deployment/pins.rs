//! Releases that files give to names: what a tag with a placeholder means where no reader knows the tool that fills it in. `tag:
//! v1.3.1` below `kratos:`, `variable "kratos_version" { default = … }`, `KRATOS_VERSION: {sh: cat .kratos-version}`.

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::reading::Reading;
use super::release;
use crate::disk::plain;
use crate::text::{Place, Source, Span};

/// Longest line that is read, and most parts of one.
const MAX_LINE: usize = 1_000;
const MAX_PARTS: usize = 32;

/// Most values that are kept of one name, and of all.
const MAX_SAME: usize = 16;
const MAX_VALUES: usize = 20_000;

/// Most tags for which all files are looked through, and most that are looked for at all.
const MAX_SEARCHED: usize = 8;
const MAX_ASKED: usize = 64;

/// Most names that are followed for all of them: each of several values of a name may stand for another name with as many.
const MAX_FOLLOWED: usize = 2_000;

/// How often a name may stand for another one.
const MAX_NAMES: usize = 4;

/// Keys that say what the name around them is by default.
const OF_NAME: [&str; 5] = ["default", "defaultvalue", "value", "sh", "run"];

/// What the files of a project give to names.
pub(super) struct Pins<'s> {
    reading: &'s Reading<'s>,
    root: &'s Path,
    files: Vec<&'s Arc<Source>>,
    values: OnceCell<HashMap<String, Vec<Value<'s>>>>,
    searched: Cell<usize>,
    asked: Cell<usize>,
    followed: Cell<usize>,
}

/// What one line gives to a name.
struct Value<'s> {
    file: &'s Arc<Source>,
    /// Whether the name, or one around it, is that of Kratos.
    is_of_kratos: bool,
    text: Text<'s>,
    place: Span,
}

enum Text<'s> {
    Release(String),
    /// The names of what it is taken from: `var.kratos_version`.
    Name(&'s str),
}

/// A release with the place that names it.
pub(super) type Pin = (String, Place);

impl<'s> Pins<'s> {
    pub(super) fn of(reading: &'s Reading<'s>, root: &'s Path, files: Vec<&'s Arc<Source>>) -> Pins<'s> {
        Pins {
            reading,
            root,
            files,
            values: OnceCell::new(),
            searched: Cell::new(0),
            asked: Cell::new(0),
            followed: Cell::new(0),
        }
    }

    /// The release of a tag in a file, which begins with a placeholder: `${var.kratos_version}`, `[[ .kratos.tag ]]`. None where
    /// files say two.
    pub(super) fn tag(&self, file: &Source, tag: &str) -> Option<Pin> {
        self.asked.set(self.asked.get() + 1);
        let names = names(tag).filter(|_| self.asked.get() <= MAX_ASKED)?;
        self.find(file, names, 0)
    }

    fn find(&self, file: &Source, names: &str, depth: usize) -> Option<Pin> {
        self.followed.set(self.followed.get() + 1);
        let key = key(names.rsplit('.').next().filter(|_| self.followed.get() <= MAX_FOLLOWED)?);
        let values = self.values.get_or_init(|| self.read()).get(&key)?;
        // What is filled in as itself says nothing.
        let own: Vec<_> = values.iter().filter(|value| value.file.path() == file.path()).collect();
        if let Some(found) = self.one(&own, depth) {
            return Some(found);
        }
        if is_of_kratos(names) {
            return self.one(&values.iter().filter(|value| value.is_of_kratos).collect::<Vec<_>>(), depth);
        }
        self.searched.set(self.searched.get() + 1);
        let name = Path::new(file.path()).file_name()?.to_str().filter(|_| self.searched.get() <= MAX_SEARCHED)?;
        let naming = values.iter().filter(|value| value.file.path() != file.path() && value.file.text().contains(name));
        self.one(&naming.collect::<Vec<_>>(), depth)
    }

    /// The release that all values are.
    fn one(&self, values: &[&Value<'s>], depth: usize) -> Option<Pin> {
        let pin = |value: &&Value<'s>| match &value.text {
            Text::Release(tag) => Some((tag.clone(), Place::new(value.file, value.place))),
            Text::Name(names) if depth < MAX_NAMES && !names.contains(' ') => self.find(value.file, names, depth + 1),
            Text::Name(_) => None,
        };
        let (first, rest) = values.split_first()?;
        let first = pin(first)?;
        let named = |tag: &str| tag.trim_start_matches('v').split('-').next().map(str::to_owned);
        rest.iter().all(|value| pin(value).is_some_and(|pin| named(&pin.0) == named(&first.0))).then_some(first)
    }

    fn read(&self) -> HashMap<String, Vec<Value<'s>>> {
        let mut values: HashMap<String, Vec<Value<'s>>> = HashMap::new();
        let mut left = MAX_VALUES;
        for file in &self.files {
            // The names around a line, with how far they stand in.
            let mut around: Vec<(usize, &'s str)> = Vec::new();
            for line in 0..file.line_count() {
                let span = file.line_span(line);
                let text = file.slice(span);
                let inner = text.trim_start().trim_start_matches("- ").trim_start();
                if text.len() > MAX_LINE || inner.is_empty() || inner.starts_with(['#', '/', '*', ';']) {
                    continue;
                }
                let indent = text.len() - inner.len();
                while around.last().is_some_and(|(outer, _)| *outer >= indent) {
                    around.pop();
                }
                let outer = around.len();
                // `$(cat FILE)` is a value as a whole.
                let is_call = inner.contains("$(");
                for part in inner.split(|c: char| !is_call && "{,(;".contains(c)).take(MAX_PARTS) {
                    let Some((name, written)) = assignment(part) else { continue };
                    around.push((indent, name));
                    if let Some((name, value)) = self.value(file, &around, (span, written)).filter(|_| left > 0) {
                        let same = values.entry(key(name)).or_default();
                        if same.len() < MAX_SAME {
                            same.push(value);
                            left -= 1;
                        }
                    }
                    if !written.is_empty() {
                        around.pop();
                    }
                }
                around.truncate(outer + 1);
            }
        }
        values
    }

    /// What the innermost of the names gets.
    fn value(
        &self,
        file: &'s Arc<Source>,
        around: &[(usize, &'s str)],
        (place, written): (Span, &'s str),
    ) -> Option<(&'s str, Value<'s>)> {
        let text = self.text(file, written)?;
        let mut names = around.iter().rev().map(|(_, name)| *name);
        let own = names.next()?;
        let name = if OF_NAME.contains(&key(own).as_str()) { names.next()? } else { own };
        let is_of_kratos = is_of_kratos(name) || names.next().is_some_and(is_of_kratos);
        Some((name, Value { file, is_of_kratos, text, place }))
    }

    fn text(&self, file: &'s Source, written: &'s str) -> Option<Text<'s>> {
        let plain_text = written.trim_matches(['"', '\'', ' ']);
        let word = plain_text.get(..plain_text.find(|c: char| !is_of_word(c)).unwrap_or(plain_text.len()))?;
        if is_release(word) {
            return Some(Text::Release(word.to_owned()));
        }
        if let Some((_, rest)) = written.split_once("cat ").or_else(|| written.split_once("$(<")) {
            let path = rest.split([')', '"', '\'', '`', '|']).next()?.trim();
            let folder = Path::new(file.path()).parent()?;
            let texts = [folder, self.root].map(|folder| self.reading.read(&plain(&folder.join(path))));
            let text = texts.into_iter().flatten().find(|text| text.text().len() <= MAX_LINE)?;
            let word = text.text().trim();
            return is_release(word).then(|| Text::Release(word.to_owned()));
        }
        names(plain_text).filter(|names| names.contains('.')).map(Text::Name)
    }
}

/// Whether a character may be in a tag or a name.
fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || ".-_".contains(c)
}

fn is_of_kratos(name: &str) -> bool {
    name.to_ascii_lowercase().contains("kratos")
}

/// Whether a text is a whole release: `v1.3.1`, `1.3.1-distroless`.
fn is_release(text: &str) -> bool {
    let numbers = text.trim_start_matches('v').split(['.', '-']).take(3);
    numbers.filter(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())).count() == 3
        && release(text).is_some()
}

/// A name as it is in all spellings: `kratosVersion`, `KRATOS_VERSION`, `kratos-version`.
fn key(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The names in a placeholder with which a text begins, or in an expression: `var.kratos_version`, `.kratos.tag`.
fn names(text: &str) -> Option<&str> {
    let text = text.strip_prefix('v').filter(|rest| rest.starts_with(['$', '{', '[', '%', '@', '#'])).unwrap_or(text);
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || "${[(<%@#.".contains(c));
    let end = text.find(|c: char| !is_of_word(c)).unwrap_or(text.len());
    text.get(..end).map(|names| names.trim_matches(['.', '-'])).filter(|names| names.len() > 2)
}

/// The name and what it gets: `name = value`, `"name": value`, `export NAME=value`, `variable "name"`; no value where the next lines
/// say it.
fn assignment(part: &str) -> Option<(&str, &str)> {
    let part = part.trim();
    let is_name = |name: &str| !name.is_empty() && name.chars().all(is_of_word);
    let (before, after) = match part.find(['=', ':']) {
        Some(at) => (part.get(..at)?, part.get(at..)?.trim_start_matches([':', '=', '?'])),
        None => (part, ""),
    };
    let name = before.trim_end_matches([' ', '?', '+', '"', '\'']).rsplit([' ', '"', '\'']).next()?;
    Some((name, after.trim())).filter(|(name, _)| is_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::Disk;

    fn found(files: &[(&str, &str)], tag: &str) -> Option<String> {
        let disk = Disk::in_memory(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
        let reading = Reading::of(&disk);
        let sources: Vec<Arc<Source>> = files.iter().map(|(path, text)| Source::new(*path, *text)).collect();
        let pins = Pins::of(&reading, Path::new("/"), sources.iter().collect());
        pins.tag(&Source::new("/run/job.tpl", ""), tag).map(|(tag, _)| tag)
    }

    #[test]
    fn names_of_placeholders() {
        for (tag, expected) in [
            ("${var.kratos_version}", Some("var.kratos_version")),
            ("v{{ .Values.kratos.tag }}", Some("Values.kratos.tag")),
            ("[[ .kratos.tag ]]", Some("kratos.tag")),
            ("${{ inputs.version }}", Some("inputs.version")),
            ("$(KRATOS_TAG)", Some("KRATOS_TAG")),
            ("${}", None),
        ] {
            assert_eq!(names(tag), expected, "{tag}");
        }
    }

    #[test]
    fn releases_of_names() {
        let one = |text: &str, tag: &str| found(&[("/vars.yml", text)], tag);
        let v1 = Some("v1.1.0".to_owned());
        assert_eq!(one("kratos:\n  dsn: x\n  tag: v1.1.0\n", "[[ .kratos.tag ]]"), v1);
        assert_eq!(one("kratos: { tag: v1.1.0 }\n", "[[ .kratos.tag ]]"), v1);
        assert_eq!(
            one("variable \"kratos_version\" {\n  type = string\n  default = \"v1.1.0\"\n}\n", "${var.kratos_version}"),
            v1
        );
        assert_eq!(one("KRATOS_VERSION ?= v1.1.0 # pinned\n", "${KRATOS_VERSION}"), v1);
        assert_eq!(one("const kratosVersion = \"v1.1.0\";\n", "{{ kratos_version }}"), v1);
        for other in [
            "hydra:\n  tag: v1.1.0\n",
            "kratos:\n  tag: v1.1.0\nstage:\n  kratos:\n    tag: v1.0.0\n",
            "# kratos:\n",
            "kratos:\n  tag: \"1.1\"\n",
        ] {
            assert_eq!(one(other, "[[ .kratos.tag ]]"), None, "{other}");
        }
    }

    #[test]
    fn what_calls_a_template_fills_it_in() {
        let call = "x = templatefile(\"job.tpl\", {\n  version = var.kratos_tag\n})\nvariable \"kratos_tag\" {\n  default = \"v1.1.0\"\n}\n";
        assert_eq!(found(&[("/main.tf", call)], "${version}"), Some("v1.1.0".to_owned()));
        assert_eq!(found(&[("/main.tf", &call.replace("job.tpl", "other.tpl"))], "${version}"), None);
    }

    #[test]
    fn names_that_stand_for_many_are_given_up() {
        let lines = ["kratosa: var.kratosb", "kratosb: var.kratosc", "kratosc: var.kratosd", "kratosd: v1.1.0"];
        let paths: Vec<(String, &str)> = lines
            .iter()
            .flat_map(|line| (0..MAX_SAME).map(move |index| (format!("/{index}{line}.yml"), *line)))
            .collect();
        let files: Vec<(&str, &str)> = paths.iter().map(|(path, line)| (path.as_str(), *line)).collect();
        assert_eq!(found(&files, "[[ .kratosb ]]"), Some("v1.1.0".to_owned()));
        assert_eq!(found(&files, "[[ .kratosa ]]"), None);
    }

    #[test]
    fn files_that_hold_a_release() {
        let files = [
            ("/Taskfile.yml", "vars:\n  KRATOS_VERSION:\n    sh: cat .kratos-version\n"),
            ("/.kratos-version", "v1.1.0\n"),
        ];
        assert_eq!(found(&files, "{{.KRATOS_VERSION}}"), Some("v1.1.0".to_owned()));
        let files =
            [("/Makefile", "KRATOS_VERSION := $(shell cat .kratos-version)\n"), ("/.kratos-version", "v1.1.0\n")];
        assert_eq!(found(&files, "$(KRATOS_VERSION)"), Some("v1.1.0".to_owned()));
    }
}
