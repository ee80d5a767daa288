//! `template-define-clash`: two files define a template of the same name.

use std::collections::HashMap;

use crate::diagnostic::{Effect, Level};
use crate::gotemplate::tree::Definition;
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::templates::Checked;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "template-define-clash",
    aliases: &[],
    summary: "two files define a template of the same name",
    category: "courier",
    level: Level::Warning,
    effect: Effect::Advice,
    versions: Versions::since(Version::V0_8_2),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
The HTML part uses the template that the plain text defines, so users see plain text instead of HTML.

## Why
Kratos parses all files whose names begin with `email.body` together for the HTML part, in the order of their names.
`email.body.plaintext.gotmpl` comes last and its definitions replace those of `email.body.gotmpl`.

## What to do
Give the templates different names.

## Versions
Since v0.8.2 (v0.8.1, which has it too, is checked as v0.8.0).

## Source
courier/template/load_template.go (loadTemplate); seen on v1.0.0, v1.3.1 and v26.2.0.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for checked in context.templates() {
        let template = &checked.template;
        let again = again(checked);
        for (file, parsed) in checked.parsed.iter().enumerate() {
            for defined in parsed.definitions.iter().skip(1).filter(|one| !one.body.is_empty()) {
                let later = again
                    .get(defined.name.as_str())
                    .and_then(|all| all.get(all.partition_point(|(by, _)| *by <= file)));
                let Some((by, other)) = later.map(|(by, other)| (*by, *other)) else { continue };
                let (Some(place), Some(second)) =
                    (checked.place(file, defined.name_span), checked.place(by, other.name_span))
                else {
                    continue;
                };
                let winner = template.sources.get(by).map(|(name, _)| name.as_str()).unwrap_or_default();
                let what = template.part.name();
                let message = format!("{what} uses the `{}` of `{winner}` instead of this one", defined.name);
                _ = out
                    .report_in(place, &template.pointer, &template.reference, message)
                    .label(second, "this one is used")
                    .help("give the two templates different names");
            }
        }
    }
}

/// Where the files of a set define each name, in their order.
fn again<'c>(checked: &'c Checked) -> HashMap<&'c str, Vec<(usize, &'c Definition)>> {
    let mut again: HashMap<&str, Vec<(usize, &Definition)>> = HashMap::new();
    for (file, parsed) in checked.parsed.iter().enumerate() {
        for one in parsed.definitions.iter().skip(1).filter(|one| !one.body.is_empty()) {
            again.entry(one.name.as_str()).or_default().push((file, one));
        }
    }
    again
}
