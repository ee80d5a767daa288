//! `courier-endpoint-not-called`: messages by HTTP that reach no one.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "courier-endpoint-not-called",
    aliases: &["courier-endpoint"],
    summary: "messages by HTTP that never arrive",
    category: "courier",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D177", "D134"],
    docs: r#"
## What happens

- `delivery_strategy: http` without `http.request_config.url`: each message fails.
- `http.request_config` while the strategy is `smtp` (the default): it is never read (warning).
- A `Content-Type` other than `application/json` and `application/x-www-form-urlencoded`, `; charset=…` included: each
  message fails ("incorrect Content-Type for request with body").

## Why

Defaults fill what is missing, so the schema passes.

## What to do

Set `courier.delivery_strategy: http` and `courier.http.request_config.url` together.

## Versions

All versions.

## Source

courier/http_channel.go:Dispatch, request/builder.go:addBody; seen on v1.0.0 to master.

## Examples

```yaml bad
courier:
  delivery_strategy: http
```

```yaml good
courier:
  delivery_strategy: http
  http:
    request_config:
      url: https://mail.example.com/send
      headers:
        Content-Type: application/json
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(courier) = context.find("courier") else { return };
    let strategy = courier.get("delivery_strategy");
    let url = courier.find("http.request_config.url");
    match strategy.map(Node::as_str) {
        Some(Some("http")) if url.is_none() => {
            let message = "no mail is sent: `courier.http.request_config.url` is missing";
            out.report(strategy.unwrap_or(courier), message).help("set `courier.http.request_config.url`");
        }
        None => {
            if let Some(url) = url {
                out.report(url, "Kratos never calls this endpoint: mail is sent by SMTP unless `courier.delivery_strategy` is `http`")
                    .level(Level::Warning)
                    .effect(Effect::NoEffect)
                    .help("set `courier.delivery_strategy: http`");
            }
        }
        _ => {}
    }
    let places = ["http.request_config.headers", "channels[].request_config.headers", "sms.request_config.headers"];
    for headers in places.iter().flat_map(|path| courier.select(path)) {
        for field in headers.fields().filter(|field| field.key.eq_ignore_ascii_case("content-type")) {
            let Some(text) = view::text(field.value) else { continue };
            if !matches!(text, "application/json" | "application/x-www-form-urlencoded") {
                out.report(
                    field.value,
                    "each message fails: Kratos accepts only `application/json` and `application/x-www-form-urlencoded`",
                )
                .help("write `application/json`, without charset");
            }
        }
    }
}
