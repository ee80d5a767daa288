//! Stubs of the endpoint that a hook calls: they check the secret in constant time, take a repeated call for one, and answer as
//! Kratos accepts it.

use super::{Auth, Response};

/// A language that stubs are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// TypeScript on Node's http module
    Typescript,
    /// Go, net/http
    Go,
    /// Python, http.server
    Python,
    /// Rust, std only
    Rust,
}

/// The stub for an endpoint.
#[must_use]
pub fn stub(language: Language, auth: Auth, response: Response) -> String {
    let (text, refuse, accept) = match language {
        Language::Typescript => (TYPESCRIPT, TS_REFUSE, "send(200, {});"),
        Language::Go => (GO, GO_REFUSE, "answer(w, 200, `{}`)"),
        Language::Python => (PYTHON, PYTHON_REFUSE, "self.answer(200, {})"),
        Language::Rust => (RUST, RUST_REFUSE, "answer(stream, \"200 OK\", \"{}\")"),
    };
    let (header, expected) = match auth {
        Auth::BasicAuth => ("authorization", "Basic …: base64 of user:password"),
        Auth::ApiKey | Auth::None => ("x-webhook-key", "the key that Kratos sends"),
    };
    let decision = if response == Response::Parse { refuse } else { "" };
    text.replace("@HEADER@", header)
        .replace("@EXPECTED@", expected)
        .replace("@REFUSE@", decision)
        .replace("@ACCEPT@", accept)
}

const TYPESCRIPT: &str = r#"// The endpoint of a Kratos web_hook. WEBHOOK_KEY: @EXPECTED@.
import { createHash, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const key = process.env.WEBHOOK_KEY ?? "";
const digest = (text: string) => createHash("sha256").update(text).digest();
// Kratos calls up to three times: an id that was seen is answered and done nothing for. Keep this in your database.
const seen = new Set<string>();

createServer((request, response) => {
  const send = (status: number, body: unknown) => {
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(JSON.stringify(body));
  };
  const given = String(request.headers["@HEADER@"] ?? "");
  if (key === "" || !timingSafeEqual(digest(given), digest(key))) return send(401, {});
  let text = "";
  request.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
  request.on("end", () => {
    // Kratos may send an empty body when its Jsonnet worker broke: refuse it, or it counts as done.
    if (text === "") return send(400, {});
    const body = JSON.parse(text) as { flow_id?: string };
    const id = String(request.headers["ory-webhook-trigger-id"] ?? body.flow_id ?? "");
    if (id !== "" && seen.has(id)) return send(200, {});
    seen.add(id);
@REFUSE@    @ACCEPT@
  });
}).listen(Number(process.env.PORT ?? 8080));
"#;

const TS_REFUSE: &str = r##"    const refused = false; // decide here
    if (refused) {
      const text = { id: 1234567, text: "This address cannot be used.", type: "error" };
      return send(400, { messages: [{ instance_ptr: "#/traits/email", messages: [text] }] });
    }
"##;

const GO: &str = r#"// The endpoint of a Kratos web_hook. WEBHOOK_KEY: @EXPECTED@.
package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"sync"
)

// Kratos calls up to three times: an id that was seen is answered and done nothing for. Keep this in your database.
var seen sync.Map

func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func hook(w http.ResponseWriter, r *http.Request) {
	given := sha256.Sum256([]byte(r.Header.Get("@HEADER@")))
	wanted := sha256.Sum256([]byte(os.Getenv("WEBHOOK_KEY")))
	if os.Getenv("WEBHOOK_KEY") == "" || subtle.ConstantTimeCompare(given[:], wanted[:]) != 1 {
		answer(w, 401, `{}`)
		return
	}
	var body struct {
		FlowID string `json:"flow_id"`
	}
	// Kratos may send an empty body when its Jsonnet worker broke: refuse it, or it counts as done.
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		answer(w, 400, `{}`)
		return
	}
	id := r.Header.Get("Ory-Webhook-Trigger-ID")
	if id == "" {
		id = body.FlowID
	}
	if _, known := seen.LoadOrStore(id, true); known && id != "" {
		answer(w, 200, `{}`)
		return
	}
@REFUSE@	@ACCEPT@
}

func main() {
	http.HandleFunc("/", hook)
	if err := http.ListenAndServe(":8080", nil); err != nil {
		panic(err)
	}
}
"#;

const GO_REFUSE: &str = "\trefused := false // decide here
\tif refused {
\t\tanswer(w, 400, `{\"messages\":[{\"instance_ptr\":\"#/traits/email\",\"messages\":[{\"id\":1234567,\"text\":\"This address cannot be used.\",\"type\":\"error\"}]}]}`)
\t\treturn
\t}
";

const PYTHON: &str = r#"# The endpoint of a Kratos web_hook. WEBHOOK_KEY: @EXPECTED@.
import hmac
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = os.environ.get("WEBHOOK_KEY", "")
# Kratos calls up to three times: an id that was seen is answered and done nothing for. Keep this in your database.
SEEN = set()


class Hook(BaseHTTPRequestHandler):
    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_POST(self):
        given = self.headers.get("@HEADER@", "")
        if not KEY or not hmac.compare_digest(given.encode(), KEY.encode()):
            return self.answer(401, {})
        text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        # Kratos may send an empty body when its Jsonnet worker broke: refuse it, or it counts as done.
        if not text:
            return self.answer(400, {})
        body = json.loads(text)
        call = self.headers.get("Ory-Webhook-Trigger-ID") or body.get("flow_id", "")
        if call and call in SEEN:
            return self.answer(200, {})
        SEEN.add(call)
@REFUSE@        return @ACCEPT@


if __name__ == "__main__":
    ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Hook).serve_forever()
"#;

const PYTHON_REFUSE: &str = r##"        refused = False  # decide here
        if refused:
            text = {"id": 1234567, "text": "This address cannot be used.", "type": "error"}
            return self.answer(400, {"messages": [{"instance_ptr": "#/traits/email", "messages": [text]}]})
"##;

const RUST: &str = r#"// The endpoint of a Kratos web_hook. WEBHOOK_KEY: @EXPECTED@.
use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

fn answer(stream: &mut TcpStream, status: &str, body: &str) -> std::io::Result<()> {
    let length = body.len();
    write!(stream, "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
}

/// Compares without telling by its time where the texts differ.
fn equal(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

fn hook(stream: &mut TcpStream, key: &str, seen: &mut HashSet<String>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut given, mut call, mut length) = (String::new(), String::new(), 0_usize);
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        if let Some((name, value)) = line.split_once(':') {
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "@HEADER@" => given = value.to_owned(),
                "ory-webhook-trigger-id" => call = value.to_owned(),
                "content-length" => length = value.parse().unwrap_or(0).min(1 << 20),
                _ => {}
            }
        }
        line.clear();
    }
    if key.is_empty() || !equal(given.as_bytes(), key.as_bytes()) {
        return answer(stream, "401 Unauthorized", "{}");
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    // Kratos may send an empty body when its Jsonnet worker broke: refuse it, or it counts as done.
    if body.is_empty() {
        return answer(stream, "400 Bad Request", "{}");
    }
    // Kratos calls up to three times: an id that was seen is answered and done nothing for.
    if !call.is_empty() && !seen.insert(call) {
        return answer(stream, "200 OK", "{}");
    }
@REFUSE@    @ACCEPT@
}

fn main() -> std::io::Result<()> {
    let key = std::env::var("WEBHOOK_KEY").unwrap_or_default();
    let mut seen = HashSet::new();
    for stream in TcpListener::bind("0.0.0.0:8080")?.incoming() {
        if let Err(error) = hook(&mut stream?, &key, &mut seen) {
            eprintln!("{error}");
        }
    }
    Ok(())
}
"#;

const RUST_REFUSE: &str = r###"    let refused = false; // decide here
    if refused {
        let text = r##"{"messages":[{"instance_ptr":"#/traits/email","messages":[{"id":1234567,"text":"This address cannot be used.","type":"error"}]}]}"##;
        return answer(stream, "400 Bad Request", text);
    }
"###;
