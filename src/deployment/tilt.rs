//! Tiltfiles: Ory's chart as `helm_resource`, `helm_remote` and `helm` install it.

use std::path::Path;
use std::sync::Arc;

use super::installed::{self, Given};
use super::shell::Word;
use crate::text::{Place, Source, Span};

/// Functions that install a chart, and whether the repository is another argument.
const CALLS: [(&str, bool); 3] = [("helm_resource(", false), ("helm_remote(", true), ("helm(", false)];

/// Most bytes of one call.
const MAX_CALL: usize = 4 << 10;

/// The releases of the chart. Paths begin at the folder of the file.
pub(super) fn releases(source: &Arc<Source>, folder: &Path) -> Vec<Given> {
    let text = source.text();
    let mut found = Vec::new();
    for (call, is_remote) in CALLS {
        for (at, _) in text.match_indices(call) {
            let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
            let is_longer = at.checked_sub(1).and_then(|before| text.as_bytes().get(before)).is_some_and(is_name);
            let line = source.slice(source.line_span(source.line_of(at)));
            if is_longer || line.trim_start().starts_with('#') {
                continue;
            }
            let place = Place::new(source, Span::new(at, at + call.len() - 1));
            let mut words = words(text.get(at + call.len()..).unwrap_or_default(), is_remote);
            // `helm('charts/id')` takes a folder.
            if let Some(Some(chart)) = words.get_mut(2).filter(|_| call == "helm(")
                && !chart.starts_with(['.', '/'])
            {
                chart.insert_str(0, "./");
            }
            found.extend(installed::of_command(&words, &place, folder));
        }
    }
    found
}

/// A call as the command `helm` that it runs: its texts are names and options, `values=[…]`, `set=[…]` and `version=` are options.
fn words(call: &str, is_remote: bool) -> Vec<Word> {
    let mut words: Vec<Word> = ["helm", "upgrade"].map(|word| Some(word.to_owned())).to_vec();
    let mut options = Vec::new();
    let (mut key, mut depth, mut word) = (None, 0_usize, String::new());
    let mut chars = call.char_indices().take_while(|(at, _)| *at < MAX_CALL);
    while let Some((_, c)) = chars.next() {
        match c {
            '"' | '\'' => {
                let text: String = chars.by_ref().map(|(_, c)| c).take_while(|end| *end != c).collect();
                let option = match key.as_deref() {
                    Some("values") => Some("--values"),
                    Some("set") => Some("--set"),
                    Some("version") => Some("--version"),
                    _ => None,
                };
                match option {
                    None if key.as_deref() == Some("flags") => options.push(Some(text)),
                    Some(option) => options.push(Some(format!("{option}={text}"))),
                    None if text.starts_with("--") => options.push(Some(text)),
                    None if key.is_none() => words.push(Some(text)),
                    None => {}
                }
            }
            // `flags=['--values=k.yaml'] + more`
            '+' => options.push(None),
            '=' => key = Some(std::mem::take(&mut word)),
            ',' if depth == 0 => key = None,
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => break,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c.is_ascii_alphanumeric() || c == '_' {
            word.push(c);
        } else {
            word.clear();
        }
    }
    // A chart of a repository has its name alone.
    if is_remote && let Some(Some(chart)) = words.get(2).cloned() {
        words.truncate(3);
        words.push(Some(format!("remote/{chart}")));
    }
    words.into_iter().chain(options).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_tilt_are_commands_of_helm() {
        let given = |text: &str| releases(&Source::new("Tiltfile", text), Path::new("/p"));
        for text in [
            "helm_resource('id', 'ory/kratos', flags=['--version=0.52.0', '--values=./dev/k.yaml', '--set=image.tag=v1.3.1'])",
            "k8s_yaml(helm_remote('kratos', repo_name='ory', version='0.52.0', values=['dev/k.yaml'], set=[\"image.tag=v1.3.1\"]))",
        ] {
            let found = given(text);
            let [one] = found.as_slice() else { panic!("{text}") };
            assert_eq!(one.files, [Path::new("/p/dev/k.yaml").to_path_buf().into()], "{text}");
            assert_eq!(one.version.as_ref().map(|(version, _)| version.as_str()), Some("0.52.0"), "{text}");
            assert_eq!(one.set.len(), 1, "{text}");
        }
        let own = given("k8s_yaml(helm('./chart', name='id', values=['dev.yaml']))");
        assert_eq!(own.first().and_then(|one| one.folder.as_deref()), Some(Path::new("/p/chart")));
        for text in
            ["# helm_resource('id', 'ory/kratos')", "helm_resource('h', 'ory/hydra')", "helm_resource('", "helm("]
        {
            assert!(given(text).is_empty(), "{text}");
        }
    }
}
