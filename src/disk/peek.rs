//! Looks at the bytes of files that cannot be read as texts.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::Ordering;

use super::Disk;

/// Most bytes that are searched in one run (1 GiB).
const MAX_PEEKED: u64 = 1 << 30;

/// Bytes that are searched together.
const CHUNK: usize = 1 << 16;

impl Disk {
    /// Whether a file that cannot be read seems to hold one of these words, in UTF-8 or UTF-16. All of it is searched, whatever
    /// its length; when the run has searched too much already, it seems so.
    #[must_use]
    pub(crate) fn seems_to_hold(&self, path: &Path, words: &[&str]) -> bool {
        let real = self.real(path);
        let is_ours = self.is_ours(&real, path.parent().unwrap_or(path));
        if self.memory.is_some() || !is_ours || !self.is_file(&real) {
            return false;
        }
        let Ok(file) = fs::File::open(&real) else { return false };
        let is_over = |read: u64| self.peeked.fetch_add(read, Ordering::Relaxed) >= MAX_PEEKED;
        holds(file, words, is_over).unwrap_or(false)
    }
}

fn holds(mut stream: impl Read, words: &[&str], is_over: impl Fn(u64) -> bool) -> std::io::Result<bool> {
    let longest = words.iter().map(|word| word.len()).max().unwrap_or(0);
    let mut chunk = vec![0; CHUNK];
    // Zero bytes between letters are those of UTF-16.
    let mut letters = String::new();
    loop {
        let count = stream.read(&mut chunk)?;
        if count == 0 {
            return Ok(false);
        }
        if is_over(count as u64) {
            return Ok(true);
        }
        let read = chunk.iter().take(count).filter(|byte| **byte != 0);
        letters.extend(read.map(|byte| if byte.is_ascii() { char::from(*byte) } else { ' ' }));
        if words.iter().any(|word| letters.contains(word)) {
            return Ok(true);
        }
        // A word may go on in the next chunk.
        let kept = letters.len().saturating_sub(longest);
        letters.drain(..kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_wherever_they_are() {
        let found = |bytes: &[u8]| holds(bytes, &["selfservice"], |_| false).expect("read");
        for before in [0, CHUNK - 5, CHUNK, 3 * CHUNK + 1] {
            let mut bytes = vec![b'x'; before];
            bytes.extend(b"\xffselfservice:");
            assert!(found(&bytes), "{before}");
        }
        let wide: Vec<u8> = "\u{feff}selfservice".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(found(&wide) && !found(b"self service"));
        assert!(holds(&b"nothing"[..], &["selfservice"], |_| true).expect("read"), "in doubt it is shown");
    }
}
