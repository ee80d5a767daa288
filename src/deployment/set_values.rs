//! What `--set` and its kin lay over files of values.

use std::collections::BTreeMap;

use super::installed::Setting;
use crate::kratos::secrets::is_harmless_key;
use crate::text::{Place, Span};
use crate::yaml::overlay::{Content, Written};
use crate::yaml::{Tree, Value};

/// Most settings of a release that are laid over its values.
const MAX_SETTINGS: usize = 2_000;

/// Most keys inside each other; the chart has ten.
const MAX_KEYS: usize = 40;

/// What settings make of a value.
enum Branch {
    Leaf(Value, Place),
    /// `{a,b}`
    List(Vec<String>, Place),
    Map(BTreeMap<String, Branch>),
}

/// The settings as a tree of values. Of the configuration only what switches, counts or takes one of a few words is known: other texts
/// may be secrets. A list of which one item is set is not known.
pub(super) fn tree(settings: &[Setting]) -> Option<Tree> {
    let mut root = BTreeMap::new();
    for (name, value, place) in settings.iter().take(MAX_SETTINGS) {
        let (keys, is_item) = keys(name);
        if keys.len() <= MAX_KEYS {
            let is_of_configuration = keys.windows(2).any(|pair| pair == ["kratos", "config"]);
            let text = value.as_deref().filter(|_| !is_item);
            let value = if is_of_configuration { of_configuration(&keys, text, place) } else { typed(text, place) };
            insert(&mut root, &keys, value);
        }
    }
    let place = Place::new(&settings.first()?.2.source, Span::at(0));
    Some(Tree::of_written(&written(&Branch::Map(root), &place)))
}

/// The keys of a name with dots, and whether it goes on into an item of a list: `a.b\.json[0].c`.
pub(super) fn keys(name: &str) -> (Vec<String>, bool) {
    let mut keys = vec![String::new()];
    let mut signs = name.chars();
    while let Some(sign) = signs.next() {
        match (sign, keys.last_mut()) {
            ('[', _) => return (keys, true),
            ('.', _) => keys.push(String::new()),
            ('\\', Some(key)) => key.extend(signs.next()),
            (_, Some(key)) => key.push(sign),
            (_, None) => {}
        }
    }
    (keys, false)
}

/// Longest text of a setting of the configuration that is taken.
const MAX_TEXT: usize = 64;

/// What Helm makes of a text after `=` in the configuration.
fn of_configuration(keys: &[String], text: Option<&str>, place: &Place) -> Branch {
    let is_harmless = keys.last().is_some_and(|key| is_harmless_key(key));
    let is_plain = |text: &str| text.bytes().all(|sign| sign.is_ascii_alphanumeric() || b"._:+-".contains(&sign));
    let text = text.filter(|text| *text == "null" || (is_harmless && text.len() <= MAX_TEXT && is_plain(text)));
    // Texts that begin with a zero stay texts (`strvals.typedVal`).
    let number = text.filter(|text| *text == "0" || !text.starts_with('0')).and_then(|text| text.parse::<i64>().ok());
    match number.and_then(|number| u32::try_from(number).ok()) {
        Some(number) => Branch::Leaf(Value::number(f64::from(number)), place.clone()),
        None => typed(text, place),
    }
}

/// What Helm makes of a text after `=`.
fn typed(text: Option<&str>, place: &Place) -> Branch {
    let value = match text {
        Some("null") => Value::Null,
        Some("true") => Value::Bool(true),
        Some("false") => Value::Bool(false),
        Some(text) if !text.starts_with('{') => Value::String(text.into()),
        _ => Value::Unknown,
    };
    let list = text.and_then(|text| text.strip_prefix('{')?.strip_suffix('}'));
    let list = list.filter(|list| !list.contains(['{', '\\']));
    let items = list.map(|list| list.split(',').map(str::to_owned).collect::<Vec<_>>());
    match items {
        Some(items) => Branch::List(items, place.clone()),
        None => Branch::Leaf(value, place.clone()),
    }
}

fn insert(map: &mut BTreeMap<String, Branch>, keys: &[String], value: Branch) {
    let Some((key, rest)) = keys.split_first() else { return };
    if rest.is_empty() {
        map.insert(key.clone(), value);
        return;
    }
    let inner = map.entry(key.clone()).or_insert_with(|| Branch::Map(BTreeMap::new()));
    match inner {
        Branch::Map(inner) => insert(inner, rest, value),
        // What is not known holds this too.
        Branch::Leaf(Value::Unknown, _) => {}
        Branch::Leaf(..) | Branch::List(..) => {
            let mut below = BTreeMap::new();
            insert(&mut below, rest, value);
            *inner = Branch::Map(below);
        }
    }
}

fn written(branch: &Branch, around: &Place) -> Written {
    let (content, place) = match branch {
        Branch::Leaf(value, place) => (Content::Scalar(value.clone()), place),
        Branch::List(items, place) => {
            let item = |item: &String| Written {
                content: Content::Scalar(Value::String(item.as_str().into())),
                place: place.clone(),
                key_span: place.span,
            };
            (Content::List(items.iter().map(item).collect()), place)
        }
        Branch::Map(map) => {
            let fields = map.iter().map(|(key, inner)| (key.clone(), written(inner, around))).collect();
            (Content::Map(fields), around)
        }
    };
    Written { content, key_span: place.span, place: place.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Source;

    #[test]
    fn names_are_keys_with_dots() {
        let of = |name: &str| keys(name);
        assert_eq!(of(r"a.b\.json"), (vec!["a".to_owned(), "b.json".to_owned()], false));
        assert_eq!(of("a.b[0].c"), (vec!["a".to_owned(), "b".to_owned()], true));
    }

    #[test]
    fn settings_are_laid_over_each_other() {
        let place = Place::new(&Source::new("a.sh", "helm"), Span::at(0));
        let set = |name: &str, value: Option<&str>| (name.to_owned(), value.map(str::to_owned), place.clone());
        let tree = tree(&[
            set("image.tag", Some("v1.0.0")),
            set("image.tag", Some("v1.3.1")),
            set("kratos.development", Some("true")),
            set("kratos.config.dsn", Some("memory")),
            set("kratos.config.log.level", Some("null")),
            set("kratos.config.session.lifespan", Some("30d")),
            set("kratos.config.hashers.bcrypt.cost", Some("3")),
            set("kratos.config.secrets.cookie", Some("warn")),
            set("deployment.extraEnv[0].name", Some("A")),
        ]);
        let tree = tree.expect("a tree");
        let find = |path: &str| tree.root().and_then(|root| root.find(path)).expect(path);
        assert_eq!(find("image.tag").as_str(), Some("v1.3.1"));
        assert!(find("kratos.development").is_true() && find("kratos.config.dsn").is_unknown());
        assert_eq!(find("kratos.config.session.lifespan").as_str(), Some("30d"));
        assert_eq!(find("kratos.config.hashers.bcrypt.cost").as_f64(), Some(3.0));
        assert!(find("kratos.config.secrets.cookie").is_unknown());
        assert!(find("kratos.config.log.level").is_null() && find("deployment.extraEnv").is_unknown());
    }
}
