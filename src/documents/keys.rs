//! Keys that were probably meant by keys that are not there.

use std::cmp::Reverse;

use strsim::levenshtein;

use crate::kratos::ctx::json_type::{JsonType, Object};

/// Most steps from the input to a field that is looked for by its name.
const MAX_DEPTH: usize = 4;

/// The key of the object that was probably meant.
pub(super) fn near<'o>(object: &'o Object, key: &str) -> Option<&'o str> {
    let close = |known: &&String| {
        known.eq_ignore_ascii_case(key)
            || known.replace('_', "").eq_ignore_ascii_case(&key.replace('_', ""))
            || levenshtein(known, key) <= if key.len() > 4 { 2 } else { 1 }
    };
    let closest = object.fields.keys().filter(close).min_by_key(|known| levenshtein(known, key));
    let related = || alike(object, key).filter(|_| !object.never.contains_key(key));
    closest.map(String::as_str).or_else(related)
}

/// The only key that shares most words with another one (`user_email`, `emailAddress`: `email`; `payload`: `transient_payload`).
fn alike<'o>(object: &'o Object, key: &str) -> Option<&'o str> {
    let mut found = object.fields.keys().filter(|known| is_alike(known, key));
    found.next().filter(|_| found.next().is_none()).map(String::as_str)
}

/// Whether all words of one key are in the other, and make up half of it.
fn is_alike(one: &str, other: &str) -> bool {
    let (one, other) = (words(one), words(other));
    let (few, many) = if one.len() < other.len() { (&one, &other) } else { (&other, &one) };
    !few.is_empty() && few.len() * 2 >= many.len() && few.iter().all(|word| many.contains(word))
}

/// The words of a key, in lower case.
fn words(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for letter in key.chars() {
        if matches!(letter, '_' | '-') || letter.is_ascii_uppercase() && was_lower {
            words.push(String::new());
        }
        was_lower = letter.is_ascii_lowercase() || letter.is_ascii_digit();
        if letter.is_ascii_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(letter.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The fields of the input that end as a path does, the most alike first; each with whether it is always there. None where two are
/// as much alike.
pub(super) fn elsewhere(kind: &JsonType, asked: &[String]) -> Vec<(Vec<String>, bool)> {
    let Some(key) = asked.last().filter(|_| !asked.iter().any(|step| step == "[]")) else { return Vec::new() };
    let mut found = Vec::new();
    collect(kind, &|name| name == key, &mut Vec::new(), &mut found);
    let is_alone = asked.len() == 1;
    if found.is_empty() && is_alone {
        collect(kind, &|name| is_alike(name, key), &mut Vec::new(), &mut found);
    }
    let common =
        |path: &[String]| path.iter().rev().zip(asked.iter().rev()).take_while(|(one, other)| one == other).count();
    // Identities, flows and sessions all have an `id`.
    let is_own = |path: &[String]| match path {
        [root, _] => root == "claims",
        [.., around, _] => around == "traits",
        _ => false,
    };
    found.retain(|(path, _)| is_alone || common(path) > 1 || is_own(path));
    let rank = |(path, is_sure): &(Vec<String>, bool)| (Reverse(common(path)), !is_sure, path.len());
    found.sort_by_key(rank);
    let is_tie = found.first().map(rank).is_some_and(|first| found.get(1).map(rank) == Some(first));
    if is_tie { Vec::new() } else { found }
}

/// Fields that are in objects that are always there.
fn collect(
    kind: &JsonType,
    is_asked: &dyn Fn(&str) -> bool,
    at: &mut Vec<String>,
    found: &mut Vec<(Vec<String>, bool)>,
) {
    let Some(object) = kind.as_object().filter(|_| at.len() < MAX_DEPTH) else { return };
    // Nodes and messages of a form have keys of many other things.
    for (name, field) in object.fields.iter().filter(|(name, _)| *name != "ui") {
        let is_there = field.missing_when.is_none();
        at.push(name.clone());
        if is_asked(name) {
            found.push((at.clone(), is_there));
        }
        if is_there {
            collect(&field.kind, is_asked, at, found);
        }
        at.pop();
    }
}

/// Claims of providers that Kratos has no field for: they are in `raw_claims`, whatever field has a similar name.
const RAW_CLAIMS: [&str; 14] = [
    "acr",
    "amr",
    "azp",
    "groups",
    "org_id",
    "permissions",
    "realm_access",
    "resource_access",
    "roles",
    "sid",
    "tid",
    "unique_name",
    "upn",
    "wids",
];

/// Whether a claim is one that `raw_claims` has.
pub(super) fn is_raw_claim(object: &Object, path: &str, key: &str) -> bool {
    path.strip_prefix("claims.") == Some(key) && object.fields.contains_key("raw_claims") && RAW_CLAIMS.contains(&key)
}

/// What can be read instead of a key.
pub(super) fn known_keys(object: &Object, path: &str, key: &str) -> String {
    // Kratos keeps what it does not know of a provider there.
    if path.strip_prefix("claims.") == Some(key) && object.fields.contains_key("raw_claims") {
        return format!("did you mean `claims.raw_claims.{key}`? Claims that Kratos does not know are in `raw_claims`");
    }
    // The data of a template beside the message that was made of it.
    if path.strip_prefix("template_data.") == Some(key) && matches!(key, "body" | "subject" | "recipient") {
        return format!("use `ctx.{key}`");
    }
    let keys: Vec<&str> = object.fields.keys().map(String::as_str).collect();
    match keys.as_slice() {
        [] => "remove it: nothing is known here".to_owned(),
        [only] => format!("use `{only}`, the only one here"),
        _ => format!("use one of {}", keys.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kratos::ctx::json_type::Field;

    fn object(keys: &[&str]) -> Object {
        let fields = keys.iter().map(|key| ((*key).to_owned(), Field::always(JsonType::text()))).collect();
        Object { fields, ..Object::default() }
    }

    #[test]
    fn the_closest_key_is_meant() {
        let known = object(&[
            "email",
            "emails",
            "name",
            "phone",
            "recovery_addresses",
            "transient_payload",
            "verifiable_addresses",
        ]);
        for (key, meant) in [
            ("emial", Some("email")),
            ("Emails", Some("emails")),
            ("user_email", Some("email")),
            ("phone_number", Some("phone")),
            ("userName", Some("name")),
            ("payload", Some("transient_payload")),
            ("addresses", None),
            ("password", None),
        ] {
            assert_eq!(near(&known, key), meant, "{key}");
        }
        let mut never = object(&["name"]);
        never.never.insert("family_name".to_owned(), "the provider has none".to_owned());
        assert_eq!((near(&never, "family_name"), near(&never, "first_name")), (None, Some("name")));
        let long = object(&["session_token_exchange_code"]);
        assert_eq!(near(&long, "session"), None);
    }

    #[test]
    fn a_field_is_found_at_its_place() {
        let traits = Field::always(JsonType::Object(object(&["email", "state"])));
        let mut identity = object(&["id", "state"]);
        identity.fields.insert("traits".to_owned(), traits);
        let mut flow = object(&["id", "state"]);
        flow.fields.insert("payload".to_owned(), Field::maybe(JsonType::text(), "nothing is sent"));
        let mut ctx = Object::default();
        ctx.fields.insert("identity".to_owned(), Field::always(JsonType::Object(identity)));
        ctx.fields.insert("flow".to_owned(), Field::always(JsonType::Object(flow)));
        let ctx = JsonType::Object(ctx);
        for (asked, meant) in [
            ("user.email", Some("identity.traits.email")),
            ("session.identity.id", Some("identity.id")),
            ("payload", Some("flow.payload")),
            // Which one is not known.
            ("session.id", None),
            ("id", None),
            ("nodes.[].email", None),
            ("nope", None),
        ] {
            let asked: Vec<String> = asked.split('.').map(str::to_owned).collect();
            let found = elsewhere(&ctx, &asked).first().map(|(path, _)| path.join("."));
            assert_eq!(found.as_deref(), meant, "{asked:?}");
        }
    }
}
