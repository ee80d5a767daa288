//! `template-unknown-function`: a message template calls a function that does not exist.

use crate::diagnostic::{Effect, Level};
use crate::gotemplate::functions;
use crate::kratos::ctx::traits;
use crate::kratos::messages::has_function;
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, MAX_OF_RULE, Rule, Sink};
use crate::rules::courier::{Broken, each_text, nearest};
use crate::templates::Checked;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "template-unknown-function",
    aliases: &[],
    summary: "message template calls a function that does not exist",
    category: "courier",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
A name without a dot is a function. Where Kratos has no such function, the template cannot be parsed: no message is sent and the
request fails; a bad HTML part is left out of the mail.

## Why
Templates of users can call Go's functions and those of the library sprig that always give the same result. Since v0.9.0 that
leaves out `now`, `date`, `env`, `uuidv4` and others, which the templates inside Kratos may call.

## What to do
Correct the name. Fields begin with a dot: `{{ .RecoveryCode }}`. Instead of `date`, cut the text: `{{ substr 0 10 .Identity.created_at }}`.

## Versions
All versions; `sha512sum` since v25.4.0.

## Source
courier/template/load_template.go (sprig.HermeticTxtFuncMap); seen on v1.0.0 to v26.2.0.

## Examples

```yaml bad
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://WW91ciBjb2RlIGlzIHt7IFJlY292ZXJ5Q29kZSB9fQ==
```

```yaml good
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://WW91ciBjb2RlIGlzIHt7IC5SZWNvdmVyeUNvZGUgfX0=
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for text in each_text(context) {
        // What to do is looked for in lists of names: not for more than are shown.
        for (name, span) in text.parsed.unknown_functions.iter().take(MAX_OF_RULE + 1) {
            let broken = Broken::of(text.checked, context.target);
            let message = format!("{}: Kratos has no function `{name}`", broken.consequence());
            let help = help(name, text.checked, context.target);
            _ = broken.report(out, text.place(*span), message).help(help);
        }
    }
}

fn help(name: &str, checked: &Checked, version: Version) -> String {
    if name == "elseif" || name == "elif" {
        return "write `else if`".to_owned();
    }
    let model = checked.template.message.model(version, &traits::unknown(), &[]);
    if let Some(field) = nearest(name, model.fields.iter().map(|(field, _)| *field)) {
        return format!("write `.{field}`: fields begin with a dot");
    }
    if functions::signature(name).is_some() {
        return format!("do without `{name}`: templates of users have only functions that always give the same result");
    }
    let known = functions::FUNCTIONS.iter().map(|function| function.name).filter(|name| has_function(name, version));
    match nearest(name, known) {
        Some(function) => format!("use `{function}`"),
        None => "use a function of Go's text/template or of sprig".to_owned(),
    }
}
