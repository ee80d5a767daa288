//! Texts in Jsonnet that are being written, as something that can be read: what is open is closed, values that are missing are
//! there.

use super::position::is_name;

/// Ways to read a text that ends at the cursor, with what may follow it.
pub(super) fn ways(before: &str, rest: &str) -> Vec<(String, String)> {
    let mut ways: Vec<(String, String)> =
        endings(before, rest).into_iter().map(|ending| (before.to_owned(), ending)).collect();
    let (whole, after) = (with_values(before), with_values(rest));
    if whole != before || after != rest {
        ways.extend(endings(&whole, &after).into_iter().map(|ending| (whole.clone(), ending)));
    }
    ways
}

/// What may end a text: there may be no comma yet, or nothing may be closed.
fn endings(before: &str, rest: &str) -> [String; 3] {
    [rest.to_owned(), format!(",{rest}"), closing(before)]
}

/// What closes the brackets that are open at the end of a text.
pub(super) fn closing(text: &str) -> String {
    let mut open = Vec::new();
    for (_, chr) in written(text) {
        match chr {
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' => _ = open.pop(),
            _ => {}
        }
    }
    open.into_iter().rev().collect()
}

/// The characters outside of texts and comments, with their bytes.
fn written(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quote = None;
    let mut is_comment = false;
    let mut before = ' ';
    text.char_indices().filter(move |(_, chr)| {
        let last = std::mem::replace(&mut before, *chr);
        match (quote, chr) {
            _ if is_comment => is_comment = *chr != '\n',
            (Some(mark), chr) if *chr == mark && last != '\\' => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(*chr),
            (None, '#') => is_comment = true,
            (None, '/') if last == '/' => is_comment = true,
            (None, _) => return true,
        }
        false
    })
}

/// The text with `null` for each value that is missing: `{ a: , b: 1 }`, and a key at the end of its line.
fn with_values(text: &str) -> String {
    let mut out = String::new();
    let mut from = 0;
    for (at, _) in written(text).filter(|(_, chr)| *chr == ':') {
        let (own, rest) = text.split_at_checked(at + 1).unwrap_or((text, ""));
        let next = rest.trim_start();
        let is_line_over = rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n');
        let missing = match next.chars().next() {
            Some(',' | '}') => " null",
            Some(_) if is_line_over && is_key(next) => " null,",
            _ => continue,
        };
        out.push_str(own.get(from..).unwrap_or_default());
        out.push_str(missing);
        from = at + 1;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// Whether a key with its colon begins a text.
fn is_key(text: &str) -> bool {
    let rest = text.trim_start_matches(is_name);
    rest.len() < text.len() && rest.starts_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_put_there() {
        assert_eq!(with_values("{ a: , b: 'x: ,' }"), "{ a: null , b: 'x: ,' }");
        assert_eq!(with_values("{\n  a:\n  b: 1, // c: ,\n  d:: 2 }"), "{\n  a: null,\n  b: 1, // c: ,\n  d:: 2 }");
        assert_eq!(with_values("{ a:\n    b }"), "{ a:\n    b }");
        assert_eq!(closing("f({ a: [1, ')"), "]})");
    }
}
