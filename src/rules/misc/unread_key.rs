//! `unread-key`: a key that the open build never reads.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "unread-key",
    aliases: &[],
    summary: "key that the open source build never reads",
    category: "misc",
    level: Level::Info,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D203", "D204"],
    docs: r#"
## What happens

The key has no effect.

## Why

The open source build accepts and never reads `organizations`, `selfservice.methods.b2b`, `enterprise`, `help` and `database.cleanup.older_than`.
`preview.default_read_consistency_level` has an effect on CockroachDB only. v0.10 takes `tracing.providers.zipkin` and
`tracing.providers.otlp`, and reads the settings of `jaeger` only: no traces arrive.

## What to do

Remove it, unless you run the commercial build. For traces upgrade to v0.11.0, or use `jaeger`.

## Versions

All versions.

## Source

search over the whole of Kratos@master (seen); driver/config/config.go:DefaultConsistencyLevel (read);
ory/x@v0.0.392/configx/provider.go:TracingConfig (v0.10), v0.0.513 (v0.11.0: reads all three).

## Examples

```yaml bad
dsn: postgres://kratos@db:5432/kratos
preview:
  default_read_consistency_level: strong
```

```yaml good
dsn: cockroach://kratos@db:26257/kratos
preview:
  default_read_consistency_level: strong
```
"#,
    check,
};

const UNREAD: [&str; 5] =
    ["organizations", "selfservice.methods.b2b", "enterprise", "help", "database.cleanup.older_than"];

fn check(context: &Context, out: &mut Sink) {
    for (path, node) in UNREAD.iter().filter_map(|path| Some((path, context.find(path)?))) {
        out.report_key(node, format!("`{path}` has no effect: the open source build of Kratos never reads it"))
            .help("remove it unless you run the commercial build");
    }
    tracing_of_v010(context, out);
    let Some(level) = context.find("preview.default_read_consistency_level") else { return };
    let other =
        context.find("dsn").and_then(view::text).filter(|dsn| dsn.contains("://") && !dsn.starts_with("cockroach"));
    if other.is_some() {
        out.report_key(level, "`default_read_consistency_level` has no effect: it is for CockroachDB only")
            .help("remove it");
    }
}

/// Reports the settings of a provider of traces that v0.10 never reads.
fn tracing_of_v010(context: &Context, out: &mut Sink) {
    if context.target != Version::V0_10 {
        return;
    }
    let settings = match context.find("tracing.provider").and_then(view::text) {
        Some("zipkin") => "tracing.providers.zipkin",
        Some("otel") => "tracing.providers.otlp",
        _ => return,
    };
    let Some(node) = context.find(settings) else { return };
    out.report_key(node, format!("no traces arrive: v0.10 never reads `{settings}`"))
        .help("upgrade to v0.11.0 or later, or use the provider `jaeger`");
}
