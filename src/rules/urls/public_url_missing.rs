//! `public-url-missing`: no address under which users reach Kratos.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "public-url-missing",
    aliases: &[],
    summary: "public URL is missing",
    category: "urls",
    level: Level::Info,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D058", "D060", "D117"],
    docs: r#"
## What happens

Kratos guesses: the host it listens on, or the name of the machine when that is `0.0.0.0`, its port, and `https`
unless in dev mode. Links in mails, redirects of social sign-in, the WebAuthn origin, the TOTP issuer and the name of
the CSRF cookie use the guess.

## Why

`serve.public.base_url` is not set. In a configuration with pages and an identity schema also when `serve.public` is not
there, as in values of Ory's chart, where the guess is the name of the pod. v1.x warns in the log; since v25.4.0 there is
no message. `SERVE_PUBLIC_BASE_URL` in the environment also counts.

## What to do

Set `serve.public.base_url` to the address that browsers use.

## Versions

All versions.

## Source

driver/config/config.go:baseURL,guessBaseURL@v1.3.1, oryx/configx/serve.go:Serve@master; seen on v1.0.0 to master;
ory/k8s issue 417.

## Examples

```yaml bad
serve:
  public:
    port: 4433
```

```yaml good
serve:
  public:
    base_url: https://auth.example.com/
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    if context.is_unreadable() {
        return;
    }
    let Some(node) = without_address(context) else { return };
    let message = "links, redirects and cookies use a guessed address unless SERVE_PUBLIC_BASE_URL is set";
    out.report_key(node, message)
        .help("set `serve.public.base_url` to the address that browsers use")
        .development("guessed public URL");
}

/// Where the address is missing. A configuration with pages may lack all of `serve.public`: that of Ory's chart, which fills it
/// with the port, and one that is whole.
fn without_address<'c>(context: &Context<'c>) -> Option<Node<'c>> {
    if let Some(public) = context.find("serve.public") {
        return (public.is_mapping() && public.get("base_url").is_none()).then_some(public);
    }
    let has_pages = !context.select("selfservice.flows.*.ui_url").is_empty();
    let is_whole = || context.find("identity.schemas").is_some() && !context.is_partial() && !context.is_filled_in();
    let is_sure = context.deployment.values.is_some() || context.find("serve").is_none() && is_whole();
    (has_pages && is_sure).then_some(())?;
    context.find("serve").or_else(|| context.find("selfservice"))
}
