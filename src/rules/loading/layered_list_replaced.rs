//! `layered-list-replaced`: a list of one file that the list of a later file replaces.

use crate::diagnostic::{Effect, Level};
use crate::kratos::schema::HOOK_PLACES;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::{Node, Tree};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "layered-list-replaced",
    aliases: &["layered-list"],
    summary: "list that a later file replaces as a whole",
    category: "loading",
    level: Level::Info,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D009"],
    docs: r#"
## What happens

Hooks, providers, secrets and return addresses of the first file are gone. Silent where the later list has all of them
again.

## Why

`kratos serve -c first.yml -c second.yml` merges maps key by key, but a list of the second file replaces the whole
list of the first. A warning for lists of hooks, because users expect that they add up; `kratos-lint -c first.yml -c
second.yml` shows it.

## What to do

Write all items into the later file.

## Versions

All versions.

## Source

koanf maps.Merge by configx/provider.go:newKoanf at all tags; tried on servers.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let layers = &context.unit.layers;
    for (index, layer) in layers.iter().enumerate() {
        let lists = layer.root().map(Node::descendants).unwrap_or_default();
        let is_list =
            |node: &Node<'_>| node.is_sequence() && node.items().len() > 0 && !node.ancestors().any(Node::is_sequence);
        for list in lists.into_iter().filter(is_list) {
            let pointer = list.pointer();
            let later = layers.iter().skip(index + 1).filter_map(Tree::root).find_map(|root| root.at(&pointer));
            let Some(later) = later.filter(|later| later.place().source.path() != list.place().source.path()) else {
                continue;
            };
            // What it replaces is in it again.
            if holds_all(later, list) {
                continue;
            }
            let path = pointer.trim_start_matches('/').replace('/', ".");
            let is_hooks = HOOK_PLACES.iter().any(|place| place.path == path);
            let report = out
                .report_at(list.key_place(), Some(pointer), "Kratos drops this list: a later file replaces all of it")
                .label(later.key_place(), "by this list")
                .help("write all items into the later file");
            if is_hooks {
                _ = report.level(Level::Warning).effect(Effect::NeverRuns);
            }
        }
    }
}

/// Most items of a list that are looked for in another one.
const MAX_ITEMS: usize = 100;

/// Whether a list has all items of another one, in any order.
fn holds_all(list: Node<'_>, items: Node<'_>) -> bool {
    let is_in = |item: Node<'_>| list.items().any(|other| says_same(item, other));
    [list, items].iter().all(|list| list.items().len() <= MAX_ITEMS) && items.items().all(is_in)
}

/// Whether two values are the same; what is filled in is not known.
fn says_same(one: Node<'_>, other: Node<'_>) -> bool {
    if one.is_unknown() || other.is_unknown() {
        return false;
    }
    if one.is_mapping() || one.is_sequence() {
        let fields = one.fields().count() == other.fields().count()
            && one.fields().all(|field| other.get(field.key).is_some_and(|value| says_same(field.value, value)));
        let items = one.items().len() == other.items().len()
            && one.items().zip(other.items()).all(|(one, other)| says_same(one, other));
        return one.is_mapping() == other.is_mapping() && fields && items;
    }
    one.value() == other.value()
}
