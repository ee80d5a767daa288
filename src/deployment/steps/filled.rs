//! What a file of commands fills into its own texts: the variables of a task (`{{.NAME}}`) and of a pipeline (`${{ env.NAME }}`,
//! `$(name)` of Azure), the parameters of `CircleCI` (`<< parameters.name >>`), and the values of a matrix (`${{ matrix.name }}`).

use std::borrow::Cow;
use std::collections::HashMap;

use crate::yaml::{Node, NodeId};

/// A variable of the shell that has no value.
const UNKNOWN: &str = "${_filled_in_later}";

/// Most values of a matrix.
const MAX_VALUES: usize = 8;

/// Most variables of one map, and most bytes of a value, and of a text before and after it is filled in: one text may hold a value
/// thousands of times.
const MAX_VARIABLES: usize = 64;
const MAX_FILLED: usize = 64 << 10;
const MAX_VALUE: usize = 256;

/// Most maps around a text that give it variables.
const MAX_AROUND: usize = 32;

/// What the maps of a file give to the texts in them.
#[derive(Default)]
pub(super) struct Filling<'t> {
    maps: HashMap<NodeId, Given<'t>>,
}

/// What one map gives.
#[derive(Default)]
struct Given<'t> {
    /// The values that a name can have; none where they are not known.
    values: Vec<(String, Vec<&'t str>)>,
    /// Whether its commands run in another folder.
    is_moved: bool,
}

impl<'t> Filling<'t> {
    /// A text of commands with what is known, once for each value of a matrix. What is not known becomes a variable without a value.
    pub(super) fn texts<'a>(&mut self, node: Node<'t>, text: &'a str) -> Vec<Cow<'a, str>> {
        if text.len() > MAX_FILLED {
            return vec![Cow::Borrowed(text)];
        }
        let text = &of_pipeline(node, text);
        if !text.contains("{{") {
            return vec![text.clone()];
        }
        let known = self.around(node);
        let values = |name: &str| known.get(name).copied().unwrap_or_default();
        // One matrix is gone through.
        let gone_through = names(text).find(|name| values(name).len() > 1);
        let count = gone_through.map_or(1, |name| values(name).len());
        let one = |index: usize| {
            put(text, |name| match values(name) {
                [only] => Some(only),
                many => many.get(index).copied().filter(|_| Some(name) == gone_through),
            })
        };
        let filled: Option<Vec<_>> = (0..count).map(|index| one(index).map(Cow::Owned)).collect();
        filled.unwrap_or_else(|| vec![text.clone()])
    }

    /// The values of each name that the maps around a node give: the innermost one counts.
    fn around(&mut self, node: Node<'t>) -> HashMap<&str, &[&'t str]> {
        let around: Vec<Node<'t>> = node.ancestors().take(MAX_AROUND).collect();
        for map in &around {
            self.maps.entry(map.id()).or_insert_with(|| given(*map));
        }
        let mut known: HashMap<&str, &[&'t str]> = HashMap::new();
        let maps: Vec<&Given<'t>> = around.iter().filter_map(|map| self.maps.get(&map.id())).collect();
        for (name, values) in maps.iter().flat_map(|map| &map.values) {
            known.entry(name).or_insert(values);
        }
        if maps.iter().all(|map| !map.is_moved) {
            const HERE: [&str; 5] = [
                ".ROOT_DIR",
                ".TASKFILE_DIR",
                "github.workspace",
                "azure.Build.SourcesDirectory",
                "azure.System.DefaultWorkingDirectory",
            ];
            known.extend(HERE.map(|name| (name, &["."][..])));
        }
        known
    }
}

/// A text with what `CircleCI` and Azure Pipelines put in written as others do.
fn of_pipeline<'a>(node: Node<'_>, text: &'a str) -> Cow<'a, str> {
    let path = node.source().path();
    if path.contains(".circleci") && text.contains("<<") && text.contains(">>") {
        return Cow::Owned(marked(text, ("<<", ">>"), ""));
    }
    if path.contains("azure-pipelines") && text.contains("$(") {
        return Cow::Owned(marked(text, ("$(", ")"), AZURE));
    }
    Cow::Borrowed(text)
}

/// What begins the name of a variable of Azure Pipelines here.
const AZURE: &str = "azure.";

/// A text with the names between marks between `{{` and `}}`, after a word.
fn marked(text: &str, (open, close): (&str, &str), begin: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        let name = after.split_once(close).map(|(name, _)| name);
        // Here-documents and commands of the shell look the same.
        let is_name = |name: &&str| {
            let name = name.trim();
            let is_meant = if begin.is_empty() { name.contains('.') } else { !name.is_empty() && name != "pwd" };
            is_meant && name.chars().all(|c| c.is_alphanumeric() || "._-".contains(c))
        };
        out.push_str(before);
        match name.filter(is_name) {
            Some(name) => {
                out.push_str(&format!("{{{{{begin}{}}}}}", name.trim()));
                rest = after.get(name.len() + close.len()..).unwrap_or_default();
            }
            None => {
                out.push_str(open);
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// What a map gives to the texts in it.
fn given(map: Node<'_>) -> Given<'_> {
    let is_plain = |value: &&str| value.len() <= MAX_VALUE && !value.contains("{{");
    let variables = |key: &str, begin: &'static str| {
        let fields = map.get(key).into_iter().flat_map(Node::fields).take(MAX_VARIABLES);
        fields.map(move |field| {
            (format!("{begin}{}", field.key), field.value.as_str().filter(is_plain).into_iter().collect())
        })
    };
    let of_task = variables("vars", ".").chain(variables("env", "env."));
    let of_azure = variables("variables", AZURE).chain(
        map.select("variables[]").into_iter().take(MAX_VARIABLES).filter_map(|item| {
            let name = item.get("name")?.as_str()?;
            Some((format!("{AZURE}{name}"), item.get("value")?.as_str().filter(is_plain).into_iter().collect()))
        }),
    );
    // Only the parameters of a whole pipeline have their defaults as a rule.
    let of_circle = map.get("parameters").into_iter().flat_map(Node::fields).take(MAX_VARIABLES).map(|field| {
        let default = field.value.get("default").and_then(Node::as_str).filter(is_plain);
        let begin = if map.parent().is_none() { "pipeline.parameters." } else { "parameters." };
        (format!("{begin}{}", field.key), default.into_iter().collect())
    });
    let matrix = map.find("strategy.matrix");
    let left_out: Vec<&str> = matrix
        .map(|matrix| matrix.select("exclude[]"))
        .into_iter()
        .flatten()
        .flat_map(Node::fields)
        .map(|field| field.key)
        .take(MAX_VARIABLES)
        .collect();
    let of_matrix = matrix.into_iter().flat_map(Node::fields).take(MAX_VARIABLES).map(|field| {
        let values: Option<Vec<&str>> =
            field.value.items().take(MAX_VALUES).map(|value| value.as_str().filter(is_plain)).collect();
        // Which of the values are left out depends on the others.
        let values = values.filter(|_| !left_out.contains(&field.key)).unwrap_or_default();
        (format!("matrix.{}", field.key), values)
    });
    Given {
        values: of_task.chain(of_azure).chain(of_circle).chain(of_matrix).collect(),
        is_moved: map.get("dir").is_some(),
    }
}

/// The names in `{{NAME}}` and `${{ NAME }}`.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let inside = |part: &'_ str| part.split_once("}}").map(|(inside, _)| inside.len());
    text.split("{{").skip(1).filter_map(move |part| part.get(..inside(part)?)).map(str::trim)
}

/// A text with the values in the place of `{{NAME}}` and `${{ NAME }}`; none where it becomes too long.
fn put<'v>(text: &str, value_of: impl Fn(&str) -> Option<&'v str>) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((inside, next)) = after.split_once("}}") else { break };
        out.push_str(before.strip_suffix('$').unwrap_or(before));
        out.push_str(value_of(inside.trim()).unwrap_or(UNKNOWN));
        if out.len() > MAX_FILLED {
            return None;
        }
        rest = next;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Source;
    use crate::yaml::{self, Format};

    fn texts(text: &str, path: &str) -> Vec<String> {
        let tree = yaml::parse(&Source::new("t.yml", text), Format::Yaml);
        let run = tree.root().and_then(|root| root.find(path)).expect("a command");
        let mut filling = Filling::default();
        filling.texts(run, run.as_str().expect("a text")).into_iter().map(Cow::into_owned).collect()
    }

    #[test]
    fn what_a_file_fills_in_itself() {
        let value_of = |name: &str| (name == ".IMAGE" || name == "matrix.tag").then_some("k");
        let put = |text: &str| put(text, value_of).expect("a short text");
        assert_eq!(put("run {{.IMAGE}}:${{ matrix.tag }} {{.A}}"), format!("run k:k {UNKNOWN}"));
        assert_eq!(put("a ${{ secrets.B }}/{{.C}} {{ d"), format!("a {UNKNOWN}/{UNKNOWN} {{{{ d"));
    }

    #[test]
    fn values_of_a_matrix() {
        let job = |matrix: &str| {
            texts(&format!("j:\n  strategy: {{matrix: {{{matrix}}}}}\n  run: k:${{{{ matrix.tag }}}}\n"), "j.run")
        };
        let open = [format!("k:{UNKNOWN}")];
        assert_eq!(job("tag: [v1, v2]"), ["k:v1", "k:v2"]);
        assert_eq!(job("tag: [v1, 2]"), open);
        assert_eq!(job("tag: [v1, '${{ inputs.tag }}']"), open);
        assert_eq!(job("tag: [v1, v2], exclude: [{tag: v1, os: a}]"), open);
        assert_eq!(job("tag: [v1], exclude: [{os: a}]"), ["k:v1"]);
    }

    #[test]
    fn a_variable_hides_those_around_it() {
        let task = |own: &str| {
            texts(&format!("vars: {{T: v1}}\nt:\n  vars: {{{own}}}\n  cmd: k:{{{{.T}}}} {{{{.ROOT_DIR}}}}\n"), "t.cmd")
        };
        assert_eq!(task("A: b"), ["k:v1 ."]);
        assert_eq!(task("T: v2"), ["k:v2 ."]);
        assert_eq!(task("T: '{{.A}}'"), [format!("k:{UNKNOWN} .")]);
        assert_eq!(task("T: {sh: cat tag}"), [format!("k:{UNKNOWN} .")]);
        assert_eq!(texts("dir: a\ncmd: '{{.ROOT_DIR}}'", "cmd"), [UNKNOWN]);
    }

    #[test]
    fn a_text_does_not_grow_without_end() {
        let once = "'".to_owned() + &"{{matrix.b}}".repeat(20) + "'";
        let text = format!("strategy: {{matrix: {{a: [{once}], b: [{once}]}}}}\nrun: '{}'\n", "{{matrix.a}}".repeat(9));
        assert_eq!(texts(&text, "run"), [UNKNOWN.repeat(9)]);
        let long = "v".repeat(MAX_VALUE);
        let run = "{{.A}}".repeat(MAX_FILLED / MAX_VALUE + 1);
        assert_eq!(texts(&format!("vars: {{A: {long}}}\nrun: '{run}'\n"), "run"), [run]);
    }
}
