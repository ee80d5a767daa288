//! Commands: functions and their arguments.

use super::{Check, ProblemKind};
use crate::gotemplate::functions::{Parameter, signature};
use crate::gotemplate::kinds::{Value, ValueType, What};
use crate::gotemplate::tree::{Command, Operand, OperandKind};
use crate::text::Span;

/// Methods of `http.Header` that a template can call.
const HEADER_METHODS: [(&str, usize); 3] = [("Clone", 0), ("Get", 1), ("Values", 1)];

/// An argument: what it is, and where it is (at the function when it came through `|`).
struct Argument {
    value: Value,
    span: Span,
    is_constant: bool,
    /// A constant that is a float where any type fits.
    is_float: bool,
    text: Option<String>,
}

impl Check<'_> {
    /// The value of a command; `piped` is what comes through `|`.
    pub(super) fn command(&mut self, command: &Command, piped: Option<Value>) -> Value {
        if let OperandKind::Function(name) = &command.first.kind {
            return self.function(name, command.first.span, &command.arguments, piped);
        }
        let has_arguments = !command.arguments.is_empty() || piped.is_some();
        if let Some(value) = self.method(command, command.arguments.len() + usize::from(piped.is_some())) {
            return value;
        }
        let value = self.operand(&command.first);
        for argument in &command.arguments {
            self.operand(argument);
        }
        let names = match &command.first.kind {
            OperandKind::Fields(names) | OperandKind::Variable(_, names) | OperandKind::Chain(_, names) => names.last(),
            _ => None,
        };
        // A function in a value of an unknown kind may take arguments.
        let is_known = !matches!(value.kind, ValueType::Unknown);
        if let (true, true, Some(name)) = (has_arguments, is_known, names) {
            self.report(name.span, ProblemKind::ArgumentsToValue { value: format!(".{}", name.text) });
            return Value::unknown();
        }
        let written = match &command.first.kind {
            OperandKind::Dot => ".",
            OperandKind::Variable(name, names) if names.is_empty() => name.text.as_str(),
            _ => return value,
        };
        if has_arguments {
            self.report(command.first.span, ProblemKind::ArgumentsToValue { value: written.to_owned() });
        }
        value
    }

    /// The result of a method of headers, or of a key that is given arguments.
    fn method(&mut self, command: &Command, given: usize) -> Option<Value> {
        let (OperandKind::Fields(names) | OperandKind::Variable(_, names)) = &command.first.kind else {
            return None;
        };
        let (method, before) = names.split_last()?;
        let found = self.found.len();
        let receiver = match &command.first.kind {
            OperandKind::Variable(name, _) => self.variable(&name.text).unwrap_or_else(Value::unknown),
            _ => self.dot.clone(),
        };
        let is_headers = matches!(self.fields(receiver, before).kind, ValueType::Headers);
        self.found.truncate(found);
        let known = HEADER_METHODS.iter().find(|(name, _)| *name == method.text);
        match known.filter(|_| is_headers) {
            Some((name, takes)) if *takes != given => {
                let (function, takes) = ((*name).to_owned(), (*takes, Some(*takes)));
                self.report(method.span, ProblemKind::ArgumentCount { function, takes, given });
            }
            None if is_headers && given > 0 => {
                self.report(method.span, ProblemKind::ArgumentsToValue { value: format!(".{}", method.text) });
            }
            _ => {}
        }
        is_headers.then(Value::unknown)
    }

    pub(super) fn function(&mut self, name: &str, span: Span, operands: &[Operand], piped: Option<Value>) -> Value {
        let guards = self.guards.len();
        let mut arguments: Vec<Argument> = Vec::new();
        for operand in operands {
            if matches!(name, "and" | "or") && is_settled(name, operands.get(..arguments.len()).unwrap_or_default()) {
                break;
            }
            let value = self.operand(operand);
            if matches!(name, "and" | "or") {
                // `and .A .A.b` reads `.A.b` only where `.A` is.
                self.guards.extend(value.path.clone());
            }
            let (is_constant, text) = match &operand.kind {
                OperandKind::Text(text) => (true, Some(text.clone())),
                OperandKind::Number { .. } | OperandKind::Bool(_) | OperandKind::Character => (true, None),
                _ => (false, None),
            };
            let is_float = matches!(operand.kind, OperandKind::Number { is_float: true, .. });
            arguments.push(Argument { value, span: operand.span, is_constant, is_float, text });
        }
        self.guards.truncate(guards);
        let given = operands.len() + usize::from(piped.is_some());
        arguments.extend(piped.map(|value| Argument { value, span, is_constant: false, is_float: false, text: None }));
        let Some(signature) = signature(name) else {
            return Value::unknown();
        };
        let most = signature.more.is_none().then_some(signature.parameters.len());
        if given < signature.parameters.len() || most.is_some_and(|most| given > most) {
            let takes = (signature.parameters.len(), most);
            self.report(span, ProblemKind::ArgumentCount { function: name.to_owned(), takes, given });
            return Value::unknown();
        }
        for (index, argument) in arguments.iter().enumerate() {
            let parameter = signature.parameters.get(index).copied().or(signature.more).unwrap_or(Parameter::Any);
            self.argument(name, parameter, argument);
        }
        match name {
            _ if is_comparison(name) => self.comparison(name, &arguments),
            "index" => return self.index(&arguments),
            "slice" => self.list_argument(name, arguments.first()),
            "len" => self.sized_argument(arguments.first()),
            _ => {}
        }
        Value::new(match signature.result {
            Parameter::Text => ValueType::Text,
            Parameter::Int => ValueType::Int,
            Parameter::Bool => ValueType::Bool,
            _ => ValueType::Unknown,
        })
    }

    fn argument(&mut self, function: &str, parameter: Parameter, argument: &Argument) {
        let needs = match parameter {
            Parameter::Text => "text",
            Parameter::Int => "an integer",
            Parameter::Bool => "true or false",
            Parameter::Map => "a map",
            Parameter::List => "a list",
            Parameter::Any | Parameter::Float | Parameter::Other => return,
        };
        let what = argument.value.what();
        let fits = match (parameter, what) {
            (_, None) => true,
            (Parameter::Text, Some(what)) => what == What::Text,
            (Parameter::Int, Some(what)) => what == What::Int,
            (Parameter::Bool, Some(what)) => what == What::Bool,
            (Parameter::Map, Some(what)) => what == What::Map,
            (_, Some(what)) => what == What::List,
        };
        if let (false, Some(what)) = (fits, what) {
            let kind = ProblemKind::ArgumentKind { function: function.to_owned(), needs, given: what.name() };
            self.report(argument.span, kind);
        } else if parameter == Parameter::Text {
            self.missing_argument(function, argument);
        }
    }

    /// A value that may be missing where a function needs one.
    fn missing_argument(&mut self, function: &str, argument: &Argument) {
        let value = &argument.value;
        let why = match &value.missing {
            Some(why) => why.clone(),
            None if value.may_be_null() => "it may be null".to_owned(),
            None => return,
        };
        if let Some(path) = value.path.clone().filter(|path| !self.is_guarded(path)) {
            self.report(argument.span, ProblemKind::MissingArgument { function: function.to_owned(), path, why });
        }
    }

    /// Comparisons refuse values of two basic kinds; a missing value is equal to none.
    fn comparison(&mut self, function: &str, arguments: &[Argument]) {
        let basic = |argument: &Argument| {
            if argument.is_float {
                return Some(What::Float);
            }
            argument.value.what().filter(|what| matches!(what, What::Text | What::Int | What::Float | What::Bool))
        };
        let Some((first, rest)) = arguments.split_first() else {
            return;
        };
        // What is unknown and has a path is decoded JSON, in which all numbers are floats.
        let is_json =
            |argument: &Argument| matches!(argument.value.kind, ValueType::Unknown) && argument.value.path.is_some();
        let is_integer = |argument: &Argument| argument.is_constant && basic(argument) == Some(What::Int);
        for other in rest {
            if (is_json(first) && is_integer(other)) || (is_integer(first) && is_json(other)) {
                let (needs, given) = ("a number with a point", "an integer");
                self.report(other.span, ProblemKind::ArgumentKind { function: function.to_owned(), needs, given });
            }
        }
        self.no_basic_value(function, arguments, arguments.iter().find_map(basic));
        let Some(wanted) = basic(first) else { return };
        for other in rest {
            let Some(given) = basic(other).filter(|given| *given != wanted) else {
                continue;
            };
            // A constant may stand for an integer or a float.
            let is_number = |what| matches!(what, What::Int | What::Float);
            let (span, needs) =
                (other.span, if wanted == What::Float { "a number with a point" } else { wanted.name() });
            if is_number(wanted) && is_number(given) && !(other.is_constant || first.is_constant) {
                continue;
            }
            let given = if is_number(given) && is_number(wanted) { "an integer" } else { given.name() };
            self.report(span, ProblemKind::ArgumentKind { function: function.to_owned(), needs, given });
        }
    }

    /// Maps, lists and the message are compared with nothing that is a text or number.
    fn no_basic_value(&mut self, function: &str, arguments: &[Argument], basic: Option<What>) {
        let is_ordered = !matches!(function, "eq" | "ne");
        let Some(needs) = basic.map(What::name).or(is_ordered.then_some("a number")) else { return };
        for argument in arguments.iter().filter(|argument| argument.value.missing.is_none()) {
            let given = argument.value.what().filter(|what| matches!(what, What::List | What::Map | What::Struct));
            if let Some(given) = given.filter(|_| !argument.value.may_be_null()) {
                let kind = ProblemKind::ArgumentKind { function: function.to_owned(), needs, given: given.name() };
                self.report(argument.span, kind);
            }
        }
    }

    fn index(&mut self, arguments: &[Argument]) -> Value {
        let Some((first, keys)) = arguments.split_first() else {
            return Value::unknown();
        };
        let is_named = keys.iter().any(|key| key.text.is_some());
        match first.value.what() {
            Some(What::List) => self.missing_argument("index", first),
            Some(what @ (What::Int | What::Float | What::Bool | What::Struct)) if !keys.is_empty() => {
                self.not_indexed(first.span, what);
            }
            Some(what @ What::Text) if is_named => self.not_indexed(first.span, what),
            _ => {}
        }
        let mut value = first.value.clone();
        for key in keys {
            value = match &key.text {
                Some(name) if value.what() == Some(What::Map) => self.step(&value, name, key.span),
                None if value.what() == Some(What::List) => value.item(),
                _ => Value::unknown(),
            };
        }
        value
    }

    fn not_indexed(&mut self, span: Span, what: What) {
        let (function, needs) = ("index".to_owned(), "a list or a map");
        self.report(span, ProblemKind::ArgumentKind { function, needs, given: what.name() });
    }

    fn list_argument(&mut self, function: &str, argument: Option<&Argument>) {
        let Some(argument) = argument else { return };
        if let Some(what) = argument.value.what().filter(|what| *what != What::List) {
            let kind = ProblemKind::ArgumentKind { function: function.to_owned(), needs: "a list", given: what.name() };
            self.report(argument.span, kind);
        }
    }

    fn sized_argument(&mut self, argument: Option<&Argument>) {
        let Some(argument) = argument else { return };
        if let Some(what @ (What::Int | What::Float | What::Bool | What::Struct)) = argument.value.what() {
            let needs = "text, a list or a map";
            let kind = ProblemKind::ArgumentKind { function: "len".to_owned(), needs, given: what.name() };
            self.report(argument.span, kind);
        }
    }
}

/// Whether a function of Go compares its arguments.
pub(crate) fn is_comparison(function: &str) -> bool {
    matches!(function, "eq" | "ge" | "gt" | "le" | "lt" | "ne")
}

/// Whether one of the operands of `and` or `or` is a constant that decides, so that nothing after it is read.
fn is_settled(name: &str, operands: &[Operand]) -> bool {
    operands.iter().any(|operand| truth(operand) == Some(name == "or"))
}

/// Whether a constant counts as true.
pub(super) fn truth(operand: &Operand) -> Option<bool> {
    match &operand.kind {
        OperandKind::Bool(value) => Some(*value),
        OperandKind::Text(text) => Some(!text.is_empty()),
        _ => None,
    }
}
