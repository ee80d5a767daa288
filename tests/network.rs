//! Ory Network as target, and what `pack` and `unpack` do, over the real binary.

mod snapshot;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kratos_lint::discover;
use kratos_lint::disk::Disk;
use kratos_lint::files::Files;
use kratos_lint::pack::unpack::unpack;
use kratos_lint::pack::{Document, pack};
use kratos_lint::text::Source;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/network");

fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kratos-lint")).current_dir(folder).args(args).output().expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Files as users keep them for Ory Network: findings, and nothing else. The folder is the whole project: around it are hundreds of
/// starts.
#[test]
fn findings_are_those_of_ory_network() {
    let mut found = String::new();
    let names = [
        "identity-config.json",
        "identity-config.yaml",
        "project.json",
        "project.yaml",
        "mistakes-actions.yaml",
        "mistakes-project.json",
        "actions.tf",
        "project-jsonencode.tf",
        "mistakes-actions.tf",
        "patch.json",
        "patch.sh",
    ];
    for name in names {
        let output = run(Path::new(FOLDER), &["-f", "concise", "--show-info", "--root", ".", name]);
        assert!(text(&output.stderr).contains("checked for Ory Network"), "{name}: {}", text(&output.stderr));
        found.push_str(&format!("# {name}\n{}", text(&output.stdout)));
    }
    snapshot::expect(Path::new(FOLDER), "findings", &found);
}

/// The examples of Terraform on the pages of rules.
#[test]
fn examples_of_terraform_are_what_they_say() {
    let mut examples = 0;
    for rule in kratos_lint::rules::ALL {
        for block in rule.docs.split("```terraform ").skip(1) {
            let (kind, text) = block.split_once('\n').expect("a fenced block");
            let text = text.split("\n```").next().unwrap_or_default();
            let folder = tempfile::tempdir().expect("a folder");
            fs::write(folder.path().join("main.tf"), text).expect("writable");
            let output = run(folder.path(), &["--only", rule.name, "--show-info", "-f", "concise", "main.tf"]);
            assert_eq!(kind == "bad", !output.stdout.is_empty(), "{}: {}", rule.name, text);
            examples += 1;
        }
    }
    assert!(examples >= 6, "examples are found");
}

#[test]
fn the_open_source_server_refuses_an_export() {
    let args = ["--kratos", "26.2", "--only", "unknown-key", "-f", "concise", "identity-config.yaml"];
    let found = text(&run(Path::new(FOLDER), &args).stdout);
    assert_eq!(found.lines().filter(|line| line.contains("saml") || line.contains("captcha")).count(), 5, "{found}");
}

/// Real servers were asked which keys of an export they refuse: the same ones are named, no others, and once each.
#[test]
fn the_way_back_names_what_a_server_refuses() {
    let output = run(Path::new(FOLDER), &["versions", "-f", "json", "identity-config.json"]);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rows = fs::read_to_string(Path::new(FOLDER).join("export-refused.tsv")).expect("readable");
    let rows: Vec<(&str, &str)> = rows.lines().filter_map(|row| row.split_once('\t')).collect();
    for version in ["v1.3.1", "v25.4.0", "v26.2.0"] {
        let entry = told["versions"].as_array().into_iter().flatten().find(|entry| entry["kratos"] == version);
        let reasons = entry.and_then(|entry| entry["reasons"].as_array().cloned()).unwrap_or_default();
        let named: Vec<&str> = reasons.iter().filter_map(|reason| reason["pointer"].as_str()).collect();
        let refused: Vec<&str> = rows.iter().filter(|(of, _)| *of == version).map(|(_, pointer)| *pointer).collect();
        assert!(!refused.is_empty() && named.len() == reasons.len());
        let missed: Vec<&&str> =
            refused.iter().filter(|key| !named.iter().any(|name| name.starts_with(**key))).collect();
        let wrong: Vec<&&str> = named.iter().filter(|name| !refused.iter().any(|key| name.starts_with(key))).collect();
        assert!(missed.is_empty() && wrong.is_empty(), "{version}: not named {missed:?}, wrong {wrong:?}");
        let moved = run(
            Path::new(FOLDER),
            &["upgrade", "--from", "network", "--to", version, "-f", "json", "identity-config.json"],
        );
        let moved: serde_json::Value = serde_json::from_slice(&moved.stdout).expect("JSON");
        let of_kind = |kind: &str| -> Vec<String> {
            let found = moved["findings"].as_array().into_iter().flatten().filter(|found| found["kind"] == kind);
            found.filter_map(|found| found["pointer"].as_str().map(str::to_owned)).collect()
        };
        assert_eq!(of_kind("refused"), named, "{version}");
        assert_eq!(of_kind("default"), Vec::<String>::new(), "a project has defaults of its own");
        assert!(of_kind("left").contains(&"/serve/public/base_url".to_owned()), "{moved}");
        assert!(of_kind("new").iter().any(String::is_empty), "the database is missing: {moved}");
    }
    let stays = run(Path::new(FOLDER), &["upgrade", "--to", "network", "identity-config.json"]);
    assert_eq!((stays.status.code(), text(&stays.stdout)), (Some(2), String::new()));
    assert!(text(&stays.stderr).contains("for Ory Network"), "{}", text(&stays.stderr));
}

/// A script that sends a file with the Ory CLI says where it goes, and that its files are embedded.
#[test]
fn the_ory_cli_embeds_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        fs::write(path, text).expect("writable");
    };
    write(
        "kratos.yaml",
        "identity: {default_schema_id: a, schemas: [{id: a, url: \"file://a.json\"}]}\n\
         selfservice: {default_browser_return_url: /ui/welcome}\n",
    );
    write(
        "a.json",
        "{\"type\": \"object\", \"properties\": {\"traits\": {\"type\": \"object\", \"properties\": \
          {\"email\": {\"type\": \"string\", \"ory.sh/kratos\": {\"credentials\": {\"password\": {\"identifier\": true}}}}}}}}",
    );
    let only = ["--only", "network-file-reference", "-f", "concise", "kratos.yaml"];
    assert_eq!(text(&run(folder.path(), &only).stdout), "");
    let forced: Vec<&str> = ["--kratos", "network"].into_iter().chain(only).collect();
    assert!(text(&run(folder.path(), &forced).stdout).contains("only the Ory CLI embeds it"));
    write(".github/workflows/ory.yml", "- run: ory update identity-config --file kratos.yaml\n");
    let sent = run(folder.path(), &["-f", "concise", "kratos.yaml"]);
    assert!(text(&sent.stderr).contains(".github/workflows/ory.yml sends this file there"), "{}", text(&sent.stderr));
    assert_eq!(text(&run(folder.path(), &forced).stdout), "");
}

/// Scripts call the Ory CLI in many ways.
#[test]
fn who_sends_a_file_is_found_in_scripts() {
    let callers = [
        ("Makefile", "sync:\n\t@$(ORY) update identity-config \\\n\t  --file config/identity.yaml\n", true),
        (".circleci/config.yml", "- run: ory --yes patch project --file config/identity.yaml\n", true),
        ("scripts/sync.sh", "docker run oryd/ory:v1 update project -f config/identity.yaml\n", true),
        ("package.json", "{\"scripts\": {\"sync\": \"npx @ory/cli update ic --file config/identity.yaml\"}}", true),
        ("Makefile", "show:\n\tory get project\n\tcat config/identity.yaml\n", false),
        (
            "infra.tf.json",
            "{\"resource\": {\"ory_project\": {\"a\": {\"b\": \"${file(\\\"config/identity.yaml\\\")}\"}}}}",
            false,
        ),
    ];
    for (name, script, embeds) in callers {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in [
            (name, script),
            (".gitignore", ""),
            (
                "config/identity.yaml",
                "identity: {default_schema_id: a, schemas: [{id: a, url: \"file://a.json\"}]}\nselfservice: {default_browser_return_url: /ui/welcome}\n",
            ),
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
            fs::write(path, text).expect("writable");
        }
        fs::create_dir(folder.path().join(".git")).expect("writable");
        let args = ["--kratos", "network", "--only", "network-file-reference", "-f", "concise", "config/identity.yaml"];
        let found = text(&run(folder.path(), &args).stdout);
        assert_eq!(found.is_empty(), embeds, "{name}: {found}");
    }
}

/// Resources in several files, one of them JSON, for two projects; each file silences its own findings.
#[test]
fn files_of_terraform_are_read_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("writable");
    let action = |name: &str, more: &str| {
        format!(
            "resource \"ory_action\" \"{name}\" {{\n  flow = \"login\"\n  timing = \"after\"\n  response_ignore = true\n  \
             url = \"https://a.example.org/\"\n{more}}}\n"
        )
    };
    write("a.tf", &action("a", "  body = \"file://a.jsonnet\" # kratos-lint: ignore[network-action-body] later\n"));
    let silenced = "  # kratos-lint: ignore[network-action-body] later\n  body = \"file://a.jsonnet\"\n";
    let of_text = "  # kratos-lint: ignore[jsonnet-missing-field] later\n  body = <<-EOT\n    function(ctx) { a: ctx.no }\n  EOT\n";
    write("b.tf", &(action("b", silenced) + &action("c", of_text)));
    write("c.tf", &action("d", "  body = base64encode(\"function(ctx) {}\")\n"));
    let other =
        "  response_parse = true\n".to_owned() + "  provider = ory.staging\n  body = \"function(ctx) ctx.nothing\"\n";
    write("d.tf", &action("e", &other).replace("  response_ignore = true\n", ""));
    write(
        "e.tf.json",
        "{\"//\": \"a comment\", \"locals\": {\"to\": \"https://b.example.org\"}, \"resource\": [{\"ory_action\": {\"j\": [{\n\
         \"flow\": \"login\", \"timing\": \"after\", \"url\": \"${local.to}/\", \"response_ignore\": true,\n\
         \"body\": \"function(ctx) {\\n  \\\"id\\\": ctx.flow.id,\\n  a: ctx.nope\\n}\"}],\n\
         \"k\": {\"flow\": \"login\", \"timing\": \"after\", \"url\": \"https://c.example.org/\", \"response_ignore\": true,\n\
         \"body\": \"${file(\\\"${path.module}/k.jsonnet\\\")}\"}}}]}\n",
    );
    write("k.jsonnet", "function(ctx) { k: ctx.nowhere }\n");
    let output = run(folder.path(), &["-f", "concise"]);
    let found = text(&output.stdout);
    let places: Vec<String> = found
        .lines()
        .map(|line| line.split("] ").next().unwrap_or_default().replace(": error[", " ").replace(": warning[", " "))
        .collect();
    let expected = [
        "c.tf:6:10 network-action-body",
        "d.tf:7:25 jsonnet-missing-field",
        "e.tf.json:3:56 jsonnet-missing-field",
        "k.jsonnet:1:20 jsonnet-missing-field",
    ];
    let missing: Vec<&&str> = expected.iter().filter(|place| !places.iter().any(|found| found == **place)).collect();
    assert!(missing.is_empty() && places.len() == expected.len(), "not found {missing:?} in {found}");
}

/// A file of Terraform that cannot be read says so, with its place; one of another subject does not matter.
#[test]
fn broken_files_of_terraform_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("writable");
    write("actions.tf", "resource \"ory_action\" \"a\" {\n  flow = \n}\n");
    write("other.tf", "resource \"aws_thing\" {{{\n");
    write("more.tf.json", "{\"resource\": {\"ory_action\": {,}}}");
    let output = run(folder.path(), &["-f", "concise"]);
    // The resources of Ory in them are not checked: the gate stays shut.
    let told = text(&output.stdout);
    assert_eq!((output.status.code(), told.matches("error[unreadable-file]").count()), (Some(1), 2), "{told}");
    assert!(told.contains("line 2, column 10: it is not HCL: "), "{told}");
    assert!(told.contains("line 1, column 30: it is not JSON: "), "{told}");
    assert!(["actions.tf", "more.tf.json"].iter().all(|name| told.contains(name)), "{told}");
    assert!(!told.contains("other.tf"), "{told}");
    for name in ["actions.tf", "more.tf.json"] {
        let named = run(folder.path(), &[name]);
        assert_eq!(named.status.code(), Some(2), "{}", text(&named.stderr));
    }
}

/// Any one sign is enough.
#[test]
fn signs_of_ory_network() {
    let schemas = "identity: {default_schema_id: a, schemas: [{id: a, url: \"base64://e30=\"}]}\n";
    let plain = "selfservice: {default_browser_return_url: https://a.example/}\n";
    let rows = [
        (format!("{schemas}{plain}"), kratos_lint::kratos::version::Version::NEWEST.name()),
        (
            format!(
                "{}{plain}",
                schemas.replace("base64://e30=", "https://storage.googleapis.com/bac-gcs-production/x")
            ),
            "network",
        ),
        (format!("{}{plain}", schemas.replace(": a", ": preset://username")), "network"),
        (format!("{schemas}{}", plain.replace("a.example", "quiet-otter-1.projects.oryapis.com")), "network"),
        (
            format!("{schemas}{plain}session: {{cookie: {{name: ory_session_quietotter1}}}}\n"),
            kratos_lint::kratos::version::Version::NEWEST.name(),
        ),
        (format!("{schemas}{}", plain.replace('{', "{methods: {captcha: {enabled: true}}, ")), "network"),
        (format!("{schemas}{}dsn: memory\n", plain.replace('{', "{methods: {saml: {enabled: true}}, ")), "oel"),
    ];
    for (config, wanted) in rows {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("kratos.yml"), &config).expect("writable");
        let output = run(folder.path(), &["-f", "json", "kratos.yml"]);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(report["units"][0]["kratos"]["version"], wanted, "{config}");
    }
}

/// Findings whose words are those of a server that starts are in the words of a service that takes a change.
#[test]
fn what_ory_network_refuses() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("writable");
    let stored = "https://storage.googleapis.com/bac-gcs-production/";
    let digest = "0123456789abcdef".repeat(8);
    write("empty.json", "");
    write(
        "kratos.yaml",
        &format!(
            "identity: {{default_schema_id: a, schemas: [\n  {{id: a, url: \"file://empty.json\"}},\n  \
             {{id: b, url: \"file://gone.json\"}},\n  {{id: c, url: \"{stored}{digest}.json\"}},\n  \
             {{id: d, url: \"{stored}{}.json\"}}]}}\nselfservice: {{default_browser_return_url: /ui/welcome}}\n",
            &digest[1..]
        ),
    );
    write("sync.sh", "ory update identity-config --file kratos.yaml\n");
    let found = text(&run(folder.path(), &["-f", "concise", "kratos.yaml"]).stdout);
    let places: Vec<&str> = found.lines().collect();
    assert!(places.len() == 3 && !found.contains("does not start"), "{found}");
    assert!(found.contains("identity-schema-refused] Ory Network refuses this, because "), "{found}");
    assert!(found.contains("kratos.yaml:3:16: warning[identity-schema-missing] the Ory CLI stops unless "), "{found}");
    assert!(
        found.contains("kratos.yaml:5:16: warning[network-foreign-content] Ory Network refuses this addr"),
        "{found}"
    );
}

/// Ory Network renames schemas: to the SHA-512 of their bytes, in the list and as the default.
#[test]
fn renamed_schemas_are_up_to_date() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("writable");
    let schema = "{\"type\": \"object\"}\n";
    write("a.json", schema);
    let config = |id: &str, default: &str, url: &str| {
        format!(
            "identity:\n  default_schema_id: {default}\n  schemas:\n    - id: {id}\n      url: {url}\n\
             selfservice:\n  default_browser_return_url: /ui/welcome\n"
        )
    };
    let digest = kratos_lint::pack::digest(schema.as_bytes());
    let stored = format!("https://storage.googleapis.com/bac-gcs-production/{digest}.json");
    write("source.yaml", &config("customer", "customer", "file://a.json"));
    write("kept.yaml", &config(&digest, &digest, &stored));
    let check = ["pack", "--no-lint", "source.yaml", "--output", "kept.yaml", "--check"];
    let same = run(folder.path(), &check);
    assert_eq!((same.status.code(), text(&same.stdout)), (Some(0), String::new()));
    write("kept.yaml", &config(&digest, "preset://email", &stored));
    let other = run(folder.path(), &check);
    assert_eq!(other.status.code(), Some(1));
    assert_eq!(text(&other.stdout), "kept.yaml: /identity/default_schema_id differs\n");
}

/// What `unpack` takes out, `pack` puts in again: the same bytes.
#[test]
fn round_trips_give_the_same_bytes() {
    for name in ["identity-config.json", "identity-config.yaml", "project.json", "mistakes-actions.yaml", "patch.json"]
    {
        let folder = tempfile::tempdir().expect("a folder");
        let original = fs::read(Path::new(FOLDER).join(name)).expect("readable");
        fs::write(folder.path().join(name), &original).expect("writable");
        let unpacked = format!("unpacked-{name}");
        let output = run(folder.path(), &["unpack", name, "--into", "parts", "--output", &unpacked]);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", text(&output.stderr));
        let packed = run(folder.path(), &["pack", "--no-lint", &unpacked]);
        let expected = if name == "patch.json" { None } else { Some(text(&original)) };
        match expected {
            Some(expected) => assert_eq!(text(&packed.stdout), expected, "{name}: {}", text(&packed.stderr)),
            // Its files are not beside it.
            None => assert_eq!(packed.status.code(), Some(2)),
        }
        let parts: Vec<PathBuf> = fs::read_dir(folder.path().join("parts"))
            .map(|entries| entries.filter_map(Result::ok).map(|entry| entry.path()).collect())
            .unwrap_or_default();
        assert_eq!(
            parts.is_empty(),
            ["identity-config.json", "patch.json"].contains(&name) && parts.is_empty(),
            "{name}"
        );
    }
}

/// A file at a key that Ory Network does not know is not lost in silence, and the folder of what is unpacked is made.
#[test]
fn what_stays_a_file_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = "version: v0.7.1\nidentity:\n  default_schema_url: file://./person.schema.json\n";
    fs::write(folder.path().join("old.yml"), old).expect("writable");
    let packed = run(folder.path(), &["pack", "--no-lint", "old.yml"]);
    assert_eq!((packed.status.code(), text(&packed.stdout)), (Some(0), old.to_owned()));
    let said = text(&packed.stderr);
    assert!(said.contains("old.yml:3:23: `/identity/default_schema_url` still refers to a file"), "{said}");
    let unpacked = run(folder.path(), &["unpack", "old.yml", "--into", "parts", "--output", "parts/old.yml"]);
    assert_eq!(unpacked.status.code(), Some(0), "{}", text(&unpacked.stderr));
    assert_eq!(fs::read_to_string(folder.path().join("parts/old.yml")).expect("there"), old);
}

/// Actions say nothing of the methods that the project has.
#[test]
fn a_hook_is_off_where_the_file_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let action = |flow: &str, method: &str| {
        format!(
            "resource \"ory_action\" \"{flow}_{method}\" {{\n  flow = \"{flow}\"\n  timing = \"after\"\n  auth_method = \"{method}\"\n  \
             url = \"https://hooks.example.org/{flow}\"\n  method = \"POST\"\n  body = \"function(ctx) {{}}\"\n}}\n"
        )
    };
    let actions = action("registration", "oidc") + &action("login", "code");
    fs::write(folder.path().join("main.tf"), actions).expect("writable");
    let shown = text(&run(folder.path(), &["hooks", "main.tf"]).stdout);
    assert!(shown.starts_with("What runs at the hook points of main.tf in Ory Network\n"), "{shown}");
    assert!(shown.contains("registration.after.oidc\n  1. ") && shown.contains("login.after.code\n  1. "), "{shown}");
    assert!(!shown.contains("never runs"), "{shown}");
    for args in [&["versions", "main.tf"][..], &["upgrade", "--from", "1.1", "main.tf"]] {
        let output = run(folder.path(), args);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{output:?}");
        let said = text(&output.stderr);
        assert!(said.contains("main.tf holds parts of a project of Ory Network"), "{said}");
    }
}

/// A text that cannot be read is not written as `null` in another format.
#[test]
fn what_cannot_be_read_gets_no_other_format() {
    let folder = tempfile::tempdir().expect("a folder");
    let marked = "\u{feff}{\"selfservice\": {\"flows\": {}}}";
    fs::write(folder.path().join("marked.json"), marked).expect("writable");
    let packed = run(folder.path(), &["pack", "--no-lint", "-f", "yaml", "marked.json"]);
    assert_eq!((packed.status.code(), text(&packed.stdout)), (Some(2), String::new()));
    let said = text(&packed.stderr);
    assert!(said.contains("marked.json cannot be written in another format: it has a syntax error"), "{said}");
}

/// The service has no environment of the user.
#[test]
fn no_variable_is_named_for_ory_network() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "identity:\n  default_schema_id: preset://email\n  schemas: [{id: preset://email, url: preset://email}]\n\
                selfservice:\n  methods:\n    oidc: {enabled: true, config: {providers: [{id: a, provider: google, client_id: null}]}}\n  \
                flows:\n    error: {ui_url: https://www.example.com/error}\n";
    fs::write(folder.path().join("identity.yml"), text).expect("writable");
    let open = text_of_findings(folder.path(), "26.2.0");
    assert!(open.contains("unless SELFSERVICE_"), "{open}");
    let network = text_of_findings(folder.path(), "network");
    let missing = "Ory Network refuses this: `default_browser_return_url` is missing in `selfservice`";
    assert!(network.contains(missing) && !network.contains("unless"), "{network}");
}

fn text_of_findings(folder: &Path, version: &str) -> String {
    text(&run(folder, &["--kratos", version, "-f", "concise", "--show-info", "identity.yml"]).stdout)
}

/// Real configurations with all their files embedded: taken out and put in again they are the same bytes.
#[test]
fn round_trips_of_real_files_give_the_same_bytes() {
    let mut folders = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/corpus"))];
    let (mut trips, mut contents) = (0, 0);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).expect("a folder").filter_map(Result::ok).map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if !path.to_string_lossy().ends_with(".yml") && !path.to_string_lossy().ends_with(".yaml") {
                continue;
            }
            let packed = embedded(&fs::read_to_string(&path).expect("UTF-8"));
            let source = Source::new("kratos.yml", packed.clone());
            let Ok(document) = Document::of(&source, discover::named(&source)) else { continue };
            let unpacked = unpack(&document, Path::new("parts"), &BTreeMap::new());
            let files = unpacked.files.into_iter();
            let files = files.map(|(path, bytes)| (path.to_string_lossy().into_owned(), text(&bytes)));
            let disk = Disk::in_memory(files.chain([("kratos.yml".to_owned(), unpacked.text.clone())]));
            let source = Source::new("kratos.yml", unpacked.text.clone());
            let document = Document::of(&source, discover::named(&source)).expect("it still holds one");
            let again =
                pack(&document, &Files::beside(&disk, Path::new("kratos.yml")), true).expect("all files are there");
            assert!(again.text == packed, "{}", path.display());
            trips += 1;
            contents += again.embedded;
        }
    }
    assert!(trips > 30 && contents > 60, "{trips} files, {contents} contents");
}

/// A text in which each `file://` stands for a content of its own, embedded.
fn embedded(text: &str) -> String {
    let mut parts = text.split("file://");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| c.is_whitespace() || "\"'<>,}]".contains(c)).unwrap_or(part.len());
        let (path, rest) = part.split_at(end);
        out.push_str(&format!("base64://{}{rest}", STANDARD.encode(format!("what is in {path}: \u{e4}\n"))));
    }
    out
}

/// Values of every style, paths of every kind and bytes of every kind are packed; the rest of the file stays.
#[test]
fn every_way_of_writing_is_packed() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("writable");
    write("a b.json", b"{\"$ref\": \"b.json\"}\r\n");
    write("c.html", b"\xef\xbb\xbf\xff latin \xe9");
    let config = "identity:\n  schemas:\n    - id: a\n      url: >-\n        file://a%20b.json\n\n      # kept\n    - id: b\n      \
                  url: &b 'FILE://a%20b.json' # kept\n    - {id: c, url: *b}\n\
                  selfservice: {default_browser_return_url: /a}\ncourier: {templates: {recovery_code: {valid: {email: {body:\n  \
                  {html: file://c.html, plaintext: \"file://\\x63.html\"}}}}}}\n";
    write("kratos.yml", config.as_bytes());
    let packed = run(folder.path(), &["pack", "--no-lint", "kratos.yml"]);
    let (schema, html) = (
        format!("base64://{}", STANDARD.encode(b"{\"$ref\": \"b.json\"}\r\n")),
        format!("base64://{}", STANDARD.encode(b"\xef\xbb\xbf\xff latin \xe9")),
    );
    let expected = config
        .replace(">-\n        file://a%20b.json", &format!("\"{schema}\""))
        .replace("FILE://a%20b.json", &schema)
        .replace("{html: file://c.html", &format!("{{html: {html}"))
        .replace("file://\\x63.html", &html);
    assert_eq!(text(&packed.stdout), expected, "{}", text(&packed.stderr));
    assert!(text(&packed.stderr).contains("refers to `b.json`"), "{}", text(&packed.stderr));
    write("packed.yml", &packed.stdout);
    let unpacked = run(folder.path(), &["unpack", "packed.yml", "--into", "out"]);
    write("unpacked.yml", &unpacked.stdout);
    assert_eq!(run(folder.path(), &["pack", "--no-lint", "unpacked.yml"]).stdout, packed.stdout);
    let html = fs::read(folder.path().join("out/recovery_code-valid-email-html.html"));
    assert_eq!(html.expect("a file"), b"\xef\xbb\xbf\xff latin \xe9");
}

#[test]
fn addresses_of_the_storage_are_local_files() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["identity-config.json", "customer.schema.json", "jsonnet/signup.jsonnet"] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        fs::copy(Path::new(FOLDER).join(name), path).expect("a copy");
    }
    let output = run(folder.path(), &["unpack", "identity-config.json", "--into", "parts"]);
    let unpacked = text(&output.stdout);
    assert!(unpacked.contains("\"file://jsonnet/signup.jsonnet\""), "{unpacked}");
    assert!(unpacked.contains("\"file://customer.schema.json\""));
    assert!(unpacked.contains("\"preset://email\""), "presets stay");
    fs::write(folder.path().join("source.json"), unpacked).expect("writable");
    let check = ["pack", "--no-lint", "source.json", "--output", "identity-config.json", "--check"];
    let same = run(folder.path(), &check);
    assert_eq!(same.status.code(), Some(0), "{}", text(&same.stdout));
    fs::write(folder.path().join("jsonnet/signup.jsonnet"), "function(ctx) {}").expect("writable");
    let other = run(folder.path(), &check);
    assert_eq!(other.status.code(), Some(1));
    assert!(text(&other.stdout).contains("/body has changed"), "{}", text(&other.stdout));
}

#[test]
fn secrets_are_packed_only_when_told() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("keys.json"), "{\"keys\": []}").expect("writable");
    let config = "selfservice: {default_browser_return_url: /a}\nsession: {whoami: {tokenizer: {templates: {a: {jwks_url: file://keys.json}}}}}\n";
    fs::write(folder.path().join("kratos.yml"), config).expect("writable");
    let refused = run(folder.path(), &["pack", "--no-lint", "kratos.yml"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("--secrets"));
    let patch = "[{\"op\": \"add\", \"path\": \"/session/whoami/tokenizer/templates/a/jwks_url\", \"value\": \"file://keys.json\"}]";
    fs::write(folder.path().join("patch.json"), patch).expect("writable");
    assert_eq!(run(folder.path(), &["pack", "--no-lint", "patch.json"]).status.code(), Some(2), "a key in a patch");
    let told = run(folder.path(), &["pack", "--no-lint", "--secrets", "kratos.yml"]);
    assert_eq!(text(&told.stdout), config.replace("file://keys.json", "base64://eyJrZXlzIjogW119"));
    let as_json = run(folder.path(), &["pack", "--no-lint", "--secrets", "-f", "json", "kratos.yml"]);
    let value: serde_json::Value = serde_json::from_slice(&as_json.stdout).expect("JSON");
    assert_eq!(value["session"]["whoami"]["tokenizer"]["templates"]["a"]["jwks_url"], "base64://eyJrZXlzIjogW119");
}

/// No folder and no name ends a value of YAML or a path of an address, and names differ on disks that do not tell `A` from `a`.
#[test]
fn folders_of_every_name_are_unpacked() {
    let config = "identity: {schemas: [{id: User, url: base64://e30=}, {id: user, url: 'base64://e30K'}]}\n\
                  selfservice: {default_browser_return_url: /a}\n";
    for name in ["a #b", "it's", "50%25", "m: n", "a,b", "[x]", "{{x}}", "q?r", "a b", "\u{e4}"] {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("packed.yml"), config).expect("writable");
        let unpacked = run(folder.path(), &["unpack", "packed.yml", "--into", name, "--output", "unpacked.yml"]);
        assert_eq!(unpacked.status.code(), Some(0), "{name}: {}", text(&unpacked.stderr));
        let packed = run(folder.path(), &["pack", "--no-lint", "unpacked.yml"]);
        assert_eq!(text(&packed.stdout), config, "{name}: {}", text(&packed.stderr));
        assert!(folder.path().join(name).join("user-2.schema.json").exists(), "{name}");
    }
}

/// What is kept is up to date only when servers read the same of all its documents; no value is lost in another format.
#[test]
fn every_document_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("writable");
    let config = "identity: {schemas: [{id: a, url: base64://e30=}]}\nselfservice: {default_browser_return_url: /a}\n";
    let map = format!("kind: ConfigMap\ndata:\n  kratos.yml: |\n    {}\n", config.trim_end().replace('\n', "\n    "));
    let two = format!("kind: ConfigMap\ndata: {{}}\n---\n{map}");
    for (own, kept, says) in [
        (config, format!("# packed\n{config}"), ""),
        (config, format!("{config}dsn: [\n"), ": it has a syntax error\n"),
        (&two, two.replace("/a}", "/b}"), ": /data/kratos.yml differs\n"),
        (&two, map.clone(), " differs\n"),
    ] {
        write("own.yml", own);
        write("kept.yml", &kept);
        let check = run(folder.path(), &["pack", "--no-lint", "own.yml", "--output", "kept.yml", "--check"]);
        let expected = if says.is_empty() { (Some(0), String::new()) } else { (Some(1), format!("kept.yml{says}")) };
        assert_eq!((check.status.code(), text(&check.stdout)), expected);
    }
    write("own.json", "{\"selfservice\": {\"default_browser_return_url\": \"/\u{7f}\"}}");
    write("own.toml", "[selfservice]\ndefault_browser_return_url = \"/a\"\n");
    for (name, value) in [("own.json", "\"/\\u007f\""), ("own.toml", "/a")] {
        let written = run(folder.path(), &["pack", "--no-lint", "-f", "yaml", name]);
        assert_eq!(text(&written.stdout), format!("selfservice:\n  default_browser_return_url: {value}\n"));
    }
    write("open.yml", "selfservice: {default_browser_return_url: /a}\nx: .inf\n");
    for (name, why) in [("own.yml", "several documents"), ("open.yml", "syntax error")] {
        let refused = run(folder.path(), &["pack", "--no-lint", "-f", "json", name]);
        assert!(refused.stdout.is_empty() && text(&refused.stderr).contains(why), "{refused:?}");
    }
}
