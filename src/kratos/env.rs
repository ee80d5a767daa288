//! The environment of the server: which variables hit which key, how their text is read, and the configuration that results.
//!
//! There is no prefix. A name in lower case, each `_` read as `.`, is compared with each path of the schema read in the same
//! way; a number stands for an item of a list (`configx/koanf_env.go:Read`, extract, decode at v0.0.551 to master; records of
//! started servers in `testdata/env`, D011 to D018).

pub(crate) mod dotenv;
pub(crate) mod expand;
mod fill;
pub(crate) mod godotenv;
mod name;
mod parse;
mod sources;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::Value as Json;

use crate::kratos::version::Version;
use crate::text::{Place, Span};
use crate::yaml::overlay::{Content, Lists, Written};
use crate::yaml::{Node, Tree, Value};

pub(crate) use fill::Budget;
pub(crate) use name::{Lookup, Step, lookup};
pub(crate) use name::{Names, of_path, of_pointer};
pub(crate) use parse::Surprise;
pub use sources::of_env_file;

/// How many names are compared with those of Kratos.
pub(crate) const MAX_NEAR: usize = 200;

/// A variable that the server gets.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// The bytes of the name.
    pub name_place: Place,
    /// Its text; none when it is filled in from elsewhere.
    pub value: Option<String>,
    /// The bytes of its text in the same source.
    pub value_span: Span,
}

/// A variable that hits a key.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The variable.
    pub variable: Variable,
    /// The way to the key.
    pub steps: Vec<Step>,
    /// How many items its text is read as, when it is read as a list.
    pub items: Option<usize>,
    /// What users would not expect of how its text is read.
    pub surprise: Option<Surprise>,
}

/// What the environment does to a configuration.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// The variables that hit a key, in order.
    pub hits: Vec<Hit>,
    /// Those that look like one of Kratos, and hit none.
    pub misses: Vec<(Variable, Lookup)>,
    /// How many more names may look like one of Kratos, and were compared with none.
    pub not_compared: usize,
    /// The bytes of the names and values of the hits by file: their ends by their starts, with the hit.
    spans: HashMap<String, BTreeMap<usize, (usize, usize)>>,
    /// The hits by file and bytes of their values.
    places: HashMap<(String, Span), usize>,
}

impl Environment {
    /// Whether a place is in the text of a variable: the same file may hold the configuration.
    #[must_use]
    pub(crate) fn holds(&self, place: &Place) -> bool {
        self.hit_around(place).is_some()
    }

    /// The variable in whose name or value a place is.
    #[must_use]
    pub(crate) fn hit_around(&self, place: &Place) -> Option<&Hit> {
        let (_, (end, index)) = self.spans.get(place.source.path())?.range(..=place.span.start).next_back()?;
        self.hits.get(*index).filter(|_| place.span.end <= *end)
    }

    /// The variable whose value is at a place.
    #[must_use]
    pub(crate) fn hit_at(&self, place: &Place) -> Option<&Hit> {
        if self.hits.is_empty() {
            return None;
        }
        let index = self.places.get(&(place.source.path().to_owned(), place.span))?;
        self.hits.get(*index)
    }

    fn add_hit(&mut self, hit: Hit) {
        let path = hit.variable.name_place.source.path();
        let spans = self.spans.entry(path.to_owned()).or_default();
        for span in [hit.variable.name_place.span, hit.variable.value_span] {
            let held = spans.entry(span.start).or_default();
            if span.end > held.0 {
                *held = (span.end, self.hits.len());
            }
        }
        self.places.entry((path.to_owned(), hit.variable.value_span)).or_insert(self.hits.len());
        self.hits.push(hit);
    }
}

/// What the server gets of variables in this order: the last of each name.
#[must_use]
pub(crate) fn effective(variables: Vec<Variable>) -> Vec<Variable> {
    let mut seen: HashSet<&str> = HashSet::new();
    let mut keep: Vec<bool> = variables.iter().rev().map(|variable| seen.insert(&variable.name)).collect();
    keep.reverse();
    variables.into_iter().zip(keep).filter(|(_, keep)| *keep).map(|(variable, _)| variable).collect()
}

/// A configuration with the variables laid over it, and what they do.
#[must_use]
pub(crate) fn lay(tree: &Tree, variables: &[Variable], version: Version) -> (Tree, Environment) {
    let mut environment = Environment::default();
    let mut root = Layer::default();
    let names = Names::of(version);
    // Beyond that, names that only look like variables of Kratos are never read.
    let mut near_misses = MAX_NEAR;
    for variable in variables {
        match names.lookup(&variable.name, &mut near_misses) {
            Lookup::Key(steps, kind) => {
                let read = variable.value.as_ref().map(|text| parse::read(text, kind, version));
                let (json, surprise) = read.map_or((None, None), |(json, surprise)| (Some(json), surprise));
                let is_same = json.as_ref().is_some_and(|json| says_the_same(tree, &steps, json));
                let (last, around) =
                    steps.split_last().map_or((None, &[] as &[Step]), |(last, rest)| (Some(last), rest));
                let way = if is_same { around } else { steps.as_slice() };
                let items = json.as_ref().and_then(Json::as_array).map(Vec::len);
                if json.as_ref().is_some_and(sets_nothing) {
                    environment.add_hit(Hit { variable: variable.clone(), steps, items, surprise });
                } else if let Some(layer) = way.iter().try_fold(&mut root, Layer::below) {
                    match last {
                        Some(_) if is_same => layer.keep(variable),
                        _ => layer.set(json.as_ref(), variable),
                    }
                    environment.add_hit(Hit { variable: variable.clone(), steps, items, surprise });
                }
            }
            Lookup::Harmless => {}
            Lookup::NotCompared => environment.not_compared += 1,
            missed => environment.misses.push((variable.clone(), missed)),
        }
    }
    let gaps = first_gaps(&environment.hits);
    for hit in &mut environment.hits {
        if let Some(found) = gap(hit, &gaps).or_else(|| tail(hit, tree)) {
            hit.surprise.get_or_insert(found);
        }
    }
    let Some(first) = root.first() else { return (tree.clone(), environment) };
    let over = Tree::of_written(&root.written(first));
    // An empty file is an empty map to the loader.
    let laid = if tree.root().is_some_and(Node::is_null) { over } else { tree.overlaid(&over, Lists::ByIndex) };
    (laid, environment)
}

/// Whether a value has nothing to set: Kratos sets the ends of it one by one, and empty maps and lists have none
/// (`configx/koanf_full_merge.go:MergeAllTypes`, `jsonx/flatten.go`; tried with the validation of v26.2.0).
fn sets_nothing(json: &Json) -> bool {
    match json {
        Json::Object(fields) => fields.values().all(sets_nothing),
        Json::Array(items) => items.iter().all(sets_nothing),
        _ => false,
    }
}

/// Whether a variable for a key of an item of a list says what the file says: it is set so that the item stays, and what the file
/// says keeps its place.
fn says_the_same(tree: &Tree, steps: &[Step], json: &Json) -> bool {
    let in_item = steps.iter().any(|step| matches!(step, Step::Item(_))) && matches!(steps.last(), Some(Step::Key(_)));
    in_item && node_at(tree, steps).and_then(Node::as_str).is_some_and(|text| json.as_str() == Some(text))
}

fn node_at<'t>(tree: &'t Tree, steps: &[Step]) -> Option<Node<'t>> {
    steps.iter().try_fold(tree.root()?, |node, step| match step {
        Step::Key(key) => node.get(key),
        Step::Item(index) => node.items().nth(*index),
    })
}

/// What variables whose values are not known are for this configuration. One for a hook belongs to the configuration that has that
/// hook: others of the project have other lists. The name of a hook is what the file says, for it is given so that the hook stays.
pub(crate) fn of_given<'g>(given: &'g [Variable], tree: &'g Tree) -> impl Iterator<Item = Variable> + 'g {
    let names = Names::of(Version::MASTER);
    given.iter().filter_map(move |variable| one_given(variable, tree, &names))
}

fn one_given(variable: &Variable, tree: &Tree, names: &Names) -> Option<Variable> {
    let Lookup::Key(steps, _) = names.lookup(&variable.name, &mut 0) else { return Some(variable.clone()) };
    let is_list = |pair: &[Step]| matches!(pair, [Step::Key(key), Step::Item(_)] if key == "hooks");
    if !steps.windows(2).any(is_list) {
        return Some(variable.clone());
    }
    let (last, around) = steps.split_last()?;
    let around = node_at(tree, around)?;
    let own = match last {
        Step::Key(key) if key == "hook" => around.get(key).and_then(Node::as_str),
        _ => None,
    };
    Some(Variable { value: own.map(str::to_owned).or_else(|| variable.value.clone()), ..variable.clone() })
}

/// For each list of which variables set items: the first item that none sets. A variable for a whole list sets all.
fn first_gaps(hits: &[Hit]) -> HashMap<Vec<Step>, usize> {
    let mut set: HashMap<Vec<Step>, BTreeSet<usize>> = HashMap::new();
    for hit in hits {
        for (depth, step) in hit.steps.iter().enumerate() {
            if let (Step::Item(index), Some(list)) = (step, hit.steps.get(..depth)) {
                set.entry(list.to_vec()).or_default().insert(*index);
            }
        }
    }
    for hit in hits {
        set.remove(hit.steps.as_slice());
    }
    let first_free =
        |items: BTreeSet<usize>| (0..).zip(&items).find(|(at, item)| at != *item).map_or(items.len(), |it| it.0);
    set.into_iter().map(|(list, items)| (list, first_free(items))).collect()
}

/// The first item before that of a variable which no variable sets (D011).
fn gap(hit: &Hit, gaps: &HashMap<Vec<Step>, usize>) -> Option<Surprise> {
    hit.steps.iter().enumerate().find_map(|(depth, step)| {
        let Step::Item(index) = step else { return None };
        let first = gaps.get(hit.steps.get(..depth)?)?;
        (first < index).then_some(Surprise::Gap(*first))
    })
}

/// Items of the list in the file that stay after those of a variable for the whole list (D010).
fn tail(hit: &Hit, tree: &Tree) -> Option<Surprise> {
    let under = node_at(tree, &hit.steps)?;
    let more = under.items().len().checked_sub(hit.items?)?;
    (more > 0).then_some(Surprise::Tail(more))
}

/// The JSON that the variables build together.
#[derive(Debug, Default)]
struct Layer<'v> {
    /// The variable that made it.
    made_by: Option<&'v Variable>,
    content: LayerContent<'v>,
}

#[derive(Debug, Default)]
enum LayerContent<'v> {
    #[default]
    Nothing,
    Scalar(Value),
    Map(BTreeMap<String, Layer<'v>>),
    List(Vec<Layer<'v>>),
}

impl<'v> Layer<'v> {
    fn below(&mut self, step: &Step) -> Option<&mut Layer<'v>> {
        match step {
            Step::Key(key) => self.field(key),
            Step::Item(index) => self.item(*index),
        }
    }

    fn field(&mut self, key: &str) -> Option<&mut Layer<'v>> {
        if !matches!(self.content, LayerContent::Map(_)) {
            self.content = LayerContent::Map(BTreeMap::new());
        }
        let LayerContent::Map(fields) = &mut self.content else { return None };
        Some(fields.entry(key.to_owned()).or_default())
    }

    fn item(&mut self, index: usize) -> Option<&mut Layer<'v>> {
        if !matches!(self.content, LayerContent::List(_)) {
            self.content = LayerContent::List(Vec::new());
        }
        let LayerContent::List(items) = &mut self.content else { return None };
        while items.len() <= index {
            items.push(Layer::default());
        }
        items.get_mut(index)
    }

    /// What the file says below stays.
    fn keep(&mut self, variable: &'v Variable) {
        if matches!(self.content, LayerContent::Nothing) {
            self.content = LayerContent::Map(BTreeMap::new());
        }
        self.made_by.get_or_insert(variable);
    }

    /// `None` is a value that is not known.
    fn set(&mut self, json: Option<&Json>, variable: &'v Variable) {
        self.made_by = Some(variable);
        let scalar = |value| LayerContent::Scalar(value);
        self.content = match json {
            None => scalar(Value::Unknown),
            Some(Json::Null) => scalar(Value::Null),
            Some(Json::Bool(value)) => scalar(Value::Bool(*value)),
            Some(Json::Number(number)) => scalar(Value::number(number.as_f64().unwrap_or_default())),
            Some(Json::String(text)) => scalar(Value::String(text.as_str().into())),
            Some(Json::Array(items)) => {
                LayerContent::List(items.iter().map(|item| Layer::of(item, variable)).collect())
            }
            Some(Json::Object(fields)) => {
                let set = fields.iter().filter(|(_, value)| !sets_nothing(value));
                LayerContent::Map(set.map(|(key, value)| (key.clone(), Layer::of(value, variable))).collect())
            }
        };
    }

    fn of(json: &Json, variable: &'v Variable) -> Layer<'v> {
        let mut layer = Layer::default();
        layer.set(Some(json), variable);
        layer
    }

    /// The first variable in it.
    fn first(&self) -> Option<&'v Variable> {
        self.made_by.or_else(|| match &self.content {
            LayerContent::Map(fields) => fields.values().find_map(Layer::first),
            LayerContent::List(items) => items.iter().find_map(Layer::first),
            _ => None,
        })
    }

    /// `around` is the variable of the mapping or list around it.
    fn written(&self, around: &'v Variable) -> Written {
        let variable = self.first().unwrap_or(around);
        let content = match &self.content {
            // An item before the one that a variable sets (D011).
            LayerContent::Nothing => Content::Scalar(Value::Null),
            LayerContent::Scalar(value) => Content::Scalar(value.clone()),
            LayerContent::Map(fields) => {
                Content::Map(fields.iter().map(|(key, field)| (key.clone(), field.written(variable))).collect())
            }
            LayerContent::List(items) => Content::List(items.iter().map(|item| item.written(variable)).collect()),
        };
        let place = Place::new(&variable.name_place.source, variable.value_span);
        Written { content, place, key_span: variable.name_place.span }
    }
}
