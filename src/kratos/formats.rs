//! The formats and patterns of Kratos' configuration schema, as its engine decides them (ory/jsonschema v3.0.8 and 280c5fc
//! format.go). All take the whole text.

use std::net::Ipv6Addr;

use crate::kratos::version::Version;

/// From this version on Kratos is built with a Go that refuses two colons in the host of an http URL (Go 1.26; B3).
pub(crate) const STRICT_COLONS: Version = Version::V26_2;

/// `uri`: Go's `url.Parse` takes it and there is a scheme. `strict_colons`: Go 1.26 and later refuse a second colon in the host
/// of http and https.
#[must_use]
pub(crate) fn is_uri(text: &str, strict_colons: bool) -> bool {
    parse_url(text, strict_colons) == Some(true)
}

/// `uri-reference`: Go's `url.Parse` takes it.
#[must_use]
pub(crate) fn is_uri_reference(text: &str, strict_colons: bool) -> bool {
    parse_url(text, strict_colons).is_some()
}

/// Go's `url.Parse`: none when refused, else whether there is a scheme (net/url url.go:parse).
fn parse_url(text: &str, strict_colons: bool) -> Option<bool> {
    if text.bytes().any(|byte| byte < 0x20 || byte == 0x7F) {
        return None;
    }
    let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
    if !is_escaped_well(fragment) {
        return None;
    }
    if text.is_empty() {
        return Some(false);
    }
    if text == "*" {
        return Some(false);
    }
    let (scheme, rest) = split_scheme(text)?;
    let rest = rest.split_once('?').map_or(rest, |(before, _)| before);
    if !rest.starts_with('/') {
        if scheme.is_some() {
            return Some(true); // opaque
        }
        let first = rest.split('/').next().unwrap_or_default();
        if first.contains(':') {
            return None;
        }
    }
    let path = match rest.strip_prefix("//") {
        Some(after) if scheme.is_some() || !rest.starts_with("///") => {
            let (authority, path) = after.find('/').map_or((after, ""), |at| after.split_at(at));
            let web =
                scheme.is_some_and(|name| name.eq_ignore_ascii_case("http") || name.eq_ignore_ascii_case("https"));
            if !is_authority(authority, strict_colons && web) {
                return None;
            }
            path
        }
        _ => rest,
    };
    is_escaped_well(path).then_some(scheme.is_some())
}

/// The scheme and what follows its colon; none when the text starts with a colon (url.go:getScheme).
fn split_scheme(text: &str) -> Option<(Option<&str>, &str)> {
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if at > 0 => {}
            b':' if at == 0 => return None,
            b':' => return Some((text.get(..at), text.get(at + 1..).unwrap_or_default())),
            _ => break,
        }
    }
    Some((None, text))
}

fn is_escaped_well(text: &str) -> bool {
    let mut parts = text.split('%');
    parts.next();
    parts.all(|part| part.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2)
}

/// User information and host (url.go:parseAuthority, parseHost, validUserinfo).
fn is_authority(authority: &str, strict_colons: bool) -> bool {
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority),
    };
    let is_user_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte);
    if user.is_some_and(|user| !user.bytes().all(is_user_byte) || !is_escaped_well(user)) {
        return false;
    }
    is_host(host, strict_colons)
}

fn is_host(host: &str, strict_colons: bool) -> bool {
    if let Some(inner) = host.strip_prefix('[') {
        let Some((address, port)) = inner.rsplit_once(']') else { return false };
        let (ip, zone) = address.split_once("%25").map_or((address, ""), |(ip, zone)| (ip, zone));
        return is_port(port) && is_host_text(zone) && ip.parse::<Ipv6Addr>().is_ok();
    }
    if host.contains('[') {
        return false;
    }
    if strict_colons && host.bytes().filter(|byte| *byte == b':').count() > 1 {
        return false;
    }
    let port = host.rfind(':').and_then(|at| host.get(at..)).unwrap_or_default();
    is_port(port) && is_host_text(host)
}

fn is_port(port: &str) -> bool {
    port.is_empty() || port.strip_prefix(':').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_host_text(host: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80 || b"-._~!$&'()*+,;=:[]<>\"%".contains(&byte);
    let mut escapes = host.split('%');
    escapes.next();
    let allowed_escape = |part: &str| {
        let code = part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        code.is_some_and(|code| code >= 0x80 || code == b'%')
    };
    host.bytes().all(plain) && is_escaped_well(host) && escapes.all(allowed_escape)
}

/// `email` (format.go:isEmail): at most 254 bytes, a local part of at most 64, a host name, and Go's `net/mail` reads it.
#[must_use]
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    text.len() <= 254 && local.len() <= 64 && !domain.ends_with('.') && is_hostname(domain) && is_mail_local(local)
}

/// What `net/mail` takes before the `@`, with a display name or comment or without (a dot-atom or a quoted text).
fn is_mail_local(local: &str) -> bool {
    let local = local.trim_start_matches([' ', '\t']);
    if let Some(quoted) = local.strip_prefix('"') {
        let Some(inner) = quoted.strip_suffix('"') else { return false };
        let mut escaped = false;
        for character in inner.chars() {
            if !escaped && character == '"' {
                return false;
            }
            escaped = !escaped && character == '\\';
        }
        return !escaped;
    }
    let is_atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || !c.is_ascii();
    !local.is_empty() && local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom))
}

/// `hostname` (format.go:isHostname).
#[must_use]
pub(crate) fn is_hostname(text: &str) -> bool {
    let text = text.strip_suffix('.').unwrap_or(text);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.len() <= 253 && !text.starts_with('-') && text.split('.').all(is_label)
}

/// `^([0-9]+(ns|us|ms|s|m|h))+$`
#[must_use]
pub(crate) fn is_duration(text: &str) -> bool {
    !text.is_empty() && duration_groups(text).is_some()
}

/// `^[0-9]+(ns|us|ms|s|m|h)$`
#[must_use]
pub(crate) fn is_single_duration(text: &str) -> bool {
    duration_groups(text).is_some_and(|groups| groups.len() == 1)
}

/// As [`is_duration`], and no group starts with 0.
#[must_use]
pub(crate) fn is_nonzero_duration(text: &str) -> bool {
    duration_groups(text).is_some_and(|groups| !groups.is_empty() && groups.iter().all(|group| !group.starts_with('0')))
}

/// Numbers with units, one after the other.
fn duration_groups(text: &str) -> Option<Vec<&str>> {
    let mut groups = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let unit = ["ns", "us", "ms", "s", "m", "h"]
            .iter()
            .find(|unit| rest.get(digits..).is_some_and(|r| r.starts_with(**unit)))?;
        let (group, after) = rest.split_at_checked(digits + unit.len()).filter(|_| digits > 0)?;
        groups.push(group);
        rest = after;
    }
    Some(groups)
}

/// Digits and a unit from B to EB, then anything: the pattern has no end.
#[must_use]
pub(crate) fn is_byte_size(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text.get(digits..).unwrap_or_default();
    digits > 0 && ["B", "KB", "MB", "GB", "TB", "PB", "EB"].iter().any(|unit| rest.starts_with(unit))
}

/// Starts with `smtp://` or `smtps://`.
#[must_use]
pub(crate) fn is_smtp_uri(text: &str) -> bool {
    text.starts_with("smtp://") || text.starts_with("smtps://")
}

/// Starts with `http://` or `https://`.
#[must_use]
pub(crate) fn is_http_url(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// Starts with one of the schemes that Kratos loads templates from.
#[must_use]
pub(crate) fn has_template_scheme(text: &str) -> bool {
    ["http://", "https://", "file://", "base64://"].iter().any(|scheme| text.starts_with(scheme))
}

/// A CORS origin: the star, or a URI with at most one star (`not` of `allowed_origins` in the schema, seen on v1.3.1 and v26.2.0).
#[must_use]
pub(crate) fn is_origin(text: &str, strict_colons: bool) -> bool {
    text == "*" || (is_uri(text, strict_colons) && text.matches('*').count() < 2)
}

/// Host and port of a tracing agent (`ory://tracing-config`): a bracketed IPv6 address, four groups of digits, or a host name;
/// then a colon and any number of digits.
#[must_use]
pub(crate) fn is_host_port(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
    else {
        return false;
    };
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.split('%').next().is_some_and(|ip| ip.parse::<Ipv6Addr>().is_ok());
    }
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    _ = port;
    host.split('.').all(is_label)
}

/// RFC 3339 with capital `T` and `Z`, as Go's `time.Time` reads it from JSON (`time/format_rfc3339.go:parseStrictRFC3339`).
#[must_use]
pub(crate) fn is_date_time(text: &str) -> bool {
    let number = |range: std::ops::Range<usize>| -> Option<u32> {
        text.get(range).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
    };
    let is_at = |byte: usize, wanted: u8| text.as_bytes().get(byte) == Some(&wanted);
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else { return false };
    let (Some(hour), Some(minute), Some(second)) = (number(11..13), number(14..16), number(17..19)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    let plain = separators.into_iter().all(|(byte, wanted)| is_at(byte, wanted));
    let fits = (1..=12).contains(&month) && (1..=days).contains(&day) && hour < 24 && minute < 60 && second < 60;
    let rest = text.get(19..).unwrap_or_default();
    let zone = rest.strip_prefix('.').map_or(Some(rest), |fraction| {
        let zone = fraction.trim_start_matches(|digit: char| digit.is_ascii_digit());
        (zone.len() < fraction.len()).then_some(zone)
    });
    let offset = |zone: &str| {
        let part = |range| zone.get(range).and_then(|digits: &str| digits.parse::<u8>().ok());
        zone.len() == 6
            && zone.starts_with(['+', '-'])
            && zone.as_bytes().get(3) == Some(&b':')
            && part(1..3).is_some_and(|hours| hours < 24)
            && part(4..6).is_some_and(|minutes| minutes < 60)
    };
    plain && fits && zone.is_some_and(|zone| zone == "Z" || offset(zone))
}
