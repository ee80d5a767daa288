//! One reading of a project: its files, and what it may still cost. Texts of strangers can start Kratos, share variables and name each
//! other without end: whoever reads more than a project has is given up, and then nothing is known of how Kratos is started.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::variables::{Layer, Variables};
use crate::disk::Disk;
use crate::kratos::env::{Budget, of_env_file};
use crate::text::{Place, Source, marks};
use crate::yaml::{self, Format, Tree, template};

/// Most starts of one file; real projects have five.
pub(crate) const MAX_STARTS_OF_FILE: usize = 64;

/// Most starts of a project; real ones have twenty.
pub(crate) const MAX_STARTS: usize = 256;

/// Most bytes of texts that are filled in, copied from aliases, or read as the script of a start.
const MAX_TEXT: usize = 16 << 20;

/// How deep variables of playbooks may name each other; real ones do once or twice.
const MAX_NESTED: usize = 4;

/// Env files with their variables.
type EnvFiles = HashMap<*const Source, (Arc<Source>, Arc<Layer>)>;

/// Files of manifests with their documents.
type Documents = HashMap<*const Source, (Arc<Source>, Rc<Vec<Rc<Tree>>>)>;

/// How an image is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Build {
    pub(super) dockerfile: PathBuf,
    pub(super) context: PathBuf,
}

/// One reading of a project.
pub(super) struct Reading<'d> {
    disk: &'d Disk,
    /// How much text may still be made.
    budget: Rc<Budget>,
    /// Env files that were read, by the address of their texts, which are kept.
    env_files: RefCell<EnvFiles>,
    /// Trees of YAML files that were read beside others.
    trees: RefCell<HashMap<PathBuf, Option<Rc<Tree>>>>,
    /// Documents of files of manifests, by the address of their texts, which are kept.
    documents: RefCell<Documents>,
    /// How many starts each file has.
    starts: RefCell<HashMap<String, usize>>,
    count: Cell<usize>,
    is_over: Cell<bool>,
    /// What the project builds, by the names of the images; none when a name has two.
    builds: RefCell<HashMap<String, Option<Build>>>,
    /// What builders give the arguments of Dockerfiles; none when they give two values.
    arguments: RefCell<HashMap<(PathBuf, String), Option<String>>>,
    /// What commands and pipelines give to variables that tag an image, and where; none when they give two values.
    exports: RefCell<HashMap<String, Option<(String, Place)>>>,
    /// What Dockerfiles of Kratos build, by the names of their folders.
    folders: RefCell<HashMap<String, Option<Build>>>,
    /// Variables of playbooks that templates name; none when one has two values.
    values: RefCell<HashMap<String, Option<String>>>,
    /// Those whose value names others.
    composed: RefCell<HashMap<String, Option<String>>>,
    /// What roles say where no one else does.
    defaults: RefCell<HashMap<String, Option<String>>>,
}

impl Deref for Reading<'_> {
    type Target = Disk;

    fn deref(&self) -> &Disk {
        self.disk
    }
}

/// Remembers what a name stands for; nothing any more once it is given something else.
pub(super) fn set_once<K: Eq + Hash, V>(
    known: &mut HashMap<K, Option<V>>,
    name: K,
    value: V,
    is_same: impl Fn(&V, &V) -> bool,
) {
    match known.entry(name) {
        Entry::Vacant(entry) => _ = entry.insert(Some(value)),
        Entry::Occupied(mut entry) => {
            if entry.get().as_ref().is_some_and(|known| !is_same(known, &value)) {
                entry.insert(None);
            }
        }
    }
}

/// The tree of a manifest, a file of values or a compose file that may be a template.
pub(super) fn parse(source: &Arc<Source>) -> Tree {
    yaml::parse_with(source, Format::Yaml, &template::placeholders(source.text(), false))
}

impl<'d> Reading<'d> {
    pub(super) fn of(disk: &'d Disk) -> Reading<'d> {
        Reading {
            disk,
            budget: Rc::new(Budget::of(MAX_TEXT)),
            env_files: RefCell::default(),
            trees: RefCell::default(),
            documents: RefCell::default(),
            starts: RefCell::default(),
            count: Cell::default(),
            is_over: Cell::default(),
            builds: RefCell::default(),
            arguments: RefCell::default(),
            exports: RefCell::default(),
            folders: RefCell::default(),
            values: RefCell::default(),
            composed: RefCell::default(),
            defaults: RefCell::default(),
        }
    }

    /// Whether a path leads to a file or folder of the project.
    pub(super) fn exists(&self, path: &Path) -> bool {
        self.disk.holds(path)
    }

    /// Whether a path leads to a plain file of the project.
    pub(super) fn is_file(&self, path: &Path) -> bool {
        self.disk.holds_file(path)
    }

    /// Counts one more start in a file; whether it may be read.
    pub(super) fn may_start(&self, file: &Source) -> bool {
        if self.is_over.get() {
            return false;
        }
        let mut starts = self.starts.borrow_mut();
        let of_file = starts.entry(file.path().to_owned()).or_default();
        *of_file += 1;
        self.count.set(self.count.get() + 1);
        if *of_file > MAX_STARTS_OF_FILE || self.count.get() > MAX_STARTS {
            self.give_up();
        }
        !self.is_over.get()
    }

    /// The file with the most starts, where there are more than any project has.
    pub(super) fn busiest(&self) -> Option<String> {
        let starts = self.starts.borrow();
        let is_much = self.count.get() > MAX_STARTS || starts.values().any(|count| *count > MAX_STARTS_OF_FILE);
        let most = starts.iter().max_by_key(|(file, count)| (**count, Reverse(*file)));
        most.filter(|_| is_much).map(|(file, _)| file.clone())
    }

    /// There is more than any project has.
    pub(super) fn give_up(&self) {
        self.is_over.set(true);
    }

    /// Whether there is more than any project has.
    pub(super) fn is_given_up(&self) -> bool {
        self.is_over.get()
    }

    /// The variables of an env file, read once.
    pub(super) fn env_file(&self, source: &Arc<Source>) -> Arc<Layer> {
        let mut known = self.env_files.borrow_mut();
        let read = || (Arc::clone(source), Arc::new(Layer::of(of_env_file(source))));
        let (_, layer) = known.entry(Arc::as_ptr(source)).or_insert_with(read);
        Arc::clone(layer)
    }

    /// The variables of the env file at a path, if it is there.
    pub(super) fn env_file_at(&self, path: &Path) -> Option<Arc<Layer>> {
        self.read(path).ok().map(|source| self.env_file(&source))
    }

    /// The tree of a YAML file, read once.
    pub(super) fn tree(&self, path: &Path) -> Option<Rc<Tree>> {
        let mut trees = self.trees.borrow_mut();
        let read = || self.read(path).ok().map(|source| Rc::new(yaml::parse(&source, Format::Yaml)));
        trees.entry(path.to_path_buf()).or_insert_with(read).clone()
    }

    /// The documents of a file of manifests, which may be a template, parsed once for all that read them.
    pub(super) fn documents(&self, source: &Arc<Source>) -> Rc<Vec<Rc<Tree>>> {
        let mut known = self.documents.borrow_mut();
        let parsed = || yaml::documents(source).iter().map(|one| Rc::new(parse(one))).collect();
        let read = || (Arc::clone(source), Rc::new(parsed()));
        let (_, trees) = known.entry(Arc::as_ptr(source)).or_insert_with(read);
        Rc::clone(trees)
    }

    /// What is known of variables where texts name them.
    pub(super) fn known(&self, variables: Variables) -> Known {
        Known { variables, budget: Rc::clone(&self.budget) }
    }

    /// Remembers what is built under a name.
    pub(super) fn set_build(&self, name: &str, build: &Build) {
        set_once(&mut self.builds.borrow_mut(), name.to_owned(), build.clone(), PartialEq::eq);
    }

    /// What is built under a name.
    pub(super) fn build(&self, name: &str) -> Option<Build> {
        self.builds.borrow().get(name).cloned().flatten()
    }

    /// Remembers what a builder gives an argument of a Dockerfile.
    pub(super) fn set_argument(&self, dockerfile: &Path, name: &str, value: &str) {
        let key = (dockerfile.to_path_buf(), name.to_owned());
        set_once(&mut self.arguments.borrow_mut(), key, value.to_owned(), PartialEq::eq);
    }

    /// What builders give an argument of a Dockerfile.
    pub(super) fn argument(&self, dockerfile: &Path, name: &str) -> Option<String> {
        let key = (self.absolute(dockerfile), name.to_owned());
        self.arguments.borrow().get(&key).cloned().flatten()
    }

    /// Remembers what a Dockerfile builds by the name of its folder.
    pub(super) fn set_folder(&self, name: &str, build: &Build) {
        set_once(&mut self.folders.borrow_mut(), name.to_owned(), build.clone(), PartialEq::eq);
    }

    /// What the Dockerfile in a folder of this name builds, where nothing is built under the name itself.
    pub(super) fn folder_build(&self, name: &str) -> Option<Build> {
        let is_built = self.builds.borrow().contains_key(name);
        self.folders.borrow().get(name).cloned().flatten().filter(|_| !is_built)
    }

    /// Remembers what a command or a pipeline gives to a variable.
    pub(super) fn set_export(&self, name: &str, value: &str, place: &Place) {
        let value = (value.to_owned(), place.clone());
        set_once(&mut self.exports.borrow_mut(), name.to_owned(), value, |known, other| known.0 == other.0);
    }

    /// An image with the variable of its tag put in, as commands and pipelines give it, and where they do: `oryd/kratos:${TAG}`.
    pub(super) fn exported(&self, reference: &str) -> Option<(String, Place)> {
        let (before, rest) = reference.split_once('$')?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let (name, after) = rest.split_at(rest.find(|c| !is_name(c)).unwrap_or(rest.len()));
        let after = after.split_once('}').map_or(after, |(_, after)| after);
        let known = self.exports.borrow().get(name).cloned().flatten().filter(|_| !after.contains('$'));
        known.map(|(value, place)| (format!("{before}{value}{after}"), place))
    }

    /// Remembers a variable that templates name.
    pub(super) fn set_value(&self, name: &str, text: &str) {
        let map = if text.contains("{{") { &self.composed } else { &self.values };
        set_once(&mut map.borrow_mut(), name.to_owned(), text.to_owned(), PartialEq::eq);
    }

    /// Remembers a variable that templates name, with a value that any other goes over.
    pub(super) fn set_default(&self, name: &str, text: &str) {
        set_once(&mut self.defaults.borrow_mut(), name.to_owned(), text.to_owned(), PartialEq::eq);
    }

    /// A text with `{{ name }}` filled in; none when a variable has no value, or two.
    pub(super) fn filled(&self, text: &str) -> Option<String> {
        text.contains("{{").then(|| self.filled_below(text, MAX_NESTED)).flatten()
    }

    fn filled_below(&self, text: &str, levels: usize) -> Option<String> {
        marks::replaced(text, ("{{", "}}"), |out, expression| self.budget.put(out, &self.value_of(expression, levels)?))
    }

    /// The value of `name`, or of `name | default('text')` where nothing else is known of the name.
    fn value_of(&self, expression: &str, levels: usize) -> Option<String> {
        let (name, filter) =
            expression.split_once('|').map_or((expression, None), |(name, filter)| (name, Some(filter)));
        let name = name.trim();
        let default = match filter {
            Some(filter) => Some(default_of(filter)?),
            None => None,
        };
        if let Some(value) = self.values.borrow().get(name) {
            return value.clone();
        }
        let composed = self.composed.borrow().get(name).cloned();
        match composed.or_else(|| self.defaults.borrow().get(name).cloned()) {
            Some(text) => self.filled_below(&text?, levels.checked_sub(1)?),
            None => default.map(str::to_owned),
        }
    }

    /// Counts so many bytes that are read once more; whether they may be.
    pub(super) fn may_read(&self, bytes: usize) -> bool {
        self.budget.take(bytes).is_some()
    }
}

/// The text that the filter `default` of Jinja gives; none for other filters.
fn default_of(filter: &str) -> Option<&str> {
    let inner = filter.trim().strip_prefix("default(")?.strip_suffix(')')?;
    let text = inner.split(',').next()?.trim();
    ['\'', '"'].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
}

/// Variables that texts name.
pub(super) struct Known {
    pub(super) variables: Variables,
    pub(super) budget: Rc<Budget>,
}
