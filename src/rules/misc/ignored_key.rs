//! `ignored-key`: a key that is accepted and never read.

use crate::diagnostic::{Effect, Level};
use crate::kratos::schema::{self, KEYS, Key, Shape};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "ignored-key",
    aliases: &[],
    summary: "key that Kratos accepts and ignores",
    category: "misc",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D105", "D202", "D207", "H-CLIENTS-TYPO"],
    docs: r#"
## What happens

Kratos ignores the key without a message.

## Why

Some objects of the schema are open: any key passes there, also a misspelt one or one of another version (`security`,
`ciphers`, `clients`, `preview`, `courier.worker`, `database.cleanup`, `session.whoami.tokenizer`, since v1.3.0 the
method `code`, the `config` of `code` and `link`, `requested_claims`).

## What to do

Correct the name, or remove the key.

## Versions

All versions.

## Source

embedx/config.schema.json; seen on v1.0.0 to master.

## Examples

```yaml bad
selfservice:
  methods:
    link:
      config:
        lifespam: 1h
```

```yaml good
selfservice:
  methods:
    link:
      config:
        lifespan: 1h
```
"#,
    check,
};

/// How the names of keys begin that forbid something.
const PROTECTION: &str = "disallow_";

fn check(context: &Context, out: &mut Sink) {
    // `identity.schemas[]` has a rule of its own.
    let open =
        |key: &&Key| key.shape == Shape::Open && !key.path.starts_with('#') && !key.path.starts_with("identity.");
    for object in KEYS.iter().filter(|key| key.versions.contains(context.target)).filter(open) {
        let mut fields = context.select(object.path).into_iter().flat_map(Node::fields).peekable();
        if fields.peek().is_none() {
            continue;
        }
        let mut known = children(object.path, context.target);
        if object.path.ends_with(".requested_claims") {
            // Of the claims parameter of OpenID Connect only these two parts exist (core 1.0, section 5.5).
            known = vec!["id_token", "userinfo"];
        }
        if known.is_empty() || known.contains(&"*") {
            continue;
        }
        for field in fields {
            if known.contains(&field.key) {
                continue;
            }
            let since = Version::all().find(|version| children(object.path, *version).contains(&field.key));
            let path = view::dotted(field.value);
            let why = match since {
                Some(version) if version > context.target => format!("Kratos reads it only since {version}"),
                Some(_) => "Kratos no longer reads it".to_owned(),
                None => "Kratos does not know it".to_owned(),
            };
            let message = format!("`{path}` has no effect: {why}");
            let meant = schema::nearest(field.key, &known).filter(|_| since.is_none());
            let help = match (meant, since) {
                (Some((name, _)), _) => format!("did you mean `{name}`?"),
                (None, Some(version)) if version > context.target => {
                    format!("upgrade to {version} or later, or remove it")
                }
                (None, Some(_)) => "remove it".to_owned(),
                (None, None) => schema::place_of(field.value, object.path, &known, field.key, context.target)
                    .map_or_else(|| format!("use one of: {}", known.join(", ")), |place| format!("move it to {place}")),
            };
            let report = out.report_key(field.value, message).help(help);
            if meant.is_some_and(|(name, _)| name.starts_with(PROTECTION)) {
                _ = report.level(Level::Error).effect(Effect::Unprotected);
            }
        }
    }
}

/// The keys that an object may have in a version.
fn children(path: &str, version: Version) -> Vec<&'static str> {
    let child = |key: &'static Key| {
        let rest = key.path.strip_prefix(path)?.strip_prefix('.')?;
        (key.versions.contains(version) && !rest.contains(['.', '['])).then_some(rest)
    };
    schema::below(path).filter_map(child).collect()
}
