//! `a.b.c` of which both `b` and `c` may be missing is one mistake, with one way to fix it.

use super::finding::{Finding, Kind};

/// Joins the findings about fields of one chain that may be missing for the same reason: each with the next longer one.
pub(super) fn joined(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| finding.span);
    let mut joined: Vec<Finding> = Vec::new();
    for finding in findings {
        let around = joined.iter_mut().rev().take_while(|outer| outer.span.start == finding.span.start);
        let part = around.into_iter().find_map(|outer| Some((below(outer, &finding)?, outer)));
        match part {
            Some((rest, outer)) => join(outer, &rest, &finding),
            None => joined.push(finding),
        }
    }
    joined
}

/// What the second reads below the first, when both lack their fields for the same reason.
fn below(outer: &Finding, inner: &Finding) -> Option<String> {
    let of_chain = [outer, inner].iter().all(|finding| finding.kind == Kind::OptionalField);
    let (known, missing) = (outer.missing.as_ref().filter(|_| of_chain)?, inner.missing.as_ref()?);
    let rest = missing.field.strip_prefix(&known.field)?.strip_prefix('.')?;
    (known.when == missing.when).then(|| rest.to_owned())
}

/// Says of a finding that what is read below its field may be missing too.
fn join(outer: &mut Finding, rest: &str, inner: &Finding) {
    let Some(missing) = outer.missing.take() else { return };
    outer.level = outer.level.max(inner.level);
    if let Some(after) = outer.message.strip_prefix(&missing.field) {
        outer.message = format!("{} or its `{rest}`{after}", missing.field);
    }
    if let Some((object, key)) = missing.field.rsplit_once('.')
        && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    {
        outer.help = Some(format!(
            "read it with `std.get(std.get({object}, '{key}', {{}}), '{rest}')`, which sends null, or test \
                `'{key}' in {object} && '{rest}' in {object}.{key}` first"
        ));
    }
}
