//! The conversation with the client.

use std::io::{BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::checker::{self, Abilities};
use super::features::Features;
use super::position::{self, Encoding};
use super::state::{self, Document, Shared, Snapshot, State};
use super::transport::{self, Client, Event, Incoming, Messages};
use super::virtuals::{self, Way};
use super::{actions, completion, diagnostics, embed, hints, hooks, hover, inside, structure, uri, ways};
use crate::check::Target;
use crate::target::TargetSource;

/// Codes of errors in JSON-RPC and the protocol.
const PARSE_ERROR: i64 = -32700;
const INVALID_REQUEST: i64 = -32600;
const METHOD_NOT_FOUND: i64 = -32601;
const INTERNAL_ERROR: i64 = -32603;
const NOT_INITIALIZED: i64 = -32002;
const CANCELLED: i64 = -32800;

/// Most requests that wait for a check; a client that asks for more is refused.
const MAX_WAITING: usize = 1_000;

/// Files that a configuration, its documents and its deployment are read from.
const WATCHED: [&str; 2] = [
    "**/*.{yml,yaml,json,jsonnet,libsonnet,toml,tf,tfvars,gotmpl,tmpl,tpl,env}",
    "**/{.env*,Dockerfile*,Containerfile*}",
];

/// How far the conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Before `initialize`.
    New,
    /// In between.
    Running,
    /// After `shutdown`.
    Closing,
}

/// Serves one client until it leaves.
///
/// # Errors
/// Says how it left when that is not what the protocol asks.
pub(crate) fn serve(
    input: impl BufRead + Send + 'static,
    output: impl Write + Send + 'static,
) -> Result<(), &'static str> {
    let (events, incoming) = channel();
    let (client, messages) = Client::new();
    let writer = thread::spawn(move || transport::write_all(messages, output));
    let from_client = events.clone();
    thread::spawn(move || read_all(input, &from_client));
    let shared = Arc::new(Shared::default());
    let mut server = Server {
        shared: Arc::clone(&shared),
        client,
        events,
        stage: Stage::New,
        waiting: Vec::new(),
        features: Features::default(),
        refreshes: 0,
        checker: None,
    };
    let mut left = "the server stopped";
    loop {
        let event = match server.patience() {
            None => incoming.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(patience) => incoming.recv_timeout(patience),
        };
        let goes_on = match event {
            Err(RecvTimeoutError::Timeout) => server.overdue(),
            Err(RecvTimeoutError::Disconnected) => false,
            Ok(event) => match event {
                Event::End => {
                    left = "the client closed the stream before `shutdown`";
                    false
                }
                Event::Checked(generation) => server.checked(generation),
                Event::Incoming(Incoming::Broken(why)) => {
                    server.client.refuse(&Value::Null, PARSE_ERROR, why);
                    true
                }
                Event::Incoming(Incoming::Message(message)) => {
                    left = "the client sent `exit` before `shutdown`";
                    server.take(&message)
                }
            },
        };
        if !goes_on {
            break;
        }
    }
    let is_orderly = server.stage == Stage::Closing;
    shared.change(|state| state.is_over = true);
    let checker = server.checker.take();
    drop(server);
    if let Some(checker) = checker {
        _ = checker.join();
    }
    _ = writer.join();
    if is_orderly { Ok(()) } else { Err(left) }
}

fn read_all(input: impl BufRead, events: &Sender<Event>) {
    let mut messages = Messages::of(input);
    while let Ok(Some(incoming)) = messages.next() {
        if events.send(Event::Incoming(incoming)).is_err() {
            return;
        }
    }
    _ = events.send(Event::End);
}

/// How long a request waits for the first look at a buffer: whoever types waits too.
const PATIENCE: Duration = Duration::from_millis(80);

/// A request that waits for the check of a generation.
struct Waiting {
    generation: u64,
    /// When it is answered with what is known then; none for one that must not be.
    until: Option<Instant>,
    id: Value,
    method: String,
    params: Value,
}

struct Server {
    shared: Arc<Shared>,
    client: Client,
    events: Sender<Event>,
    stage: Stage,
    /// Requests that wait for the check of a generation.
    waiting: Vec<Waiting>,
    features: Features,
    /// How often the client was told that a virtual document changed.
    refreshes: u64,
    checker: Option<thread::JoinHandle<()>>,
}

impl Server {
    /// Takes a message; false when the client leaves.
    fn take(&mut self, message: &Value) -> bool {
        let method = message.get("method").and_then(Value::as_str);
        let params = message.get("params").unwrap_or(&Value::Null);
        match (method, message.get("id")) {
            (Some("exit"), None) => return false,
            (Some(method), None) => self.noted(method, params),
            (Some(method), Some(id)) => self.asked(id, method, params),
            // The answer to a request of ours.
            (None, Some(_)) => {}
            (None, None) => self.client.refuse(&Value::Null, INVALID_REQUEST, "a message needs a method"),
        }
        true
    }

    fn asked(&mut self, id: &Value, method: &str, params: &Value) {
        match (self.stage, method) {
            (Stage::New, "initialize") => self.initialize(id, params),
            (Stage::New, _) => self.client.refuse(id, NOT_INITIALIZED, "the server is not initialized"),
            (Stage::Closing, _) => self.client.refuse(id, INVALID_REQUEST, "the server is shutting down"),
            (Stage::Running, "initialize") => {
                self.client.refuse(id, INVALID_REQUEST, "the server is initialized already");
            }
            (Stage::Running, "shutdown") => {
                self.stage = Stage::Closing;
                for Waiting { id, .. } in self.waiting.drain(..) {
                    self.client.refuse(&id, CANCELLED, "the server is shutting down");
                }
                self.client.answer(id, Value::Null);
            }
            (Stage::Running, _) => self.request(id, method, params),
        }
    }

    fn request(&mut self, id: &Value, method: &str, params: &Value) {
        let must_wait = needs_check(method);
        let (generation, done) = {
            let state = self.shared.lock();
            let newest = state.generation;
            // What a new buffer belongs to is known after its first check.
            (if must_wait { newest } else { state.opened_at(asked_of(params)) }, state.results.generation)
        };
        if done >= generation {
            return self.answer(id, method, params);
        }
        if self.waiting.len() >= MAX_WAITING {
            return self.client.refuse(id, INTERNAL_ERROR, "too many requests wait");
        }
        let until = (!must_wait).then(|| Instant::now() + PATIENCE);
        let (id, method, params) = (id.clone(), method.to_owned(), params.clone());
        self.waiting.push(Waiting { generation, until, id, method, params });
    }

    /// How long the first of those may wait that do not wait for ever.
    fn patience(&self) -> Option<Duration> {
        let first = self.waiting.iter().filter_map(|waiting| waiting.until).min()?;
        Some(first.saturating_duration_since(Instant::now()))
    }

    /// Answers what waited long enough.
    fn overdue(&mut self) -> bool {
        let now = Instant::now();
        self.answer_those(|waiting| waiting.until.is_some_and(|until| until <= now));
        true
    }

    fn answer_those(&mut self, is_ready: impl Fn(&Waiting) -> bool) {
        let (ready, later): (Vec<Waiting>, Vec<Waiting>) = self.waiting.drain(..).partition(is_ready);
        self.waiting = later;
        for Waiting { id, method, params, .. } in ready {
            self.answer(&id, &method, &params);
        }
    }

    fn answer(&self, id: &Value, method: &str, params: &Value) {
        let snapshot = self.shared.lock().snapshot();
        let features = self.features;
        let answered = catch_unwind(AssertUnwindSafe(|| answer(method, params, &snapshot, features)));
        match answered {
            Ok(Some(result)) => {
                if method.ends_with("/textDocumentContent") {
                    self.told(params, &result);
                }
                self.client.answer(id, result);
            }
            Ok(None) => self.client.refuse(id, METHOD_NOT_FOUND, "the server does not know this method"),
            // The panic hook has said where.
            Err(_) => self.client.refuse(id, INTERNAL_ERROR, "internal error"),
        }
    }

    /// A generation was checked: what waited for it is answered.
    fn checked(&mut self, generation: u64) -> bool {
        self.answer_those(|waiting| waiting.generation <= generation);
        // Newer texts wait for their check.
        if self.shared.is_newest(generation) {
            self.refresh();
        }
        true
    }

    fn noted(&mut self, method: &str, params: &Value) {
        if self.stage != Stage::Running {
            return;
        }
        match method {
            "initialized" => self.watch(),
            "textDocument/didOpen" => self.opened(params),
            "textDocument/didChange" => self.edited(params),
            "textDocument/didClose" => self.closed(params),
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => self.shared.change(State::forget_files),
            "workspace/didChangeConfiguration" => {
                let settings = params.get("settings").unwrap_or(&Value::Null);
                let own = settings.get("kratos-lint").or_else(|| settings.get("kratosLint"));
                self.configure(own.unwrap_or(settings));
            }
            "workspace/didChangeWorkspaceFolders" => self.folders(params.get("event").unwrap_or(&Value::Null)),
            "$/cancelRequest" => self.cancelled(params.get("id").unwrap_or(&Value::Null)),
            _ => {}
        }
    }

    /// Asks for the changes of files on disk, which most clients tell only then.
    fn watch(&self) {
        if !self.features.watches {
            return;
        }
        let watchers: Vec<Value> = WATCHED.iter().map(|glob| json!({"globPattern": glob})).collect();
        let options = json!({"watchers": watchers});
        let registration =
            json!({"id": "files", "method": "workspace/didChangeWatchedFiles", "registerOptions": options});
        self.client.request("watch", "client/registerCapability", &json!({"registrations": [registration]}));
    }

    fn cancelled(&mut self, id: &Value) {
        if let Some(at) = self.waiting.iter().position(|waiting| waiting.id == *id) {
            self.waiting.remove(at);
            self.client.refuse(id, CANCELLED, "the request was cancelled");
        }
    }

    fn initialize(&mut self, id: &Value, params: &Value) {
        let at = |pointer: &str| params.pointer(&format!("/capabilities/{pointer}"));
        let is = |pointer: &str| at(pointer).and_then(Value::as_bool).unwrap_or_default();
        let encodings = at("general/positionEncodings").and_then(Value::as_array);
        let offers_utf8 = encodings.is_some_and(|all| all.iter().any(|name| name.as_str() == Some("utf-8")));
        let encoding = if offers_utf8 { Encoding::Utf8 } else { Encoding::Utf16 };
        let pulls = at("textDocument/diagnostic").is_some_and(Value::is_object);
        let refreshes = is("workspace/diagnostics/refreshSupport");
        let abilities = Abilities {
            related: is("textDocument/publishDiagnostics/relatedInformation")
                || is("textDocument/diagnostic/relatedInformation"),
            // Findings of a buffer change when another file changes: a client that cannot be told must be pushed to.
            pulls: pulls && refreshes,
            refreshes,
        };
        let of_protocol = at("workspace/textDocumentContent").is_some_and(Value::is_object);
        self.features = Features {
            snippets: is("textDocument/completion/completionItem/snippetSupport"),
            versioned: is("workspace/workspaceEdit/documentChanges"),
            creates: is("workspace/workspaceEdit/documentChanges")
                && at("workspace/workspaceEdit/resourceOperations")
                    .and_then(Value::as_array)
                    .is_some_and(|all| all.iter().any(|name| name.as_str() == Some("create"))),
            resolves: at("textDocument/codeAction/resolveSupport/properties")
                .and_then(Value::as_array)
                .is_some_and(|all| all.iter().any(|name| name.as_str() == Some("edit")))
                && is("textDocument/codeAction/dataSupport"),
            virtuals: of_protocol || is("experimental/kratosLint/textDocumentContent"),
            own_virtuals: !of_protocol,
            watches: is("workspace/didChangeWatchedFiles/dynamicRegistration"),
        };
        let folders = workspace_folders(params);
        if let Some(folder) = folders.first() {
            state::enter(folder);
        }
        self.shared.change(|state| {
            state.encoding = encoding;
            state.is_without_folders = folders.is_empty();
            state.folders = folders;
        });
        self.configure(params.get("initializationOptions").unwrap_or(&Value::Null));
        self.stage = Stage::Running;
        self.client.answer(id, capabilities(encoding, abilities.pulls));
        let (shared, client, events) = (Arc::clone(&self.shared), self.client.clone(), self.events.clone());
        self.checker = Some(thread::spawn(move || checker::run(&shared, &client, &events, abilities)));
    }

    /// Settings of the client: `{"kratos": "1.3.1"}`.
    fn configure(&self, settings: &Value) {
        let Some(asked) = settings.get("kratos") else { return };
        let asked =
            match asked.as_str().filter(|text| !text.is_empty()).map(|text| Target::parse(text, TargetSource::Flag)) {
                Some(Ok(target)) => Some(target),
                Some(Err(why)) => {
                    return self.client.notify("window/showMessage", json!({"type": 1, "message": why}));
                }
                None => None,
            };
        self.shared.change(|state| state.asked = asked);
    }

    fn folders(&self, event: &Value) {
        let of = |key: &str| {
            let list = event.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            list.iter().filter_map(folder).collect::<Vec<PathBuf>>()
        };
        let (added, removed) = (of("added"), of("removed"));
        self.shared.change(|state| {
            state.folders.retain(|folder| !removed.contains(folder));
            state.folders.extend(added);
            state.forget_files();
        });
    }

    fn opened(&self, params: &Value) {
        let document = params.get("textDocument").unwrap_or(&Value::Null);
        let Some(uri) = document.get("uri").and_then(Value::as_str) else { return };
        let text = document.get("text").and_then(Value::as_str).unwrap_or_default().to_owned();
        let language = document.get("languageId").and_then(Value::as_str).unwrap_or_default();
        if virtuals::is_address(uri) {
            let version = version(document);
            return self.shared.change(|state| state.watch(uri, Some(version)));
        }
        let Some(path) = path_of(uri, language) else { return };
        let version = version(document);
        self.shared.change(|state| {
            if uri.starts_with("file:") {
                state.adopt(&path);
            }
            let opened = state.generation + 1;
            state.documents.insert(path, Document { uri: uri.to_owned(), version, text, opened });
        });
    }

    fn edited(&self, params: &Value) {
        let document = params.get("textDocument").unwrap_or(&Value::Null);
        let Some(uri) = document.get("uri").and_then(Value::as_str) else { return };
        let changes = params.get("contentChanges").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        self.shared.change(|state| {
            let encoding = state.encoding;
            // A buffer that was never opened has no text to change.
            let Some(open) = state.documents.values_mut().find(|document| document.uri == uri) else { return };
            for change in changes {
                position::apply(&mut open.text, change, encoding);
            }
            open.version = version(document);
        });
    }

    fn closed(&self, params: &Value) {
        let uri = params.pointer("/textDocument/uri").and_then(Value::as_str).unwrap_or_default();
        if virtuals::is_address(uri) {
            return self.shared.change(|state| _ = state.watched.remove(uri));
        }
        self.shared.change(|state| {
            state.documents.retain(|_, document| document.uri != uri);
            state.forget_files();
        });
    }

    /// Notes what a client was told of a virtual document: it is told when that changes.
    fn told(&self, params: &Value, result: &Value) {
        let Some(uri) = params.get("uri").and_then(Value::as_str).filter(|uri| virtuals::is_address(uri)) else {
            return;
        };
        let mut state = self.shared.lock();
        state.watch(uri, None);
        if let Some(watched) = state.watched.get_mut(uri) {
            watched.text = result.get("text").and_then(Value::as_str).map(str::to_owned);
        }
    }

    /// Tells the client which virtual documents are no longer what it was told.
    fn refresh(&mut self) {
        if !self.features.virtuals {
            return;
        }
        let snapshot = {
            let mut state = self.shared.lock();
            if state.watched.values().all(|watched| watched.text.is_none()) {
                return;
            }
            state.snapshot()
        };
        for (uri, watched) in snapshot.watched.iter().filter(|(_, watched)| watched.text.is_some()) {
            let now = virtuals::text_at(uri, &snapshot).map(|source| source.text().to_owned());
            // What is half written is shown again when it can be read.
            if now.is_none() || now == watched.text {
                continue;
            }
            if let Some(watched) = self.shared.lock().watched.get_mut(uri) {
                watched.text = now;
            }
            self.refreshes += 1;
            let (id, params) = (format!("content-{}", self.refreshes), json!({"uri": uri}));
            if self.features.own_virtuals {
                self.client.notify("kratos-lint/textDocumentContent/refresh", params);
            } else {
                self.client.request(&id, "workspace/textDocumentContent/refresh", &params);
            }
        }
    }
}

/// The path of a buffer, out of all links. A new one that has no file yet is in the first folder.
fn path_of(uri: &str, language: &str) -> Option<PathBuf> {
    if let Some(path) = uri::path(uri) {
        return Some(crate::disk::real_path(&path));
    }
    let name = uri.strip_prefix("untitled:")?;
    let name = uri::decoded(name).replace(['/', '\\'], "-");
    let ending = match language {
        "jsonnet" | "libsonnet" => "jsonnet",
        "json" | "jsonc" => "json",
        _ => "yml",
    };
    let folder = std::env::current_dir().ok()?;
    Some(folder.join(if Path::new(&name).extension().is_some() { name } else { format!("{name}.{ending}") }))
}

fn version(document: &Value) -> i64 {
    document.get("version").and_then(Value::as_i64).unwrap_or_default()
}

fn folder(value: &Value) -> Option<PathBuf> {
    uri::path(value.get("uri")?.as_str()?).map(|path| crate::disk::real_path(&path))
}

/// The folders that the client opened.
fn workspace_folders(params: &Value) -> Vec<PathBuf> {
    let named = params.get("workspaceFolders").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let folders: Vec<PathBuf> = named.iter().filter_map(folder).collect();
    if !folders.is_empty() {
        return folders;
    }
    let root = params.get("rootUri").and_then(Value::as_str).and_then(uri::path);
    let root = root.or_else(|| params.get("rootPath").and_then(Value::as_str).map(PathBuf::from));
    root.map(|path| crate::disk::real_path(&path)).into_iter().collect()
}

/// What the server can do.
fn capabilities(encoding: Encoding, pulls: bool) -> Value {
    let mut all = json!({
        "positionEncoding": encoding.name(),
        "textDocumentSync": {"openClose": true, "change": 2, "save": {"includeText": false}},
        "completionProvider": {"triggerCharacters": [".", ":", " ", "-", "/", "\""]},
        "hoverProvider": true,
        "definitionProvider": true,
        "referencesProvider": true,
        "documentLinkProvider": {},
        "documentSymbolProvider": true,
        "inlayHintProvider": true,
        "codeActionProvider": {
            "codeActionKinds": ["quickfix", hooks::ADD, embed::EMBED, embed::MOVE, actions::FIX_ALL],
            "resolveProvider": true,
        },
        "workspace": {
            "workspaceFolders": {"supported": true, "changeNotifications": true},
            "textDocumentContent": {"schemes": [virtuals::SCHEME]},
        },
    });
    if let (true, Some(all)) = (pulls, all.as_object_mut()) {
        let provider =
            json!({"identifier": "kratos-lint", "interFileDependencies": true, "workspaceDiagnostics": false});
        all.insert("diagnosticProvider".to_owned(), provider);
    }
    json!({"capabilities": all, "serverInfo": {"name": "kratos-lint", "version": env!("CARGO_PKG_VERSION")}})
}

/// Whether the answer needs the findings of the newest texts.
fn needs_check(method: &str) -> bool {
    matches!(method, "textDocument/diagnostic" | "textDocument/codeAction")
}

/// The address of the document that a request is about.
fn asked_of(params: &Value) -> &str {
    let uri = params.pointer("/textDocument/uri").or_else(|| params.pointer("/data/uri"));
    uri.and_then(Value::as_str).unwrap_or_default()
}

/// The answer to a request; none for a method that is not known.
fn answer(method: &str, params: &Value, snapshot: &Snapshot, features: Features) -> Option<Value> {
    let uri = asked_of(params);
    if let Some(way) = Way::of(uri, snapshot)
        && let Some(result) = inside::answer(method, params, &way, snapshot, features)
    {
        return Some(result);
    }
    let path = snapshot.open.iter().find(|(_, (open, _))| open == uri).map(|(path, _)| path.clone());
    let path = path.or_else(|| uri::path(uri).map(|path| crate::disk::real_path(&path))).unwrap_or_default();
    Some(match method {
        "textDocument/diagnostic" => {
            let items = snapshot.results.by_file.get(&path).map(diagnostics::values).unwrap_or_default();
            json!({"kind": "full", "items": items})
        }
        "textDocument/completion" => completion::answer(&path, params, snapshot, features),
        "textDocument/hover" => hover::answer(&path, params, snapshot),
        "textDocument/codeAction" => actions::answer(&path, params, snapshot, features),
        "codeAction/resolve" => hooks::resolve(&path, params, snapshot, features),
        "textDocument/definition" => ways::definition(&path, params, snapshot, features),
        "textDocument/references" => ways::references(&path, params, snapshot),
        "textDocument/documentLink" => structure::links(&path, snapshot, features),
        "textDocument/documentSymbol" => structure::symbols(&path, snapshot),
        "textDocument/inlayHint" => hints::answer(&path, params, snapshot),
        "workspace/textDocumentContent" | "kratos-lint/textDocumentContent" => virtuals::answer(params, snapshot),
        "kratos-lint/bodies" => ways::bodies(&path, params, snapshot),
        _ => return None,
    })
}
