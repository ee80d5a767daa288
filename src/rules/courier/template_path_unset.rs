//! `template-path-unset`: templates in the values of the chart that Kratos never reads.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::templates::given::{CHART_FOLDER, FOLDER_KEY};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "template-path-unset",
    aliases: &[],
    summary: "templates in the values of the chart that Kratos never reads",
    category: "courier",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
Kratos sends its own texts. The chart mounts the templates of `emailTemplates`, but Kratos does not look there.

## Why
Ory's chart writes them below `/conf/courier-templates` and never sets the key that names this folder.

## What to do
Set `courier.template_override_path` to `/conf/courier-templates` in the configuration of Kratos.

## Versions
All versions of the chart since 0.5.2.

## Source
templates/deployment-kratos.yaml and configmap-templates.yaml of the chart (rendered with 0.50.0 and 0.62.1).

## Examples

```yaml bad
kratos:
  emailTemplates:
    recovery_code:
      valid:
        subject: Your code
  config:
    selfservice:
      default_browser_return_url: https://example.com/
```

```yaml good
kratos:
  emailTemplates:
    recovery_code:
      valid:
        subject: Your code
  config:
    courier:
      template_override_path: /conf/courier-templates
    selfservice:
      default_browser_return_url: https://example.com/
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(first) = context.given_templates().chart.first() else { return };
    let node = context.find(FOLDER_KEY);
    let path = node.map(Node::as_str);
    let is_elsewhere = matches!(path, Some(None)) || node.is_some_and(|node| view::text(node).is_none());
    let by_variable = first.top.source.holds("COURIER_TEMPLATE_OVERRIDE_PATH");
    if is_elsewhere || by_variable || path.flatten().is_some_and(|path| path.trim_end_matches('/') == CHART_FOLDER) {
        return;
    }
    let pointer = node.map(Node::pointer);
    let message = format!("these templates are never read: `{FOLDER_KEY}` is not `{CHART_FOLDER}`");
    let report = out.report_at(first.top.clone(), pointer, message);
    let report = report.help(format!("set `{FOLDER_KEY}` to `{CHART_FOLDER}` in the configuration of Kratos"));
    if let Some(node) = node {
        _ = report.label(node.place(), "Kratos looks here instead");
    }
}
