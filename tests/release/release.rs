//! What a release of Kratos changes in our tables: `cargo run --example kratos-release -- CHECKOUT TAG [--write]`.
//!
//! Reads the schema of the configuration and the CHANGELOG of the tag from a checkout (or bare copy) of github.com/ory/kratos, with
//! `git show`. Prints the rows that differ from the tables of that release, or of the newest one for a tag that they do not know.
//! `--write` makes the release known in `src/kratos/releases.rs`: its row, new keys and hooks, and the ends of those that are gone. What it cannot derive (limits of new keys, behaviour) it lists, for a maintainer to read.

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
        let text = fs::read_to_string(rows::FILE)
            .map_err(|why| format!("{}: {why}; run it from the repository", rows::FILE))?;
        let text = rows::add(&text, tag, &schema, &found)?;
        fs::write(rows::FILE, text).map_err(|why| format!("{}: {why}", rows::FILE))?;
        println!("changed: {}", rows::FILE);
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
