//! `a.b.c` of which both `b` and `c` may be missing is one mistake, with one way to mend it.

use super::finding::{Finding, Kind};

/// How a message says when a field is missing, between the field and the reason.
const MISSING: &str = " may be missing (";

/// Joins the findings about fields of one chain that may be missing for the same reason.
pub(super) fn joined(mut findings: Vec<Finding>) -> Vec<Finding> {
    let mut at = 0;
    while let Some(outer) = findings.get(at) {
        let inner = findings.iter().position(|other| rest(outer, other).is_some());
        let Some((inner, rest)) = inner.and_then(|inner| Some((inner, rest(outer, findings.get(inner)?)?))) else {
            at += 1;
            continue;
        };
        let removed = findings.remove(inner);
        // The removed one can stand before this one.
        at -= usize::from(inner < at);
        let Some(outer) = findings.get_mut(at) else { break };
        outer.level = outer.level.max(removed.level);
        let field = outer.message.split_once(MISSING).map(|(field, _)| field.to_owned());
        outer.message = outer.message.replacen(MISSING, &format!(" or its `{rest}`{MISSING}"), 1);
        if let Some((object, key)) = field.as_deref().and_then(|field| field.rsplit_once('.'))
            && is_plain(&rest)
        {
            outer.help = Some(format!(
                "read it with std.get(std.get({object}, '{key}', {{}}), '{rest}'), which sends null, or test \
                    `'{key}' in {object} && '{rest}' in {object}.{key}` first"
            ));
        }
        at += 1;
    }
    findings
}

/// What the second chain reads below the first, when both begin at one place and lack their fields for the same reason.
fn rest(outer: &Finding, inner: &Finding) -> Option<String> {
    let of_chain = outer.kind == Kind::OptionalField
        && inner.kind == Kind::OptionalField
        && outer.span.start == inner.span.start
        && outer.span.end < inner.span.end;
    let (outer_field, outer_reason) = outer.message.split_once(MISSING).filter(|_| of_chain)?;
    let (inner_field, inner_reason) = inner.message.split_once(MISSING)?;
    let reason = |text: &str| text.split_once(')').map(|(reason, _)| reason.to_owned());
    let rest = inner_field.strip_prefix(outer_field)?.strip_prefix('.')?;
    (reason(outer_reason) == reason(inner_reason)).then(|| rest.to_owned())
}

fn is_plain(key: &str) -> bool {
    key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
