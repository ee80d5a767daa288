//! `variable-value-misread`: a variable whose text Kratos reads as something else.

use crate::diagnostic::{Effect, Level};
use crate::kratos::env::{Hit, Step, Surprise};
use crate::kratos::schema::Fault;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::text::Place;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "variable-value-misread",
    aliases: &["variable-value"],
    summary: "variable that Kratos reads as something else",
    category: "env",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D010", "D011", "D012", "D013", "D014", "D015", "D017", "D018"],
    docs: r#"
## What happens

- A boolean: Kratos reads `true`, `1`, `t`, `false`, `0`, `f`; anything else, also `yes` and `on`, is false.
- A whole number: digits, octal with a leading 0; anything else is 0.
- A list of texts: JSON or comma-separated texts; a number, `true`, `null`, a quoted text or nothing makes it null.
- A list of objects, or an object: JSON; anything else makes it null, so that `SESSION=x` of another program stops the
  start.
- Quotes around the text that neither YAML nor a shell removes are part of it: in a list of `environment` of a compose
  file (`- LOG_LEVEL="debug"`) they reach Kratos. A quoted `DSN` or URL stops the start.
- A list of hooks: no text at all, not even JSON. Only its items can be set (`…_HOOKS_0_HOOK`), each counted with all
  hooks of the list.

Items of lists replace those of the file one by one: a shorter list leaves the further items of the file in place (old
secrets stay valid), and setting item 1 alone makes item 0 null. What validation then refuses is an error, everything
else a warning.

## Why

The type of a key decides how Kratos reads the text of its variable.

## What to do

Write the value as its type needs it, or write it into the file.

## Versions

All versions.

## Source

configx/koanf_env.go:extract and decode, koanf_full_merge.go:MergeAllTypes at all tags; tried on servers v1.0.0 to
master.

## Examples

```sh
SELFSERVICE_METHODS_CODE_ENABLED=yes   # false
SECRETS_DEFAULT_1=…                    # item 0 becomes null
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    // The items of a file that the server never loads are not there.
    let is_loaded = !context.deployment.starts.iter().any(|start| start.is_without_file());
    for hit in &context.unit.environment.hits {
        let Some(surprise) = &hit.surprise else { continue };
        if matches!(surprise, Surprise::Tail(_)) && !is_loaded {
            continue;
        }
        let place = Place::new(&hit.variable.name_place.source, hit.variable.value_span);
        let is_here = |node: Place| node.source.path() == place.source.path() && node.span == place.span;
        let is_refusal = |fault: &Fault<'_>| fault.boot && fault.missing.is_none() && is_here(fault.node.place());
        let refused = context.schema_faults().iter().any(is_refusal);
        let is_dsn = matches!(hit.steps.as_slice(), [Step::Key(key)] if key == "dsn");
        let stops = refused && !matches!(surprise, Surprise::Tail(_)) || is_dsn && matches!(surprise, Surprise::Quoted);
        if let Some((message, help)) = said(hit, surprise, stops) {
            let report = out.report_at(place.clone(), Some(pointer(&hit.steps)), message).help(help);
            if stops {
                _ = report.level(Level::Error).effect(Effect::NoBoot);
            }
        }
    }
}

fn said(hit: &Hit, surprise: &Surprise, stops: bool) -> Option<(String, String)> {
    let name = &hit.variable.name;
    let said = match surprise {
        Surprise::False => (
            format!("Kratos reads this as false: `{name}` must be true or false"),
            "write `true` or `false`".to_owned(),
        ),
        Surprise::Zero => {
            (format!("Kratos reads this as 0: `{name}` must be a number"), "write digits only".to_owned())
        }
        Surprise::Base(number) => (
            format!("Kratos reads this as {number}: a leading 0 means another base"),
            "write the number without the leading 0".to_owned(),
        ),
        Surprise::Null | Surprise::Text if !stops => return None,
        Surprise::Null => (
            format!("Kratos reads this as null and does not start: `{name}` is a list or map of its configuration"),
            "write JSON; if the variable is for another program, remove it from Kratos: there is no prefix".to_owned(),
        ),
        Surprise::Text => (
            format!("Kratos reads this as a text and does not start: `{name}` cannot hold a list, not even as JSON"),
            format!("write the list into the file, or set its items one by one (`{name}_0_…`)"),
        ),
        Surprise::Quoted => {
            let start = if stops { "Kratos does not start: it" } else { "Kratos" };
            (
                format!("{start} gets `{name}` with the quotes, which are part of the value"),
                "remove the quotes around the value".to_owned(),
            )
        }
        Surprise::Gap(item) => (
            format!("item {item} of the list becomes null: a variable sets a later item, and none sets this one"),
            "set each smaller index too, also where the file has the item".to_owned(),
        ),
        Surprise::Tail(more) => (
            format!("{more} further items of the list in the file remain after those of `{name}`"),
            "remove the list from the file, or give as many items: variables replace items one by one".to_owned(),
        ),
    };
    Some(said)
}

fn pointer(steps: &[Step]) -> String {
    steps.iter().fold(String::new(), |path, step| match step {
        Step::Key(key) => path + &crate::yaml::pointer_token(key),
        Step::Item(index) => format!("{path}/{index}"),
    })
}
