//! `unknown-variable`: a variable that is meant for Kratos and hits no key.

use std::collections::HashSet;

use crate::diagnostic::{Effect, Level};
use crate::kratos::env::{Lookup, MAX_NEAR};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::template;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "unknown-variable",
    aliases: &[],
    summary: "variable for Kratos that sets no key",
    category: "env",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D016"],
    docs: r#"
## What happens

Kratos drops the variable without a message.

## Why

There is no prefix: the name is the path of the key in upper case with `_` for each dot; numbers, from 0, count the
items of lists. Entries of maps with free keys (`headers`, the templates of the tokenizer) have no variable of their
own. The variable of the map holds all of it as JSON, and Kratos merges it with the map of the file. Items of lists
inside lists (`scope` of a provider) have none either: of two numbers in a name Kratos reads only the last.

Reported are names that begin as a key (at least two words) or are nearly one; all others may belong to other
programs, and so may those that a placeholder of the configuration names. The rule reads `--env-file`, and `environment` and `env_file` of the service in a compose file beside the
configuration that surely serves it.

## What to do

Correct the name, or write the value into the file.

## Versions

All versions.

## Source

configx/koanf_env.go:Read and extract at all tags; tried on servers v1.0.0 to master, lists inside lists on v1.3.1 and
v26.2.0.

## Examples

```sh
# no key: COURIER_SMTP_CONNECTION_URI is one
COURIER_SMTP_CONNECTION_URL=smtps://mailer@smtp.example.com
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let environment = &context.unit.environment;
    let misses = &environment.misses;
    if misses.is_empty() && environment.not_compared == 0 {
        return;
    }
    let named = named_in(context.unit.source().text());
    for (variable, lookup) in misses.iter().filter(|(variable, _)| !named.contains(variable.name.as_str())) {
        let name = &variable.name;
        let (message, help) = match lookup {
            Lookup::FreeEntry(map) => (
                format!("Kratos drops `{name}`: entries of this map have no variable of their own"),
                format!("give the whole map as JSON in `{map}`, or write the entry into the file"),
            ),
            Lookup::InnerItem(list) => (
                format!("Kratos drops `{name}`: items of a list inside a list have no variable of their own"),
                format!("give the whole list in `{list}`, with commas between texts or as JSON"),
            ),
            Lookup::Near(near) => {
                (format!("Kratos drops `{name}`: no key has this name"), format!("did you mean `{near}`?"))
            }
            _ => (
                format!("Kratos drops `{name}`: no key has this name"),
                "write the path of the key in upper case, with `_` for each dot".to_owned(),
            ),
        };
        let report = out.report_at(variable.name_place.clone(), Some(String::new()), message).help(help);
        if matches!(lookup, Lookup::Near(near) if name.ends_with(near.as_str())) {
            _ = report.level(Level::Info);
        }
    }
    if let Some(root) = context.root().filter(|_| environment.not_compared > 0) {
        let more = environment.not_compared;
        let message = format!("typos are looked for in {MAX_NEAR} names of variables: {more} more are not compared");
        out.left_out(root, message);
    }
}

/// The variables that placeholders of a text name: what fills the text in reads them.
fn named_in(text: &str) -> HashSet<&str> {
    let placeholders = template::placeholders(text, true);
    let texts = placeholders.iter().filter_map(|span| text.get(span.start..span.end));
    texts.flat_map(|text| text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))).collect()
}
