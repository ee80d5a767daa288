//! What Kratos demands of an identity schema: at boot (draft 7's meta-schema and its own, `ory://identity-meta`), and when it
//! compiles it at the first use. Facts: D096 and its neighbours.

use super::{EXTENSION, EXTENSION_KEYS, Holds};
use crate::kratos::formats::{self, STRICT_COLONS};
use crate::kratos::go_regex::{self, Go};
use crate::kratos::schema::repeated;
use crate::kratos::version::{Version, Versions};
use crate::text::names::one_of;
use crate::text::{Place, Span};
use crate::yaml::{Node, NodeId, Value, json_part};

/// When a fault shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Kratos refuses to start.
    Boot,
    /// Kratos starts, and each operation on identities of this schema fails.
    Use,
}

/// A fault of an identity schema.
#[derive(Clone)]
pub struct SchemaFault<'t> {
    /// The node that is wrong.
    pub node: Node<'t>,
    /// Whether the key rather than the value is wrong.
    pub at_key: bool,
    /// The bytes of the text that are wrong, when not all of it is.
    pub part: Option<Span>,
    /// When it shows.
    pub when: When,
    /// What is wrong, as a clause.
    pub message: String,
    /// How to fix it.
    pub help: Option<String>,
}

impl SchemaFault<'_> {
    /// Where it is.
    #[must_use]
    pub(crate) fn place(&self) -> Place {
        let whole = if self.at_key { self.node.key_place() } else { self.node.place() };
        let part = self.part.and_then(|part| json_part(whole.source.slice(whole.span), part));
        part.map_or(whole.clone(), |part| {
            Place::new(&whole.source, Span::new(whole.span.start + part.start, whole.span.start + part.end))
        })
    }
}

/// All faults of the schema at `root` for `version`.
#[must_use]
pub fn faults(root: Node<'_>, version: Version) -> Vec<SchemaFault<'_>> {
    let mut check = Check { version, faults: Vec::new() };
    if !root.is_mapping() {
        check.fault(
            root,
            When::Boot,
            format!("an identity schema is a JSON object, this is {}", root.type_name()),
            None,
        );
        return check.faults;
    }
    check.schema(root, 0);
    check.shape(root);
    check.uses(root);
    check.faults
}

/// What a keyword of draft 7 holds (json-schema.org draft-07 meta-schema; `enum` as in the copy that Kratos' engine has, E5).
#[derive(Clone, Copy)]
enum Keyword {
    Text,
    Uri,
    UriReference,
    Number,
    PositiveNumber,
    Count,
    Boolean,
    Pattern,
    Schema,
    Schemas,
    SchemaOrSchemas,
    SchemaMap,
    PatternMap,
    Dependencies,
    Names,
    Choices,
    Types,
    List,
}

const KEYWORDS: &[(&str, Keyword)] = &[
    ("$id", Keyword::UriReference),
    ("$schema", Keyword::Uri),
    ("$ref", Keyword::UriReference),
    ("$comment", Keyword::Text),
    ("title", Keyword::Text),
    ("description", Keyword::Text),
    ("readOnly", Keyword::Boolean),
    ("examples", Keyword::List),
    ("multipleOf", Keyword::PositiveNumber),
    ("maximum", Keyword::Number),
    ("exclusiveMaximum", Keyword::Number),
    ("minimum", Keyword::Number),
    ("exclusiveMinimum", Keyword::Number),
    ("maxLength", Keyword::Count),
    ("minLength", Keyword::Count),
    ("pattern", Keyword::Pattern),
    ("additionalItems", Keyword::Schema),
    ("items", Keyword::SchemaOrSchemas),
    ("maxItems", Keyword::Count),
    ("minItems", Keyword::Count),
    ("uniqueItems", Keyword::Boolean),
    ("contains", Keyword::Schema),
    ("maxProperties", Keyword::Count),
    ("minProperties", Keyword::Count),
    ("required", Keyword::Names),
    ("additionalProperties", Keyword::Schema),
    ("definitions", Keyword::SchemaMap),
    ("properties", Keyword::SchemaMap),
    ("patternProperties", Keyword::PatternMap),
    ("dependencies", Keyword::Dependencies),
    ("propertyNames", Keyword::Schema),
    ("enum", Keyword::Choices),
    ("type", Keyword::Types),
    ("format", Keyword::Text),
    ("contentMediaType", Keyword::Text),
    ("contentEncoding", Keyword::Text),
    ("if", Keyword::Schema),
    ("then", Keyword::Schema),
    ("else", Keyword::Schema),
    ("allOf", Keyword::Schemas),
    ("anyOf", Keyword::Schemas),
    ("oneOf", Keyword::Schemas),
    ("not", Keyword::Schema),
];

/// The keyword of draft 7 that a key means: itself, or the one from which only capitals tell it.
#[must_use]
pub(crate) fn keyword_meant(key: &str) -> Option<&'static str> {
    let mut names = KEYWORDS.iter().map(|(name, _)| *name);
    names.clone().find(|name| *name == key).or_else(|| names.find(|name| name.eq_ignore_ascii_case(key)))
}

/// The keyword that a misspelt key means: `minLenght`. Only those that check values, where the value could be that of the keyword.
#[must_use]
pub(crate) fn keyword_misspelt(key: &str, value: Node<'_>) -> Option<&'static str> {
    let length = key.chars().count();
    if length > 24 || !key.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let checks = KEYWORDS.iter().filter(|(name, _)| name.len() > 4 && !ANNOTATIONS.contains(name));
    let fitting = checks.filter(|(_, kind)| could_hold(*kind, value)).map(|(name, _)| *name);
    // Two letters that changed places count once.
    fitting.filter(|name| strsim::osa_distance(key, name) <= if name.len() < 9 { 1 } else { 2 }).min()
}

/// Keywords that check nothing.
const ANNOTATIONS: [&str; 7] =
    ["title", "description", "readOnly", "examples", "definitions", "contentMediaType", "contentEncoding"];

/// Whether a value has the kind that a keyword needs.
fn could_hold(keyword: Keyword, value: Node<'_>) -> bool {
    match keyword {
        Keyword::PositiveNumber | Keyword::Number | Keyword::Count => value.as_f64().is_some(),
        Keyword::Boolean => value.as_bool().is_some(),
        Keyword::Names | Keyword::Schemas | Keyword::List | Keyword::Choices => value.is_sequence(),
        Keyword::Schema => value.is_mapping() || value.as_bool().is_some(),
        Keyword::SchemaMap | Keyword::PatternMap | Keyword::Dependencies => value.is_mapping(),
        Keyword::SchemaOrSchemas => value.is_mapping() || value.is_sequence(),
        Keyword::Text | Keyword::Pattern | Keyword::Types | Keyword::Uri | Keyword::UriReference => {
            value.as_str().is_some()
        }
    }
}

/// The types of JSON Schema.
pub(crate) const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// `$schema` values that Kratos' engine compiles (ory/jsonschema v3 compiler.go, all releases): with http, letter by letter.
pub(super) const DIALECTS: [&str; 4] = [
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema#",
    "http://json-schema.org/schema#",
];

/// Formats that a direct trait with `verification` may have, since v1.1.0 (E2).
pub(crate) const VERIFIABLE_FORMATS: [&str; 6] = ["email", "tel", "date", "time", "date-time", "no-validate"];

/// How messages reach a value of a format.
#[must_use]
pub(crate) fn channel_of(format: &str) -> Option<&'static str> {
    match format {
        "email" => Some("email"),
        "tel" => Some("sms"),
        _ => None,
    }
}

struct Check<'t> {
    version: Version,
    faults: Vec<SchemaFault<'t>>,
}

impl<'t> Check<'t> {
    fn fault(&mut self, node: Node<'t>, when: When, message: String, help: Option<String>) {
        self.faults.push(SchemaFault { node, at_key: false, part: None, when, message, help });
    }

    fn boot(&mut self, node: Node<'t>, message: impl Into<String>) {
        self.fault(node, When::Boot, message.into(), None);
    }

    /// The keywords of draft 7, downwards.
    fn schema(&mut self, node: Node<'t>, depth: usize) {
        if depth > 200 {
            return;
        }
        match node.value() {
            Value::Bool(_) => {}
            Value::Mapping(_) => {
                for field in node.fields() {
                    let known = KEYWORDS.iter().find(|(name, _)| *name == field.key);
                    if let Some((name, keyword)) = known {
                        self.keyword(name, *keyword, field.value, depth);
                    }
                }
            }
            _ => self.boot(node, format!("a schema is an object or a boolean, this is {}", node.type_name())),
        }
    }

    fn keyword(&mut self, name: &str, keyword: Keyword, value: Node<'t>, depth: usize) {
        match keyword {
            Keyword::Schemas => self.schemas(name, value, depth),
            Keyword::SchemaOrSchemas if value.is_sequence() => self.schemas(name, value, depth),
            Keyword::Schema | Keyword::SchemaOrSchemas => self.schema(value, depth + 1),
            Keyword::SchemaMap | Keyword::PatternMap | Keyword::Dependencies => self.map(name, keyword, value, depth),
            Keyword::Names => self.names(name, value),
            Keyword::Types => self.types(value),
            Keyword::Choices => self.choices(value),
            Keyword::Pattern => match value.as_str() {
                Some(pattern) => self.pattern(value, false, pattern),
                None => self.wanted(name, "a text", value),
            },
            Keyword::Text if value.as_str().is_none() => self.wanted(name, "a text", value),
            Keyword::Uri | Keyword::UriReference => self.address(name, keyword, value),
            Keyword::Boolean if value.as_bool().is_none() => self.wanted(name, "true or false", value),
            Keyword::List if !value.is_sequence() => self.wanted(name, "a list", value),
            Keyword::Number if value.as_f64().is_none() => self.wanted(name, "a number", value),
            Keyword::PositiveNumber if !value.as_f64().is_some_and(|n| n > 0.0) => {
                self.wanted(name, "a number above 0", value);
            }
            Keyword::Count if !is_count(value) => self.wanted(name, "a whole number from 0 on", value),
            _ => {}
        }
    }

    /// An address as Go's `url.Parse` takes it.
    fn address(&mut self, name: &str, keyword: Keyword, value: Node<'t>) {
        let strict = self.version >= STRICT_COLONS;
        let (what, is_address): (_, fn(&str, bool) -> bool) = match keyword {
            Keyword::Uri => ("an address with a scheme", formats::is_uri),
            _ => ("an address", formats::is_uri_reference),
        };
        if !value.as_str().is_some_and(|text| is_address(text, strict)) {
            self.wanted(name, what, value);
        }
    }

    fn wanted(&mut self, name: &str, what: &str, value: Node<'t>) {
        self.boot(value, format!("`{name}` must be {what}, this is {}", describe(value)));
    }

    fn schemas(&mut self, name: &str, value: Node<'t>, depth: usize) {
        if value.items().len() == 0 {
            return self.wanted(name, "a list with at least one schema", value);
        }
        for item in value.items() {
            self.schema(item, depth + 1);
        }
    }

    fn map(&mut self, name: &str, keyword: Keyword, value: Node<'t>, depth: usize) {
        if !value.is_mapping() {
            return self.wanted(name, "an object", value);
        }
        for field in value.fields() {
            if matches!(keyword, Keyword::PatternMap) {
                self.pattern(field.value, true, field.key);
            }
            if matches!(keyword, Keyword::Dependencies) && field.value.is_sequence() {
                self.names(name, field.value);
            } else {
                self.schema(field.value, depth + 1);
            }
        }
    }

    fn names(&mut self, name: &str, value: Node<'t>) {
        if !value.is_sequence() {
            return self.wanted(name, "a list of names", value);
        }
        for item in value.items().filter(|item| item.as_str().is_none()) {
            self.wanted(name, "a list of names", item);
        }
        self.repeated(name, value);
    }

    fn types(&mut self, value: Node<'t>) {
        let one = |node: Node<'_>| node.as_str().is_some_and(|text| TYPES.contains(&text));
        if value.is_sequence() {
            if value.items().len() == 0 {
                self.boot(value, "`type` lists nothing");
            }
            for item in value.items().filter(|item| !one(*item)) {
                self.boot(item, format!("{} is not a type of JSON Schema", describe(item)));
            }
            self.repeated("type", value);
        } else if !one(value) {
            let help = format!("use one of {}", TYPES.join(", "));
            let message = format!("{} is not a type of JSON Schema", describe(value));
            self.fault(value, When::Boot, message, Some(help));
        }
    }

    fn choices(&mut self, value: Node<'t>) {
        if !value.is_sequence() || value.items().len() == 0 {
            return self.wanted("enum", "a list with at least one value", value);
        }
        self.repeated("enum", value);
    }

    fn repeated(&mut self, name: &str, list: Node<'t>) {
        for item in repeated(list) {
            self.boot(item, format!("`{name}` lists {} twice", describe(item)));
        }
    }

    /// A pattern must be one that the Go of this Kratos compiles.
    fn pattern(&mut self, node: Node<'t>, at_key: bool, pattern: &str) {
        let Err(error) = go_regex::check(pattern, Go::of(self.version)) else { return };
        let (why, help) = go_regex::explain(pattern, &error);
        let message = format!("Go refuses this pattern: {why}");
        let (part, help) = (Some(error.span), help.map(str::to_owned));
        self.faults.push(SchemaFault { node, at_key, part, when: When::Boot, message, help });
    }

    /// What Kratos' own meta-schema adds: `properties.traits.properties`.
    fn shape(&mut self, root: Node<'t>) {
        let Some(properties) = root.get("properties").filter(|node| node.is_mapping()) else {
            if root.get("properties").is_none() {
                let help = Some("put the traits under `properties.traits.properties`".to_owned());
                self.fault(root, When::Boot, "an identity schema needs `properties` with `traits`".to_owned(), help);
            }
            return;
        };
        let Some(traits) = properties.get("traits") else {
            let help = Some("put the fields under `properties.traits.properties`".to_owned());
            return self.fault(properties, When::Boot, "`properties` has no `traits`".to_owned(), help);
        };
        if !traits.is_mapping() {
            return self.boot(traits, format!("`traits` must be an object schema, this is {}", describe(traits)));
        }
        if let Some(kind) = traits.get("type").filter(|kind| kind.as_str() != Some("object")) {
            self.boot(kind, format!("traits must be an object, `type` is {}", describe(kind)));
        }
        match traits.get("properties") {
            None => self.boot(traits, "`traits` needs `properties` with at least one trait"),
            Some(list) if list.is_mapping() && list.fields().next().is_none() => {
                self.boot(list, "there are no traits: Kratos needs at least one");
            }
            Some(list) => list.fields().for_each(|field| self.direct_trait(field.value)),
        }
    }

    fn direct_trait(&mut self, node: Node<'t>) {
        if !node.is_mapping() {
            if node.as_bool().is_some() {
                self.boot(node, "a trait must be an object here, true and false are refused");
            }
            return;
        }
        let verified = node.get(EXTENSION).and_then(|extension| extension.get("verification")).is_some();
        if let Some(format) = node.get("format").filter(|_| verified && self.version >= Version::V1_1)
            && let Some(text) = format.as_str().filter(|text| !VERIFIABLE_FORMATS.contains(text))
        {
            let help = format!("use one of the formats {}", VERIFIABLE_FORMATS.join(", "));
            let message = format!("a trait with `verification` cannot have the format `{text}`");
            self.fault(format, When::Boot, message, Some(help));
        }
        self.nested(node, When::Boot, 0);
    }

    /// The keyword here and below through objects; lists (`allOf`, …) are not entered by the meta-schema.
    fn nested(&mut self, node: Node<'t>, when: When, depth: usize) {
        if depth > 200 {
            return;
        }
        for field in node.fields() {
            if field.key == EXTENSION {
                self.extension(field.value, "", when);
            } else if field.value.is_mapping() {
                self.nested(field.value, when, depth + 1);
            }
        }
    }

    fn extension(&mut self, node: Node<'t>, path: &str, when: When) {
        if !node.is_mapping() {
            let message = format!("`{}` must be an object, this is {}", last(path), describe(node));
            return self.fault(node, when, message, None);
        }
        for field in node.fields() {
            let inner = if path.is_empty() { field.key.to_owned() } else { format!("{path}.{}", field.key) };
            let row = EXTENSION_KEYS.iter().find(|row| row.path == inner);
            match row {
                Some(row) if !row.versions.contains(self.version) => {
                    let message = self.version.against(format_args!("`{}` exists {}", field.key, row.versions));
                    self.faults.push(SchemaFault {
                        node: field.value,
                        at_key: true,
                        part: None,
                        when,
                        message,
                        help: None,
                    });
                }
                None => self.unknown_key(field.value, field.key, path, when),
                Some(row) => match &row.holds {
                    Holds::Object => self.extension(field.value, &inner, when),
                    Holds::Boolean if field.value.as_bool().is_none() => {
                        let help =
                            Some("write it without quotes".to_owned()).filter(|_| field.value.as_str().is_some());
                        let message =
                            format!("`{}` must be true or false, this is {}", field.key, describe(field.value));
                        self.fault(field.value, when, message, help);
                    }
                    Holds::Boolean => {}
                    Holds::Words(words) => self.word(field.value, &inner, words, when),
                },
            }
        }
    }

    fn unknown_key(&mut self, node: Node<'t>, key: &str, path: &str, when: When) {
        let siblings = EXTENSION_KEYS.iter().filter(|row| row.versions.contains(self.version)).filter_map(|row| {
            let (around, name) = row.path.rsplit_once('.').unwrap_or(("", row.path));
            (around == path).then_some(name)
        });
        let help = Some(one_of(&siblings.collect::<Vec<_>>()));
        let message = format!("`{key}` is not a key of `{}`", last(path));
        self.faults.push(SchemaFault { node, at_key: true, part: None, when, message, help });
    }

    fn word(&mut self, node: Node<'t>, path: &str, words: &[(&str, Versions)], when: When) {
        let known: Vec<&str> =
            words.iter().filter(|(_, versions)| versions.contains(self.version)).map(|(word, _)| *word).collect();
        if node.as_str().is_some_and(|text| known.contains(&text)) {
            return;
        }
        let (written, key) = (describe(node), last(path));
        let history = words.iter().find(|(word, _)| node.as_str() == Some(word));
        let message = match history {
            Some((_, versions)) => {
                let written = node.as_str().unwrap_or_default();
                self.version.against(format_args!("`{key}: {written}` exists {versions}"))
            }
            None => format!("`{key}` does not accept {}", written.trim_start_matches("the text ")),
        };
        let renamed = (node.as_str() == Some("phone") && known.contains(&"sms"))
            .then(|| "`phone` was renamed to `sms` in v1.1.0".to_owned());
        let help = renamed.unwrap_or_else(|| format!("write {}", known.join(" or ")));
        self.fault(node, when, message, Some(help));
    }

    /// What only compiling at the first use shows.
    fn uses(&mut self, root: Node<'t>) {
        if let Some(dialect) = root.get("$schema")
            && let Some(text) = dialect.as_str().filter(|text| !DIALECTS.contains(text))
            && formats::is_uri(text, self.version >= STRICT_COLONS)
        {
            let help =
                Some("write \"http://json-schema.org/draft-07/schema#\", with http and the final `#`".to_owned());
            self.fault(dialect, When::Use, format!("Kratos' engine does not know `$schema` {text:?}"), help);
        }
        if let Some(kind) =
            root.get("type").filter(|kind| kind.as_str().is_some_and(|text| TYPES.contains(&text) && text != "object"))
        {
            self.fault(
                kind,
                When::Use,
                format!("Kratos refuses every identity: each is an object, `type` is {}", describe(kind)),
                None,
            );
        }
        self.root_only(root, 0);
        let traits = root.find("properties.traits.properties").map(Node::id);
        self.outside_traits(root, traits, 0);
        self.references(root);
    }

    /// Kratos checks `{"traits": …}` and nothing else (identity/validator.go), so what else is demanded beside it is never there.
    fn root_only(&mut self, node: Node<'t>, depth: usize) {
        if depth > 8 || node.get("$ref").is_some() {
            return;
        }
        let demanded = [node.get("required"), node.find("dependencies.traits")];
        for item in demanded.into_iter().flatten().flat_map(Node::items) {
            if let Some(name) = item.as_str().filter(|name| *name != "traits") {
                let help = Some(format!("move `{name}` to `properties.traits.required`"));
                self.fault(item, When::Use, format!("`{name}` is required at the root, not in `traits`"), help);
            }
        }
        let closed = node.get("additionalProperties").filter(|value| value.as_bool() == Some(false));
        let described = node.get("patternProperties").is_some() || node.find("properties.traits").is_some();
        if let Some(closed) = closed.filter(|_| !described) {
            self.fault(closed, When::Use, "this allows no `traits`".to_owned(), Some("remove it here".to_owned()));
        }
        let count = |keyword: &str| node.get(keyword).and_then(|value| Some((value, value.as_f64()?)));
        if let Some((least, _)) = count("minProperties").filter(|(_, least)| *least > 1.0) {
            let help = Some("move it to `properties.traits`".to_owned());
            self.fault(least, When::Use, "the root has one member, `traits`".to_owned(), help);
        }
        if let Some((most, _)) = count("maxProperties").filter(|(_, most)| *most < 1.0) {
            self.fault(most, When::Use, "this allows no `traits`".to_owned(), Some("remove it here".to_owned()));
        }
        for part in node.get("allOf").into_iter().flat_map(Node::items) {
            self.root_only(part, depth + 1);
        }
    }

    /// The keyword wherever it is in an object of the schema (`embedx/identity_extension.schema.json`; at the root alone up to v0.7),
    /// but in the traits, where it is checked on start.
    fn outside_traits(&mut self, node: Node<'t>, traits: Option<NodeId>, depth: usize) {
        if depth > 200 {
            return;
        }
        let is_traits = traits == Some(node.id());
        for field in node.fields() {
            if field.key == EXTENSION {
                self.extension(field.value, "", When::Use);
            } else if field.value.is_mapping() && !is_traits && self.version >= Version::V0_8_0 {
                self.outside_traits(field.value, traits, depth + 1);
            }
        }
    }

    fn references(&mut self, root: Node<'t>) {
        for node in root.descendants() {
            let is_reference = node.key() == Some("$ref") && node.parent().and_then(Node::key) != Some("properties");
            let Some(target) = node.as_str().filter(|_| is_reference) else { continue };
            let fragment = target.strip_prefix('#').filter(|rest| rest.starts_with('/') && !rest.contains('%'));
            if fragment.is_some_and(|pointer| root.at(pointer).is_none()) {
                self.fault(node, When::Use, format!("`$ref` points to {target}, which does not exist"), None);
            }
        }
    }
}

fn is_count(node: Node<'_>) -> bool {
    match node.value() {
        Value::Number(number) => number.value >= 0.0 && number.text.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

fn last(path: &str) -> &str {
    match path.rsplit('.').next() {
        None | Some("") => EXTENSION,
        Some(name) => name,
    }
}

/// A short word for what was read.
fn describe(node: Node<'_>) -> String {
    match node.value() {
        Value::Bool(value) => format!("`{value}`"),
        Value::Number(number) => format!("the number {}", number.text),
        Value::String(text) if text.chars().count() <= 40 => format!("the text {text:?}"),
        Value::Sequence(items) if items.is_empty() => "an empty list".to_owned(),
        _ => node.type_name().to_owned(),
    }
}
