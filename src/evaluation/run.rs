//! The evaluation itself, on the library `rsjsonnet-lang`. Runs in the child only.

use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use rsjsonnet_lang::arena::Arena;
use rsjsonnet_lang::interner::InternedStr;
use rsjsonnet_lang::program::{
    AnalyzeError, Callbacks, EvalError, EvalErrorKind, EvalErrorValueType, EvalStackTraceItem, ImportError, LoadError,
    NativeError, Program, Thunk, Value,
};
use rsjsonnet_lang::span::{SpanContextId, SpanId};

use super::child::READY;
use super::parts::Parts;
use super::{Answer, Failure, FailureKind, Job, MAX_NESTING, Outcome, STACK, TIME_LIMIT_MS, limits, nesting};
use crate::jsonnet::syntax::with_tree;

/// Longest time that a document runs on after the parent is gone.
const GRACE: Duration = Duration::from_millis(TIME_LIMIT_MS);

/// Answers jobs from `input` until it ends. A document that is evaluated when the input ends is given up soon: its parent is gone.
///
/// # Errors
/// When reading or writing fails, or there is no room to evaluate anything.
pub fn serve(input: &mut dyn BufRead, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let missing = limits::set()?;
    // No room for the stack of an evaluation: better not begin.
    thread::Builder::new().stack_size(STACK).spawn(|| ())?.join().map_err(|_| io::ErrorKind::OutOfMemory)?;
    // The parent measures the time of a job, not of the start.
    writeln!(out, "{READY}{missing}")?;
    out.flush()?;
    let out = Mutex::new(out);
    thread::scope(|scope| {
        let mut running: Option<ScopedJoinHandle<'_, io::Result<()>>> = None;
        loop {
            let mut line = String::new();
            let is_over = input.read_line(&mut line)? == 0;
            if let Some(last) = running.take() {
                if is_over {
                    end_soon(&last);
                }
                last.join().unwrap_or(Ok(()))?;
            }
            if is_over {
                return Ok(());
            }
            limits::renew_cpu();
            let out = &out;
            let evaluate = move || write_answer(&line, out);
            running = Some(thread::Builder::new().stack_size(STACK).spawn_scoped(scope, evaluate)?);
        }
    })
}

/// Ends the process when the evaluation does not.
fn end_soon(running: &ScopedJoinHandle<'_, io::Result<()>>) {
    let start = Instant::now();
    while !running.is_finished() {
        if start.elapsed() > GRACE {
            std::process::exit(1);
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn write_answer(line: &str, out: &Mutex<&mut (dyn Write + Send)>) -> io::Result<()> {
    // An input that is nested too deeply for the reader of JSON is no reason to end.
    let answer = match serde_json::from_str::<Job>(line) {
        Ok(job) => catch_unwind(AssertUnwindSafe(|| written(&job))).unwrap_or_else(|_| broken(job.each)),
        Err(_) => serde_json::to_string(&failed(FailureKind::Other, "the input cannot be read", None)),
    }?;
    let mut out = out.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    out.write_all(answer.as_bytes())?;
    out.write_all(b"\n")?;
    out.flush()
}

fn failed(kind: FailureKind, message: impl Into<String>, span: Option<(usize, usize)>) -> Answer {
    Answer::Failed(Failure { kind, message: message.into(), span })
}

/// What comes of a job, as JSON: an [`Answer`], or an [`Outcome`] when each part is asked for.
fn written(job: &Job) -> serde_json::Result<String> {
    if job.each { serde_json::to_string(&outcome(job)) } else { serde_json::to_string(&answer(job)) }
}

fn broken(each: bool) -> serde_json::Result<String> {
    let failure = Failure { kind: FailureKind::Other, message: "the evaluator broke".to_owned(), span: None };
    if each {
        serde_json::to_string(&Outcome { failures: vec![failure], result: None })
    } else {
        serde_json::to_string(&Answer::Failed(failure))
    }
}

fn answer(job: &Job) -> Answer {
    let arena = Arena::new();
    let mut run = Run { program: Program::new(&arena), document: None };
    let value = run.prepared(job).and_then(|(document, ctx)| run.called(&document, ctx.as_ref()));
    let written = value.and_then(|value| {
        let written = run.program.manifest_json(&value, false);
        written.map_err(|error| run.failure(&error))
    });
    match written {
        Ok(json) => Answer::Ok(json),
        Err(failure) => Answer::Failed(failure),
    }
}

fn outcome(job: &Job) -> Outcome {
    let arena = Arena::new();
    let mut run = Run { program: Program::new(&arena), document: None };
    let (document, ctx) = match run.prepared(job) {
        Ok(prepared) => prepared,
        Err(failure) => return Outcome { failures: vec![failure], result: None },
    };
    let written = run.called(&document, ctx.as_ref()).and_then(|value| {
        let written = run.program.manifest_json(&value, false);
        written.map_err(|error| run.failure(&error))
    });
    match written {
        Ok(json) => Outcome { failures: Vec::new(), result: serde_json::from_str(&json).ok() },
        Err(failure) => Parts::of(&mut run, &document, ctx.as_ref(), failure),
    }
}

/// An evaluation.
pub(super) struct Run<'p> {
    pub(super) program: Program<'p>,
    document: Option<SpanContextId>,
}

impl<'p> Run<'p> {
    /// The document and its argument.
    fn prepared(&mut self, job: &Job) -> Result<(Thunk<'p>, Option<Thunk<'p>>), Failure> {
        if nesting(&job.text) > MAX_NESTING {
            let message = "it is nested too deeply".to_owned();
            return Err(Failure { kind: FailureKind::Depth, message, span: None });
        }
        for (name, value) in &job.variables {
            let thunk = self.load(&value.to_string(), false)?;
            let name = self.program.intern_str(name);
            self.program.add_ext_var(name, &thunk);
        }
        let ctx = job.ctx.as_ref().map(|ctx| self.load(&ctx.to_string(), false)).transpose()?;
        let (context, _) = self.program.span_manager_mut().insert_source_context(job.text.len());
        self.document = Some(context);
        let loaded = self.program.load_source(context, job.text.as_bytes(), true, "body.jsonnet");
        let thunk = loaded.map_err(|error| self.not_loaded(&error, &job.text))?;
        Ok((thunk, ctx))
    }

    /// The value of the document, which is called when it is a function.
    fn called(&mut self, document: &Thunk<'p>, ctx: Option<&Thunk<'p>>) -> Result<Value<'p>, Failure> {
        let value = self.program.eval_value(document, &mut NoFiles).map_err(|error| self.failure(&error))?;
        if !value.is_function() {
            return Ok(value);
        }
        let name = self.program.intern_str("ctx");
        let arguments: Vec<_> = ctx.map(|ctx| (name, ctx.clone())).into_iter().collect();
        let called = self.program.eval_call(document, &[], &arguments, &mut NoFiles);
        called.map_err(|error| self.failure(&error))
    }

    /// Loads a text that is no part of the document, which may use the standard library or not.
    pub(super) fn load(&mut self, json: &str, standard: bool) -> Result<Thunk<'p>, Failure> {
        let (context, _) = self.program.span_manager_mut().insert_source_context(json.len());
        let loaded = self.program.load_source(context, json.as_bytes(), standard, "input");
        loaded.map_err(|_| Failure {
            kind: FailureKind::Other,
            message: "the input is no Jsonnet".to_owned(),
            span: None,
        })
    }

    /// The bytes of a span when it lies in the document.
    fn span(&self, span: SpanId) -> Option<(usize, usize)> {
        let (context, start, end) = self.program.span_manager().get_span(span);
        (Some(context) == self.document).then_some((start, end))
    }

    fn not_loaded(&self, error: &LoadError, text: &str) -> Failure {
        let LoadError::Analyze(error) = error else { return not_parsed(text) };
        let (message, span) = analyze(error);
        let kind = match error {
            // go-jsonnet takes a parameter twice.
            AnalyzeError::RepeatedParamName { .. } => FailureKind::Other,
            _ => FailureKind::Names,
        };
        Failure { kind, message, span: self.span(span) }
    }

    /// What an error of the library means.
    pub(super) fn failure(&self, error: &EvalError) -> Failure {
        let (kind, message, span) = classify(&error.kind);
        // A failure inside the standard library is shown where the document called it.
        let traced = || error.stack_trace.iter().rev().filter_map(traced_span).find_map(|span| self.span(span));
        let span = span.and_then(|span| self.span(span)).or_else(traced);
        Failure { kind, message, span }
    }
}

fn traced_span(item: &EvalStackTraceItem) -> Option<SpanId> {
    match item {
        EvalStackTraceItem::Expr { span }
        | EvalStackTraceItem::Variable { span, .. }
        | EvalStackTraceItem::Import { span } => Some(*span),
        EvalStackTraceItem::Call { span, .. }
        | EvalStackTraceItem::ArrayItem { span, .. }
        | EvalStackTraceItem::ObjectField { span, .. } => *span,
        _ => None,
    }
}

/// Why the front end refuses a text that the library does not load.
fn not_parsed(text: &str) -> Failure {
    match with_tree(text, |_, _| ()) {
        Err(error) if !error.is_limit => Failure {
            kind: FailureKind::Syntax,
            message: error.message,
            span: Some((error.span.start, error.span.end)),
        },
        _ => Failure { kind: FailureKind::Other, message: "it cannot be read".to_owned(), span: None },
    }
}

fn analyze(error: &AnalyzeError) -> (String, SpanId) {
    match error {
        AnalyzeError::UnknownVariable { span, name } => (format!("the variable `{name}` is not defined"), *span),
        AnalyzeError::SelfOutsideObject { self_span } => ("`self` stands outside of an object".to_owned(), *self_span),
        AnalyzeError::SuperOutsideObject { super_span } => {
            ("`super` stands outside of an object".to_owned(), *super_span)
        }
        AnalyzeError::DollarOutsideObject { dollar_span } => {
            ("`$` stands outside of an object".to_owned(), *dollar_span)
        }
        AnalyzeError::RepeatedLocalName { repeated_span, name, .. } => {
            (format!("the local `{name}` is defined twice"), *repeated_span)
        }
        AnalyzeError::RepeatedFieldName { repeated_span, name, .. } => {
            (format!("the field `{name}` is defined twice"), *repeated_span)
        }
        AnalyzeError::RepeatedParamName { repeated_span, name, .. } => {
            (format!("the parameter `{name}` is defined twice"), *repeated_span)
        }
        AnalyzeError::PositionalArgAfterNamed { arg_span } => {
            ("a positional argument stands behind a named one".to_owned(), *arg_span)
        }
        AnalyzeError::TextBlockAsImportPath { span } | AnalyzeError::ComputedImportPath { span } => {
            ("the path of an import must be a plain string".to_owned(), *span)
        }
    }
}

type Classified = (FailureKind, String, Option<SpanId>);

fn classify(kind: &EvalErrorKind) -> Classified {
    use EvalErrorKind as E;
    match kind {
        E::StackOverflow | E::InfiniteRecursion => {
            (FailureKind::Depth, "it calls itself more than 500 times deep".to_owned(), None)
        }
        E::UnknownObjectField { span, field_name } => {
            (FailureKind::NoField(field_name.clone()), format!("there is no field `{field_name}`"), Some(*span))
        }
        E::InvalidIndexedType { span, got_type: EvalErrorValueType::Null }
        | E::InvalidSlicedType { span, got_type: EvalErrorValueType::Null } => {
            (FailureKind::FromNull, "something is read from null".to_owned(), Some(*span))
        }
        E::InvalidIndexedType { span, got_type } | E::InvalidSlicedType { span, got_type } => {
            (FailureKind::FromOther, format!("something is read from {}", named(*got_type)), Some(*span))
        }
        E::FieldOfNonObject { span } => {
            (FailureKind::FromOther, "a field is read from a value that has none".to_owned(), Some(*span))
        }
        E::NumericIndexOutOfRange { span, index, length } => {
            (FailureKind::OutOfRange, format!("item {index} is read from a list or text of {length}"), Some(*span))
        }
        E::UnknownExtVar { name } => {
            (FailureKind::NoVariable(name.clone()), format!("there is no external variable `{name}`"), None)
        }
        E::ImportFailed { span, .. } => (FailureKind::Import, "imports do not work in Kratos".to_owned(), Some(*span)),
        E::AssertFailed { span, message } => {
            let text = message.clone().unwrap_or_default();
            (FailureKind::Raised(text), "an assertion fails".to_owned(), Some(*span))
        }
        E::ExplicitError { span, message } => {
            (FailureKind::Raised(message.clone()), format!("it raises the error {message:?}"), Some(*span))
        }
        E::ManifestFunction => (FailureKind::HoldsFunction, "the result holds a function".to_owned(), None),
        other => classify_rest(other),
    }
}

/// Calls, operands and arguments.
fn classify_rest(kind: &EvalErrorKind) -> Classified {
    use EvalErrorKind as E;
    match kind {
        E::CallParamNotBound { span, param_name } => {
            (FailureKind::Call, format!("nothing is given for the parameter `{param_name}`"), *span)
        }
        E::UnknownCallParam { span, param_name } => {
            (FailureKind::Call, format!("the function has no parameter `{param_name}`"), *span)
        }
        E::TooManyCallArgs { span, .. } | E::RepeatedCallParam { span, .. } => {
            (FailureKind::Call, "a function is called with too many arguments".to_owned(), *span)
        }
        E::CalleeIsNotFunction { span, got_type } => {
            (FailureKind::WrongType, format!("{} is called as a function", named(*got_type)), *span)
        }
        E::CondIsNotBool { span, got_type } => {
            (FailureKind::WrongType, format!("the condition is {}, not a boolean", named(*got_type)), Some(*span))
        }
        E::InvalidBinaryOpTypes { span, lhs_type, rhs_type, .. } => {
            (FailureKind::WrongType, format!("the operands are {} and {}", named(*lhs_type), named(*rhs_type)), *span)
        }
        E::InvalidUnaryOpType { span, rhs_type, .. } => {
            (FailureKind::WrongType, format!("the operand is {}", named(*rhs_type)), Some(*span))
        }
        E::InvalidStdFuncArgType { func_name, arg_index, got_type, .. } => (
            FailureKind::WrongType,
            format!("argument {} of std.{func_name} is {}", arg_index + 1, named(*got_type)),
            None,
        ),
        E::ForSpecValueIsNotArray { span, got_type } => {
            (FailureKind::WrongType, format!("`for` runs over {}, not a list", named(*got_type)), Some(*span))
        }
        E::ObjectIndexIsNotString { span, got_type }
        | E::ArrayIndexIsNotNumber { span, got_type }
        | E::StringIndexIsNotNumber { span, got_type }
        | E::FieldNameIsNotString { span, got_type }
        | E::SliceIndexOrStepIsNotNumber { span, got_type } => {
            (FailureKind::WrongType, format!("the index is {}", named(*got_type)), Some(*span))
        }
        E::CompareDifferentTypesInequality { lhs_type, rhs_type } => {
            (FailureKind::WrongType, format!("{} is compared with {}", named(*lhs_type), named(*rhs_type)), None)
        }
        E::SuperWithoutSuperObject { span } => {
            (FailureKind::WrongType, "`super` stands in an object that extends no other".to_owned(), Some(*span))
        }
        E::DivByZero { span } => (FailureKind::Other, "it divides by zero".to_owned(), *span),
        E::NumberOverflow { span } | E::NumberNan { span } => {
            (FailureKind::Other, "the number is too large, or none at all".to_owned(), *span)
        }
        E::NumericIndexIsNotValid { span, .. } => {
            (FailureKind::OutOfRange, "the index is no whole number from 0 on".to_owned(), Some(*span))
        }
        E::RepeatedFieldName { span, name } => {
            (FailureKind::Other, format!("the field `{name}` is there twice"), Some(*span))
        }
        E::CompareNullInequality | E::CompareBooleanInequality | E::CompareObjectInequality | E::CompareFunctions => {
            (FailureKind::WrongType, "values of this type cannot be compared".to_owned(), None)
        }
        E::Other { span, message } => (FailureKind::Other, message.clone(), *span),
        _ => (FailureKind::Other, "the evaluation fails".to_owned(), None),
    }
}

fn named(kind: EvalErrorValueType) -> &'static str {
    match kind {
        EvalErrorValueType::Null => "null",
        EvalErrorValueType::Bool => "a boolean",
        EvalErrorValueType::Number => "a number",
        EvalErrorValueType::String => "a string",
        EvalErrorValueType::Array => "a list",
        EvalErrorValueType::Object => "an object",
        EvalErrorValueType::Function => "a function",
    }
}

/// Denies imports and native functions, as Kratos does (`jsonnetsecure/jsonnet.go:ErrorImporter`).
pub(super) struct NoFiles;

impl<'p> Callbacks<'p> for NoFiles {
    fn import(&mut self, _: &mut Program<'p>, _: SpanId, _: &str) -> Result<Thunk<'p>, ImportError> {
        Err(ImportError)
    }

    fn import_str(&mut self, _: &mut Program<'p>, _: SpanId, _: &str) -> Result<String, ImportError> {
        Err(ImportError)
    }

    fn import_bin(&mut self, _: &mut Program<'p>, _: SpanId, _: &str) -> Result<Vec<u8>, ImportError> {
        Err(ImportError)
    }

    fn trace(&mut self, _: &mut Program<'p>, _: &str, _: &[EvalStackTraceItem]) {}

    fn native_call(
        &mut self,
        _: &mut Program<'p>,
        _: InternedStr<'p>,
        _: &[Value<'p>],
    ) -> Result<Value<'p>, NativeError> {
        Err(NativeError)
    }
}
