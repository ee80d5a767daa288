//! Small files that took seconds, gigabytes or the stack.

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Output};

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::{Files, PROGRAM, file, long, repeated};

/// What a project does to the program.
struct Row {
    name: &'static str,
    files: Files,
    /// Commands that make what a text cannot be, such as links.
    setup: &'static str,
    args: &'static str,
    status: i32,
    /// Part of what is said.
    said: &'static str,
}

fn row(name: &'static str, files: Files) -> Row {
    Row { name, files, setup: "", args: "--fail-on never", status: 0, said: "" }
}

fn in_time(row: &Row, folder: &tempfile::TempDir) -> Output {
    for (path, text) in &row.files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    // Seconds of CPU for a build that is not optimised, KiB of address space, and a clock for what waits.
    let line = format!("{}\nulimit -t 5; ulimit -v 1000000; exec timeout 60 {PROGRAM} {}", row.setup, row.args);
    Command::new("sh").current_dir(folder.path()).args(["-c", &line]).output().expect("it runs")
}

fn assert_bounded(rows: Vec<Row>) {
    for row in rows {
        let folder = tempfile::tempdir().expect("a folder");
        let output = in_time(&row, &folder);
        let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
        said.push_str(&String::from_utf8_lossy(&output.stderr));
        let shown: String = said.chars().take(2_000).collect();
        assert_eq!(output.status.code(), Some(row.status), "{}: {shown}", row.name);
        assert!(said.contains(row.said), "{}: {shown}", row.name);
    }
}

/// A configuration with a template of a mail.
fn template(text: &str) -> String {
    let encoded = BASE64_STANDARD.encode(text);
    long(&format!(
        "courier: {{templates: {{recovery_code: {{valid: {{email: {{body: {{html: \"base64://{encoded}\"}}}}}}}}}}}}\n"
    ))
}

/// Templates of which each calls the next, within blocks.
fn calls(count: usize, open: &str, close: &str) -> String {
    let define = |i| format!("{{{{define \"a{i}\"}}}}{open}{{{{template \"a{}\" .}}}}{close}{{{{end}}}}", i + 1);
    format!("{{{{template \"a0\" .}}}}{}{{{{define \"a{count}\"}}}}x{{{{end}}}}", repeated(count, &define))
}

#[test]
fn templates_of_mails() {
    let (open, close) = ("{{if .To}}".repeat(90), "{{end}}".repeat(90));
    let one = |name, text: &str| row(name, vec![file("kratos.yml", template(text))]);
    let deep = template(&calls(10, &open, &close));
    let limit = |row: Row, said| Row { said, ..row };
    assert_bounded(vec![
        limit(one("templates that call each other", &calls(900, "", "")), "150 levels deep"),
        limit(
            row("blocks and calls in threads", vec![file("a/kratos.yml", deep.clone()), file("b/kratos.yml", deep)]),
            "150 levels deep",
        ),
        limit(one("many templates", &calls(5_000, "", "")), "defines more than 1000 templates"),
        one("functions that Kratos lacks", &format!("{{{{a{}}}}}", "|a".repeat(50_000))),
        limit(one("a long template", &"x".repeat((1 << 20) + 1)), "longer than 1 MiB"),
        one("texts of a script", &format!("<script>{}", "\"a\" ".repeat(20_000))),
        one("texts of a style", &format!("<style>{}", "\"a\" ".repeat(20_000))),
        one("lines of a script", &format!("<script>{}", "a//b\n".repeat(20_000))),
    ]);
}

#[test]
fn what_git_ignores() {
    let with = |name, setup, said| Row { setup, said, ..row(name, vec![file("kratos.yml", long(""))]) };
    let globs = repeated(20_000, &|i| format!("a*{i}?b*\n"));
    assert_bounded(vec![
        with("an endless .gitignore", "ln -s /dev/zero .gitignore", ".gitignore: its patterns are not used"),
        with("a .gitignore that waits", "mkfifo .gitignore", ".gitignore: its patterns are not used"),
        Row {
            said: "more than 5000 patterns",
            ..row("patterns of git", vec![file("kratos.yml", long("")), file(".gitignore", globs)])
        },
    ]);
}

#[test]
fn lists_of_the_settings() {
    let list = |key: &str, count| format!("{key} = [{}]\n", repeated(count, &|i| format!("\"a*{i}?b*\", ")));
    let of = |name, text: String, said| Row {
        status: 2,
        said,
        ..row(name, vec![file("kratos.yml", long("")), file("kratos-lint.toml", text)])
    };
    let rows =
        repeated(3_000, &|i| format!("[[ignore]]\nfile = \"a*{i}?b*\"\nrule = \"unknown-key\"\nreason = \"known\"\n"));
    assert_bounded(vec![
        of("patterns of files", list("ignore", 3_000), "more than 2000 patterns"),
        of("rows of findings", rows, "more than 2000 patterns and rows"),
        of("keys with secrets", list("secret-keys", 3_000), "more than 2000 entries in `secret-keys`"),
        of("variables", list("given", 6_000), "more than 5000 entries in `given`"),
        of("a large file", format!("# {}\n", "x".repeat(3 << 20)), "larger than 2097152 bytes"),
    ]);
}

/// A configuration with so many web hooks.
fn web_hooks(count: usize, more: &str) -> String {
    let hook =
        |i| format!("    - {{hook: web_hook, config: {{url: \"https://example.org/{i}\", method: POST{more}}}}}\n");
    long(&format!(
        "  flows: {{registration: {{after: {{hooks: &hooks\n  [{}]}}}}}}\n",
        repeated(count, &hook).replace("    - ", "").replace('\n', ",\n  ")
    ))
}

/// What is left out is a finding or a note.
#[test]
fn what_a_limit_leaves_out_is_said() {
    let said = |said, args, files: Files| Row { args, said, ..row(said, files) };
    let shown = "--show-info --fail-on never";
    let alone = |text: &str| vec![file("kratos.yml", long(text))];
    let url = |i| format!("{{hook: web_hook, config: {{url: \"http://10.0.0.1/{i}\", method: POST}}}}, ");
    let calls = |count| format!("  flows: {{login: {{after: {{hooks: [{}]}}}}}}\n", repeated(count, &url));
    let except = |list: &str| {
        format!("clients: {{http: {{disallow_private_ip_ranges: true, private_ip_exception_urls: [{list}]}}}}\n")
    };
    let sites = repeated(70, &|i| {
        format!("    - https://www.site{}.com/\n", "abcdefghij".repeat(i / 10 + 1) + &"x".repeat(i % 10))
    });
    let names = repeated(300, &|i| format!("SELFSERVICE_FLOWS_LOGIN_LIFESPAM{i}=1h\n"));
    let globs = repeated(201, &|i| format!("\"http://*.a{i}.org/**\", "));
    let keys = repeated(21, &|i| format!("\"sk_live_{}4eC39HqLyjWDarjtT1zdp7dc\", ", 10 + i));
    let hook = "  flows: {login: {after: {hooks: [{hook: web_hook, config: {url: \"https://e.org/\", method: POST, body: \"file://b.jsonnet\"}}]}}}\n";
    let strays = (0..1_001).map(|i| file(&format!("mails/recovery/valid/{i}.txt"), "a"));
    let comments = repeated(10_001, &|_| "unknown-key,".to_owned());
    assert_bounded(vec![
        said("compared with 64 of 71 sites", shown, alone(&format!("  allowed_return_urls:\n{sites}"))),
        said(
            "100 more are not compared",
            "--show-info --fail-on never --env-file a.env kratos.yml",
            [alone(""), vec![file("a.env", names)]].concat(),
        ),
        said("no URL is compared with them", shown, alone(&format!("{}{}", calls(1), except(&globs)))),
        said(
            "exceptions are not compared with them",
            shown,
            alone(&format!("{}{}", calls(201), except("\"http://10.0.0.1/x\""))),
        ),
        said(
            "holds 21 keys of services: 20 are shown",
            shown,
            [alone(hook), vec![file("b.jsonnet", format!("function(ctx) [{keys}]"))]].concat(),
        ),
        said(
            "the folder has more than 1000 files",
            shown,
            alone("courier: {template_override_path: ./mails}\n").into_iter().chain(strays).collect(),
        ),
        said("further findings are not shown", shown, alone(&format!("# kratos-lint: ignore-file[{comments}]\n"))),
    ]);
}

/// A web hook with a body, and so many identity schemas.
fn bodies(body: &str, schemas: usize) -> Files {
    let hook = "{hook: web_hook, config: {url: \"https://e.org/\", method: POST, body: \"file://b.jsonnet\"}}";
    let ids = repeated(schemas, &|i| format!("{{id: s{i}, url: \"file://s{i}.json\"}}, "));
    let text = format!(
        "selfservice:\n  default_browser_return_url: https://example.org/\n  flows: {{login: {{after: {{hooks: [{hook}]}}}}}}\nidentity: {{default_schema_id: s0, schemas: [{ids}]}}\n"
    );
    let schema = |i: usize| {
        let own = format!("\"t{i}\": {{\"type\": \"string\"}}");
        let traits = "\"email\": {\"type\": \"string\"}, \"name\": {\"type\": \"string\"}, \"x\": {\"type\": [\"string\", \"array\"]}";
        let traits =
            format!("{{\"type\": \"object\", \"required\": [\"email\", \"x\"], \"properties\": {{{own}, {traits}}}}}");
        file(&format!("s{i}.json"), format!("{{\"$id\": \"s{i}\", \"properties\": {{\"traits\": {traits}}}}}"))
    };
    let files = [file("kratos.yml", text), file("b.jsonnet", format!("function(ctx) {body}"))];
    files.into_iter().chain((0..schemas).map(schema)).collect()
}

#[test]
fn traits_that_are_all_required_are_bounded() {
    let traits = repeated(20_000, &|i| format!("\"t{i}\": {{\"type\": \"object\"}}, "));
    let names = repeated(20_000, &|i| format!("\"t{i}\", "));
    let schema = format!(
        "{{\"properties\": {{\"traits\": {{\"type\": \"object\", \"properties\": {{{traits}\"x\": {{}}}}, \"required\": [{names}\"x\"]}}}}}}"
    );
    let text = long("identity: {default_schema_id: a, schemas: [{id: a, url: \"file://s.json\"}]}\n");
    assert_bounded(vec![row("required traits", vec![file("kratos.yml", text), file("s.json", schema)])]);
}

#[test]
fn what_a_limit_leaves_out_of_a_body_is_said() {
    let args = "--show-info --fail-on never";
    let said = |said, body: &str, schemas| Row { args, said, ..row(said, bodies(body, schemas)) };
    let hashes =
        repeated(100, &|i| format!("if std.md5(ctx.identity.traits.email) == \"{i}\" then ctx.identity.traits.name, "));
    let lists =
        repeated(700, &|_| "if std.type(ctx.identity.traits.x) == \"array\" then -ctx.identity.traits.x, ".to_owned());
    assert_bounded(vec![
        said("tried with 8 of 9 identity schemas", "{a: ctx.identity.traits.email}", 9),
        said("the document has 40 more places that may fail", &format!("{{a: [{hashes}]}}"), 1),
        said("the 500 faults before this place are shown", &format!("{{a: [{lists}]}}"), 1),
    ]);
    let folder = tempfile::tempdir().expect("a folder");
    let few = Row { args, ..row("schemas", bodies("{a: ctx.identity.traits.email}", 8)) };
    let shown = String::from_utf8_lossy(&in_time(&few, &folder).stdout).into_owned();
    assert!(shown.contains("kratos.yml") && !shown.contains("limit-exceeded"), "{shown}");
}

#[test]
fn what_a_limit_leaves_out_of_a_project_is_said() {
    let said = |said, args, path: &str, text: String| Row {
        args,
        said,
        ..row(said, vec![file("kratos.yml", long("")), file(path, text)])
    };
    let many = "a server or file with too much to it";
    let values = repeated(65, &|i| format!("-f v{i}.yaml "));
    let ports = repeated(101, &|i| format!("\"{}:4433\", ", 4_000 + i));
    let service = |rest: &str| format!("services: {{k: {{image: \"oryd/kratos:v1.3.1\", {rest}}}}}\n");
    let action = "resource \"ory_action\" \"a\" {\n flow = \"login\"\n}\n";
    assert_bounded(vec![
        said(
            "more than 64 files of values",
            "--fail-on never",
            "install.sh",
            format!("helm install kratos ory/kratos {values}\n"),
        ),
        said(many, "deployment", "compose.yml", service(&format!("command: serve -c kratos.yml, ports: [{ports}]"))),
        said(many, "deployment", "compose.yml", service(&format!("command: \"serve {}\"", "-c a.yml ".repeat(65)))),
        said(many, "deployment", "main.tf", format!("# kratos\n{}", "a {\n}\n".repeat(2_001))),
        said(many, "deployment", "start.sh", format!("kratos serve -c kratos.yml\n{}", "echo a\n".repeat(5_001))),
        row("blocks in one line", vec![file("main.tf", format!("# kratos\n{}", "{{range .a}}".repeat(30_000)))]),
        Row {
            said: "only 200 of its files of Terraform are read",
            ..row("files of Terraform", (0..201).map(|i| file(&format!("{i}.tf"), action)).collect())
        },
    ]);
}

#[test]
fn lists_of_hooks() {
    let hooks = |name, args, count| Row { args, ..row(name, vec![file("kratos.yml", web_hooks(count, ""))]) };
    let mut aliases =
        format!("x-hook: &h {{hook: web_hook, config: {{url: \"https://example.org\", method: POST}}}}\n{}", long(""));
    _ = writeln!(aliases, "  flows: {{registration: {{after: {{hooks: [{}]}}}}}}", "*h, ".repeat(6_000));
    let table = |i| {
        let list = "[selfservice.flows.login.after.hooks";
        format!("# {i}\n[{list}]]\nhook = \"web_hook\"\n{list}.config]\nurl = \"https://example.org/{i}\"\n")
    };
    let repeat = "init --flow login --method password --auth none --write kratos.toml --diff --kratos v1.3.1";
    let hook = |i| format!("{{hook: web_hook, config: {{url: \"https://example.org/{i}\", method: POST}}}}, ");
    let list = format!("hooks: [{}]", repeated(6_000, &hook));
    let fails = ", body: \"base64://ZnVuY3Rpb24oY3R4KSB7IGE6IGN0eC5ub3BlIH0=\", response: {parse: true}";
    let failing = web_hooks(6_000, fails);
    let two = long(&format!("  flows: {{login: {{after: {{{list}, password: {{{list}}}}}}}}}\n"));
    assert_bounded(vec![
        Row {
            args: "upgrade --from v1.0.0 --to v1.3.1 kratos.yml",
            ..row("changes for hooks in two lists", vec![file("kratos.yml", two.clone())])
        },
        row("the same hooks in two lists", vec![file("kratos.yml", two)]),
        row("hooks that no phase calls, with bodies that fail", vec![file("kratos.yml", failing)]),
        Row {
            args: repeat,
            said: "its 3000 hooks are repeated",
            ..row("hooks of a table that are repeated", vec![file("kratos.toml", repeated(3_000, &table))])
        },
        row("hooks by an alias", vec![file("kratos.yml", aliases)]),
        hooks("hooks", "kratos.yml --fail-on never", 5_000),
        hooks("a list of hooks", "init list kratos.yml", 3_000),
        hooks("a list of hooks for programs", "init list --format json kratos.yml", 3_000),
    ]);
}

/// The compose files are read once, however many of their services are called.
#[test]
fn calls_of_services() {
    let hook = |i| format!("{{hook: web_hook, config: {{url: \"http://s{}:9{:03}/a\", method: POST}}}}, ", i % 200, i);
    let hooks = format!("  flows: {{login: {{after: {{hooks: [{}]}}}}}}\n", repeated(900, &hook));
    let labels = repeated(40, &|i| format!("k{i}: v, "));
    let service = |i| format!("  s{i}: {{image: a/b, ports: [\"9{i:03}:80\"], labels: {{{labels}}}}}\n");
    let kratos = "  kratos:\n    image: oryd/kratos:v1.3.1\n    command: serve -c /etc/config/kratos.yml\n    \
                  volumes: [\"./kratos.yml:/etc/config/kratos.yml\"]\n";
    let services = format!("services:\n{kratos}{}", repeated(400, &service));
    let small = |i| file(&format!("compose.{i}.yml"), format!("services:\n{kratos}"));
    let many = (0..250).map(small).chain([file("kratos.yml", long(&hooks))]).collect();
    assert_bounded(vec![
        Row {
            said: "containers reach this service at port 80",
            ..row("calls of services", vec![file("kratos.yml", long(&hooks)), file("compose.yml", services)])
        },
        row("small files that start one server", many),
    ]);
}

#[test]
fn lists_of_addresses() {
    let sites = repeated(5_000, &|i| {
        let name: String = format!("{i:04}").bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
        format!("  - https://www.exampl{name}.com/{i}/\n")
    });
    let ports = repeated(5_000, &|i| format!("  - http://example.org:{}/\n", 10_000 + i));
    let page = "  flows: {login: {ui_url: \"http://example.org/login\"}}\n";
    let address = format!("x-a: &a \"{}\"\n", "x".repeat(100_000));
    let aliased = format!("{address}{}", long(&format!("  allowed_return_urls: [{}]\n", "*a, ".repeat(2_000))));
    let origin = |i| format!("  - https://o{i}.example.org/path\n");
    let cors = format!(
        "serve: {{public: {{cors: {{enabled: true, allowed_origins: *origins}}}}}}\nx: &origins\n{}",
        repeated(5_000, &origin)
    );
    let (head, list) = cors.split_once('\n').expect("two parts");
    let schema = |i| format!("    - {{id: s{i}, url: \"base64://eyJwcm9wZXJ0aWVzIjp7InRyYWl0cyI6e319fQ==\"}}\n");
    let schemas = format!("identity:\n  schemas:\n{}", repeated(4_000, &schema));
    assert_bounded(vec![
        row("origins", vec![file("kratos.yml", format!("{list}{head}\n{}", long("")))]),
        row("identity schemas", vec![file("kratos.yml", schemas)]),
        row("sites", vec![file("kratos.yml", long(&format!("  allowed_return_urls:\n{sites}")))]),
        row("ports", vec![file("kratos.yml", long(&format!("  allowed_return_urls:\n{ports}{page}")))]),
        Row {
            said: "aliases make more than 100000 values of this file",
            ..row("a long address by aliases", vec![file("kratos.yml", aliased)])
        },
    ]);
}

/// Keys are in the path of each finding below them, and lists whose items must differ are compared as texts.
#[test]
fn keys_and_nesting() {
    let long_key = "k".repeat(1_000_000);
    let unknown = repeated(2_000, &|i| format!("x{i}: 1,"));
    let templates = format!("session: {{whoami: {{tokenizer: {{templates: {{? {long_key}\n: {{{unknown}}}}}}}}}}}\n");
    let aliases = (1..150).fold(format!("a0: &a0 {{{unknown}}}\n"), |text, i| {
        let key = "k".repeat(1_000);
        format!("{text}a{i}: &a{i} {{{key}: *a{}}}\n", i - 1)
    });
    let nested = format!("{}\"x\"{}", "{a: ".repeat(60), "}".repeat(60));
    let hook = format!("{{hook: web_hook, config: {{url: \"https://a.example.org/\", method: POST, body: {nested}}}}}");
    let hooks = format!("selfservice: {{flows: {{login: {{after: {{hooks: [{hook}, {{hook: session}}]}}}}}}}}\n");
    let provider = "p".repeat(1_000_000);
    let providers = format!(
        "selfservice: {{methods: {{oidc: {{enabled: true, config: {{providers: [{{id: {provider}, provider: generic, {unknown}}}]}}}}}}}}\n"
    );
    let too_long = |row: Row| Row { said: "the keys around this value take more than 8192 bytes", ..row };
    assert_bounded(vec![
        too_long(row("a long key", vec![file("kratos.yml", long(&templates))])),
        too_long(row("aliases below long keys", vec![file("kratos.yml", long(&aliases))])),
        row("items that must differ", vec![file("kratos.yml", format!("dsn: memory\n{hooks}"))]),
        row("a long id", vec![file("kratos.yml", format!("dsn: memory\n{providers}"))]),
    ]);
}

/// An object is read through its name, each time anew.
#[test]
fn reads_of_a_large_object() {
    let fields = repeated(10_000, &|i| format!("a{i}: 1,"));
    let reads = repeated(2_000, &|i| format!("x{i}: o.b{i},"));
    let long_key = "k".repeat(200_000);
    let body = |locals: &str| format!("function(ctx) local {locals}; {{{reads}}}");
    let hook =
        "{hook: web_hook, config: {url: \"https://a.example.org/\", method: POST, body: \"file://./body.jsonnet\"}}";
    let hooks = format!("dsn: memory\nselfservice: {{flows: {{login: {{after: {{hooks: [{hook}]}}}}}}}}\n");
    let with = |name, said, locals: &str| Row {
        said,
        ..row(name, vec![file("kratos.yml", hooks.clone()), file("body.jsonnet", body(locals))])
    };
    assert_bounded(vec![
        with("reads of a large object", "there is no field", &format!("o = {{{fields}}}")),
        with("reads of an object that is laid over the input", "jsonnet", &format!("o = ctx + {{{fields}}}")),
        with("reads below a long key", "jsonnet", &format!("o = ctx.identity.traits[\"{long_key}\"]")),
    ]);
}

#[test]
fn configurations_of_one_file() {
    let limit =
        |name, text: String| Row { said: "more than 200 configurations", ..row(name, vec![file("values.yaml", text)]) };
    let nested = |inner: &str, count| repeated(count, &|i| format!("k{i}: {inner}, "));
    let aliases = format!(
        "a: &a {{selfservice: {{flows: {{}}}}}}\nb: &b {{{}}}\nc: &c {{{}}}\nd: {{{}}}\n",
        nested("*a", 8),
        nested("*b", 8),
        nested("*c", 16)
    );
    let values = repeated(1_000, &|i| format!("k{i}: {{selfservice: {{flows: {{}}}}, dsn: memory}}\n"));
    let entry = "\"selfservice: {flows: {}}\\ndsn: memory\"";
    let entries = repeated(1_000, &|i| format!("  k{i}.yml: {entry}\n"));
    let long_text = format!("a: &a \"{}\"\n", "x: 1\\n".repeat(10_000));
    let repeated_text = repeated(2_000, &|i| format!("  k{i}.yml: *a\n"));
    assert_bounded(vec![
        limit("aliases", aliases),
        limit("values", values),
        limit("a ConfigMap", format!("kind: ConfigMap\nmetadata: {{name: kratos}}\ndata:\n{entries}")),
        Row {
            said: "aliases repeat its texts too often",
            ..row(
                "an entry that is there often",
                vec![file(
                    "map.yaml",
                    format!("{long_text}kind: ConfigMap\nkratos: {{identity: schema}}\ndata:\n{repeated_text}"),
                )],
            )
        },
    ]);
}

#[test]
fn configurations_that_are_sent() {
    let actions = repeated(500, &|i| {
        format!(
            "resource \"ory_action\" \"a{i}\" {{\n flow = \"login\"\n timing = \"after\"\n url = \"https://example.org/\"\n project_id = \"p{i}\"\n}}\n"
        )
    });
    let patch = "ory patch identity-config --replace '/session/lifespan=\"1h\"' ";
    let patches = repeated(2_000, &|i| format!("{patch}{i}\n"));
    let steps = repeated(2_000, &|_| format!("  - run: {patch}\n"));
    let words = format!("{}\n{patch}\n", "echo a ".repeat(20_000));
    let limit = |name, path: &str, text: String, said| Row { said, ..row(name, vec![file(path, text)]) };
    assert_bounded(vec![
        limit("actions of Terraform", "main.tf", actions, "more than 200 configurations"),
        limit("patches of a script", "patch.sh", patches, "more than 200 patches"),
        limit(
            "patches of a workflow",
            ".github/workflows/patch.yml",
            format!("on: push\nsteps:\n{steps}"),
            "more than 200 patches",
        ),
        limit("words of a script", "patch.sh", words, "more than 20,000 words"),
    ]);
}

#[test]
fn identity_schemas() {
    let with = |name, traits: String| {
        let body = BASE64_STANDARD.encode("function(ctx) { a: ctx.identity.traits.a }");
        let text = web_hooks(1, &format!(", body: \"base64://{body}\""));
        let schema = format!(
            "{{\"$id\": \"a\", \"type\": \"object\", \"properties\": {{\"traits\": {{\"type\": \"object\", {traits}}}}}}}"
        );
        let files = vec![
            file(
                "kratos.yml",
                format!("{text}identity: {{default_schema_id: a, schemas: [{{id: a, url: \"file://a.json\"}}]}}\n"),
            ),
            file("a.json", schema),
        ];
        row(name, files)
    };
    let values = repeated(50_000, &|i| format!("\"v{i}\", "));
    let parts = repeated(1_500, &|i| {
        format!(
            "{{\"if\": {{\"required\": [\"a{i}\"]}}, \"then\": {{\"properties\": {{\"b{i}\": {{\"type\": \"string\"}}}}}}}}, "
        )
    });
    let references = repeated(2_000, &|i| format!("\"b{i}\": {{\"$ref\": \"#/properties/traits/a\"}}, ")) + "\"c\": {}";
    assert_bounded(vec![
        with("values of a trait", format!("\"properties\": {{\"a\": {{\"enum\": [{values}\"v\"]}}}}")),
        with("conditions", format!("\"properties\": {{\"a\": {{\"type\": \"string\"}}}}, \"allOf\": [{parts}{{}}]")),
        with(
            "references to a long value",
            format!("\"properties\": {{{references}}}, \"a\": {{\"enum\": [\"{}\"]}}", "e".repeat(500_000)),
        ),
    ]);
    let traits = repeated(2_000, &|i| format!("\"a{i}\": {{\"type\": \"string\"}}, "));
    let schema = format!(
        "{{\"properties\": {{\"traits\": {{\"type\": \"object\", \"properties\": {{{traits}\"b\": {{}}}}}}}}}}"
    );
    let entries = repeated(2_000, &|i| format!("{{id: a{i}, url: \"file://a.json\"}}, "));
    let text = long(&format!("identity: {{default_schema_id: a, schemas: [{entries}]}}\n"));
    let often = row("a schema that is listed often", vec![file("kratos.yml", text), file("a.json", schema)]);
    assert_bounded(vec![Row { said: "those before it take more than 4 MiB", ..often }]);
}

#[test]
fn fixes_and_packed_files() {
    let hook =
        |i| format!("        - {{hook: web_hook, config: {{url: \"https://example.org/{i} \", method: POST}}}}\n");
    let spaces =
        |count| long(&format!("  flows:\n    registration:\n      after:\n        hooks:\n{}", repeated(count, &hook)));
    let run = |name, text: String, args, status, said| Row {
        args,
        status,
        said,
        ..row(name, vec![file("kratos.yml", text)])
    };
    let big = format!("{{a: \"{}\"}}", "x".repeat(1_000_000));
    let mut packed = run(
        "a large file that is referred to often",
        web_hooks(40, ", body: \"file://a.jsonnet\""),
        "pack --no-lint kratos.yml",
        2,
        "more than 16 MiB",
    );
    packed.files.push(file("a.jsonnet", big));
    assert_bounded(vec![
        run("fixes", spaces(250), "kratos.yml --unsafe-fixes --fail-on never", 0, ""),
        run("comments", web_hooks(500, ""), "kratos.yml --add-ignores --fail-on never", 0, ""),
        packed,
    ]);
}

#[test]
fn lists_that_are_compared_with_hooks() {
    let entries = repeated(1_500, &|i| format!("\"http://h{i}.example.org/*\", "));
    let ban =
        format!("clients: {{http: {{disallow_private_ip_ranges: true, private_ip_exception_urls: [{entries}]}}}}\n");
    let stars = "clients: {http: {disallow_private_ip_ranges: true, private_ip_exception_urls: [\"http://a/**a**a**a**a**a**a**b\"]}}\n";
    let one = format!(
        "  flows: {{login: {{after: {{hooks: [{{hook: web_hook, config: {{url: \"http://a/{}\", method: POST}}}}]}}}}}}\n",
        "a".repeat(200)
    );
    let allowed = format!("allowed-endpoints = [{}]\n", repeated(1_500, &|i| format!("\"h{i}.example.org\", ")));
    assert_bounded(vec![
        row("exceptions", vec![file("kratos.yml", format!("{}{ban}", web_hooks(1_500, "")))]),
        row("stars of an exception", vec![file("kratos.yml", long(&format!("{one}{stars}")))]),
        row("endpoints", vec![file("kratos.yml", web_hooks(2_500, "")), file("kratos-lint.toml", allowed)]),
    ]);
}

#[test]
fn reports() {
    let keys = repeated(3_000, &|i| format!("\"k{i}\": 1, "));
    let line = format!(
        "{{{keys}\"dsn\": \"memory\", \"selfservice\": {{\"default_browser_return_url\": \"https://example.org/\"}}}}"
    );
    let row =
        Row { args: "kratos.json -f pretty --fail-on never", ..row("one long line", vec![file("kratos.json", line)]) };
    assert_bounded(vec![row]);
}

#[test]
fn signs_that_end_a_line_for_kratos() {
    let comment = format!("# {}\ndsn: memory\n", "\u{2028}".repeat(100_000));
    let keys = format!("# {}\n", repeated(100_000, &|i| format!("\u{2028}k{i}: 1")));
    assert_bounded(vec![
        row("signs in a comment", vec![file("kratos.yml", long(&comment))]),
        row("signs before keys", vec![file("kratos.yml", long(&keys))]),
    ]);
}
