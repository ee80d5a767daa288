//! Texts with places to fill in, for clients that know snippets and for those that do not.

/// A part of a text.
#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    /// A place to fill in, with what is there at first.
    Place(String),
    /// A choice; the first is there at first.
    Choice(Vec<String>),
}

/// A text with places to fill in. Its lines are indented relative to the line in which it begins.
#[derive(Clone, Debug, Default)]
pub(super) struct Snippet(Vec<Piece>);

impl Snippet {
    /// A plain text.
    pub(super) fn of(text: impl Into<String>) -> Snippet {
        Snippet(vec![Piece::Text(text.into())])
    }

    /// Adds a text.
    pub(super) fn text(&mut self, text: impl Into<String>) {
        self.0.push(Piece::Text(text.into()));
    }

    /// Adds a line break and so many blanks.
    pub(super) fn line(&mut self, indent: usize) {
        self.text(format!("\n{}", " ".repeat(indent)));
    }

    /// Adds a place to fill in.
    pub(super) fn place(&mut self, default: impl Into<String>) {
        self.0.push(Piece::Place(default.into()));
    }

    /// Adds a choice.
    pub(super) fn choice(&mut self, words: impl IntoIterator<Item = impl Into<String>>) {
        self.0.push(Piece::Choice(words.into_iter().map(Into::into).collect()));
    }

    /// Takes blanks, line breaks and a mark from its start.
    pub(super) fn trim_start(&mut self, mark: &str) {
        for piece in &mut self.0 {
            let Piece::Text(text) = piece else { return };
            let rest = text.trim_start();
            *text = rest.strip_prefix(mark).unwrap_or(rest).to_owned();
            if !text.is_empty() {
                return;
            }
        }
    }

    /// The same in double quotes, unless it is in quotes already.
    pub(super) fn in_quotes(self) -> Snippet {
        let plain = self.plain("");
        if plain.starts_with(['"', '\'']) {
            return self;
        }
        let mut quoted = Snippet::of("\"");
        quoted.append(self);
        quoted.text("\"");
        quoted
    }

    /// The same with another text at the place that has this one.
    pub(super) fn with_place(self, old: &str, new: &str) -> Snippet {
        self.with_places(&|text| (text == old).then(|| new.to_owned()))
    }

    /// The same with other texts at the places for which there is one.
    pub(super) fn with_places(mut self, other: &dyn Fn(&str) -> Option<String>) -> Snippet {
        for piece in &mut self.0 {
            if let Piece::Place(text) = piece
                && let Some(new) = other(text)
            {
                *text = new;
            }
        }
        self
    }

    /// Adds another one.
    pub(super) fn append(&mut self, other: Snippet) {
        self.0.extend(other.0);
    }

    /// The text as it is at first, each line after the first indented by `indent`.
    pub(super) fn plain(&self, indent: &str) -> String {
        let part = |piece: &Piece| match piece {
            Piece::Text(text) | Piece::Place(text) => text.clone(),
            Piece::Choice(words) => words.first().cloned().unwrap_or_default(),
        };
        self.0.iter().map(part).collect::<String>().replace('\n', &format!("\n{indent}"))
    }

    /// The text in the syntax of snippets.
    pub(super) fn snippet(&self) -> String {
        let mut out = String::new();
        let mut number = 0;
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(&escaped(text)),
                Piece::Place(default) => {
                    number += 1;
                    out.push_str(&format!("${{{number}:{}}}", escaped(default)));
                }
                Piece::Choice(words) => {
                    number += 1;
                    let words: Vec<String> =
                        words.iter().map(|word| escaped(word).replace(',', "\\,").replace('|', "\\|")).collect();
                    out.push_str(&format!("${{{number}|{}|}}", words.join(",")));
                }
            }
        }
        out
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}

#[cfg(test)]
mod tests {
    use super::Snippet;

    #[test]
    fn both_forms() {
        let mut snippet = Snippet::of("a: ");
        snippet.place("$x}");
        snippet.line(2);
        snippet.choice(["one", "t,wo"]);
        assert_eq!(snippet.plain("    "), "a: $x}\n      one");
        assert_eq!(snippet.snippet(), "a: ${1:\\$x\\}}\n  ${2|one,t\\,wo|}");
    }
}
