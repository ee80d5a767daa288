//! The status that the caller of a flow gets, by what came of the hook.
//!
//! From the records of v1.0.0 to master, the same for all unless a version is named; the sources are x/err.go:RecoverStatusCode
//! and the error handlers of selfservice/flow/*.

use super::Point;
use crate::kratos::version::Version;

/// What came of a hook, as far as it decides the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The flow goes on.
    GoesOn,
    /// The form is shown again, with or without a message.
    FormAgain,
    /// The endpoint refused, and its answer is not read.
    Unread,
    /// An error of the server, such as an answer that does not decode.
    Failed,
    /// The endpoint failed in all attempts.
    GaveUp,
    /// The server panics: an answer to a `before` hook changes an identity that is not there.
    Panics,
    /// The identity is stored, but may not sign in.
    Disabled,
}

/// The statuses of the three kinds of client: native apps, browser scripts, plain forms. 303 and 302 are redirects, 0 is a
/// connection that is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClientStatus {
    /// Native apps.
    pub api: u16,
    /// Scripts in a browser.
    pub spa: u16,
    /// HTML forms.
    pub form: u16,
}

const fn statuses(api: u16, spa: u16, form: u16) -> ClientStatus {
    ClientStatus { api, spa, form }
}

/// The status that each kind of client gets.
#[must_use]
pub(crate) fn status(point: Point, ending: Ending, version: Version) -> ClientStatus {
    if point.is_before { before(point.flow, ending, version) } else { after(point.flow, ending, version) }
}

fn before(flow: &str, ending: Ending, version: Version) -> ClientStatus {
    // Recovery and verification answer their own errors, to browsers too; the others redirect to the error page.
    let bare = matches!(flow, "recovery" | "verification");
    let page = |status| if bare { status } else { 303 };
    match (ending, flow) {
        (Ending::GoesOn, _) => statuses(200, 200, 303),
        // The flow that should show the messages is not stored yet.
        (Ending::FormAgain, "login") => statuses(404, 404, 303),
        (Ending::Failed, "login") => statuses(400, 500, 303),
        (Ending::Unread, _) => statuses(502, 502, page(502)),
        (Ending::Panics, _) if version < Version::AFTER_V26_2 => statuses(0, 0, 0),
        (Ending::Panics, _) => statuses(500, 500, 500),
        (Ending::FormAgain | Ending::Failed | Ending::GaveUp | Ending::Disabled, _) => statuses(500, 500, page(500)),
    }
}

#[allow(clippy::match_same_arms, reason = "a table: one ending after the other")]
fn after(flow: &str, ending: Ending, version: Version) -> ClientStatus {
    match (ending, flow) {
        // The code is right: the settings are next, in a browser only.
        (Ending::GoesOn, "recovery") => statuses(422, 422, 303),
        (Ending::GoesOn, _) => statuses(200, 200, 303),
        // A new flow shows the messages.
        (Ending::FormAgain, "recovery") => statuses(303, 303, 303),
        (Ending::FormAgain, "verification") => statuses(410, 410, 303),
        (Ending::FormAgain, "registration") => statuses(400, 400, 302),
        (Ending::FormAgain, _) => statuses(400, 400, 303),
        (Ending::Unread, _) => statuses(502, 502, 303),
        (Ending::Disabled, _) if version < Version::AFTER_V26_2 => statuses(401, 401, 303),
        (Ending::Disabled, _) => statuses(400, 400, 302),
        (Ending::Failed | Ending::GaveUp | Ending::Panics, "login" | "registration") => statuses(400, 500, 303),
        (Ending::Failed | Ending::GaveUp | Ending::Panics, _) => statuses(400, 400, 303),
    }
}
