//! What execution would do with values of known types. What is not known is never a problem.

mod calls;
mod steps;

use std::collections::HashMap;

use super::html::Refusal;
use super::kinds::{Struct, Value, ValueType, What};
use super::parser::Parsed;
use super::tree::{Branch, Command, Definition, Node, Operand, OperandKind, Pipeline};
use crate::text::Span;

/// Files that are parsed into one set, in the order in which that is done.
#[derive(Clone, Debug)]
pub struct Set<'t> {
    /// Name and what it holds.
    pub files: Vec<(&'t str, &'t Parsed)>,
    /// The index of the file that is executed.
    pub main: usize,
    /// Whether `html/template` executes it.
    pub is_html: bool,
    /// The templates by their names, with the index of their file.
    defined: HashMap<&'t str, (usize, &'t Definition)>,
}

impl<'t> Set<'t> {
    /// A set of files, of which `main` is executed.
    #[must_use]
    pub fn new(files: Vec<(&'t str, &'t Parsed)>, main: usize, is_html: bool) -> Set<'t> {
        let mut defined = HashMap::new();
        for (index, (file, parsed)) in files.iter().enumerate() {
            let mut of_file: HashMap<&'t str, &'t Definition> = HashMap::new();
            for (at, one) in parsed.definitions.iter().enumerate() {
                of_file.entry(if at == 0 { file } else { one.name.as_str() }).or_insert(one);
            }
            // Of files that define it, the last one counts, unless it is empty there.
            for (name, one) in of_file {
                let known: Option<&(usize, &Definition)> = defined.get(name);
                if !one.body.is_empty() || known.is_none_or(|(_, known)| known.body.is_empty()) {
                    defined.insert(name, (index, one));
                }
            }
        }
        Set { files, main, is_html, defined }
    }

    /// The template of a name.
    pub(super) fn defined(&self, name: &str) -> Option<(usize, &'t Definition)> {
        self.defined.get(name).copied()
    }
}

/// Something that goes wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The index of the file.
    pub file: usize,
    /// Where in it.
    pub span: Span,
    /// What.
    pub kind: ProblemKind,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// A struct has no such field: execution fails.
    UnknownField {
        /// The field.
        field: String,
        /// What has no such field.
        of: String,
        /// The fields that there are.
        known: Vec<&'static str>,
    },
    /// A field of what has no fields: execution fails.
    FieldOf {
        /// The field.
        field: String,
        /// The value.
        path: String,
        /// What it is.
        what: What,
    },
    /// A field of what may be null: execution fails then.
    FieldOfNull {
        /// The field.
        field: String,
        /// The value.
        path: String,
    },
    /// A key that is never there.
    NoSuchKey {
        /// The key.
        field: String,
        /// The map.
        path: String,
        /// Whether more keys than the known ones are possible.
        is_open: bool,
        /// Whether it is a field of the argument of the set, so that `$.` was meant.
        is_of_root: bool,
        /// The known keys.
        known: Vec<String>,
    },
    /// A field of the dot in a template that is called without an argument.
    FieldOfNothing {
        /// The field.
        field: String,
    },
    /// A value that is printed and may be missing: `<no value>`.
    PrintsNoValue {
        /// The value.
        path: String,
        /// Why it may be missing.
        why: String,
    },
    /// A value that may be missing and is given to a function that needs one: execution fails then.
    MissingArgument {
        /// The function.
        function: String,
        /// The value.
        path: String,
        /// Why it may be missing.
        why: String,
    },
    /// Too few or too many arguments: execution fails.
    ArgumentCount {
        /// The function.
        function: String,
        /// How many it takes at least, and at most unless without limit.
        takes: (usize, Option<usize>),
        /// How many it is given.
        given: usize,
    },
    /// An argument of another type: execution fails.
    ArgumentKind {
        /// The function.
        function: String,
        /// What it needs.
        needs: &'static str,
        /// What it is given.
        given: &'static str,
    },
    /// A field is given arguments: execution fails.
    ArgumentsToField {
        /// The field.
        field: String,
    },
    /// No template of this name is in the set: execution fails.
    UndefinedTemplate {
        /// The name.
        name: String,
    },
    /// `range` over what has no items: execution fails.
    NotIterable {
        /// What it is.
        what: What,
    },
    /// `html/template` refuses the template before it writes anything.
    Refused(Refusal),
    /// `html` or `urlquery` before the end of a pipeline in HTML: execution fails.
    EarlyEscaper {
        /// The function.
        function: String,
    },
    /// Why nothing was checked from here on, as a clause.
    Limit(&'static str),
}

/// Most steps of one execution that are checked.
const MAX_STEPS: usize = 100_000;

/// Deepest nesting of blocks and calls that is followed.
pub(super) const MAX_DEPTH: usize = 150;

/// Why it is not followed further.
pub(super) const TOO_DEEP: ProblemKind =
    ProblemKind::Limit("blocks and calls of templates nest more than 150 levels deep");

const TOO_LONG: ProblemKind = ProblemKind::Limit("it has more than 100,000 steps");

/// What goes wrong when the set is executed with this argument, in order of place.
#[must_use]
pub fn check(set: &Set<'_>, argument: &ValueType) -> Vec<Problem> {
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
        match constant(&branch.pipeline) {
            Some(false) => self.dead(&branch.body),
            _ => self.nodes(&branch.body),
        }
        self.variables.truncate(declared);
        match constant(&branch.pipeline) {
            Some(true) => self.dead(&branch.otherwise),
            _ => self.nodes(&branch.otherwise),
        }
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
        self.nodes(&branch.body);
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
                let known = self.variables.iter_mut().rev().find(|(name, _)| *name == variable.text);
                if let Some((_, known)) = known {
                    *known = Value::unknown();
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
                self.fields(value, names)
            }
            OperandKind::Function(name) => self.function(name, operand.span, &[], None),
            OperandKind::Chain(inner, names) => {
                let value = self.operand(inner);
                self.fields(value, names)
            }
            OperandKind::Pipeline(pipeline) => self.pipeline(pipeline),
        }
    }

    fn variable(&self, name: &str) -> Value {
        if name == "$" {
            return self.dollar.clone();
        }
        let known = self.variables.iter().rev().find(|(known, _)| known == name);
        known.map_or_else(Value::unknown, |(_, value)| value.clone())
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
    match command.first.kind {
        OperandKind::Bool(value) if command.arguments.is_empty() => Some(value),
        _ => None,
    }
}

/// The fields of a struct, for messages.
fn names(fields: &Struct) -> Vec<&'static str> {
    fields.fields.iter().map(|(name, _)| *name).collect()
}
