//! What a release of Kratos changes in our tables: `cargo run --example kratos-release -- CHECKOUT TAG [--write]`.
//!
//! Reads the schema of the configuration and the CHANGELOG of the tag from a checkout (or bare copy) of github.com/ory/kratos, with
//! `git show`. Prints the rows that differ from the tables of that release, or of the newest one for a tag that they do not know.
//! `--write` makes the release known: its row in `version.rs`, new keys and hooks in the tables, and the ends of those that are
//! gone. What it cannot derive (limits of new keys, behaviour) it lists, for a maintainer to read.

mod rows;
mod schema;

use std::path::Path;
use std::process::{Command, ExitCode};

use kratos_lint::kratos::schema::{HOOK_PLACES, KEYS, Limit};
use kratos_lint::kratos::version::Version;

use schema::Schema;

/// Keys of a schema that Kratos takes from another module (oryx/otelx): they are not in the checkout.
const ELSEWHERE: &str = "tracing.";

/// Hooks whose settings belong to the commercial build: our table has no keys below them.
const COMMERCIAL: [&str; 2] = ["#b2b_sso", "#organization"];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (flags, named): (Vec<&String>, Vec<&String>) = args.iter().partition(|arg| arg.starts_with("--"));
    let [checkout, tag] = named.as_slice() else {
        eprintln!("kratos-release CHECKOUT TAG [--write]");
        return ExitCode::from(2);
    };
    match run(Path::new(checkout.as_str()), tag, flags.iter().any(|flag| *flag == "--write")) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(why) => {
            eprintln!("kratos-release: {why}");
            ExitCode::from(2)
        }
    }
}

/// How a release differs from the tables.
#[derive(Default)]
struct Difference {
    /// Paths of keys that the table does not have, with their rows.
    new_keys: Vec<(String, String)>,
    gone_keys: Vec<String>,
    /// Keys with other words: the path, and words that are new or gone.
    words: Vec<(String, Vec<String>)>,
    /// List and hook.
    new_hooks: Vec<(String, String)>,
    gone_hooks: Vec<(String, String)>,
}

impl Difference {
    fn count(&self) -> usize {
        self.new_keys.len() + self.gone_keys.len() + self.words.len() + self.new_hooks.len() + self.gone_hooks.len()
    }
}

fn run(checkout: &Path, tag: &str, write: bool) -> Result<usize, String> {
    let text = show(checkout, tag, "embedx/config.schema.json")?;
    let schema = Schema::read(&text)?;
    let known = Version::named(tag);
    let against = known.unwrap_or(Version::NEWEST);
    let found = compare(&schema, against);
    println!(
        "{tag} against the tables of {against}: {} keys, {} lists of hooks",
        schema.keys.len(),
        schema.hooks.len()
    );
    print(&found);
    if known.is_none() {
        changelog(checkout, tag);
    }
    println!("{} differences", found.count());
    if write {
        let changed = rows::write(tag, &schema, &found)?;
        println!("changed: {}", changed.join(", "));
        println!("next: see \"A release of Kratos\" in src/site/pages/house/release-of-kratos.md");
    }
    Ok(found.count())
}

/// A file of a tag.
fn show(checkout: &Path, tag: &str, file: &str) -> Result<String, String> {
    let done = Command::new("git")
        .arg("-C")
        .arg(checkout)
        .args(["show", &format!("{tag}:{file}")])
        .output()
        .map_err(|why| format!("git: {why}"))?;
    if !done.status.success() {
        return Err(format!("{tag}:{file}: {}", String::from_utf8_lossy(&done.stderr).trim()));
    }
    String::from_utf8(done.stdout).map_err(|_| format!("{tag}:{file} is not UTF-8"))
}

fn compare(schema: &Schema, against: Version) -> Difference {
    let mut found = Difference::default();
    let rows = |path: &str| KEYS.iter().find(|key| key.path == path && key.versions.contains(against));
    for (path, key) in &schema.keys {
        let Some(row) = rows(path) else {
            if !COMMERCIAL.iter().any(|hook| path.starts_with(hook)) {
                found.new_keys.push((path.clone(), key.row(path)));
            }
            continue;
        };
        let words = row.limits.iter().find_map(|limit| match limit {
            Limit::Words(words) => Some(*words),
            _ => None,
        });
        if let (Some(words), false) = (words, key.words.is_empty()) {
            let new = key.words.iter().filter(|word| !words.contains(&word.as_str())).map(|word| format!("+{word}"));
            let gone =
                words.iter().filter(|word| !key.words.iter().any(|new| new == *word)).map(|word| format!("-{word}"));
            let changed: Vec<String> = new.chain(gone).collect();
            if !changed.is_empty() {
                found.words.push((path.clone(), changed));
            }
        }
    }
    let ours = KEYS.iter().filter(|key| key.versions.contains(against) && !key.path.starts_with(ELSEWHERE));
    found.gone_keys = ours.map(|key| key.path.to_owned()).filter(|path| !schema.keys.contains_key(path)).collect();
    for place in HOOK_PLACES {
        let hooks = schema.hooks.get(place.path).cloned().unwrap_or_default();
        let ours: Vec<&str> =
            place.hooks.iter().filter(|(_, versions)| versions.contains(against)).map(|(hook, _)| *hook).collect();
        let pair = |hook: &str| (place.path.to_owned(), hook.to_owned());
        found.new_hooks.extend(hooks.iter().filter(|hook| !ours.contains(&hook.as_str())).map(|hook| pair(hook)));
        found
            .gone_hooks
            .extend(ours.iter().filter(|hook| !hooks.iter().any(|new| new == *hook)).map(|hook| pair(hook)));
    }
    let unlisted = schema.hooks.iter().filter(|(path, _)| !HOOK_PLACES.iter().any(|place| place.path == **path));
    found.new_hooks.extend(unlisted.flat_map(|(path, hooks)| hooks.iter().map(|hook| (path.clone(), hook.clone()))));
    found
}

fn print(found: &Difference) {
    for (_, row) in &found.new_keys {
        println!("new key   {}", row.trim());
    }
    for path in &found.gone_keys {
        println!("gone key  {path}");
    }
    for (path, words) in &found.words {
        println!("words     {path}: {}", words.join(" "));
    }
    for (list, hook) in &found.new_hooks {
        println!("new hook  {hook} in {list}");
    }
    for (list, hook) in &found.gone_hooks {
        println!("gone hook {hook} in {list}");
    }
}

/// The lines about breaking changes of the tag, which no schema shows.
fn changelog(checkout: &Path, tag: &str) {
    let Ok(text) = show(checkout, tag, "CHANGELOG.md") else { return };
    let section = text.split(&format!("[{}]", tag.trim_start_matches('v'))).nth(1).unwrap_or_default();
    let section = section.split("\n# ").next().unwrap_or_default();
    let breaking = section.lines().skip_while(|line| !line.to_lowercase().contains("breaking changes"));
    for line in breaking.take_while(|line| !line.starts_with("### Bug")).filter(|line| !line.trim().is_empty()).take(40)
    {
        println!("changelog {line}");
    }
}
