//! `identity-schema-missing`: an identity schema that is not where the configuration says.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity::Content;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "identity-schema-missing",
    aliases: &[],
    summary: "an identity schema that is not where the configuration says",
    category: "identity",
    level: Level::Warning,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D097"],
    docs: r#"
Kratos opens a `file://` URL as it stands behind `file://`: a relative path is relative to the working directory of the
server, not to the configuration, and percent escapes are not decoded. When the file is not there, the server does not start.

Only paths that surely lead into this project are reported: relative ones for which no file of that name lies beside the
configuration or in a folder around it. Absolute paths lead into a container, of which nothing is known here.

Source: driver/config/config.go:validateIdentitySchemas; ory/x httploader; seen on v1.3.1.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for schema in context.identity_schemas() {
        if let Content::Missing(path) = &schema.content {
            let message = format!("Kratos does not start unless this file is there: {} was not found", path.display());
            out.report_at(schema.url_place.clone(), Some(schema.pointer.clone()), message)
                .help("give the absolute path that the file has where Kratos runs, as file:///etc/config/kratos/…");
        }
    }
}
