//! Hashes, by the evaluator of `rsjsonnet-lang`, which has them.

use rsjsonnet_lang::arena::Arena;
use rsjsonnet_lang::interner::InternedStr;
use rsjsonnet_lang::program::{
    Callbacks, EvalStackTraceItem, ImportError, NativeError, Program, Thunk, Value as LibraryValue,
};
use rsjsonnet_lang::span::SpanId;

use super::failure::other;
use super::manifest::quoted;
use super::value::{Result, Value};

/// The digest of a text, in hexadecimal.
pub(super) fn of<'a>(function: &str, text: &str) -> Result<Value<'a>> {
    let arena = Arena::new();
    let mut program = Program::new(&arena);
    let source = format!("std.{function}({})", quoted(text));
    let (context, _) = program.span_manager_mut().insert_source_context(source.len());
    let digest = program
        .load_source(context, source.as_bytes(), true, "digest")
        .ok()
        .and_then(|thunk| program.eval_value(&thunk, &mut Nothing).ok())
        .and_then(|value| value.to_string());
    digest.map(|digest| Value::text(&digest)).ok_or_else(|| other(format!("std.{function} fails")))
}

/// Neither files nor functions of others.
struct Nothing;

impl<'p> Callbacks<'p> for Nothing {
    fn import(&mut self, _: &mut Program<'p>, _: SpanId, _: &str) -> std::result::Result<Thunk<'p>, ImportError> {
        Err(ImportError)
    }

    fn import_str(&mut self, _: &mut Program<'p>, _: SpanId, _: &str) -> std::result::Result<String, ImportError> {
        Err(ImportError)
    }

    fn import_bin(&mut self, _: &mut Program<'p>, _: SpanId, _: &str) -> std::result::Result<Vec<u8>, ImportError> {
        Err(ImportError)
    }

    fn trace(&mut self, _: &mut Program<'p>, _: &str, _: &[EvalStackTraceItem]) {}

    fn native_call(
        &mut self,
        _: &mut Program<'p>,
        _: InternedStr<'p>,
        _: &[LibraryValue<'p>],
    ) -> std::result::Result<LibraryValue<'p>, NativeError> {
        Err(NativeError)
    }
}
