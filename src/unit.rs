//! A unit: one Kratos configuration, wherever it is (a file, a Helm value, an entry of a `ConfigMap`).

pub(crate) mod sent;

use std::sync::Arc;

use crate::kratos::env::{self, Environment, Variable};
use crate::kratos::version::Version;
use crate::text::{Place, Source};
use crate::yaml::overlay::{Content, Lists, Written};
use crate::yaml::{Node, Tree};
use sent::Sent;

/// One Kratos configuration.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The tree of the configuration alone: its root is the root of what Kratos reads.
    pub tree: Tree,
    /// JSON pointer of the configuration in the file around it; empty for a plain file.
    pub at: String,
    /// What the environment of the server put into the tree.
    pub environment: Environment,
    /// The files that lie over each other in the tree, first to last; none when it is one file.
    pub layers: Vec<Tree>,
    /// How it is sent to Ory Network, when it is not a file of its own.
    pub sent: Option<Arc<Sent>>,
    /// Whether it lists all keys of the reference with their samples: nothing is meant by it unless a server is started with it.
    pub is_listing: bool,
    /// Where the server is started that has no file: its variables are all of the configuration.
    pub start: Option<Place>,
    /// The path that a script writes it to, as the script names it.
    pub written_to: Option<String>,
    /// What is around it in the values of a chart.
    around: Option<InChart>,
    /// The text by which it is named, when that is not the first of its layers.
    main: Option<Arc<Source>>,
    /// Whether another configuration of the run is laid over its file.
    pub(crate) is_under: bool,
}

/// What is laid under and over a configuration in the values of Ory's chart.
#[derive(Clone, Debug, Default)]
pub(crate) struct InChart {
    /// Files before it.
    pub(crate) under: Option<Tree>,
    /// Files after it.
    pub(crate) over: Option<Tree>,
    /// What the command that installs the chart sets.
    pub(crate) set: Option<Tree>,
}

/// How a configuration is laid among the files of its project.
#[derive(Clone, Debug, Default)]
pub struct Laid {
    /// The files that lie over each other, first to last; none when it is one file.
    pub(crate) layers: Vec<Tree>,
    /// What is around it in the values of a chart.
    pub(crate) around: Option<InChart>,
    /// Whether another configuration of the run is laid over its file.
    pub(crate) is_under: bool,
}

impl Unit {
    /// A plain file.
    #[must_use]
    pub fn plain(tree: Tree) -> Unit {
        Unit {
            tree,
            at: String::new(),
            environment: Environment::default(),
            layers: Vec::new(),
            sent: None,
            is_listing: false,
            start: None,
            written_to: None,
            around: None,
            main: None,
            is_under: false,
        }
    }

    /// A file that lists all keys with samples.
    #[must_use]
    pub(crate) fn listing(tree: Tree) -> Unit {
        Unit { is_listing: true, ..Unit::plain(tree) }
    }

    /// A configuration inside another file, at a JSON pointer of that file.
    #[must_use]
    pub(crate) fn inside(tree: Tree, at: String) -> Unit {
        Unit { at, ..Unit::plain(tree) }
    }

    /// A configuration that a script writes to a path.
    #[must_use]
    pub(crate) fn written(self, path: &str) -> Unit {
        Unit { written_to: Some(path.to_owned()), ..self }
    }

    /// What a server without any file gets: nothing yet but its variables, which are laid over it. `at` is the JSON pointer of the
    /// start in its file.
    #[must_use]
    pub(crate) fn of_environment(start: Place, at: String) -> Unit {
        let root = Written { content: Content::Map(Vec::new()), key_span: start.span, place: start.clone() };
        Unit { start: Some(start), ..Unit::inside(Tree::of_written(&root), at) }
    }

    /// A configuration, or a part of one, that is sent to Ory Network otherwise than as a file of its own.
    #[must_use]
    pub(crate) fn sent(tree: Tree, at: String, sent: Sent) -> Unit {
        Unit { sent: Some(Arc::new(sent)), ..Unit::inside(tree, at) }
    }

    /// Whether the rest of the configuration is not known here.
    #[must_use]
    pub(crate) fn is_part(&self) -> bool {
        self.sent.as_ref().is_some_and(|sent| sent.is_part)
    }

    /// Files that lie over each other, as `kratos serve -c first -c second` reads them; none without a file.
    #[must_use]
    pub(crate) fn layered(layers: Vec<Tree>) -> Option<Unit> {
        let laid =
            layers.iter().skip(1).fold(layers.first()?.clone(), |under, over| under.overlaid(over, Lists::Replace));
        Some(Unit { layers, ..Unit::plain(laid) })
    }

    /// The unit as Ory's chart gives it to Kratos; it keeps the name of its own file.
    #[must_use]
    pub(crate) fn in_chart(self, around: InChart) -> Unit {
        let main = Some(Arc::clone(self.source()));
        let layers: Vec<Tree> =
            around.under.clone().into_iter().chain([self.tree.clone()]).chain(around.over.clone()).collect();
        let later = layers.iter().skip(1).chain(&around.set);
        let lay = |under: Tree, over: &Tree| under.overlaid(over, Lists::Replace);
        let laid = later.fold(layers.first().cloned().unwrap_or(self.tree), lay);
        // Helm takes `null` for a key that is not to be there.
        let tree = laid.without_nulls();
        let layers = if layers.len() > 1 { layers } else { Vec::new() };
        Unit { layers, main, tree, around: Some(around), ..self }
    }

    /// The unit with whether another configuration of the run is laid over it.
    #[must_use]
    pub(crate) fn under(self, is_under: bool) -> Unit {
        Unit { is_under, ..self }
    }

    /// How it is laid among the files of its project.
    #[must_use]
    pub(crate) fn laid(&self) -> Laid {
        Laid { layers: self.layers.clone(), around: self.around.clone(), is_under: self.is_under }
    }

    /// The unit as one inside another file, at a JSON pointer of that.
    #[must_use]
    pub(crate) fn placed(self, at: &str) -> Unit {
        Unit { at: at.to_owned(), ..self }
    }

    /// The last unit of a file of which more is there than is checked: it says so.
    #[must_use]
    pub(crate) fn limited(self, beyond: Place, why: &str) -> Unit {
        Unit { tree: self.tree.with_limit(beyond, why), ..self }
    }

    /// The unit in which the texts that stand for another value are unknown.
    #[must_use]
    pub(crate) fn filled_in(&self, is_unknown: &dyn Fn(Node<'_>) -> bool) -> Unit {
        let tree = self.tree.with_unknown(is_unknown);
        Unit { tree, ..self.clone() }
    }

    /// The unit as a release reads its text, where that is not as YAML 1.2 has it: up to v0.13.0 koanf reads YAML 1.1
    /// (gopkg.in/yaml.v2).
    #[must_use]
    pub(crate) fn read_by(&self, version: Version) -> Option<Unit> {
        (version < Version::V1_0).then(|| Unit { tree: self.tree.with_words_as_booleans(), ..self.clone() })
    }

    /// The unit as the server sees it with these variables.
    #[must_use]
    pub(crate) fn with_environment(&self, variables: &[Variable], version: Version) -> Unit {
        let (tree, environment) = env::lay(&self.tree, variables, version);
        Unit { tree, environment, ..self.clone() }
    }

    /// Whether a variable gives the value at a place, or the command that installs the chart, and no file.
    #[must_use]
    pub(crate) fn is_given(&self, place: &Place) -> bool {
        let is_there = |node: &Node<'_>| {
            let own = node.place();
            own.source.path() == place.source.path()
                && own.span.start <= place.span.start
                && place.span.end <= own.span.end
        };
        let set = || self.around.as_ref()?.set.as_ref()?.root();
        let is_set =
            || set().is_some_and(|root| root.descendants().iter().any(|node| !node.is_mapping() && is_there(node)));
        self.environment.holds(place) || is_set()
    }

    /// The text in which it is.
    #[must_use]
    pub(crate) fn source(&self) -> &Arc<Source> {
        self.main.as_ref().unwrap_or_else(|| self.tree.source())
    }

    /// The text of its file.
    #[must_use]
    pub fn file_source(&self) -> Arc<Source> {
        let mut source = self.source();
        while let Some(outer) = source.outer() {
            source = outer;
        }
        Arc::clone(source)
    }

    /// The path of its file, as given or found.
    #[must_use]
    pub(crate) fn path(&self) -> &str {
        self.source().path()
    }

    /// The topmost node of the configuration.
    #[must_use]
    pub fn root(&self) -> Option<Node<'_>> {
        self.tree.root()
    }
}
