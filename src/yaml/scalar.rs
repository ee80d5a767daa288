//! Scalars as `gopkg.in/yaml.v3` v3.0.1 resolves them (resolve.go:resolve; compared with it in tests/tree.rs).

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::{Number, Value};

/// What a plain scalar without a tag is.
pub(super) fn resolve(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return float(f64::NAN),
        _ => {}
    }
    let first = text.bytes().next().unwrap_or_default();
    if !(first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.')) {
        return Value::String(text.into());
    }
    if let Some(time) = timestamp(text) {
        return Value::String(time.into());
    }
    number(text).map_or_else(|| Value::String(text.into()), Value::Number)
}

/// The boolean that a plain word is in YAML 1.1 beside `true` and `false` (gopkg.in/yaml.v2 v2.4.0 resolve.go).
pub(super) fn word(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// What a scalar with a tag is; none when the loader refuses it.
pub(super) fn resolve_tagged(tag: &str, text: &str) -> Option<Value> {
    match tag {
        "null" => matches!(resolve(text), Value::Null).then_some(Value::Null),
        "bool" => match resolve(text) {
            value @ Value::Bool(_) => Some(value),
            _ => None,
        },
        "int" => match resolve(text) {
            Value::Number(number) if number.value.fract() == 0.0 => Some(Value::Number(number)),
            _ => None,
        },
        "float" => match resolve(text) {
            Value::Number(number) => Some(Value::Number(number)),
            _ => None,
        },
        "binary" => {
            let compact: String = text.split_whitespace().collect();
            let bytes = BASE64_STANDARD.decode(compact).ok()?;
            Some(Value::String(String::from_utf8_lossy(&bytes).into()))
        }
        "timestamp" => timestamp(text).map(|time| Value::String(time.into())),
        // `str`, and all that the loader does not resolve (resolve.go:resolvableTag), also where the text reads like a number or a null.
        _ => Some(Value::String(text.into())),
    }
}

/// The text of a key as the loader makes it: numbers and booleans as text, `null` as the words that Go prints.
pub(super) fn key_text(value: &Value, written: &str) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.text.to_string(),
        Value::String(text) => text.to_string(),
        _ => written.to_owned(),
    }
}

fn float(value: f64) -> Value {
    Value::Number(Number { value, text: format!("{value}").into() })
}

fn number(text: &str) -> Option<Number> {
    let plain = text.replace('_', "");
    integer(&plain).or_else(|| is_float(&plain).then(|| decimal(&plain)).flatten())
}

/// Integers: decimal, octal (`0o17`, `017`), hexadecimal, binary; up to 64 bits signed or unsigned.
fn integer(plain: &str) -> Option<Number> {
    let (sign, digits) = match plain.as_bytes().first()? {
        b'-' => (-1_i128, plain.get(1..)?),
        b'+' => (1, plain.get(1..)?),
        _ => (1, plain),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, body) = match lower.get(..2) {
        Some("0x") => (16, lower.get(2..)?),
        Some("0o") => (8, lower.get(2..)?),
        Some("0b") => (2, lower.get(2..)?),
        _ if lower.len() > 1 && lower.starts_with('0') && lower.bytes().all(|byte| (b'0'..b'8').contains(&byte)) => {
            (8, lower.get(1..)?)
        }
        _ => (10, lower.as_str()),
    };
    let is_digits = !body.is_empty() && body.chars().all(|character| character.is_digit(radix));
    let value = i128::from_str_radix(body, radix).ok().filter(|_| is_digits)? * sign;
    let fits = value >= i128::from(i64::MIN) && value <= i128::from(u64::MAX);
    #[allow(clippy::cast_precision_loss)] // The loader does the same: all numbers become float64.
    fits.then(|| Number { value: value as f64, text: value.to_string().into() })
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`
fn is_float(plain: &str) -> bool {
    let unsigned = plain.strip_prefix(['-', '+']).unwrap_or(plain);
    let (mantissa, exponent) = unsigned
        .find(['e', 'E'])
        .map_or((unsigned, None), |at| (unsigned.get(..at).unwrap_or_default(), unsigned.get(at + 1..)));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_mantissa = match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && digits(fraction),
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => !mantissa.is_empty() && digits(mantissa),
    };
    let is_exponent = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    is_mantissa && is_exponent
}

fn decimal(plain: &str) -> Option<Number> {
    let value: f64 = plain.parse().ok()?;
    Some(Number { value, text: json_number(value).into() })
}

/// A float64 as Go's `encoding/json` writes it.
pub(super) fn json_number(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{value:e}");
        return match text.split_once('e') {
            Some((mantissa, exponent)) if !exponent.starts_with('-') => format!("{mantissa}e+{exponent}"),
            Some((mantissa, exponent)) => format!("{mantissa}e-{:0>2}", exponent.trim_start_matches('-')),
            None => text,
        };
    }
    format!("{value}")
}

/// Dates and times become RFC 3339 texts (resolve.go:parseTimestamp).
fn timestamp(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let year = bytes.get(..4).filter(|year| year.iter().all(u8::is_ascii_digit))?;
    let rest = text.get(4..)?.strip_prefix('-')?;
    let (month, rest) = two_digits(rest, 1)?;
    let (day, rest) = two_digits(rest.strip_prefix('-')?, 1)?;
    if !(1..=12).contains(&month) || !(1..=days_of(month, year)).contains(&day) {
        return None;
    }
    let date = format!("{}-{month:02}-{day:02}", std::str::from_utf8(year).ok()?);
    if rest.is_empty() {
        let exact = text.len() == 10;
        return exact.then(|| format!("{date}T00:00:00Z"));
    }
    let spaced = rest.starts_with(' ');
    let time = rest.strip_prefix(['t', 'T', ' '])?;
    let (hour, time) = two_digits(time, 1)?;
    let (minute, time) = two_digits(time.strip_prefix(':')?, 1)?;
    let (second, time) = two_digits(time.strip_prefix(':')?, 1)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (fraction, zone) = match time.strip_prefix('.') {
        Some(after) => {
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            (after.get(..digits)?.trim_end_matches('0'), after.get(digits..)?)
        }
        None => ("", time),
    };
    let fraction = if fraction.is_empty() { String::new() } else { format!(".{fraction}") };
    let zone = match zone {
        "" if spaced => "Z".to_owned(),
        "Z" if !spaced => "Z".to_owned(),
        _ if spaced => return None,
        zone => offset(zone)?,
    };
    Some(format!("{date}T{hour:02}:{minute:02}:{second:02}{fraction}{zone}"))
}

/// `+02:00`
fn offset(zone: &str) -> Option<String> {
    let sign = zone.chars().next().filter(|sign| matches!(sign, '+' | '-'))?;
    let (hours, rest) = two_digits(zone.get(1..)?, 2)?;
    let (minutes, rest) = two_digits(rest.strip_prefix(':')?, 2)?;
    (rest.is_empty() && hours < 24 && minutes < 60).then(|| format!("{sign}{hours:02}:{minutes:02}"))
}

/// A number of one or two digits (at least `least`), and what follows.
fn two_digits(text: &str, least: usize) -> Option<(u8, &str)> {
    let digits = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let value = text.get(..digits).filter(|_| digits >= least)?.parse().ok()?;
    Some((value, text.get(digits..)?))
}

fn days_of(month: u8, year: &[u8]) -> u8 {
    let year = std::str::from_utf8(year).ok().and_then(|year| year.parse::<u32>().ok()).unwrap_or_default();
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    }
}
