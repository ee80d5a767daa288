//! What to read instead of a field that is never there.

use super::Advice;
use super::values::{Change, change};
use crate::documents::inputs::steps;
use crate::documents::keys::{elsewhere, near};
use crate::kratos::ctx::Purpose;
use crate::text::Span;

/// Most fields of the input that are tried in the place of one.
const MAX_FIELDS: usize = 3;

impl Advice<'_> {
    /// What was probably meant by the read of this key: a key of the same value, or a field of that name at another place.
    pub(super) fn meant(&self, span: Span, base: Span, key: &str) -> Vec<Change> {
        let code = self.code(base);
        let near = self.kind_of(base).as_object().and_then(|object| near(object, key));
        let here = code.zip(near).map(|(code, near)| change(span, format!("{code}.{near}"), ""));
        here.into_iter().chain(self.elsewhere(span)).collect()
    }

    /// The fields of the input that the longest read from here on could mean.
    fn elsewhere(&self, span: Span) -> Vec<Change> {
        let reads =
            self.trial.survey.reads.iter().filter(|read| read.span.start == span.start && span.end <= read.span.end);
        let Some(read) = reads.max_by_key(|read| read.span.end) else { return Vec::new() };
        let asked = steps(&read.path);
        let write = |(path, is_there): (Vec<String>, bool)| {
            let shown = self.trial.shown(&path.join("."));
            let (last, around) = path.split_last()?;
            let around = self.trial.shown(&around.join("."));
            // Null is no value of a trait.
            let may_be_null = self.trial.place.purpose() != Purpose::Mapper;
            let text = if is_there { Some(shown) } else { may_be_null.then(|| format!("std.get({around}, '{last}')")) };
            Some(change(read.span, text?, ""))
        };
        let found = elsewhere(self.trial.kind, &asked).into_iter();
        found.filter(|(path, _)| *path != asked).filter_map(write).take(MAX_FIELDS).collect()
    }
}
