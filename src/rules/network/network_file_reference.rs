//! `network-file-reference`: a file that Ory Network cannot read.

use std::path::Path;

use crate::diagnostic::{Effect, Level};
use crate::kratos::network::senders::{self, Sender};
use crate::kratos::network::{Edition, content};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::unit::sent::{By, RemarkKind};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "network-file-reference",
    aliases: &[],
    summary: "file that Ory Network cannot read",
    category: "network",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
Ory Network has no such file: the content never gets there.

## Why
Only the Ory CLI embeds files: `ory update` and `ory patch` turn each `file://` value of the files that they send into `base64://`,
relative to the working directory. Terraform and the API send the value as it is, and so does `--replace` with a text alone. The
rule is silent when a script or workflow of the project sends this file with the Ory CLI, unless the file is beside the
configuration and not where the CLI runs.

## What to do
Run `kratos-lint pack` to embed the files, or send the file with `ory update identity-config --file`.

## Versions
Ory Network.

## Source
github.com/ory/cli v1.3.3, cmd/cloudx/client/iohelpers.go; jsonx.EmbedSources of v26.2.0 was run.

## Examples
```yaml bad
# kratos: network
identity:
  default_schema_id: customer
  schemas:
    - id: customer
      url: file://customer.schema.json
```

```yaml good
# kratos: network
identity:
  default_schema_id: customer
  schemas:
    - id: customer
      url: base64://eyJwcm9wZXJ0aWVzIjogeyJ0cmFpdHMiOiB7InR5cGUiOiAib2JqZWN0In19fQ==
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root().filter(|_| context.edition == Edition::Network) else { return };
    let files: Vec<_> = content::all(root)
        .into_iter()
        .map(|content| content.node)
        .filter(|node| {
            node.as_str().is_some_and(|text| text.get(..7).is_some_and(|s| s.eq_ignore_ascii_case("file://")))
        })
        .collect();
    for remark in context.remarks(RemarkKind::FileAlone) {
        let message = "Ory Network cannot read this file: the Ory CLI embeds it only inside an object or a list";
        out.report_at(remark.place.clone(), None, message)
            .help("replace the object around it, or write the content as base64://");
    }
    if files.is_empty() {
        return;
    }
    let path = context.unit.path();
    let sender = match context.unit.sent.as_ref().map(|sent| sent.by) {
        Some(By::Terraform) => Sender::Terraform(path.to_owned()),
        Some(By::Cli) => Sender::Cli(path.to_owned(), None),
        None if context.settings.no_config => Sender::Unknown,
        None => senders::of(context.files.disk(), Path::new(path)),
    };
    for node in files {
        let report = match &sender {
            Sender::Cli(script, folder) => {
                if let Some(beside) = folder.as_deref().and_then(|folder| only_beside(context, node, folder)) {
                    out.report(
                        node,
                        format!("`ory` fails in {script}: it looks for this file in the folder where it runs"),
                    )
                    .help(format!("write `file://{beside}`, the path from there"));
                }
                continue;
            }
            Sender::Terraform(path) => {
                out.report(node, format!("Ory Network cannot read this file: {path} sends the text as it is"))
            }
            Sender::Unknown => {
                out.report(node, "Ory Network cannot read this file: only the Ory CLI embeds it").level(Level::Warning)
            }
        };
        report.help("run `kratos-lint pack` to embed it as base64://, or send this file with `ory update identity-config --file`");
    }
}

/// The path from the folder where the Ory CLI runs to a file that is not there but beside the configuration.
fn only_beside(context: &Context, node: Node<'_>, folder: &Path) -> Option<String> {
    let written = node.as_str()?.get(7..)?;
    let path = written.trim_start_matches("./");
    let disk = context.files.disk();
    let beside = disk.absolute(Path::new(context.unit.path())).parent()?.join(path);
    let is_relative = !path.starts_with('/') && !path.contains("..");
    let from = beside.strip_prefix(folder).ok().filter(|_| is_relative && folder.join(path) != beside)?;
    let is_there = |path: &Path| disk.read(path).is_ok();
    (is_there(&beside) && !is_there(&folder.join(path))).then(|| from.to_string_lossy().replace('\\', "/"))
}
