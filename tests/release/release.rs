//! What a release of Kratos changes in our tables: `cargo run --example kratos-release -- CHECKOUT TAG [--write] [--records=FOLDER
//! [--server=PROGRAM]]`.
//!
//! Reads the schema of the configuration, the code of messages, hooks and providers, go.mod and the CHANGELOG of the tag from a
//! checkout (or bare copy) of github.com/ory/kratos, with `git`. Prints what differs from the tables of that release, or of the newest
//! one for a tag that they do not know. `--write` makes the release known in `src/kratos/releases.rs`: its row, new keys and hooks, and
//! the ends of those that are gone. What it cannot derive (limits of new keys, behaviour) it lists, for a maintainer to read.
//!
//! `--records` writes the keys of the release, and configurations with one change each, in the form of `testdata/verdicts`. With the
//! server of that release each is tried on it (some thousands, about 0.2 s each on a core), and what differs from the tables is printed.

mod code;
mod difference;
mod patch;
mod records;
mod rows;
mod schema;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use kratos_lint::kratos::version::Version;

use difference::{Difference, Schema, compare};
use records::Bases;
use serde_json::Value;

/// Configurations that Kratos takes, those for newer releases first.
const BASES: [&str; 2] = ["testdata/verdicts/bases/HEAD", "testdata/verdicts/bases/v1.3.1"];

/// What the command line asks for.
#[derive(Default)]
struct Args {
    named: Vec<String>,
    write: bool,
    /// The folder of the records.
    records: Option<PathBuf>,
    server: Option<PathBuf>,
}

impl Args {
    fn read(args: impl Iterator<Item = String>) -> Option<Args> {
        let mut read = Args::default();
        for arg in args {
            match arg.split_once('=') {
                Some(("--records", folder)) => read.records = Some(folder.into()),
                Some(("--server", program)) => read.server = Some(program.into()),
                None if arg == "--write" => read.write = true,
                _ if arg.starts_with("--") => return None,
                _ => read.named.push(arg),
            }
        }
        let is_whole = read.named.len() == 2 && (read.server.is_none() || read.records.is_some());
        is_whole.then_some(read)
    }
}

fn main() -> ExitCode {
    let args = Args::read(std::env::args().skip(1));
    let named = args.as_ref().map(|args| (args, args.named.as_slice()));
    let Some((args, [checkout, tag])) = named else {
        eprintln!("kratos-release CHECKOUT TAG [--write] [--records=FOLDER [--server=PROGRAM]]");
        return ExitCode::from(2);
    };
    match run(Path::new(checkout), tag, args) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(why) => {
            eprintln!("kratos-release: {why}");
            ExitCode::from(2)
        }
    }
}

fn run(checkout: &Path, tag: &str, args: &Args) -> Result<usize, String> {
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
    let mut count = found.count() + in_code.len();
    if let Some(folder) = &args.records {
        count += record(folder, tag, &schema, against, args.server.as_deref())?;
    }
    println!("{count} differences");
    if args.write {
        let text = fs::read_to_string(rows::FILE)
            .map_err(|why| format!("{}: {why}; run it from the repository", rows::FILE))?;
        let text = rows::add(&text, tag, &schema, &found)?;
        fs::write(rows::FILE, text).map_err(|why| format!("{}: {why}", rows::FILE))?;
        println!("changed: {}", rows::FILE);
        println!("next: see \"A release of Kratos\" in src/site/pages/house/release-of-kratos.md");
    }
    Ok(count)
}

/// Writes the records of a release; says how many verdicts of its server differ from ours.
fn record(folder: &Path, tag: &str, schema: &Schema, against: Version, server: Option<&Path>) -> Result<usize, String> {
    let mut bases = bases(against)?;
    if let Some(server) = server {
        bases = taken(server, bases)?;
    }
    let mutations = records::mutations(&bases, schema);
    let documents: Vec<Value> = mutations.iter().map(|mutation| mutation.document(&bases)).collect();
    let verdicts = server.map(|server| records::verdicts(server, &documents)).transpose()?;
    let verdict_of = |index: usize| verdicts.as_ref().and_then(|verdicts| verdicts.get(index).copied());
    let rows = mutations.iter().enumerate().map(|(index, mutation)| mutation.record(verdict_of(index)));
    write_lines(&folder.join(format!("verdicts-{tag}.jsonl")), rows)?;
    write_lines(&folder.join(format!("keys-{tag}.jsonl")), records::keys(schema, tag).into_iter())?;
    let mut differing = 0;
    for (index, (mutation, document)) in mutations.iter().zip(&documents).enumerate() {
        let ours = records::ours(document, against);
        if let Some(verdict) = verdict_of(index).filter(|verdict| *verdict != ours) {
            println!("verdict   {}: the server says {verdict}, the tables {ours}", mutation.record(None));
            differing += 1;
        }
    }
    println!(
        "{} configurations with one change, {}",
        mutations.len(),
        match &verdicts {
            Some(_) => format!("{differing} verdicts differ"),
            None => "none tried: no server was given".to_owned(),
        }
    );
    Ok(differing)
}

/// Of each base the newest one that the tables of a release take.
fn bases(against: Version) -> Result<Bases, String> {
    let mut bases = Bases::new();
    for folder in BASES.map(Path::new) {
        let failed = |why: &dyn std::fmt::Display| format!("{}: {why}; run it from the repository", folder.display());
        for entry in fs::read_dir(folder).map_err(|why| failed(&why))? {
            let path = entry.map_err(|why| failed(&why))?.path();
            let text = fs::read_to_string(&path).map_err(|why| failed(&why))?;
            let base: Value = serde_json::from_str(&text).map_err(|why| failed(&why))?;
            if records::ours(&base, against) == "valid" {
                bases.entry(path.file_stem().unwrap_or_default().to_string_lossy().into_owned()).or_insert(base);
            }
        }
    }
    Ok(bases)
}

/// The bases that the server takes: a change of another one shows nothing.
fn taken(server: &Path, bases: Bases) -> Result<Bases, String> {
    let documents: Vec<Value> = bases.values().cloned().collect();
    let verdicts = records::verdicts(server, &documents)?;
    let mut taken = Bases::new();
    for ((name, base), verdict) in bases.into_iter().zip(verdicts) {
        if verdict == "valid" {
            taken.insert(name, base);
        } else {
            println!("base      {name}: the server does not take it, so no change of it is tried");
        }
    }
    Ok(taken)
}

fn write_lines(path: &Path, rows: impl Iterator<Item = Value>) -> Result<(), String> {
    let text: String = rows.map(|row| format!("{row}\n")).collect();
    fs::write(path, text).map_err(|why| format!("{}: {why}", path.display()))?;
    println!("written: {}", path.display());
    Ok(())
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
