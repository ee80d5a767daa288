//! `template-missing`: a message template that cannot be read.

use crate::diagnostic::{Effect, Level};
use crate::files::FoundFile;
use crate::kratos::messages::Part;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::templates::given::{key, messages};
use crate::text::Source;
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "template-missing",
    aliases: &[],
    summary: "message template that cannot be read",
    category: "courier",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D186", "D187"],
    docs: r#"
## What happens
The message is not sent: without its subject, plain text or SMS the request fails, without its HTML part the mail is sent with
plain text alone.

## Why
Templates are fetched when a message is sent, from addresses with `http://`, `https://`, `file://` or `base64://`. The latter
is standard base64 with padding.

## What to do
Correct the address. A path after `file://` is relative to the folder in which Kratos is started.

## Versions
All versions with `courier.templates`. (A folder `courier.template_override_path` without one of the templates is fine: Kratos uses
its own.) Messages of a flow that is switched off are not checked.

## Source
courier/template/load_template.go (loadRemoteTemplate); seen on v1.0.0, v1.3.1 and v26.2.0.

## Examples

```yaml bad
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://WA
```

```yaml good
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://WA==
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    for message in messages(context.target).filter(|message| !is_off(context, root, message.name)) {
        for part in message.parts() {
            let Some(node) = key(root, message, part) else { continue };
            if let Some((why, help, level)) = view::text(node).and_then(|text| fault(context, node, text)) {
                let what = if part.is_html(context.target) { "is sent without HTML" } else { "cannot be sent" };
                let noun = if part == Part::Sms { "SMS" } else { "mail" };
                _ = out.report(node, format!("this {noun} {what}: {why}")).level(level).help(help);
            }
        }
    }
}

/// Whether the flow of a message is surely off: its key says so, or no variable can switch it on.
fn is_off(context: &Context, root: Node<'_>, message: &str) -> bool {
    let flow = message.split('_').next().unwrap_or_default();
    let is_written = root.find(&format!("selfservice.flows.{flow}.enabled")).is_some();
    view::flow(root, flow).is_off() && (is_written || context.deployment.is_environment_known())
}

/// What is wrong with an address, and what to do.
fn fault(context: &Context, node: Node<'_>, address: &str) -> Option<(String, &'static str, Level)> {
    if let Some(encoded) = address.strip_prefix("base64://") {
        let why = Source::from_base64(&node.place(), encoded).err()?;
        return Some((
            why.trim_end_matches('.').to_owned(),
            "encode the template with `base64 -w0`: standard alphabet, with padding",
            Level::Error,
        ));
    }
    if address.starts_with("file://") {
        let is_missing = matches!(context.files.find(address), FoundFile::Missing(_));
        return is_missing
            // Kratos may start elsewhere, as for other files that are referred to.
            .then(|| ("no such file".to_owned(), "correct the path, relative to where Kratos starts", Level::Warning));
    }
    let (scheme, _) = address.split_once("://")?;
    let is_known = ["http", "https"].contains(&scheme);
    let why = format!("Kratos does not fetch from `{scheme}://`");
    (!is_known).then_some((why, "use an address with `https://`, `file://` or `base64://`", Level::Error))
}
