//! `base64://` values against 132 starts of v1.3.1 and v26.2.0: eleven encodings of the same content for six kinds of keys.

use kratos_lint::check::{self, Target};
use kratos_lint::diagnostic::Effect;
use kratos_lint::kratos::version::Version;
use kratos_lint::settings::Settings;
use kratos_lint::target::TargetSource;
use kratos_lint::text::Source;
use kratos_lint::unit::Unit;
use kratos_lint::yaml;
use serde_json::Value;

#[test]
fn encodings_are_judged_as_the_server_judges_them() {
    let text = std::fs::read_to_string("testdata/base64/starts.jsonl").expect("readable");
    let (mut judged, mut wrong) = (0, Vec::new());
    for row in text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")) {
        let unit = Unit::plain(yaml::parse(&Source::new("kratos.json", row["config"].to_string()), yaml::Format::Json));
        for (version, starts) in row["starts"].as_object().expect("starts") {
            let target = Target::one(Version::named(version).expect("a release"), TargetSource::Flag);
            let settings = Settings { no_config: true, ..Settings::default() };
            let found = check::unit(&unit, &target, &settings).diagnostics;
            let name = format!("{version} {} {}", row["key"], row["variant"]);
            judged += 1;
            let starts = starts.as_bool().expect("a boolean");
            if found.iter().any(|finding| finding.effect == Effect::NoBoot) == starts {
                wrong.push(format!("{name}: the server starts: {starts}"));
            }
            let fails = found.iter().any(|finding| ["base64-undecodable", "template-missing"].contains(&finding.rule));
            let variant = row["variant"].as_str().unwrap_or_default();
            // Standard base64, and no text at all, decode.
            if starts && fails != !matches!(variant, "std-padded" | "empty") {
                wrong.push(format!("{name}: said that it does not decode: {fails}"));
            }
        }
    }
    assert!(judged == 132 && wrong.is_empty(), "{judged} {wrong:#?}");
}
