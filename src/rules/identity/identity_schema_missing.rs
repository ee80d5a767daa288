//! `identity-schema-missing`: an identity schema that is not where the configuration says.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity::Content;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "identity-schema-missing",
    aliases: &[],
    summary: "identity schema file that does not exist",
    category: "identity",
    level: Level::Warning,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D097"],
    docs: r#"
## What happens

Kratos does not start.

The same holds for `file:` without `//`: Kratos looks for a file of which this is a part of the name (error).

## Why

Kratos opens what comes after `file://` as a path: a relative path is relative to the working directory of the server,
not to the configuration, and percent escapes are not decoded.

Only paths that surely point into this project are reported: relative ones for which there is no file of that name
beside the configuration or in a folder around it. Absolute paths point into a container, of which nothing is known
here.

## What to do

Write the absolute path that the file has where Kratos runs.

## Versions

All versions.

## Source

driver/config/config.go:validateIdentitySchemas; ory/x httploader; seen on v1.3.1; `file:/…` seen on v1.3.1 and v26.2.0.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for url in context.select("identity.schemas[].url") {
        let path = view::text(url).and_then(|text| text.strip_prefix("file:")).filter(|rest| !rest.starts_with("//"));
        if let Some(path) = path {
            out.report(url, "Kratos does not start: without `//` it takes the whole text as the name of a file")
                .level(Level::Error)
                .effect(Effect::NoBoot)
                .help(format!("write file://{path}"));
        }
    }
    for schema in context.identity_schemas() {
        // Since v0.9.0 this key is refused, whatever it names.
        if context.target >= Version::V0_9 && schema.pointer == "/identity/default_schema_url" {
            continue;
        }
        if let Content::Missing(path) = &schema.content {
            let clause = format!("`{}` exists", path.display());
            let message = format!("Kratos does not start unless {clause}: it was not found");
            out.report_at(schema.url_place.clone(), Some(schema.pointer.clone()), message)
                .unless(clause)
                .help("write the absolute path that the file has where Kratos runs: file:///etc/config/kratos/…");
        }
    }
}
