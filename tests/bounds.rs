//! What strangers' repositories cannot do: start programs, outlive the run, take time and memory without end, leave half a file.

#![cfg(unix)]

#[path = "bounds/many.rs"]
mod many;
#[path = "bounds/small.rs"]
mod small;

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use kratos_lint::evaluation::{self, Answer, Evaluator, Job};

const PROGRAM: &str = env!("CARGO_BIN_EXE_kratos-lint");

/// A body that reads what registrations before persisting do not have: only an evaluation or the types say so.
const CONFIGURATION: &str = "\
selfservice:
  flows:
    registration:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: https://example.org/hook
                method: POST
                body: file://body.jsonnet
";

fn folder(body: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("kratos.yml"), CONFIGURATION).expect("written");
    fs::write(folder.path().join("body.jsonnet"), body).expect("written");
    folder
}

fn run(program: &Path, folder: &Path) -> Output {
    let args = ["--only", "jsonnet-limit-exceeded", "--fail-on", "never", "kratos.yml"];
    Command::new(program).current_dir(folder).args(args).output().expect("it runs")
}

/// A body that needs more memory than it gets: only an evaluation says so.
const BIG: &str = "function(ctx) { a: [x for x in std.range(0, 100000000)] }";

#[test]
fn the_child_is_the_running_executable_whatever_it_is_called() {
    let release = tempfile::tempdir().expect("a folder");
    let folder = folder(BIG);
    let deps = release.path().join("target/deps");
    fs::create_dir_all(&deps).expect("made");
    let program = deps.join("kratos-lint-linux-amd64");
    fs::copy(PROGRAM, &program).expect("copied");
    // Where a former release looked for the program.
    let marker = release.path().join("marker");
    let planted = release.path().join("target/kratos-lint");
    fs::write(&planted, format!("#!/bin/sh\ntouch {}\n", marker.display())).expect("written");
    fs::set_permissions(&planted, fs::Permissions::from_mode(0o755)).expect("executable");
    let (renamed, plain) = (run(&program, folder.path()), run(Path::new(PROGRAM), folder.path()));
    assert!(!marker.exists(), "a file beside the program was started");
    assert_eq!(renamed.stdout, plain.stdout);
    assert!(!plain.stdout.is_empty(), "{plain:?}");
}

#[test]
fn what_is_missing_without_a_child_is_said_once() {
    let folder = folder(BIG);
    let hooks = "            - hook: web_hook\n              config: {url: https://example.org/b, method: POST, body: file://other.jsonnet}\n";
    fs::write(folder.path().join("kratos.yml"), format!("{CONFIGURATION}{hooks}")).expect("written");
    fs::write(folder.path().join("other.jsonnet"), BIG).expect("written");
    let copy = folder.path().join("second.yml");
    fs::copy(folder.path().join("kratos.yml"), copy).expect("copied");
    // Less address space than an evaluation may use.
    let line = format!("ulimit -v 250000; exec {PROGRAM} --only jsonnet-limit-exceeded kratos.yml second.yml");
    let output = Command::new("sh").current_dir(folder.path()).args(["-c", &line]).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said.matches("no child process for Jsonnet can be started").count(), 1, "{said}");
    assert!(output.stdout.is_empty() && output.status.code() == Some(0), "{output:?}");
}

/// A body that does not end.
const ENDLESS: &str = "local f(n) = if n == 0 then 0 else f(n - 1) + f(n - 1); f(60)";

/// A process that evaluates [`ENDLESS`], which may take so many milliseconds of CPU time.
fn busy(limit_ms: u64) -> Child {
    let mut child =
        Command::new(PROGRAM).arg("evaluate").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it starts");
    let job = format!("{limit_ms} [[0,20],{{\"text\":\"{ENDLESS}\",\"ctx\":null}}]\n");
    child.stdin.as_mut().expect("a pipe").write_all(job.as_bytes()).expect("written");
    child
}

/// The status of a process that must end soon.
fn status(child: &mut Child) -> Option<i32> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("it runs") {
            return status.code();
        }
        if start.elapsed() > Duration::from_secs(30) {
            child.kill().expect("killed");
            panic!("it runs on");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_child_ends_with_its_parent() {
    let mut child = busy(60_000);
    std::thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().expect("it runs").is_none(), "the document is no endless one");
    // What the kernel does when the parent is killed.
    drop(child.stdin.take());
    assert_eq!(status(&mut child), Some(1));
}

#[test]
fn a_child_ends_when_its_document_is_late() {
    assert_eq!(status(&mut busy(100)), Some(3));
}

#[test]
fn a_document_that_the_machine_holds_up_is_not_late() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("held-up");
    let script =
        format!("#!/bin/sh\nwhile read -r line; do sleep 1.3; printf '%s\\n' \"$line\"; done | {PROGRAM} evaluate\n");
    fs::write(&program, script).expect("written");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("executable");
    let evaluator = Evaluator::of(evaluation::Child::At(program));
    assert_eq!(evaluator.evaluate(&Job::with_ctx("function(ctx) ctx", 1.into())), Some(Answer::Ok("1".to_owned())));
}

/// A configuration that starts, with lines of the caller after it.
fn long(lines: &str) -> String {
    format!("dsn: memory\nselfservice:\n  default_browser_return_url: https://example.org/\n{lines}")
}

/// Texts in which each line may be compared with each other one: with the work growing as its square, one of these takes minutes.
fn long_texts() -> Vec<(&'static str, String)> {
    let lines = |line: &dyn Fn(usize) -> String| (0..1_500).map(line).collect::<String>();
    let keys = lines(&|i| format!("k{i}: 1, "));
    vec![
        ("suppressions", long(&lines(&|i| format!("# kratos-lint: ignore[unknown-key]\nk{i}: 1\n")))),
        ("unused suppressions", long(&lines(&|i| format!("# kratos-lint: ignore[rule-{i}]\n")))),
        ("duplicate keys", long(&"log: {}\n".repeat(1_500))),
        ("lists as keys", long(&format!("x: &a {{{keys}}}\ny:\n{}", " - *a : 1\n".repeat(1_500)))),
        ("merges", long(&format!("x: &a {{{keys}}}\ny: {{<<: [{}]}}\n", "*a, ".repeat(1_500)))),
        ("secrets", long(&format!("secrets:\n  default:\n{}", lines(&|i| format!("    - secret-{i:016}\n"))))),
        ("tabs", long(&format!("x: |\n{}y:\n{}", "  a\n".repeat(1_500), "\ta: 1\n".repeat(1_500)))),
        ("variables", long(&"${".repeat(20_000))),
        ("placeholders", long(&format!("x: {}", "${A} ".repeat(20_000)))),
    ]
}

#[test]
fn work_grows_with_the_text_not_with_its_square() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in long_texts() {
        fs::write(folder.path().join("kratos.yml"), text).expect("written");
        // Seconds of CPU for a build that is not optimised.
        let line = format!("ulimit -t 20; exec {PROGRAM} --fail-on never --format json kratos.yml");
        let output = Command::new("sh").current_dir(folder.path()).args(["-c", &line]).output().expect("it runs");
        assert_eq!(output.status.code(), Some(0), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn many_variables_take_no_longer_than_few() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("kratos.yml"), long("")).expect("written");
    let variables = |line: &dyn Fn(usize) -> String| (0..2_000).map(line).collect::<String>();
    for text in [
        variables(&|i| format!("SELFSERVICE_ALLOWED_RETURN_URLS_{i}=https://example.org/{i}\n")),
        variables(&|_| "DSN=memory\n".to_owned()),
        variables(&|i| format!("A{i}=${{A{}}}x\n", i.saturating_sub(1))),
        format!("A=0123456789{}\n", "\nA=${A}${A}".repeat(80)),
    ] {
        fs::write(folder.path().join("many.env"), text).expect("written");
        let line = format!("ulimit -t 20; exec {PROGRAM} --fail-on never --env-file many.env kratos.yml");
        let output = Command::new("sh").current_dir(folder.path()).args(["-c", &line]).output().expect("it runs");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn misspelled_variables_are_compared_with_names_that_are_listed_once() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("kratos.yml"), long("")).expect("written");
    let names = repeated(800, &|i| format!("SELFSERVICE_FLOWS_LOGIN_LIFESPAM{i}=1h\nKRATOS_FLOWS_LOGI_{i}=1h\n"));
    fs::write(folder.path().join("many.env"), names).expect("written");
    let line = format!("ulimit -t 3; exec {PROGRAM} --fail-on never --env-file many.env kratos.yml");
    let output = Command::new("sh").current_dir(folder.path()).args(["-c", &line]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A project: its files by their paths.
type Files = Vec<(String, String)>;

fn repeated(count: usize, line: &dyn Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

fn file(path: &str, text: impl Into<String>) -> (String, String) {
    (path.to_owned(), text.into())
}

/// An env file with so many variables.
fn env_file(count: usize, value: &str) -> (String, String) {
    file(".env", repeated(count, &|i| format!("A{i}={value}\n")))
}

/// A compose file with so many services.
fn services(count: usize, more: &str) -> (String, String) {
    let service = |i| format!(" a{i}: {{image: \"oryd/kratos:v1.3.1\"{more}}}\n");
    file("compose.yml", format!("services:\n{}", repeated(count, &service)))
}

/// Files that say how containers of Kratos are started, in which each line may be read for each other one.
fn many_containers() -> Vec<(&'static str, Files)> {
    let pod = |rest: &str| {
        format!(
            "kind: Deployment\nspec: {{template: {{spec: {{containers: [{{name: a, image: \"oryd/kratos:v1\"{rest}}}]{}}}}}}}\n",
            ", volumes: [{name: c, configMap: {name: cm}}]"
        )
    };
    let resources = repeated(40, &|i| format!("../d{i}, "));
    let taken_in = format!("# kratos\nresources: [{resources}]\nimages: [{{name: oryd/kratos, newTag: v1.0.0}}]\n");
    let kustomizations = (0..40).map(|i| file(&format!("d{i}/kustomization.yaml"), taken_in.clone()));
    let keys = repeated(2_500, &|i| format!("  k{i}: a\n"));
    let mounts = pod(&format!(", volumeMounts: [{}]", "{name: c, mountPath: /a},".repeat(2_500)));
    let map = format!("kind: ConfigMap\nmetadata: {{name: cm}}\ndata:\n{keys}---\n{mounts}");
    let part = format!("services:\n{}", repeated(30, &|i| format!(" a{i}: {{}}\n")));
    let references = "$A0".repeat(20_000);
    let references = format!("services:\n k: {{image: oryd/kratos:v1.3.1, command: \"{references}\"}}\n");
    let built = file("Dockerfile", format!("FROM oryd/kratos:v1.3.1\n{}", "RUN a b c d e f g h\n".repeat(1_000)));
    let aliased = format!(
        "kind: ConfigMap\nmetadata: {{name: kratos}}\ndata:\n  a: &a \"{}\"\n{}",
        "x ".repeat(30_000),
        repeated(5_000, &|i| format!("  k{i}: *a\n"))
    );
    let commands = format!("a: &a \"{}\"\nkratos: [{}]\n", "helm a b c; ".repeat(4_000), "*a,".repeat(5_000));
    let one_file_often = format!(", env_file: [{}]", ".env,".repeat(2_000));
    let labels = repeated(5_000, &|i| format!(" traefik.http.routers.a{i}.rule: PathPrefix(`/a{i}`)\n"));
    let (path, labelled) = services(60, ", command: serve -c /c/kratos.yml, volumes: [\".:/c\"], labels: *l");
    vec![
        ("labels that many services have", vec![(path, format!("x-l: &l\n{labels}{labelled}"))]),
        ("kustomizations that take each other in", kustomizations.chain([file("k.yaml", pod(""))]).collect()),
        ("keys of a ConfigMap, each mounted often", vec![file("k.yaml", map)]),
        ("services", vec![services(6_000, "")]),
        ("services with one env file", vec![services(300, ", env_file: .env"), env_file(20_000, "1")]),
        ("one env file many times", vec![services(1, &one_file_often), env_file(20_000, "1")]),
        ("services that are built", vec![services(5_000, ", build: ."), built]),
        ("variables of compose that are empty", vec![file("compose.yml", references), env_file(20_000, "")]),
        ("a text of a ConfigMap that is there often", vec![file("k.yaml", aliased)]),
        ("commands of a pipeline that are there often", vec![file(".github/workflows/kratos.yml", commands)]),
        ("parts of services", (0..700).map(|i| file(&format!("d{i}/compose.yml"), part.clone())).collect()),
    ]
}

/// Scripts whose commands name the same env file.
fn scripts_of_versions() -> Files {
    let script = |i| file(&format!("s/{i}.sh"), "docker compose --env-file ../a.env up kratos\n");
    let versions = file("a.env", repeated(9_000, &|i| format!("KRATOS_A{i}=v1.2.0\n")));
    (0..1_800).map(script).chain([versions]).collect()
}

/// A bake file whose targets all take the texts of one, with a long value in each.
fn bake() -> Files {
    let tags = "\"${V}${V}${V}\",".repeat(8_000);
    let base = format!(
        "target \"base\" {{\n  tags = [{tags}]\n  args = {{\n{}  }}\n}}\n",
        repeated(20_000, &|i| format!("    A{i} = V\n"))
    );
    let others = repeated(190, &|i| format!("target \"t{i}\" {{\n  inherits = [\"base\"]\n}}\n"));
    let variable = format!("variable \"V\" {{\n  default = \"{}\"\n}}\n", "x".repeat(1_000));
    vec![file("docker-bake.hcl", variable + &base + &others), file("Dockerfile", "ARG A1\nFROM oryd/kratos:$A1\n")]
}

/// The same for scripts and Dockerfiles.
fn many_runs() -> Vec<(&'static str, Files)> {
    let serve = "kratos serve -c kratos.yml\n";
    let doubled = repeated(40, &|i| format!("A{}=$A{i}${{A{i}}}\n", i + 1));
    let runs = repeated(2_400, &|i| format!("export A{i}=1\n{serve}"));
    let sourced = format!("{}{serve}{}", ". ./start.sh\n".repeat(2_500), "# as it is\n".repeat(20_000));
    let containers = "docker run --env-file .env oryd/kratos:v1 serve\n".repeat(600);
    let set = repeated(4_000, &|i| format!("A{i} := 1\n"));
    let recipes = format!("{set}r:\n{}", format!("\t{serve}").repeat(3_000));
    let variables = repeated(10_000, &|i| format!("ENV A{i}=1\n"));
    let pairs = repeated(4_000, &|i| format!("A{i}=1 "));
    let stages = repeated(3_000, &|i| format!("FROM s{i} AS s{}\n", i + 1));
    let steps = repeated(6_000, &|i| format!("  - run: docker run -e A={i} oryd/kratos:v1 serve\n"));
    let pipeline = format!("env:\n{}steps:\n{steps}", repeated(9_000, &|i| format!("  A{i}: b\n")));
    let named = |i: usize| format!("a{i}: [\"{}\"],", format!("{{{{matrix.a{}}}}}", i + 1).repeat(19));
    let words = repeated(9, &|i| format!("{{{{matrix.a{i}}}}} "));
    let matrix = format!(
        "strategy: {{matrix: {{{}}}}}\nrun: kratos serve {words}{}\n",
        repeated(9, &named),
        "{{matrix.a0}}".repeat(2_000)
    );
    let scripts = repeated(9_000, &|i| format!("\"a{i}\": \"kratos serve -c a{i}.yml\",\n"));
    let package = format!("{{\"scripts\": {{{scripts}\"z\": \"\"}}}}");
    let blocks = "  ports {\n image = \"x\"\n }\n".repeat(19_000);
    let container = format!("resource \"docker_container\" \"k\" {{\n{blocks} image = \"oryd/kratos:v1.3.1\"\n}}\n");
    vec![
        ("a variable of a script that doubles", vec![file("start.sh", format!("A0=0123456789\n{doubled}{serve}"))]),
        ("runs with variables", vec![file("start.sh", runs)]),
        ("runs with an env file", vec![file("start.sh", serve.repeat(2_000)), env_file(10_000, "1")]),
        (
            "commands with a file of versions",
            vec![
                file(
                    "start.sh",
                    format!("{}{serve}", "docker compose --env-file versions.env up kratos\n".repeat(5_000)),
                ),
                file("versions.env", repeated(10_000, &|i| format!("KRATOS_A{i}=v1.2.0\n"))),
            ],
        ),
        ("scripts with one file of versions", scripts_of_versions()),
        ("targets that take from others", bake()),
        ("a script that sources itself", vec![file("start.sh", sourced)]),
        ("containers with an env file", vec![file("start.sh", containers.clone()), env_file(10_000, "1")]),
        ("containers with an env file in quotes", vec![file("start.sh", containers), env_file(10_000, "\"1\"")]),
        ("values of a matrix that name others", vec![file(".github/workflows/test.yml", matrix)]),
        ("rows of a Procfile", vec![file("Procfile", format!("w: {serve}").repeat(4_000)), env_file(5_000, "1")]),
        ("recipes", vec![file("Makefile", recipes)]),
        ("steps of a pipeline with variables", vec![file(".github/workflows/test.yml", pipeline)]),
        ("scripts of a package", vec![file("package.json", package)]),
        ("blocks of a container", vec![file("main.tf", container)]),
        ("variables of a Dockerfile", vec![file("Dockerfile", format!("FROM oryd/kratos:v1.3.1\n{variables}"))]),
        ("stages", vec![file("Dockerfile", format!("FROM oryd/kratos:v1.3.1 AS s0\nENV {pairs}\n{stages}"))]),
    ]
}

#[test]
fn many_values_of_the_chart_take_no_longer_than_few() {
    let folder = tempfile::tempdir().expect("a folder");
    for i in 0..1_200 {
        fs::write(folder.path().join(format!("values-{i}.yaml")), "kratos: {config: {dsn: memory}}\n")
            .expect("written");
    }
    let line = format!("ulimit -t 5; exec {PROGRAM} deployment");
    let output = Command::new("sh").current_dir(folder.path()).args(["-c", &line]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{:?}", output.status);
}

#[test]
fn many_here_documents_take_no_longer_than_few() {
    let folder = tempfile::tempdir().expect("a folder");
    let one = "identity: {}\nselfservice:\n  flows: {}\n";
    let documents = |end: &dyn Fn(usize) -> String, close: &str| {
        repeated(20_000, &|i| format!("cat > /a.yml <<{}\n{one}{close}", end(i)))
    };
    for text in [
        documents(&|i| format!("E{i}"), ""),
        documents(&|_| "E".to_owned(), "E\n"),
        format!("cat > /a.yml {}\n{}", repeated(20_000, &|i| format!("<<E{i} ")), one.repeat(1_000)),
        format!("cat > /a.yml {}\n{}", "<<E ".repeat(20_000), "E\n".repeat(20_000)),
        format!("cat > /a.yml <<E\n{one}  a: {}\nb: {}\nE\n", "$(".repeat(200_000), "`a ".repeat(200_001)),
    ] {
        fs::write(folder.path().join("a.sh"), format!("{text}kratos serve -c /a.yml\n")).expect("written");
        let image = "FROM oryd/kratos:v1.3.1\n";
        fs::write(folder.path().join("Dockerfile"), image.to_owned() + &text.replace("cat >", "RUN cat >"))
            .expect("written");
        let line = format!("ulimit -t 30; exec {PROGRAM} --fail-on never");
        let output = Command::new("sh").current_dir(folder.path()).args(["-c", &line]).output().expect("it runs");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn a_project_with_too_many_starts_is_given_up() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("kratos.yml"), long("")).expect("written");
    for (count, is_read) in [(64, true), (65, false)] {
        let (path, text) = services(count, ", command: serve -c kratos.yml");
        fs::write(folder.path().join(path), text).expect("written");
        let output = lint(folder.path(), &["deployment"]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(said.contains("compose.yml:2"), is_read, "{said}");
        assert_eq!(said.contains("unknown: more than 256 servers, 64 in one file"), !is_read, "{said}");
    }
}

#[test]
fn what_starts_kratos_is_read_within_bounds() {
    for (name, files) in many_containers().into_iter().chain(many_runs()) {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text).expect("written");
        }
        fs::write(folder.path().join("kratos.yml"), long("")).expect("written");
        // Seconds of CPU for a build that is not optimised, and KiB of address space.
        let line = format!("ulimit -t 5; ulimit -v 1000000; exec {PROGRAM} --fail-on never kratos.yml");
        let output = Command::new("sh").current_dir(folder.path()).args(["-c", &line]).output().expect("it runs");
        assert_eq!(output.status.code(), Some(0), "{name}: {output:?}");
    }
}

#[test]
fn what_is_too_much_to_show_cannot_be_silenced() {
    let folder = tempfile::tempdir().expect("a folder");
    let lines: String = (0..2_000).map(|i| format!("k{i}: 1\n")).collect();
    let text = long(&format!("{lines}# kratos-lint: ignore-file[unknown-key]\n"));
    fs::write(folder.path().join("kratos.yml"), text).expect("written");
    let args = ["--only", "unknown-key", "kratos.yml"];
    let output = Command::new(PROGRAM).current_dir(folder.path()).args(args).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
}

fn lint(folder: &Path, args: &[&str]) -> Output {
    Command::new(PROGRAM).current_dir(folder).args(args).output().expect("it runs")
}

#[test]
fn a_link_out_of_the_project_is_not_written_through() {
    let (folder, outside) = (folder(BIG), tempfile::tempdir().expect("a folder"));
    let (here, there) = (folder.path(), outside.path());
    fs::create_dir(here.join(".git")).expect("made");
    fs::write(there.join("report.json"), "mine").expect("written");
    std::os::unix::fs::symlink(there.join("report.json"), here.join("report.json")).expect("a link");
    std::os::unix::fs::symlink(there, here.join("reports")).expect("a link");
    let only = ["--only", "unknown-key", "--fail-on", "never", "kratos.yml", "-o"];
    for target in ["json=report.json", "json=reports/new.json"] {
        let output = lint(here, &[&only[..], &[target]].concat());
        assert_eq!(output.status.code(), Some(2), "{output:?}");
    }
    assert_eq!(fs::read_to_string(there.join("report.json")).expect("there"), "mine");
    assert!(!there.join("new.json").exists());
    let output = lint(here, &[&only[..], &["json=reports/new.json", "--root", "/"]].concat());
    assert!(output.status.code() == Some(0) && there.join("new.json").exists(), "{output:?}");
}

#[test]
fn a_pipe_is_an_error_and_no_hang() {
    let folder = folder("function(ctx) {}");
    let pipe = folder.path().join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status();
    if !made.is_ok_and(|status| status.success()) {
        return;
    }
    for args in [
        "pipe",
        "--baseline pipe kratos.yml",
        "--config pipe kratos.yml",
        "--env-file pipe kratos.yml",
        "render pipe",
        "render --ctx pipe body.jsonnet",
        "hooks pipe",
        "versions pipe",
        "pack pipe",
        "unpack pipe --into there",
        "upgrade --to 26.2 pipe",
        "init list pipe",
        "init --flow login --after --url https://example.org --body pipe --write kratos.yml",
        "respond registration.after.password --status 200 --body pipe",
    ] {
        let mut child = Command::new(PROGRAM)
            .current_dir(folder.path())
            .args(args.split(' '))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let started = Instant::now();
        let status = loop {
            match child.try_wait().expect("a status") {
                Some(status) => break status,
                None if started.elapsed() > Duration::from_secs(20) => {
                    child.kill().expect("killed");
                    panic!("{args}: it waits for a writer");
                }
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        assert_eq!(status.code(), Some(2), "{args}");
    }
}

#[test]
fn what_a_killed_run_left_is_replaced() {
    let folder = folder(BIG);
    fs::write(folder.path().join(".report.json.kratos-lint"), "half").expect("written");
    let output =
        lint(folder.path(), &["--only", "unknown-key", "--fail-on", "never", "kratos.yml", "-o", "json=report.json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(fs::read_to_string(folder.path().join("report.json")).expect("there").starts_with('{'));
    assert!(!folder.path().join(".report.json.kratos-lint").exists());
}

#[test]
fn a_new_project_is_written_wholly_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("new")).expect("made");
    fs::write(folder.path().join("new/identity.schema.json"), "{}").expect("written");
    let output = lint(folder.path(), &["init", "--write", "new/kratos.yml"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(!folder.path().join("new/kratos.yml").exists());
    assert_eq!(lint(folder.path(), &["init", "--write", "other/kratos.yml"]).status.code(), Some(0));
    assert!(folder.path().join("other/identity.schema.json").exists());
}
