//! What the code of a release says that no schema shows: the fields of its messages, its hooks, its providers, its go-jsonnet.

use std::collections::{BTreeMap, BTreeSet};

use kratos_lint::kratos::ctx::json_type::JsonType;
use kratos_lint::kratos::ctx::standard;
use kratos_lint::kratos::hooks::EXECUTORS;
use kratos_lint::kratos::messages::{Channel, MESSAGES};
use kratos_lint::kratos::schema::{KEYS, Key};
use kratos_lint::kratos::version::Version;

/// The key whose words are the providers.
const PROVIDER: &str = "selfservice.methods.oidc.config.providers[].provider";

/// Hooks that run where no list names them: `selfservice.flows.registration.enable_legacy_one_step` decides.
const UNLISTED: [&str; 1] = ["two_step_registration"];

/// Providers that the schema refuses: they are configured by the commercial build.
const REFUSED: [&str; 1] = ["jackson"];

/// Names that the code of a release has, by what they are.
pub(super) struct Code {
    /// The fields of each message: `recovery_code_valid by email`.
    messages: BTreeMap<String, BTreeSet<String>>,
    hooks: BTreeSet<String>,
    providers: BTreeSet<String>,
    /// Major and minor number.
    go_jsonnet: Option<(u32, u32)>,
}

/// Reads the code with `read`: the text of a file or, for a folder, of all Go files below it, each after a line `=== PATH`.
pub(super) fn read(read: impl Fn(&str) -> Result<String, String>) -> Result<Code, String> {
    let providers = read("selfservice/strategy/oidc/provider_config.go")?;
    let providers =
        providers.split("supportedProviders").nth(1).map(|table| table.split("\n}").next().unwrap_or(table));
    Ok(Code {
        messages: messages(&read("courier/template")?),
        hooks: assigned(&read("selfservice/hook/hooks.go")?),
        providers: providers.into_iter().flat_map(str::lines).filter_map(|line| quoted(line, ":")).collect(),
        go_jsonnet: go_jsonnet(&read("go.mod")?),
    })
}

impl Code {
    /// How it differs from the tables of a release: one line for each difference.
    pub(super) fn compare(&self, against: Version) -> Vec<String> {
        let mut found = Vec::new();
        let known = known_messages(against);
        differ(&mut found, "message", self.messages.keys(), known.keys());
        for (name, fields) in &self.messages {
            if let Some(known) = known.get(name) {
                differ(&mut found, &format!("field of {name}"), fields, known);
            }
        }
        let hooks = EXECUTORS.iter().filter(|row| row.versions.contains(against)).map(|row| row.hook.to_owned());
        let hooks: BTreeSet<String> = hooks.chain(["web_hook".to_owned()]).collect();
        let ours = self.hooks.iter().filter(|hook| !UNLISTED.contains(&hook.as_str()));
        differ(&mut found, "hook in the code", ours, &hooks);
        let row = KEYS.iter().find(|key| key.path == PROVIDER && key.versions.contains(against));
        let words: BTreeSet<String> =
            row.and_then(Key::words).into_iter().flatten().map(|word| (*word).to_owned()).collect();
        if !self.providers.is_empty() {
            let taken = self.providers.iter().filter(|provider| !REFUSED.contains(&provider.as_str()));
            differ(&mut found, "provider in the code", taken, &words);
        }
        let is_told = |engine: &(u32, u32)| against >= Version::V1_0 && *engine != standard::engine(against);
        if let Some(engine) = self.go_jsonnet.filter(is_told) {
            found.push(format!("new go-jsonnet v{}.{}", engine.0, engine.1));
        }
        found
    }
}

fn known_messages(version: Version) -> BTreeMap<String, BTreeSet<String>> {
    let known = MESSAGES.iter().filter(|message| message.versions.contains(version));
    known
        .map(|message| {
            let fields = message.model(version, &JsonType::Any, &[]).fields;
            let fields = fields.into_iter().map(|(name, _)| name.to_owned()).collect();
            (named(&message.type_name(), message.channel == Channel::Sms), fields)
        })
        .collect()
}

fn named(message: &str, is_sms: bool) -> String {
    format!("{message} by {}", if is_sms { "SMS" } else { "e-mail" })
}

fn differ<'n>(
    found: &mut Vec<String>,
    what: &str,
    new: impl IntoIterator<Item = &'n String>,
    known: impl IntoIterator<Item = &'n String>,
) {
    let (new, known): (BTreeSet<&String>, BTreeSet<&String>) = (new.into_iter().collect(), known.into_iter().collect());
    found.extend(new.difference(&known).map(|name| format!("new {what}: {name}")));
    found.extend(known.difference(&new).map(|name| format!("gone {what}: {name}")));
}

/// The structs that are called `…Model`, but for those of tests.
fn messages(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let (mut found, mut is_sms, mut open) = (BTreeMap::<String, BTreeSet<String>>::new(), false, None);
    for line in text.lines() {
        if let Some(path) = line.strip_prefix("=== ") {
            (is_sms, open) = (path.contains("/sms/"), None);
        } else if let Some(model) = line.trim().strip_suffix("Model struct {") {
            let name = snake(model.trim_start_matches("type ").trim());
            open = (!name.contains("stub")).then(|| named(&name, is_sms));
        } else if line.trim() == "}" {
            open = None;
        } else if let Some(name) = &open {
            let field =
                line.split_whitespace().next().filter(|word| word.starts_with(|c: char| c.is_ascii_uppercase()));
            found.entry(name.clone()).or_default().extend(field.map(str::to_owned));
        }
    }
    found
}

/// `RecoveryCodeValid` as `recovery_code_valid`, `OTPMessage` as `otp`.
fn snake(name: &str) -> String {
    let letters: Vec<char> = name.trim_end_matches("Message").chars().collect();
    let mut snake = String::new();
    for (place, letter) in letters.iter().enumerate() {
        let follows_small =
            place.checked_sub(1).and_then(|before| letters.get(before)).is_some_and(char::is_ascii_lowercase);
        if letter.is_ascii_uppercase() && follows_small {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// The values of constants `Key… = "value"`.
fn assigned(text: &str) -> BTreeSet<String> {
    let lines = text.lines().map(str::trim).filter(|line| line.starts_with("Key"));
    lines.filter_map(|line| quoted(line.split_once('=')?.1, "")).collect()
}

/// The quoted word at the start of a line, before `after`.
fn quoted(line: &str, after: &str) -> Option<String> {
    let (word, rest) = line.trim().strip_prefix('"')?.split_once('"')?;
    rest.starts_with(after).then(|| word.to_owned())
}

fn go_jsonnet(text: &str) -> Option<(u32, u32)> {
    let line = text.lines().find(|line| line.contains("github.com/google/go-jsonnet v"))?;
    let mut numbers = line.split_once(" v")?.1.split(['.', ' ']);
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}
