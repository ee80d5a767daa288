//! Who installs Ory's Helm chart, with which files of values, settings and release: helmfile, Argo CD, Flux, kustomize, Skaffold,
//! Fleet, and the command `helm` in scripts.

use std::collections::{HashMap, HashSet};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::layer::Layer;
use super::pins::Pins;
use super::shell::{self, Word};
use crate::disk::{Disk, plain};
use crate::kratos::chart;
use crate::text::{Place, Source, Span};
use crate::yaml::{self, Format, Node, Tree};

/// How the chart is installed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// Files of values that are used, first to last.
    pub(super) files: Vec<Layer>,
    /// `--set` and the like: names with dots, and texts where they are known.
    pub(super) set: Vec<Setting>,
    /// The release of the chart.
    pub(super) version: Option<(String, Place)>,
    /// The folder of a chart in the project.
    pub(super) folder: Option<PathBuf>,
    /// The bytes of the file that says it, where that holds the values too: it may have several releases.
    pub(super) within: Option<Span>,
    /// Whether more is laid over the files, and what is not known.
    pub(super) is_open: bool,
    /// Whether one of its files of values is not in the project: a Secret of the cluster, another repository.
    pub(super) is_partial: bool,
    /// A file of values whose name is known in part: before how many of the files it is used, and its path.
    pub(super) varying: Option<(usize, PathBuf)>,
}

/// A name with dots, its text where that is known, and where it is set.
pub(super) type Setting = (String, Option<String>, Place);

impl Given {
    /// Which of its files of values has a byte of a file.
    pub(super) fn position(&self, file: &Path, at: usize, disk: &Disk) -> Option<usize> {
        self.files.iter().position(|layer| disk.real(&layer.path) == *file && layer.holds(at))
    }

    /// Takes the release of the chart from where a placeholder says: `{{ .Values.charts.kratos }}`.
    pub(super) fn pin(&mut self, pins: &Pins<'_>) {
        let Some((version, place)) = &self.version else { return };
        if version.contains(['{', '$', '['])
            && let Some(pin) = pins.tag(&place.source, version)
        {
            self.version = Some(pin);
        }
    }

    /// What `-f` names: files with a comma between them.
    fn add_files(&mut self, folder: &Path, value: &str) {
        for path in value.split(',') {
            let is_varying = path.contains(shell::UNKNOWN) && !path.contains("://");
            match file(folder, path) {
                // Which of two it is, is not known.
                None if path == shell::UNKNOWN || (is_varying && self.varying.is_some()) => self.is_open = true,
                None if is_varying => self.varying = Some((self.files.len(), plain(&folder.join(path)))),
                None => self.is_partial = true,
                Some(known) => self.files.push(known.into()),
            }
        }
    }

    /// What `--set` and its kin set.
    fn set_by(&mut self, option: &str, value: &str, place: &Place) {
        match option {
            "--set" | "--set-string" if value != shell::UNKNOWN => {
                let all = settings_in(value).filter_map(|text| assignment(text, place));
                let is_kept = |text: &String| option == "--set" || !is_of_a_type(text);
                self.set.extend(all.map(|(name, value, place)| (name, value.filter(is_kept), place)));
            }
            // What is in the file or the JSON is not read.
            _ => match assignment(value, place) {
                Some((name, _, place)) => self.set.push((name, None, place)),
                None => self.is_open = true,
            },
        }
    }
}

/// Options of `helm` that take no value.
const SWITCHES: [&str; 22] = [
    "-i",
    "-g",
    "-a",
    "--install",
    "--atomic",
    "--wait",
    "--wait-for-jobs",
    "--create-namespace",
    "--debug",
    "--dry-run",
    "--force",
    "--devel",
    "--reuse-values",
    "--reset-values",
    "--reset-then-reuse-values",
    "--cleanup-on-fail",
    "--dependency-update",
    "--generate-name",
    "--skip-crds",
    "--include-crds",
    "--verify",
    "--replace",
];

/// The releases in YAML files. Paths of Argo CD begin at the root of the repository.
pub(super) fn of_yaml(files: &[(PathBuf, Arc<Source>)], root: &Path) -> Vec<Given> {
    let mut found = Vec::new();
    for (path, source) in files {
        let (Some(folder), text) = (path.parent(), source.text()) else { continue };
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let is_command = || text.contains("helm ") && (path.starts_with(root.join(".github")) || name.contains("ci."));
        let is_wanted = ["helmfile", "kustomization", "skaffold", "fleet"].iter().any(|begin| name.starts_with(begin))
            || folder.ends_with("helmfile.d")
            || text.contains("argoproj.io/")
            || text.contains("helm.cattle.io/");
        if !is_wanted && !is_command() {
            continue;
        }
        for tree in yaml::documents(source).iter().map(|one| yaml::parse(one, Format::Yaml)) {
            let Some(document) = tree.root() else { continue };
            let select = |path: &str| document.select(path).into_iter();
            found.extend(select("releases[]").filter_map(|release| of_helmfile(folder, path, release)));
            found.extend(select("helmCharts[]").filter_map(|chart| of_kustomize(path, folder, chart)));
            found.extend(document.get("helm").and_then(|helm| of_fleet(path, folder, helm)));
            found.extend(select("deploy.helm.releases[]").filter_map(|release| of_skaffold(folder, release)));
            found.extend(document.get("spec").and_then(|spec| of_k3s(path, spec)));
            for spec in ["spec", "spec.template.spec"].into_iter().filter_map(|path| document.find(path)) {
                let sources = spec.get("source").into_iter().chain(spec.select("sources[]"));
                found.extend(sources.filter_map(|one| of_argo(root, path, one)));
            }
            if is_command() {
                found.extend(of_steps(&tree, root));
            }
        }
    }
    found
}

/// Commands of a pipeline; they run at the root of the repository.
fn of_steps(tree: &Tree, root: &Path) -> Vec<Given> {
    let steps = tree.root().map(Node::descendants).unwrap_or_default();
    let texts = steps.into_iter().filter_map(|node| Some((node.as_str()?, node)));
    let mut found = Vec::new();
    // Aliases bring the same text many times.
    let mut seen = HashSet::new();
    for (text, node) in texts.filter(|(text, _)| seen.insert(text.as_ptr()) && text.contains("helm ")) {
        let commands = shell::commands(text, &|_| None);
        let patterns: HashMap<(usize, usize), shell::Command> =
            shell::patterns(text, &|_| None).into_iter().map(|command| (command.span, command)).collect();
        found.extend(commands.iter().filter_map(|command| {
            let pattern = patterns.get(&command.span).map(|pattern| pattern.words.as_slice());
            of_words(&command.words, &command.words, pattern, &node.place(), root)
        }));
    }
    found
}

/// What a command of `helm` installs: its words as far as they are sure, as they are when no variable with a default is set, and with
/// marks for what is not known.
pub(super) fn of_words(
    words: &[Word],
    likely: &[Word],
    pattern: Option<&[Word]>,
    place: &Place,
    folder: &Path,
) -> Option<Given> {
    let of = |words: &[Word]| of_command(words, place, folder);
    let given = of(words)?;
    // Which release is installed is more likely the default than any other.
    let version = given.version.clone().or_else(|| of(likely).and_then(|given| given.version));
    // With the marks of variables more is known of the names of files and values.
    let (varying, is_open, set) = match pattern.and_then(of) {
        Some(pattern) => (pattern.varying, pattern.is_open, pattern.set),
        None => (None, given.is_open, given.set),
    };
    Some(Given { set, version, is_open, varying, ..given })
}

/// Whether a chart is Ory's, by its name in a repository.
pub(super) fn is_chart(name: &str) -> bool {
    name.trim_end_matches('/').rsplit('/').next() == Some(chart::NAME)
}

/// Whether a chart is a folder of the project.
fn is_folder(chart: &str) -> bool {
    chart.starts_with('.') || chart.starts_with('/')
}

/// A place in the project; none for an address and for what is filled in.
fn file(folder: &Path, path: &str) -> Option<PathBuf> {
    let is_known = !path.contains("://") && !path.contains(['$', '{']) && !path.contains(shell::UNKNOWN);
    is_known.then(|| plain(&folder.join(path)))
}

/// A text with its place.
fn text(node: Option<Node<'_>>) -> Option<(String, Place)> {
    node.and_then(|node| Some((node.as_str()?.to_owned(), node.place())))
}

/// A text or a number, as it is written.
fn written(node: Node<'_>) -> Option<String> {
    let place = node.place();
    (!node.is_mapping() && !node.is_sequence())
        .then(|| place.source.slice(place.span).trim_matches(['"', '\'']).to_owned())
}

/// Most values of a map that are taken one by one.
const MAX_LEAVES: usize = 200;

/// The texts, numbers and switches of a map by their names with dots; those that a template fills in have no value.
pub(super) fn leaves(map: Node<'_>) -> Vec<Setting> {
    let around = map.pointer().len() + 1;
    let leaf = |node: Node<'_>| {
        let name = node.pointer().get(around..)?.replace('/', ".");
        Some((name, written(node).filter(|text| !text.contains("{{")), node.place()))
    };
    let all = map.descendants().into_iter().filter(|node| !node.is_mapping() && !node.is_sequence());
    all.take(MAX_LEAVES).filter_map(leaf).collect()
}

/// `- name: image.tag`, `value: v1.3.1`
fn settings(nodes: Vec<Node<'_>>) -> Vec<Setting> {
    let setting =
        |node: Node<'_>| Some((node.get("name")?.as_str()?.to_owned(), written(node.get("value")?), node.place()));
    nodes.into_iter().filter_map(setting).collect()
}

fn of_helmfile(folder: &Path, path: &Path, release: Node<'_>) -> Option<Given> {
    let chart = release.get("chart")?.as_str()?;
    if !is_chart(chart) {
        return None;
    }
    let values = release.select("values[]");
    let set = settings(release.select("set[]"));
    let count = values.len();
    let of_value = |node: Node<'_>| match node.as_str() {
        Some(text) => file(folder, text).map(Layer::from),
        None => Layer::inside(path, node),
    };
    let files: Vec<Layer> = values.into_iter().filter_map(of_value).collect();
    let is_partial = files.len() < count || release.get("secrets").is_some();
    // What the environment of helmfile gives is found by its name.
    let version = release.get("version");
    let filled_in = || version.filter(|node| node.is_unknown()).and_then(|node| Some((written(node)?, node.place())));
    Some(Given { files, set, version: text(version).or_else(filled_in), is_partial, ..Given::default() })
}

/// `HelmChart` of K3s: a text of values, and a map of settings by their names with dots.
fn of_k3s(path: &Path, spec: Node<'_>) -> Option<Given> {
    spec.get("chart").and_then(Node::as_str).filter(|chart| is_chart(chart))?;
    let files: Vec<Layer> = spec.get("valuesContent").and_then(|node| Layer::inside(path, node)).into_iter().collect();
    let fields = spec.get("set").into_iter().flat_map(Node::fields);
    let set = fields.map(|field| (field.key.to_owned(), written(field.value), field.value.place())).collect();
    Some(Given { files, set, version: text(spec.get("version")), ..Given::default() })
}

/// `helmCharts` of a kustomization.
fn of_kustomize(path: &Path, folder: &Path, chart: Node<'_>) -> Option<Given> {
    if chart.get("name")?.as_str()? != chart::NAME {
        return None;
    }
    let layer = |node: Node<'_>| file(folder, node.as_str()?).map(Layer::from);
    let main = chart.get("valuesFile").and_then(layer);
    let inline = chart.get("valuesInline").and_then(|node| Layer::inside(path, node));
    let mut files: Vec<Layer> = match (chart.get("valuesMerge").and_then(Node::as_str), inline) {
        // What is in `valuesFile` wins.
        (Some("merge"), inline) => inline.into_iter().chain(main).collect(),
        // `valuesFile` is not used.
        (Some("replace"), Some(inline)) => vec![inline],
        (_, inline) => main.into_iter().chain(inline).collect(),
    };
    files.extend(chart.select("additionalValuesFiles[]").into_iter().filter_map(layer));
    Some(Given { files, version: text(chart.get("version")), ..Given::default() })
}

fn of_skaffold(folder: &Path, release: Node<'_>) -> Option<Given> {
    let at = |key: &str| release.get(key).and_then(Node::as_str);
    let own = at("chartPath").and_then(|chart| file(folder, chart));
    if own.is_none() && !at("remoteChart").is_some_and(is_chart) {
        return None;
    }
    let files = release.select("valuesFiles[]").into_iter().filter_map(|node| file(folder, node.as_str()?));
    let files = files.map(Layer::from).collect();
    let maps = ["overrides", "setValues", "setValueTemplates"].into_iter().filter_map(|key| release.get(key));
    let set = maps.flat_map(leaves).collect();
    Some(Given { files, set, version: text(release.get("version")), folder: own, ..Given::default() })
}

/// `helm` of `fleet.yaml`.
fn of_fleet(path: &Path, folder: &Path, helm: Node<'_>) -> Option<Given> {
    let chart = helm.get("chart").and_then(Node::as_str).filter(|chart| is_chart(chart))?;
    let own = is_folder(chart).then(|| file(folder, chart)).flatten();
    let files = helm.select("valuesFiles[]").into_iter().filter_map(|node| file(folder, node.as_str()?));
    let inline = helm.get("values").and_then(|node| Layer::inside(path, node));
    let files = inline.into_iter().chain(files.map(Layer::from)).collect();
    let version = text(helm.get("version")).filter(|_| own.is_none());
    Some(Given { files, version, folder: own, ..Given::default() })
}

/// A source of an Argo CD application: the chart of a repository, or a folder of this one.
fn of_argo(root: &Path, manifest: &Path, source: Node<'_>) -> Option<Given> {
    let at = |key: &str| source.get(key).and_then(Node::as_str);
    let own = at("path").and_then(|path| file(root, path));
    if own.is_none() && !at("chart").is_some_and(is_chart) {
        return None;
    }
    // `$values/…` is a file of another source, which is this repository as a rule.
    let of_values = |node: Node<'_>| {
        let path = node.as_str()?;
        match path.strip_prefix('$').and_then(|path| path.split_once('/')) {
            Some((_, path)) => file(root, path),
            None => file(own.as_deref()?, path),
        }
    };
    let named = source.select("helm.valueFiles[]");
    let count = named.len();
    let mut files: Vec<Layer> = named.into_iter().filter_map(of_values).map(Layer::from).collect();
    let is_partial = files.len() < count;
    // Values in the manifest go over the files; those of a text are not used beside a map.
    let inline = ["helm.valuesObject", "helm.values"].into_iter().find_map(|path| source.find(path));
    files.extend(inline.and_then(|node| Layer::inside(manifest, node)));
    let version = text(source.get("targetRevision")).filter(|_| own.is_none());
    let set = settings(source.select("helm.parameters[]"));
    Some(Given { files, set, version, folder: own, is_partial, ..Given::default() })
}

/// `helm upgrade NAME CHART -f values.yaml --version 0.43.0 --set image.tag=v1.1.0`
pub(super) fn of_command(words: &[Word], place: &Place, folder: &Path) -> Option<Given> {
    let text = |word: &Word| word.clone().unwrap_or_else(|| shell::UNKNOWN.to_owned());
    let mut words = words.iter().map(text);
    if words.next()?.rsplit('/').next() != Some("helm") {
        return None;
    }
    let mut given = Given::default();
    let mut plain_words = Vec::new();
    while let Some(word) = words.next() {
        if !word.starts_with('-') {
            plain_words.push(word);
            continue;
        }
        if SWITCHES.contains(&word.as_str()) {
            continue;
        }
        let (option, value) = match word.split_once('=') {
            Some((option, value)) => (option.to_owned(), value.to_owned()),
            None => (word, words.next().unwrap_or_default()),
        };
        match option.as_str() {
            "-f" | "--values" => given.add_files(folder, &value),
            "--version" => given.version = shell::known_value(&value).map(|version| (version, place.clone())),
            _ if option.starts_with("--set") => given.set_by(&option, &value, place),
            _ => {}
        }
    }
    let verb = plain_words.iter().position(|word| matches!(word.as_str(), "install" | "upgrade" | "template"))?;
    let mut after = plain_words.get(verb + 1..)?;
    // `helm upgrade kratos ory/kratos $MORE`
    while let [named @ .., last] = after
        && named.len() > 1
        && last == shell::UNKNOWN
    {
        (after, given.is_open) = (named, true);
    }
    let chart = after.last()?;
    if is_folder(chart) {
        given.folder = file(folder, chart);
        return given.folder.is_some().then_some(given);
    }
    is_chart(chart).then_some(given)
}

/// Most files of one pattern.
const MAX_VARIANTS: usize = 50;

/// `-f values/$STAGE.yaml`: the release with each file of the project that this may be, after the release without it.
pub(super) fn variants(disk: &Disk, given: Given) -> Vec<Given> {
    let Some((at, pattern)) = given.varying.clone() else { return vec![given] };
    let found = matching(disk, &pattern);
    let with = |path: PathBuf| {
        let mut one = given.clone();
        one.files.insert(at.min(one.files.len()), path.into());
        one
    };
    let all: Vec<Given> = found.into_iter().take(MAX_VARIANTS).map(with).collect();
    [Given { is_open: true, ..given }].into_iter().chain(all).collect()
}

/// The files whose path has something known in the place of one unknown part.
fn matching(disk: &Disk, pattern: &Path) -> Vec<PathBuf> {
    let is_open = |part: &Component<'_>| part.as_os_str().to_string_lossy().contains(shell::UNKNOWN);
    let parts: Vec<Component<'_>> = pattern.components().collect();
    let open: Vec<usize> = parts.iter().enumerate().filter(|(_, part)| is_open(part)).map(|(at, _)| at).collect();
    let [at] = open.as_slice() else { return Vec::new() };
    let folder: PathBuf = parts.iter().take(*at).collect();
    let rest: PathBuf = parts.iter().skip(at + 1).collect();
    let name = parts.get(*at).map(|part| part.as_os_str().to_string_lossy().into_owned()).unwrap_or_default();
    let Some((before, after)) = name.split_once(shell::UNKNOWN) else { return Vec::new() };
    let is_one = |name: &&str| {
        let inner = name.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
        inner.is_some_and(|inner| !inner.is_empty())
    };
    let entries = disk.list(&folder);
    let mut names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).filter(is_one).collect();
    names.sort_unstable();
    let paths = names
        .into_iter()
        .map(|name| if at + 1 == parts.len() { folder.join(name) } else { folder.join(name).join(&rest) });
    paths.filter(|path| disk.holds_file(path)).collect()
}

/// The settings of `a=b,c={d,e}`, with a comma between them that no `\` is before and no braces are around.
fn settings_in(value: &str) -> impl Iterator<Item = &str> {
    let (mut depth, mut is_escaped) = (0_u32, false);
    value.split(move |sign: char| {
        let was_escaped = std::mem::take(&mut is_escaped);
        match sign {
            '\\' if !was_escaped => is_escaped = true,
            '{' if !was_escaped => depth += 1,
            '}' if !was_escaped => depth = depth.saturating_sub(1),
            ',' => return depth == 0 && !was_escaped,
            _ => {}
        }
        false
    })
}

/// Whether `--set` makes something else of a text than a text.
fn is_of_a_type(text: &str) -> bool {
    matches!(text, "null" | "true" | "false") || text.parse::<i64>().is_ok()
}

/// Longest command in which the place of a setting is looked for, in bytes.
const MAX_COMMAND: usize = 8 << 10;

/// `name=value`, with no value where it is not known.
fn assignment(text: &str, place: &Place) -> Option<Setting> {
    let (name, value) = text.split_once('=')?;
    // What is wrong there is shown at its own line, not at the first of the command.
    let command =
        Some(place.source.slice(place.span)).filter(|all| all.len() <= MAX_COMMAND && text.contains(".config."));
    let at = command.and_then(|all| all.find(text)).map(|at| place.span.start + at);
    let own = at.map(|at| Place::new(&place.source, Span::new(at, at + text.len())));
    Some((name.to_owned(), shell::known_value(value), own.unwrap_or_else(|| place.clone())))
}

/// The release of the chart that the manifest around values names, and where: Flux, Argo CD, kustomize, the Helm
/// controller of K3s, Crossplane, and extensions of k0s.
pub(super) fn around(tree: &Tree, at: &str) -> Option<(String, Place)> {
    let node = |at: &str| tree.root()?.at(at);
    let of = |node: Node<'_>, name: &str, version: &str| {
        let is_ours = node.find(name).and_then(Node::as_str).is_some_and(is_chart);
        if is_ours { text(node.find(version)) } else { None }
    };
    if let Some(around) = at.strip_suffix("/helm/valuesObject").or_else(|| at.strip_suffix("/helm/values")) {
        return of(node(around)?, "chart", "targetRevision");
    }
    if let Some(around) = at.strip_suffix("/valuesInline") {
        return of(node(around)?, "name", "version");
    }
    if let Some(around) = at.strip_suffix("/valuesContent") {
        return of(node(around)?, "chart", "version");
    }
    let of_known = |around: Node<'_>| {
        of(around, "chart.spec.chart", "chart.spec.version")
            .or_else(|| of(around, "chart.name", "chart.version"))
            .or_else(|| of(around, "chartname", "version"))
    };
    at.strip_suffix("/values").and_then(node).and_then(of_known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    fn given(command: &str) -> Option<Given> {
        let source = Source::new("install.sh", command);
        let commands = shell::commands(command, &|_| None);
        of_command(&commands.first()?.words, &Place::new(&source, Span::at(0)), Path::new("/p/deploy"))
    }

    #[test]
    fn the_command_helm() {
        let one = given(
            "helm upgrade --install auth ory/kratos --namespace=ory -f ../v.yaml --values=b.yaml --version 0.43.1",
        );
        let one = one.expect("a release");
        assert_eq!(one.files, [PathBuf::from("/p/v.yaml").into(), PathBuf::from("/p/deploy/b.yaml").into()]);
        assert_eq!(one.version.map(|(version, _)| version).as_deref(), Some("0.43.1"));
        let own =
            given("helm install kratos ./ --wait --set image.tag=v1.1.0,kratos.development=true").expect("a release");
        assert_eq!(own.folder, Some(PathBuf::from("/p/deploy")));
        assert_eq!(own.set.len(), 2);
        let unknown =
            given("helm upgrade kratos oci://registry/kratos --version $V --set image.tag=$TAG").expect("a release");
        assert!(unknown.version.is_none() && unknown.set.iter().all(|(_, value, _)| value.is_none()));
        assert!(
            given("helm upgrade hydra ory/hydra").is_none() && given("helm repo add ory https://k8s.ory.sh").is_none()
        );
    }
}
