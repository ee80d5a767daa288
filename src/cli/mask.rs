//! `kratos-lint mask` (hidden): a text without its secrets, for the playground, which shares projects.

use std::io;

use super::{CLEAN, Failure, Outcome};
use crate::disk::named;
use crate::kratos::secrets::{self, MASK, SheetKind};
use crate::output::Printer;
use crate::text::{Source, Span};
use crate::yaml::{self, Format, Node};

/// Print a text from stdin without its secrets.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The name that the text goes by
    #[arg(long, value_name = "NAME", default_value = "kratos.yml")]
    stdin_filename: String,
}

/// Prints the text.
///
/// # Errors
/// When the text cannot be read: its secrets cannot be found then.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    let text = named::text_of(io::stdin().lock())?;
    let masked = masked(&args.stdin_filename, text)
        .ok_or_else(|| Failure(format!("{}: it cannot be read, so its secrets are unknown", args.stdin_filename)))?;
    out.code(&masked)?;
    Ok(CLEAN)
}

/// The text without its secrets; none when they cannot be found.
fn masked(name: &str, text: String) -> Option<String> {
    let source = Source::new(name, text);
    if SheetKind::of(&source, false) == SheetKind::Variables {
        return Some(source.text().lines().map(|line| variable(line) + "\n").collect());
    }
    let end = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let format = match end.as_str() {
        "json" => Format::Json,
        "yml" | "yaml" => Format::Yaml,
        // The configuration in TOML holds secrets too.
        "toml" => return None,
        _ => return Some(source.text().to_owned()),
    };
    let tree = yaml::parse(&source, format);
    if !tree.faults().is_empty() {
        return None;
    }
    let mut hidden: Vec<Span> = tree.root().into_iter().flat_map(Node::descendants).flat_map(hidden).collect();
    hidden.sort_by_key(|span| (span.start, span.end));
    let mut out = String::new();
    let mut at = 0;
    for span in hidden.into_iter().filter(|span| !span.is_empty()) {
        if span.start >= at {
            out += source.text().get(at..span.start)?;
            out += MASK;
            at = span.end;
        }
    }
    Some(out + source.text().get(at..)?)
}

/// `NAME=value` without the value.
fn variable(line: &str) -> String {
    match line.split_once('=') {
        Some((name, value)) if !value.trim().is_empty() => format!("{name}={MASK}"),
        _ => line.to_owned(),
    }
}

/// The bytes of a scalar that are secret.
fn hidden(node: Node<'_>) -> Vec<Span> {
    let Some(text) = node.as_str().filter(|text| !text.is_empty()) else {
        let is_number = matches!(node.value(), yaml::Value::Number(_));
        return if is_number && secrets::is_secret(node) { vec![node.origin().span] } else { Vec::new() };
    };
    let whole = node.origin().span;
    let is_named = node.key().is_some_and(secrets::is_secret_name)
        || text.split_once('=').is_some_and(|(name, _)| is_variable(name));
    if secrets::is_secret(node) || is_named {
        return vec![unquoted(node, whole)];
    }
    // Where a text is written otherwise than it reads, the whole of it goes.
    let is_plain = node.origin().source.slice(whole).contains(text);
    let at = node.origin().source.slice(whole).find(text).unwrap_or_default() + whole.start;
    let parts = secrets::parts_of_url(text);
    if is_plain {
        return parts.into_iter().map(|part| Span::new(at + part.start, at + part.end)).collect();
    }
    if parts.is_empty() { Vec::new() } else { vec![whole] }
}

/// Whether a variable of the environment of this name holds a secret.
fn is_variable(name: &str) -> bool {
    let is_name = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let parts = ["DSN", "SECRET", "PASSWORD", "TOKEN", "KEY", "URI", "CREDENTIALS"];
    is_name && parts.iter().any(|part| name.contains(part))
}

/// The bytes inside of the quotes.
fn unquoted(node: Node<'_>, span: Span) -> Span {
    let source = node.origin().source;
    let text = source.slice(span);
    let is_quoted = text.len() > 2 && text.starts_with(['"', '\'']);
    if is_quoted { Span::new(span.start + 1, span.end - 1) } else { span }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn secrets_are_masked_and_nothing_else() {
        let text = "dsn: postgres://u:geheim@db/k\nsecrets:\n  cookie:\n    - 'geheim-cookie-0123'\n# note\n\
                    courier:\n  smtp:\n    connection_uri: \"smtp://a:geheim@b:25/\"\nurl: https://u:geheim@x.org/a?key=geheim\n\
                    environment:\n  - SECRETS_CIPHER=geheim\n  - LOG_LEVEL=debug\nlog:\n  level: debug\n";
        let shown = masked("kratos.yml", text.to_owned()).expect("masked");
        assert!(!shown.contains("geheim"), "{shown}");
        for kept in ["# note", "level: debug", "https://…@x.org/a?…", "- '…'", "LOG_LEVEL=debug"] {
            assert!(shown.contains(kept), "{kept}: {shown}");
        }
        assert_eq!(masked(".env", "# a\nA=1\nB=\n".to_owned()), Some("# a\nA=…\nB=\n".to_owned()));
        assert_eq!(masked("a.yml", "a: [".to_owned()), None);
        assert_eq!(masked("a.jsonnet", "{a: 1}".to_owned()), Some("{a: 1}".to_owned()));
    }
}
