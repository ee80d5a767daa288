//! `return-url-never-matches`: an entry of `allowed_return_urls` that allows nothing.

use crate::diagnostic::{Effect, Level};
use crate::kratos::returns::{self, Accepted};
use crate::kratos::url;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "return-url-never-matches",
    aliases: &[],
    summary: "entry of `allowed_return_urls` that allows nothing",
    category: "urls",
    level: Level::Error,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D050", "D051", "D052", "D053", "D209", "D210", "D213"],
    docs: r#"
## What happens

Kratos refuses each `return_to` that the entry should allow:

- `*` alone, and entries without scheme and without a leading slash (dropped, with a warning in the log at each use);
- the host `*`, and `*.` before an ending under which anyone can register names (`https://*.com`): dropped with a
  warning;
- after v26.2.0, unless `feature_flags.legacy_allow_insecure_origins` is true, a `*` after which no name of one owner
  follows (`https://*.github.io`, `https://*foo.com`, `https://*.localhost`): dropped with a warning;
- a `*` that is not the first character of the host (`https://foo.*.example.com`);
- a `*` in the path: it is compared as a letter (a warning when another entry allows the same addresses);
- a path alone (`/app`; a warning) while `selfservice.default_browser_return_url` is absolute: a relative `return_to`
  first gets scheme and host of that default;
- a scheme without a host (`myapp://`, `com.example.app:/callback`) while that default is absolute: a `return_to`
  without a host gets the host of the default.

## Why

Each entry is compared with the `return_to` of a request: the scheme must be the same; the host (with its port) must
be equal, or, for an entry whose host begins with `*`, end in what follows; the path must begin with the path of the
entry. With an empty list only addresses below `<public base URL>/self-service` are accepted.

## What to do

Write scheme, host and port as in the browser: `https://app.example.com`. For an app with a scheme of its own write a host
after the scheme: `myapp://callback`.

## Versions

All versions.

## Source

driver/config/config.go:SelfServiceBrowserAllowedReturnToDomains, x/redir/secure_redirect.go; seen on v1.3.1, v26.2.0,
master.

## Examples

```yaml bad
selfservice:
  default_browser_return_url: https://app.example.com/
  allowed_return_urls:
    - https://app.example.com/*
    - app.example.com
    - https://foo.*.example.com
    - "*"
    - myapp://
```

```yaml good
selfservice:
  default_browser_return_url: https://app.example.com/
  allowed_return_urls:
    - https://app.example.com
    - https://*.example.com/
    - exp://localhost:8081
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let default = context.root().and_then(|root| view::url(root, "selfservice.default_browser_return_url"));
    let absolute = default.is_some_and(|(_, url)| url.is_web());
    let legacy = context.find("feature_flags.legacy_allow_insecure_origins").is_some_and(Node::is_true);
    let accepted = context.root().map(|root| Accepted::of(returns::entries(root).into_iter().map(|(_, url)| url)));
    let mut all: Vec<Found<'_>> = Vec::new();
    for entry in context.root().into_iter().flat_map(|root| returns::written(root, context.target)) {
        let Some(text) = view::text(entry).filter(|text| !text.is_empty()) else {
            // Whatever is filled in before it, the end stays.
            if view::written(entry).is_some_and(|text| text.ends_with("/*") && !text.contains("*.")) {
                all.push(Found { entry, why: STAR, help: NO_STAR, is_mild: true, more: 0 });
            }
            continue;
        };
        let dropped = (context.target >= Version::AFTER_V26_2 && !legacy).then(|| dropped(text)).flatten();
        let too_early = (context.target < Version::V0_8_0).then(|| wildcard(text)).flatten();
        let Some((why, help)) = too_early.or_else(|| fault(text, absolute)).or(dropped) else { continue };
        let is_allowed = accepted.as_ref().is_some_and(|accepted| is_allowed_by_another(text, accepted));
        let help = if is_allowed { "remove it: another entry allows these addresses" } else { help };
        let is_mild = is_allowed || text.starts_with('/');
        // One variable gives all entries: they are at one place.
        let last = all.last_mut().filter(|_| context.is_from_environment(entry));
        match last.filter(|last| last.entry.place().is(&entry.place())) {
            Some(first) if is_mild || !first.is_mild => first.more += 1,
            Some(first) => *first = Found { entry, why, help, is_mild, more: first.more + 1 },
            None => all.push(Found { entry, why, help, is_mild, more: 0 }),
        }
    }
    for Found { entry, why, help, is_mild, more } in all {
        let message = match more {
            0 => format!("this entry allows nothing: {why}"),
            more => format!("{} entries here allow nothing, for the first: {why}", more + 1),
        };
        let report = out.report(entry, message).help(help);
        if is_mild {
            _ = report.level(Level::Warning);
        }
    }
}

/// What is said of a `*` in the path.
const STAR: &str = "Kratos compares a `*` in the path as a letter";
const NO_STAR: &str = "remove the `*`: Kratos allows every path that begins with the path of the entry";

/// An entry that allows nothing.
struct Found<'a> {
    entry: Node<'a>,
    why: &'static str,
    help: &'static str,
    /// Whether another entry or another default may make it work.
    is_mild: bool,
    /// How many more entries of the same variable allow nothing.
    more: usize,
}

/// Whether the addresses that an entry with a `*` in its path means are allowed by an entry without one.
fn is_allowed_by_another(text: &str, accepted: &Accepted<'_>) -> bool {
    let Some(meant) = url::parse(text).ok().and_then(|url| text.find('*').filter(|_| !url.host.contains('*'))) else {
        return false;
    };
    text.get(..meant).and_then(|meant| url::parse(meant).ok()).is_some_and(|meant| accepted.covers(&meant))
}

/// What a fault of the host means for an entry.
fn why_host(fault: &str) -> &'static str {
    match fault {
        "begins with a dot" => "hosts never begin with a dot, and without a `*` the whole host is compared",
        _ => "its host cannot exist",
    }
}

/// Why an entry with a `*` in its host allows nothing before v0.8.1: hosts are compared as they are
/// (`x/http_secure_redirect.go`).
fn wildcard(text: &str) -> Option<(&'static str, &'static str)> {
    url::parse(text).ok().filter(|url| url.hostname().contains('*'))?;
    Some(("Kratos has no placeholders in hosts before v0.8.1", "list the hosts, or upgrade Kratos"))
}

/// Why releases after v26.2.0 drop an entry that earlier releases keep (`corsx.ClassifyOrigin`).
fn dropped(text: &str) -> Option<(&'static str, &'static str)> {
    let url = url::parse(text).ok().filter(url::Url::is_web)?;
    let (_, rest) = url.hostname().rsplit_once('*')?;
    let owned = rest.split_once('.').is_some_and(|(_, base)| url::has_owner(base));
    let why = "Kratos drops it, no name of one owner follows the `*`";
    (!owned).then_some((why, "write https://*.example.com, with your own domain"))
}

/// Why an entry never matches, and what to write instead.
fn fault(text: &str, default_is_absolute: bool) -> Option<(&'static str, &'static str)> {
    const WHOLE: &str = "write scheme, host and port as in the browser: https://app.example.com";
    if text == "*" {
        return Some(("it has neither scheme nor host, and `*` alone is not a wildcard", WHOLE));
    }
    let Ok(url) = url::parse(text) else {
        return Some(("Kratos cannot read it as a URL and drops it with a warning at each use", WHOLE));
    };
    if url.opaque && url.path.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(("without `http://` the host is read as its scheme", WHOLE));
    }
    if url.scheme.is_empty() && url.host.is_empty() {
        if !url.path.starts_with('/') {
            return Some(("Kratos drops it, it is neither absolute nor begins with `/`", WHOLE));
        }
        let why = "a relative `return_to` gets the host of `selfservice.default_browser_return_url`";
        return default_is_absolute
            .then_some((why, "write the whole address, or a relative `selfservice.default_browser_return_url`"));
    }
    if url.host.is_empty() {
        let why = "it has no host, but each `return_to` gets one";
        return default_is_absolute.then_some((why, "write a host after the scheme: myapp://callback"));
    }
    let host = url.hostname();
    if host == "*" {
        return Some((
            "Kratos drops the host `*` with a warning at each use",
            "list the hosts, or write https://*.example.com",
        ));
    }
    if let Some(why) = url::host_fault(host) {
        return Some((why_host(why), WHOLE));
    }
    if host.strip_prefix("*.").is_some_and(url::is_public_suffix) {
        let why = "Kratos drops it, anyone can register names below it";
        return Some((why, "write https://*.example.com, with your own domain"));
    }
    if host.trim_start_matches('*').contains('*') {
        let why = "a `*` counts only as the first character of the host";
        return Some((why, "list the hosts, or put the `*` first: https://*.example.com"));
    }
    if url.path.contains('*') {
        return Some((STAR, NO_STAR));
    }
    None
}
