//! `file-too-large`: a file beyond the limits.

use std::collections::HashSet;

use crate::diagnostic::{Effect, Level};
use crate::gotemplate;
use crate::gotemplate::problem::ProblemKind;
use crate::kratos::identity::Content;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::FaultKind;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "file-too-large",
    aliases: &[],
    summary: "file is larger than the limits",
    category: "loading",
    level: Level::Error,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

kratos-lint does not read this part of the file.

## Why

Files of more than 16 MiB, nesting deeper than 200 and aliases that expand to hundreds of thousands of values are not
read. Kratos' own reader stops at excessive aliases too. Message templates are read up to 1 MiB each and 8 MiB together,
with 1,000 templates, 150 levels of blocks and calls, and 100,000 steps. Identity schemas are read up to 4 MiB
together. Of one file 200 configurations are checked.

## What to do

Make the file smaller.

## Versions

All versions.

## Source

gopkg.in/yaml.v3 v3.0.1 and encoding/json, as koanf calls them; reproduced with the readers themselves.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::Limit, out);
    templates(context, out);
    schemas(context, out);
}

/// Identity schemas that are not read.
fn schemas(context: &Context, out: &mut Sink) {
    let mut unread = context.identity_schemas().iter().filter(|schema| matches!(schema.content, Content::Beyond));
    if let Some(schema) = unread.next() {
        let message =
            "kratos-lint does not read this identity schema and those after it: those before it take more than 4 MiB";
        let report = out.report_at(schema.url_place.clone(), Some(schema.pointer.clone()), message);
        report.help("list fewer identity schemas, or make them smaller");
    }
}

/// Message templates that are not checked, or not in full.
fn templates(context: &Context, out: &mut Sink) {
    let mut known = HashSet::new();
    for checked in context.templates() {
        let faults =
            checked.parsed.iter().enumerate().filter_map(|(file, parsed)| Some((file, parsed.fault.as_ref()?)));
        let unread = faults.filter(|(_, fault)| fault.kind == gotemplate::FaultKind::Limit);
        let unread = unread.map(|(file, fault)| (file, fault.span, fault.why.as_str()));
        let unchecked = checked.problems.iter().filter_map(|problem| match &problem.kind {
            ProblemKind::Limit(why) => Some((problem.file, problem.span, *why)),
            _ => None,
        });
        for (file, span, why) in unread.chain(unchecked) {
            let Some(place) = checked.place(file, span) else { continue };
            if known.insert((place.source.path().to_owned(), place.in_file().span, why.to_owned())) {
                let template = &checked.template;
                let message = format!("kratos-lint does not check all of this template: {why}");
                let help = "split the template, or make it smaller";
                _ = out.report_in(place, &template.pointer, &template.reference, message).help(help);
            }
        }
    }
}
