//! `network-foreign-content`: content on another host than the storage of Ory Network.

use crate::diagnostic::{Effect, Level};
use crate::kratos::network::{Edition, STORAGE, content, stored_digest};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "network-foreign-content",
    aliases: &[],
    summary: "template or mapper on a host that is not the storage of Ory Network",
    category: "network",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
A message template from another host is refused, or the built-in text is sent instead. A mapper from another host is fetched at
sign-in (level info): it changes without a review, and sign-in fails while the host is down. Ory Network also refuses addresses
of its own storage that it did not make.

## Why
Ory Network takes templates as `base64://`, stores them, and returns the address of its storage: the name is the SHA-512 of
the content, 128 hex digits.

## What to do
Embed the content as `base64://`: `kratos-lint pack` does it for files.

## Versions
Ory Network.

## Source
docs, custom e-mail templates (the built-in text is used) and ory/network issue 115 (the address is refused);
terraform-provider-ory, how to import a project (addresses that the service did not make).

## Examples
```yaml bad
# kratos: network
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            html: https://cdn.example.org/recovery.html
```

```yaml good
# kratos: network
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            html: base64://WW91ciBjb2RlIGlzIHt7IC5SZWNvdmVyeUNvZGUgfX0=
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root().filter(|_| context.edition == Edition::Network) else { return };
    let foreign = |node: &Node<'_>| {
        let text = node.as_str().unwrap_or_default();
        (text.starts_with("https://") || text.starts_with("http://")) && !text.starts_with(STORAGE)
    };
    for node in content::templates(root).into_iter().map(|content| content.node).filter(foreign) {
        out.report(node, "this template has no effect: Ory Network accepts only base64:// and its own storage")
            .help("embed the text as base64://");
    }
    let stored = |node: &Node<'_>| node.as_str().unwrap_or_default().starts_with(STORAGE);
    for node in content::all(root).into_iter().map(|content| content.node).filter(stored) {
        if node.as_str().is_some_and(|address| stored_digest(address).is_none()) {
            out.report(node, "Ory Network refuses this address: its storage names content by 128 hex digits")
                .effect(Effect::RequestFails)
                .help("take the address from an export, or embed the content as base64://");
        }
    }
    for node in root.select("selfservice.methods.oidc.config.providers[].mapper_url").into_iter().filter(foreign) {
        out.report(node, "this mapper is fetched from another host at sign-in, and changes without a review")
            .level(Level::Info)
            .effect(Effect::Advice)
            .help("embed the mapper as base64://");
    }
}
