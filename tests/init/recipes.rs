//! `init recipe`: what it writes has no findings, and is written once.

use std::fs;
use std::path::Path;

use kratos_lint::init::recipe;
use kratos_lint::kratos::version::Version;
use serde_json::Value;

use super::{base, forms, found, kratos_lint, mounted};

const ASKED: [&[&str]; 17] = [
    &["crm-notification", "--auth", "basic_auth"],
    &["block-disposable-email"],
    &["enrich-identity", "--url", "https://enrich.example.org/x"],
    &["sync-on-settings"],
    &["audit-login", "--auth", "none"],
    &["require-verified-login"],
    &["passwordless-code"],
    &["passkeys"],
    &["social-sign-in", "google"],
    &["social-sign-in", "github"],
    &["social-sign-in", "gitlab"],
    &["social-sign-in", "microsoft"],
    &["social-sign-in", "discord"],
    &["social-sign-in", "facebook"],
    &["cookies-for", "app.example.org", "id.example.org"],
    &["smtp"],
    &["http-courier"],
];

const VERSIONS: [&str; 4] = ["1.3.1", "26.2.0", "25.4.0", "1.2.0"];

fn files(folder: &Path) -> Vec<String> {
    let names = ["kratos.yml", "kratos.json", "kratos.toml", "values.yml", "identity.schema.json", "kratos-lint.toml"];
    names.iter().filter_map(|name| fs::read_to_string(folder.join(name)).ok()).collect()
}

#[test]
fn every_recipe_passes_the_linter_in_every_form() {
    let forms = forms::FORMS;
    for (number, asked) in ASKED.iter().enumerate() {
        for turn in 0..2 {
            let form = forms[(number * 3 + turn * 4) % forms.len()];
            let version = Version::parse(VERSIONS[(number + turn) % VERSIONS.len()]).expect("known").version;
            let here = tempfile::tempdir().expect("a folder");
            // Half of them with nothing but a password.
            let mut base = forms::base(version, turn == 0);
            if turn == 1 {
                for method in ["code", "passkey", "totp"] {
                    base["selfservice"]["methods"].as_object_mut().expect("a map").remove(method);
                    base["selfservice"]["flows"]["registration"]["after"]
                        .as_object_mut()
                        .expect("a map")
                        .remove(method);
                }
                base["selfservice"]["flows"]["verification"] = serde_json::json!({"enabled": false});
            }
            let (file, text) = forms::written(form, &base);
            fs::write(here.path().join(file), text).expect("written");
            let mut schema = forms::schema();
            let address = &mut schema["properties"]["traits"]["properties"]["email"];
            if turn == 1 {
                address["ory.sh/kratos"]["credentials"] = serde_json::json!({"password": {"identifier": true}});
            }
            fs::write(here.path().join("identity.schema.json"), format!("{schema:#}\n")).expect("written");
            let before = found(here.path(), file, version);
            let args = [&["init", "recipe"], *asked, &["--kratos", version.name(), "--write", file]].concat();
            let output = kratos_lint(here.path(), &args);
            assert_eq!(output.status.code(), Some(0), "{form} {args:?} {output:?}");
            let is_choice = |finding: &&String| {
                let rules = ["require-verified-address-gap", "code-registration-unchecked", "mapper-in-error-page"];
                !rules.iter().any(|rule| finding.starts_with(rule))
            };
            let after = found(here.path(), file, version);
            let new: Vec<&String> = after.iter().filter(|one| !before.contains(one)).filter(is_choice).collect();
            // The marks are not brought into a ConfigMap: init says so.
            let is_inside = form == "configmap" || form == "helm";
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let is_said = is_inside && said.contains("in the identity schema");
            assert!(new.is_empty() || is_said, "{form} {args:?}\n{new:#?}\n{}", files(here.path()).join("\n---\n"));
            let written = files(here.path());
            let again = kratos_lint(here.path(), &args);
            assert!(again.status.code() == Some(0) && files(here.path()) == written, "{form} {args:?} {again:?}");
        }
    }
    let known = recipe::ALL.iter().filter(|recipe| ASKED.iter().all(|asked| asked[0] != recipe.name));
    assert_eq!(known.count(), 0, "all are tried");
}

const PROVIDERS: [&[&str]; 19] = [
    &["apple"],
    &["auth0", "https://shop.eu.auth0.example.org/"],
    &["generic", "https://login.example.org/"],
    &["google"],
    &["slack"],
    &["linkedin_v2"],
    &["github-app"],
    &["salesforce"],
    &["spotify"],
    &["netid"],
    &["patreon"],
    &["x"],
    &["line"],
    &["amazon"],
    &["uaepass"],
    &["vk"],
    &["yandex"],
    &["lark"],
    &["linkedin"],
];

#[test]
fn every_provider_passes_the_linter_beside_all_others() {
    for form in ["four", "toml"] {
        let here = tempfile::tempdir().expect("a folder");
        let version = Version::parse("26.2.0").expect("known").version;
        let (file, text) = forms::written(form, &forms::base(version, true));
        fs::write(here.path().join(file), text).expect("written");
        fs::write(here.path().join("identity.schema.json"), forms::schema().to_string()).expect("written");
        let before = found(here.path(), file, version);
        // Half of them into each file.
        for asked in PROVIDERS.iter().skip(usize::from(form == "toml")).step_by(2) {
            let args = [&["init", "recipe", "social-sign-in"], *asked, &["--write", file]].concat();
            let output = kratos_lint(here.path(), &args);
            assert_eq!(output.status.code(), Some(0), "{form} {args:?} {output:?}");
            let mapper = fs::read_to_string(here.path().join(format!("oidc/{}.jsonnet", asked[0]))).expect("there");
            let is_unsaid =
                ["slack", "spotify", "vk", "yandex", "patreon", "lark", "linkedin", "x", "amazon", "uaepass"];
            assert_eq!(mapper.contains("email_verified"), !is_unsaid.contains(&asked[0]), "{asked:?}\n{mapper}");
        }
        let after = found(here.path(), file, version);
        // The recipe says itself that LinkedIn gives the old interface to no new app.
        let notes = ["mapper-in-error-page", "linkedin-scope-withdrawn"];
        let is_new = |one: &&String| !before.contains(one) && !notes.iter().any(|note| one.starts_with(note));
        let new: Vec<&String> = after.iter().filter(is_new).collect();
        assert!(new.is_empty(), "{form}\n{new:#?}\n{}", files(here.path()).join("\n---\n"));
    }
}

#[test]
fn a_recipe_has_a_page_and_says_what_is_missing() {
    let here = tempfile::tempdir().expect("a folder");
    let run = |args: &[&str]| kratos_lint(here.path(), &[&["init", "recipe"], args].concat());
    let shown = String::from_utf8_lossy(&run(&[]).stdout).into_owned();
    assert!(recipe::ALL.iter().all(|recipe| shown.contains(recipe.name)), "{shown}");
    let page = String::from_utf8_lossy(&run(&["social-sign-in", "google"]).stdout).into_owned();
    assert!(page.contains("provider: google") && page.contains("claims.email_verified"), "{page}");
    assert!(page.contains("/self-service/methods/oidc/callback/google") && page.contains("- hook: session"), "{page}");
    for wrong in [
        &["nope"][..],
        &["social-sign-in"],
        &["social-sign-in", "nope"],
        &["social-sign-in", "google", "https://accounts.google.com"],
        &["social-sign-in", "auth0", "shop"],
        &["social-sign-in", "amazon", "--kratos", "1.3.1"],
        &["passkeys", "x"],
        &["passkeys", "--url", "https://a.example.org/"],
        &["smtp", "--auth", "none"],
        &["passkeys", "--kratos", "1.1.0"],
        &["cookies-for", "a.example.org", "b.example.com"],
        &["cookies-for", "a.example.org"],
    ] {
        let output = run(wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?} {output:?}");
    }
}

#[test]
fn values_of_a_recipe_change_what_is_there() {
    let here = tempfile::tempdir().expect("a folder");
    let text = "serve:\n  public:\n    base_url: http://localhost:4433/ # local\n    cors: {enabled: false}\nsession:\n  cookie: {domain: localhost}\n\
                selfservice:\n  default_browser_return_url: https://old.example.org/\n  allowed_return_urls: [https://old.example.org/]\n";
    fs::write(here.path().join("kratos.yml"), text).expect("written");
    let args = ["init", "recipe", "cookies-for", "app.example.org", "id.example.org", "--write", "kratos.yml"];
    assert_eq!(kratos_lint(here.path(), &args).status.code(), Some(0));
    let written = fs::read_to_string(here.path().join("kratos.yml")).expect("there");
    assert!(written.contains("base_url: https://id.example.org/ # local\n"), "{written}");
    let value: Value = serde_yaml::from_str(&written).expect("YAML");
    assert_eq!(value["serve"]["public"]["cors"]["enabled"], true);
    assert_eq!(value["session"]["cookie"]["domain"], "example.org");
    assert_eq!(value["cookies"]["domain"], "example.org");
    assert_eq!(value["selfservice"]["default_browser_return_url"], "https://old.example.org/");
    assert_eq!(value["selfservice"]["allowed_return_urls"][1], "https://app.example.org/");
}

#[test]
fn what_a_recipe_brings_elsewhere_is_said() {
    let here = tempfile::tempdir().expect("a folder");
    base(here.path(), "26.2.0");
    let path = here.path().join("kratos.yml");
    let text = fs::read_to_string(&path).expect("there");
    // The page of errors is not among what the recipe sets.
    fs::write(&path, text.replace("www.example.org/error", "www.other.net/error")).expect("written");
    let args = ["init", "recipe", "cookies-for", "https://www.example.com", "https://id.example.com", "--write"];
    let output = kratos_lint(here.path(), &[&args[..], &["kratos.yml"]].concat());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    let report = kratos_lint(here.path(), &["--format", "concise", "kratos.yml"]);
    let report = String::from_utf8_lossy(&report.stdout).into_owned();
    assert!(report.contains("`example.com` and `other.net`"), "{report}");
    assert!(
        said.contains("new finding: error[pages-on-other-site] forms end in a CSRF violation: `example.com`"),
        "{said}"
    );
}

/// Samples are notes on a server for development, and warnings on the one that the recipe makes of it.
#[test]
fn notes_that_become_warnings_by_a_recipe_are_said() {
    let here = tempfile::tempdir().expect("a folder");
    let path = here.path().join("kratos.yml");
    let text = "dsn: postgres://db/kratos\nserve: {public: {base_url: http://127.0.0.1:4433/}}\nselfservice:\n  \
                default_browser_return_url: http://127.0.0.1:4455/\n  flows: {login: {ui_url: http://127.0.0.1:4455/login}}\n\
                log:\n  leak_sensitive_values: true\nidentity:\n  schemas: [{id: default, url: https://example.org/s.json}]\n";
    fs::write(&path, text).expect("written");
    let args = ["init", "recipe", "cookies-for", "https://www.example.com", "https://id.example.com", "--write"];
    let output = kratos_lint(here.path(), &[&args[..], &["kratos.yml"]].concat());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("new finding: warning[sensitive-log]"), "{said}");
}

#[test]
fn documents_that_the_container_does_not_see_are_in_the_configuration() {
    let here = tempfile::tempdir().expect("a folder");
    let path = mounted(here.path(), "./kratos.yml:/etc/config/kratos/kratos.yml");
    for recipe in [&["crm-notification"][..], &["social-sign-in", "github"]] {
        let output = kratos_lint(here.path(), &[&["init", "recipe"], recipe, &["--write", "kratos.yml"]].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(
            said.contains("is not mounted into the container") && !said.contains("file-not-in-container"),
            "{said}"
        );
    }
    assert!(!here.path().join("hooks").exists() && !here.path().join("oidc").exists());
    assert_eq!(fs::read_to_string(&path).expect("there").matches("mapper_url: base64://").count(), 1);
}

#[test]
fn a_recipe_that_moves_a_hook_renames_its_variables_everywhere() {
    let here = tempfile::tempdir().expect("a folder");
    base(here.path(), "26.2.0");
    let hook = ["init", "--flow", "login", "--url", "https://a.example.org/x", "--write", "kratos.yml"];
    assert_eq!(kratos_lint(here.path(), &hook).status.code(), Some(0));
    let settings = || fs::read_to_string(here.path().join("kratos-lint.toml")).expect("settings");
    assert!(settings().contains("LOGIN_AFTER_HOOKS_0_CONFIG_AUTH_CONFIG_VALUE"), "{}", settings());
    let output = kratos_lint(here.path(), &["init", "recipe", "require-verified-login", "--write", "kratos.yml"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(settings().contains("LOGIN_AFTER_HOOKS_1_CONFIG_AUTH_CONFIG_VALUE"), "{}", settings());
    assert!(!settings().contains("HOOKS_0_CONFIG_AUTH"), "{}", settings());
    let report = kratos_lint(here.path(), &["-f", "concise", "kratos.yml"]);
    assert!(!String::from_utf8_lossy(&report.stdout).contains("error["), "{report:?}");
}

#[test]
fn a_provider_that_is_there_keeps_its_mapper() {
    let here = tempfile::tempdir().expect("a folder");
    base(here.path(), "26.2.0");
    let recipe = ["init", "recipe", "social-sign-in", "google", "--write", "kratos.yml"];
    assert_eq!(kratos_lint(here.path(), &recipe).status.code(), Some(0));
    let path = here.path().join("kratos.yml");
    let text = fs::read_to_string(&path).expect("there").replace("oidc/google.jsonnet", "oidc/own.jsonnet");
    fs::write(&path, &text).expect("written");
    let mapper = here.path().join("oidc/google.jsonnet");
    fs::rename(&mapper, here.path().join("oidc/own.jsonnet")).expect("renamed");
    let output = kratos_lint(here.path(), &recipe);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(fs::read_to_string(&path).expect("there"), text);
    assert!(!mapper.exists());
    assert!(String::from_utf8_lossy(&output.stderr).contains("The provider google is there"), "{output:?}");
}
