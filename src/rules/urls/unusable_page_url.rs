//! `unusable-page-url`: a page address that ends the process or goes nowhere.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "unusable-page-url",
    aliases: &[],
    summary: "a page address that ends the process or goes nowhere",
    category: "urls",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D045", "D046", "D047"],
    docs: r#"
Kratos sends browsers to these addresses. One that is empty, relative without a leading slash (`login`), or only a
fragment (`#/login`) passes the schema and ends the whole process: since v25.4.0 already at start for the pages of
login, registration, settings, recovery and errors (the telemetry reads their hosts, with `--dev` and `--sqa-opt-out`
too); before, and for `verification.ui_url` and `selfservice.default_browser_return_url`, when the first flow needs it.

An address without scheme but with a port (`localhost:4455/login`) is read as an address of the scheme `localhost`, and
browsers cannot follow the redirect.

The effect is that of the requests: the validation, by which `boots` goes, passes.

Source: cmd/daemon/serve.go:sqa@v25.4.0, driver/config/config.go:ParseAbsoluteOrRelativeURIOrFail; seen on v1.0.0 to
master.

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
                let message = format!(
                    "browsers cannot follow this address: without `http://` it is read as one of the scheme `{}`",
                    url.scheme
                );
                out.report(node, message).help(format!("write http://{text} or https://{text}"));
            }
            Ok(url) if url.is_request_uri() => {}
            _ if at_start && context.target >= Version::V25_4 => {
                let message = "Kratos ends at start: this address is neither absolute nor a path with a leading slash";
                out.report(node, message).help(help);
            }
            _ => {
                let message = "the process ends when the first flow needs this address: it is neither absolute nor a path \
                    with a leading slash";
                out.report(node, message).help(help);
            }
        }
    }
}
