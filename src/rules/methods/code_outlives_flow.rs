//! `code-outlives-flow`: codes or links that are said to be valid longer than the flow that takes them.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::text::names;
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "code-outlives-flow",
    aliases: &[],
    summary: "code or link that is valid longer than its flow",
    category: "methods",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::since(Version::V0_11_0),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

A code, or a link, stops working when its flow ends, although `selfservice.methods.code.config.lifespan` (or that of
`link`) is longer. Users who open the message later get a new form and a message that the flow expired. The mails of
v25.4.0 and later state the longer time.

A warning for verification, whose mails users open late, and an info for the other flows. Codes and links that the admin API
makes for recovery are not affected: they have a flow of their own, which lives as long as they do.

## Why

Kratos checks the flow before the code. A flow lives `lifespan` of its flow, one hour by default. A verification that
begins with a registration has the lifespan of `selfservice.flows.verification`.

## What to do

Set the lifespan of the flow to that of the code, or shorten the one of the code.

## Versions

Since v0.11.0.

## Source

selfservice/flow/{login,registration,recovery,verification}/handler.go and selfservice/strategy/{code,link}: `Valid`
of the flow, at v0.11.0 to v26.2.0; seen on v1.3.1 and v26.2.0 for recovery, verification and login by code, and for both by link.

## Examples

```yaml bad
selfservice:
  methods:
    code:
      config:
        lifespan: 24h
  flows:
    verification:
      enabled: true
      use: code
```

```yaml good
selfservice:
  methods:
    code:
      config:
        lifespan: 24h
  flows:
    verification:
      enabled: true
      use: code
      lifespan: 24h
```
"#,
    check,
};

/// How long a flow lives by default, in seconds.
const DEFAULT: f64 = 3600.0;

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    for (method, what) in [("code", "codes"), ("link", "links")] {
        let path = format!("selfservice.methods.{method}.config.lifespan");
        let Some((node, lifespan)) = view::duration(root, &path) else { continue };
        let shorter: Vec<Flow> = flows(root, method).into_iter().filter(|flow| flow.lifespan < lifespan).collect();
        let Some(shortest) = shorter.iter().min_by(|one, other| one.lifespan.total_cmp(&other.lifespan)) else {
            continue;
        };
        let names: Vec<&str> = shorter.iter().map(|flow| flow.name).collect();
        let message = format!(
            "{what} of {} stop working after {}: the flow ends first",
            names::all_of(&names),
            shortest.written()
        );
        let keys: Vec<String> = names.iter().map(|name| format!("`selfservice.flows.{name}.lifespan`")).collect();
        let help = format!("set {} to the same, or shorten this one", names::all_of(&keys));
        let mut report = out.report(node, message).help(help);
        if let Some(place) = shortest.node.map(Node::place) {
            report = report.label(place, "this ends first");
        }
        if !names.contains(&"verification") {
            _ = report.level(Level::Info);
        }
    }
}

/// A flow that takes codes or links.
struct Flow<'t> {
    name: &'static str,
    /// In seconds.
    lifespan: f64,
    node: Option<Node<'t>>,
}

impl Flow<'_> {
    fn written(&self) -> String {
        self.node.and_then(Node::as_str).unwrap_or("1h").to_owned()
    }
}

/// The flows that surely take codes or links of a method, and whose lifespans are known.
fn flows<'t>(root: Node<'t>, method: &str) -> Vec<Flow<'t>> {
    let mut names = Vec::new();
    for name in ["recovery", "verification"] {
        let is_on = root.find(&format!("selfservice.flows.{name}.enabled")).is_some_and(Node::is_true);
        let used = root.find(&format!("selfservice.flows.{name}.use"));
        let is_used = used.map_or(method == "code", |node| node.as_str() == Some(method));
        if is_on && is_used && !view::method(root, method).is_off() {
            names.push(name);
        }
    }
    let signs_in = root.find("selfservice.methods.code.passwordless_enabled").is_some_and(Node::is_true);
    if method == "code" && signs_in {
        names.extend(["login", "registration"]);
    }
    names.into_iter().filter_map(|name| flow(root, name)).collect()
}

fn flow<'t>(root: Node<'t>, name: &'static str) -> Option<Flow<'t>> {
    let path = format!("selfservice.flows.{name}.lifespan");
    match root.find(&path) {
        None => Some(Flow { name, lifespan: DEFAULT, node: None }),
        Some(_) => view::duration(root, &path).map(|(node, lifespan)| Flow { name, lifespan, node: Some(node) }),
    }
}
