//! Messages of the language server protocol over two streams. A message that is no JSON, or larger than the limit, is answered
//! with an error and skipped: the server stays alive.

use std::io::{self, BufRead, Read as _, Write};
use std::sync::mpsc::{Receiver, Sender, channel};

use serde_json::{Value, json};

/// Largest message that is read, in bytes.
const MAX_MESSAGE: u64 = 64 << 20;

/// Longest line of a header, in bytes.
const MAX_HEADER: u64 = 4 << 10;

/// The key of the length of a message, as it is compared.
const LENGTH: &str = "content-length";

/// What arrives from the client.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A message: a JSON object.
    Message(Value),
    /// A message that cannot be read; the sentence says why.
    Broken(&'static str),
}

/// What the thread that answers waits for.
#[derive(Debug)]
pub(super) enum Event {
    /// Something arrived.
    Incoming(Incoming),
    /// The stream of the client ended.
    End,
    /// A generation was checked to its end.
    Checked(u64),
}

/// The messages of a client.
#[derive(Debug)]
pub(super) struct Messages<R> {
    input: R,
    /// Bytes of a refused message that are still to come.
    refused: u64,
    /// Whether a header was refused: the next one may begin in the middle of a line.
    is_lost: bool,
}

impl<R: BufRead> Messages<R> {
    /// The messages in a stream.
    pub(super) fn of(input: R) -> Messages<R> {
        Messages { input, refused: 0, is_lost: false }
    }

    /// The next message; `None` at the end of the stream.
    ///
    /// # Errors
    /// When the stream fails.
    pub(super) fn next(&mut self) -> io::Result<Option<Incoming>> {
        let refused = std::mem::take(&mut self.refused);
        io::copy(&mut self.input.by_ref().take(refused), &mut io::sink())?;
        let (mut length, mut is_begun) = (None, false);
        loop {
            let mut line = Vec::new();
            if self.input.by_ref().take(MAX_HEADER).read_until(b'\n', &mut line)? == 0 {
                return Ok(is_begun.then_some(Incoming::Broken("the input ends within a header")));
            }
            let line = String::from_utf8_lossy(&line);
            match line.trim_end_matches(['\r', '\n']) {
                "" if is_begun => return self.body(length.as_deref()).map(Some),
                "" => {}
                line => {
                    is_begun = true;
                    length = self.length(line).or(length);
                }
            }
        }
    }

    /// The value of `Content-Length` in a line of a header.
    fn length(&self, line: &str) -> Option<String> {
        // Where a length was wrong, the next header follows the rest of a message on the same line.
        let start = line.to_ascii_lowercase().rfind(LENGTH).filter(|_| self.is_lost).unwrap_or_default();
        let (name, value) = line.get(start..)?.split_once(':')?;
        name.trim().eq_ignore_ascii_case(LENGTH).then(|| value.trim().to_owned())
    }

    fn body(&mut self, length: Option<&str>) -> io::Result<Incoming> {
        self.is_lost = true;
        let Some(length) = length else { return Ok(Incoming::Broken("the header has no Content-Length")) };
        let Ok(length) = length.parse::<u64>() else {
            return Ok(Incoming::Broken("Content-Length is not a number of bytes"));
        };
        if length > MAX_MESSAGE {
            // The client is told before the message has come to its end, which it may never do.
            self.refused = length;
            return Ok(Incoming::Broken("the message is larger than 64 MiB"));
        }
        let mut bytes = Vec::new();
        self.input.by_ref().take(length).read_to_end(&mut bytes)?;
        Ok(match serde_json::from_slice::<Value>(&bytes) {
            Ok(message) if message.is_object() => {
                self.is_lost = false;
                Incoming::Message(message)
            }
            Ok(_) => Incoming::Broken("the message is not a JSON object"),
            Err(_) if u64::try_from(bytes.len()).is_ok_and(|count| count < length) => {
                Incoming::Broken("the input ends before Content-Length")
            }
            Err(_) => Incoming::Broken("the message is not JSON"),
        })
    }
}

/// Writes one message.
fn write(output: &mut impl Write, message: &Value) -> io::Result<()> {
    let text = message.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}

/// The way to the client, for any thread. Messages are written in the order in which they are sent.
#[derive(Clone, Debug)]
pub(super) struct Client {
    sender: Sender<Value>,
}

impl Client {
    /// The client, and what is to be written to it.
    pub(super) fn new() -> (Client, Receiver<Value>) {
        let (sender, receiver) = channel();
        (Client { sender }, receiver)
    }

    fn send(&self, message: Value) {
        // A client that is gone reads nothing: the end of its stream ends the server.
        _ = self.sender.send(message);
    }

    /// Sends a notification.
    pub(super) fn notify(&self, method: &str, params: Value) {
        self.send_with(json!({"jsonrpc": "2.0", "method": method}), "params", params);
    }

    /// Sends a message with a part that may be large: it is moved, not copied.
    fn send_with(&self, mut message: Value, key: &str, part: Value) {
        if let Some(message) = message.as_object_mut() {
            message.insert(key.to_owned(), part);
        }
        self.send(message);
    }

    /// Sends a request whose answer is not read.
    pub(super) fn request(&self, id: &str, method: &str, params: &Value) {
        self.send(json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
    }

    /// Answers a request.
    pub(super) fn answer(&self, id: &Value, result: Value) {
        self.send_with(json!({"jsonrpc": "2.0", "id": id}), "result", result);
    }

    /// Refuses a request.
    pub(super) fn refuse(&self, id: &Value, code: i64, message: &str) {
        self.send(json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}}));
    }
}

/// Writes all messages until the last sender is gone or the stream fails.
pub(super) fn write_all(messages: Receiver<Value>, mut output: impl Write) {
    for message in messages {
        if write(&mut output, &message).is_err() {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Vec<String> {
        let mut messages = Messages::of(bytes);
        let mut found = Vec::new();
        while let Some(incoming) = messages.next().expect("memory does not fail") {
            found.push(match incoming {
                Incoming::Message(value) => value.to_string(),
                Incoming::Broken(why) => why.to_owned(),
            });
        }
        found
    }

    #[test]
    fn broken_messages_are_skipped() {
        let bytes = b"Content-Length: 7\r\n\r\n{\"a\":1}garbage\r\n\r\ncontent-length: 3\r\nContent-Type: x\r\n\r\n{]}\
            Content-Length: 2\r\n\r\n[]Content-Length: 7\r\n\r\n{\"b\":2}";
        assert_eq!(
            all(bytes),
            [
                r#"{"a":1}"#,
                "the header has no Content-Length",
                "the message is not JSON",
                "the message is not a JSON object",
                r#"{"b":2}"#
            ]
        );
        assert_eq!(all(b"Content-Length: 99\r\n\r\n{\"a\":"), ["the input ends before Content-Length"]);
        assert_eq!(all(b"Content-Length: 5"), ["the input ends within a header"]);
        assert_eq!(all(b"Content-Length: 999999999999\r\n\r\n{}"), ["the message is larger than 64 MiB"]);
    }

    #[test]
    fn after_a_wrong_length_the_next_message_is_found() {
        let next = "Content-Length: 7\r\n\r\n{\"b\":2}";
        for (broken, why) in [
            ("Content-Length: 2\r\n\r\n{\"a\":1}", "the message is not JSON"),
            ("Content-Length: -7\r\n\r\n{\"a\":1}", "Content-Length is not a number of bytes"),
            ("Content-Length: x\r\n\r\n{\"a\":1}", "Content-Length is not a number of bytes"),
            ("Content-Length: 99999999999999999999\r\n\r\n{}", "Content-Length is not a number of bytes"),
            ("Content-Type: x\r\n\r\n{\"a\":1}", "the header has no Content-Length"),
        ] {
            assert_eq!(all(format!("{broken}{next}").as_bytes()), [why, r#"{"b":2}"#], "{broken}");
        }
        let long = format!("Content-Length: 9\r\n\r\n{{\"a\":1}}{next}{next}");
        assert_eq!(all(long.as_bytes()).last().map(String::as_str), Some(r#"{"b":2}"#));
    }

    #[test]
    fn what_is_written_can_be_read() {
        let mut bytes = Vec::new();
        write(&mut bytes, &json!({"text": "ü𝄞"})).expect("memory does not fail");
        assert_eq!(all(&bytes), [r#"{"text":"ü𝄞"}"#]);
    }
}
