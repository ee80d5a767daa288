//! `template-variable`: a message template with a variable that its message does not have.

use crate::diagnostic::{Effect, Level};
use crate::files::Found;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::text::Source;
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    name: "template-variable",
    aliases: &[],
    summary: "a message template with a variable that its message does not have",
    category: "courier",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V1_1),
    fixable: false,
    facts: &[],
    docs: r#"
Each message has variables of its own, and a Go template that asks for another fails: no message goes out (of a mail
with a bad HTML part the text alone does). Most met: `.RecoveryURL` in a message of the code method, which has
`.RecoveryCode`; `.ExpiresInMinutes` before v25.4.0; the SMS of `recovery_code`, which has its code as
`.VerificationCode`.

Looked at are templates in `base64://` and in files of this project.

Source: courier/template/*/*.go, kratos/ctx (template data as recorded on v1.1.0 to master).

```yaml bad
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://T3BlbiB7eyAuUmVjb3ZlcnlVUkwgfX0=
```

```yaml good
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://WW91ciBjb2RlIGlzIHt7IC5SZWNvdmVyeUNvZGUgfX0=
```
"#,
    check,
};

/// A message that has a variable: its name, its channel, and since when.
type Owner = (&'static str, &'static str, Versions);

/// Variables that belong to some messages only, and the messages and versions that have them.
const VARIABLES: [(&str, &[Owner]); 6] = [
    ("RecoveryURL", &[("recovery", "email", Versions::ALL)]),
    ("RecoveryCode", &[("recovery_code", "email", Versions::ALL)]),
    ("VerificationURL", &[("verification", "email", Versions::ALL), ("verification_code", "email", Versions::ALL)]),
    (
        "VerificationCode",
        &[
            ("verification_code", "email", Versions::ALL),
            ("verification_code", "sms", Versions::ALL),
            ("recovery_code", "sms", Versions::since(Version::V25_4)),
        ],
    ),
    ("LoginCode", &[("login_code", "email", Versions::ALL), ("login_code", "sms", Versions::ALL)]),
    (
        "RegistrationCode",
        &[("registration_code", "email", Versions::ALL), ("registration_code", "sms", Versions::since(Version::V25_4))],
    ),
];

/// Variables that all messages have since a version.
const LATER: [(&str, Version); 2] = [("TransientPayload", Version::V1_2), ("ExpiresInMinutes", Version::V25_4)];

/// The messages whose variables are known.
const MESSAGES: [&str; 6] =
    ["recovery", "recovery_code", "verification", "verification_code", "login_code", "registration_code"];

fn check(context: &Context, out: &mut Sink) {
    let Some(templates) = context.find("courier.templates") else { return };
    for message in templates.fields().filter(|field| MESSAGES.contains(&field.key)) {
        for channel in message.value.select("valid.*").into_iter().filter(|node| node.is_mapping()) {
            let Some(name) = channel.key() else { continue };
            let parts = ["subject", "body.plaintext", "body.html"];
            for part in parts.iter().filter_map(|part| channel.find(part)) {
                check_part(context, (message.key, name), part, out);
            }
        }
    }
}

fn check_part(context: &Context, message: (&str, &str), node: Node, out: &mut Sink) {
    let Some(text) = view::text(node) else { return };
    let source = if let Some(encoded) = text.strip_prefix("base64://") {
        Source::from_base64(&node.place(), encoded).ok()
    } else if let (true, Found::Text(source)) = (text.starts_with("file://"), context.files.find(text)) {
        Some(source)
    } else {
        None
    };
    let Some(source) = source else { return };
    for variable in variables(source.text()) {
        let elsewhere = VARIABLES.iter().find(|(name, _)| *name == variable).is_some_and(|(_, owners)| {
            !owners
                .iter()
                .any(|(owner, channel, versions)| (*owner, *channel) == message && versions.contains(context.target))
        });
        let later = LATER.iter().find(|(name, since)| *name == variable && context.target < *since);
        let why = match later {
            Some((_, since)) => format!("this Kratos has no `.{variable}` (since {since})"),
            None if elsewhere => format!("`{}` by {} has no `.{variable}`", message.0, message.1),
            None => continue,
        };
        out.report(node, format!("this message cannot be sent: {why}")).help("use a variable of this message");
    }
}

/// The names behind a dot inside the actions of a Go template.
fn variables(text: &str) -> Vec<&str> {
    let actions = text.split("{{").skip(1).filter_map(|rest| rest.split("}}").next());
    let mut found: Vec<&str> = Vec::new();
    for action in actions {
        for (at, _) in action.match_indices('.') {
            let after = action.get(at + 1..).unwrap_or_default();
            let end = after.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(after.len());
            let name = after.get(..end).unwrap_or_default();
            let first = action.get(..at).and_then(|before| before.chars().last()).is_none_or(|c| !c.is_alphanumeric());
            if first && !found.contains(&name) {
                found.push(name);
            }
        }
    }
    found
}
