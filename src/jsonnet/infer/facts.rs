//! What conditions say about values of the input, which never change: a list that grows as the evaluation goes deeper.

use std::rc::Rc;

use super::kinds::{Constant, Kinds};

/// Between the steps of a path.
const SEPARATOR: char = '\u{1f}';

/// Longest path in bytes: each value below a long key has a copy of it.
const MAX_PATH: usize = 4_096;

/// Where a value is in the input: the name of the argument or variable, then keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Path(Rc<str>);

impl Path {
    pub(super) fn root(name: &str) -> Path {
        Path(Rc::from(name))
    }

    /// The path of a key of this value; `None` where it is too long, as for values that are computed.
    pub(super) fn join(&self, key: &str) -> Option<Path> {
        if self.0.len() + key.len() >= MAX_PATH {
            return None;
        }
        let mut text = String::with_capacity(self.0.len() + key.len() + 1);
        text.push_str(&self.0);
        text.push(SEPARATOR);
        text.push_str(key);
        Some(Path(Rc::from(text)))
    }

    /// The key, if this is the value of a key of the object at `parent`.
    pub(super) fn key_in(&self, parent: &Path) -> Option<&str> {
        let key = self.0.strip_prefix(&*parent.0)?.strip_prefix(SEPARATOR)?;
        (!key.contains(SEPARATOR)).then_some(key)
    }

    /// The steps, from the root on; items of lists are `[]`.
    pub(super) fn steps(&self) -> Vec<String> {
        let step = |step: &str| if step.starts_with('[') { "[]".to_owned() } else { step.to_owned() };
        self.0.split(SEPARATOR).map(step).collect()
    }
}

/// What is known of the value at a path.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Fact {
    /// The key is there, or not.
    Present(bool),
    /// Its type is one of these.
    Is(Kinds),
    /// It is this.
    Equals(Constant),
    /// It is not this.
    Differs(Constant),
}

/// A list of facts, the newest first.
#[derive(Clone, Default)]
pub(super) struct Facts(Option<Rc<FactNode>>);

struct FactNode {
    /// `None`: a condition whose meaning is not understood.
    about: Option<(Path, Fact)>,
    before: Facts,
}

impl Facts {
    pub(super) fn with(&self, path: &Path, fact: Fact) -> Facts {
        Facts(Some(Rc::new(FactNode { about: Some((path.clone(), fact)), before: self.clone() })))
    }

    /// Under a condition that may mean anything.
    pub(super) fn unclear(&self) -> Facts {
        if self.nodes().any(|node| node.about.is_none()) {
            return self.clone();
        }
        Facts(Some(Rc::new(FactNode { about: None, before: self.clone() })))
    }

    fn nodes(&self) -> impl Iterator<Item = &FactNode> {
        let mut at = self.0.as_deref();
        std::iter::from_fn(move || {
            let node = at?;
            at = node.before.0.as_deref();
            Some(node)
        })
    }

    /// What is known of the value at `path`.
    pub(super) fn about<'f>(&'f self, path: &'f Path) -> impl Iterator<Item = &'f Fact> {
        self.nodes()
            .filter_map(|node| node.about.as_ref())
            .filter(move |(known, _)| known == path)
            .map(|(_, fact)| fact)
    }

    /// Whether the key at `path` is known to be there, or not.
    pub(super) fn presence(&self, path: &Path) -> Option<bool> {
        // Only what is there can be checked.
        self.about(path).next().map(|fact| !matches!(fact, Fact::Present(false)))
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &(Path, Fact)> {
        self.nodes().filter_map(|node| node.about.as_ref())
    }

    pub(super) fn is_unclear(&self) -> bool {
        self.nodes().any(|node| node.about.is_none())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Both: what was known where an expression is, and what is known where its value is used.
    pub(super) fn merge(&self, other: &Facts) -> Facts {
        if self.is_empty() || other.contains(self) {
            return other.clone();
        }
        if other.is_empty() || self.contains(other) {
            return self.clone();
        }
        let mut merged = other.clone();
        for node in self.nodes() {
            merged = match &node.about {
                Some((path, fact)) if !merged.about(path).any(|known| known == fact) => merged.with(path, fact.clone()),
                Some(_) => merged,
                None => merged.unclear(),
            };
        }
        merged
    }

    /// Whether `inner` is a tail of this list.
    fn contains(&self, inner: &Facts) -> bool {
        let Some(tail) = &inner.0 else { return true };
        let mut at = self.0.as_ref();
        while let Some(node) = at {
            if Rc::ptr_eq(node, tail) {
                return true;
            }
            at = node.before.0.as_ref();
        }
        false
    }
}
