//! What init adds to the settings of the linter: variables that the server gets from elsewhere, and findings that are meant.

use std::fmt::Write as _;
use std::ops::Range;

use toml::Spanned;

use crate::kratos::env;

#[derive(serde::Deserialize)]
struct Written {
    given: Option<Spanned<Vec<Spanned<String>>>>,
    #[serde(default)]
    ignore: Vec<toml::Value>,
}

/// Rules about what was asked for, with the reason that the comment gives.
pub(crate) const REASONS: [(&str, &str); 13] = [
    ("blocking-notification", "the flow must stop if this endpoint fails"),
    ("web-hook-unauthenticated", "the endpoint needs no key"),
    ("before-hook-runs-elsewhere", "it may run whenever the flow is opened"),
    ("before-hook-scope", "it may run whenever the flow is opened"),
    ("veto-too-late", "its failure is shown to the user"),
    ("interrupting-before-hook", "it decides before the flow begins"),
    ("identity-change-lost", "changes of the identity in its answer are not saved"),
    ("recovery-unchecked", "users who recover sign in without this call"),
    ("login-hook-per-factor", "it runs once for each factor"),
    ("verification-hook-idle", "it may run for each address"),
    ("oidc-list-skipped", "the first sign-in with a provider is a registration"),
    ("network-file-reference", "`kratos-lint pack` or the Ory CLI embeds the file"),
    ("loopback-in-container", "the endpoint runs beside Kratos"),
];

/// Whether a comment is that of a hook about what it is meant to do.
pub(super) fn is_meant(comment: &str) -> bool {
    let rest = comment.strip_prefix("kratos-lint: ignore[").and_then(|rest| rest.split_once("] "));
    let is_rule = |name: &str| crate::rules::named(name).is_some();
    let is_reason = |text: &str| REASONS.iter().any(|(_, reason)| *reason == text);
    rest.is_some_and(|(rules, reasons)| rules.split(", ").all(is_rule) && reasons.split("; ").all(is_reason))
}

/// A finding that is meant, for a file that cannot say so in a comment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Known {
    /// The file, relative to that of the settings.
    pub file: String,
    /// The rule.
    pub rule: &'static str,
    /// Pointer of the hook.
    pub key: String,
    /// Why it is meant.
    pub reason: &'static str,
}

/// The settings with these variables in `given` and rows in `ignore`; everything else stays.
///
/// # Errors
/// When the text is no TOML.
pub(crate) fn added(text: &str, names: &[String], known: &[Known]) -> Result<String, String> {
    let written: Written = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let text = with_rows(text, &written.ignore, known)?;
    with_names(&text, written.given.as_ref(), names)
}

/// The settings in which `given` names what the hooks of a list need now: the names that `init` wrote for the list before go.
/// None when `given` has no such name.
///
/// # Errors
/// When the text is no TOML.
pub(crate) fn renamed(text: &str, list: &str, needed: &[String]) -> Result<Option<String>, String> {
    let written: Written = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let prefix = format!("{}_", env::of_path(list));
    let is_of_list = |name: &str| {
        let rest = name.strip_prefix(&prefix).and_then(|rest| rest.split_once('_'));
        rest.is_some_and(|(index, key)| index.bytes().all(|byte| byte.is_ascii_digit()) && KEYS.contains(&key))
    };
    let items = written.given.map(Spanned::into_inner).unwrap_or_default();
    let own: Vec<&Spanned<String>> = items.iter().filter(|name| is_of_list(name.get_ref())).collect();
    if own.is_empty() {
        return Ok(None);
    }
    let mut left = text.to_owned();
    // What is set of a hook needs the names of those before it, too. A secret may be set over one that the file has.
    let index_of = |name: &str| name.strip_prefix(&prefix)?.split('_').next()?.parse::<usize>().ok();
    let is_name = |name: &str| is_of_list(name) && name.ends_with("_HOOK");
    let others = items.iter().map(Spanned::get_ref).filter(|name| !is_name(name)).filter_map(|name| index_of(name));
    let highest = others.max();
    let is_needed =
        |name: &str| needed.iter().any(|other| other == name) || !is_name(name) || index_of(name) <= highest;
    for item in own.iter().rev().filter(|name| !is_needed(name.get_ref())) {
        left = without(&left, item.span());
    }
    added(&left, needed, &[]).map(Some)
}

/// Ends of the names of the variables that `init` writes for the hooks of a list.
const KEYS: [&str; 3] = ["HOOK", "CONFIG_AUTH_CONFIG_VALUE", "CONFIG_AUTH_CONFIG_PASSWORD"];

/// A text without an item of a list, and without its line where it has one of its own.
fn without(text: &str, item: Range<usize>) -> String {
    let (before, after) = (text.get(..item.start).unwrap_or_default(), text.get(item.end..).unwrap_or_default());
    let blank = [' ', '\t'];
    let after = after.trim_start_matches(blank);
    let after = after.strip_prefix(',').unwrap_or(after).trim_start_matches(blank);
    let line = before.trim_end_matches(blank);
    match after.strip_prefix("\r\n").or_else(|| after.strip_prefix('\n')).filter(|_| line.ends_with('\n')) {
        Some(rest) => format!("{line}{rest}"),
        None => format!("{before}{after}"),
    }
}

/// Rows go to the end: what is before stays where it is.
fn with_rows(text: &str, rows: &[toml::Value], known: &[Known]) -> Result<String, String> {
    let is = |row: &toml::Value, known: &Known| {
        let text = |key: &str| row.get(key).and_then(toml::Value::as_str);
        text("rule") == Some(known.rule) && text("key") == Some(&known.key) && text("file") == Some(&known.file)
    };
    let new: Vec<&Known> = known.iter().filter(|known| !rows.iter().any(|row| is(row, known))).collect();
    if new.is_empty() {
        return Ok(text.to_owned());
    }
    if rows.iter().any(toml::Value::is_str) {
        return Err("`ignore` is a list of files: rename it to `exclude`, for a known finding is a table `[[ignore]]`"
            .to_owned());
    }
    let line_end = line_end(text);
    let mut text = text.to_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push_str(line_end);
    }
    for row in new {
        let gap = if text.is_empty() { "" } else { line_end };
        _ = write!(text, "{gap}{}", row.lines().replace('\n', line_end));
    }
    Ok(text)
}

impl Known {
    /// Its row.
    #[must_use]
    pub(crate) fn lines(&self) -> String {
        let key = if self.key.is_empty() { String::new() } else { format!("key = {}\n", quoted(&self.key)) };
        let (file, rule, reason) = (quoted(&self.file), quoted(self.rule), quoted(self.reason));
        format!("[[ignore]]\nfile = {file}\nrule = {rule}\n{key}reason = {reason}\n")
    }
}

/// The rows of `[[ignore]]`, as far as they say what they are about.
#[derive(serde::Deserialize)]
struct Rows {
    #[serde(default)]
    ignore: Vec<Row>,
}

#[derive(serde::Deserialize)]
struct Row {
    file: Option<String>,
    key: Option<Spanned<String>>,
}

/// The settings with other keys in the rows whose `file` is meant: `key_of` says the new one, none takes the row out.
#[must_use]
pub(crate) fn rekeyed(
    text: &str,
    is_meant: &dyn Fn(Option<&str>) -> bool,
    key_of: &dyn Fn(&str) -> Option<String>,
) -> String {
    let rows = toml::from_str::<Rows>(text).map(|rows| rows.ignore).unwrap_or_default();
    let keys = rows.into_iter().filter(|row| is_meant(row.file.as_deref())).filter_map(|row| row.key);
    let lines = Lines::of(text);
    let edit = |key: Spanned<String>| match key_of(key.get_ref()) {
        Some(new) => (new != *key.get_ref()).then(|| (key.span(), quoted(&new))),
        None => Some((lines.row(key.span().start)?, String::new())),
    };
    let edits: Vec<(Range<usize>, String)> = keys.filter_map(edit).collect();
    let mut after = text.to_owned();
    for (span, new) in edits.iter().rev() {
        after.replace_range(span.clone(), new);
    }
    // What only looks like the header of a row is part of a text.
    if edits.is_empty() || toml::from_str::<Rows>(&after).is_err() {
        return text.to_owned();
    }
    // A row that was the last leaves the empty line before it.
    if after.ends_with("\n\n") { after.trim_end().to_owned() + "\n" } else { after }
}

/// The lines of a text.
struct Lines<'t> {
    text: &'t str,
    /// The first byte of each.
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Lines<'t> {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Lines { text, starts }
    }

    fn start(&self, number: usize) -> usize {
        self.starts.get(number).copied().unwrap_or(self.text.len())
    }

    fn begins(&self, number: usize, with: &str) -> bool {
        let line = self.text.get(self.start(number)..self.start(number + 1)).unwrap_or_default();
        line.trim_start().starts_with(with)
    }

    /// The bytes of the row that a byte is in, with the comments right above its header. None where it has no header of its own.
    fn row(&self, byte: usize) -> Option<Range<usize>> {
        let own = self.starts.partition_point(|start| *start <= byte).saturating_sub(1);
        let header = (0..=own).rev().find(|number| self.begins(*number, "["))?;
        let next = (own + 1..self.starts.len()).find(|number| self.begins(*number, "["));
        let with_comments =
            |header: usize| header - (0..header).rev().take_while(|number| self.begins(*number, "#")).count();
        let end = next.map_or(self.text.len(), |next| self.start(with_comments(next)));
        self.begins(header, "[[ignore]]").then(|| self.start(with_comments(header))..end)
    }
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// The settings in which the variables of the hooks of these lists have the indexes that the hooks have now: `key_of` says for the
/// pointer of a hook the new one, none takes its variables out.
///
/// # Errors
/// When the text is no TOML.
pub(crate) fn renumbered(
    text: &str,
    lists: &[String],
    key_of: &dyn Fn(&str) -> Option<String>,
) -> Result<String, String> {
    let written: Written = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let now = |name: &str| -> Option<Option<String>> {
        lists.iter().find_map(|list| {
            let rest = name.strip_prefix(&env::of_path(list))?.strip_prefix('_')?;
            let end = rest.find('_').unwrap_or(rest.len());
            let (index, below) = rest.split_at_checked(end)?;
            index.parse::<usize>().ok()?;
            let moved = key_of(&format!("{}/{index}", super::pointer(list)));
            Some(moved.map(|pointer| env::of_path(pointer.trim_start_matches('/').replace('/', ".").as_str()) + below))
        })
    };
    let items = written.given.map(Spanned::into_inner).unwrap_or_default();
    let mut left = text.to_owned();
    for item in items.iter().rev() {
        match now(item.get_ref()) {
            Some(Some(name)) if name != *item.get_ref() => left.replace_range(item.span(), &quoted(&name)),
            Some(None) => left = without(&left, item.span()),
            _ => {}
        }
    }
    Ok(left)
}

/// The same where the settings are for other configurations too: the names as they are now, beside those of before.
///
/// # Errors
/// When the text is no TOML.
pub(crate) fn numbered_too(
    text: &str,
    lists: &[String],
    key_of: &dyn Fn(&str) -> Option<String>,
) -> Result<String, String> {
    let now: Written = toml::from_str(&renumbered(text, lists, key_of)?).map_err(|error| error.message().to_owned())?;
    let names: Vec<String> =
        now.given.map(Spanned::into_inner).unwrap_or_default().into_iter().map(Spanned::into_inner).collect();
    added(text, &names, &[])
}

fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

fn with_names(text: &str, list: Option<&Spanned<Vec<Spanned<String>>>>, names: &[String]) -> Result<String, String> {
    let known: Vec<&str> = list.iter().flat_map(|list| list.get_ref()).map(|name| name.get_ref().as_str()).collect();
    let mut new: Vec<&str> = Vec::new();
    for name in names {
        if !known.contains(&name.as_str()) && !new.contains(&name.as_str()) {
            new.push(name);
        }
    }
    if new.is_empty() {
        return Ok(text.to_owned());
    }
    let line_end = line_end(text);
    let lines: String = new.iter().map(|name| format!("    {name:?},{line_end}")).collect();
    let Some(list) = list else {
        // Before the first table, or it would belong to that.
        let head =
            format!("# Variables that Kratos gets from elsewhere.{line_end}given = [{line_end}{lines}]{line_end}");
        let gap = if text.is_empty() { "" } else { line_end };
        return Ok(format!("{head}{gap}{text}"));
    };
    let (span, items) = (list.span(), list.get_ref());
    let end = items.last().map_or(span.start + 1, |item| item.span().end);
    let (head, tail) = text.split_at_checked(end).ok_or("the list `given` cannot be read")?;
    let comma = if items.is_empty() { "" } else { "," };
    let tail = tail.strip_prefix(',').unwrap_or(tail);
    let close = tail.trim_start_matches([' ', '\t', '\r', '\n']);
    if close.starts_with(']') {
        return Ok(format!("{head}{comma}{line_end}{lines}{close}"));
    }
    if close.starts_with(',') {
        return Err("`given` has its commas on lines of their own: add the variables by hand".to_owned());
    }
    // A comment follows: the new names go onto the same line.
    let inline: Vec<String> = new.iter().map(|name| format!("{name:?}")).collect();
    Ok(format!("{head}{comma} {},{tail}", inline.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::{Known, added, rekeyed, renamed, renumbered};
    use crate::init::edit;

    #[test]
    fn all_else_stays() {
        for (before, after) in [
            ("", "# Variables that Kratos gets from elsewhere.\ngiven = [\n    \"A\",\n    \"DSN\",\n]\n"),
            (
                "kratos = \"1.3\"\n[rules]\n",
                "# Variables that Kratos gets from elsewhere.\ngiven = [\n    \"A\",\n    \"DSN\",\n]\n\nkratos = \"1.3\"\n[rules]\n",
            ),
            ("given = [\"DSN\"] # these\nroot = \"x\"\n", "given = [\"DSN\",\n    \"A\",\n] # these\nroot = \"x\"\n"),
            ("given = [\n    \"DSN\",\n]\n", "given = [\n    \"DSN\",\n    \"A\",\n]\n"),
            ("given = [\n  \"DSN\", # all\n]\n", "given = [\n  \"DSN\", \"A\", # all\n]\n"),
            ("given = []\n", "given = [\n    \"A\",\n    \"DSN\",\n]\n"),
            ("given = [\"DSN\", \"A\"]\n", "given = [\"DSN\", \"A\"]\n"),
        ] {
            let names = ["A".to_owned(), "DSN".to_owned()];
            assert_eq!(added(before, &names, &[]).as_deref(), Ok(after), "{before}");
        }
        assert!(added("given = [", &["A".to_owned()], &[]).is_err());
    }

    #[test]
    fn known_findings_are_added_once() {
        let row = Known { file: "kratos.json".to_owned(), rule: "r", key: "/a/0".to_owned(), reason: "so" };
        let text = added("[rules]\n", &[], std::slice::from_ref(&row)).expect("TOML");
        let end = "\n[[ignore]]\nfile = \"kratos.json\"\nrule = \"r\"\nkey = \"/a/0\"\nreason = \"so\"\n";
        assert_eq!(text, format!("[rules]\n{end}"));
        assert_eq!(added(&text, &[], &[row]).as_deref(), Ok(text.as_str()));
        let is = |file: Option<&str>| file == Some("kratos.json");
        let moved = rekeyed(&text, &is, &|key| Some(format!("{key}/1")));
        assert_eq!(moved, text.replace("/a/0", "/a/0/1"));
        assert_eq!(rekeyed(&text, &|_| false, &|_| None), text);
        assert_eq!(rekeyed(&text, &is, &|_| None), "[rules]\n");
        let literal = text.replace("\"/a/0\"", "'/a/0' # first");
        assert_eq!(rekeyed(&literal, &is, &|_| Some("/a/1".to_owned())), text.replace("/a/0\"", "/a/1\" # first"));
        let accent = rekeyed(&text, &is, &|_| Some("a[e\u{301}]".to_owned()));
        assert_eq!(accent, text.replace("/a/0", "a[e\u{301}]"));
    }

    #[test]
    fn a_row_goes_with_its_own_comments() {
        let row =
            |comment: &str, key: &str| format!("{comment}[[ignore]]\nrule = \"r\"\nkey = \"{key}\"\nreason = \"so\"\n");
        let (first, second) = (row("# one\n", "/a/0"), row("\n# two\n# more\n", "/a/1"));
        let third = row("\n", "/a/2").replace("[[", "  [[");
        let text = format!("# all\n\n{first}{second}{third}");
        let without = |gone: &str| rekeyed(&text, &|_| true, &|key| (key != gone).then(|| key.to_owned()));
        assert_eq!(without("/a/0"), format!("# all\n\n{}{third}", second.trim_start()));
        assert_eq!(without("/a/1"), format!("# all\n\n{first}\n{}", third.trim_start_matches('\n')));
        assert_eq!(without("/a/2"), format!("# all\n\n{first}{second}"));
        let inline = "ignore = [{ rule = \"r\", key = \"/a/1\" }]\n";
        assert_eq!(rekeyed(inline, &|_| true, &|_| Some("/a/0".to_owned())), inline.replace("/a/1", "/a/0"));
        assert_eq!(rekeyed(inline, &|_| true, &|_| None), inline);
        let several = "[[ignore]]\nkey = \"/a/1\"\nreason = \"\"\"\n[a]\n\"\"\"\n";
        assert_eq!(rekeyed(several, &|_| true, &|_| None), several);
    }

    #[test]
    fn secrets_that_are_set_over_those_of_the_file_stay() {
        let list = "selfservice.flows.login.after.hooks";
        let name = |rest: &str| format!("SELFSERVICE_FLOWS_LOGIN_AFTER_HOOKS_{rest}");
        let text = |rests: &[&str]| {
            format!(
                "given = [{}]\n",
                rests.iter().map(|rest| format!("{:?}", name(rest))).collect::<Vec<_>>().join(", ")
            )
        };
        let before = text(&["0_HOOK", "1_CONFIG_AUTH_CONFIG_VALUE", "1_HOOK"]);
        assert_eq!(renamed(&before, list, &[]), Ok(Some(before.clone())));
        assert_eq!(renamed(&text(&["0_HOOK"]), list, &[]), Ok(Some("given = []\n".to_owned())));
    }

    #[test]
    fn variables_follow_their_hooks() {
        let list = "selfservice.flows.login.after.hooks".to_owned();
        let name = |rest: &str| format!("SELFSERVICE_FLOWS_LOGIN_AFTER_HOOKS_{rest}");
        let text = |rests: &[&str]| {
            let lines: String = rests.iter().map(|rest| format!("    {:?},\n", name(rest))).collect();
            format!("given = [\n    \"DSN\",\n{lines}]\n")
        };
        let before = text(&["0_CONFIG_URL", "1_HOOK", "12_CONFIG_AUTH_CONFIG_VALUE", "X_HOOK"]);
        let pointer = "/selfservice/flows/login/after/hooks";
        let with = renumbered(&before, std::slice::from_ref(&list), &|key| Some(edit::with(key, pointer, 1)));
        assert_eq!(with, Ok(text(&["0_CONFIG_URL", "2_HOOK", "13_CONFIG_AUTH_CONFIG_VALUE", "X_HOOK"])));
        let less = renumbered(&before, std::slice::from_ref(&list), &|key| edit::without(key, pointer, 1));
        assert_eq!(less, Ok(text(&["0_CONFIG_URL", "11_CONFIG_AUTH_CONFIG_VALUE", "X_HOOK"])));
    }
}
