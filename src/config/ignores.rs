//! `ignore` in `kratos-lint.toml`: files that are left out, and findings that are known.

use std::ops::Range;
use std::sync::Arc;

use ignore::gitignore::Gitignore;
use toml::{Spanned, Value};

use crate::key;
use crate::kratos::schema;
use crate::rules;
use crate::settings::Ignore;
use crate::text::{Place, Source, Span};

/// What is wrong, and where in the file.
pub(super) type Fault = (Option<Range<usize>>, String);

/// Why a text is no TOML, in the words of its reader; with what helps when `ignore` is there in both of its forms.
pub(super) fn refusal(text: &str, error: &toml::de::Error) -> Fault {
    let at = error.span();
    let word = at.clone().and_then(|span| text.get(span)).unwrap_or_default();
    let is_twice = error.message().contains("duplicate key") && word == "ignore";
    let why = if is_twice {
        "`ignore` is here as a list and as tables `[[ignore]]`: write the list of files as `exclude = […]`".to_owned()
    } else {
        in_our_words(error.message())
    };
    (at, why)
}

/// What the reader of TOML says of keys and types, in the words of this program.
fn in_our_words(message: &str) -> String {
    if let Some(rest) = message.strip_prefix("unknown field `") {
        let names: Vec<&str> = rest.split('`').step_by(2).filter(|name| !name.is_empty()).collect();
        if let Some((word, known)) = names.split_first() {
            return match schema::nearest(word, known) {
                Some((name, _)) => format!("there is no key `{word}`; did you mean `{name}`?"),
                None => format!("there is no key `{word}`; known are {}", known.join(", ")),
            };
        }
    }
    let Some((_, wanted)) = message.strip_prefix("invalid type: ").and_then(|rest| rest.rsplit_once(", expected "))
    else {
        return message.to_owned();
    };
    let wanted = match wanted {
        "a sequence" => "a list",
        "a string" => "a text",
        "a boolean" => "true or false",
        other if other == "a map" || other.starts_with("struct ") => "a table",
        other => other,
    };
    format!("this must be {wanted}")
}

/// The patterns of files, and the rows about findings.
pub(super) fn read(
    source: &Arc<Source>,
    written: &[Spanned<Value>],
    globs: &dyn Fn(&[String]) -> Result<Gitignore, String>,
) -> Result<(Vec<String>, Vec<Ignore>), Fault> {
    let (mut files, mut rows) = (Vec::new(), Vec::new());
    for item in written {
        let fail = |why: String| (Some(item.span()), why);
        match item.get_ref() {
            Value::String(pattern) => files.push(pattern.clone()),
            Value::Table(row) => {
                let place = Place::new(source, Span::new(item.span().start, item.span().end));
                rows.push(of_row(row, place, globs).map_err(fail)?);
            }
            _ => return Err(fail("`ignore` takes patterns of files, and tables with `rule` and `reason`".to_owned())),
        }
    }
    Ok((files, rows))
}

fn of_row(
    row: &toml::Table,
    place: Place,
    globs: &dyn Fn(&[String]) -> Result<Gitignore, String>,
) -> Result<Ignore, String> {
    const KEYS: [&str; 4] = ["file", "rule", "key", "reason"];
    if let Some(name) = row.keys().find(|name| !KEYS.contains(&name.as_str())) {
        return Err(format!("`ignore` knows no key `{name}`: write file, rule, key and reason"));
    }
    let text = |name: &str| match row.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("`{name}` of `ignore` must be a text")),
    };
    let rule = text("rule")?.ok_or("`ignore` has no `rule`: name the rule whose findings are known")?;
    if text("reason")?.is_none_or(|reason| reason.trim().is_empty()) {
        return Err("`ignore` has no `reason`: say why these findings are no fault".to_owned());
    }
    let files = text("file")?.map(|file| globs(&[file])).transpose()?;
    Ok(Ignore { rule: rules::known(&rule)?, files, key: text("key")?.map(|key| key::parts(&key)), place })
}
