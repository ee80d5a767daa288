//! `relying-party-refused`: a relying party that browsers or Kratos refuse.

use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD, Engine as _};

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "relying-party-refused",
    aliases: &["relying-party"],
    summary: "relying party that browsers or Kratos refuse",
    category: "methods",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D110", "D112", "D113", "D114", "D115", "D206"],
    docs: r#"
## What happens

- passkey without `rp.id`, or with an empty list of origins: every login and every registration in a browser answers 500
  when it is started, also for users who choose a password. Since v26.2.0 so does a registration by an API client.
- webauthn without them: so does every settings flow in a browser, for all users, and up to v1.3.1 a registration with
  `passwordless: true`.
- An empty `rp.id` does the same. An empty `rp.display_name` ends the starts that make a key: of registrations with
  passkey, of the settings flow with webauthn.
- An id that is neither the host of the page nor a parent of it: browsers refuse (warning).
- An id that is a public suffix (`com`, `co.il`, `pages.dev`, `up.railway.app`): browsers refuse.
- An id that is an IP address: browsers refuse, whatever the host of the page is.
- Origins, but not the one of the pages of this configuration, or no origins where the default is another one (warning).
- An Android app sends `android:apk-key-hash:` and the SHA-256 of its certificate in base64 for URLs. With hexadecimal
  digits, as tools print them, or another hash Kratos refuses the keys of the app.
- Origins without scheme or with a path are never what a browser sends (for `passkey`; the schema checks those of
  webauthn). Since v1.1.0 a `/` at the end is a path too.

## Why

A key belongs to the `id`, and browsers compare it with the host of the page. Without origins it is `<scheme of the
public URL>://<rp.id>`, without a port.

## What to do

Set `config.rp.id` to the host of the pages or a parent of it, and list the origins of the pages.

## Versions

All versions.

## Source

driver/config/config.go:WebAuthnConfig,PasskeyConfig, go-webauthn types.go:validate, protocol/client.go:Verify; seen on v1.3.1 to master;
WebAuthn for the id.

## Examples

```yaml bad
# kratos: v26.2.0
selfservice:
  methods:
    passkey:
      enabled: true
      config: {}
```

```yaml good
# kratos: v26.2.0
selfservice:
  methods:
    passkey:
      enabled: true
      config:
        rp:
          id: example.com
          display_name: Example
          origins:
            - https://app.example.com
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for method in ["passkey", "webauthn"] {
        let Some(node) = context.find(&format!("selfservice.methods.{method}")) else { continue };
        if node.get("enabled").is_some_and(Node::is_true) {
            check_method(context, method, node, out);
        }
    }
}

/// Reports an id or a name without a letter.
fn check_empty(party: Node, what: &str, method: &str, out: &mut Sink) {
    let is_empty = |node: &Node| node.as_str() == Some("");
    if let Some(id) = party.get("id").filter(is_empty) {
        out.report(id, format!("{what}: the `id` is empty")).help("write the host of the pages or a parent of it");
    }
    // A name is needed only where a key is made.
    let start = if method == "passkey" { "a registration" } else { "the settings flow" };
    if let Some(name) = party.get("display_name").filter(is_empty) {
        let message = format!("every start of {start} in a browser answers 500: the `display_name` is empty");
        out.report(name, message).help("write the name that browsers show to users");
    }
}

fn check_method(context: &Context, method: &str, node: Node, out: &mut Sink) {
    let what = if method == "passkey" {
        "every start of a login or registration in a browser answers 500"
    } else {
        "every start of the settings flow in a browser answers 500"
    };
    let party = node.find("config.rp");
    if party.and_then(|party| party.get("id")).is_none() {
        // Without `config` the schema refuses the file, master apart.
        let config = node.get("config");
        if config.is_some() || (context.target >= Version::AFTER_V26_2 && method == "passkey") {
            // Kratos requires both since there is a relying party.
            let has_name = party.is_some_and(|party| party.get("display_name").is_some());
            let help = if has_name {
                "set `config.rp.id` to the host of the pages or a parent of it"
            } else {
                "set `config.rp.id` to the host of the pages or a parent of it, and `config.rp.display_name` to a name"
            };
            out.report_key(party.or(config).unwrap_or(node), format!("{what}: the relying party has no `id`"))
                .help(help);
        }
    }
    if let Some(party) = party {
        check_empty(party, what, method, out);
    }
    let origins = party.and_then(|party| party.get("origins")).filter(|node| node.is_sequence());
    if let Some(list) = origins.filter(|list| list.items().len() == 0) {
        out.report(list, format!("{what}: the list of origins is empty"))
            .help("list the origins of the pages: `https://app.example.com`");
    }
    for origin in origins.into_iter().flat_map(Node::items) {
        let Some(text) = view::text(origin) else { continue };
        // The first library compared origins without their path, its successor compares the whole text.
        let longest = usize::from(context.target < Version::V1_1);
        let wrong = url::parse(text)
            .is_ok_and(|url| url.scheme.is_empty() || url.opaque || (url.is_web() && url.path.len() > longest));
        let is_written =
            |hash: &str| hash.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":+/=-_".contains(&byte));
        let other = |hash: &&str| is_written(hash) && !is_app_hash(hash) && !view::is_placeholder(hash);
        if let Some(hash) = text.strip_prefix(ANDROID).filter(other) {
            out.report(origin, "no Android app sends this origin: the hash must be SHA-256 in base64 for URLs").help(
                format!(
                    "write `{ANDROID}` and {}",
                    app_hash(hash).map_or_else(
                        || "the SHA-256 of the certificate of the app in base64 for URLs: 43 characters, without `=`"
                            .to_owned(),
                        |hash| format!("`{hash}`"),
                    )
                ),
            );
        } else if wrong && !text.starts_with("android:") && !text.starts_with("ios:") {
            report_origin(origin, text, out);
        }
    }
    if let Some(id) = party.and_then(|party| party.get("id")) {
        check_id(context, id, out);
    }
    check_pages(context, party, out);
}

/// Reports a text that is more or less than an origin.
fn report_origin(origin: Node, text: &str, out: &mut Sink) {
    let known = url::parse(text).ok().filter(|url| url.is_web() && !url.opaque && !url.host.is_empty());
    let Some(url) = known else {
        out.report(origin, "no browser sends this origin: it needs a scheme, and nothing after host and port")
            .help("write the scheme, the host and, if there is one, the port of the page: https://app.example.com");
        return;
    };
    out.report(origin, "no browser sends this origin: there is more after host and port")
        .help(format!("write {}://{}", url.scheme, url.host));
}

/// What an Android app sends instead of an origin, before the hash of its certificate
/// (developer.android.com: "verify the origin" of passkeys).
const ANDROID: &str = "android:apk-key-hash:";

/// Whether a text is SHA-256 in base64 for URLs without padding.
fn is_app_hash(hash: &str) -> bool {
    BASE64_URL_SAFE_NO_PAD.decode(hash).is_ok_and(|bytes| bytes.len() == 32)
}

/// The hash as an app sends it: from the hexadecimal digits that tools print, or from the other alphabet.
fn app_hash(hash: &str) -> Option<String> {
    let digits: String = hash.chars().filter(|chr| *chr != ':').collect();
    let pairs = digits.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    let bytes = match pairs.collect::<Option<Vec<u8>>>() {
        Some(bytes) => Some(bytes),
        None => BASE64_STANDARD_NO_PAD.decode(hash.trim_end_matches('=')).ok(),
    };
    bytes.filter(|bytes| bytes.len() == 32).map(|bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// Whether one of the origins is that of a page on which keys are used.
fn check_pages(context: &Context, party: Option<Node>, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let Some(party) = party else { return };
    let origins: Vec<Node> = party.get("origin").into_iter().chain(party.select("origins[]")).collect();
    let texts: Option<Vec<&str>> = origins.iter().map(|node| view::text(*node)).collect();
    let Some(texts) = texts else { return };
    let Some(first) = origins.first() else { return check_default(context, party, out) };
    let pages = view::ui_urls(root);
    // That these pages are not those of the id is reported there; with another id the origin is another one too.
    if named(party).is_some_and(|(_, id)| outside(&pages, &id.to_ascii_lowercase()).is_some()) {
        return;
    }
    // What follows the origin in a text is reported on its own.
    let listed = |url: &url::Url| {
        let is_it = |own: &url::Url| own.scheme == url.scheme && own.host.eq_ignore_ascii_case(url.host);
        texts.iter().any(|text| url::parse(text).is_ok_and(|own| is_it(&own)))
    };
    if let Some((page, url)) = pages.first().filter(|_| !pages.iter().any(|(_, url)| listed(url))) {
        out.report(
            *first,
            format!("Kratos refuses keys from the pages on {}://{}: the list has no such origin", url.scheme, url.host),
        )
        .level(Level::Warning)
        .label(page.place(), "the page")
        .help(format!("add `{}://{}` to the list", url.scheme, url.host));
    }
}

/// Whether a page has the origin that Kratos accepts without a list: the scheme of the public URL and the id, without a port.
fn check_default(context: &Context, party: Node, out: &mut Sink) {
    let Some(root) = context.root().filter(|_| party.get("origins").is_none() && party.get("origin").is_none()) else {
        return;
    };
    let (Some((_, public)), Some((node, id))) = (view::public_url(root), named(party)) else { return };
    let default = format!("{}://{id}", public.scheme);
    let pages = view::ui_urls(root);
    let origin = |url: &url::Url| format!("{}://{}", url.scheme, url.host);
    // Pages outside the id are what `check_id` reports.
    let Some((page, url)) = pages.first().filter(|(_, url)| public.is_web() && url::is_within(url.hostname(), id))
    else {
        return;
    };
    if pages.iter().any(|(_, url)| origin(url).eq_ignore_ascii_case(&default)) {
        return;
    }
    out.report(node, format!("Kratos refuses keys from the pages on {}: it accepts {default} alone", origin(url)))
        .level(Level::Warning)
        .label(page.place(), "the page")
        .help(format!("add `origins` with `{}`", origin(url)));
}

/// The id of a relying party, when it is the name of a host.
fn named(party: Node<'_>) -> Option<(Node<'_>, &str)> {
    let node = party.get("id")?;
    let is_name = |id: &&str| !id.is_empty() && !id.contains(['/', ':']) && id.parse::<std::net::Ipv4Addr>().is_err();
    Some((node, view::text(node).filter(is_name)?))
}

/// The first page, when an id covers none of them: browsers refuse its keys there.
fn outside<'p, 't>(pages: &'p [(Node<'t>, url::Url<'t>)], id: &str) -> Option<&'p (Node<'t>, url::Url<'t>)> {
    let is_inside = |(_, page): &(Node<'_>, url::Url<'_>)| url::is_within(&page.hostname().to_ascii_lowercase(), id);
    pages.first().filter(|_| !pages.iter().any(is_inside))
}

fn check_id(context: &Context, node: Node, out: &mut Sink) {
    let Some(id) = view::text(node).map(str::to_ascii_lowercase).filter(|id| !id.is_empty()) else { return };
    if id.contains(['/', ':']) {
        out.report(
            node,
            "browsers refuse every key: the id of the relying party must be a host, without scheme and port",
        )
        .help(alone(&id));
        return;
    }
    if id.parse::<std::net::Ipv4Addr>().is_ok() {
        out.report(node, "browsers refuse every key: the id of the relying party must be a name, not an IP address")
            .help(NAME_THE_PAGES);
        return;
    }
    let Some(root) = context.root() else { return };
    let pages = view::ui_urls(root);
    let is_parent = pages.iter().any(|(_, url)| url.hostname().to_ascii_lowercase().ends_with(&format!(".{id}")));
    if is_parent && (url::is_public_suffix(&id) || url::is_shared(&id)) {
        out.report(node, format!("browsers refuse every key: anyone can have a name below `{id}`"))
            .help("write the host of the pages, or your own parent of it");
        return;
    }
    if let Some((page, url)) = outside(&pages, &id) {
        out.report(node, format!("browsers refuse keys for `{id}` on pages of `{}`", url.hostname()))
            .level(Level::Warning)
            .label(page.place(), "the page")
            .help(host_of_pages(&id, url.hostname()));
    }
}

/// What to do where the pages have an address that no key can belong to.
const NAME_THE_PAGES: &str = "give the pages a name, and write that";

fn is_address(host: &str) -> bool {
    host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok()
}

/// The host in an id that is more than a host.
fn alone(id: &str) -> String {
    let rest = id.split_once("://").map_or(id, |(_, rest)| rest);
    let host = rest.split(['/', ':', '?', '#']).next().unwrap_or_default();
    match host {
        "" => "write the host alone".to_owned(),
        host if is_address(host) => NAME_THE_PAGES.to_owned(),
        host => format!("write `{host}`"),
    }
}

/// What to do about an id that does not cover the host of the pages.
fn host_of_pages(id: &str, host: &str) -> String {
    if !is_address(host) {
        return format!("write `{host}`, or a parent of it");
    }
    if id == "localhost" {
        return format!(
            "write `localhost` instead of `{host}` in the URLs of Kratos and of the pages: a key never belongs to an IP address"
        );
    }
    NAME_THE_PAGES.to_owned()
}
