//! How the program speaks: plain words, short messages, a help for each finding, pages with the same headings.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use kratos_lint::config;
use kratos_lint::diagnostic::Diagnostic;
use kratos_lint::kratos::schema::KEYS;
use kratos_lint::rule::Rule;
use kratos_lint::rules;

/// Words that readers stumble over. A trailing blank stands for the end of a word.
const REFUSED: [&str; 29] = [
    "mend ",
    "mends ",
    "mended ",
    "is none ",
    "are none ",
    "wants ",
    "want a ",
    "want the ",
    "behind ",
    "lies ",
    "lie in ",
    "stands ",
    "stand here ",
    "nobody ",
    "people ",
    "passed over ",
    "handed on ",
    "hands on ",
    "taken for ",
    "all the same ",
    ", say ",
    "harms ",
    "gets on ",
    "is no url ",
    "without a word ",
    "looked at ",
    "leave it out ",
    "drop it ",
    "one's own ",
];

/// The first refused word of a text.
fn refused(text: &str) -> Option<&'static str> {
    let plain = |chr: char| if chr.is_alphanumeric() || ",;'".contains(chr) { chr } else { ' ' };
    let text = ["look-behind", "there is none", "stands for", "option::is_none"]
        .iter()
        .fold(text.to_lowercase(), |text, word| text.replace(word, ""));
    let words: String = text.replace(';', " ; ").chars().map(plain).collect();
    let words = format!(" {} ", words.split_whitespace().collect::<Vec<_>>().join(" ")).replace(", ", " , ");
    // A comma is a word of its own, so that a refused word is seen before one too.
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ") + " ";
    let found = |word: &&&str| {
        words.match_indices(**word).any(|(at, _)| at == 0 || word.starts_with(',') || words[..at].ends_with(' '))
    };
    REFUSED.iter().find(found).copied()
}

/// Columns of a text in which each value in backticks counts at most 30: values come from the file.
fn length(text: &str) -> usize {
    text.split('`').enumerate().map(|(at, part)| part.chars().count().min(if at % 2 == 1 { 30 } else { 1000 })).sum()
}

/// The beginnings of rules whose messages hold a reason that is found elsewhere, or the name of a variable.
const COMPOSED: [&str; 6] = ["jsonnet-", "missing-key", "item-key-missing", "identity-schema-", "issuer-", "template-"];

/// What is wrong with the texts of a finding.
pub(super) fn faults_of(found: &Diagnostic) -> Vec<String> {
    let mut faults = Vec::new();
    let mut fault = |what: &str, text: &str| faults.push(format!("{}: {what}: {text}", found.rule));
    // Messages with a reason that comes from elsewhere, or the name of a variable, need more room.
    let is_composed = COMPOSED.iter().any(|start| found.rule.starts_with(start));
    if length(&found.message) > if is_composed { 150 } else { 100 } {
        fault("too long", &found.message);
    }
    match &found.help {
        None => fault("no help", &found.message),
        Some(help) if length(help) > 200 => fault("a help longer than 200 characters", help),
        Some(_) => {}
    }
    let labels = found.labels.iter().map(|label| &label.text);
    let titles = found.fixes.iter().map(|fix| &fix.title);
    for text in std::iter::once(&found.message).chain(&found.help).chain(labels).chain(titles) {
        if text.ends_with('.') && !text.ends_with("..") {
            fault("ends with a full stop", text);
        }
        if let Some(word) = refused(text) {
            fault(&format!("says `{}`", word.trim()), text);
        }
    }
    faults
}

/// The headings of each page, in this order.
const HEADINGS: [&str; 5] = ["What happens", "Why", "What to do", "Versions", "Source"];

fn faults_of_page(rule: &Rule) -> Vec<String> {
    let mut faults = Vec::new();
    if rule.summary.ends_with('.') || rule.summary.chars().count() > 100 {
        faults.push(format!("summary: {}", rule.summary));
    }
    let mut prose = String::new();
    let mut fence: Option<String> = None;
    let (mut headings, mut kinds) = (Vec::new(), Vec::new());
    for line in rule.docs.lines() {
        match (&fence, line.strip_prefix("```")) {
            (None, Some(kind)) => {
                kinds.push(kind.to_owned());
                fence = Some(kind.to_owned());
            }
            (Some(_), Some("")) => fence = None,
            (Some(_), _) => {}
            (None, None) => match line.strip_prefix("## ") {
                Some(heading) => headings.push(heading),
                None => prose.push_str(&format!("{line}\n")),
            },
        }
    }
    let wanted: Vec<&str> = HEADINGS.iter().copied().chain(headings.get(5).map(|_| "Examples")).collect();
    if headings != wanted {
        faults.push(format!("headings {headings:?}"));
    }
    let is_known = |kind: &String| {
        let mut words = kind.split(' ');
        let first = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        matches!(first, ("yaml" | "terraform", "bad" | "good" | "fixed") | ("toml" | "sh", ""))
            && words.all(|word| word.starts_with("kratos="))
    };
    faults.extend(kinds.iter().filter(|kind| !is_known(kind)).map(|kind| format!("a fence ```{kind}")));
    faults.extend(refused(&prose).map(|word| format!("says `{}`", word.trim())));
    faults.extend(refused(rule.summary).map(|word| format!("the summary says `{}`", word.trim())));
    faults.extend(unknown_keys(&prose).into_iter().map(|key| format!("there is no key `{key}`")));
    faults.into_iter().map(|fault| format!("{}: {fault}", rule.name)).collect()
}

/// Whether a path of the table is the one that a page means: `<method>`, `*` and `[]` stand for anything.
fn is_path(row: &str, written: &[&str]) -> bool {
    let row: Vec<&str> = row.split('.').collect();
    let same = |(row, written): (&&str, &&str)| {
        let (row, written) = (row.trim_end_matches("[]"), written.trim_end_matches("[]"));
        row == written || row == "*" || written == "*" || written.starts_with('<')
    };
    row.len() >= written.len() && row.iter().zip(written).all(same)
}

/// What looks like a key of Kratos and is one of a mapper, a chart, a project or a part of one.
const ELSEWHERE: [&str; 4] = ["identity.traits", "courier.enabled", "identity.services", "config."];

/// Keys of Kratos and of kratos-lint.toml on a page that do not exist.
fn unknown_keys(prose: &str) -> Vec<String> {
    let tops: BTreeSet<&str> = KEYS.iter().filter_map(|key| key.path.split('.').next()).collect();
    let own = config::schema()["properties"].as_object().expect("an object").clone();
    let mut unknown = Vec::new();
    for paragraph in prose.split("\n\n") {
        for word in paragraph.split('`').skip(1).step_by(2) {
            let parts: Vec<&str> = word.split('.').collect();
            let is_key = |text: &&str| {
                !text.is_empty() && text.chars().all(|chr| chr.is_ascii_alphanumeric() || "_<>*[]-".contains(chr))
            };
            if parts.len() > 1
                && !ELSEWHERE.iter().any(|start| word.starts_with(start))
                && parts.first().is_some_and(|top| tops.contains(top))
                && parts.iter().all(is_key)
            {
                let in_hooks = word.split_once("hooks[").is_some();
                if !in_hooks && !KEYS.iter().any(|key| is_path(key.path, &parts)) {
                    unknown.push(word.to_owned());
                }
            }
            let is_own =
                word.contains(['-', '_']) && word.chars().all(|chr| chr.is_ascii_lowercase() || "-_".contains(chr));
            let near = paragraph.split(word).nth(1).unwrap_or_default();
            if is_own
                && near.trim_start_matches('`').trim_start().starts_with("in kratos-lint.toml")
                && !own.contains_key(word)
            {
                unknown.push(word.to_owned());
            }
        }
    }
    unknown
}

#[test]
fn each_page_has_the_same_headings_and_plain_words() {
    let faults: Vec<String> = rules::ALL.iter().flat_map(|rule| faults_of_page(rule)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn former_names_of_rules_are_understood() {
    let names: BTreeSet<&str> = rules::ALL.iter().map(|rule| rule.name).collect();
    for rule in rules::ALL {
        for old in rule.aliases {
            assert!(!names.contains(old), "{old} is a rule");
            assert_eq!(rules::named(old).map(|rule| rule.name), Some(rule.name));
            assert_eq!(rules::known(old).as_deref(), Ok(rule.name));
        }
    }
    let former: Vec<&str> = rules::ALL.iter().flat_map(|rule| rule.aliases).copied().collect();
    assert_eq!(former.len(), former.iter().collect::<BTreeSet<_>>().len(), "no name is twice");
    assert!(former.len() > 60, "{}", former.len());
}

/// Whether `#…"` follows, as after the r of a raw text.
fn is_raw(rest: &[char]) -> bool {
    rest.first().is_some_and(|chr| *chr == '#') && rest.iter().find(|chr| **chr != '#') == Some(&'"')
}

/// The length of a raw text.
fn raw(rest: &[char]) -> usize {
    let hashes = rest.iter().skip(1).take_while(|chr| **chr == '#').count();
    let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let inner = &rest[hashes + 2..];
    let length = inner.windows(end.len()).position(|window| window == end).unwrap_or(inner.len());
    hashes + 2 + length + end.len()
}

/// The texts in double quotes of a source file, without comments and tests.
fn literals(text: &str) -> Vec<String> {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let chars: Vec<char> = text.chars().collect();
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(chr) = chars.get(at) {
        match chr {
            '/' if chars.get(at + 1) == Some(&'/') => at += chars[at..].iter().take_while(|chr| **chr != '\n').count(),
            '\'' if chars.get(at + 2) == Some(&'\'') => at += 3,
            '\'' if chars.get(at + 1) == Some(&'\\') => {
                at += 2 + chars[at + 2..].iter().take_while(|chr| **chr != '\'').count() + 1;
            }
            'r' if is_raw(&chars[at + 1..]) => at += raw(&chars[at..]),
            '"' => {
                let mut literal = String::new();
                at += 1;
                while let Some(chr) = chars.get(at).filter(|chr| **chr != '"') {
                    if *chr == '\\' {
                        at += 1;
                    }
                    literal.push(if *chr == '\\' { ' ' } else { *chr });
                    at += 1;
                }
                at += 1;
                found.push(literal);
            }
            _ => at += 1,
        }
    }
    found
}

#[test]
fn no_text_of_the_program_has_a_refused_word() {
    let mut files = Vec::new();
    super::files_below(Path::new("src"), &["rs"], &mut files);
    files.retain(|path| !path.ends_with("tests.rs"));
    assert!(files.len() > 300);
    let mut faults = Vec::new();
    for path in &files {
        let text = fs::read_to_string(path).expect("readable");
        let texts = literals(&text).into_iter().filter(|text| text.contains(' '));
        let said = texts.filter_map(|text| {
            refused(&text).map(|word| format!("{}: says `{}`: {text}", path.display(), word.trim()))
        });
        faults.extend(said);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The comments of a source file, those on lines of their own as whole texts, each with its line.
fn comments(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut goes_on = false;
    for (at, line) in text.lines().enumerate() {
        let own = line.trim_start().strip_prefix("//").map(|rest| rest.trim_start_matches(['/', '!']));
        let after_code = [";", "{", "}", ")", ","].iter().find_map(|end| line.split_once(&format!("{end} // ")));
        match (own, after_code) {
            (Some(rest), _) if goes_on => found.iter_mut().last().expect("a comment").1.push_str(&format!(" {rest}")),
            (Some(rest), _) | (None, Some((_, rest))) => found.push((at + 1, rest.to_owned())),
            (None, None) => {}
        }
        goes_on = own.is_some();
    }
    found
}

#[test]
fn no_comment_has_a_refused_word() {
    let mut files = Vec::new();
    for folder in ["src", "tests"] {
        super::files_below(Path::new(folder), &["rs"], &mut files);
    }
    let (mut faults, mut seen) = (Vec::new(), 0);
    for path in &files {
        let text = fs::read_to_string(path).expect("readable");
        for (line, comment) in comments(&text) {
            seen += 1;
            if let Some(word) = refused(&comment) {
                faults.push(format!("{}:{line}: says `{}`: {}", path.display(), word.trim(), comment.trim()));
            }
        }
    }
    assert!(seen > 5000, "{seen}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
