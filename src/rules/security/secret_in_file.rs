//! `secret-in-file`: a password of an endpoint in the file.

use crate::diagnostic::{Effect, Level};
use crate::kratos::env;
use crate::kratos::secrets;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "secret-in-file",
    aliases: &[],
    summary: "secret of an endpoint in plain text",
    category: "security",
    level: Level::Info,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Anyone who can read the file can call the endpoint as Kratos does.

## Why

The secret is in the file. Keys of well-known services are a warning of `plain-text-secret`. Silent while all
addresses of the configuration are on this machine.

## What to do

Set the value in the environment, by the index of the hook. Kratos also needs a variable for every earlier list entry
(`…_HOOKS_0_HOOK`, `…_HOOKS_1_CONFIG_AUTH_CONFIG_VALUE`). Headers cannot come from the environment one by one.

## Versions

All versions.

## Source

oryx/configx/koanf_env.go:Read.

## Examples

```yaml bad
serve:
  public:
    base_url: https://auth.example.com/
courier:
  http:
    request_config:
      url: https://mail.example.com/send
      auth:
        type: basic_auth
        config:
          user: kratos
          password: correct-horse-battery
```

```yaml good
serve:
  public:
    base_url: http://localhost:4433/
courier:
  http:
    request_config:
      url: http://localhost:8080/send
      auth:
        type: basic_auth
        config:
          user: kratos
          password: correct-horse-battery
```
"#,
    check,
};

/// Shorter texts are no secrets, but stand-ins.
const SHORTEST: usize = 8;

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root().filter(|_| !context.is_local()) else { return };
    for node in root.descendants().into_iter().filter(|node| is_credential(*node)) {
        if context.is_from_environment(node) || view::text(node).is_none_or(|text| text.len() < SHORTEST) {
            continue;
        }
        let message = "this secret is in plain text: anyone who can read the file can call the endpoint as Kratos does";
        let in_header = node.parent().and_then(Node::key) == Some("headers");
        let help = if in_header {
            "use `auth` instead of a header, and set its value in the environment".to_owned()
        } else {
            let variable = env::of_pointer(&node.pointer());
            format!("set {variable} in the environment (Kratos also needs a variable for every earlier list entry)")
        };
        out.report(node, message).help(help);
    }
}

/// Whether a node holds what an endpoint is called with: `auth.config.value`, `auth.config.password`, a header with credentials.
fn is_credential(node: Node) -> bool {
    let around: Vec<&str> = node.ancestors().take(2).filter_map(Node::key).collect();
    match node.key() {
        Some("value" | "password") => around == ["config", "auth"],
        Some(name) => around.first() == Some(&"headers") && secrets::is_secret_header(name),
        None => false,
    }
}
