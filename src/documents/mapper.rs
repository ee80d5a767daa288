//! What is found in mappers alone: claims that the provider never sends, and addresses that no one verified.

use rsjsonnet_lang::ast::{Arg, BinaryOp, Expr, ExprKind};
use serde_json::{Value, json};

use super::finding::{Finding, Kind};
use super::inputs::{self, Change};
use super::trial::Trial;
use crate::diagnostic::{Effect, Level};
use crate::evaluation::Answer;
use crate::jsonnet::syntax::{Spans, with_tree};
use crate::jsonnet::walk;
use crate::kratos::ctx::Purpose;
use crate::kratos::ctx::providers::{self, Presence, Verification};
use crate::kratos::identity::{self, EXTENSION, IdentitySchema};
use crate::text::Span;

/// The address that the trial signs in with.
const ADDRESS: &str = "somebody.unverified@example.com";

/// Everything that only mappers can have.
#[must_use]
pub(crate) fn findings(trial: &Trial<'_>, schemas: &[IdentitySchema]) -> Vec<Finding> {
    if trial.place.purpose() != Purpose::Mapper {
        return Vec::new();
    }
    let Some(provider) = trial.inputs.provider.as_ref().map(|provider| provider.kind.as_str()) else {
        return Vec::new();
    };
    let mut found = never_sent(trial, provider);
    found.extend(set_by_kratos(trial, provider));
    found.extend(unverified(trial, provider, schemas));
    found
}

/// Tests for claims that are never there: what they guard never happens.
fn never_sent(trial: &Trial<'_>, provider: &str) -> Vec<Finding> {
    let tests = with_tree(trial.text, tests).unwrap_or_default();
    let version = trial.place.version();
    let is_never =
        |test: &Test| test.how != How::Read && providers::presence(provider, version, &test.claim) == Presence::Never;
    let told = tests.into_iter().filter(is_never).map(|test| {
        let claim = &test.claim;
        let happens = if test.how == How::Default { "is always the default" } else { "is always false" };
        let message = format!("this test {happens}: Kratos never fills `claims.{claim}` for {provider}");
        // Without this claim no address passes the test, and each user ends at the form.
        let level = if claim == "email_verified" { Level::Warning } else { Level::Info };
        let help = if claim == "email_verified" {
            format!("decide by something else: {provider} never reports whether an address is verified")
        } else {
            format!("remove what depends on `claims.{claim}`, or fill it from another claim")
        };
        Finding::warning(Kind::ClaimNeverSent, test.span, message).level(level).effect(Effect::NoEffect).help(help)
    });
    told.collect()
}

/// Looks at `email_verified` where Kratos sets it for each user, whatever the provider knows.
fn set_by_kratos(trial: &Trial<'_>, provider: &str) -> Vec<Finding> {
    if providers::verification(provider) != Verification::SetByKratos {
        return Vec::new();
    }
    let mut tests = with_tree(trial.text, tests).unwrap_or_default();
    tests.retain(|test| test.claim == "email_verified");
    // `'email_verified' in claims && claims.email_verified` is one test.
    let first = tests.into_iter().min_by_key(|test| test.span);
    let told = first.map(|test| {
        let message = format!("this guards nothing: Kratos sets `claims.email_verified` itself for {provider}");
        let help = format!("trust the addresses of {provider}, or leave `verified_addresses` out");
        Finding::warning(Kind::VerificationIdle, test.span, message)
            .level(Level::Info)
            .effect(Effect::NoEffect)
            .help(help)
    });
    told.into_iter().collect()
}

/// How a mapper looks at a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// Whether it is there.
    Has,
    /// What it is, with a default.
    Default,
    /// What it is.
    Read,
}

/// A look at a claim.
struct Test {
    claim: String,
    span: Span,
    how: How,
}

fn tests(root: &Expr<'_, '_>, spans: Spans<'_>) -> Vec<Test> {
    let mut names: Vec<String> = Vec::new();
    walk::binds(root, &mut |bind| {
        if bind.params.is_none() && is_variable(&bind.value) {
            names.push(bind.name.value.value().to_owned());
        }
    });
    // A name that is also bound to something else tells nothing.
    walk::binds(root, &mut |bind| {
        let name = bind.name.value.value();
        if bind.params.is_some() || !is_variable(&bind.value) {
            names.retain(|known| known != name);
        }
    });
    let is_claims = |expr: &Expr<'_, '_>| match &inner(expr).kind {
        ExprKind::Ident(name) => names.iter().any(|known| known == name.value.value()),
        _ => is_variable(expr),
    };
    let mut found = Vec::new();
    walk::expressions(root, &mut |expr| {
        let test = match &expr.kind {
            ExprKind::Binary(key, BinaryOp::In, object) if is_claims(object) => {
                text(key).map(|claim| (claim, How::Has))
            }
            ExprKind::Field(object, name) if is_claims(object) => Some((name.value.value().to_owned(), How::Read)),
            ExprKind::Call(callee, [Arg::Positional(object), Arg::Positional(key), ..], _) if is_claims(object) => {
                match standard(callee) {
                    Some("objectHas" | "objectHasAll") => text(key).map(|claim| (claim, How::Has)),
                    Some("get") => text(key).map(|claim| (claim, How::Default)),
                    _ => None,
                }
            }
            _ => None,
        };
        found.extend(test.map(|(claim, how)| Test { claim, span: spans.of(expr.span), how }));
    });
    found
}

fn inner<'e, 'p, 'a>(expr: &'e Expr<'p, 'a>) -> &'e Expr<'p, 'a> {
    match &expr.kind {
        ExprKind::Paren(inner) => self::inner(inner),
        _ => expr,
    }
}

fn text(expr: &Expr<'_, '_>) -> Option<String> {
    match &inner(expr).kind {
        ExprKind::String(text) => Some((*text).to_owned()),
        _ => None,
    }
}

/// The name of a function of `std`.
fn standard<'e>(callee: &'e Expr<'_, '_>) -> Option<&'e str> {
    match &callee.kind {
        ExprKind::Field(base, name) if matches!(&base.kind, ExprKind::Ident(std) if std.value.value() == "std") => {
            Some(name.value.value())
        }
        _ => None,
    }
}

/// `std.extVar('claims')`
fn is_variable(expr: &Expr<'_, '_>) -> bool {
    match &inner(expr).kind {
        ExprKind::Call(callee, [Arg::Positional(name)], _) => {
            standard(callee) == Some("extVar") && text(name).as_deref() == Some("claims")
        }
        _ => false,
    }
}

/// Whether the mapper sets the claim to true itself, under those of the provider.
fn has_default(text: &str) -> bool {
    text.split("email_verified").skip(1).any(|rest| {
        let value = rest.trim_start_matches(['\'', '"']).trim_start().strip_prefix(':');
        value.is_some_and(|value| value.trim_start().starts_with("true"))
    })
}

/// The mapper is run as for a user whose address is not verified: the claim is missing then.
fn unverified(trial: &Trial<'_>, provider: &str, schemas: &[IdentitySchema]) -> Option<Finding> {
    let verification = providers::verification(provider);
    let looks = trial.survey.words.contains("email_verified") && !is_only_copied(trial.text);
    match verification {
        Verification::Sure if !looks => return None,
        Verification::SetByKratos | Verification::Unknown => return None,
        Verification::NeverSent | Verification::Sent | Verification::Sure => {}
    }
    let result = sign_in(trial, false)?;
    let trait_path = address_traits(schemas).into_iter().find(|path| at(&result, path) == Some(ADDRESS));
    let listed = result.pointer("/identity/verified_addresses").and_then(Value::as_array);
    let is_marked = listed.into_iter().flatten().any(|entry| entry.get("value") == Some(&json!(ADDRESS)));
    if trait_path.is_none() && !is_marked {
        return None;
    }
    // A mapper may take any address and say only of verified ones that they are: Kratos then asks for the verification.
    if looks && !is_marked && sign_in(trial, true).is_some_and(|verified| verified != result) {
        return None;
    }
    let key = match (&trait_path, is_marked) {
        (_, true) => "identity.verified_addresses".to_owned(),
        (Some(path), false) => format!("identity.traits.{path}"),
        (None, false) => String::new(),
    };
    let span = trial.survey.results.iter().find(|(path, _)| *path == key).map_or(trial.survey.head, |(_, span)| *span);
    let guard = "fill it only `if 'email' in claims && 'email_verified' in claims`: Kratos drops a false value";
    let finding = match (looks, verification, is_marked) {
        (true, Verification::Sent | Verification::Sure, _) => {
            let message = "unverified addresses pass this mapper: `claims.email_verified` is missing, never false";
            let own = "write `email_verified: false` as the default: Kratos leaves the claim out when it is false";
            Finding::error(Kind::VerificationIdle, span, message).help(if has_default(trial.text) {
                own
            } else {
                guard
            })
        }
        (_, Verification::NeverSent, true) => {
            let message = format!("addresses count as verified that no one verified: {provider} does not report it");
            Finding::warning(Kind::UnverifiedAddress, span, message)
                .help("leave `verified_addresses` out: Kratos then asks the user to verify the address")
        }
        (false, _, true) => {
            let message = "addresses count as verified without a test of `claims.email_verified`";
            Finding::error(Kind::UnverifiedAddress, span, message).help(guard)
        }
        (false, Verification::Sent, false) => {
            let message = format!(
                "unverified addresses of {provider} become traits: the mapper does not test `claims.email_verified`"
            );
            Finding::warning(Kind::UnverifiedAddress, span, message).help(guard)
        }
        _ => return None,
    };
    Some(finding.effect(Effect::Unprotected))
}

/// Whether the claim is only given on in an object of the mapper, under its own name: `email_verified: claims.email_verified`. What reads
/// it there, if anything does, names it once more.
fn is_only_copied(text: &str) -> bool {
    let between: Vec<&str> = text.split("email_verified").skip(1).collect();
    let is_copy = |after: &[&str]| {
        let [between, _] = after else { return false };
        let value = between.trim_start_matches(['"', '\'']).trim_start();
        value.starts_with(':') && value.ends_with('.') && !value.contains([',', '{', '}', ';'])
    };
    between.chunks(2).all(is_copy)
}

/// What the mapper yields for a user whose address is verified or not; none when it fails.
fn sign_in(trial: &Trial<'_>, is_verified: bool) -> Option<Value> {
    let kind = inputs::with_reads(trial.kind, trial.survey.paths(), trial.traits_known);
    let changes = [
        Change::Is("claims.email".to_owned(), json!(ADDRESS)),
        // Kratos drops a false value.
        if is_verified {
            Change::Is("claims.email_verified".to_owned(), json!(true))
        } else {
            Change::Missing("claims.email_verified".to_owned())
        },
        Change::Is("claims.raw_claims.email".to_owned(), json!(ADDRESS)),
        Change::Is("claims.raw_claims.email_verified".to_owned(), json!(is_verified)),
    ];
    let input = changes.iter().fold(inputs::full(&kind), |input, change| change.apply(&input));
    match trial.run(&input)? {
        Answer::Ok(json) => serde_json::from_str(&json).ok(),
        Answer::Failed(_) => None,
    }
}

/// The value at a path of keys below the traits.
fn at<'r>(result: &'r Value, path: &str) -> Option<&'r str> {
    result.pointer(&format!("/identity/traits/{}", path.replace('.', "/"))).and_then(Value::as_str)
}

/// The traits that are addresses or identifiers.
fn address_traits(schemas: &[IdentitySchema]) -> Vec<String> {
    const MARKS: [&str; 5] = [
        "verification.via",
        "recovery.via",
        "credentials.password.identifier",
        "credentials.code.identifier",
        "credentials.webauthn.identifier",
    ];
    let mut found = Vec::new();
    for root in schemas.iter().filter_map(IdentitySchema::root) {
        for of in identity::traits(root) {
            let extension = of.schema.get(EXTENSION);
            let is_marked = extension.is_some_and(|marks| MARKS.iter().any(|mark| marks.find(mark).is_some()));
            if is_marked {
                found.push(path_of(of.schema));
            }
        }
    }
    found
}

/// The path of a trait by its place in the schema.
fn path_of(schema: crate::yaml::Node<'_>) -> String {
    let pointer = schema.pointer();
    let keys = pointer.split("/properties/").skip(2);
    keys.map(str::to_owned).collect::<Vec<_>>().join(".")
}
