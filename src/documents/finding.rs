//! What is found in a document.

use crate::diagnostic::{Effect, Level};
use crate::evaluation::FailureKind;
use crate::text::Span;

/// How a message begins about an evaluation that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opening {
    /// It fails on each input.
    AlwaysFails,
    /// It fails on some inputs.
    CanFail,
}

impl Opening {
    fn words(self) -> &'static str {
        match self {
            Opening::AlwaysFails => "each evaluation fails",
            Opening::CanFail => "the evaluation can fail here",
        }
    }
}

/// What is wrong; one rule speaks about one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// The text is not Jsonnet.
    Syntax,
    /// A field that is never there.
    NoField,
    /// A field that may be missing is read without a test.
    OptionalField,
    /// Something is read from null.
    NullRead,
    /// A header that Kratos filters out.
    FilteredHeader,
    /// A list of header values is used as a text.
    HeaderAsText,
    /// An external variable that is not given there.
    Variable,
    /// The function lacks `ctx` or needs more.
    Parameter,
    /// An import.
    Import,
    /// The result has the wrong shape.
    Result,
    /// A mapper sets a trait that the identity schema refuses.
    UnknownTrait,
    /// An id or time of what is not stored yet.
    NotStored,
    /// A function that this `std` lacks.
    StandardFunction,
    /// Operands or arguments of the wrong type.
    WrongType,
    /// Cookies, tokens or all of `ctx` go out.
    SecretSent,
    /// The result or the input can outgrow the worker.
    Size,
    /// `error 'cancel'` where it cancels nothing.
    Cancel,
    /// It runs too long or takes too much memory, or it is left out for that.
    Limit,
    /// It calls itself too deep: that is soon over, and other inputs may do.
    Depth,
    /// A test for a claim that the provider never sends.
    ClaimNeverSent,
    /// A mapper takes an address over that no one verified.
    UnverifiedAddress,
    /// A test of `email_verified` that lets unverified addresses pass.
    VerificationIdle,
    /// A comparison whose result is always the same.
    Settled,
    /// A local that nothing uses.
    UnusedLocal,
}

/// A text that fixes a finding.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fix {
    /// The bytes of the document that it replaces.
    pub span: Span,
    /// What it does.
    pub title: String,
    /// The text.
    pub text: String,
    /// Whether the result surely stays as it was.
    pub safe: bool,
}

/// A field that may be missing where it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    /// The field as the document reads it, from the name of the input on.
    pub field: String,
    /// When it is missing, as a clause.
    pub when: String,
}

/// A finding in a document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Finding {
    /// What is wrong.
    pub kind: Kind,
    /// Bytes of the document.
    pub span: Span,
    /// How bad.
    pub level: Level,
    /// What the server does.
    pub effect: Effect,
    /// What happens, without a full stop.
    pub message: String,
    /// How to fix it.
    pub help: Option<String>,
    /// How to fix it in the document.
    pub fix: Option<Fix>,
    /// The field that the message begins with, when it may be missing.
    pub missing: Option<Missing>,
    /// The words that the message begins with, when it says how often it fails.
    pub opening: Option<Opening>,
}

impl Finding {
    /// An error that makes each request fail.
    #[must_use]
    pub(crate) fn error(kind: Kind, span: Span, message: impl Into<String>) -> Finding {
        Finding {
            kind,
            span,
            level: Level::Error,
            effect: Effect::RequestFails,
            message: message.into(),
            help: None,
            fix: None,
            missing: None,
            opening: None,
        }
    }

    /// An error that each evaluation comes to.
    #[must_use]
    pub(crate) fn always_fails(kind: Kind, span: Span, why: &str) -> Finding {
        let opening = Opening::AlwaysFails;
        let message = format!("{}: {why}", opening.words());
        Finding { opening: Some(opening), ..Finding::error(kind, span, message) }
    }

    /// A warning about what some inputs lead to; `when` is a clause after a comma, or empty.
    #[must_use]
    pub(crate) fn can_fail(kind: Kind, span: Span, when: &str, why: &str) -> Finding {
        let opening = Opening::CanFail;
        let comma = if when.is_empty() { "" } else { ", " };
        let message = format!("{}{comma}{when}: {why}", opening.words());
        Finding { opening: Some(opening), ..Finding::warning(kind, span, message) }
    }

    /// A warning that begins with a field that may be missing, and goes on with what happens then.
    #[must_use]
    pub(crate) fn missing(span: Span, missing: Missing, then: &str) -> Finding {
        let message = format!("{} may be missing ({}): then {then}", missing.field, missing.when);
        Finding { missing: Some(missing), ..Finding::warning(Kind::OptionalField, span, message) }
    }

    /// A failure under some conditions.
    #[must_use]
    pub(crate) fn warning(kind: Kind, span: Span, message: impl Into<String>) -> Finding {
        Finding { level: Level::Warning, ..Finding::error(kind, span, message) }
    }

    /// What a limit left out, for information.
    #[must_use]
    pub(crate) fn left_out(span: Span, message: impl Into<String>) -> Finding {
        Finding::warning(Kind::Limit, span, message).level(Level::Info).effect(Effect::Advice)
    }

    /// The same with help.
    #[must_use]
    pub(crate) fn help(self, help: impl Into<String>) -> Finding {
        Finding { help: Some(help.into()), ..self }
    }

    /// The same with what to do about a failure of this kind, where its rule alone does not say it.
    #[must_use]
    pub(crate) fn advised(self, kind: &FailureKind) -> Finding {
        Finding { help: kind.advice().map(str::to_owned).or(self.help), ..self }
    }

    /// The same with another level.
    #[must_use]
    pub(crate) fn level(self, level: Level) -> Finding {
        Finding { level, ..self }
    }

    /// Says that it does not fail on each input.
    pub(crate) fn lower(&mut self) {
        self.level = self.level.min(Level::Warning);
        self.reopen(Opening::CanFail);
    }

    /// Says that each evaluation comes to it, and why.
    pub(crate) fn says_always(&mut self, why: &str) {
        let always = Finding::always_fails(self.kind, self.span, why);
        (self.level, self.message, self.opening) = (always.level, always.message, always.opening);
    }

    /// Says how often it fails, where the message begins with it.
    pub(crate) fn reopen(&mut self, opening: Opening) {
        let Some(before) = self.opening else { return };
        self.opening = Some(opening);
        let rest = self.message.get(before.words().len()..).unwrap_or_default();
        self.message = format!("{}{rest}", opening.words());
    }

    /// The same with another effect.
    #[must_use]
    pub(crate) fn effect(self, effect: Effect) -> Finding {
        Finding { effect, ..self }
    }
}

impl Kind {
    /// Whether it speaks about an evaluation that fails.
    #[must_use]
    pub(crate) fn is_failure(self) -> bool {
        self.is_about_reading() || matches!(self, Kind::Variable | Kind::Import | Kind::WrongType)
    }

    /// Whether it holds only when it holds wherever the document runs: what is pointless at one place has its use at another.
    #[must_use]
    pub(crate) fn is_of_all_places(self) -> bool {
        self == Kind::Settled
    }

    /// Whether it speaks about reading a field; of several at one place only the worst is shown.
    #[must_use]
    pub(crate) fn is_about_reading(self) -> bool {
        matches!(self, Kind::NoField | Kind::OptionalField | Kind::NullRead | Kind::FilteredHeader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_often_it_fails_is_said_anew() {
        let mut finding = Finding::always_fails(Kind::WrongType, Span::new(0, 1), "the operand is null");
        finding.lower();
        assert_eq!((finding.level, finding.opening), (Level::Warning, Some(Opening::CanFail)));
        assert_eq!(finding.message, "the evaluation can fail here: the operand is null");
        finding.reopen(Opening::AlwaysFails);
        assert_eq!(finding.message, "each evaluation fails: the operand is null");
        let mut other = Finding::error(Kind::NoField, Span::new(0, 1), "there is no ctx.x");
        other.lower();
        assert_eq!((other.message.as_str(), other.opening), ("there is no ctx.x", None));
    }
}
