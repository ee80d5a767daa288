//! The contract of web hooks: what an endpoint may answer, and what Kratos makes of it.
//!
//! Read from `selfservice/hook/web_hook.go:execute` and parseWebhookResponse at the tags v0.13.0 to v26.2.0 and master, and
//! held against the records of real servers (`testdata/contract`).

pub(crate) mod answer;
pub(crate) mod client;
pub(crate) mod decode;
pub mod response;

pub(crate) use answer::{Answer, Circumstances, Class, Outcome, outcome};

use crate::kratos::hooks::{FLOWS, methods};
use crate::kratos::version::Version;

/// Before which phase of which flow Kratos calls the endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// One of [`FLOWS`].
    pub flow: &'static str,
    /// Whether the hook is in the `before` list.
    pub is_before: bool,
}

impl Point {
    /// Reads `flow.before`, `flow.after` or `flow.after.method`.
    ///
    /// # Errors
    /// Says what is no flow, list or method of `version`.
    pub fn parse(text: &str, version: Version) -> Result<Point, String> {
        let mut parts = text.splitn(3, '.');
        let (flow, list, method) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        let Some(flow) = FLOWS.into_iter().find(|known| *known == flow) else {
            return Err(format!("{flow:?} is not a flow; known are {}", FLOWS.join(", ")));
        };
        let is_before = match list {
            Some("before") => true,
            Some("after") => false,
            _ => return Err(format!("write {flow}.before or {flow}.after, not {text:?}")),
        };
        match method {
            Some(_) if is_before => Err(format!("the list {flow}.before is the same for all methods")),
            // The phases that `kratos-lint ctx` tells apart; the answer is the same.
            Some("pre_persist" | "post_persist") | None => Ok(Point { flow, is_before }),
            Some(method) if methods(flow, version).any(|known| known == method) => Ok(Point { flow, is_before }),
            Some(method) => {
                let known: Vec<&str> = methods(flow, version).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                Err(format!("{flow}.after has no list for {method:?}; known are {known}"))
            }
        }
    }

    /// Whether an answer there can change what is stored: only before the identity is saved
    /// (selfservice/flow/registration/hook.go:PostRegistrationHook, settings/hook.go:PostSettingsHook).
    #[must_use]
    pub(crate) fn saves(self) -> bool {
        !self.is_before && matches!(self.flow, "registration" | "settings")
    }
}

/// What the hook does with the answer, by its configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `response.parse: true`
    Parse,
    /// `can_interrupt: true`
    CanInterrupt,
    /// neither: the status counts alone
    Wait,
    /// `response.ignore: true`
    Ignore,
}

impl Mode {
    /// The names on the command line, each with its mode.
    pub(crate) const NAMES: [(&'static str, Mode); 4] =
        [("parse", Mode::Parse), ("can_interrupt", Mode::CanInterrupt), ("none", Mode::Wait), ("ignore", Mode::Ignore)];

    /// Reads a name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Mode> {
        Mode::NAMES.iter().find(|(name, _)| *name == text).map(|(_, mode)| *mode)
    }

    /// Whether messages of a refusal are read.
    #[must_use]
    pub(crate) fn reads_refusals(self) -> bool {
        matches!(self, Mode::Parse | Mode::CanInterrupt)
    }
}
