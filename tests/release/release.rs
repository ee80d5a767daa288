//! What a release of Kratos changes in our tables: `cargo run --example kratos-release -- CHECKOUT TAG [--write]`.
//!
//! Reads the schema of the configuration, the code of messages, hooks and providers, go.mod and the CHANGELOG of the tag from a
//! checkout (or bare copy) of github.com/ory/kratos, with `git`. Prints what differs from the tables of that release, or of the newest
//! one for a tag that they do not know. `--write` makes the release known in `src/kratos/releases.rs`: its row, new keys and hooks, and
//! the ends of those that are gone. What it cannot derive (limits of new keys, behaviour) it lists, for a maintainer to read.

mod code;
mod difference;
mod rows;
mod schema;

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use kratos_lint::kratos::version::Version;

use difference::{Difference, compare};

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

fn run(checkout: &Path, tag: &str, write: bool) -> Result<usize, String> {
    let text = show(checkout, tag, "embedx/config.schema.json")?;
    let schema = schema::read(&text)?;
    // The releases before v0.10 were called alphas.
    let known = Version::named(tag.split("-alpha").next().unwrap_or(tag));
    let against = known.unwrap_or(Version::NEWEST);
    let found = compare(&schema, against);
    println!(
        "{tag} against the tables of {against}: {} keys, {} lists of hooks",
        schema.keys.len(),
        schema.hooks.len()
    );
    print(&found);
    let in_code = code::read(|path| show_all(checkout, tag, path))?.compare(against);
    for line in &in_code {
        println!("{line}");
    }
    if known.is_none() {
        changelog(checkout, tag);
    }
    let count = found.count() + in_code.len();
    println!("{count} differences");
    if write {
        let text = fs::read_to_string(rows::FILE)
            .map_err(|why| format!("{}: {why}; run it from the repository", rows::FILE))?;
        let text = rows::add(&text, tag, &schema, &found)?;
        fs::write(rows::FILE, text).map_err(|why| format!("{}: {why}", rows::FILE))?;
        println!("changed: {}", rows::FILE);
        println!("next: see \"A release of Kratos\" in src/site/pages/house/release-of-kratos.md");
    }
    Ok(count)
}

/// A file of a tag.
fn show(checkout: &Path, tag: &str, file: &str) -> Result<String, String> {
    git(checkout, &["show", &format!("{tag}:{file}")]).map_err(|why| format!("{tag}:{file}: {why}"))
}

/// A file of a tag; of a folder all files in Go but for tests, each after a line `=== PATH`.
fn show_all(checkout: &Path, tag: &str, path: &str) -> Result<String, String> {
    let names = git(checkout, &["ls-tree", "-r", "--name-only", tag, path])?;
    if names.trim() == path {
        return show(checkout, tag, path);
    }
    let mut text = String::new();
    let is_code =
        |name: &&str| Path::new(name).extension().is_some_and(|ending| ending == "go") && !name.ends_with("_test.go");
    for name in names.lines().filter(is_code) {
        text.push_str(&format!("=== {name}\n{}\n", show(checkout, tag, name)?));
    }
    Ok(text)
}

fn git(checkout: &Path, args: &[&str]) -> Result<String, String> {
    let done = Command::new("git").arg("-C").arg(checkout).args(args).output().map_err(|why| format!("git: {why}"))?;
    if !done.status.success() {
        return Err(String::from_utf8_lossy(&done.stderr).trim().to_owned());
    }
    String::from_utf8(done.stdout).map_err(|_| "not UTF-8".to_owned())
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
