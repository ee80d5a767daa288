//! What documents came to, for a process that looks at the same ones again and again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Most bytes of questions and answers that are kept.
const MAX_BYTES: usize = 16 << 20;

/// Answers of the child by what it was asked. The same document with the same input has the same answer.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    answers: Mutex<Answers>,
}

#[derive(Debug, Default)]
struct Answers {
    by_line: HashMap<String, String>,
    bytes: usize,
}

impl Memory {
    /// The answer to a line, when the child gave one before.
    pub(super) fn answer(&self, line: &str) -> Option<String> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).by_line.get(line).cloned()
    }

    /// Keeps an answer; when there are too many, all others are forgotten.
    pub(super) fn keep(&self, line: String, answer: &str) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let size = line.len() + answer.len();
        if answers.bytes + size > MAX_BYTES {
            *answers = Answers::default();
        }
        if size <= MAX_BYTES {
            answers.bytes += size;
            answers.by_line.insert(line, answer.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_kept_within_a_bound() {
        let memory = Memory::default();
        memory.keep("a".to_owned(), "1");
        assert_eq!(memory.answer("a").as_deref(), Some("1"));
        assert_eq!(memory.answer("b"), None);
        memory.keep("b".to_owned(), &"x".repeat(MAX_BYTES));
        assert_eq!(memory.answer("b"), None, "too large");
        memory.keep("c".to_owned(), &"x".repeat(MAX_BYTES - 1));
        assert_eq!(memory.answer("a"), None);
        assert!(memory.answer("c").is_some());
    }
}
