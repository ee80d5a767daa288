//! Configurations that scripts and Dockerfiles write by here-documents, `cat > kratos.yml <<EOF`, and those that Terraform and Nomad
//! hold so: `data = <<EOF`.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::{Found, format_of, is_kratos, is_worth_parsing, parse, patch, values};
use crate::hcl;
use crate::text::{HereDocument, Place, Source, Span, here_documents, here_documents_of_hcl, substitutions};
use crate::unit::Unit;
use crate::yaml::{self, Format, Node, Tree, pointer_token, template};

/// Most configurations of one script; real ones write two.
pub(super) const MAX_WRITTEN: usize = 16;

/// Whether a file may hold here-documents, by its name.
pub(super) fn may_write(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let is_dockerfile = name.starts_with("dockerfile") || name.ends_with(".dockerfile");
    patch::is_script(path) || is_dockerfile || (is_hcl(path) && !hcl::is_terraform(path))
}

/// Whether a file is one of Terraform, Nomad or Packer, by its name.
fn is_hcl(path: &str) -> bool {
    [".tf", ".nomad", ".hcl"].iter().any(|ending| path.to_ascii_lowercase().ends_with(ending))
}

/// The here-documents of a file, each with the name of what it writes and its format.
fn texts(source: &Arc<Source>) -> Vec<(HereDocument, &str, (Format, bool))> {
    if is_hcl(source.path()) {
        let named = |one: HereDocument| {
            let only = is_only_value(source, &one).then_some(VALUES);
            let name = only.or_else(|| attribute(source.slice(one.head)))?;
            let known = format_of(name).unwrap_or((Format::Yaml, false));
            Some((one, name, known))
        };
        return here_documents_of_hcl(source).into_iter().filter_map(named).collect();
    }
    let target = |one: HereDocument| {
        let target = one.target(source)?;
        Some((one, target, format_of(target)?))
    };
    here_documents(source).into_iter().filter_map(target).collect()
}

/// The attribute of Terraform that lists the texts and files of values of a chart.
pub(super) const VALUES: &str = "values";

/// Whether a here-document of Terraform is all values that its release of a chart gets: `values = [<<EOF`, with nothing beside it.
fn is_only_value(source: &Source, one: &HereDocument) -> bool {
    let head = source.slice(one.head).trim();
    let before = || written_lines(source.text().get(..one.head.start).unwrap_or_default()).next_back();
    let opener = if head.starts_with("<<") { before() } else { head.split("<<").next() };
    let opens =
        |line: &str| line.split_once('=').is_some_and(|(name, list)| name.trim() == VALUES && list.trim() == "[");
    // The line after the text ends it.
    let after = || written_lines(source.text().get(one.body.end..).unwrap_or_default()).nth(1);
    opener.is_some_and(opens) && after() == Some("]")
}

/// The lines of a text that hold something.
fn written_lines(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// The name of the attribute in a line of Terraform: `data = <<EOF`, `"kratos.yml" = <<-EOT`.
fn attribute(line: &str) -> Option<&str> {
    let (name, _) = line.split_once('=')?;
    let name = name.trim().trim_matches('"');
    let is_name = !name.is_empty() && !name.contains(['$', '(', '{', '"', ' ']);
    is_name.then_some(name)
}

/// The configurations that a file writes. `is_there` says whether a path leads to a file of the project, which is checked itself.
pub(super) fn units(source: &Arc<Source>, is_there: &dyn Fn(&str) -> bool) -> Vec<Unit> {
    let mut found = Vec::new();
    if !is_worth_parsing(source.text()) {
        return found;
    }
    let mut names: HashMap<&str, usize> = HashMap::new();
    for (one, target, (format, is_template)) in texts(source) {
        let name = target.rsplit('/').next().unwrap_or(target);
        let count = names.entry(name).or_default();
        *count += 1;
        let text = one.text(source);
        if is_there(target) || !is_worth_parsing(text.text()) {
            continue;
        }
        let filled = if one.is_literal { Vec::new() } else { filled_in(text.text()) };
        let tree = match format {
            _ if filled.is_empty() => parse(&text, format, is_template),
            Format::Yaml => yaml::parse_with(&text, format, &filled),
            // What becomes of it is not known.
            _ => continue,
        };
        let is_of_chart = is_hcl(source.path()) && is_only_value(source, &one);
        let of_chart = if is_of_chart { in_values(&text, &tree, *count - 1) } else { Vec::new() };
        if of_chart.is_empty() && !tree.root().is_some_and(is_whole) {
            continue;
        }
        if found.len() >= MAX_WRITTEN {
            let beyond = Place::new(source, one.head);
            let last = found.pop().map(|unit: Unit| unit.limited(beyond, "it writes more than 16 configurations"));
            found.extend(last);
            break;
        }
        if !of_chart.is_empty() {
            found.extend(of_chart);
            continue;
        }
        let at = pointer_token(name);
        let at = if *count == 1 { at } else { format!("{at}/{count}") };
        let unit = Unit::inside(tree, at);
        found.push(if is_hcl(source.path()) { unit } else { unit.written(target) });
    }
    found
}

/// The configurations in values of a chart that are a text; `before` says how many such texts the file has before this one.
pub(super) fn in_values(text: &Source, tree: &Tree, before: usize) -> Vec<Unit> {
    let mut found = Found::new(text);
    if let Some(root) = tree.root() {
        values(root, 0, &mut found);
    }
    let mut units = found.units(tree);
    let number = if before == 0 { String::new() } else { format!("/{}", before + 1) };
    for unit in &mut units {
        unit.at = format!("/{VALUES}{number}{}", unit.at);
    }
    units
}

/// Whether it is a whole configuration, not a part that is laid over one.
fn is_whole(root: Node<'_>) -> bool {
    is_kratos(root) && root.get("identity").is_some() && root.get("selfservice").is_some()
}

/// What a shell puts something in for.
fn filled_in(text: &str) -> Vec<Span> {
    let mut spans = template::placeholders(text, true);
    spans.extend(substitutions(text));
    spans.sort_unstable();
    let mut found: Vec<Span> = Vec::new();
    for span in spans {
        match found.last_mut().filter(|last| span.start < last.end) {
            Some(last) => last.end = last.end.max(span.end),
            None => found.push(span),
        }
    }
    found
}

/// Whether a script's path leads to a file, from its own folder or from the root.
pub(super) fn leads_to_a_file(script: &Path, target: &str, root: &Path, is_file: &dyn Fn(&Path) -> bool) -> bool {
    let folder = script.parent().unwrap_or(root);
    !target.starts_with('/') && (is_file(&folder.join(target)) || is_file(&root.join(target)))
}
