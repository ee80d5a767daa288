//! What is said of a configuration, without its secrets.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

use crate::diagnostic::Diagnostic;
use crate::kratos::secrets::{self, Secrets, SheetKind};
use crate::rules;

/// Whether a word is on a page of our own: it tells nothing of anybody.
#[must_use]
pub(crate) fn is_public(word: &str) -> bool {
    static WORDS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let pages = || rules::ALL.iter().flat_map(|rule| [rule.name, rule.summary, rule.docs]);
    WORDS.get_or_init(|| secrets::names_of(pages())).contains(word)
}

/// Hides secrets in all texts of the findings. `unit` is the path of the configuration, if it has a file of its own.
pub(super) fn hide(unit: Option<&str>, secrets: &mut Secrets, diagnostics: &mut [Diagnostic]) {
    let mut seen = BTreeSet::new();
    for found in diagnostics.iter() {
        let source = found.place.in_file().source;
        let is_other = SheetKind::of(&source, unit == Some(source.path())).is_closed();
        // A file that is no schema and no body, whatever refers to it: nothing of it is said.
        if is_other && seen.insert(source.path().to_owned()) {
            source
                .text()
                .lines()
                .for_each(|line| secrets.add_words(line.split_once('=').map_or(line, |(_, value)| value)));
        }
    }
    // Many findings of a rule say and advise the same.
    let mut known: HashMap<String, String> = HashMap::new();
    for found in diagnostics {
        let mut hide = |text: &mut String| {
            let hidden = known.get(text.as_str()).cloned();
            let hidden = hidden.unwrap_or_else(|| secrets.sentence(text, &is_public));
            let written = std::mem::replace(text, hidden.clone());
            known.insert(written, hidden);
        };
        hide(&mut found.message);
        found.help.as_mut().map(&mut hide);
        found.pointer.as_mut().map(&mut hide);
        found.labels.iter_mut().for_each(|label| hide(&mut label.text));
        for fix in &mut found.fixes {
            hide(&mut fix.title);
            fix.hidden = !fix.edits.iter().all(|edit| secrets.is_clean(&edit.text, &is_public));
        }
    }
}
