//! `hasher-settings`: hash settings that are raised, cut or not read.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    name: "hasher-settings",
    aliases: &[],
    summary: "hash settings that are raised, cut or not read",
    category: "methods",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::since(Version::V0_13),
    fixable: false,
    facts: &["D120", "D121", "D122", "D123", "D124"],
    docs: r#"
- `hashers.argon2` without `hashers.algorithm: argon2`: bcrypt is the default, and the settings of argon2 are not read.
- `hashers.bcrypt.cost` below 12 is raised to 12 unless in dev mode (info).
- `hashers.argon2.memory` with text behind the unit (`1GBfoo`) passes the pattern; 128 MB is used, with a warning in the
  log.
- `parallelism` above 255 is cut to 8 bits, `iterations` to 32.
- `expected_duration`, `expected_deviation` and `dedicated_memory` are read by `kratos hashers argon2 calibrate` alone
  (info).
- Costs of argon2 below what OWASP asks for (19 MiB with 2 iterations) outside of this machine (info).

Source: driver/config/config.go:HasherBcrypt,HasherArgon2, oryx/configx/provider.go:ByteSizeF; memory seen, others read.

```yaml bad
hashers:
  argon2:
    iterations: 3
```

```yaml good
hashers:
  algorithm: argon2
  argon2:
    iterations: 3
```
"#,
    check,
};

/// Read by `kratos hashers argon2 calibrate` alone.
const CALIBRATION: [&str; 3] = ["expected_duration", "expected_deviation", "dedicated_memory"];

fn check(context: &Context, out: &mut Sink) {
    let Some(hashers) = context.find("hashers") else { return };
    let local = context.root().is_some_and(view::is_local);
    if let Some(cost) =
        hashers.find("bcrypt.cost").filter(|node| node.as_f64().is_some_and(|cost| cost < 12.0) && !local)
    {
        out.report(cost, "the cost is raised to 12 unless Kratos runs with --dev")
            .level(Level::Info)
            .help("write 12 or more");
    }
    let Some(argon2) = hashers.get("argon2").filter(|node| node.is_mapping()) else { return };
    let algorithm = hashers.get("algorithm");
    if algorithm.is_none_or(|node| node.as_str() == Some("bcrypt")) {
        let report = out
            .report_key(argon2, "these settings are not read: passwords are hashed with bcrypt")
            .help("set `hashers.algorithm: argon2`, or leave them out");
        // Who writes bcrypt has chosen; what is left over harms nobody.
        if let Some(algorithm) = algorithm {
            _ = report.level(Level::Info).label(algorithm.place(), "chosen here");
        }
        return;
    }
    for node in CALIBRATION.iter().filter_map(|key| argon2.get(key)) {
        out.report_key(node, "this is read by `kratos hashers argon2 calibrate` alone")
            .level(Level::Info)
            .help("leave it out");
    }
    check_numbers(argon2, out);
    if let Some((node, text)) = argon2.get("memory").and_then(|node| Some((node, view::text(node)?))) {
        check_memory(node, text, local, out);
    }
}

fn check_numbers(argon2: Node, out: &mut Sink) {
    for (key, limit) in [("parallelism", 255.0), ("iterations", 4_294_967_295.0)] {
        if let Some(node) = argon2.get(key).filter(|node| node.as_f64().is_some_and(|number| number > limit)) {
            out.report(node, format!("another number is used: it is cut to {limit:.0} and below"))
                .help("write a smaller number");
        }
    }
}

fn check_memory(node: Node, text: &str, local: bool, out: &mut Sink) {
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let factor = match unit.trim().to_ascii_uppercase().as_str() {
        "B" => 1.0,
        "KB" | "K" | "KIB" => 1024.0,
        "MB" | "M" | "MIB" => 1_048_576.0,
        "GB" | "G" | "GIB" | "TB" | "PB" | "EB" | "TIB" | "PIB" | "EIB" => 1_073_741_824.0,
        _ => {
            out.report(node, "128 MB is used, with a warning in the log: this is no size")
                .help("write a number and a unit: 128MB");
            return;
        }
    };
    let bytes = digits.parse::<f64>().unwrap_or_default() * factor;
    if bytes < 19.0 * 1_000_000.0 && !local {
        out.report(node, "passwords are cheap to try: OWASP asks for 19 MiB of memory at least")
            .level(Level::Info)
            .effect(Effect::Unprotected)
            .help("write 19MB or more; 128MB is the default");
    }
}
