//! Findings about hooks and pages of a flow that the file itself switches off: no user gets there, so they are notes. What keeps
//! Kratos from starting, and secrets in the file, are not among them.

use crate::diagnostic::{Diagnostic, Effect, Label, Level};
use crate::rule::Context;

/// Where the flows are.
const FLOWS: &str = "/selfservice/flows/";

/// Makes notes of findings about hooks and pages that wait for their flow.
pub(crate) fn quiet(context: &Context, found: &mut [Diagnostic]) {
    for found in found {
        let is_about_calls = matches!(found.effect, Effect::RequestFails | Effect::NeverRuns | Effect::NoEffect);
        if found.level == Level::Info || !is_about_calls || found.stops_later {
            continue;
        }
        let Some(flow) = found.pointer.as_deref().and_then(flow_of) else { continue };
        let Some(switch) = context.find(&format!("selfservice.flows.{flow}.enabled")) else { continue };
        if switch.as_bool() == Some(false) {
            found.level = Level::Info;
            found.labels.push(Label { place: switch.place(), text: "the flow is off".to_owned() });
        }
    }
}

/// The flow of the hook that a pointer leads into, or of the address of a page.
fn flow_of(pointer: &str) -> Option<&str> {
    let (flow, rest) = pointer.strip_prefix(FLOWS)?.split_once('/')?;
    (rest.contains("/hooks/") || rest.ends_with("_url")).then_some(flow)
}
