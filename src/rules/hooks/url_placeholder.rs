//! `url-placeholder`: a URL with a placeholder that Kratos does not fill in.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "url-placeholder",
    aliases: &[],
    summary: "URL with a placeholder that Kratos does not fill in",
    category: "hooks",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos calls the URL of a web_hook, the courier or the password migration hook as it is in the file. `{id}`, `:id` or
`{{ ctx.identity.id }}` in it goes out as text (`%7Bid%7D`), and every call fails or hits the wrong resource.

## Why

Only the body is a Jsonnet template. URLs, headers and keys are not.

## What to do

Use a fixed URL, and send the value in the body.

Not reported: files that are clearly filled in before Kratos reads them (see `env-not-expanded`), and placeholders in
capitals, which another program may fill in.

## Versions

All versions.

## Source

request/builder.go:NewBuilder; seen on v1.3.1 and v26.2.0.

## Examples

```yaml bad
selfservice:
  flows:
    login:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: https://hooks.example.org/users/{{ ctx.identity.id }}
                method: POST
                body: file:///etc/kratos/a.jsonnet
```

```yaml good
selfservice:
  flows:
    login:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: https://hooks.example.org/users
                method: POST
                body: file:///etc/kratos/a.jsonnet
```
"#,
    check,
};

/// What users expect to be known at a hook or a message, as the first word of a placeholder.
const KNOWN_AT_CALLS: [&str; 8] =
    ["ctx", "identity", "flow", "traits", "session", "recipient", "body", "template_data"];

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root().filter(|_| !context.is_filled_in()) else { return };
    for node in view::request_configs(root).into_iter().filter_map(|config| config.get("url")) {
        let Some(text) = view::written(node).filter(|_| !node.is_unknown() || !context.is_from_environment(node))
        else {
            continue;
        };
        let Some(placeholder) = placeholder(text) else { continue };
        out.report(node, format!("every call goes to the wrong URL: Kratos does not fill in `{placeholder}`"))
            .help("use a fixed URL, and send the value in the body");
    }
}

/// The first placeholder that only Kratos could fill in: a single brace, or a word of a hook's context.
fn placeholder(text: &str) -> Option<&str> {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let query = rest.find('?').unwrap_or(rest.len());
    let braces = rest.match_indices('{').filter(|(at, _)| !rest.get(..*at).is_some_and(|before| before.ends_with('{')));
    let found = braces.filter_map(|(at, _)| at_brace(rest, at, at < query));
    found.chain(pointed(rest)).chain(segment(rest.get(..query)?)).min_by_key(|found| found.as_ptr())
}

/// `/:id`, as routers write a part of a path.
fn segment(path: &str) -> Option<&str> {
    let (at, _) = path.match_indices("/:").next()?;
    let rest = path.get(at + 1..)?;
    let found = rest.get(..rest.find('/').unwrap_or(rest.len()))?;
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let name = found.get(1..)?;
    (name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(is_word)).then_some(found)
}

/// `<host>`, as documentation writes what the reader fills in.
fn pointed(text: &str) -> Option<&str> {
    let start = text.find('<')?;
    let end = text.get(start..)?.find('>')? + start;
    let inner = text.get(start + 1..end)?;
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_-. ".contains(c);
    // Capitals are for a person or another program to fill in.
    let is_small = inner.contains(|c: char| c.is_ascii_lowercase());
    (is_small && inner.starts_with(|c: char| c.is_ascii_alphabetic()) && inner.chars().all(is_word))
        .then(|| text.get(start..=end))?
}

/// The placeholder that begins at a brace. In a query a single brace may be data.
fn at_brace(path: &str, start: usize, is_path: bool) -> Option<&str> {
    // A variable of the environment is another rule's.
    let dollar = path.get(..start).is_some_and(|before| before.ends_with('$'));
    let inner_start = path.get(start..)?.find(|c| c != '{')? + start;
    let end = path.get(inner_start..)?.find('}')? + inner_start;
    let doubled = inner_start - start > 1;
    let inner = path.get(inner_start..end)?.trim().trim_start_matches('.');
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_-.[]'\"".contains(c);
    if inner.is_empty() || !inner.chars().all(is_word) {
        return None;
    }
    let first = inner.split(['.', '[']).next()?.to_ascii_lowercase();
    let known = inner.contains('.') && KNOWN_AT_CALLS.contains(&first.as_str());
    let is_single =
        !doubled && !dollar && inner_start - start == 1 && inner.starts_with(|c: char| c.is_ascii_lowercase());
    // In a query only a word that names what is sent is surely meant.
    let single = is_single && (is_path || KNOWN_AT_CALLS.contains(&first.as_str()));
    let close = if doubled { end + 2 } else { end + 1 };
    (known || single).then(|| path.get(start - usize::from(dollar)..close)).flatten()
}

#[cfg(test)]
mod tests {
    use super::placeholder;

    #[test]
    fn placeholders_that_only_kratos_could_fill_in() {
        for (text, found) in [
            ("https://x.org/users/{id}", Some("{id}")),
            ("https://x.org/{{ ctx.identity.id }}/a", Some("{{ ctx.identity.id }}")),
            ("https://x.org/{{ .Identity.id }}", Some("{{ .Identity.id }}")),
            ("https://x.org/${identity.id}", Some("${identity.id}")),
            ("https://x.org/${id}", None),
            ("https://{{ domain }}/a", None),
            ("https://{DOMAIN}/a", None),
            ("https://x.org/a?filter={b}", None),
            ("https://x.org/send?phone={recipient}&text={body}", Some("{recipient}")),
            ("https://x.org/{}", None),
            ("https://{DOMAIN}/users/{id}", Some("{id}")),
            ("https://x.org/a?user={{ ctx.identity.id }}", Some("{{ ctx.identity.id }}")),
            ("https://<your-host>/a", Some("<your-host>")),
            ("https://<YOUR_DC>.x.org/a", None),
            ("https://x.org/<a", None),
            ("https://x.org/users/:id/hooks?a=/:b", Some(":id")),
            ("https://x.org:8080/a:b", None),
            ("https://x.org/v1/users:lookup", None),
            ("https://x.org/a?b=<c>", Some("<c>")),
        ] {
            assert_eq!(placeholder(text), found, "{text}");
        }
    }
}
