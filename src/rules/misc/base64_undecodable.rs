//! `base64-undecodable`: a `base64://` value that does not decode when it is used.

use crate::diagnostic::{Effect, Level};
use crate::kratos::formats;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::text;
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "base64-undecodable",
    aliases: &["web-hook-body-encoding", "base64-encoding"],
    summary: "`base64://` value that does not decode",
    category: "misc",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-BODY-B64"],
    docs: r#"
## What happens

Kratos starts, and every use of the value fails: the call of the `web_hook`, the sign-in with the provider, the token, the
message. There is no message at the start. Message templates: see `template-missing`.

An identity schema that does not decode keeps Kratos from starting: see `identity-schema-refused`. So does a line break, or
a space before the first `/` of the text, in any of these values: it is not a URI then.

## Why

The decoder takes the standard alphabet (`A-Z a-z 0-9 + /`) with padding. It refuses the alphabet for URLs (`-` and `_`),
text without its `=`, and a space at the end. It would skip line breaks, but the schema of the configuration refuses them
before. `base64` of GNU breaks lines after 76 characters unless it is called with `-w0`.

## What to do

Encode the file with `base64 -w0`, and put the result on one line after `base64://`.

## Versions

All versions.

## Source

oryx/fetcher/fetcher.go:FetchBytes; 132 starts of v1.3.1 and v26.2.0 with eleven encodings of six keys.

## Examples

```yaml bad
selfservice:
  flows:
    login:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: https://hooks.example.org/a
                method: POST
                body: base64://ZnVuY3Rpb24oY3R4KSB7fQ
                response:
                  ignore: true
```

```yaml good
selfservice:
  flows:
    login:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: https://hooks.example.org/a
                method: POST
                body: base64://ZnVuY3Rpb24oY3R4KSB7fQ==
                response:
                  ignore: true
```
"#,
    check,
};

/// Keys that hold an address whose content may be embedded, and what fails without it (schema: format `uri`; `oryx/fetcher`).
/// Those of message templates are for `template-missing`, which knows what is sent without them.
const KEYS: [(&str, &str); 7] = [
    ("selfservice.methods.password.config.migrate_hook.config.body", "every password migration fails"),
    ("selfservice.methods.oidc.config.providers[].mapper_url", "every sign-in with this provider fails"),
    ("session.whoami.tokenizer.templates.*.claims_mapper_url", "every token of this template fails"),
    ("session.whoami.tokenizer.templates.*.jwks_url", "every token of this template fails"),
    ("courier.http.request_config.body", "every message fails"),
    ("courier.sms.request_config.body", "every message fails"),
    ("courier.channels[].request_config.body", "every message of this channel fails"),
];

fn check(context: &Context, out: &mut Sink) {
    for hook in context.hook_lists().iter().flat_map(|list| &list.hooks).filter(|hook| hook.is_web_hook()) {
        if let Some(body) = hook.config("body") {
            value(body, "every call of this web_hook fails", out);
        }
    }
    for (path, fails) in KEYS {
        for node in context.select(path) {
            value(node, fails, out);
        }
    }
}

fn value(node: Node<'_>, fails: &str, out: &mut Sink) {
    // What is no URI keeps Kratos from starting, which `malformed-value` says.
    let Some(address) = view::text(node).filter(|address| formats::is_uri(address, false)) else { return };
    let Some(encoded) = address.strip_prefix("base64://") else { return };
    if let Err(why) = text::decode_base64(encoded) {
        out.report(node, format!("{fails}: {why}")).help("encode the file with `base64 -w0`");
    }
}
