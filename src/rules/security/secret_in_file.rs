//! `secret-in-file`: a password of an endpoint in the file.

use crate::diagnostic::{Effect, Level};
use crate::kratos::secrets;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    name: "secret-in-file",
    aliases: &[],
    summary: "a password of an endpoint in the file",
    category: "security",
    level: Level::Info,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
Whoever reads the file can call the endpoint as Kratos does. Kratos also takes these values from the environment, by the
index of the hook, when every smaller index is given too (`…_HOOKS_0_HOOK`, `…_HOOKS_1_CONFIG_AUTH_CONFIG_VALUE`);
headers cannot come from there one by one. Keys of well-known services are a warning of `plain-text-secret`. Silent
while all addresses of the configuration lie on this machine.

Source: oryx/configx/koanf_env.go:Read (kratos/config A-loading).

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
    let Some(root) = context.root().filter(|root| !view::is_local(*root)) else { return };
    for node in root.descendants().into_iter().filter(|node| is_credential(*node)) {
        if context.is_from_environment(node) || view::text(node).is_none_or(|text| text.len() < SHORTEST) {
            continue;
        }
        let message = "whoever reads this file can call the endpoint as Kratos does: the secret stands here";
        let in_header = node.parent().and_then(Node::key) == Some("headers");
        let help = if in_header {
            "use `auth` instead of a header, and give its value by the environment".to_owned()
        } else {
            let variable = node.pointer().trim_start_matches('/').replace(['/', '-'], "_").to_uppercase();
            format!("give it by {variable} in the environment, with every smaller index of a list")
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
