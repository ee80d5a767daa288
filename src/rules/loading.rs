//! Rules about the text of a file: what Kratos' readers refuse, and what they silently drop.

pub(crate) mod dropped_text;
pub(crate) mod duplicate_json_key;
pub(crate) mod duplicate_key;
pub(crate) mod file_ending_unknown;
pub(crate) mod file_never_loaded;
pub(crate) mod file_not_in_container;
pub(crate) mod file_too_large;
pub(crate) mod hidden_line_break;
pub(crate) mod layered_list_replaced;
pub(crate) mod not_a_mapping;
pub(crate) mod tab_indentation;
pub(crate) mod unknown_alias;
pub(crate) mod unreadable_file;
pub(crate) mod unreadable_yaml;
pub(crate) mod yaml_syntax_error;

use crate::diagnostic::Effect;
use crate::rule::{Context, Report, Sink};
use crate::yaml::{FaultKind, TextFault};

fn report(context: &Context, kind: FaultKind, out: &mut Sink) {
    for fault in context.unit.tree.faults().iter().filter(|fault| fault.kind == kind) {
        let message = match out.effect() {
            Effect::NoBoot => format!("Kratos does not start: {}", fault.message),
            _ => fault.message.clone(),
        };
        _ = report_one(fault, message, out);
    }
}

fn report_one<'s>(fault: &TextFault, message: String, out: &'s mut Sink) -> Report<'s> {
    let mut report = out.report_at(fault.place.clone(), Some(String::new()), message);
    if let Some(help) = &fault.help {
        report = report.help(help.as_str());
    }
    if let Some((place, text)) = &fault.related {
        report = report.label(place.clone(), text.as_str());
    }
    report
}
