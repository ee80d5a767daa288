//! What a finding is about, by names that stay when lines move, items come and go, and folders get other names.

use std::collections::HashMap;

use crate::diagnostic::Diagnostic;
use crate::key::name_of;
use crate::kratos::secrets::SheetKind;
use crate::rules::misc::development_settings;
use crate::unit::Unit;
use crate::yaml::Node;

/// Longest part of a document that is taken, in characters.
const MAX_TEXT: usize = 200;

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
