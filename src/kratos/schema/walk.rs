//! The walk over a configuration along the table of keys.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::describe::{self, Allowed, Describe};
use super::progress::{MAX_OF_KIND, Walk, is_put_in};
use super::repeated::repeated;
use super::{Fault, FaultKind, HOOK_PLACES, HookPlace, Inside, KEYS, Key, Limit, Shape, conditions, join, lookup};
use crate::kratos::formats::{self, STRICT_COLONS};
use crate::kratos::version::Version;
use crate::yaml::{Node, NodeId, Value};

/// Keys that unset flags of `kratos serve` overwrite, so that what a file says is never validated (D019).
const SHADOWED_BY_FLAGS: [&str; 4] = ["config", "dev", "sqa-opt-out", "watch-courier"];

/// All that the validation of `version` has against the configuration at `root`, in order of the walk.
#[must_use]
pub fn faults(root: Node<'_>, version: Version) -> Vec<Fault<'_>> {
    let mut walk =
        Walk { version, faults: Vec::new(), allowed: Allowed::default(), counts: HashMap::new(), counted: 0 };
    if root.is_null() {
        // The loader takes an empty file as an empty map.
        walk.object(root, "", Shape::Object, Inside::of(""));
    } else if root.is_mapping() {
        walk.object(root, "", Shape::Object, Inside::of(""));
    }
    walk.required_by_defaults(root);
    walk.count();
    forget_renamed(&mut walk.faults);
    // Formats and patterns of several branches refuse the same text.
    let mut malformed = HashSet::new();
    walk.faults.retain(|fault| fault.kind != FaultKind::Malformed || malformed.insert(fault.node.id()));
    walk.faults
}

/// A key under its old or a misspelt name also makes the right one missing: one fault of the two is enough.
fn forget_renamed(faults: &mut Vec<Fault<'_>>) {
    let meant: Vec<(NodeId, String)> = faults
        .iter()
        .filter(|fault| fault.at_key && fault.boot && fault.raw)
        .filter_map(|fault| {
            let right = fault.replacement.as_ref().map(|(name, _)| name.clone()).or_else(|| fault.help.clone())?;
            Some((fault.node.parent()?.id(), right))
        })
        .collect();
    faults.retain(|fault| {
        let name = fault.missing.as_deref().and_then(|path| path.rsplit('.').next()).filter(|_| !fault.at_key);
        let Some(name) = name else { return true };
        let says = |right: &str| right == name || right.contains(&format!("{name}`")) && right.contains('`');
        !meant.iter().any(|(around, right)| *around == fault.node.id() && says(right))
    });
}

impl<'t> Walk<'t> {
    fn value(&mut self, node: Node<'t>, path: &str) {
        if let Some(key) = lookup(path, self.version) {
            self.value_of(key, node, None);
        }
    }

    /// The value of a key that the table has; `around` are the rows of the object that holds it, where they are known.
    fn value_of(&mut self, key: &'static Key, node: Node<'t>, around: Option<Inside>) {
        let path = key.path;
        let inside = || around.map_or_else(|| Inside::of(path), |around| around.below(around.name_of(key)));
        if node.is_unknown() || (node.is_null() && key.limits.contains(&Limit::Nullable)) {
            return;
        }
        let before = self.faults.len();
        if self.type_fits(node, path, key) {
            match key.shape {
                Shape::Object | Shape::Open => self.object(node, path, key.shape, inside()),
                Shape::Flags if node.is_mapping() => self.object(node, path, key.shape, inside()),
                Shape::List => self.list(node, path),
                _ => {}
            }
            for limit in key.limits {
                self.limit(node, path, *limit);
            }
        }
        if SHADOWED_BY_FLAGS.contains(&path) {
            self.faults.iter_mut().skip(before).for_each(|fault| fault.boot = false);
        }
    }

    fn type_fits(&mut self, node: Node<'t>, path: &str, key: &Key) -> bool {
        let fits = match key.shape {
            Shape::Object | Shape::Open => node.is_mapping(),
            Shape::List => node.is_sequence(),
            Shape::Text => node.as_str().is_some(),
            Shape::Boolean => node.as_bool().is_some(),
            Shape::Number => node.as_f64().is_some(),
            Shape::Integer => return self.integer_fits(node, path, key),
            Shape::Any | Shape::Flags => true,
        };
        if !fits {
            self.wrong_type(node, path, key);
        }
        fits
    }

    /// The engine looks at the spelling: `12.0` is no integer. The loader has turned it into 12 before (B2, `integer`).
    fn integer_fits(&mut self, node: Node<'t>, path: &str, key: &Key) -> bool {
        let Value::Number(number) = node.value() else {
            self.wrong_type(node, path, key);
            return false;
        };
        let digits = number.text.strip_prefix('-').unwrap_or(&number.text);
        let raw = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let boot = number.value.fract() == 0.0 && number.value.abs() < 1e21;
        if !raw || !boot {
            self.wrong_type(node, path, key);
            if let Some(fault) = self.faults.last_mut() {
                (fault.raw, fault.boot) = (!raw, !boot);
            }
        }
        boot
    }

    fn wrong_type(&mut self, node: Node<'t>, path: &str, key: &Key) {
        let Describe { message, help, replacement } = describe::wrong_type(node, path, key);
        self.fault(node, FaultKind::WrongType, message, help).replacement = replacement;
    }

    /// The keys of an object: unknown ones, required ones, and what depends on several.
    fn object(&mut self, node: Node<'t>, path: &str, shape: Shape, inside: Inside) {
        for field in node.fields() {
            // A literal dotted key stays one key for Kratos, and it knows no such key.
            let plain = !field.key.contains(['.', '[', '*', '#']) && !field.key.is_empty();
            let version = self.version;
            if let Some(key) = plain.then(|| inside.lookup(field.key, version)).flatten() {
                self.value_of(key, field.value, Some(inside));
            } else if let Some(any) = inside.lookup("*", version) {
                if conditions::map_key_is_checked(path, field.key) {
                    self.value_of(any, field.value, Some(inside));
                }
            } else if shape != Shape::Open {
                self.unknown_key(field.value, path, field.key);
            }
        }
        self.required(node, path);
        conditions::check(self, node, path);
    }

    /// Notes that the object at `path` has no such key.
    pub(super) fn unknown_key(&mut self, node: Node<'t>, path: &str, key: &str) {
        self.count();
        if self.counts.get(&(FaultKind::UnknownKey, true)).is_some_and(|count| *count >= MAX_OF_KIND) {
            return;
        }
        let (kind, Describe { message, help, replacement }) =
            describe::unknown_key(node, path, key, self.version, &mut self.allowed);
        let fault = self.fault(node, kind, message, help);
        fault.at_key = true;
        fault.replacement = replacement;
    }

    fn required(&mut self, node: Node<'t>, path: &str) {
        let version = self.version;
        let start = REQUIRED.partition_point(|required| required.parent < path);
        let of_path = REQUIRED.iter().skip(start).take_while(|required| required.parent == path);
        for required in of_path.filter(|required| required.key.versions.contains(version)) {
            if node.get(required.name).is_none() {
                self.missing(node, path, required.name);
            }
        }
    }

    fn list(&mut self, node: Node<'t>, path: &str) {
        if let Ok(index) = HOOK_PLACES.binary_search_by(|place| place.path.cmp(path)) {
            for item in node.items() {
                if let Some(place) = HOOK_PLACES.get(index) {
                    self.hook(item, place);
                }
            }
            return;
        }
        let item_path = format!("{path}[]");
        for item in node.items() {
            self.value(item, &item_path);
        }
    }

    fn hook(&mut self, item: Node<'t>, place: &HookPlace) {
        if item.is_unknown() {
            return;
        }
        if !item.is_mapping() {
            let message = format!("a hook is a map with the key `hook`, this is {}", item.type_name());
            let replacement = item.as_str().map(|name| (format!("hook: {name}"), true));
            let help = "write `- hook: name`, with its settings under `config`".to_owned();
            self.fault(item, FaultKind::WrongType, message, Some(help)).replacement = replacement;
            return;
        }
        let Some(name) = item.get("hook") else {
            let message = "this hook does not say which it is: `hook` is missing".to_owned();
            self.fault(item, FaultKind::MissingItemKey, message, Some(describe::nameless_hook(item).to_owned()));
            return;
        };
        if name.is_unknown() {
            return;
        }
        let Some(text) = name.as_str() else {
            let message = format!("`hook` is the name of a hook, this is {}", describe::read(name));
            self.fault(name, FaultKind::WrongType, message, None);
            return;
        };
        let allowed = place.hooks.iter().any(|(hook, versions)| *hook == text && versions.contains(self.version));
        if !allowed {
            let (kind, Describe { message, help, replacement }) = describe::hook(text, place, self.version);
            self.fault(name, kind, message, help).replacement = replacement;
            return;
        }
        self.hook_keys(item, text);
    }

    fn hook_keys(&mut self, item: Node<'t>, name: &str) {
        let path = format!("#{name}");
        if conditions::is_commercial_hook(name) {
            if conditions::commercial_hook_is_open(self.version) {
                return;
            }
            if item.get("config").is_none() {
                self.missing(item, &path, "config");
            }
        }
        for field in item.fields().filter(|field| field.key != "hook") {
            let child = join(&path, field.key);
            if let Some(key) = lookup(&child, self.version) {
                self.value_of(key, field.value, None);
            } else if let Some(shape) = conditions::hook_object(&child, self.version) {
                if field.value.is_mapping() {
                    self.object(field.value, &child, shape, Inside::of(&child));
                } else if !field.value.is_unknown() {
                    let message = format!("`{}` is an object, this is {}", field.key, describe::read(field.value));
                    self.fault(field.value, FaultKind::WrongType, message, None);
                }
            } else {
                self.unknown_key(field.value, &path, field.key);
            }
        }
        self.required(item, &path);
    }

    fn limit(&mut self, node: Node<'t>, path: &str, limit: Limit) {
        let strict = self.version >= STRICT_COLONS;
        let text = node.as_str();
        let fits = match limit {
            Limit::Required | Limit::Nullable | Limit::DefaultsTo(_) => true,
            Limit::Words(words) => text.is_some_and(|text| words.contains(&text)),
            #[allow(clippy::cast_precision_loss)] // Bounds of the table are small.
            Limit::Min(bound) => node.as_f64().is_none_or(|value| value >= bound as f64),
            #[allow(clippy::cast_precision_loss)]
            Limit::Max(bound) => node.as_f64().is_none_or(|value| value <= bound as f64),
            Limit::MinLength(bound) => text.is_none_or(|text| text.chars().count() >= bound),
            Limit::MaxLength(bound) => text.is_none_or(|text| text.chars().count() <= bound),
            Limit::MinItems(bound) => node.items().len() >= bound,
            Limit::Unique => return self.unique(node),
            Limit::Uri => text.is_none_or(|text| formats::is_uri(text, strict)),
            Limit::UriReference => text.is_none_or(|text| formats::is_uri_reference(text, strict)),
            Limit::Email => text.is_none_or(formats::is_email),
            Limit::Hostname => text.is_none_or(formats::is_hostname),
            Limit::Duration => text.is_none_or(formats::is_duration),
            Limit::DurationSingle => text.is_none_or(formats::is_single_duration),
            Limit::DurationNonzero => text.is_none_or(formats::is_nonzero_duration),
            Limit::ByteSize => text.is_none_or(formats::is_byte_size),
            Limit::SmtpUri => text.is_none_or(formats::is_smtp_uri),
            Limit::HttpUrl => text.is_none_or(formats::is_http_url),
            Limit::TemplateUri => text.is_none_or(formats::has_template_scheme),
            Limit::Origin => text.is_none_or(|text| formats::is_origin(text, strict)),
            Limit::HostPort => text.is_none_or(formats::is_host_port),
            Limit::Body => text.is_none_or(|text| !formats::has_template_scheme(text) || formats::is_uri(text, strict)),
        };
        if !fits {
            let (kind, Describe { message, help, replacement }) = describe::limit(node, path, limit, self.version);
            self.fault(node, kind, message, help).replacement = replacement;
        }
    }

    fn unique(&mut self, node: Node<'t>) {
        if let Some(item) = repeated(node).first() {
            let message = "this item is in the list twice, which Kratos refuses here".to_owned();
            self.fault(*item, FaultKind::DuplicateItem, message, Some("remove one of them".to_owned()));
        }
    }

    /// Objects that only defaults put in, and that lack a required key (`courier.smtp.connection_uri` up to v1.1.0).
    fn required_by_defaults(&mut self, root: Node<'t>) {
        let version = self.version;
        let of_plain = |required: &&Required| required.is_plain && required.key.versions.contains(version);
        for &Required { parent, name, key, .. } in REQUIRED.iter().filter(of_plain) {
            if root.find(parent).is_some() || !is_put_in(parent, version) || is_put_in(key.path, version) {
                continue;
            }
            let nearest = std::iter::successors(Some(parent), |path| path.rsplit_once('.').map(|(around, _)| around));
            let around = nearest.skip(1).find_map(|path| root.find(path)).unwrap_or(root);
            if around.is_mapping() || around.is_null() {
                let help = Some(describe::missing_help(around, key.path));
                let fault =
                    self.fault(around, FaultKind::MissingKey, describe::missing_key(around, parent, name), help);
                fault.raw = false;
                fault.missing = Some(key.path.to_owned());
            }
        }
    }
}

/// A key that its mapping may not lack.
struct Required {
    parent: &'static str,
    name: &'static str,
    key: &'static Key,
    /// Whether the mapping is always the same one, and not the root.
    is_plain: bool,
}

/// The required keys of all mappings, by the path of the mapping: a walk asks for them at each mapping.
static REQUIRED: LazyLock<Vec<Required>> = LazyLock::new(|| {
    let mut all: Vec<Required> = KEYS
        .iter()
        .filter(|key| key.is_required())
        .map(|key| {
            let (parent, name) = key.path.rsplit_once('.').unwrap_or(("", key.path));
            Required { parent, name, key, is_plain: !parent.is_empty() && !parent.contains(['[', '*', '#']) }
        })
        .filter(|required| !required.name.contains(['[', '*', '#']))
        .collect();
    all.sort_by_key(|required| required.parent);
    all
});
