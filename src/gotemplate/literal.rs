//! Numbers and quoted texts, as Go's `strconv` and `fmt` read them.

/// A number constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// Whether it may stand for an integer.
    pub(super) is_int: bool,
    /// Whether Go makes a float of it where any type fits: it is written with a point or an exponent.
    pub(super) is_float: bool,
}

/// A number as written, complex ones apart; `None` where Go refuses it.
pub(super) fn number(text: &str) -> Option<Number> {
    if let Some(imaginary) = text.strip_suffix('i')
        && let Some(value) = float(imaginary)
    {
        let is_real = value == 0.0;
        return Some(Number { is_int: is_real, is_float: false });
    }
    if integer(text) {
        return Some(Number { is_int: true, is_float: false });
    }
    let value = float(text).filter(|_| text.contains(['.', 'e', 'E', 'p', 'P']))?;
    Some(Number { is_int: value.fract() == 0.0 && value.abs() < 9.3e18, is_float: true })
}

/// A complex number as written (`1+2i`).
pub(super) fn is_complex(text: &str) -> bool {
    let real = float_token(text);
    let rest = text.get(real.len()..).unwrap_or_default();
    let Some(unsigned) = rest.strip_prefix(['+', '-']) else { return false };
    let imaginary = float_token(unsigned);
    let is_closed = unsigned.get(imaginary.len()..).is_some_and(|rest| rest.starts_with('i'));
    is_closed && float(real).is_some() && float(imaginary).is_some()
}

/// What `fmt` takes for a float at the beginning of a text.
fn float_token(text: &str) -> &str {
    let bytes = text.as_bytes();
    let mut at = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let is_hex = bytes.get(at) == Some(&b'0') && matches!(bytes.get(at + 1), Some(b'x' | b'X'));
    at += if is_hex { 2 } else { 0 };
    let is_digit = |byte: &u8| *byte == b'_' || if is_hex { byte.is_ascii_hexdigit() } else { byte.is_ascii_digit() };
    let run = |mut at: usize, is_in: &dyn Fn(&u8) -> bool| {
        while bytes.get(at).is_some_and(is_in) {
            at += 1;
        }
        at
    };
    at = run(at, &is_digit);
    if bytes.get(at) == Some(&b'.') {
        at = run(at + 1, &is_digit);
    }
    let has_exponent = match bytes.get(at) {
        Some(b'p' | b'P') => true,
        Some(b'e' | b'E') => !is_hex,
        _ => false,
    };
    if has_exponent {
        at += 1;
        at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
        at = run(at, &|byte| *byte == b'_' || byte.is_ascii_digit());
    }
    text.get(..at).unwrap_or(text)
}

/// Whether `ParseInt` or `ParseUint` with base 0 takes it.
fn integer(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']);
    let (digits, is_signed) = (unsigned.unwrap_or(text), unsigned.is_some());
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = match lower.get(..2) {
        Some("0x") => (16, lower.get(2..)),
        Some("0o") => (8, lower.get(2..)),
        Some("0b") => (2, lower.get(2..)),
        _ if lower.len() > 1 && lower.starts_with('0') => (8, lower.get(1..)),
        _ => (10, Some(lower.as_str())),
    };
    let digits = digits.unwrap_or_default();
    let plain: String = digits.chars().filter(|c| *c != '_').collect();
    if plain.is_empty() || (digits.contains('_') && !underscores_fit(text)) {
        return false;
    }
    let Ok(value) = u64::from_str_radix(&plain, radix) else { return false };
    // A sign is no digit, though Rust reads `+`.
    let is_digits = plain.chars().all(|c| c.is_digit(radix));
    let limit = if text.starts_with('-') { 1 << 63 } else { i64::MAX.unsigned_abs() };
    is_digits && (!is_signed || value <= limit)
}

/// The value that `ParseFloat` gives.
fn float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if text.contains('_') && !underscores_fit(text) {
        return None;
    }
    let plain: String = unsigned.chars().filter(|c| *c != '_').collect();
    let lower = plain.to_ascii_lowercase();
    let value = match lower.strip_prefix("0x") {
        Some(hex) => hex_float(hex)?,
        None if lower.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | '+' | '-')) => {
            lower.parse().ok()?
        }
        None => return None,
    };
    value.is_finite().then_some(value)
}

fn hex_float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once('p')?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if whole.len() + fraction.len() == 0 || !is_hex(whole) || !is_hex(fraction) || !is_number {
        return None;
    }
    let mut value = 0.0;
    for digit in whole.chars().chain(fraction.chars()).filter_map(|c| c.to_digit(16)) {
        value = value * 16.0 + f64::from(digit);
    }
    let power = exponent.parse::<i32>().unwrap_or(if exponent.starts_with('-') { -100_000 } else { 100_000 });
    let places = i32::try_from(fraction.len()).unwrap_or(100_000);
    Some(if value == 0.0 { 0.0 } else { value * 2.0_f64.powi(power.clamp(-100_000, 100_000) - 4 * places) })
}

/// Whether underscores stand between digits only; one may follow the prefix of the base.
fn underscores_fit(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text).to_ascii_lowercase();
    let is_hex = text.starts_with("0x");
    let has_prefix = is_hex || text.starts_with("0b") || text.starts_with("0o");
    let mut saw = if has_prefix { '0' } else { '^' };
    for c in text.chars().skip(if has_prefix { 2 } else { 0 }) {
        if c.is_ascii_digit() || (is_hex && c.is_ascii_hexdigit()) {
            saw = '0';
        } else if c == '_' {
            if saw != '0' {
                return false;
            }
            saw = '_';
        } else if saw == '_' {
            return false;
        } else {
            saw = '!';
        }
    }
    saw != '_'
}

/// The text that a quoted one stands for, its quotes included; `None` where Go refuses an escape.
pub(super) fn unquoted(text: &str) -> Option<String> {
    let inner = text.get(1..text.len().checked_sub(1)?)?;
    if text.starts_with('`') {
        return Some(inner.replace('\r', ""));
    }
    // What an escape stands for may be part of a character only.
    let mut bytes = Vec::new();
    let mut rest = inner;
    while !rest.is_empty() {
        let (one, behind) = character(rest, '"')?;
        match one {
            Unquoted::Byte(byte) => bytes.push(byte),
            Unquoted::Char(c) => bytes.extend(c.to_string().bytes()),
        }
        rest = behind;
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether a character constant, its quotes included, is one character.
pub(super) fn is_character(text: &str) -> bool {
    text.get(1..).and_then(|rest| character(rest, '\'')).is_some_and(|(_, rest)| rest == "'")
}

enum Unquoted {
    Byte(u8),
    Char(char),
}

/// The first character of a quoted text and what follows it (`strconv.UnquoteChar`).
fn character(text: &str, quote: char) -> Option<(Unquoted, &str)> {
    let mut chars = text.chars();
    let first = chars.next().filter(|c| *c != quote)?;
    if first != '\\' {
        return Some((Unquoted::Char(first), chars.as_str()));
    }
    let escape = chars.next()?;
    let rest = chars.as_str();
    let simple = |c: char| Some((Unquoted::Char(c), rest));
    match escape {
        'a' => simple('\x07'),
        'b' => simple('\x08'),
        'f' => simple('\x0c'),
        'n' => simple('\n'),
        'r' => simple('\r'),
        't' => simple('\t'),
        'v' => simple('\x0b'),
        '\\' => simple('\\'),
        '\'' | '"' if escape == quote => simple(escape),
        'x' => coded(rest, 2, 16),
        'u' => coded(rest, 4, 16),
        'U' => coded(rest, 8, 16),
        '0'..='7' => coded(text.get(1..)?, 3, 8),
        _ => None,
    }
}

fn coded(text: &str, length: usize, radix: u32) -> Option<(Unquoted, &str)> {
    let digits = text.get(..length).filter(|digits| digits.chars().all(|c| c.is_digit(radix)))?;
    let value = u32::from_str_radix(digits, radix).ok()?;
    let one =
        if length < 4 { Unquoted::Byte(u8::try_from(value).ok()?) } else { Unquoted::Char(char::from_u32(value)?) };
    Some((one, text.get(length..)?))
}
