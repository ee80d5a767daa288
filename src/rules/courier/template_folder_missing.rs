//! `template-folder-missing`: the folder of message templates is not there.

use crate::diagnostic::{Effect, Level};
use crate::files::FoundFolder;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::templates::given::FOLDER_KEY;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "template-folder-missing",
    aliases: &[],
    summary: "folder of message templates does not exist",
    category: "courier",
    level: Level::Info,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
Kratos does not look whether the folder exists: it sends its own texts and logs nothing.

## Why
`courier.template_override_path` is a plain path, relative to the folder in which Kratos is started. With `file://` before it, it is not a path.

## What to do
Correct the path, or remove the key.

## Versions
All versions.

## Source
driver/config/config.go (CourierTemplatesRoot); seen on v1.0.0, v1.3.1 and v26.2.0.

## Examples

```yaml bad
courier:
  template_override_path: file:///etc/kratos/templates
```

```yaml good
courier:
  template_override_path: /etc/kratos/templates
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(node) = context.find(FOLDER_KEY) else { return };
    let Some(path) = view::text(node) else { return };
    if path.starts_with("file://") {
        let message = "Kratos sends its own texts: this is a path, not a URL, so no folder is found";
        let help = "remove `file://`";
        _ = out.report(node, message).level(Level::Warning).help(help);
    } else if matches!(context.files.find_folder(path), FoundFolder::Missing) {
        let message = "Kratos sends its own texts unless this folder exists where it is started";
        _ = out.report(node, message).help("correct the path, or remove the key");
    }
}
