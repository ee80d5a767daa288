//! How deep a text nests, before any recursion looks at it.

/// An upper bound for the depth of the tree of a document: brackets, keywords that open an expression, and chains of operators,
/// of which each is one deeper than the one before.
#[must_use]
pub(crate) fn nesting(text: &str) -> usize {
    let mut scan = Scan { levels: vec![Level::default()], deepest: 0, outer: 0 };
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at = match byte {
            b'"' | b'\'' => behind_string(bytes, at, *byte),
            b'#' => behind_line(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'/') => behind_line(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => behind(bytes, at + 2, b"*/"),
            b'|' if bytes.get(at..at + 3) == Some(b"|||") => behind(bytes, at + 3, b"|||"),
            byte if byte.is_ascii_alphabetic() || *byte == b'_' => {
                let rest = bytes.get(at..).unwrap_or_default();
                let length = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
                scan.word(rest.get(..length).unwrap_or_default());
                at + length
            }
            byte => {
                scan.sign(*byte);
                at + 1
            }
        };
    }
    scan.deepest
}

/// What nests at one level of brackets.
#[derive(Clone, Copy, Default)]
struct Level {
    /// Keywords that opened an expression.
    opened: usize,
    /// Operators in a row.
    chain: usize,
}

struct Scan {
    levels: Vec<Level>,
    deepest: usize,
    /// The depth of all levels but the innermost.
    outer: usize,
}

impl Scan {
    fn count(&mut self, change: impl FnOnce(&mut Level)) {
        if let Some(level) = self.levels.last_mut() {
            change(level);
            self.deepest = self.deepest.max(self.outer + level.opened + level.chain + 1);
        }
    }

    fn word(&mut self, word: &[u8]) {
        match word {
            b"if" | b"else" | b"local" | b"function" | b"assert" | b"error" | b"for" => {
                self.count(|level| level.opened += 1);
            }
            b"in" | b"import" | b"importstr" | b"importbin" => self.count(|level| level.chain += 1),
            _ => {}
        }
    }

    fn sign(&mut self, byte: u8) {
        match byte {
            b'(' | b'[' | b'{' => {
                // A call or an index is one deeper than what it comes after.
                self.count(|level| level.chain += 1);
                let level = self.levels.last().copied().unwrap_or_default();
                self.outer += level.opened + level.chain + 1;
                self.levels.push(Level::default());
                self.deepest = self.deepest.max(self.outer);
            }
            b')' | b']' | b'}' if self.levels.len() > 1 => {
                self.levels.pop();
                let level = self.levels.last().copied().unwrap_or_default();
                self.outer = self.outer.saturating_sub(level.opened + level.chain + 1);
            }
            b',' => self.count(|level| *level = Level::default()),
            b';' | b':' => self.count(|level| level.chain = 0),
            b'+' | b'-' | b'*' | b'/' | b'%' | b'<' | b'>' | b'=' | b'!' | b'&' | b'|' | b'^' | b'~' | b'.' => {
                self.count(|level| level.chain += 1);
            }
            _ => {}
        }
    }
}

fn behind_line(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |length| length + 1)
}

fn behind(bytes: &[u8], at: usize, end: &[u8]) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.windows(end.len()).position(|window| window == end).map_or(rest.len(), |length| length + end.len())
}

/// The byte after a string; `@'…'` doubles its quote instead of escaping it.
fn behind_string(bytes: &[u8], at: usize, quote: u8) -> usize {
    let verbatim = at > 0 && bytes.get(at - 1) == Some(&b'@');
    let mut at = at + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if !verbatim => at += 2,
            byte if *byte == quote => {
                if verbatim && bytes.get(at + 1) == Some(&quote) {
                    at += 2;
                } else {
                    return at + 1;
                }
            }
            _ => at += 1,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_and_brackets_count() {
        assert!(nesting("function(ctx) { a: ctx.identity.traits.email, b: 'x' + ctx.flow.id }") < 20);
        assert!(nesting(&"[".repeat(500)) >= 500);
        assert!(nesting(&format!("1{}", "+1".repeat(500))) >= 500);
        assert!(nesting(&format!("ctx{}", "(1)".repeat(500))) >= 500);
        assert!(nesting(&"local a = 1; ".repeat(500)) >= 500);
        assert!(nesting(&format!("'{}'", "[".repeat(500))) < 5);
        let list = "'a' + b.c, ".repeat(500);
        assert!(nesting(&format!("[{list}]")) < 20);
    }
}
