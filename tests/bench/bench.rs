//! What a user waits for, as ratios: `cargo run --release --example bench`. It prints and asserts nothing.
//!
//! CPU time of a run (user and system), the least of several: of a process that does nothing, of kratos-lint on one ordinary file and on a
//! sample with a Jsonnet body, of yamllint and check-jsonschema where they are installed, and of kratos-lint over many files.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

const ROUNDS: usize = 15;

/// The seconds of CPU that the children of this process have taken so far.
#[cfg(target_os = "linux")]
fn children_cpu() -> Option<f64> {
    // cutime and cstime, after the name in brackets, which may hold blanks; in ticks, of which a second has 100 on Linux.
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |index: usize| fields.get(index)?.parse::<f64>().ok();
    Some((ticks(13)? + ticks(14)?) / 100.0)
}

#[cfg(not(target_os = "linux"))]
fn children_cpu() -> Option<f64> {
    None
}

/// Milliseconds of CPU of one run; of wall time where the system does not tell. None when the program cannot be started.
fn cost(program: &str, args: &[&str], folder: &Path, rounds: usize) -> Option<f64> {
    let mut least = f64::MAX;
    for _ in 0..rounds {
        // Ticks are coarse: each measurement is of several runs.
        let runs = if rounds == 1 { 1 } else { 20 };
        let (start, before) = (Instant::now(), children_cpu());
        for _ in 0..runs {
            let mut command = Command::new(program);
            command.args(args).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            command.status().ok()?;
        }
        let wall = start.elapsed().as_secs_f64();
        let taken = before.zip(children_cpu()).map_or(wall, |(before, after)| after - before);
        least = least.min(taken / f64::from(runs));
    }
    Some(least * 1000.0)
}

fn main() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let beside = std::env::current_exe().ok().and_then(|own| Some(own.parent()?.parent()?.join("kratos-lint")));
    let program = std::env::var("KRATOS_LINT").ok().or_else(|| Some(beside?.to_string_lossy().into_owned()));
    let Some(program) = program.filter(|program| Path::new(program).is_file()) else {
        println!("build the program first: cargo build --release");
        return;
    };
    let file = largest(&root.join("testdata/corpus"), 14 << 10);
    let sample = root.join("testdata/sample");
    let Some(nothing) = cost("true", &[], &root, ROUNDS) else { return };
    println!("{:40} {nothing:8.2} ms", "a process that does nothing");
    let name = file.to_string_lossy();
    let base = ["--no-config", "--fail-on", "never"];
    let rows: [(&str, &str, Vec<&str>, &Path); 4] = [
        ("kratos-lint, one file", &program, [&base[..], &[&name]].concat(), &root),
        ("kratos-lint, sample with Jsonnet", &program, [&base[..], &["kratos.yml"]].concat(), &sample),
        ("yamllint, one file", "yamllint", vec![&name], &root),
        ("check-jsonschema, one file", "check-jsonschema", vec!["--check-metaschema", &name], &root),
    ];
    println!("one file is {name}");
    for (what, program, args, folder) in rows {
        match cost(program, &args, folder, ROUNDS.div_euclid(3)) {
            Some(taken) => println!("{what:40} {taken:8.2} ms {:8.1} x nothing", taken / nothing),
            None => println!("{what:40} not installed"),
        }
    }
    if let Some(taken) = cost(&program, &[&base[..], &["testdata"]].concat(), &root, 1) {
        println!("{:40} {taken:8.2} ms {:8.1} x nothing", "kratos-lint, all of testdata", taken / nothing);
    }
}

/// The largest YAML file below a folder that is no larger than so many bytes.
fn largest(folder: &Path, most: u64) -> PathBuf {
    let (mut best, mut folders) = ((0, PathBuf::new()), vec![folder.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let length = entry.metadata().map_or(0, |data| data.len());
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "yml") && length <= most && length > best.0 {
                best = (length, path);
            }
        }
    }
    best.1
}
