//! The stubs that `kratos-lint init --backend` writes, started and called as Kratos calls them.
//!
//! A language whose tool is not on this machine is skipped with a word on stderr.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// One way to ask for a stub.
#[derive(Clone, Copy, Debug)]
struct Case {
    auth: &'static str,
    response: &'static str,
    http_method: &'static str,
    version: &'static str,
}

const fn case(auth: &'static str, response: &'static str, http_method: &'static str, version: &'static str) -> Case {
    Case { auth, response, http_method, version }
}

/// Each answer with each way to authenticate, each HTTP method, old and new releases.
const CASES: [Case; 9] = [
    case("api_key", "parse", "POST", "26.2.0"),
    case("basic_auth", "wait", "PUT", "1.3.1"),
    case("none", "ignore", "PATCH", "25.4.0"),
    case("basic_auth", "parse", "PATCH", "1.0.0"),
    case("none", "wait", "POST", "26.2.0"),
    case("api_key", "ignore", "PUT", "1.1.0"),
    case("none", "parse", "PUT", "1.3.1"),
    case("api_key", "wait", "DELETE", "1.2.0"),
    case("basic_auth", "ignore", "GET", "26.2.0"),
];

/// Bytes beyond ASCII are sent as they are.
const KEY: &str = "one key of Kratos: ü€";

/// The stub with a handler that writes each call into a file, crashes at the first `crash` and refuses `refuse`.
fn stub(language: &str, case: Case, folder: &Path) -> String {
    let init = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_kratos-lint"));
        let mut command = output;
        let output = command.arg("init").args(args).current_dir(folder).output().expect("it runs");
        assert!(output.status.success(), "{args:?}: {output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    init(&["--kratos", case.version, "--write", "kratos.yml", "--force"]);
    let hook = ["--flow", "registration", "--method", "password", "--kratos", case.version, "--write", "kratos.yml"];
    let how = ["--auth", case.auth, "--response", case.response, "--http-method", case.http_method];
    let text = init(&[&hook[..], &how[..], &["--backend", language]].concat());
    let (mark, probe) = match language {
        "typescript" => ("const reason: string = \"\";", TYPESCRIPT),
        "go" => ("reason := \"\"", GO),
        "python" => ("reason = \"\"", PYTHON),
        _ => ("let reason = \"\";", RUST),
    };
    let (work, call) = match language {
        "typescript" => ("void call; // Your", "probe(call); // Your"),
        "go" => ("_ = call // Your", "probe(call) // Your"),
        "python" => ("pass  # Your", "probe(call)  # Your"),
        _ => ("let _ = call; // Your", "probe(call); // Your"),
    };
    let called = mark.replace("\"\"", "probe(call)");
    let text = if case.response == "parse" { text.replacen(mark, &called, 1) } else { text.replacen(work, call, 1) };
    assert!(text.contains("probe(call)"), "{text}");
    if language == "python" { text.replacen("\nMETHOD = ", &format!("{probe}\nMETHOD = "), 1) } else { text + probe }
}

const TYPESCRIPT: &str = r#"
import { appendFileSync } from "node:fs";
let hasCrashed = false;
function probe(call: HookRequest): string {
  const flow = String((call as { flow_id?: unknown }).flow_id);
  if (flow === "crash" && !hasCrashed) {
    hasCrashed = true;
    throw new Error("crash");
  }
  appendFileSync("calls", `${flow}\n`);
  return flow === "refuse" ? "no" : "";
}
"#;

const GO: &str = r#"
var hasCrashed = false

func probe(call HookRequest) string {
	if call.FlowId == "crash" && !hasCrashed {
		hasCrashed = true
		panic("crash")
	}
	file, _ := os.OpenFile("calls", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	_, _ = file.WriteString(call.FlowId + "\n")
	_ = file.Close()
	if call.FlowId == "refuse" {
		return "no"
	}
	return ""
}
"#;

const PYTHON: &str = r#"
HAS_CRASHED = []


def probe(call):
    if call["flow_id"] == "crash" and not HAS_CRASHED:
        HAS_CRASHED.append(True)
        raise ValueError("crash")
    with open("calls", "a") as file:
        file.write(call["flow_id"] + "\n")
    return "no" if call["flow_id"] == "refuse" else ""

"#;

const RUST: &str = r#"
static HAS_CRASHED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

fn probe(call: &HookRequest) -> &'static str {
    if call.flow_id == "crash" && !HAS_CRASHED.swap(true, Ordering::SeqCst) {
        panic!("crash");
    }
    let mut file = std::fs::File::options().append(true).create(true).open("calls").unwrap();
    file.write_all(format!("{}\n", call.flow_id).as_bytes()).unwrap();
    if call.flow_id == "refuse" { "no" } else { "" }
}
"#;

/// A stub that runs.
struct Running {
    process: Child,
    port: u16,
    case: Case,
    folder: PathBuf,
}

impl Drop for Running {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

fn set_secret(command: &mut Command, case: Case) {
    match case.auth {
        "api_key" => _ = command.env("WEBHOOK_KEY", KEY),
        "basic_auth" => _ = command.env("WEBHOOK_PASSWORD", KEY),
        _ => {}
    }
}

impl Running {
    fn start(program: &Path, args: &[&str], case: Case, folder: &Path) -> Running {
        _ = fs::remove_file(folder.join("calls"));
        let command = || {
            let mut command = Command::new(program);
            command.args(args).current_dir(folder).env_remove("WEBHOOK_KEY").env_remove("WEBHOOK_PASSWORD");
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        if case.auth != "none" {
            let status = command().env("PORT", "0").status().expect("it runs");
            assert!(!status.success(), "{case:?} starts without a secret");
        }
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let mut started = command();
        set_secret(&mut started, case);
        let process = started.env("PORT", port.to_string()).spawn().expect("it starts");
        let running = Running { process, port, case, folder: folder.to_path_buf() };
        let begin = Instant::now();
        while running.raw("GET", "/healthz", &[], b"").is_none_or(|(status, _)| status != 200) {
            assert!(begin.elapsed() < Duration::from_secs(60), "{case:?} does not answer");
            std::thread::sleep(Duration::from_millis(30));
        }
        running
    }

    fn raw(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: hook\r\nConnection: close\r\n");
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let status = answer.split(' ').nth(1)?.parse().ok()?;
        Some((status, answer.split_once("\r\n\r\n")?.1.to_owned()))
    }

    fn send(&self, key: &str, trigger: Option<&str>, body: &[u8]) -> (u16, String) {
        self.send_by(self.case.http_method, key, trigger, body)
    }

    fn send_by(&self, method: &str, key: &str, trigger: Option<&str>, body: &[u8]) -> (u16, String) {
        let basic = format!("Basic {}", base64(format!("kratos:{key}").as_bytes()));
        let mut headers = match self.case.auth {
            "api_key" => vec![("X-Webhook-Key", key)],
            "basic_auth" => vec![("Authorization", basic.as_str())],
            _ => Vec::new(),
        };
        headers.extend(trigger.map(|id| ("Ory-Webhook-Trigger-ID", id)));
        self.raw(method, "/hook", &headers, body).expect("an answer")
    }

    /// A call of Kratos: status and body of its answer.
    fn call(&self, flow: &str, identity: &str, trigger: Option<&str>) -> (u16, String) {
        let mut body = serde_json::json!({"flow_id": flow, "flow_type": "browser", "schema_id": "default"});
        body["traits"] = serde_json::json!({"email": "a@example.org"});
        if self.case.response != "parse" {
            body["identity_id"] = identity.into();
        }
        self.send(KEY, trigger, body.to_string().as_bytes())
    }

    /// The flows for which the handler ran; for those that run later, waits until there are so many.
    fn handled(&self, count: usize) -> Vec<String> {
        let begin = Instant::now();
        loop {
            let text = fs::read_to_string(self.folder.join("calls")).unwrap_or_default();
            let flows: Vec<String> = text.lines().map(str::to_owned).collect();
            if flows.len() >= count || begin.elapsed() > Duration::from_secs(20) {
                assert_eq!(flows.len(), count, "{:?}: {flows:?}", self.case);
                return flows;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What is no call of Kratos is refused.
    fn refuses_others(&self) {
        let case = self.case;
        let body = br#"{"flow_id": "a"}"#;
        if case.auth != "none" {
            assert_eq!(self.send("another key", None, body).0, 401, "{case:?}");
            assert_eq!(self.raw(case.http_method, "/hook", &[], body).map(|(status, _)| status), Some(401), "{case:?}");
        }
        assert_eq!(self.send(KEY, None, b"").0, 400, "{case:?}: an empty body");
        assert_eq!(self.send(KEY, None, b"[1]").0, 400, "{case:?}");
        assert_eq!(self.send(KEY, None, b"{\"flow").0, 400, "{case:?}");
        assert_eq!(self.send(KEY, None, &vec![b' '; 3 << 20]).0, 413, "{case:?}: too large a body");
        assert_eq!(self.send_by("OPTIONS", KEY, None, body).0, 405, "{case:?}: another method");
        self.handled(0);
    }

    fn decides_each_call(&self) {
        let refused = r#""messages""#;
        // A refusal stays one, however often the form is sent.
        for _ in 0..2 {
            let (status, body) = self.call("refuse", "", None);
            assert!(status == 400 && body.contains(refused), "{:?}: {status} {body}", self.case);
        }
        self.handled(2);
        // The attempts of one call get one answer.
        for _ in 0..2 {
            let (status, body) = self.call("refuse", "", Some("call 1"));
            assert!(status == 400 && body.contains(refused), "{:?}: {status} {body}", self.case);
        }
        self.handled(3);
        for _ in 0..2 {
            assert_eq!(self.call("accept", "", Some("call 2")).0, 200, "{:?}", self.case);
        }
        self.handled(4);
        // A flow that was accepted is no pass for another call.
        assert_eq!(self.call("accept", "", None).0, 200);
        self.handled(5);
        // A crash is no answer.
        assert_eq!(self.call("crash", "", Some("call 3")).0, 500, "{:?}", self.case);
        self.handled(5);
        assert_eq!(self.call("crash", "", Some("call 3")).0, 200, "{:?}", self.case);
        self.handled(6);
    }

    fn works_once(&self) {
        for _ in 0..2 {
            assert_eq!(self.call("a", "one", Some("call 1")).0, 200, "{:?}", self.case);
        }
        self.handled(1);
        // Without an id of the call, an identity is registered once.
        for _ in 0..2 {
            assert_eq!(self.call("b", "two", None).0, 200, "{:?}", self.case);
        }
        self.handled(2);
        assert_eq!(self.call("b", "three", None).0, 200, "{:?}", self.case);
        self.handled(3);
        let crashed = self.call("crash", "four", Some("call 2")).0;
        if self.case.response == "wait" {
            assert_eq!(crashed, 500, "{:?}", self.case);
            assert_eq!(self.call("crash", "four", Some("call 2")).0, 200, "{:?}", self.case);
        } else {
            assert_eq!(crashed, 200, "{:?}", self.case);
        }
        self.handled(4);
    }

    fn plays(&self) {
        self.refuses_others();
        if self.case.response == "parse" { self.decides_each_call() } else { self.works_once() }
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    BASE64_STANDARD.encode(bytes)
}

/// Whether a program runs on this machine with these arguments.
fn is_there(program: &str, args: &[&str]) -> bool {
    let output = Command::new(program).args(args).stdin(Stdio::null()).output();
    let there = output.is_ok_and(|output| output.status.success());
    if !there {
        eprintln!("{program} {args:?} does not run on this machine: its stub is not started");
    }
    there
}

#[test]
fn in_python() {
    if !is_there("python3", &["-c", "from typing import NotRequired"]) {
        return;
    }
    for case in CASES {
        let here = tempfile::tempdir().expect("a folder");
        fs::write(here.path().join("hook.py"), stub("python", case, here.path())).expect("written");
        Running::start(Path::new("python3"), &["-B", "hook.py"], case, here.path()).plays();
    }
}

#[test]
fn in_typescript() {
    let strip = ["--experimental-strip-types", "--no-warnings"];
    let (program, args): (&str, &[&str]) = if is_there("node", &[&strip[..], &["--version"]].concat()) {
        ("node", &strip)
    } else if is_there("tsx", &["--version"]) {
        ("tsx", &[])
    } else {
        return;
    };
    for case in CASES {
        let here = tempfile::tempdir().expect("a folder");
        fs::write(here.path().join("hook.mts"), stub("typescript", case, here.path())).expect("written");
        Running::start(Path::new(program), &[args, &["hook.mts"]].concat(), case, here.path()).plays();
    }
}

#[test]
fn in_go() {
    if !is_there("go", &["version"]) {
        return;
    }
    for case in CASES.into_iter().take(4) {
        let here = tempfile::tempdir().expect("a folder");
        fs::write(here.path().join("hook.go"), stub("go", case, here.path())).expect("written");
        let build = ["build", "-o", "hook", "hook.go"];
        let output = Command::new("go").args(build).current_dir(here.path()).output().expect("it runs");
        assert!(output.status.success(), "{case:?}: {}", String::from_utf8_lossy(&output.stderr));
        Running::start(&here.path().join("hook"), &[], case, here.path()).plays();
    }
}

#[test]
fn in_rust() {
    // Our own dependencies are there, so that nothing is fetched.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stub");
    fs::create_dir_all(folder.join("src")).expect("made");
    let manifest = "[package]\nname = \"hook\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\n\
                    serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n[workspace]\n";
    fs::write(folder.join("Cargo.toml"), manifest).expect("written");
    fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"), folder.join("Cargo.lock")).expect("copied");
    for case in CASES.into_iter().take(4) {
        let here = tempfile::tempdir().expect("a folder");
        fs::write(folder.join("src/main.rs"), stub("rust", case, here.path())).expect("written");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--offline", "--target-dir", "target"]).env("RUSTFLAGS", "-Dwarnings");
        let output = cargo.current_dir(&folder).output().expect("cargo");
        assert!(output.status.success(), "{case:?}: {}", String::from_utf8_lossy(&output.stderr));
        Running::start(&folder.join("target/debug/hook"), &[], case, here.path()).plays();
    }
}
