// The endpoint of the web_hook at @POINT@, for Kratos @VERSION@. Written by kratos-lint.
// Run it with `cargo run`; Cargo.toml needs
//   serde = { version = "1", features = ["derive"] }
//   serde_json = "1"
// Environment:
//@if api_key
//   WEBHOOK_KEY       required: the secret of the header X-Webhook-Key (auth.config.value of the hook)
//@end
//@if basic
//   WEBHOOK_USER      auth.config.user of the hook (default: kratos)
//   WEBHOOK_PASSWORD  required: auth.config.password of the hook
//@end
//   PORT              default: 8080
//@if keyed
// Calls at any path are accepted, since a proxy may change it: the secret says that Kratos calls.
//@end
//@if ignore
// Work waits in memory: what is left when the process is killed is lost. Keep it in a database if each call counts.
//@end
//@if none
// There is no authentication: everyone who reaches this port can call it. Keep it in a private network.
//@end
#![allow(dead_code)]

use std::collections::{HashMap, HashSet, VecDeque};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
//@if ignore
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
//@end
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

@TYPES@
type Fault = Box<dyn std::error::Error + Send + Sync>;

#[derive(Clone)]
struct Answer {
    status: u16,
    body: Value,
}

//@if parse
/// Decides about one call. Return an error if it cannot: nothing is remembered then, and Kratos calls again.
fn handle(call: &HookRequest) -> Result<Answer, Fault> {
    let _ = call;
    let reason = ""; // Your code goes here: a reason refuses.
    if !reason.is_empty() {
        let text = json!({"id": 4000001, "text": reason, "type": "error"});
        return Ok(Answer { status: 400, body: json!({"messages": [{@POINTER_RS@"messages": [text]}]}) });
    }
    // {} changes nothing.@CHANGE_HINT@
    Ok(Answer { status: 200, body: json!({}) })
}
//@else
/// Does the work of one call. Return an error if it fails: nothing is remembered then.
fn handle(call: &HookRequest) -> Result<(), Fault> {
    let _ = call; // Your code goes here.
    Ok(())
}
//@end

const METHOD: &str = "@METHOD@";
const LIMIT: usize = 1 << 20; // bytes of a body
const MEMORY: usize = 10_000; // calls
const CONNECTIONS: usize = 128;

@MEMORY_NOTE@
#[derive(Default)]
struct Calls {
    done: HashMap<String, Answer>,
    order: VecDeque<String>,
    running: HashSet<String>,
}

impl Calls {
    fn remember(&mut self, id: &str, answer: &Answer) {
        if id.is_empty() || self.done.insert(id.to_owned(), answer.clone()).is_some() {
            return;
        }
        self.order.push_back(id.to_owned());
        if self.order.len() > MEMORY {
            if let Some(oldest) = self.order.pop_front() {
                self.done.remove(&oldest);
            }
        }
    }
}

struct Server {
//@if keyed
    expected: String,
//@end
    calls: Arc<Mutex<Calls>>,
//@if ignore
    queue: SyncSender<(String, HookRequest)>,
//@end
}

fn locked(calls: &Mutex<Calls>) -> MutexGuard<'_, Calls> {
    calls.lock().unwrap_or_else(PoisonError::into_inner)
}

fn empty(status: u16) -> Answer {
    Answer { status, body: json!({}) }
}
//@if ignore

fn safely(call: &HookRequest) -> Result<(), Fault> {
    catch_unwind(AssertUnwindSafe(|| handle(call))).unwrap_or_else(|_| Err("panic".into()))
}

/// Kratos gets its answer first, the work follows in order.
fn work(jobs: Receiver<(String, HookRequest)>, calls: &Mutex<Calls>) {
    for (id, call) in jobs {
        for attempt in 1..=3 {
            if locked(calls).done.contains_key(&id) {
                break;
            }
            match safely(&call) {
                Ok(()) => {
                    locked(calls).remember(&id, &empty(200));
                    break;
                }
                Err(error) => eprintln!("attempt {attempt} of 3 failed: {error}"),
            }
            std::thread::sleep(Duration::from_millis(500 * attempt));
        }
    }
}
//@end
//@if parse

fn safely(call: &HookRequest) -> Result<Answer, Fault> {
    catch_unwind(AssertUnwindSafe(|| handle(call))).unwrap_or_else(|_| Err("panic".into()))
}
//@end
//@if wait

fn safely(call: &HookRequest) -> Result<Answer, Fault> {
    let done = catch_unwind(AssertUnwindSafe(|| handle(call))).unwrap_or_else(|_| Err("panic".into()));
    done.map(|()| empty(200))
}
//@end
//@if keyed

/// Compares without telling by its time where the texts differ.
fn is_equal(given: &[u8], expected: &[u8]) -> bool {
    let mut difference = given.len() ^ expected.len();
    for (index, byte) in given.iter().enumerate() {
        difference |= usize::from(byte ^ expected[index % expected.len()]);
    }
    std::hint::black_box(difference) == 0
}
//@end

impl Server {
//@if ignore
    fn reply(&self, id: String, call: HookRequest) -> Answer {
        empty(if self.queue.try_send((id, call)).is_ok() { 200 } else { 503 })
    }
//@else
    fn reply(&self, id: String, call: HookRequest) -> Answer {
        {
            let mut calls = locked(&self.calls);
            if let Some(answer) = calls.done.get(&id) {
                return answer.clone();
            }
            if !id.is_empty() && !calls.running.insert(id.clone()) {
                return empty(503); // The first attempt is still at work: Kratos comes again.
            }
        }
        let result = safely(&call);
        let mut calls = locked(&self.calls);
        calls.running.remove(&id);
        match result {
            Ok(answer) => {
                calls.remember(&id, &answer);
                answer
            }
            Err(error) => {
                eprintln!("{error}");
                empty(500)
            }
        }
    }
//@end

    fn answer(&self, request: &Request) -> Answer {
        if request.method == "GET" && request.path == "/healthz" {
            return empty(200);
        }
//@if keyed
        if !is_equal(request.header("@HEADER@").as_bytes(), self.expected.as_bytes()) {
            return empty(401);
        }
//@end
        if request.method != METHOD {
            return empty(405);
        }
        let Some(body) = &request.body else { return empty(413) };
        // Kratos may send an empty body when its Jsonnet worker broke: refuse it, or it counts as done.
        let Ok(value) = serde_json::from_slice::<Value>(body) else { return empty(400) };
        if !value.is_object() {
            return empty(400);
        }
        // What names the call: the same for each attempt of Kratos, another one for each submit.
//@if by_identity
        let mut id = request.header("ory-webhook-trigger-id").to_owned();
        if let (true, Some(identity)) = (id.is_empty(), value["identity_id"].as_str()) {
            id = format!("registration {identity}");
        }
//@else
        let id = request.header("ory-webhook-trigger-id").to_owned();
//@end
        match serde_json::from_value(value) {
            Ok(call) => self.reply(id, call),
            Err(_) => empty(400),
        }
    }
}

struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    /// None if it is too large.
    body: Option<Vec<u8>>,
}

impl Request {
    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    fn read(stream: &TcpStream) -> io::Result<Request> {
        let mut reader = BufReader::new(stream.take(64 * 1024));
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if line.trim_end().is_empty() {
                break;
            }
            lines.push(line.trim_end().to_owned());
        }
        let mut words = lines.first().map_or("", String::as_str).split(' ').map(str::to_owned);
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let headers = lines.iter().skip(1).filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(key, value)| (key.to_ascii_lowercase(), value.trim().to_owned())).collect();
        let mut request = Request { method, path, headers, body: None };
        if request.header("expect").eq_ignore_ascii_case("100-continue") {
            (&*stream).write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let length: usize = request.header("content-length").parse().unwrap_or(0);
        reader.get_mut().set_limit(length.min(16 * LIMIT) as u64);
        let mut body = Vec::new();
        let mut limited = reader.take(length as u64);
        if length <= LIMIT {
            limited.read_to_end(&mut body)?;
            if body.len() != length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            request.body = Some(body);
        } else {
            io::copy(&mut limited, &mut io::sink())?;
        }
        Ok(request)
    }
}

fn serve(server: &Server, stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(15)))?;
    stream.set_write_timeout(Some(Duration::from_secs(15)))?;
    let answer = server.answer(&Request::read(stream)?);
    let (status, body) = (answer.status, answer.body.to_string());
    let head = format!("HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {}", body.len());
    (&*stream).write_all(format!("{head}\r\nConnection: close\r\n\r\n{body}").as_bytes())
}
//@if keyed

fn secret(name: &str) -> String {
    std::env::var(name).ok().filter(|value| !value.is_empty()).unwrap_or_else(|| {
        eprintln!("{name} is not set");
        std::process::exit(1)
    })
}
//@end
//@if basic

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place > chunk.len() { '=' } else { letter as char });
        }
    }
    text
}
//@end

fn main() -> io::Result<()> {
    let calls = Arc::new(Mutex::new(Calls::default()));
//@if ignore
    let (queue, jobs) = sync_channel(MEMORY);
    let known = Arc::clone(&calls);
    std::thread::spawn(move || work(jobs, &known));
//@end
    let server = Arc::new(Server {
//@if api_key
        expected: secret("WEBHOOK_KEY"),
//@end
//@if basic
        expected: {
            let user = std::env::var("WEBHOOK_USER").ok().filter(|user| !user.is_empty());
            let pair = format!("{}:{}", user.as_deref().unwrap_or("kratos"), secret("WEBHOOK_PASSWORD"));
            format!("Basic {}", base64(pair.as_bytes()))
        },
//@end
        calls,
//@if ignore
        queue,
//@end
    });
    let port = std::env::var("PORT").ok().filter(|port| !port.is_empty()).unwrap_or_else(|| "8080".to_owned());
    let open = Arc::new(AtomicUsize::new(0));
    for stream in TcpListener::bind(format!("0.0.0.0:{port}"))?.incoming() {
        let Ok(stream) = stream else { continue };
        if open.fetch_add(1, Ordering::SeqCst) >= CONNECTIONS {
            open.fetch_sub(1, Ordering::SeqCst);
            continue; // Kratos comes again.
        }
        let (server, open) = (Arc::clone(&server), Arc::clone(&open));
        std::thread::spawn(move || {
            if let Err(error) = serve(&server, &stream) {
                eprintln!("{error}");
            }
            open.fetch_sub(1, Ordering::SeqCst);
        });
    }
    Ok(())
}
