//! The variables of starts, in layers that they share: the file `.env` of a project is read once, however many starts get it.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::kratos::env::Variable;
use crate::kratos::secrets::is_variable_name;
use crate::text::Place;

/// Most layers of one start.
const MAX_LAYERS: usize = 128;

/// Most variables of one start.
const MAX_VARIABLES: usize = 2_000;

/// Variables that come together, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Layer {
    variables: Vec<Variable>,
    /// The last of each name.
    last: HashMap<String, usize>,
    /// The same as it is written, where that is something else: read once, however many starts get it.
    verbatim: OnceLock<Option<Arc<Layer>>>,
}

impl Layer {
    pub(super) fn of(variables: Vec<Variable>) -> Layer {
        let mut layer = Layer::default();
        for variable in variables {
            layer.push(variable);
        }
        layer
    }

    /// What is no name to a shell, Docker or Kubernetes sets nothing.
    fn push(&mut self, variable: Variable) {
        if !is_variable_name(&variable.name) {
            return;
        }
        self.last.insert(variable.name.clone(), self.variables.len());
        self.variables.push(variable);
    }

    /// Its variables.
    pub(super) fn all(&self) -> &[Variable] {
        &self.variables
    }

    /// Its variables, of which only the names are known.
    pub(super) fn without_values(&self) -> Vec<Variable> {
        self.variables.iter().map(|variable| Variable { value: None, ..variable.clone() }).collect()
    }

    /// The variables of a file as `docker run --env-file` reads it: all that is after `=` is the value.
    pub(super) fn verbatim(self: &Arc<Layer>) -> Arc<Layer> {
        let read = || {
            let is_any = self.variables.iter().any(|variable| verbatim(variable).is_some());
            let read = |variable: &Variable| match verbatim(variable) {
                Some(value) => Variable { value: Some(value), ..variable.clone() },
                None => variable.clone(),
            };
            is_any.then(|| Arc::new(Layer::of(self.variables.iter().map(read).collect())))
        };
        self.verbatim.get_or_init(read).as_ref().map_or_else(|| Arc::clone(self), Arc::clone)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Variable> {
        self.last.get(name).and_then(|index| self.variables.get(*index))
    }
}

/// A variable that a command sets.
pub(super) fn variable(name: &str, value: Option<String>, place: &Place) -> Variable {
    Variable { name: name.to_owned(), name_place: place.clone(), value, value_span: place.span }
}

/// The value of a variable as it is in its line, where that is another one: without quotes, a comment, or what is filled in.
fn verbatim(variable: &Variable) -> Option<String> {
    let source = &variable.name_place.source;
    let written = source.slice(variable.value_span);
    let rest = source.text().get(variable.value_span.start..)?;
    let line = rest.lines().next().unwrap_or_default();
    (!written.contains('\n') && variable.value.as_deref() != Some(line)).then(|| line.to_owned())
}

/// The variables of a start: later ones of a name win.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    layers: Vec<Arc<Layer>>,
    /// Some were left out, for there were too many.
    is_cut: bool,
}

impl Variables {
    /// Adds one over all others.
    pub(super) fn push(&mut self, variable: Variable) {
        // What others have too stays as it is for them.
        match self.layers.last_mut().and_then(Arc::get_mut) {
            Some(own) if own.variables.len() <= MAX_VARIABLES => own.push(variable),
            Some(_) => self.is_cut = true,
            None => self.lay(&Arc::new(Layer::of(vec![variable]))),
        }
    }

    /// Lays variables that are shared over all others.
    pub(super) fn lay(&mut self, layer: &Arc<Layer>) {
        // The same ones below are hidden wholly.
        self.layers.retain(|known| !Arc::ptr_eq(known, layer));
        self.layers.push(Arc::clone(layer));
        if self.layers.len() > MAX_LAYERS {
            self.layers.remove(0);
            self.is_cut = true;
        }
    }

    /// Lays the variables of a file over all others, if it is there.
    pub(super) fn lay_any(&mut self, layer: Option<Arc<Layer>>) {
        if let Some(layer) = layer {
            self.lay(&layer);
        }
    }

    /// Lays all of another start over these.
    pub(super) fn lay_all(&mut self, others: &Variables) {
        for layer in &others.layers {
            self.lay(layer);
        }
        self.is_cut |= others.is_cut;
    }

    /// How many there are, those of one name too.
    pub(super) fn count(&self) -> usize {
        self.layers.iter().map(|layer| layer.variables.len()).sum()
    }

    /// The variable of a name that counts.
    pub(super) fn get(&self, name: &str) -> Option<&Variable> {
        self.layers.iter().rev().find_map(|layer| layer.get(name))
    }

    /// Those that count, in order: the last of each name.
    pub(super) fn effective(&self) -> Vec<&Variable> {
        let mut seen = std::collections::HashSet::new();
        let all = self.layers.iter().flat_map(|layer| &layer.variables).rev();
        let mut found: Vec<&Variable> = all.filter(|variable| seen.insert(variable.name.as_str())).collect();
        found.reverse();
        found
    }

    /// Whether no more are taken.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Whether there are more than a server gets.
    pub(super) fn are_too_many(&self) -> bool {
        self.is_cut || self.count() > MAX_VARIABLES
    }
}

impl Extend<Variable> for Variables {
    fn extend<I: IntoIterator<Item = Variable>>(&mut self, variables: I) {
        for variable in variables {
            self.push(variable);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Place, Source, Span};

    fn variable(name: &str, value: &str) -> Variable {
        let place = Place::new(&Source::new("a.env", ""), Span::at(0));
        Variable { name: name.to_owned(), value_span: place.span, name_place: place, value: Some(value.to_owned()) }
    }

    fn shown(variables: &Variables) -> String {
        let effective = variables.effective();
        effective.iter().map(|one| format!("{}={} ", one.name, one.value.as_deref().unwrap_or_default())).collect()
    }

    #[test]
    fn later_layers_win_and_others_keep_theirs() {
        let file = Arc::new(Layer::of(vec![variable("A", "1"), variable("B", "1"), variable("A", "2")]));
        let mut first = Variables::default();
        first.push(variable("B", "0"));
        first.lay(&file);
        let mut second = first.clone();
        second.push(variable("A", "3"));
        assert_eq!((shown(&first).as_str(), shown(&second).as_str()), ("B=1 A=2 ", "B=1 A=3 "));
        second.lay(&file);
        assert_eq!(shown(&second), "B=1 A=2 ");
        let value = |name| second.get(name).and_then(|one| one.value.as_deref());
        assert_eq!((value("A"), value("C")), (Some("2"), None));
    }

    #[test]
    fn a_file_is_read_verbatim_once() {
        let source = Source::new("a.env", "A=\"1\"\nB=2\nC=$B # 3\r\n");
        let at = |start, end| Place::new(&source, Span::new(start, end));
        let of = |name: &str, value: &str, start: usize, end: usize| Variable {
            value_span: at(start, end).span,
            name_place: at(start, end),
            ..variable(name, value)
        };
        let plain = Arc::new(Layer::of(vec![of("B", "2", 8, 9)]));
        assert!(Arc::ptr_eq(&plain.verbatim(), &plain));
        let layer = Arc::new(Layer::of(vec![of("A", "1", 2, 5), of("B", "2", 8, 9), of("C", "2", 12, 14)]));
        let written = layer.verbatim();
        assert!(Arc::ptr_eq(&layer.verbatim(), &written));
        let mut variables = Variables::default();
        variables.lay(&written);
        assert_eq!(shown(&variables), "A=\"1\" B=2 C=$B # 3 ");
    }

    #[test]
    fn too_many_are_said() {
        let mut variables = Variables::default();
        variables.extend((0..MAX_VARIABLES).map(|i| variable(&format!("A{i}"), "")));
        assert!(!variables.are_too_many());
        variables.push(variable("B", ""));
        assert!(variables.are_too_many());
    }
}
