//! Keys of a configuration as `kratos-lint.toml` names them: with the index of an item of a list, or with what the item is, which
//! holds when items come and go.

use crate::kratos::secrets;
use crate::yaml::{self, Node};

/// Longest text that names an item, in bytes: each finding below it says the name.
const MAX_NAME: usize = 1_000;

/// What an item of a list is: its hook and address, or its id.
pub(crate) fn name_of(item: Node<'_>) -> Option<String> {
    let named = |text: &&str| text.len() <= MAX_NAME;
    let text = |path: &str| item.find(path).and_then(Node::as_str).filter(named);
    // What may hold a secret is not part of a name.
    let address = |text: &str| {
        let text = text.split(['?', '#']).next().unwrap_or_default();
        text.rsplit('@').next().unwrap_or_default().to_owned()
    };
    if let Some(hook) = text("hook") {
        return Some(format!("{hook} {}", text("config.url").map(address).unwrap_or_default()));
    }
    if let Some(name) = ["id", "name"].iter().find_map(|key| text(key)) {
        return Some(name.to_owned());
    }
    let is_address = |text: &&str| text.starts_with("http://") || text.starts_with("https://");
    text("url").or(item.as_str().filter(named)).filter(is_address).map(address)
}

/// The parts of `a.providers[0]`, of `a.providers[google]` or of a JSON pointer. What is in brackets is one part, whatever it holds.
pub(crate) fn parts(key: &str) -> Vec<String> {
    if let Some(pointer) = key.strip_prefix('/') {
        return pointer.split('/').map(yaml::pointer_key).collect();
    }
    let mut parts = Vec::new();
    let mut rest = key;
    loop {
        if let Some(inner) = rest.strip_prefix('[') {
            let end = closing(inner);
            parts.push(inner.get(..end).unwrap_or_default().to_owned());
            rest = inner.get(end + 1..).unwrap_or_default();
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            parts.push(rest.get(..end).unwrap_or_default().to_owned());
            rest = rest.get(end..).unwrap_or_default();
        }
        match rest.strip_prefix('.') {
            Some(next) => rest = next,
            None if rest.starts_with('[') => {}
            None => return parts,
        }
    }
}

/// Where the bracket is closed that is open before a text.
fn closing(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, chr) in text.char_indices() {
        match chr {
            '[' => depth += 1,
            ']' if depth == 0 => return at,
            ']' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// Whether a key (its parts) names what a pointer is about, or something around it. A part that is empty or `*` stands for any
/// item, and the name of an item for its index.
pub(crate) fn covers(key: &[String], pointer: &str, root: Option<Node<'_>>) -> bool {
    let tokens: Vec<&str> = pointer.strip_prefix('/').map(|rest| rest.split('/').collect()).unwrap_or_default();
    if tokens.len() < key.len() {
        // The key of the whole file is one empty part.
        return key.len() == 1 && is_any(key.first().map_or("", String::as_str));
    }
    let mut at = root;
    key.iter().zip(&tokens).all(|(part, token)| {
        let around = at;
        at = around.and_then(|node| node.at(&format!("/{token}")));
        is_any(part)
            || *part == yaml::pointer_key(token)
            || at.filter(|_| around.is_some_and(Node::is_sequence)).is_some_and(|item| is_named(item, part))
    })
}

fn is_any(part: &str) -> bool {
    part.is_empty() || part == "*"
}

fn is_named(item: Node<'_>, name: &str) -> bool {
    name_of(item).is_some_and(|own| own.trim_end() == name.trim_end())
}

/// The key of a pointer that holds when items come and go: each item by its name where it has one of its own that may be shown.
#[must_use]
pub(crate) fn stable(root: Node<'_>, pointer: &str) -> String {
    let mut key = String::new();
    let mut at = Some(root);
    for token in pointer.split('/').skip(1) {
        let around = at;
        at = around.and_then(|node| node.at(&format!("/{token}")));
        let name = around.zip(at).and_then(|(list, item)| own_name(list, item));
        let part = name.clone().unwrap_or_else(|| yaml::pointer_key(token));
        let is_plain = name.is_none()
            && !part.is_empty()
            && part.chars().all(|chr| chr.is_ascii_alphanumeric() || matches!(chr, '_' | '-'));
        if !is_plain {
            // Brackets that are not in pairs would end the part elsewhere.
            if closing(&part) != part.len() || part.matches('[').count() != part.matches(']').count() {
                return pointer.to_owned();
            }
            key.push_str(&format!("[{part}]"));
        } else if key.is_empty() {
            key.push_str(&part);
        } else {
            key.push_str(&format!(".{part}"));
        }
    }
    key
}

/// The name of an item that no other item of its list has, and that may be shown.
fn own_name(list: Node<'_>, item: Node<'_>) -> Option<String> {
    let name = name_of(item).filter(|_| list.is_sequence())?;
    let name = name.trim_end();
    let is_shown = match name.split_once(' ') {
        Some((hook, url)) => secrets::hook(hook) == hook && secrets::url(url) == url,
        None if name.contains("://") => secrets::url(name) == name,
        None => secrets::name(name) == name && !name.bytes().all(|byte| byte.is_ascii_digit()),
    };
    let is_alone = list.items().filter(|other| is_named(*other, name)).count() == 1;
    (is_shown && is_alone).then(|| name.to_owned())
}

/// The pointer that a key names in a configuration, and whether it names an item by what it is.
pub(crate) fn resolved(root: Option<Node<'_>>, key: &str) -> (String, bool) {
    let (mut pointer, mut at, mut is_by_name) = (String::new(), root, false);
    for part in parts(key) {
        let around = at.filter(|node| node.is_sequence() && part.parse::<usize>().is_err() && !is_any(&part));
        let index = around.and_then(|list| list.items().position(|item| is_named(item, &part)));
        is_by_name |= index.is_some();
        let token = index.map_or_else(|| yaml::pointer_token(&part), |index| format!("/{index}"));
        at = at.and_then(|node| node.at(&token));
        pointer.push_str(&token);
    }
    (pointer, is_by_name)
}

/// A pointer in the form in which a key is written.
pub(crate) fn written_as(pointer: &str, key: &str) -> String {
    if key.starts_with('/') {
        return pointer.to_owned();
    }
    let is_bracketed = key.contains('[');
    let mut text = String::new();
    for part in parts(pointer) {
        let is_plain = !part.contains(['.', '[', ']']);
        let is_index = part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_plain || (is_index && is_bracketed) {
            text.push_str(&format!("[{part}]"));
        } else {
            text.push_str(if text.is_empty() { "" } else { "." });
            text.push_str(&part);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{covers, parts, resolved, stable, written_as};
    use crate::text::Source;
    use crate::yaml::{self, Format};

    #[test]
    fn keys_are_paths_or_pointers() {
        let wanted = ["a", "b", "0", "c/d"];
        assert_eq!(parts("/a/b/0/c~1d"), wanted);
        assert_eq!(parts("a.b[0].c/d"), wanted);
        assert_eq!(parts("a.b[].c"), ["a", "b", "", "c"]);
        assert_eq!(parts("a[web_hook http://[::1]:1/x.y].c"), ["a", "web_hook http://[::1]:1/x.y", "c"]);
        assert_eq!(parts("a[b"), ["a", "b"]);
        assert_eq!(parts(""), [""]);
    }

    #[test]
    fn items_are_named_by_what_they_are() {
        let text = "a:\n  - hook: session\n  - hook: web_hook\n    config: {url: 'https://x.example.org/a?b=c'}\n  - hook: b\n  - hook: b\n";
        let tree = yaml::parse(&Source::new("k.yml", text), Format::Yaml);
        let root = tree.root().expect("a root");
        for (pointer, key) in [
            ("/a/0", "a[session]"),
            ("/a/1/config/url", "a[web_hook https://x.example.org/a].config.url"),
            ("/a/2", "a.2"),
            ("/a", "a"),
            ("/a/7", "a.7"),
        ] {
            assert_eq!(stable(root, pointer), key);
            assert_eq!(resolved(Some(root), key), (pointer.to_owned(), key.contains('[')), "{key}");
            assert!(covers(&parts(key), pointer, Some(root)), "{key}");
        }
        assert!(covers(&parts("a.session"), "/a/0/hook", Some(root)));
        assert!(!covers(&parts("a[session]"), "/a/1", Some(root)));
        assert!(covers(&parts("a[]"), "/a/3", Some(root)));
        assert_eq!(written_as("/a/1/b", "a[0].b"), "a[1].b");
        assert_eq!(written_as("/a/1/b", "a.0.b"), "a.1.b");
        assert_eq!(written_as("/a/1/b", "/a/0/b"), "/a/1/b");
    }
}
