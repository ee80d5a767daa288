//! `unusable-page-url`: a page address that ends the process or goes nowhere.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "unusable-page-url",
    aliases: &[],
    summary: "page URL that stops Kratos or leads nowhere",
    category: "urls",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D045", "D046", "D047"],
    docs: r#"
## What happens

- Empty, relative without a leading slash (`login`), or only a fragment (`#/login`): the schema passes, and Kratos
  exits. Since v25.4.0 already at start for the pages of login, registration, settings, recovery and errors (the
  telemetry reads their hosts, with `--dev` and `--sqa-opt-out` too); before, and for
  `selfservice.flows.verification.ui_url` and `selfservice.default_browser_return_url`, at the first flow that needs
  it. `boots` in the JSON report is about the schema alone, and stays true.
- Without scheme but with a port (`localhost:4455/login`): Kratos reads an address of the scheme `localhost`, and
  browsers cannot follow the redirect.

## Why

Kratos redirects browsers to these addresses.

## What to do

Write an absolute URL, or a path with a leading slash.

## Versions

All versions.

## Source

cmd/daemon/serve.go:sqa@v25.4.0, driver/config/config.go:ParseAbsoluteOrRelativeURIOrFail; seen on v1.0.0 to master.

## Examples

```yaml bad
selfservice:
  flows:
    login:
      ui_url: login
```

```yaml good
selfservice:
  flows:
    login:
      ui_url: https://app.example.com/login
    settings:
      ui_url: /settings
```
"#,
    check,
};

/// Keys that end the process when they cannot be read, and whether already at start since v25.4.0.
const KEYS: [(&str, bool); 7] = [
    ("selfservice.flows.login.ui_url", true),
    ("selfservice.flows.registration.ui_url", true),
    ("selfservice.flows.settings.ui_url", true),
    ("selfservice.flows.recovery.ui_url", true),
    ("selfservice.flows.error.ui_url", true),
    ("selfservice.flows.verification.ui_url", false),
    ("selfservice.default_browser_return_url", false),
];

fn check(context: &Context, out: &mut Sink) {
    for (path, at_start) in KEYS {
        let Some(node) = context.find(path) else { continue };
        let Some(text) = view::text(node) else { continue };
        let help = "write an absolute URL (https://…) or a path with a leading slash";
        match url::parse(text) {
            Ok(url) if url.opaque && url.path.starts_with(|c: char| c.is_ascii_digit()) => {
                let message =
                    format!("browsers cannot follow this address: without `http://` its scheme is `{}`", url.scheme);
                out.report(node, message).help(format!("write http://{text} or https://{text}"));
            }
            Ok(url) if url.is_request_uri() => {}
            _ if at_start && context.target >= Version::V25_4 => {
                let message = "Kratos does not start: the URL must be absolute or start with `/`";
                out.report(node, message).stops_later().help(help);
            }
            _ => {
                let message = "Kratos exits at the first request: the URL must be absolute or start with `/`";
                out.report(node, message).help(help);
            }
        }
    }
}
