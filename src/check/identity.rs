//! What a finding is about, by names that stay when lines move, items come and go, and folders get other names.

use std::collections::HashMap;

use crate::diagnostic::Diagnostic;
use crate::kratos::secrets::SheetKind;
use crate::rules::misc::development_settings;
use crate::unit::Unit;
use crate::yaml::Node;

/// Longest part of a document that is taken, in characters.
const MAX_TEXT: usize = 200;

/// Longest text that names an item, in bytes: each finding below it says the name.
const MAX_NAME: usize = 1_000;

/// Gives each finding its identity: the path of keys with hooks, schemas and providers by what they are, and for a place in a
/// document the text there. Equal ones are counted.
pub(super) fn name(unit: &Unit, diagnostics: &mut [Diagnostic]) {
    let mut seen: HashMap<(&'static str, String), usize> = HashMap::new();
    for found in diagnostics {
        let path = match (&found.pointer, unit.root()) {
            // One line for many settings: which of them is first, and which there are, changes.
            _ if found.rule == development_settings::RULE.name => String::new(),
            (Some(pointer), Some(root)) => path_of(root, pointer),
            _ => found.message.clone(),
        };
        let identity = path + &text_of(unit, found);
        let count = seen.entry((found.rule, identity.clone())).or_default();
        *count += 1;
        found.identity = if *count == 1 { identity } else { format!("{identity} {count}") };
    }
}

fn path_of(root: Node<'_>, pointer: &str) -> String {
    let mut path = String::new();
    let mut at = Some(root);
    for token in pointer.split('/').skip(1) {
        let around = at;
        at = around.and_then(|node| node.at(&format!("/{token}")));
        let item = at.filter(|_| around.is_some_and(Node::is_sequence));
        path.push('/');
        path += &item.and_then(name_of).unwrap_or_else(|| token.to_owned());
    }
    path
}

/// What an item of a list is: its hook and address, or its id.
fn name_of(item: Node<'_>) -> Option<String> {
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

/// The marked text of a document (Jsonnet, an identity schema, a message template) in one line; its folder may move.
fn text_of(unit: &Unit, found: &Diagnostic) -> String {
    let place = found.place.in_file();
    let is_unit = place.source.path() == unit.path();
    if is_unit || SheetKind::of(&place.source, false).is_closed() {
        return String::new();
    }
    let name = place.source.path().rsplit('/').next().unwrap_or_default();
    let text: String = place.source.slice(place.span).chars().take(MAX_TEXT).collect();
    format!(" {name} {}", text.split_whitespace().collect::<Vec<_>>().join(" "))
}
