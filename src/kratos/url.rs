//! URLs as Go's `net/url` splits them (url.go:parse, Go 1.19 to 1.26), without decoding anything.

use std::net::{Ipv4Addr, Ipv6Addr};

/// A URL, split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Url<'t> {
    /// The scheme as written, empty when there is none.
    pub scheme: &'t str,
    /// What is before the `@`, still escaped.
    pub userinfo: Option<&'t str>,
    /// The host with its port, as written; empty when there is none.
    pub host: &'t str,
    /// The path, or, after a scheme without slash (`localhost:3000`), the opaque rest.
    pub path: &'t str,
    /// What follows `?`.
    pub query: Option<&'t str>,
    /// What follows `#`.
    pub fragment: Option<&'t str>,
    /// Whether the rest after the scheme has no leading slash: `localhost:3000` has the scheme `localhost`.
    pub opaque: bool,
}

/// Why Go refuses a text as URL, as a clause ("it …").
pub(crate) type Refusal = &'static str;

/// Splits a text as Go's `url.Parse` does.
///
/// # Errors
/// A clause that says why Go refuses it.
pub(crate) fn parse(text: &str) -> Result<Url<'_>, Refusal> {
    if text.bytes().any(|byte| byte < 0x20 || byte == 0x7f) {
        return Err("holds a control character");
    }
    let (rest, fragment) = split_at_first(text, '#');
    let (scheme, rest) = split_scheme(rest)?;
    let (rest, query) = split_at_first(rest, '?');
    let mut url = Url { scheme, userinfo: None, host: "", path: rest, query, fragment, opaque: false };
    if !rest.starts_with('/') {
        if !scheme.is_empty() {
            url.opaque = true;
            return Ok(url);
        }
        if rest.split('/').next().is_some_and(|segment| segment.contains(':')) {
            return Err("has a colon in its first part, but no scheme");
        }
    }
    if let Some(authority) = rest.strip_prefix("//").filter(|after| !scheme.is_empty() || !after.starts_with('/')) {
        let end = authority.find('/').unwrap_or(authority.len());
        let (authority, path) = authority.split_at(end);
        url.path = path;
        let (userinfo, host) = match authority.rsplit_once('@') {
            Some((userinfo, host)) => (Some(userinfo), host),
            None => (None, authority),
        };
        if userinfo.is_some_and(|text| !text.chars().all(is_userinfo)) {
            return Err("has a character before the `@` that must be escaped");
        }
        if userinfo.is_some_and(|text| !escapes_are_whole(text)) {
            return Err("has a bad % escape before the `@`");
        }
        check_host(host)?;
        url.userinfo = userinfo;
        url.host = host;
    }
    if escapes_are_whole(url.path) { Ok(url) } else { Err("has a bad % escape in its path") }
}

fn split_at_first(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn split_scheme(text: &str) -> Result<(&str, &str), Refusal> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')));
    match end.map(|end| text.split_at(end)) {
        Some(("", rest)) if rest.starts_with(':') => Err("begins with a colon: the scheme is missing"),
        Some((scheme, rest)) if scheme.starts_with(|c: char| c.is_ascii_alphabetic()) => match rest.strip_prefix(':') {
            Some(rest) => Ok((scheme, rest)),
            None => Ok(("", text)),
        },
        _ => Ok(("", text)),
    }
}

fn is_userinfo(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c)
}

fn escapes_are_whole(text: &str) -> bool {
    text.split('%').skip(1).all(|after| {
        let mut digits = after.bytes();
        let mut is_hex = || digits.next().is_some_and(|byte| byte.is_ascii_hexdigit());
        is_hex() && is_hex()
    })
}

fn check_host(host: &str) -> Result<(), Refusal> {
    let port = if let Some(inner) = host.strip_prefix('[') {
        inner.split_once(']').ok_or("has a `[` without `]` in its host")?.1
    } else {
        host.rfind(':').and_then(|at| host.get(at..)).unwrap_or_default()
    };
    let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(|p| p.bytes().all(|b| b.is_ascii_digit()));
    if !is_port {
        return Err("has a port that is not a number");
    }
    let refused = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && !"!$&'()*+,;=:[]<>\"-_.~%".contains(c);
    if host.contains(refused) { Err("has a character in its host that is not allowed there") } else { Ok(()) }
}

impl<'t> Url<'t> {
    /// The host without port and brackets.
    #[must_use]
    pub(crate) fn hostname(&self) -> &'t str {
        if let Some(inner) = self.host.strip_prefix('[') {
            return inner.split(']').next().unwrap_or(inner);
        }
        self.host.split(':').next().unwrap_or(self.host)
    }

    /// The port as written.
    #[must_use]
    pub(crate) fn port(&self) -> Option<&'t str> {
        let after = self.host.rsplit(']').next().unwrap_or(self.host);
        after.rsplit_once(':').map(|(_, port)| port).filter(|port| !port.is_empty())
    }

    /// Whether the scheme is this one, in any case.
    #[must_use]
    pub(crate) fn has_scheme(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// Whether it is `http://` or `https://` with a host.
    #[must_use]
    pub(crate) fn is_web(&self) -> bool {
        (self.has_scheme("http") || self.has_scheme("https")) && !self.host.is_empty()
    }

    /// Whether Kratos takes it as a place to send browsers to: absolute, or with a leading slash
    /// (`url.ParseRequestURI`, oryx/configx/provider.go:RequestURIF).
    #[must_use]
    pub(crate) fn is_request_uri(&self) -> bool {
        !self.scheme.is_empty() || self.path.starts_with('/') || !self.host.is_empty()
    }
}

/// The bytes of a text with `%41` and the like decoded, and whether each `%` begins such an escape; one that does not stays.
#[must_use]
pub(crate) fn unescaped(text: &str) -> (Vec<u8>, bool) {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let (mut bytes, mut is_whole) = (Vec::with_capacity(text.len()), true);
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match tail {
            [high, low, ..] if *first == b'%' => {
                digit(high).zip(digit(low)).and_then(|(high, low)| u8::try_from(high * 16 + low).ok())
            }
            _ => None,
        };
        is_whole &= *first != b'%' || escaped.is_some();
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    (bytes, is_whole)
}

/// Whether a name exists only inside a container network or a cluster; for all that exists inside some network see [`is_internal`].
#[must_use]
pub(crate) fn is_of_cluster(hostname: &str) -> bool {
    let word = !hostname.contains(['.', ':']) && !is_loopback(hostname);
    word || hostname.rsplit('.').next() == Some("svc") || hostname.ends_with(".cluster.local")
}

/// Whether a host has this name or is below it.
#[must_use]
pub(crate) fn is_within(host: &str, name: &str) -> bool {
    host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether a host is this machine: browsers treat it as safe without TLS.
#[must_use]
pub(crate) fn is_loopback(hostname: &str) -> bool {
    let name = hostname.to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || name == "0.0.0.0"
        || name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || name.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback() || address.is_unspecified())
}

/// Whether a host is an address of a private network, link-local ones included.
#[must_use]
pub(crate) fn is_private_address(hostname: &str) -> bool {
    let is_private = |address: Ipv4Addr| address.is_private() || address.is_link_local();
    hostname.parse::<Ipv4Addr>().is_ok_and(is_private)
        || hostname.parse::<Ipv6Addr>().is_ok_and(|address| {
            address.is_unique_local()
                || address.is_unicast_link_local()
                || address.to_ipv4_mapped().is_some_and(is_private)
        })
}

/// Last labels of names that exist inside a network only (RFC 6762, RFC 8375, RFC 2606, Kubernetes).
const INTERNAL: [&str; 9] = ["local", "internal", "lan", "home", "test", "invalid", "intranet", "svc", "corp"];

/// Whether a host is known inside a network only: loopback, a private address, one word, or a name under a local ending.
#[must_use]
pub(crate) fn is_internal(hostname: &str) -> bool {
    let last = hostname.rsplit('.').next().unwrap_or(hostname);
    is_loopback(hostname)
        || is_private_address(hostname)
        || (!hostname.contains('.') && !hostname.contains(':'))
        || INTERNAL.contains(&last.to_ascii_lowercase().as_str())
}

/// The ending of a name that is a public suffix, and whether it is in the ICANN part of the list; a last label that the
/// list does not have counts as one without a part.
fn suffix_of(name: &str) -> Option<(&str, Option<psl::Type>)> {
    let suffix = psl::suffix(name.as_bytes())?;
    Some((name.get(name.len().checked_sub(suffix.as_bytes().len())?..)?, suffix.typ()))
}

fn is_suffix_of(hostname: &str, kind: psl::Type) -> bool {
    let name = hostname.to_ascii_lowercase();
    suffix_of(&name).is_some_and(|(suffix, typ)| suffix == name && typ == Some(kind))
}

/// Whether everyone can register names directly below this one: `com`, `co.il` (the ICANN part of publicsuffix.org).
#[must_use]
pub(crate) fn is_public_suffix(hostname: &str) -> bool {
    is_suffix_of(hostname, psl::Type::Icann)
}

/// Whether everyone gets a name below this one from the company that owns it: `vercel.app`, `up.railway.app` (the private
/// part of publicsuffix.org).
#[must_use]
pub(crate) fn is_shared(hostname: &str) -> bool {
    is_suffix_of(hostname, psl::Type::Private)
}

/// Whether a name belongs to one owner: at least one label precedes a public suffix, as Go's
/// `publicsuffix.EffectiveTLDPlusOne` sees it.
#[must_use]
pub(crate) fn has_owner(hostname: &str) -> bool {
    psl::domain(hostname.to_ascii_lowercase().as_bytes()).is_some()
}

/// The site of a host, as browsers draw its borders: the name just below a public suffix. None for addresses, names without
/// dot, and names inside a network.
#[must_use]
pub(crate) fn site(hostname: &str) -> Option<String> {
    let name = hostname.to_ascii_lowercase();
    let is_address = name.contains(':') || name.parse::<Ipv4Addr>().is_ok();
    if is_address || is_internal(&name) {
        return None;
    }
    let domain = psl::domain(name.as_bytes())?;
    std::str::from_utf8(domain.as_bytes()).ok().map(str::to_owned)
}

/// Whether a site is another one with a letter wrong: its ending does not exist, or its name differs by one letter. Names that
/// users number or count are no typos of each other.
#[must_use]
pub(crate) fn is_typo(site: &str, of: &str) -> bool {
    const SHORTEST: usize = 5;
    let (Some(suffix), Some(other)) = (psl::suffix(site.as_bytes()), psl::suffix(of.as_bytes())) else { return false };
    let is_plain = |text: &str| text.len() >= SHORTEST && !text.bytes().any(|byte| byte.is_ascii_digit());
    let is_one_letter = |one: &str, other: &str| {
        let counted = |one: &str, other: &str| one.strip_suffix('s') == Some(other);
        is_plain(one)
            && is_plain(other)
            && !counted(one, other)
            && !counted(other, one)
            && one.len().abs_diff(other.len()) <= 1
            && strsim::osa_distance(one, other) == 1
    };
    if !suffix.is_known() && other.is_known() {
        return is_one_letter(site, of);
    }
    let name = |site: &'_ str, suffix: psl::Suffix<'_>| site.len().checked_sub(suffix.as_bytes().len() + 1);
    let names = name(site, suffix).zip(name(of, other)).and_then(|(own, its)| Some((site.get(..own)?, of.get(..its)?)));
    let is_registry = other.typ() == Some(psl::Type::Icann);
    suffix == other && is_registry && names.is_some_and(|(one, other)| is_one_letter(one, other))
}

/// Why no browser finds a host, as a clause ("it …"); none for names that may exist.
#[must_use]
pub(crate) fn host_fault(hostname: &str) -> Option<&'static str> {
    if hostname.starts_with('.') {
        return Some("begins with a dot");
    }
    if hostname.contains("..") {
        return Some("has two dots in a row");
    }
    if hostname.contains([',', ';', '<', '>', '"']) {
        return Some("has a character that host names cannot have");
    }
    let numbers: Vec<&str> = hostname.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    // Browsers read fewer than four numbers as an address, too.
    let is_address = numbers.len() > 3 && numbers.iter().all(is_number);
    let in_range = |part: &&str| part.parse::<u8>().is_ok();
    (is_address && (numbers.len() != 4 || !numbers.iter().all(in_range)))
        .then_some("is not an address of four numbers up to 255")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_as_go_does() {
        let url = parse("https://user:p%40ss@auth.example.com:8443/a/b?x=1#top").expect("accepted");
        assert_eq!((url.scheme, url.userinfo, url.host), ("https", Some("user:p%40ss"), "auth.example.com:8443"));
        assert_eq!((url.path, url.query, url.fragment), ("/a/b", Some("x=1"), Some("top")));
        assert_eq!((url.hostname(), url.port()), ("auth.example.com", Some("8443")));
        let opaque = parse("localhost:3000/login").expect("accepted");
        assert_eq!((opaque.scheme, opaque.path, opaque.opaque), ("localhost", "3000/login", true));
        let six = parse("http://[::1]:4433/").expect("accepted");
        assert_eq!((six.hostname(), six.port()), ("::1", Some("4433")));
    }

    #[test]
    fn refuses_what_go_refuses() {
        for text in [
            "127.0.0.1:3000",
            "://x",
            "https://a b/",
            "https://a:b/",
            "smtp://u:p#w@h:25/",
            "smtp://u:p%zz@h:25/",
            "http://h/%zz",
        ] {
            let whole = parse(text).is_ok_and(|url| url.fragment.is_none());
            assert!(!whole, "{text}");
        }
        assert_eq!(site("app.eu.example.co.uk").as_deref(), Some("example.co.uk"));
        assert_eq!(site("a.vercel.app").as_deref(), Some("a.vercel.app"));
        assert_eq!(site("10.0.0.1"), None);
        assert_eq!(site("web.up.railway.app").as_deref(), Some("web.up.railway.app"));
        assert_eq!(site("a.b.example.com.ar").as_deref(), Some("example.com.ar"));
        assert_eq!(site("co.il"), None);
        assert!(is_public_suffix("co.il") && !is_public_suffix("pages.dev") && !is_public_suffix("localhost"));
        assert!(is_shared("Pages.dev") && !is_shared("example.com"));
        assert!(
            has_owner("app.example.com") && !has_owner("com") && !has_owner("vercel.app") && !has_owner("localhost")
        );
        for host in [".example.org", "a..b", "app,example.com", "10.0.0.1.1", "10.0.0.256"] {
            assert!(host_fault(host).is_some(), "{host}");
        }
        for host in ["example.org", "10.0.0.1", "::1", "127.1", "3000", "example.org.", "*.example.org", "my_host"] {
            assert_eq!(host_fault(host), None, "{host}");
        }
        assert!(parse("/login").is_ok_and(|url| url.is_request_uri()));
        assert!(parse("login").is_ok_and(|url| !url.is_request_uri()));
        assert!(parse("#/login").is_ok_and(|url| !url.is_request_uri()));
    }
}
