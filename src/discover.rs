//! Which files hold configurations of Kratos, told by their content: plain files, Helm values, `ConfigMaps` and Secrets, templates.

mod encoded;
mod found;
mod glance;
mod written;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::disk::{Disk, Refusal};
use crate::hcl;
use crate::kratos::schema;
use crate::kratos::schema::nearest;
use crate::kratos::version::Version;
use crate::sent::{patch, terraform};
use crate::text::Source;
use crate::unit::Unit;
use crate::yaml::{self, Format, Node, Tree, template};

use found::Found;
use glance::is_worth_parsing;
pub(crate) use glance::seems_kratos;

/// Endings of files that are read in folders.
const ENDINGS: [&str; 4] = ["yml", "yaml", "json", "toml"];

/// Endings that follow the real one, of files that are rendered before Kratos reads them.
fn is_template_ending(ending: &str) -> bool {
    template::ENDINGS.contains(&ending) || matches!(ending, "in" | "dist")
}

/// Deepest place of a configuration inside another file.
const MAX_INSIDE: usize = 8;

/// What became of a path.
#[derive(Debug)]
pub struct Discovery {
    /// The configurations in it, in their order.
    pub units: Vec<Unit>,
    /// Things worth saying that are no findings (a file without any configuration).
    pub notes: Vec<String>,
}

/// Reads a file that was named.
///
/// # Errors
/// Says why it cannot be read.
pub fn file(path: &Path, disk: &Disk) -> Result<Discovery, String> {
    let shown = shown(path);
    let source = read(path, disk)?;
    let units = if hcl::is_terraform(&shown) {
        let sent = terraform::named(&source, disk).map_err(|why| format!("{shown}: {why}"))?;
        sent.into_iter().chain(named(&source)).chain(encoded::units(&source, disk)).collect()
    } else {
        named(&source)
    };
    let notes = if units.is_empty() { vec![without(path)] } else { Vec::new() };
    Ok(Discovery { units, notes })
}

/// Says that a file is no configuration, and what takes it.
#[must_use]
pub(crate) fn without(path: &Path) -> String {
    let name = shown(path);
    if is_jsonnet(&name) {
        format!("{name} is Jsonnet, no configuration of Kratos: name that, or run `kratos-lint render {name}`")
    } else {
        format!("{name} holds no configuration of Kratos")
    }
}

fn is_jsonnet(path: &str) -> bool {
    [".jsonnet", ".libsonnet"].iter().any(|ending| path.ends_with(ending))
}

/// Reads files that Kratos is to lay over each other, in their order. They may be parts of a configuration only.
///
/// # Errors
/// Says which cannot be read.
pub(crate) fn layered(paths: &[PathBuf], disk: &Disk) -> Result<Option<Unit>, String> {
    let layers = paths.iter().map(|path| read(path, disk).map(|source| tree(&source))).collect::<Result<_, _>>()?;
    Ok(Unit::layered(layers))
}

/// The same for texts inside other files, such as entries of a `ConfigMap`; `at` is the pointer of the first that was met.
#[must_use]
pub(crate) fn layered_texts(texts: &[Arc<Source>], at: &str) -> Option<Unit> {
    let tree = |text: &Arc<Source>| yaml::parse_with(text, Format::Yaml, &template::placeholders(text.text(), false));
    Unit::layered(texts.iter().map(tree).collect()).map(|unit| unit.placed(at))
}

/// The configurations of a text that was named; `-` reads one from stdin under another name.
#[must_use]
pub fn named(source: &Arc<Source>) -> Vec<Unit> {
    if hcl::is_terraform(source.path()) {
        return written::units(source, &|_| false);
    }
    if written::may_write(source.path()) { of_script(source, &|_| false) } else { units(source, true) }
}

/// The path as it is shown: with `/`, without `./`.
pub(crate) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").map(str::to_owned).unwrap_or(text)
}

/// Reads a configuration that was named, within the bounds of its project.
///
/// # Errors
/// Says why it cannot be read.
pub(crate) fn read(path: &Path, disk: &Disk) -> Result<Arc<Source>, String> {
    disk.read_configuration(path).map_err(|why| refused(path, disk, &why))
}

/// Why a file that was named cannot be read; for one that is not there with the one that was likely meant.
fn refused(path: &Path, disk: &Disk, why: &Refusal) -> String {
    let likely = Some(why).filter(|why| **why == Refusal::Missing).and_then(|_| likely(path, disk));
    let meant = likely.map(|likely| format!("; did you mean {likely}?")).unwrap_or_default();
    format!("{}: {why}{meant}", shown(path))
}

/// The file beside a path that is not there whose name is nearest to it.
#[must_use]
pub(crate) fn likely(path: &Path, disk: &Disk) -> Option<String> {
    let written = path.file_name()?.to_str()?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let entries = disk.list(if folder == Path::new("") { Path::new(".") } else { folder });
    let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    // `kratos.yaml` for `kratos.yml`, with or without the ending.
    let stem = |name: &str| name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let same = || names.iter().copied().find(|name| !stem(name).is_empty() && stem(name) == stem(written));
    let (name, _) = nearest(written, &names).or_else(|| same().map(|name| (name, false)))?;
    Some(shown(&folder.join(name)))
}

/// Reads a file that was named on the command line, wherever it is.
///
/// # Errors
/// Says why it cannot be read.
pub(crate) fn read_named(path: &Path, disk: &Disk) -> Result<Arc<Source>, String> {
    if disk.is_file(path)
        && let Ok(source) = disk.read(path)
    {
        return Ok(source);
    }
    let own = Disk::of_run(&[path.to_path_buf()], None);
    own.read(path).map_err(|why| refused(path, &own, &why))
}

/// All files below a folder that may hold a configuration, as users would name them, sorted.
#[must_use]
pub(crate) fn walk(folder: &Path, disk: &Disk) -> Vec<PathBuf> {
    let root = disk.root_of(&disk.absolute(folder));
    let mut forks: HashMap<PathBuf, bool> = HashMap::new();
    let mut is_own = |path: &Path| {
        let path = disk.absolute(path);
        let mut folders = path.ancestors().skip(1).take_while(|folder| folder.starts_with(&root));
        let mut is_fork = |folder: &Path| match forks.get(folder) {
            Some(known) => *known,
            None => *forks.entry(folder.to_path_buf()).or_insert_with(|| is_kratos_itself(folder, disk)),
        };
        is_data_of_library(&path) || folders.any(|folder| is_in_package(folder, &path) && is_fork(folder))
    };
    disk.walk(folder)
        .into_iter()
        .filter(|path| is_candidate(path) && !is_own(path))
        .map(|path| PathBuf::from(disk.shown(&path)))
        .collect()
}

/// Folders of the source of Kratos: what looks like a configuration there is data of its tests.
const PACKAGES: [&str; 14] = [
    "cmd",
    "courier",
    "driver",
    "embedx",
    "examples",
    "identity",
    "internal",
    "oryx",
    "persistence",
    "schema",
    "selfservice",
    "session",
    "test",
    "x",
];

/// Whether a repository is that of Kratos or a fork of it, which may have another name.
fn is_kratos_itself(root: &Path, disk: &Disk) -> bool {
    ["driver", "persistence/sql", "selfservice/strategy"].iter().all(|folder| disk.is_folder(&root.join(folder)))
}

/// Whether a file is data of the tests of Ory's library for configurations, which its other servers bring along.
fn is_data_of_library(path: &Path) -> bool {
    let mut names = path.components().skip_while(|name| name.as_os_str() != "configx");
    names.next().is_some() && names.next().is_some_and(|name| name.as_os_str() == "stub")
}

fn is_in_package(root: &Path, path: &Path) -> bool {
    let first = path.strip_prefix(root).ok().and_then(|path| path.components().next());
    first.is_some_and(|first| PACKAGES.iter().any(|name| first.as_os_str() == *name))
}

/// The files directly in a folder that may hold a configuration.
#[must_use]
pub(crate) fn directly_in(folder: &Path, disk: &Disk) -> Vec<PathBuf> {
    let entries = disk.list(folder);
    let files = entries.iter().filter(|entry| !entry.is_folder).map(|entry| folder.join(&entry.name));
    files.filter(|path| is_candidate(path)).collect()
}

/// Whether a file may hold a configuration by its name.
pub(crate) fn is_candidate(path: &Path) -> bool {
    let path = path.to_string_lossy();
    format_of(&path).is_some() || hcl::is_terraform(&path) || written::may_write(&path)
}

/// The format by the ending, and whether the file is a template; none for other files.
fn format_of(path: &str) -> Option<(Format, bool)> {
    let (rest, ending) = path.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    if is_template_ending(&ending) {
        return format_of(rest).map(|(format, _)| (format, true));
    }
    let format = match ending.as_str() {
        "json" => Format::Json,
        "toml" => Format::Toml,
        ending if ENDINGS.contains(&ending) => Format::Yaml,
        _ => return None,
    };
    let in_chart = path.replace('\\', "/").contains("templates/");
    // `name.tpl.yml` is a template as `name.yml.tpl` is.
    let inner = rest.rsplit_once('.').map(|(_, inner)| inner.to_ascii_lowercase());
    let is_template = inner.is_some_and(|inner| is_template_ending(&inner));
    Some((format, in_chart || is_template))
}

/// Whether a file is YAML by its name.
pub(crate) fn is_yaml(path: &str) -> bool {
    matches!(format_of(path), Some((Format::Yaml, _)))
}

/// The configurations of a file that was met in a folder.
///
/// # Errors
/// Says why it cannot be read.
pub(crate) fn met(path: &Path, disk: &Disk) -> Result<Vec<Unit>, Refusal> {
    let source = disk.read_configuration(path)?;
    if hcl::is_terraform(source.path()) {
        let sent = terraform::met(&source, disk).map_err(Refusal::NotText)?;
        let objects = encoded::units(&source, disk);
        return Ok(sent.into_iter().chain(written::units(&source, &|_| false)).chain(objects).collect());
    }
    if written::may_write(source.path()) {
        let own = disk.absolute(path);
        let root = disk.root_of(own.parent().unwrap_or(&own));
        let is_file = |path: &Path| disk.is_file(path);
        return Ok(of_script(&source, &|target| written::leads_to_a_file(&own, target, &root, &is_file)));
    }
    Ok(if is_worth_parsing(source.text()) { units(&source, false) } else { Vec::new() })
}

/// What a script sends to Ory Network, and the configurations that it writes.
fn of_script(source: &Arc<Source>, is_there: &dyn Fn(&str) -> bool) -> Vec<Unit> {
    let sent = if patch::is_script(source.path()) { patch::of_script(source) } else { Vec::new() };
    sent.into_iter().chain(written::units(source, is_there)).collect()
}

/// The tree of a whole file.
pub(crate) fn tree(source: &Arc<Source>) -> Tree {
    let (format, is_template) = format_of(source.path()).unwrap_or((Format::Yaml, false));
    parse(source, format, is_template)
}

fn units(source: &Arc<Source>, named: bool) -> Vec<Unit> {
    let known = format_of(source.path());
    let (format, is_template) = known.unwrap_or((Format::Yaml, false));
    let tree = parse(source, format, is_template);
    let root = tree.root();
    // Any prose is a text in YAML. Kratos chooses the format by the ending, too.
    let is_prose = known.is_none() && root.is_some_and(|root| root.as_str().is_some());
    if root.is_some_and(is_description) || is_prose || is_jsonnet(source.path()) {
        return Vec::new();
    }
    if let Some(unit) = root.and_then(|root| patch::of_document(source, root)) {
        return vec![unit];
    }
    let is_sample = |root| is_in_documentation(source.path()) || has_sample_address(root);
    if !named && root.is_some_and(|root| is_listing(root) && is_sample(root)) {
        return vec![Unit::listing(tree)];
    }
    let in_values = root.is_some_and(|root| root.find("kratos.config").is_some_and(Node::is_mapping));
    if root.is_some_and(is_kratos) && !in_values {
        return vec![Unit::plain(tree)];
    }
    let mut found = Found::new(source);
    let mut is_in_other = false;
    if format == Format::Yaml && source.text().contains("\n---") {
        for document in yaml::documents(source) {
            if found.beyond.is_some() {
                break;
            }
            let document = parse(&document, Format::Yaml, is_template);
            is_in_other |= document.root().is_some_and(is_kratos);
            inside(&document, &mut found);
        }
    } else {
        inside(&tree, &mut found);
    }
    let mut found = found.units(&tree);
    if found.is_empty() && format == Format::Yaml {
        found.extend(root.map(|root| patch::of_workflow(source, root)).unwrap_or_default());
    }
    // Kratos reads the first document, and the others are silently dropped.
    let is_dropped = is_in_other && !root.is_some_and(is_manifest) && glance::has_its_name(source.path());
    let is_meant =
        (named && !root.is_some_and(is_other)) || is_dropped || glance::is_broken_configuration(source.path(), &tree);
    if found.is_empty() && is_meant {
        return vec![Unit::plain(tree)];
    }
    found
}

fn parse(source: &Arc<Source>, format: Format, is_template: bool) -> Tree {
    if !is_template || format != Format::Yaml {
        let tree = yaml::parse(source, format);
        if format != Format::Yaml {
            return tree;
        }
        let spans = template::placeholders(source.text(), true);
        let (before, is_comment) = (faults(&tree), template::is_any_comment(source.text(), &spans));
        if spans.is_empty() || (before == 0 && !is_comment) {
            return tree;
        }
        // A file that is no YAML as it is, and is one when it is filled in, is a template.
        let filled = yaml::parse_with(source, format, &spans);
        let after = faults(&filled);
        return if after < before || (is_comment && after == before) { filled } else { tree };
    }
    let variables = !source.path().contains("templates/");
    yaml::parse_with(source, format, &template::placeholders(source.text(), variables))
}

/// How often a text is no YAML.
fn faults(tree: &Tree) -> usize {
    tree.faults().iter().filter(|fault| fault.kind != yaml::FaultKind::DuplicateKeyLastWins).count()
}

/// Configurations inside another file: Helm values, entries of `ConfigMaps` and Secrets.
fn inside(tree: &Tree, found: &mut Found) {
    let Some(root) = tree.root() else { return };
    let kinds = ["ConfigMap", "Secret"];
    for manifest in root.items().chain(root.select("items[]")).chain(root.select("objects[]")).chain([root]) {
        let kind = manifest.get("kind").and_then(Node::as_str);
        if kind.is_some_and(|kind| kinds.contains(&kind)) {
            for field in ["data", "stringData"] {
                let is_encoded = kind == Some("Secret") && field == "data";
                for entry in manifest.get(field).into_iter().flat_map(Node::fields) {
                    let before = found.units.len();
                    entry_unit(entry.key, entry.value, is_encoded, found);
                    // Flux takes values of a chart from there.
                    if found.units.len() == before && !is_encoded && entry.key.contains("values") {
                        text_values(entry.value, found);
                    }
                }
            }
        }
    }
    match root.get("kind").and_then(Node::as_str) {
        None if root.is_sequence() => tasks(root, found),
        None if root.get("kind").is_none() => {
            values(root, 0, found);
            // Releases of helmfile and kustomize, whose `kind` may be left out.
            for inline in root.select("releases[].values[]").into_iter().chain(root.select("helmCharts[].valuesInline"))
            {
                values(inline, 0, found);
            }
        }
        Some("Kustomization") => {
            for inline in root.select("helmCharts[].valuesInline") {
                values(inline, 0, found);
            }
        }
        Some("ConfigMap" | "Secret" | "List" | "Template") => {}
        // Argo CD, Flux, K3s, Crossplane, k0s, Garden, Sveltos, Cluster API and others hold values of a chart.
        _ => {
            for node in root.descendants() {
                match node.key() {
                    Some("values" | "valuesObject" | "valuesContent") if node.is_mapping() => values(node, 0, found),
                    // Argo CD reads no text beside a map (`ApplicationSourceHelm.ValuesYAML`).
                    Some("values") if node.ancestors().next().is_some_and(has_values_as_a_map) => {}
                    Some("values" | "valuesContent" | "valuesTemplate") => text_values(node, found),
                    _ => {}
                }
            }
        }
    }
}

/// Whether a source of Argo CD has its values as a map.
fn has_values_as_a_map(helm: Node<'_>) -> bool {
    helm.get("valuesObject").is_some_and(|values| !values.is_null())
}

/// What tasks of Ansible hold: texts that they write into files (`copy: {dest: …, content: …}`), values of a chart.
fn tasks(root: Node<'_>, found: &mut Found) {
    for task in root.descendants() {
        match task.key().and_then(|key| key.rsplit('.').next()) {
            Some("copy") => {}
            Some("helm") => {
                let inline = ["values", "release_values"].into_iter().filter_map(|key| task.get(key));
                inline.for_each(|inline| values(inline, 0, found));
                continue;
            }
            _ => continue,
        }
        let Some((content, dest)) = task.get("content").zip(task.get("dest").and_then(Node::as_str)) else { continue };
        if holds_text(content) {
            entry_unit(dest.rsplit('/').next().unwrap_or(dest), content, false, found);
        }
    }
}

/// Values of a chart that are a text inside a manifest.
fn text_values(node: Node<'_>, found: &mut Found) {
    let Some(source) = found.text(node) else { return };
    let tree = yaml::parse_with(&source, Format::Yaml, &template::placeholders(source.text(), false));
    let before = found.units.len();
    if let Some(root) = tree.root() {
        values(root, 0, found);
    }
    let around = node.pointer();
    for unit in found.units.iter_mut().skip(before) {
        unit.at = format!("{around}{}", unit.at);
    }
}

fn entry_unit(name: &str, node: Node<'_>, is_encoded: bool, found: &mut Found) {
    let Some((format, _)) = format_of(name) else { return };
    let Some(text) = found.text(node) else { return };
    let source = if is_encoded {
        let compact: String = text.text().split_whitespace().collect();
        let Ok(decoded) = Source::from_base64(&node.origin(), &compact) else { return };
        decoded
    } else {
        text
    };
    let filled = |variables| yaml::parse_with(&source, format, &template::placeholders(source.text(), variables));
    let mut tree = filled(false);
    // What is no YAML as it is, and is one when its variables are filled in, is a template.
    if faults(&tree) > 0 && format == Format::Yaml {
        tree = Some(filled(true)).filter(|filled| faults(filled) == 0).unwrap_or(tree);
    }
    if tree.root().is_some_and(is_kratos) || glance::is_broken_configuration(name, &tree) {
        found.add(Unit::inside(tree, node.pointer()), node);
    }
}

/// Helm values: a map anywhere inside that is a configuration.
fn values(node: Node<'_>, depth: usize, found: &mut Found) {
    for field in node.fields() {
        if found.beyond.is_some() {
            return;
        }
        // Keys of Kratos beside its own `config` are in the wrong place, which is said there.
        let is_around = field.value.get("config").is_some_and(|config| config.is_mapping() && is_kratos(config));
        if is_kratos(field.value) && !is_around && !is_of_a_chart(field.value) || is_part(node, field.key, field.value)
        {
            let unit = Unit::inside(field.value.tree().subtree(field.value.id()), field.value.pointer());
            found.add(unit, field.value);
        } else if holds_text(field.value) && !glance::is_documentation(field.key, field.value) {
            let name = if format_of(field.key).is_some() { field.key } else { "config.yml" };
            entry_unit(name, field.value, false, found);
        } else if depth < MAX_INSIDE {
            values(field.value, depth + 1, found);
        }
    }
    // Coolify takes the files that it mounts from the items of a list, cloud-init those that it writes.
    if depth < MAX_INSIDE && matches!(node.key(), Some("volumes" | "write_files")) {
        for item in node.items().filter(|item| item.get("content").is_some_and(holds_text)) {
            values(item, depth + 1, found);
        }
    }
}

/// Whether a map is what the templates of a chart make a configuration of: its names are in the style of Helm (`publicUrl`),
/// which no key of Kratos has. What is below them is the chart's own, too.
fn is_of_a_chart(node: Node<'_>) -> bool {
    let is_own =
        |key: &str| key.bytes().any(|byte| byte.is_ascii_uppercase()) && schema::lookup(key, Version::MASTER).is_none();
    node.fields().filter(|field| is_own(field.key)).count() > 1
}

/// Whether a value may be a configuration that values hold as a text, under the name of a file or another one.
fn holds_text(node: Node<'_>) -> bool {
    node.as_str().is_some_and(|text| text.contains('\n') && text.contains("selfservice"))
}

/// Whether a map is a part of a configuration that a file of values lays over others: `kratos.config`, with keys of Kratos only.
fn is_part(around: Node<'_>, key: &str, node: Node<'_>) -> bool {
    let in_place = key == "config" && around.key() == Some("kratos");
    let is_known = |key: &str| schema::lookup(key, Version::MASTER).is_some();
    in_place
        && node.fields().next().is_some()
        && node.fields().all(|field| is_known(field.key))
        && !describes_settings(node)
}

/// Keys below `selfservice` that no other product has.
const SELFSERVICE: [&str; 6] =
    ["flows", "methods", "default_browser_return_url", "allowed_return_urls", "whitelisted_return_urls", "strategies"];

/// Whether a map is surely a configuration of Kratos.
#[must_use]
pub fn is_kratos(node: Node<'_>) -> bool {
    if let Some(selfservice) = node.get("selfservice") {
        let is_known = SELFSERVICE.iter().any(|key| selfservice.get(key).is_some()) || node.get("identity").is_some();
        return is_known && !describes_settings(node);
    }
    let identity = node.get("identity").is_some_and(|identity| {
        ["schemas", "default_schema_id", "default_schema_url"].iter().any(|key| identity.get(key).is_some())
    });
    identity && ["dsn", "serve", "secrets", "courier", "hashers"].iter().any(|key| node.get(key).is_some())
}

/// Whether a document describes others: a JSON Schema, an OpenAPI document.
fn is_description(root: Node<'_>) -> bool {
    let has = |key: &str| root.get(key).is_some();
    has("openapi")
        || has("swagger")
        || has("$defs")
        || (has("properties") && (has("type") || has("definitions") || has("$id")))
}

/// Whether a map says of most settings what they mean, as forms and charms do: `lifespan: {description: …}`. No map of Kratos has
/// such a text.
fn describes_settings(node: Node<'_>) -> bool {
    let is_leaf = |node: &Node<'_>| {
        node.is_mapping() && node.fields().all(|field| !field.value.is_mapping() && !field.value.is_sequence())
    };
    let mut described = 0_usize;
    let mut others = 0_usize;
    for map in node.descendants().into_iter().filter(is_leaf) {
        let is_described = map.get("description").is_some_and(|text| text.as_str().is_some());
        *(if is_described { &mut described } else { &mut others }) += 1;
    }
    described > 2 && described > others
}

/// Whether a file is in a folder of documentation.
fn is_in_documentation(path: &str) -> bool {
    let folders = Path::new(path).parent().into_iter().flat_map(Path::components);
    let is_one = |name: &str| matches!(name, "doc" | "docs" | "documentation" | "reference");
    folders.into_iter().any(|folder| folder.as_os_str().to_str().is_some_and(is_one))
}

/// Whether the database is the one of the reference: `postgresd` of user `user`.
fn has_sample_address(root: Node<'_>) -> bool {
    let dsn = root.get("dsn").and_then(Node::as_str).unwrap_or_default();
    dsn.starts_with("postgres://user:") && dsn.contains("password@postgresd:5432/database")
}

/// Whether a document lists all keys of the reference with their samples, as Ory's documentation does: the names of all flags of the
/// command line are in it, which no one configures in a file.
fn is_listing(root: Node<'_>) -> bool {
    ["config", "dev", "help", "sqa-opt-out", "watch-courier"].iter().all(|flag| root.get(flag).is_some())
}

/// Whether a map is a file of another program.
fn is_manifest(root: Node<'_>) -> bool {
    ["apiVersion", "services", "kind", "urls", "access_rules"].iter().any(|key| root.get(key).is_some())
}

/// Whether a map is surely something else: none of its keys belongs to Kratos, or it is a manifest.
fn is_other(root: Node<'_>) -> bool {
    if root.is_sequence() {
        // Operations on something else: other services of a project, manifests of Kustomize.
        return crate::kratos::network::content::is_patch(root);
    }
    let keys = || root.fields().map(|field| field.key);
    let known = |key: &str| schema::lookup(key, Version::MASTER).is_some();
    is_manifest(root) || (keys().next().is_some() && !keys().any(known))
}
