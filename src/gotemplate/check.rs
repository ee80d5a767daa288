//! What execution would do with values of known types. What is not known is never a problem.

mod calls;
mod steps;

pub(crate) use calls::is_comparison;

use super::kinds::{Struct, Value, ValueType, What};
use super::problem::{MAX_DEPTH, Problem, ProblemKind, Set, TOO_DEEP};
use super::tree::{Branch, Command, Node, Operand, OperandKind, Pipeline};
use crate::text::Span;

/// Most steps of one execution that are checked.
const MAX_STEPS: usize = 100_000;

const TOO_LONG: ProblemKind = ProblemKind::Limit("it has more than 100,000 steps");

/// What goes wrong when the set is executed with this argument, in order of place.
#[must_use]
pub(crate) fn check(set: &Set<'_>, argument: &ValueType) -> Vec<Problem> {
    let root = Value { kind: argument.clone(), missing: None, path: Some(String::new()) };
    let mut check = Check {
        set,
        root: root.clone(),
        file: set.main,
        dollar: root.clone(),
        dot: root,
        variables: Vec::new(),
        guards: Vec::new(),
        calls: Vec::new(),
        steps: 0,
        depth: 0,
        found: Vec::new(),
    };
    if let Some((_, main)) = set.files.get(set.main)
        && let Some(definition) = main.definitions.first()
    {
        check.nodes(&definition.body);
    }
    check.found.sort_by_key(|problem| (problem.file, problem.span));
    check.found.dedup_by_key(|problem| (problem.file, problem.span));
    check.found
}

struct Check<'t> {
    set: &'t Set<'t>,
    root: Value,
    /// The file whose template runs.
    file: usize,
    dollar: Value,
    dot: Value,
    variables: Vec<(String, Value)>,
    /// Paths of values that a condition around asked for.
    guards: Vec<String>,
    calls: Vec<String>,
    steps: usize,
    /// Lists of nodes around this one.
    depth: usize,
    found: Vec<Problem>,
}

impl Check<'_> {
    fn report(&mut self, span: Span, kind: ProblemKind) {
        self.found.push(Problem { file: self.file, span, kind });
    }

    /// Reports once that there is more than is checked.
    fn limit(&mut self, kind: ProblemKind) {
        if !self.found.iter().any(|known| matches!(known.kind, ProblemKind::Limit(_))) {
            self.report(Span::at(0), kind);
        }
    }

    fn nodes(&mut self, nodes: &[Node]) {
        if self.depth >= MAX_DEPTH {
            return self.limit(TOO_DEEP);
        }
        self.depth += 1;
        for node in nodes {
            self.steps += 1;
            if self.steps == MAX_STEPS {
                self.limit(TOO_LONG);
            }
            if self.steps >= MAX_STEPS {
                break;
            }
            match node {
                Node::Text(_) | Node::Break | Node::Continue => {}
                Node::Action(pipeline) => self.action(pipeline),
                Node::If(branch) => self.condition(branch),
                Node::With(branch) => self.with(branch),
                Node::Range(branch) => self.range(branch),
                Node::Template { name, name_span, argument } => {
                    let argument =
                        argument.as_ref().map_or(Value::new(ValueType::Nothing), |pipeline| self.pipeline(pipeline));
                    self.call(name, *name_span, argument);
                }
            }
        }
        self.depth -= 1;
    }

    fn action(&mut self, pipeline: &Pipeline) {
        let value = self.pipeline(pipeline);
        if !pipeline.variables.is_empty() || self.set.is_html {
            return;
        }
        let why = match &value.missing {
            Some(why) => why.clone(),
            None if value.may_be_null() => "it may be null".to_owned(),
            None => return,
        };
        if let Some(path) = value.path.filter(|path| !self.is_guarded(path)) {
            self.report(pipeline.span, ProblemKind::PrintsNoValue { path, why });
        }
    }

    fn condition(&mut self, branch: &Branch) {
        let known = self.variables.len();
        let value = self.pipeline(&branch.pipeline);
        let declared = self.variables.len();
        // What the condition asks for is looked after, in one way or the other.
        let guards = self.guards.len();
        let mentions = self.mentions(&branch.pipeline);
        self.guards.extend(mentions);
        if let (Some((_, variable)), None) = (self.variables.get_mut(known), &value.path) {
            *variable = value.present();
        }
        self.way(&branch.body, constant(&branch.pipeline) != Some(false));
        self.variables.truncate(declared);
        self.way(&branch.otherwise, constant(&branch.pipeline) != Some(true));
        self.guards.truncate(guards);
        self.variables.truncate(known);
    }

    fn with(&mut self, branch: &Branch) {
        let known = self.variables.len();
        let value = self.pipeline(&branch.pipeline).present();
        if let Some((_, variable)) = self.variables.get_mut(known) {
            *variable = value.clone();
        }
        let declared = self.variables.len();
        let guards = self.guards.len();
        let mentions = self.mentions(&branch.pipeline);
        self.guards.extend(mentions);
        let outer = std::mem::replace(&mut self.dot, value);
        self.way(&branch.body, constant(&branch.pipeline) != Some(false));
        self.dot = outer;
        self.variables.truncate(declared);
        self.nodes(&branch.otherwise);
        self.guards.truncate(guards);
        self.variables.truncate(known);
    }

    fn range(&mut self, branch: &Branch) {
        let known = self.variables.len();
        let list = self.pipeline(&branch.pipeline);
        if let Some(what @ (What::Text | What::Bool | What::Float | What::Struct)) = list.what() {
            self.report(branch.pipeline.span, ProblemKind::NotIterable { what });
        }
        let item = list.item();
        let count = branch.pipeline.variables.len();
        for (index, (_, variable)) in self.variables.iter_mut().skip(known).enumerate() {
            *variable = if index + 1 == count { item.clone() } else { Value::unknown() };
        }
        let declared = self.variables.len();
        let outer = std::mem::replace(&mut self.dot, item);
        self.nodes(&branch.body);
        self.dot = outer;
        self.variables.truncate(declared);
        self.nodes(&branch.otherwise);
        self.variables.truncate(known);
    }

    fn way(&mut self, nodes: &[Node], may_run: bool) {
        if may_run { self.nodes(nodes) } else { self.dead(nodes) }
    }

    /// Nodes that never run: `html/template` looks for the templates that they call.
    fn dead(&mut self, nodes: &[Node]) {
        if !self.set.is_html {
            return;
        }
        for node in nodes {
            match node {
                Node::Template { name, name_span, .. } if self.set.defined(name).is_none() => {
                    self.report(*name_span, ProblemKind::UndefinedTemplate { name: name.clone() });
                }
                Node::If(branch) | Node::With(branch) | Node::Range(branch) => {
                    self.dead(&branch.body);
                    self.dead(&branch.otherwise);
                }
                _ => {}
            }
        }
    }

    fn call(&mut self, name: &str, span: Span, argument: Value) {
        let Some((file, definition)) = self.set.defined(name) else {
            return self.report(span, ProblemKind::UndefinedTemplate { name: name.to_owned() });
        };
        if self.calls.iter().any(|running| running == name) {
            return;
        }
        self.calls.push(name.to_owned());
        let variables = std::mem::take(&mut self.variables);
        let outer = (self.file, self.dot.clone(), self.dollar.clone());
        (self.file, self.dot, self.dollar) = (file, argument.clone(), argument);
        self.nodes(&definition.body);
        (self.file, self.dot, self.dollar) = outer;
        self.variables = variables;
        self.calls.pop();
    }

    fn is_guarded(&self, path: &str) -> bool {
        let is_below =
            |guard: &String| guard.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        self.guards.iter().any(is_below)
    }

    /// The value of a pipeline; its variables take it.
    fn pipeline(&mut self, pipeline: &Pipeline) -> Value {
        let mut piped: Option<Value> = None;
        let last = pipeline.commands.len().saturating_sub(1);
        for (index, command) in pipeline.commands.iter().enumerate() {
            if self.set.is_html && index < last {
                self.early_escaper(command);
            }
            piped = Some(self.command(command, piped));
        }
        let value = piped.unwrap_or_else(Value::unknown);
        for variable in &pipeline.variables {
            if pipeline.is_assignment {
                // Whether the assignment runs is not followed.
                match self.variables.iter_mut().rev().find(|(name, _)| *name == variable.text) {
                    Some((_, known)) => *known = Value::unknown(),
                    None => self.undeclared(&variable.text, variable.span),
                }
            } else {
                self.variables.push((variable.text.clone(), value.clone()));
            }
        }
        value
    }

    fn early_escaper(&mut self, command: &Command) {
        if let OperandKind::Function(function) = &command.first.kind
            && matches!(function.as_str(), "html" | "urlquery")
        {
            self.report(command.first.span, ProblemKind::EarlyEscaper { function: function.clone() });
        }
    }

    fn operand(&mut self, operand: &Operand) -> Value {
        match &operand.kind {
            OperandKind::Dot => self.dot.clone(),
            OperandKind::Bool(_) => Value::new(ValueType::Bool),
            OperandKind::Number { is_int: true, .. } | OperandKind::Character => Value::new(ValueType::Int),
            OperandKind::Nil | OperandKind::Number { .. } => Value::unknown(),
            OperandKind::Text(_) => Value::new(ValueType::Text),
            OperandKind::Fields(names) => {
                let dot = self.dot.clone();
                self.fields(dot, names)
            }
            OperandKind::Variable(name, names) => {
                let value = self.variable(&name.text);
                if value.is_none() {
                    self.undeclared(&name.text, name.span);
                }
                self.fields(value.unwrap_or_else(Value::unknown), names)
            }
            OperandKind::Function(name) => self.function(name, operand.span, &[], None),
            OperandKind::Chain(inner, names) => {
                let value = self.operand(inner);
                self.fields(value, names)
            }
            OperandKind::Pipeline(pipeline) => self.pipeline(pipeline),
        }
    }

    fn undeclared(&mut self, name: &str, span: Span) {
        self.report(span, ProblemKind::UndeclaredVariable { name: name.to_owned() });
    }

    /// The value of a variable; none where nothing has declared it.
    fn variable(&self, name: &str) -> Option<Value> {
        if name == "$" {
            return Some(self.dollar.clone());
        }
        self.variables.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    /// The paths of all values that a pipeline looks at.
    fn mentions(&mut self, pipeline: &Pipeline) -> Vec<String> {
        let found = self.found.len();
        let variables = self.variables.len();
        let mut paths = Vec::new();
        for command in &pipeline.commands {
            self.mentions_of(command, &mut paths);
        }
        self.found.truncate(found);
        self.variables.truncate(variables);
        paths
    }

    fn mentions_of(&mut self, command: &Command, paths: &mut Vec<String>) {
        let operands = || std::iter::once(&command.first).chain(&command.arguments);
        let own = paths.len();
        for operand in operands() {
            let inner = if let OperandKind::Chain(inner, _) = &operand.kind { inner } else { operand };
            if let OperandKind::Pipeline(pipeline) = &inner.kind {
                let inner = self.mentions(pipeline);
                paths.extend(inner);
            } else if !matches!(operand.kind, OperandKind::Function(_)) {
                paths.extend(self.operand(operand).path);
            }
        }
        // `hasKey .Identity.traits "name"`
        let keys =
            operands().filter_map(|operand| if let OperandKind::Text(key) = &operand.kind { Some(key) } else { None });
        let below: Vec<String> =
            keys.flat_map(|key| paths.iter().skip(own).map(move |path| format!("{path}.{key}"))).collect();
        paths.extend(below);
    }
}

/// The value of a condition that is a constant.
fn constant(pipeline: &Pipeline) -> Option<bool> {
    let [command] = pipeline.commands.as_slice() else { return None };
    calls::truth(&command.first).filter(|_| command.arguments.is_empty())
}

/// The fields of a struct, for messages.
fn names(fields: &Struct) -> Vec<&'static str> {
    fields.fields.iter().map(|(name, _)| *name).collect()
}
