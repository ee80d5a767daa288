//! `cors-origin-too-wide`: an allowed origin that lets strangers in.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "cors-origin-too-wide",
    aliases: &[],
    summary: "allowed origin that lets other sites in",
    category: "serve",
    level: Level::Error,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D073"],
    docs: r#"
## What happens

`https://*example.com` also allows `https://evilexample.com`, and `https://*.com` half of the internet, each with the
session of the user who visits it. `https://*` allows every site, which is a warning: someone meant it.

## Why

A `*` in an origin matches anything, also dots and letters before the name. Releases after v26.2.0 ignore, without a log
line, entries where your own name does not remain after the `*`, and still allow `https://*foo.example.org`.

## What to do

Put the `*` before a dot and your own domain, or list the origins.

## Versions

All versions.

## Source

oryx/corsx/check_origin.go:CheckOrigin; seen on v1.0.0 to master.

## Examples

```yaml bad kratos=v26.2.0
serve:
  public:
    cors:
      enabled: true
      allowed_origins:
        - https://*example.com
```

```yaml good
serve:
  public:
    cors:
      enabled: true
      allowed_origins:
        - https://*.example.com
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(cors) = context.find("serve.public.cors").filter(|cors| cors.get("enabled").is_some_and(Node::is_true))
    else {
        return;
    };
    let legacy = context.find("feature_flags.legacy_allow_insecure_origins").is_some_and(Node::is_true);
    for node in cors.select("allowed_origins[]") {
        let Some(url) = view::text(node).and_then(|text| url::parse(text).ok()).filter(url::Url::is_web) else {
            continue;
        };
        // With a second `*` nothing matches.
        let Some((before, after)) = url.hostname().rsplit_once('*').filter(|(before, _)| !before.contains('*')) else {
            continue;
        };
        let owned = after.split_once('.').is_some_and(|(_, base)| url::has_owner(base));
        let dropped = context.target >= Version::AFTER_V26_2 && !legacy && !owned;
        // Below a name that no list has, such as `localhost`, strangers get none.
        let unlisted =
            after.strip_prefix('.').is_some_and(|name| !url::is_public_suffix(name) && !url::is_shared(name));
        // `https://www.*.example.com`: whatever the `*` is, the domain stays.
        if unlisted && !dropped {
            continue;
        }
        if dropped {
            let message = "this origin has no effect: your own name does not remain after the `*`";
            out.report(node, message).effect(Effect::NoEffect).help("list the origins");
        } else {
            let is_any = before.is_empty() && after.is_empty();
            let example = if is_any { "evil.example" } else { "evil" };
            let message = format!(
                "other sites can call with the session of users: `*` matches anything, as in `{before}{example}{after}`"
            );
            let help = "put the `*` before a dot and your own domain: `https://*.example.com`";
            let report = out.report(node, message).help(help);
            // Every host: this was meant.
            if is_any {
                _ = report.level(Level::Warning);
            }
        }
    }
}
