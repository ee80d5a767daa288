//! `template-missing`: a message template that cannot be read.

use crate::diagnostic::{Effect, Level};
use crate::files::Found;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "template-missing",
    aliases: &[],
    summary: "a message template that cannot be read",
    category: "courier",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D186", "D187"],
    docs: r#"
A template that cannot be fetched stops the message where it is the plain text; without the HTML part the mail goes out,
with an error in the log. Reported for files that surely lie in this project and do not exist. (A folder
`template_override_path` without one of the templates is fine: the built-in one is used.)

Source: courier/template/load_template.go:LoadText; seen on v1.0.0 to master.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(templates) = context.find("courier.templates") else { return };
    for node in templates.descendants() {
        let Some(text) = view::text(node).filter(|text| text.starts_with("file://")) else { continue };
        if matches!(context.files.find(text), Found::Missing(_)) {
            out.report(node, "this message cannot be sent: there is no such file")
                .help("correct the path, relative to where Kratos starts");
        }
    }
}
