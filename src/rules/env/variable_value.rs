//! `variable-value`: a variable whose text Kratos reads as something else.

use crate::diagnostic::{Effect, Level};
use crate::kratos::env::{Hit, Step, Surprise};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::text::Place;

/// The rule.
pub const RULE: Rule = Rule {
    name: "variable-value",
    aliases: &[],
    summary: "a variable whose text Kratos reads as something else",
    category: "env",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D010", "D011", "D012", "D013", "D014", "D015", "D017", "D018"],
    docs: r#"
The type of a key decides how the text of its variable is read:

- a boolean takes `true`, `1`, `t`, `false`, `0`, `f`; anything else, `yes` and `on` too, is false;
- a whole number takes digits, octal with a leading 0; anything else is 0;
- a list of texts takes JSON or comma-separated texts; a number, `true`, `null`, a quoted text or nothing makes it null;
- a list of objects and an object take JSON; anything else makes them null, so that `SESSION=x` of another program refuses the
  start;
- a list of hooks takes no text at all, not even JSON: only its items can be set (`…_HOOKS_0_HOOK`), each counted with all hooks
  of the list.

Items of lists are laid over those of the file one by one: a shorter list leaves the further items of the file in place (old
secrets stay valid), and setting item 1 alone makes item 0 null.

What validation then refuses is an error, everything else a warning.

Source: configx/koanf_env.go:extract and decode, koanf_full_merge.go:MergeAllTypes at all tags; tried on servers v1.0.0 to
master.

```sh
SELFSERVICE_METHODS_CODE_ENABLED=yes   # false
SECRETS_DEFAULT_1=…                    # item 0 becomes null
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for hit in &context.unit.environment.hits {
        let Some(surprise) = &hit.surprise else { continue };
        let place = Place::new(&hit.variable.name_place.source, hit.variable.value_span);
        let is_here = |node: Place| node.source.path() == place.source.path() && node.span == place.span;
        let refused = context.schema_faults().iter().any(|fault| fault.boot && is_here(fault.node.place()));
        if let Some((message, help)) = said(hit, surprise, refused) {
            let report = out.report_at(place.clone(), Some(pointer(&hit.steps)), message).help(help);
            if refused && !matches!(surprise, Surprise::Tail(_)) {
                _ = report.level(Level::Error).effect(Effect::NoBoot);
            }
        }
    }
}

fn said(hit: &Hit, surprise: &Surprise, refused: bool) -> Option<(String, String)> {
    let name = &hit.variable.name;
    let said = match surprise {
        Surprise::False => {
            (format!("Kratos reads this as false: `{name}` takes true or false"), "write `true` or `false`".to_owned())
        }
        Surprise::Zero => (format!("Kratos reads this as 0: `{name}` takes a number"), "write digits only".to_owned()),
        Surprise::Base(number) => (
            format!("Kratos reads this as {number}: a leading 0 is another base"),
            "write the number without it".to_owned(),
        ),
        Surprise::Null | Surprise::Text if !refused => return None,
        Surprise::Null => (
            format!("Kratos reads this as null and does not start: `{name}` is a list or map of its configuration"),
            "give JSON; when the variable is meant for another program, keep it from Kratos: there is no prefix"
                .to_owned(),
        ),
        Surprise::Text => (
            format!("Kratos reads this as a text and does not start: `{name}` takes no list, not even as JSON"),
            format!("write the list into the file, or set its items one by one (`{name}_0_…`)"),
        ),
        Surprise::Gap(item) => (
            format!("item {item} of the list becomes null: a variable sets a later one, and none sets it"),
            "set each smaller index too, also where the file fills it".to_owned(),
        ),
        Surprise::Tail(more) => (
            format!("{more} further items of the list in the file stay behind those of `{name}`"),
            "variables replace items one by one: take the list out of the file, or give as many items".to_owned(),
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
