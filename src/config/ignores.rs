//! `ignore` in `kratos-lint.toml`: files that are left out, and findings that are known.

use std::ops::Range;

use ignore::gitignore::Gitignore;
use toml::{Spanned, Value};

use super::known_rule;
use crate::diagnostic::Diagnostic;

/// Findings of a rule that nobody wants to see.
#[derive(Clone, Debug)]
pub struct Ignore {
    /// The name of the rule.
    pub(super) rule: String,
    /// The files; all when none.
    pub(super) files: Option<Gitignore>,
    /// The key at or below which they stand; everywhere when none.
    pub(super) key: Option<Vec<String>>,
}

/// What is wrong, and where in the file.
pub(super) type Fault = (Option<Range<usize>>, String);

/// The patterns of files, and the rows about findings.
pub(super) fn read(
    written: &[Spanned<Value>],
    globs: &dyn Fn(&[String]) -> Result<Gitignore, String>,
) -> Result<(Vec<String>, Vec<Ignore>), Fault> {
    let (mut files, mut rows) = (Vec::new(), Vec::new());
    for item in written {
        let fail = |why: String| (Some(item.span()), why);
        match item.get_ref() {
            Value::String(pattern) => files.push(pattern.clone()),
            Value::Table(row) => rows.push(of_row(row, globs).map_err(fail)?),
            _ => return Err(fail("`ignore` takes patterns of files, and tables with `rule` and `reason`".to_owned())),
        }
    }
    Ok((files, rows))
}

fn of_row(row: &toml::Table, globs: &dyn Fn(&[String]) -> Result<Gitignore, String>) -> Result<Ignore, String> {
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
    Ok(Ignore { rule: known_rule(&rule)?, files, key: text("key")?.map(|key| tokens(&key)) })
}

/// `selfservice.methods.oidc.config.providers[0]`, or a JSON pointer, as its parts.
fn tokens(key: &str) -> Vec<String> {
    let unescaped = |part: &str| part.replace("~1", "/").replace("~0", "~");
    if let Some(pointer) = key.strip_prefix('/') {
        return pointer.split('/').map(unescaped).collect();
    }
    key.replace('[', ".").replace(']', "").split('.').map(str::to_owned).collect()
}

impl Ignore {
    /// Whether it is about a finding, as far as rule and key go. A part that is empty or `*` stands for any item.
    pub(crate) fn is_about(&self, found: &Diagnostic) -> bool {
        let Some(key) = self.key.as_ref().filter(|_| self.rule == found.rule) else { return self.rule == found.rule };
        let parts = tokens(found.pointer.as_deref().unwrap_or_default());
        let is_same = |(wanted, part): (&String, &String)| wanted == part || wanted.is_empty() || wanted == "*";
        parts.len() >= key.len() && key.iter().zip(&parts).all(is_same)
    }
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[test]
    fn keys_are_paths_or_pointers() {
        let wanted = ["a", "b", "0", "c/d"];
        assert_eq!(tokens("/a/b/0/c~1d"), wanted);
        assert_eq!(tokens("a.b[0].c/d"), wanted);
        assert_eq!(tokens("a.b[].c"), ["a", "b", "", "c"]);
    }
}
