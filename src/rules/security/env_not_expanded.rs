//! `env-not-expanded`: a variable that is never replaced.

use crate::deployment;
use crate::diagnostic::{Covers, Effect, Level};
use crate::kratos::env;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "env-not-expanded",
    aliases: &[],
    summary: "variable that Kratos does not expand",
    category: "security",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos sends the text itself, or uses it as secret or address. Seen in real configurations: an API key
`${WEBHOOK_SECRET}` that the backend refused.

## Why

Kratos does not substitute `${NAME}`, `$NAME`, `env://NAME` and `{{ … }}` in its configuration. It does read environment variables that are
named after the keys: `SECRETS_COOKIE`, `COURIER_SMTP_CONNECTION_URI`,
`SELFSERVICE_METHODS_OIDC_CONFIG_PROVIDERS_0_CLIENT_SECRET`.

Silent for files that are clearly filled in first: templates by their name (`.tmpl`, `.j2`, …) or content, values of
Helm charts and config maps, and folders where a script, compose file or Dockerfile uses `envsubst` or a similar
program. An info where a variable of the same name sets the key anyway (`secrets.cookie: [${SECRETS_COOKIE}]`).

## What to do

Remove the value and set the environment variable of the key, or run the file through `envsubst` first.

## Versions

All versions.

## Source

oryx/configx/koanf_env.go; seen on v1.3.1 and v26.2.0.

## Examples

```yaml bad
courier:
  http:
    request_config:
      url: https://mail.example.com/send
      auth:
        type: api_key
        config:
          name: X-Key
          value: ${MAIL_KEY}
          in: header
```

```yaml good
courier:
  http:
    request_config:
      url: https://mail.example.com/send
      auth:
        type: api_key
        config:
          name: X-Key
          value: costs-$5
          in: header
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root().filter(|_| !context.is_filled_in()) else { return };
    let is_plain = |node: &Node<'_>| !node.is_mapping() && !node.is_sequence() && !context.is_from_environment(*node);
    for node in root.descendants().into_iter().filter(is_plain) {
        let place = node.origin();
        // It is reported as no address of a database.
        if node.key() == Some("dsn") && node.as_str().is_some_and(|text| text.starts_with("env://")) {
            continue;
        }
        // A layer that is there to be copied is filled in then.
        if deployment::is_sample(place.source.path()) {
            continue;
        }
        let Some((name, whole)) = variable(place.source.slice(place.span)) else { continue };
        let own = env::of_pointer(&node.pointer());
        let list = own.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
        let refused = context.schema_faults().iter().any(|fault| fault.boot && fault.node.id() == node.id());
        let effect = if refused { "does not start" } else { "uses this text" };
        let message = format!("Kratos does not expand `{whole}` and {effect} unless another program fills it in");
        // An item that is removed makes its list shorter, and the variable sets another item then.
        let around = node.parent().filter(|list| list.is_sequence()).map(|list| env::of_pointer(&list.pointer()));
        let help = if around.as_ref() == Some(&own) {
            format!("set {own}, which replaces the whole list, or run the file through envsubst")
        } else if around.is_some() {
            format!(
                "set {own}, which replaces it, and a variable for each earlier item, or run the file through envsubst"
            )
        } else {
            format!("remove it and set the environment variable {own}, or run the file through envsubst first")
        };
        let report = out.report(node, message).help(help).covers(Covers::Placeholder);
        let unknown = !context.settings.no_config && !context.deployment.is_found();
        if name == own || name == list || unknown {
            _ = report.level(Level::Info).effect(Effect::Advice);
        }
    }
}

/// The first variable in a text: its name, and how it is written.
fn variable(text: &str) -> Option<(&str, String)> {
    let plain = text.trim_matches(['"', '\'']);
    if let Some(name) = whole(plain) {
        return Some((name, plain.to_owned()));
    }
    if let Some((_, after)) = text.split_once("${") {
        let (inner, _) = after.split_once('}')?;
        let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(inner.len());
        let name = inner.get(..end).filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase()))?;
        // What follows the name may be a secret (`${NAME:-default}`).
        return Some((name, format!("${{{name}}}")));
    }
    let (_, after) = text.split_once("{{")?;
    let (inner, _) = after.split_once("}}")?;
    let name = inner.trim().strip_prefix("env ")?.trim().trim_matches(['"', '\'']);
    Some((name, format!("{{{{ env {name} }}}}")))
}

/// The name of the variable that a text is as a whole: `$NAME`, `env://NAME`.
fn whole(text: &str) -> Option<&str> {
    let name = text.strip_prefix("env://").or_else(|| text.strip_prefix('$'))?;
    let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    Some(name).filter(|name| {
        name.len() > 2 && name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(is_part)
    })
}
