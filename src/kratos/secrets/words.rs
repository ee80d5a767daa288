//! Which words may be shown: those of Kratos itself, numbers, and what reads like a word of a language. A token, a key or a
//! password that a program made reads like none.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::OnceLock;

use crate::kratos::hooks;
use crate::kratos::schema::{KEYS, Limit};
use crate::text::lower;

/// Longest run of letters that is a word.
const LONGEST_WORD: usize = 24;
/// Longest name made of words.
const LONGEST_NAME: usize = 96;
/// Longest number.
const LONGEST_NUMBER: usize = 10;
/// A mixture of letters and digits up to this length (`h1`, `k8s`) is no secret.
const LONGEST_MIXTURE: usize = 4;
/// Longest name of words with a number between: `r2devops`, `GO111MODULE`.
const LONGEST_MIXED_NAME: usize = 11;
/// Parts of a name with letters and digits.
const MIXTURES: usize = 3;
/// Consonants in a row that no language has.
const CONSONANTS: usize = 6;

/// Words that reports show often, in lower case: those that no key of the configuration holds, and common values.
const COMMON: &[&str] = &[
    "true",
    "false",
    "traits",
    "draft",
    "ctx",
    "identity",
    "claims",
    "raw_claims",
    "metadata_public",
    "metadata_admin",
    "metadata_admin_public",
    "transient_payload",
    "external_id",
    "oauth2",
    "oauth2_login_request",
    "sha",
    "sha1",
    "sha-256",
    "sha256",
    "sha512",
    "md5",
    "base64",
    "base64url",
    "argon2",
    "argon2id",
    "argon2i",
    "bcrypt",
    "scrypt",
    "pbkdf2",
    "hs256",
    "hs384",
    "hs512",
    "rs256",
    "rs384",
    "rs512",
    "es256",
    "es384",
    "es512",
    "ps256",
    "x509",
    "utf8",
    "utf16",
    "http2",
    "tls12",
    "tls13",
    "i18n",
    "web_hook",
    "std",
    "extvar",
    "manifestjsonex",
    "manifestjson",
    "objecthas",
    "objecthasall",
    "escapestringjson",
    "ipv4",
    "ipv6",
    "localhost",
    "google",
    "github",
    "gitlab",
    "microsoft",
    "apple",
    "facebook",
    "discord",
    "slack",
    "spotify",
    "netid",
    "linkedin",
    "patreon",
    "auth0",
    "okta",
    "keycloak",
    "dingtalk",
    "lark",
    "yandex",
    "vk",
    "amazon",
    "salesforce",
    "default",
    "version",
    "kratos",
    "memory",
    "sqlite",
    "postgres",
    "mysql",
    "cockroach",
    "application/json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "text/html",
    "post",
    "get",
    "put",
    "patch",
    "delete",
    "uuid",
    "e164",
    "draft07",
    "configmap",
    "secret",
    "secrets",
    "deployment",
    "apiversion",
    "kind",
    "schema",
    "email",
    "name",
    "string",
    "number",
    "integer",
    "boolean",
    "object",
    "array",
    "null",
    "user",
    "smtp",
    "smtps",
    "xchacha20",
    "poly1305",
];

/// The words of the configuration, in lower case: names of keys, their parts, and the words that may be values.
fn vocabulary() -> &'static HashSet<Cow<'static, str>> {
    static WORDS: OnceLock<HashSet<Cow<'static, str>>> = OnceLock::new();
    WORDS.get_or_init(|| {
        // About as many as the keys, so that it never grows.
        let mut words: HashSet<Cow<'static, str>> = HashSet::with_capacity(2 * KEYS.len());
        let mut add = |word: &'static str| {
            // Most names are those of many keys.
            if words.contains(word) {
                return;
            }
            words.extend(word.split(['_', '-']).filter(|part| part.len() > 1).map(lower));
            words.insert(lower(word));
        };
        for key in KEYS {
            // The keys around it have rows of their own.
            let name = key.path.rsplit(['.', '#']).find(|segment| *segment != "[]").unwrap_or_default();
            add(name.trim_end_matches("[]"));
            for limit in key.limits {
                match limit {
                    Limit::Words(list) => list.iter().copied().for_each(&mut add),
                    Limit::DefaultsTo(json) => {
                        json.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).for_each(&mut add);
                    }
                    _ => {}
                }
            }
        }
        crate::kratos::schema::HOOK_PLACES.iter().flat_map(|place| place.hooks).for_each(|(name, _)| add(name));
        hooks::FLOWS.iter().copied().for_each(&mut add);
        // Jsonnet is part of the configuration, and findings name the function that refuses an argument.
        crate::jsonnet::standard::functions().for_each(|function| add(function.name));
        words
    })
}

/// Whether Kratos itself has this word. Most that are asked for are common, and then the vocabulary is not made.
pub(crate) fn is_known(word: &str) -> bool {
    word.len() <= LONGEST_NAME
        && (COMMON.iter().any(|common| common.eq_ignore_ascii_case(word))
            || vocabulary().contains(word.to_ascii_lowercase().as_str()))
}

/// Whether a run of letters, digits, `_` and `-` may be shown: a number, a word, a name made of words.
pub(crate) fn is_plain(name: &str) -> bool {
    if name.len() > LONGEST_NAME {
        return false;
    }
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 {
        return is_words(name) || is_known(name);
    }
    if name.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'_')) {
        return digits <= LONGEST_NUMBER;
    }
    name.len() <= LONGEST_MIXTURE
        || is_variable(name)
        || is_quantity(name)
        || is_words_and_digit(name)
        || parts(name).all(is_numbered)
        || is_of_known_words(name)
        || is_known(name)
}

/// Whether a label of a host, the name of a file, an image or a variable is one that a person wrote. Such names hold more digits
/// than values may: `prod1`, `k8s-2`, `app01`, `kratos-2024`, `s3`.
pub(crate) fn is_label(name: &str) -> bool {
    let is_part = |part: &str| is_plain(part) || is_word_and_number(part);
    let is_mixed =
        |part: &&str| part.bytes().any(|byte| byte.is_ascii_digit()) && part.bytes().any(|b| b.is_ascii_alphabetic());
    name.len() <= LONGEST_NAME
        && (is_plain(name) || (parts(name).all(is_part) && parts(name).filter(is_mixed).count() <= MIXTURES))
}

/// A word with a short number at its end or start, or the word of an industry between: `node18`, `2fa`, `i18n`, `oauth2proxy`.
fn is_word_and_number(part: &str) -> bool {
    let runs: Vec<&str> = part
        .as_bytes()
        .chunk_by(|one, other| one.is_ascii_digit() == other.is_ascii_digit())
        .map(|run| std::str::from_utf8(run).unwrap_or_default())
        .collect();
    let is_digits = |run: &str| run.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = |run: &str| {
        let is_year = run.len() == 4 && (run.starts_with("19") || run.starts_with("20"));
        is_digits(run) && (run.len() <= 2 || is_year)
    };
    // `web001`, `node101`
    let is_machine = |word: &str, number: &str| {
        is_digits(number) && number.len() == 3 && word.len() <= 8 && word.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    match runs.as_slice() {
        [word, number] if is_number(number) || is_machine(word, number) => is_words(word),
        [number, word] if is_number(number) => is_words(word),
        // A time: `01T16-36-33Z`.
        [day, "T" | "t", hour] => [day, hour].iter().all(|run| matches!(run.len(), 2 | 4 | 6 | 8)) && is_digits(day),
        [first, number, last] if is_digits(number) && number.len() <= 3 => {
            let is_name = part.len() <= LONGEST_MIXED_NAME || is_known(&format!("{first}{number}"));
            is_name && is_words(first) && is_words(last)
        }
        _ => false,
    }
}

fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split(['_', '-']).filter(|part| !part.is_empty())
}

/// The name of an environment variable with indexes in it: `COURIER_CHANNELS_0_ID`. A short one begins with a word of Kratos:
/// `SECRETS_DFEAULT_0`.
fn is_variable(name: &str) -> bool {
    let is_part = |part: &str| {
        let is_index = part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        is_index || (part.bytes().all(|byte| byte.is_ascii_uppercase()) && is_words(part))
    };
    let is_long_enough = match parts(name).count() {
        0..=2 => false,
        3 => parts(name).next().is_some_and(is_known),
        _ => true,
    };
    is_long_enough && !name.contains('-') && parts(name).all(is_part)
}

/// The name of an environment variable that begins with a key of Kratos.
#[must_use]
pub(super) fn is_of_kratos(name: &str) -> bool {
    let first = name.split('_').next().unwrap_or_default();
    let mut tops = KEYS.iter().filter_map(|key| key.path.split('.').next());
    is_variable(name) && tops.any(|top| top.eq_ignore_ascii_case(first))
}

/// Words with one digit apart from them: `eu-central-1`, `customer_v2`. Secrets that programs make have more.
fn is_words_and_digit(name: &str) -> bool {
    let is_digit = |part: &str| {
        let digit = part.strip_prefix('v').unwrap_or(part);
        digit.len() == 1 && digit.bytes().all(|byte| byte.is_ascii_digit())
    };
    let has_digit = |part: &&str| part.bytes().any(|byte| byte.is_ascii_digit());
    let is_lower = |part: &str| part.bytes().all(|byte| byte.is_ascii_lowercase()) && is_words(part);
    parts(name).filter(has_digit).count() == 1 && parts(name).all(|part| is_digit(part) || is_lower(part))
}

/// A name in small letters whose words with digits are those of Kratos, alone or with a number of bits: `aal2_if_available`,
/// `aes256`. Such names are slips of the pen at keys that accept few words.
fn is_of_known_words(name: &str) -> bool {
    const BITS: [&str; 6] = ["128", "192", "256", "384", "512", "2048"];
    let is_lower = |part: &str| part.bytes().all(|byte| byte.is_ascii_lowercase()) && is_words(part);
    let is_sized = |part: &str| {
        BITS.iter().any(|bits| part.strip_suffix(bits).is_some_and(|word| !word.is_empty() && is_known(word)))
    };
    let is_word = |part: &str| {
        let has_digit = part.bytes().any(|byte| byte.is_ascii_digit());
        if has_digit {
            !part.bytes().all(|byte| byte.is_ascii_digit()) && (is_known(part) || is_sized(part))
        } else {
            is_lower(part)
        }
    };
    parts(name).all(is_word)
}

/// A part of a name with digits in it: a word of Kratos, a small number, or a version such as `v2`.
fn is_numbered(part: &str) -> bool {
    let small = |text: &str| !text.is_empty() && text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_known(part)
        || small(part)
        || part.strip_prefix('v').is_some_and(small)
        || part.trim_end_matches(|c: char| c.is_ascii_digit()).len() + 1 == part.len()
            && is_known(part.trim_end_matches(|c: char| c.is_ascii_digit()))
}

/// Letters in parts that read like words.
fn is_words(name: &str) -> bool {
    parts(name).all(|part| part.len() <= LONGEST_WORD && is_word(part))
}

fn is_word(part: &str) -> bool {
    let (mut run, mut turns, mut was_lower) = (0, 0, false);
    for letter in part.chars() {
        let is_consonant = letter.is_ascii_alphabetic() && !"aeiouyAEIOUY".contains(letter);
        run = if is_consonant { run + 1 } else { 0 };
        turns += usize::from(was_lower && letter.is_ascii_uppercase());
        was_lower = letter.is_ascii_lowercase();
        if run >= CONSONANTS {
            return is_known(part);
        }
    }
    turns <= (part.len() / 4).max(usize::from(part.len() <= LONGEST_MIXTURE))
}

/// `10m`, `1h30m`, `500ms`, `128MB`, `2nd`.
fn is_quantity(text: &str) -> bool {
    const UNITS: &[&str] = &[
        "ns", "us", "ms", "s", "m", "h", "d", "w", "y", "b", "kb", "mb", "gb", "tb", "kib", "mib", "gib", "k", "g",
        "px", "x", "st", "nd", "rd", "th", "min", "sec", "hours", "days", "day", "hour", "weeks",
    ];
    let mut rest = text;
    let mut groups = 0;
    while !rest.is_empty() {
        let number = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let tail = rest.get(number..).unwrap_or_default();
        let unit = tail.len() - tail.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let known = tail.get(..unit).is_some_and(|unit| UNITS.contains(&unit.to_ascii_lowercase().as_str()));
        if number == 0 || number > 6 || !known || groups == 6 {
            return false;
        }
        groups += 1;
        rest = tail.get(unit..).unwrap_or_default();
    }
    true
}

/// Whether a value is one that says nothing of anybody: a boolean, a number, a duration, a word of Kratos.
pub(crate) fn is_harmless_value(value: &str) -> bool {
    let is_number = || {
        let digits = value.strip_prefix(['-', 'v']).unwrap_or(value);
        !digits.is_empty()
            && digits.len() <= LONGEST_NUMBER
            && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    matches!(value, "" | "true" | "false" | "null" | "~" | "yes" | "no" | "on" | "off" | "[]" | "{}")
        || is_number()
        || is_quantity(value)
        || is_known(value)
}

/// Whether the values of this key may be shown beside a finding: it switches, counts, or takes one of a few words.
pub(crate) fn is_harmless_key(key: &str) -> bool {
    static HARMLESS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let harmless = HARMLESS.get_or_init(|| {
        use crate::kratos::schema::Shape;
        let is_harmless = |key: &&crate::kratos::schema::Key| {
            matches!(key.shape, Shape::Boolean | Shape::Integer | Shape::Number)
                || key.limits.iter().any(|limit| {
                    matches!(
                        limit,
                        Limit::Words(_)
                            | Limit::Duration
                            | Limit::DurationSingle
                            | Limit::DurationNonzero
                            | Limit::ByteSize
                    )
                })
        };
        let last = |key: &crate::kratos::schema::Key| key.path.rsplit(['.', '#']).next().unwrap_or(key.path);
        let mut keys: HashSet<&'static str> = KEYS.iter().filter(is_harmless).map(last).collect();
        keys.extend(["hook", "kind", "apiVersion", "version", "type", "format", "required", "additionalProperties"]);
        keys.retain(|key| !super::is_secret_key(key));
        keys
    });
    harmless.contains(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_numbers_and_names_are_shown() {
        for name in [
            "selfservice",
            "default_browser_return_url",
            "emitAnalyticsEvent",
            "GitHub",
            "argon2id",
            "HS256",
            "sha-256",
            "10m",
            "1h30m",
            "128MB",
            "4433",
            "h1",
            "SELFSERVICE_METHODS_OIDC_CONFIG_PROVIDERS_0_CLIENT_SECRET",
            "SECRETS_DFEAULT_0",
            "customer_v2",
            "eu-central-1",
            "google2",
            "lgo",
            "enabledd",
            "xchacha20-poly1305",
            "2024-01-01",
            "aal2_if_available",
            "aes256",
            "Zahlungsverkehr",
        ] {
            assert!(is_plain(name), "{name}");
        }
    }

    #[test]
    fn labels_are_those_that_people_write() {
        for name in [
            "prod1",
            "k8s-2",
            "web001",
            "2fa",
            "oauth2proxy",
            "r2devops",
            "SMTP2GO",
            "GO111MODULE",
            "kratos2024",
            "2024-01-01T16-36-33Z",
        ] {
            assert!(is_label(name), "{name}");
        }
        for name in [
            "MARK0007",
            "m4rk3r0001",
            "s3cr3t",
            "9f425a8d7efc4768",
            "zQ7bGNXi7PmZNMy9x",
            "a1-b2-c3-d4-e5-f6",
            "AKIA1234567890AB",
            "hunter2hunter2",
            "correct7horsebattery",
        ] {
            assert!(!is_label(name), "{name}");
        }
    }

    #[test]
    fn each_segment_of_a_key_is_a_word() {
        for segment in KEYS.iter().flat_map(|key| key.path.split(['.', '#'])) {
            assert!(is_known(segment.trim_end_matches("[]")) || segment.trim_end_matches("[]").is_empty(), "{segment}");
        }
    }

    #[test]
    fn what_a_program_made_is_not() {
        for name in [
            "s3cr3t-of-the-test-0123456789abcdef",
            "secret-of-place-17",
            "MARK0007",
            "hunter256",
            "hunter2_if_available",
            "HUNTER_DFEAULT_0",
            "dGVzdGluZw",
            "hunter2hunter",
            "12345678901",
            "QWxhZGRpbjpvcGVu",
            "zzqqxxmarker",
            "9f425a8d-7efc-4768",
            "a1b2c3d4",
        ] {
            assert!(!is_plain(name), "{name}");
        }
    }
}
