//! An editor for tests: talks to `kratos-lint lsp` over stdio.

use std::collections::HashSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long an answer may take on a machine under load.
const PATIENCE: Duration = Duration::from_secs(240);

/// What a modern editor says that it can do.
pub(crate) fn modern() -> Value {
    json!({
        "general": {"positionEncodings": ["utf-8", "utf-16"]},
        "textDocument": {
            "publishDiagnostics": {"relatedInformation": true},
            "completion": {"completionItem": {"snippetSupport": true}},
            "codeAction": {"codeActionLiteralSupport": {}, "resolveSupport": {"properties": ["edit"]}},
        },
        "workspace": {"workspaceEdit": {"documentChanges": true, "resourceOperations": ["create"]}},
    })
}

pub(crate) struct Editor {
    pub folder: tempfile::TempDir,
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// Messages that arrived while something else was waited for.
    pub backlog: Vec<Value>,
    next: i64,
    /// Buffers that were opened, and that nothing was asked about since.
    unseen: HashSet<String>,
}

impl Editor {
    /// Starts the server in a folder with these files, with the abilities of a modern editor.
    pub(crate) fn open_folder(files: &[(&str, &str)]) -> Editor {
        Editor::with(files, modern(), Value::Null)
    }

    pub(crate) fn with(files: &[(&str, &str)], capabilities: Value, options: Value) -> Editor {
        let mut editor = Editor::silent(files);
        let root = editor.uri("");
        let mut params = json!({"processId": null, "rootUri": root});
        params["capabilities"] = capabilities;
        params["initializationOptions"] = options;
        editor.ask("initialize", params);
        editor.notify("initialized", json!({}));
        editor
    }

    /// The most memory that the server took, in KiB.
    #[cfg(target_os = "linux")]
    pub(crate) fn most_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("Linux says so");
        line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
    }

    /// The same before `initialize`.
    pub(crate) fn silent(files: &[(&str, &str)]) -> Editor {
        Editor::started(files, None)
    }

    /// The same, started in another folder than that of the files.
    pub(crate) fn started(files: &[(&str, &str)], here: Option<&Path>) -> Editor {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            write(folder.path(), name, text);
        }
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("kratos-lint"))
            .arg("lsp")
            .current_dir(here.unwrap_or(folder.path()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut output = output;
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Editor { folder, child, input, messages, backlog: Vec::new(), next: 0, unseen: HashSet::new() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        fs::canonicalize(self.folder.path()).expect("a folder").join(name)
    }

    pub(crate) fn uri(&self, name: &str) -> String {
        format!("file://{}", self.path(name).display())
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        write(self.folder.path(), name, text);
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("open");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the server reads");
    }

    pub(crate) fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        let mut message = json!({"jsonrpc": "2.0", "method": method});
        message["params"] = params;
        self.send(&message);
    }

    /// Sends a request and waits for its answer, the result or the error.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.post(method, params);
        self.answer(&id)
    }

    /// Sends a request.
    pub(crate) fn post(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = json!(self.next);
        let mut message = json!({"jsonrpc": "2.0", "id": id, "method": method});
        message["params"] = params;
        self.send(&message);
        id
    }

    /// The answer to a request.
    pub(crate) fn answer(&mut self, id: &Value) -> Value {
        let message = self.wait(|message| message.get("id") == Some(id) && message.get("method").is_none());
        message.get("result").or(message.get("error")).cloned().expect("a result or an error")
    }

    /// The first message that is meant.
    pub(crate) fn wait(&mut self, is_meant: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.backlog.iter().position(&is_meant) {
            return self.backlog.remove(at);
        }
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let message = self.messages.recv_timeout(left).unwrap_or_else(|_| panic!("not among {:#?}", self.backlog));
            if is_meant(&message) {
                return message;
            }
            self.backlog.push(message);
        }
    }

    pub(crate) fn open(&mut self, name: &str, text: &str) {
        let language = match name.rsplit('.').next() {
            Some("jsonnet") => "jsonnet",
            Some("json") => "json",
            _ => "yaml",
        };
        let uri = self.uri(name);
        self.unseen.insert(name.to_owned());
        self.notify(
            "textDocument/didOpen",
            json!({"textDocument": {"uri": uri, "languageId": language, "version": 1, "text": text}}),
        );
    }

    /// Gives a buffer a new text.
    pub(crate) fn edit(&mut self, name: &str, version: i64, text: &str) {
        let uri = self.uri(name);
        self.notify(
            "textDocument/didChange",
            json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]}),
        );
    }

    /// The findings of a file for a version of its buffer.
    pub(crate) fn findings(&mut self, name: &str, version: i64) -> Vec<Value> {
        let uri = self.uri(name);
        let message = self.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && message["params"]["version"] == version
        });
        message["params"]["diagnostics"].as_array().expect("a list").clone()
    }

    /// A request about a place of a buffer: line and character from 0.
    pub(crate) fn at(&mut self, method: &str, name: &str, line: usize, character: usize) -> Value {
        let uri = self.uri(name);
        if self.unseen.remove(name) {
            // On a machine under load the first look at a buffer takes longer than others wait for it; this request waits.
            self.ask("textDocument/diagnostic", json!({"textDocument": {"uri": uri}}));
        }
        let position = json!({"line": line, "character": character});
        self.ask(&format!("textDocument/{method}"), json!({"textDocument": {"uri": uri}, "position": position}))
    }

    /// Leaves as the protocol asks; the exit status.
    pub(crate) fn leave(mut self) -> Option<i32> {
        self.ask("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.child.wait().expect("it ends").code()
    }

    /// Closes the stream; the exit status.
    pub(crate) fn hang_up(self) -> Option<i32> {
        self.last_words().0
    }

    /// Closes the stream; the exit status, and what the server says on stderr.
    pub(crate) fn last_words(mut self) -> (Option<i32>, String) {
        drop(self.input.take());
        let mut said = String::new();
        let stderr = self.child.stderr.as_mut().expect("piped");
        stderr.read_to_string(&mut said).expect("readable");
        (self.child.wait().expect("it ends").code(), said)
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        drop(self.input.take());
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("parent")).expect("folders");
    fs::write(path, text).expect("written");
}

fn read(input: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if input.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            header => {
                if let Some(value) = header.strip_prefix("Content-Length: ") {
                    length = value.parse().expect("a number");
                }
            }
        }
    }
    let mut bytes = vec![0; length];
    input.read_exact(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}
