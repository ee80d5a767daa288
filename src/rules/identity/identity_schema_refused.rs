//! `identity-schema-refused`: an identity schema that Kratos refuses at boot.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity::meta::{self, When};
use crate::kratos::identity::{Content, IdentitySchema, MAX_SCHEMA_BYTES, is_refused};
use crate::kratos::network::Edition;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::text::{Place, Span};
use crate::yaml::{Node, Tree};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "identity-schema-refused",
    aliases: &[],
    summary: "identity schema that Kratos refuses at start",
    category: "identity",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D096", "D098"],
    docs: r#"
## What happens

Kratos does not start, although the configuration itself is valid.

## Why

Kratos reads every `identity.schemas[].url` when it starts and checks it against the meta-schema of JSON Schema draft
7 and its own: JSON without comments and trailing commas, an object with `properties.traits.properties`, and an
`ory.sh/kratos` keyword with only what this version knows. `via: phone` became `via: sms` in v1.1.0;
`credentials.code` is new in v1.1.0, `credentials.passkey` in v1.2.0, `recovery.via: sms` in v25.4.0.

`pattern` and the keys of `patternProperties` must compile with the Go that Kratos was built with. Go has no
look-around, no back-references, no possessive or atomic groups, no `\u` and no `\Z`, and no count above 1000.
`(?<name>…)` works since v1.2.0 (Go 1.22). Since v25.4.0 (Go 1.25) `\p{letter}` and `\p{Lowercase_Letter}` work, but
scripts with an underscore such as `\p{Old_Persian}` no longer do.

An address begins with `file://`, `http://`, `https://` or `base64://`: there is no loader for another scheme, such as
the `preset://` of Ory Network. `FILE://` and `BASE64://` in capitals are not known.

Since v1.2.0 Kratos reads only the first MiB of a schema at start, so a larger one fails to parse.

## What to do

Correct the schema at the place that is shown.

## Versions

All versions.

## Source

driver/config/config.go:validateIdentitySchemas (v1.0.0 to master); seen on v1.0.0, v1.3.1 and v26.2.0 with 28 broken
schemas, `preset://`, `data:`, `FILE://` and `BASE64://` on v1.3.1 and v26.2.0. Patterns: regexp/syntax of Go; 62,000 patterns judged as Go 1.21.13, 1.23.2 and 1.26.8 judge them.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for schema in context.identity_schemas() {
        match &schema.content {
            Content::Undecodable(why) => {
                let message = format!("Kratos does not start: it cannot decode this identity schema: {why}");
                out.report_at(schema.url_place.clone(), Some(schema.pointer.clone()), message)
                    .help("encode the file with `base64 -w0`");
            }
            Content::Schema(tree) => check_schema(context, schema, tree, out),
            Content::Unknown => check_scheme(context, schema, out),
            Content::Missing(_) | Content::Beyond => {}
        }
    }
}

/// Kratos has loaders for four schemes.
fn check_scheme(context: &Context, schema: &IdentitySchema, out: &mut Sink) {
    let node = context.root().and_then(|root| root.at(&schema.pointer));
    let Some(url) = node.and_then(Node::as_str) else { return };
    let Some((loader, rest)) = url.split_once(':').filter(|_| context.edition == Edition::OpenSource) else { return };
    let is_scheme = loader.starts_with(|c: char| c.is_ascii_alphabetic())
        && loader.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let is_known = ["file", "http", "https", "base64"].iter().any(|known| loader.eq_ignore_ascii_case(known));
    // Kratos compares the beginnings of the two that it reads itself, capitals and slashes included.
    let is_exact = !rest.starts_with("//") || matches!(loader, "file" | "base64") || is_web(loader);
    let is_loaded = is_known && is_exact;
    if !is_scheme || is_loaded || view::is_placeholder(url) || context.target < Version::V1_0 {
        return;
    }
    let slashes = if rest.starts_with("//") { "//" } else { "" };
    let message = format!("Kratos does not start: it cannot load `{loader}:{slashes}` addresses");
    let lower = loader.to_ascii_lowercase();
    let help = if is_known {
        format!("write `{lower}://`")
    } else if loader.eq_ignore_ascii_case("preset") {
        "presets are on Ory Network only: write the schema into a file".to_owned()
    } else {
        "use `file://`, `https://` or `base64://`".to_owned()
    };
    let report = out.report_at(schema.url_place.clone(), Some(schema.pointer.clone()), message).help(help);
    if slashes.is_empty() {
        // The validation accepts such an address, and the start ends after it.
        report.effect(Effect::RequestFails).stops_later();
    }
}

/// Whether a scheme is that of the web, in capitals or not.
fn is_web(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}

fn check_schema(context: &Context, schema: &IdentitySchema, tree: &Tree, out: &mut Sink) {
    let source = tree.source();
    if source.text().len() > MAX_SCHEMA_BYTES && context.target >= Version::V1_2 {
        let message =
            "Kratos does not start: it reads only the first MiB of an identity schema, and the rest is not JSON";
        let first = Place::new(source, Span::new(0, 1));
        out.report_in(first, &schema.pointer, &schema.url_place, message);
        return;
    }
    // A schema inside the configuration also keeps the server from starting; `boots` speaks of the configuration without
    // it, as the recorded verdicts do. A file that another file holds, such as an entry of a `ConfigMap`, is a file.
    let url = context.root().and_then(|root| root.at(&schema.pointer)).and_then(Node::as_str);
    let is_file = url.is_some_and(|url| url.starts_with("file://"));
    let is_beside = source.is_embedded() && !source.text().is_empty() && !is_file;
    let effect = if is_beside { Effect::RequestFails } else { Effect::NoBoot };
    for fault in tree.faults().iter().filter(|fault| is_refused(fault)) {
        let message = format!("Kratos does not start, because this is not valid JSON: {}", fault.message);
        let help = fault.help.as_deref().unwrap_or("correct this place of the identity schema");
        out.report_in(fault.place.clone(), &schema.pointer, &schema.url_place, message).effect(effect).help(help);
    }
    let Some(root) = schema.root() else {
        if tree.faults().is_empty() {
            let message = "Kratos does not start: this identity schema is empty";
            let report = out.report_in(Place::new(source, Span::at(0)), &schema.pointer, &schema.url_place, message);
            report.help("write a JSON object with `properties.traits.properties`");
        }
        return;
    };
    for fault in meta::faults(root, context.target).into_iter().filter(|fault| fault.when == When::Boot) {
        let place = fault.place();
        let message = format!("Kratos does not start: {}", fault.message);
        let help = fault.help.as_deref().unwrap_or("correct this place of the identity schema");
        out.report_in(place, &schema.pointer, &schema.url_place, message).effect(effect).help(help);
    }
}
