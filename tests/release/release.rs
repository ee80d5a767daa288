//! What a release of Kratos changes in our tables: `cargo run --example kratos-release -- CHECKOUT TAG [--write] [--records=FOLDER
//! [--server=PROGRAM] [--every=NUMBER]]`.
//!
//! Reads the schema of the configuration, the code of messages, hooks and providers, go.mod, the CHANGELOG and the commits of the tag
//! from a checkout (or bare copy) of github.com/ory/kratos, with `git`. Prints what differs from the tables of that release, or of the
//! newest one for a tag that they do not know. `--write` makes the release known in `src/kratos/releases.rs`: its row, new keys and
//! hooks, other demands on keys, the ends of what is gone, and that it has what master had. What it cannot derive (what the code does)
//! it lists, for a maintainer to read.
//!
//! `--records` writes the keys of the release, and configurations with one change each, in the form of `testdata/verdicts`. With the
//! server of that release each is tried on it (some thousands, about 0.2 s each on a core), and what differs from the tables is printed;
//! with `--every=50` each 50th is.

mod checkout;
mod code;
mod difference;
mod patch;
mod records;
mod rows;
mod schema;

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kratos_lint::kratos::releases::READ_TO;
use kratos_lint::kratos::version::Version;

use checkout::Checkout;
use difference::{Difference, Schema, compare};
use records::Bases;
use serde_json::Value;

/// Configurations that Kratos takes, those for newer releases first.
const BASES: [&str; 2] = ["testdata/verdicts/bases/HEAD", "testdata/verdicts/bases/v1.3.1"];

const PAGE: &str = "src/site/pages/house/release-of-kratos.md";

/// What the command line asks for.
#[derive(Default)]
struct Args {
    named: Vec<String>,
    write: bool,
    /// The folder of the records.
    records: Option<PathBuf>,
    server: Option<PathBuf>,
    /// Which of the changes is made: each, each second, ….
    every: Option<NonZeroUsize>,
}

impl Args {
    fn read(args: impl Iterator<Item = String>) -> Option<Args> {
        let mut read = Args::default();
        for arg in args {
            match arg.split_once('=') {
                Some(("--records", folder)) => read.records = Some(folder.into()),
                Some(("--server", program)) => read.server = Some(program.into()),
                Some(("--every", number)) => read.every = Some(number.parse().ok()?),
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
        eprintln!("kratos-release CHECKOUT TAG [--write] [--records=FOLDER [--server=PROGRAM] [--every=NUMBER]]");
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

fn run(path: &Path, tag: &str, args: &Args) -> Result<usize, String> {
    let checkout = Checkout { path, tag };
    let schema = schema::read(&checkout.show("embedx/config.schema.json")?)?;
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
    let in_code = code::read(|path| checkout.show_all(path))?.compare(against);
    for line in &in_code {
        println!("{line}");
    }
    let has_master = checkout.contains(READ_TO);
    for commit in checkout.commits_after(READ_TO)? {
        println!("to read   {commit}");
    }
    let table =
        fs::read_to_string(rows::FILE).map_err(|why| format!("{}: {why}; run it from the repository", rows::FILE))?;
    if known.is_none() {
        tell(checkout, rows::speaks_of_master(&table).then_some(has_master));
    }
    let mut count = found.count() + in_code.len();
    if let Some(folder) = &args.records {
        count += record(folder, args, tag, &schema, against)?;
    }
    println!("{count} differences");
    if args.write {
        let text = rows::add(&table, tag, &schema, &found)?;
        let text = if has_master { rows::release_master(&text, tag) } else { text };
        fs::write(rows::FILE, text).map_err(|why| format!("{}: {why}", rows::FILE))?;
        println!("changed: {}", rows::FILE);
        println!("next: {PAGE}");
    }
    Ok(count)
}

/// Prints what a maintainer reads of a new release. `has_master` where the code says something of master: whether the tag has it.
fn tell(checkout: Checkout<'_>, has_master: Option<bool>) {
    for line in checkout.breaking() {
        println!("changelog {line}");
    }
    let short = READ_TO.get(..9).unwrap_or(READ_TO);
    match has_master {
        Some(true) => println!("master    the tag contains {short}: with --write it has what the code says of master"),
        Some(false) => println!("master    the tag does not contain {short}: see \"Master\" in {PAGE}"),
        None => {}
    }
}

/// Writes the records of a release; says how many verdicts of its server differ from ours.
fn record(folder: &Path, args: &Args, tag: &str, schema: &Schema, against: Version) -> Result<usize, String> {
    let server = args.server.as_deref();
    let mut bases = bases(against)?;
    if let Some(server) = server {
        bases = taken(server, bases)?;
    }
    let every = args.every.map_or(1, NonZeroUsize::get);
    let mutations: Vec<_> = records::mutations(&bases, schema).into_iter().step_by(every).collect();
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

fn print(found: &Difference) {
    for (_, row) in &found.new_keys {
        println!("new key   {}", row.trim());
    }
    for (path, limit) in &found.unnamed {
        println!("no name   {path}: {limit}, which no row can say");
    }
    for path in &found.gone_keys {
        println!("gone key  {path}");
    }
    for change in &found.changed {
        println!("changed   {}: {}", change.path, change.told.join(" "));
    }
    for (list, hook) in &found.new_hooks {
        println!("new hook  {hook} in {list}");
    }
    for (list, hook) in &found.gone_hooks {
        println!("gone hook {hook} in {list}");
    }
}
