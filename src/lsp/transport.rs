//! Messages of the language server protocol over two streams. A message that is no JSON, or larger than the limit, is answered
//! with an error and skipped: the server stays alive.

use std::io::{self, BufRead, Read as _, Write};
use std::sync::mpsc::{Receiver, Sender, channel};

use serde_json::{Value, json};

/// Largest message that is read, in bytes.
const MAX_MESSAGE: u64 = 64 << 20;

/// Longest line of a header, in bytes.
const MAX_HEADER: u64 = 4 << 10;

/// What arrives from the client.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A message: a JSON object.
    Message(Value),
    /// A message that cannot be read; the sentence says why.
    Broken(&'static str),
}

/// Reads one message; `None` at the end of the stream.
///
/// # Errors
/// When the stream fails.
pub(super) fn read(input: &mut impl BufRead) -> io::Result<Option<Incoming>> {
    let mut length: Option<u64> = None;
    loop {
        let mut line = Vec::new();
        let count = input.by_ref().take(MAX_HEADER).read_until(b'\n', &mut line)?;
        if count == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\r', '\n']);
        match (line, length) {
            // Lines that belong to nothing are skipped up to the next header.
            ("", None) => {}
            ("", Some(length)) => return body(input, length).map(Some),
            (line, _) => {
                let (name, value) = line.split_once(':').unwrap_or((line, ""));
                if name.trim().eq_ignore_ascii_case("content-length") {
                    length = value.trim().parse().ok();
                }
            }
        }
    }
}

fn body(input: &mut impl BufRead, length: u64) -> io::Result<Incoming> {
    if length > MAX_MESSAGE {
        io::copy(&mut input.by_ref().take(length), &mut io::sink())?;
        return Ok(Incoming::Broken("the message is larger than 64 MiB"));
    }
    let mut bytes = Vec::new();
    input.by_ref().take(length).read_to_end(&mut bytes)?;
    Ok(match serde_json::from_slice::<Value>(&bytes) {
        Ok(message) if message.is_object() => Incoming::Message(message),
        Ok(_) => Incoming::Broken("the message is not a JSON object"),
        Err(_) => Incoming::Broken("the message is not JSON"),
    })
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
        let mut input = bytes;
        let mut found = Vec::new();
        while let Some(incoming) = read(&mut input).expect("memory does not fail") {
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
            [r#"{"a":1}"#, "the message is not JSON", "the message is not a JSON object", r#"{"b":2}"#]
        );
        assert_eq!(all(b"Content-Length: 99\r\n\r\n{\"a\":"), ["the message is not JSON"]);
        assert_eq!(all(b"Content-Length: 5"), [] as [&str; 0]);
        assert_eq!(all(b"Content-Length: 999999999999\r\n\r\n{}"), ["the message is larger than 64 MiB"]);
    }

    #[test]
    fn what_is_written_can_be_read() {
        let mut bytes = Vec::new();
        write(&mut bytes, &json!({"text": "ü𝄞"})).expect("memory does not fail");
        assert_eq!(all(&bytes), [r#"{"text":"ü𝄞"}"#]);
    }
}
