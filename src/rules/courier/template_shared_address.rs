//! `template-shared-address`: HTML and plain text of a mail have the same address.

use crate::diagnostic::{Effect, Level};
use crate::kratos::messages::Part;
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::templates::given::{key, messages};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "template-shared-address",
    aliases: &[],
    summary: "HTML and plain text of a mail have the same address",
    category: "courier",
    level: Level::Warning,
    effect: Effect::Unprotected,
    versions: Versions::since(Version::V1_3_0),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
When one process queues and sends mails (`kratos serve --watch-courier`), the HTML part is written without escaping: a trait such
as `<b>` or a link goes into the mail as HTML. Whoever registers can write what your mail says.

## Why
Since v1.3.0 Kratos keeps fetched templates by their address alone. The plain text is written first, as text; the HTML part then
finds that template and does not make one that escapes.

## What to do
Give the two parts different addresses; a query such as `?html` makes a difference.

## Versions
Since v1.3.0. Before, only the bytes were kept.

## Source
courier/template/load_template.go (loadRemoteTemplate); seen on v1.3.1, v25.4.0 and v26.2.0 (escaped on v1.0.0 and v1.1.0).

## Examples

```yaml bad
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://PHA+e3sgLlRvIH19PC9wPg==
            html: base64://PHA+e3sgLlRvIH19PC9wPg==
```

```yaml good
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://e3sgLlRvIH19
            html: base64://PHA+e3sgLlRvIH19PC9wPg==
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    for message in messages(context.target) {
        let [text, html] = [Part::Plaintext, Part::Html].map(|part| key(root, message, part));
        let (Some(text), Some(html)) = (text, html) else { continue };
        if text.as_str().is_some() && text.as_str() == html.as_str() {
            _ = out
                .report(html, "this HTML is sent without escaping: the plain text has the same address")
                .label(text.place(), "the same address")
                .help("give HTML and plain text different addresses");
        }
    }
}
