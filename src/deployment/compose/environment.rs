//! The variables of a service: `environment` over the files of `env_file`.
//!
//! Facts: `types/project.go` of compose-go v2.16.2, and what it made of the projects in `testdata/readers`.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::merged::saying;
use super::{Layer, written};
use crate::deployment::reading::{Known, Reading};
use crate::deployment::variables::{self, Variables};
use crate::deployment::{Start, interpolate};
use crate::disk::plain;
use crate::kratos::env::{Variable, dotenv, expand};
use crate::text::Source;
use crate::yaml::{Node, Number, Style, Value};

/// Most files of variables of a service.
const MAX_FILES: usize = 100;

/// An entry of `env_file`.
struct Entry<'l, 'f> {
    layer: &'l Layer<'f>,
    /// None where it is not known.
    path: Option<PathBuf>,
    /// As `docker run` reads it: all that is after `=` is the value.
    is_raw: bool,
}

/// The variables that a service gets from its layers.
pub(super) fn read(reading: &Reading<'_>, layers: &[Layer<'_>], start: &mut Start) {
    let mut own = Variables::default();
    for (layer, node) in saying(layers, "environment") {
        pairs(Some(node), layer.around, &mut own);
    }
    for entry in entries(layers) {
        match entry.path.and_then(|path| reading.read(&path).ok()) {
            // Each start reads its files anew.
            Some(source) if !reading.may_read(source.text().len()) => return reading.give_up(),
            Some(source) => lay_file(&source, entry.layer.around, &own, entry.is_raw, &mut start.variables),
            None => start.more_variables = true,
        }
    }
    start.variables.lay_all(&own);
}

/// The entries of `env_file` of all layers: the last of a path has the place of the first.
fn entries<'l, 'f>(layers: &'l [Layer<'f>]) -> Vec<Entry<'l, 'f>> {
    let mut found: Vec<Entry<'l, 'f>> = Vec::new();
    let mut at: HashMap<PathBuf, usize> = HashMap::new();
    for (layer, files) in saying(layers, "env_file") {
        let one = files.as_str().is_some().then_some(files);
        for node in one.into_iter().chain(files.items()) {
            let written = node.as_str().or_else(|| node.get("path").and_then(Node::as_str));
            let path = written.and_then(|text| interpolate::compose(text, layer.around));
            let path = path.map(|path| layer.file.folder.join(path));
            let is_raw = node.get("format").and_then(Node::as_str) == Some("raw");
            let entry = Entry { layer, path: path.as_deref().map(plain), is_raw };
            let has_room = found.len() < MAX_FILES;
            let same = entry.path.as_ref().and_then(|path| at.get(path)).and_then(|index| found.get_mut(*index));
            match same {
                Some(same) => *same = entry,
                None if has_room => {
                    at.extend(entry.path.clone().map(|path| (path, found.len())));
                    found.push(entry);
                }
                None => {}
            }
        }
    }
    found
}

/// Lays the variables of a file over others. Those around compose go over those of the service in what is filled in, and those over
/// the ones of the files so far.
fn lay_file(source: &Arc<Source>, around: &Known, own: &Variables, is_raw: bool, variables: &mut Variables) {
    let lines = if is_raw { dotenv::raw_lines(source.text()) } else { dotenv::lines(source.text()) };
    for line in lines {
        if variables.is_cut() {
            return;
        }
        let found = |name: &str| around.variables.get(name).or_else(|| own.get(name));
        let value = match &line.value {
            dotenv::Value::Text(text) => around.budget.take(text.len()).map(|()| text.clone()),
            dotenv::Value::Template(text) => {
                let any = |name: &str| found(name).or_else(|| variables.get(name));
                let lookup = |name: &str| expand::Known::of_variable(any(name));
                interpolate::filled(text, &lookup, around)
            }
            dotenv::Value::Outer => found(&line.name).and_then(|variable| variable.value.clone()),
        };
        variables.push(line.variable(source, value));
    }
}

/// The value that a name without one gets: compose takes it from `.env` as it takes `${NAME}`.
fn passed(name: &str, around: &Known) -> Option<String> {
    around.variables.get(name).and_then(|variable| variable.value.clone())
}

/// A number as Go prints it: `1.50` is `1.5`. Large and small ones have forms of their own.
fn printed(node: Node<'_>, number: &Number) -> Option<String> {
    let written = written(node);
    let is_float = !written.starts_with("0x") && written.contains(['.', 'e', 'E']);
    let size = number.value.abs();
    if is_float || size == 0.0 {
        let is_short = (1e-4..1e6).contains(&size) || (size == 0.0 && !written.starts_with('-'));
        return is_short.then(|| number.value.to_string());
    }
    Some(number.text.to_string())
}

/// Whether compose reads a plain text as a date, which it prints in another form: `2024-01-01`.
fn is_date(node: Node<'_>, text: &str) -> bool {
    let mut parts = text.split('-');
    let mut is_number = |sizes: &[usize]| {
        let part = parts.next().unwrap_or_default();
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        sizes.contains(&digits)
    };
    node.style() == Style::Plain && is_number(&[4]) && is_number(&[1, 2]) && is_number(&[1, 2])
}

/// Names and values as a map or a list; a name without a value gets it from outside.
pub(super) fn pairs(node: Option<Node<'_>>, around: &Known, variables: &mut Variables) {
    let Some(node) = node else { return };
    for field in node.fields() {
        if variables.is_cut() {
            return;
        }
        let text = match field.value.value() {
            Value::String(text) if is_date(field.value, text) => None,
            Value::String(text) => interpolate::compose(text, around),
            Value::Bool(value) => Some(value.to_string()),
            Value::Number(number) => printed(field.value, number),
            Value::Null => passed(field.key, around),
            _ => None,
        };
        variables.push(Variable {
            name: field.key.to_owned(),
            name_place: field.value.key_place(),
            value: text,
            value_span: field.value.origin().span,
        });
    }
    for item in node.items() {
        if variables.is_cut() {
            return;
        }
        let Some(written) = item.as_str() else { continue };
        let (name, text) = written.split_once('=').map_or((written, None), |(name, text)| (name, Some(text)));
        let place = item.origin();
        let value = match text {
            Some(text) => interpolate::compose(text, around),
            None => passed(name, around),
        };
        if let Some(name) = interpolate::compose(name, around) {
            variables.push(variables::variable(&name, value, &place));
        }
    }
}
