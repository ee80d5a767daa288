//! Texts of a project that are shown by themselves, each with a marker: no command shows one. Ordinary texts at the same places
//! are shown.

use std::fmt::Write as _;
use std::fs;

use super::{FORMATS, MARK, folder, leak, run};

/// What a project says at its places.
struct Texts {
    variable: &'static str,
    /// Not a variable: with a line break before its name.
    lines: &'static str,
    repository: &'static str,
    tag: &'static str,
    here: &'static str,
    there: &'static str,
    hook: &'static str,
    header: &'static str,
    host: &'static str,
    word: &'static str,
    key: &'static str,
    base: &'static str,
    jsonnet: &'static str,
}

const MARKED: Texts = Texts {
    variable: "m4rk3r01",
    lines: "m4rk3r02\n      SECRETS_DEFAULT",
    repository: "m4rk3r03",
    tag: "v1.3.1?token=m4rk3r04",
    here: "./m4rk3r05",
    there: "/etc/m4rk3r06",
    hook: "web_hook?k=m4rk3r07",
    header: "m4rk3r08",
    host: "m4rk3r09.ingest.example.org",
    word: "m4rk3r10",
    key: "m4rk3r11",
    base: "https://bob:m4rk3r12@id.example.org/?token=m4rk3r13",
    jsonnet: "m4rk3r14",
};

const ORDINARY: Texts = Texts {
    variable: "MY_FEATURE_FLAGS",
    lines: "SECRETS_DEFAULT",
    repository: "registry.example.org/team",
    tag: "v1.3.1-distroless",
    here: "./contrib/config",
    there: "/etc/config/prod1",
    hook: "web-hok",
    header: "X-Tenant-Token",
    host: "login.k8s-2.eu-central-1.example.co.uk",
    word: "premium",
    key: "my-app2",
    base: "https://id.example.org/",
    jsonnet: "parts",
};

fn files(texts: &Texts) -> Vec<(&'static str, String)> {
    let Texts { variable, lines, repository, tag, here, there, hook, header, host, word, key, base, jsonnet } = texts;
    let mut hooks = String::new();
    for (name, body) in [(*hook, "body"), ("web_hook", "body"), ("web_hook", "broken"), ("web_hook", *word)] {
        _ = writeln!(
            hooks,
            "        - hook: '{name}'\n          config: {{url: 'https://{host}/a', method: POST, body: 'file://./{body}.jsonnet', \
             auth: {{type: api_key, config: {{name: {header}, value: x, in: header}}}}, headers: {{{header}: x}}, response: {{parse: true}}}}"
        );
    }
    let configuration = format!(
        "version: v1.3.1\ndsn: memory\nserve: {{public: {{base_url: '{base}'}}}}\nidentity:\n  default_schema_id: a\n  \
         schemas: [{{id: a, url: 'file://./schema.json'}}, {{id: {word}, url: 'file://./schema.json'}}]\nselfservice:\n  default_browser_return_url: https://{host}/\n  flows:\n    \
         login: {{ui_url: 'https://{host}/login', lifespan: 1x, after: {{{key}: {{hooks: [{{hook: session}}, {{hook: web_hook, config: {{url: 'https://{host}/a', method: POST, body: 'file://./body.jsonnet'}}}}]}}}}}}\n    registration:\n      after:\n        hooks:\n{}",
        hooks.lines().map(|line| format!("  {line}\n")).collect::<String>()
    );
    let indented = configuration.lines().map(|line| format!("      {line}\n")).collect::<String>();
    vec![
        ("kratos.yml", configuration),
        (
            "docker-compose.yml",
            format!(
                "services:\n  kratos:\n    image: '{repository}/kratos:{tag}'\n    command: serve -c /etc/config/kratos/kratos.yml -c {there}/a.yml\n    \
                 env_file: .env\n    volumes: ['./:/etc/config/kratos', '{here}:{there}']\n    environment:\n    - |-\n      {lines}=x\n    - {variable}=x\n"
            ),
        ),
        (".env", format!("{variable}=x\nexport {variable}_B=x\n")),
        ("values.yaml", format!("{key}:\n  kratos:\n    config:\n{indented}")),
        (
            "schema.json",
            format!(
                "{{\"type\": \"object\", \"properties\": {{\"traits\": {{\"type\": \"object\", \"properties\": {{\
                 \"email\": {{\"type\": \"string\", \"format\": \"email\", \"default\": \"{word}\", \"ory.sh/kratos\": {{}}}}, \
                 \"plan\": {{\"enum\": [\"{word}\", \"free\"]}}, \"kind\": {{\"const\": \"{word}\"}}, \
                 \"other\": {{\"type\": \"string\", \"format\": \"{word}\", \"title\": \"{word}\", \"pattern\": \"{word}\", \"description\": \"{word}\", \"examples\": [\"{word}\"]}}}}}}}}}}\n"
            ),
        ),
        (
            "body.jsonnet",
            format!("function(ctx) {{\n  local {jsonnet} = 'x',\n  a: {jsonnet} + ctx.nope.{jsonnet} }}\n"),
        ),
        ("broken.jsonnet", format!("function(ctx) {{\n  a: &{jsonnet} [x]\n}}\n")),
        (
            "body.test.yml",
            format!(
                "point: registration.after.post_persist\ncases:\n- {{name: {word}, output: {{a: {word}}}}}\n- {{error: {word}}}\n- {{ctx: {{nope: {{{jsonnet}: {word}}}}}, output: {{a: x}}}}\n\
                 - {{ctx: {{nope: {{{jsonnet}: {word}}}}}, error: {word}}}\n"
            ),
        ),
    ]
}

/// Files that only one command reads each.
fn small_files(texts: &Texts) -> Vec<(&'static str, String)> {
    let Texts { word, key, jsonnet, .. } = texts;
    vec![
        ("ext.jsonnet", format!("{{a: std.extVar('{jsonnet}')}}\n")),
        (
            "answer.json",
            format!(
                "{{\"{key}\": 1, \"identity\": {{\"{key}\": 1, \"schema_id\": \"no-{word}\", \"traits\": {{\"email\": \"{word}\"}}}}}}\n"
            ),
        ),
        ("wrong.toml", format!("[rules]\nunknown-key = '{word}'\n")),
        (
            "known.json",
            format!(
                "{{\"version\": 2, \"findings\": [{{\"file\": \"kratos.yml\", \"rule\": \"{word}\", \"pointer\": \"/{key}\", \"message\": \"{word}\"}}]}}\n"
            ),
        ),
        ("broken.test.yml", "point: registration.after.post_persist\ncases: [{output: {a: 1}}]\n".to_owned()),
    ]
}

/// What the commands say of a project; those that begin with one of some words, or all.
fn said(texts: &Texts, wanted: &[&str]) -> Vec<(String, String)> {
    let here = folder(&[files(texts), small_files(texts)].concat());
    let reports = FORMATS.map(|format| format!("{format}={format}.out"));
    let outputs = reports.iter().flat_map(|report| ["-o", report.as_str()]);
    let mut runs: Vec<Vec<&str>> = vec![["check", "--show-info"].into_iter().chain(outputs).collect()];
    for format in ["text", "json"] {
        runs.push(vec!["deployment", "-f", format]);
        runs.push(vec!["init", "list", "-f", format, "kratos.yml"]);
    }
    for format in ["text", "json", "mermaid", "svg"] {
        runs.push(vec!["hooks", "-f", format, "kratos.yml"]);
    }
    let hook = "/selfservice/flows/registration/after/hooks/0";
    let second = "/selfservice/flows/registration/after/hooks/1";
    let ctx = ["--kratos-config", "kratos.yml"];
    runs.push([&["ctx", "registration.after.post_persist"][..], &ctx].concat());
    runs.push([&["ctx", "login.after", "--format", "schema"][..], &ctx].concat());
    runs.push(vec!["schema", "openapi", "kratos.yml"]);
    runs.push(vec!["schema", "response", "--hook", second, "kratos.yml"]);
    runs.push(vec!["render", "--hook", second, "kratos.yml"]);
    runs.push(vec!["render", "--hook", "/selfservice/flows/registration/after/hooks/3", "kratos.yml"]);
    runs.push(vec!["render", "--ext", "claims=schema.json", "ext.jsonnet"]);
    runs.push(vec!["init", "remove", "/nothing", "kratos.yml"]);
    runs.push(vec!["schema", "types", "--language", "go", "kratos.yml"]);
    runs.push(vec!["schema", "request", "kratos.yml"]);
    runs.push(vec!["schema", "request", "--hook", "/nothing", "kratos.yml"]);
    runs.push(
        [&["respond", "registration.after.password", "--status", "200", "--body", "answer.json"][..], &ctx].concat(),
    );
    runs.push(vec!["render", "body.jsonnet"]);
    runs.push(vec!["render", "broken.jsonnet"]);
    runs.push([&["test", "body.test.yml"][..], &ctx].concat());
    runs.push([&["test", "broken.test.yml"][..], &ctx].concat());
    runs.push(vec!["--config", "wrong.toml", "kratos.yml"]);
    runs.push(vec!["--baseline", "known.json", "kratos.yml"]);
    runs.push(vec!["init", "remove", "--diff", hook, "kratos.yml"]);
    runs.push(vec!["init", "move", "--diff", second, "--flow", "login", "--after", "kratos.yml"]);
    runs.push(vec!["init", "--flow", "registration", "--write", "kratos.yml", "--diff"]);
    let recipes: [&[&str]; 4] =
        [&["passkeys"], &["passwordless-code"], &["social-sign-in", "google"], &["enrich-identity"]];
    for recipe in recipes {
        runs.push([&["init", "recipe"], recipe, &["--write", "kratos.yml", "--diff"]].concat());
    }
    let is_wanted = |args: &str| wanted.is_empty() || wanted.iter().any(|begin| args.starts_with(begin));
    let runs = runs.into_iter().map(|args| (args.join(" "), args)).filter(|(name, _)| is_wanted(name));
    let said = runs.map(|(name, args)| (name, run(here.path(), &args).0));
    let mut said: Vec<(String, String)> = said.collect();
    for format in FORMATS {
        let written = fs::read_to_string(here.path().join(format!("{format}.out"))).unwrap_or_default();
        said.push((format!("report {format}"), written));
    }
    said
}

#[test]
fn texts_of_the_project_show_no_marker() {
    let leaks: Vec<String> = said(&MARKED, &[])
        .iter()
        .filter_map(|(args, shown)| leak(shown).map(|line| format!("{args}: {line:.300}")))
        .collect();
    assert!(leaks.is_empty(), "{MARK} in:\n{}", leaks.join("\n"));
}

#[test]
fn ordinary_texts_of_the_project_are_shown() {
    let wanted = [
        ("deployment -f text", "registry.example.org/team/kratos:v1.3.1-distroless"),
        ("deployment -f text", "contrib/config at /etc/config/prod1"),
        ("deployment -f text", "MY_FEATURE_FLAGS_B (set)"),
        ("deployment -f text", "SECRETS_DEFAULT (set)"),
        ("deployment -f json", "\"/my-app2/kratos/config\""),
        ("hooks -f text", "web-hok"),
        ("init list -f text", "web-hok https://login.k8s-2.eu-central-1.example.co.uk/a"),
        ("init list -f text", "/selfservice/flows/login/after/my-app2/hooks/0"),
        ("render --hook /selfservice/flows/registration/after/hooks/3", "premium.jsonnet: no such file"),
        ("render --ext", "it reads `parts`"),
        ("schema request kratos.yml", "there are /selfservice/flows/login/after/my-app2/hooks/1, /"),
        ("respond", "/identity/my-app2"),
        ("respond", "Unable to find JSON Schema ID: no-premium"),
        ("init remove --diff", "web-hok removed from selfservice.flows.registration.after.hooks"),
        ("schema response", "\"description\": \"premium\""),
        ("schema openapi", "\"X-Tenant-Token\""),
        ("schema openapi", "https://login.k8s-2.eu-central-1.example.co.uk"),
        ("ctx login.after", "\"premium\""),
        ("test body.test.yml", "premium"),
        ("test broken.test.yml", "a: &parts [x]"),
        ("init recipe social", "https://id.example.org/self-service/methods/oidc/callback/google"),
        ("init recipe passwordless-code", "\"premium\""),
        ("--config", "premium is not a level"),
        ("--baseline", "kratos.yml: premium at /my-app2 is fixed"),
        ("report sarif", "/my-app2/kratos/config"),
    ];
    let runs: Vec<&str> = wanted.iter().map(|(args, _)| *args).chain(["check"]).collect();
    let all = said(&ORDINARY, &runs);
    let of =
        |args: &str| all.iter().find(|(own, _)| own.starts_with(args)).map(|(_, shown)| shown.as_str()).expect("run");
    for (args, shown) in wanted {
        assert!(of(args).contains(shown), "{shown}:\n{}", of(args));
    }
}
