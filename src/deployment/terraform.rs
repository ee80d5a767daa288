//! Terraform and Nomad: containers of Kratos and releases of its chart in HCL, read as far as the text is plain.

mod inputs;
mod mounts;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::Word;
use super::installed::{self, Given};
use super::layer::Layer;
use super::process;
use super::reading::Reading;
use super::variables::variable;
use super::{By, Fact, Image, Start};
use crate::disk::plain;
use crate::text::{Place, Source, Span};
pub(super) use inputs::Inputs;

/// A block: `resource "type" "name" { … }`, with what is in it.
pub(super) struct Block<'t> {
    /// Words before the brace, without quotes.
    pub(super) head: Vec<&'t str>,
    /// The text between the braces.
    body: &'t str,
    /// First byte of the body.
    at: usize,
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

/// `name = expression` on lines of their own.
fn assignments(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let parts = text.lines().filter_map(|line| line.split_once('='));
    parts.map(|(name, value)| (name.trim(), value.trim())).filter(|(name, value)| {
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        is_name && !name.is_empty() && !value.starts_with('=')
    })
}

/// Largest number of blocks of one file.
const MAX_BLOCKS: usize = 2_000;

/// Deepest block inside a block.
const MAX_DEPTH: usize = 6;

/// Starts of containers in the files.
pub(super) fn read(reading: &Reading<'_>, files: &[(PathBuf, Arc<Source>)], inputs: &Inputs) -> Vec<Start> {
    let images = images(files, inputs);
    let known = (&images, inputs);
    let mut starts = Vec::new();
    for (path, source) in files {
        let text = source.text();
        let blocks = blocks(text, 0);
        if blocks.len() >= MAX_BLOCKS {
            reading.give_up();
        }
        for block in blocks.iter().filter(|block| !block.head.is_empty()) {
            inside(block, 0, &mut |block| starts.extend(container(reading, path, source, block, known)));
        }
    }
    starts
}

/// Blocks and lists of a release that set values over its files.
const SETS: [&str; 4] = ["set", "set_sensitive", "set_list", "set_wo"];

/// Releases of Ory's chart: the files of values and what is set over them.
pub(super) fn releases(files: &[(PathBuf, Arc<Source>)], inputs: &Inputs) -> Vec<Given> {
    let mut found = Vec::new();
    for (path, source) in files {
        let folder = folder_of(path);
        for block in blocks(source.text(), 0) {
            let is_release = block.head.first() == Some(&"resource") && block.head.get(1) == Some(&"helm_release");
            let own = attribute(&block, "chart").and_then(|chart| own_chart(folder, chart));
            let is_of_ory = || installed::is_chart(&inputs.text(folder, &block, "chart").unwrap_or_default());
            if !is_release || (own.is_none() && !is_of_ory()) {
                continue;
            }
            let place = |block: &Block<'_>| Place::new(source, Span::at(block.at));
            let values = attribute(&block, "values").unwrap_or_default();
            let within = Span::new(block.at, block.at + block.body.len());
            let within = Some(within).filter(|_| holds_values(values));
            let is_open = computes_values(values);
            let mut given = Given {
                files: files_of(values, path).into_iter().map(Layer::from).collect(),
                folder: own,
                within,
                is_open,
                ..Given::default()
            };
            given.set = encoded(values, folder, inputs, &place(&block));
            let version = inputs.text(folder, &block, "version").filter(|_| given.folder.is_none());
            given.version = version.map(|version| (version, place(&block)));
            let is_set = |word: Option<&&str>| word.is_some_and(|word| SETS.contains(word));
            let inner = blocks(block.body, block.at);
            for set in inner.iter().filter(|inner| is_set(inner.head.first())) {
                match string(set, "name") {
                    Some(name) => {
                        let value = attribute(set, "value").and_then(|value| inputs.literal(folder, value));
                        given.set.push((name.to_owned(), value, place(set)));
                    }
                    None => given.is_partial = true,
                }
            }
            // `dynamic "set"` makes blocks of a variable.
            given.is_partial |= inner.iter().any(|inner| is_set(inner.head.get(1)));
            given.set.extend(SETS.iter().flat_map(|name| listed(&block, name, folder, inputs, &place(&block))));
            found.push(given);
        }
    }
    found
}

/// `set = [{ name = "image.tag", value = "v1.3.1" }]`, as the provider has it since v3.
fn listed(block: &Block<'_>, list: &str, folder: &Path, inputs: &Inputs, place: &Place) -> Vec<installed::Setting> {
    let list = attribute(block, list).filter(|list| list.starts_with('[')).unwrap_or_default();
    let setting = |object: Block<'_>| {
        let mut name = None;
        let mut value = None;
        for (key, text) in object.body.split([',', '\n']).filter_map(|part| part.split_once('=')) {
            match key.trim() {
                "name" => name = inputs.literal(folder, text.trim()),
                "value" => value = inputs.literal(folder, text.trim()),
                _ => {}
            }
        }
        Some((name?, value, place.clone()))
    };
    blocks(list, 0).into_iter().filter_map(setting).collect()
}

/// The folder of a chart that is a part of the project.
fn own_chart(folder: &Path, chart: &str) -> Option<PathBuf> {
    let chart = chart.strip_prefix('"')?.strip_suffix('"')?;
    let from = chart.strip_prefix("${path.module}/");
    let is_path = from.is_some() || chart.starts_with("./") || chart.starts_with("../");
    let path = from.unwrap_or(chart);
    (is_path && !path.contains("${")).then(|| plain(&folder.join(path)))
}

/// Whether values of a release are a text or an object in it.
fn holds_values(values: &str) -> bool {
    values.contains("<<") || values.contains("yamlencode(") || values.contains("jsonencode(")
}

/// The files that hold the values of a release: those that it names, or its own with a text in it.
fn files_of(values: &str, own: &Path) -> Vec<PathBuf> {
    let from = |text: &str| text.trim_start_matches("${path.module}/").trim_start_matches("${path.root}/").to_owned();
    let path = |text: &str| plain(&folder_of(own).join(from(text)));
    if holds_values(values) {
        // `[file("values.yaml"), yamlencode({ … })]`
        let calls = values.match_indices("file(").filter_map(|(at, call)| values.get(at + call.len()..));
        let named = calls.filter(|rest| rest.trim_start().starts_with('"')).filter_map(|rest| quoted(rest).next());
        return named.filter(|text| text.contains(".y")).map(path).chain([own.to_path_buf()]).collect();
    }
    quoted(values).filter(|text| text.contains(".y")).map(path).collect()
}

/// Whether values of a release are computed from what is not written in it: `yamlencode(local.values)`.
fn computes_values(values: &str) -> bool {
    let calls = ["yamlencode(", "jsonencode("]
        .into_iter()
        .flat_map(|call| values.match_indices(call).filter_map(move |(at, call)| values.get(at + call.len()..)));
    calls.map(str::trim_start).any(|rest| !rest.starts_with('{'))
}

/// Most values of objects that go over the files of a release.
const MAX_SETTINGS: usize = 200;

/// What `yamlencode({ kratos = { development = true } })` sets over the files before it: the last object does.
fn encoded(values: &str, folder: &Path, inputs: &Inputs, place: &Place) -> Vec<installed::Setting> {
    let mut found = Vec::new();
    let calls = ["yamlencode(", "jsonencode("].into_iter();
    let texts =
        calls.flat_map(|call| values.match_indices(call).filter_map(move |(at, call)| values.get(at + call.len()..)));
    for object in texts.map(str::trim_start).filter(|text| text.starts_with('{')) {
        let body = object.get(1..brackets(object).saturating_sub(1)).unwrap_or_default();
        settings(body, "", 0, &mut |name, value| {
            if found.len() < MAX_SETTINGS {
                found.push((name, inputs.literal(folder, value), place.clone()));
            }
        });
    }
    // An object with a whole configuration is one of its own.
    let is_whole = found
        .iter()
        .any(|(name, ..): &installed::Setting| name.contains("config.serve") || name.contains("config.selfservice"));
    if is_whole { Vec::new() } else { found }
}

/// Calls `seen` with the names with dots and the expressions of an object: `a = { b = 1, c = 2 }`.
fn settings(body: &str, around: &str, depth: usize, seen: &mut dyn FnMut(String, &str)) {
    let mut rest = body;
    while let Some((key, after)) = rest.split_once(['=', ':']) {
        let name = key.trim_matches(|c: char| c.is_whitespace() || ",\"".contains(c));
        let name = if around.is_empty() { name.to_owned() } else { format!("{around}.{name}") };
        let value = after.trim_start();
        let is_open = value.starts_with(['{', '[', '"'])
            || value.split([',', '\n']).next().is_some_and(|first| first.contains('('));
        let length = match value.chars().next() {
            Some('"') => string_length(value),
            _ if is_open => brackets(value),
            _ => value.find([',', '\n']).unwrap_or(value.len()),
        };
        let (expression, after) = value.split_at(length.min(value.len()));
        if value.starts_with('{') && depth < MAX_DEPTH {
            settings(expression.get(1..length.saturating_sub(1)).unwrap_or_default(), &name, depth + 1, seen);
        } else {
            seen(name, expression.trim());
        }
        rest = after;
    }
}

/// Calls `seen` with a block and all blocks in it.
fn inside<'t>(block: &Block<'t>, depth: usize, seen: &mut dyn FnMut(&Block<'t>)) {
    seen(block);
    if depth < MAX_DEPTH {
        for inner in blocks(block.body, block.at) {
            inside(&inner, depth + 1, seen);
        }
    }
}

/// The blocks of a text, not those inside them.
pub(super) fn blocks(text: &str, offset: usize) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    // Where the head of the next block begins: after a line, or after a block in the same line.
    let mut head_start = 0;
    while at < text.len() && found.len() < MAX_BLOCKS {
        let rest = text.get(at..).unwrap_or_default();
        match rest.bytes().next() {
            Some(b'"') => at += string_length(rest),
            Some(b'#') => at += rest.find('\n').unwrap_or(rest.len()),
            Some(b'/') if rest.starts_with("//") => at += rest.find('\n').unwrap_or(rest.len()),
            Some(b'\n') => {
                at += 1;
                head_start = at;
            }
            Some(b'{') => {
                let end = closing(rest);
                let head = text.get(head_start..at).unwrap_or_default().trim_start_matches([',', ' ']);
                let words: Vec<&str> = head.split_whitespace().map(|word| word.trim_matches('"')).collect();
                // `name = {` is a map: its keys are read like attributes.
                let words =
                    if words.last() == Some(&"=") { words.get(..1).unwrap_or_default().to_vec() } else { words };
                let body = rest.get(1..end.saturating_sub(1).max(1)).unwrap_or_default();
                found.push(Block { head: words, body, at: offset + at + 1 });
                at += end;
                head_start = at;
            }
            Some(_) => at += rest.chars().next().map_or(1, char::len_utf8),
            None => break,
        }
    }
    found
}

/// Bytes of a string at the start, quotes and the strings inside `${…}` included.
fn string_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (1, 0_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'"' if depth == 0 => return at + 1,
            b'{' if bytes.get(at - 1) == Some(&b'$') || depth > 0 => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'\n' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// Bytes up to and with the brace that closes the one at the start.
fn closing(text: &str) -> usize {
    let (mut at, mut depth) = (0, 0_usize);
    while at < text.len() {
        let rest = text.get(at..).unwrap_or_default();
        match rest.bytes().next() {
            Some(b'"') => {
                at += string_length(rest);
                continue;
            }
            Some(b'#') => at += rest.find('\n').unwrap_or(rest.len()).max(1) - 1,
            Some(b'{') => depth += 1,
            Some(b'}') => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += rest.chars().next().map_or(1, char::len_utf8);
    }
    text.len()
}

/// The expression of an attribute, in the block or those inside.
pub(super) fn attribute<'t>(block: &Block<'t>, name: &str) -> Option<&'t str> {
    attribute_outside(block, name, &[])
}

/// The expression of an attribute outside of these blocks: to the end of its line, or of the brackets that it opens.
fn attribute_outside<'t>(block: &Block<'t>, name: &str, inner: &[Block<'t>]) -> Option<&'t str> {
    let is_inside = |at: usize| inner.iter().any(|one| (one.at..one.at + one.body.len()).contains(&at));
    let mut at = 0;
    for line in block.body.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some(rest) = line.trim_start().strip_prefix(name) else { continue };
        let Some(value) = rest.trim_start().strip_prefix('=').filter(|value| !value.starts_with('=')) else { continue };
        let from = start + line.len() - value.len();
        if is_inside(block.at + from) {
            continue;
        }
        let text = block.body.get(from..)?;
        let opened = value.trim_start().starts_with(['[', '{'])
            || value.contains('(')
            || value.trim_end().ends_with(['[', '(', '{']);
        let end = if opened { brackets(text) } else { value.len() };
        return text.get(..end).map(str::trim);
    }
    None
}

/// Bytes to the end of the first pair of brackets.
fn brackets(text: &str) -> usize {
    let (mut at, mut depth) = (0, 0_usize);
    while at < text.len() {
        let rest = text.get(at..).unwrap_or_default();
        match rest.chars().next() {
            Some('"') => {
                at += string_length(rest);
                continue;
            }
            Some('[' | '(' | '{') => depth += 1,
            Some(']' | ')' | '}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += rest.chars().next().map_or(1, char::len_utf8);
    }
    text.len()
}

/// The strings of an expression, quotes taken away.
fn quoted(expression: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let from = at + expression.get(at..)?.find('"')?;
        let length = string_length(expression.get(from..)?);
        at = from + length;
        expression.get(from + 1..at.saturating_sub(1))
    })
}

/// The plain string of a field of an object, which may be in one line with others.
fn field<'t>(object: &'t str, name: &str) -> Option<&'t str> {
    let is_around = |byte: Option<u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric() && byte != b'_');
    let (at, _) = object.match_indices(name).find(|(at, _)| {
        let before = at.checked_sub(1).and_then(|before| object.as_bytes().get(before).copied());
        let is_word = is_around(before) && is_around(object.as_bytes().get(at + name.len()).copied());
        let after = object.get(at + name.len()..).unwrap_or_default().trim_start_matches(['"', ' ']);
        is_word && after.starts_with(['=', ':'])
    })?;
    let after = object.get(at + name.len()..)?.trim_start_matches(['"', ' ']).get(1..)?.trim_start();
    let text = after.starts_with('"').then(|| after.get(1..string_length(after).saturating_sub(1))).flatten();
    text.filter(|text| !text.contains("${"))
}

/// The text of an attribute that is one plain string.
fn string<'t>(block: &Block<'t>, name: &str) -> Option<&'t str> {
    let text = attribute(block, name)?.strip_prefix('"')?.strip_suffix('"')?;
    (!text.contains("${")).then_some(text)
}

/// The words of a list; those with `${…}` or without quotes are not known.
fn list(expression: &str) -> Vec<Word> {
    quoted(expression).map(|text| (!text.contains("${")).then(|| text.to_owned())).collect()
}

/// A block that runs an image of Kratos: `docker_container`, a container of Kubernetes, a task of Nomad.
fn container(
    reading: &Reading<'_>,
    path: &Path,
    source: &Arc<Source>,
    block: &Block<'_>,
    (images, inputs): (&HashMap<String, Fact<Image>>, &Inputs),
) -> Option<Start> {
    // A task of Nomad has its image in `config` and its variables beside that.
    if block.head.first() == Some(&"config") {
        return None;
    }
    let inner = blocks(block.body, block.at);
    let config = inner.iter().find(|inner| inner.head.first() == Some(&"config"));
    let of_config = || attribute(config?, "image");
    let expression = attribute_outside(block, "image", &inner).or_else(of_config)?;
    let at = source.text().get(block.at..)?.find(expression).map(|at| block.at + at)?;
    let place = Place::new(source, Span::new(at, at + expression.len()));
    let reference = expression.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let plain_text = reference.filter(|text| !text.contains("${")).map(str::to_owned);
    let image = match (plain_text.or_else(|| inputs.fill(folder_of(path), expression, 0)), reference) {
        (Some(whole), _) => Fact::Known(Image::parse(&whole)?, place.clone()),
        (None, Some(text)) => {
            Image::parse(text.split(":${").next()?)?;
            Fact::Unknown
        }
        (None, None) => referred(expression, images)?,
    };
    if !reading.may_start(source) {
        return None;
    }
    let mut start = Start::new(By::Terraform, place.clone());
    start.image = image;
    start.is_filled_in = true;
    environment(block, &mut start, &place);
    let folder = path.parent().unwrap_or(Path::new(""));
    mounts::read(reading, folder, (block, &inner), &mut start, &place);
    let command = ["command", "args"].iter().find_map(|name| attribute(block, name)).map(list).unwrap_or_default();
    let entrypoint = attribute(block, "entrypoint").map(list);
    process::set_command(&mut start, reading, entrypoint, command, &place);
    Some(start)
}

/// The images of Kratos that resources `docker_image` name, by the names of these: of each name the first.
fn images(files: &[(PathBuf, Arc<Source>)], inputs: &Inputs) -> HashMap<String, Fact<Image>> {
    let mut images = HashMap::new();
    for (path, source) in files {
        let mut seen = HashSet::new();
        for block in blocks(source.text(), 0) {
            let [_, "docker_image", name, ..] = block.head.as_slice() else { continue };
            let image = || Image::parse(&inputs.text(folder_of(path), &block, "name")?);
            if let Some(image) = Some(name).filter(|name| seen.insert((**name).to_owned())).and_then(|_| image()) {
                let at = Place::new(source, Span::at(block.at));
                images.entry((*name).to_owned()).or_insert(Fact::Known(image, at));
            }
        }
    }
    images
}

/// `docker_image.name.image_id`: the image of that resource in any file of the folder.
fn referred(expression: &str, images: &HashMap<String, Fact<Image>>) -> Option<Fact<Image>> {
    let mut parts = expression.split('.');
    if parts.next()? != "docker_image" {
        return None;
    }
    images.get(parts.next()?).cloned()
}

/// Whether a text is as it is written: neither Terraform nor Levant (`[[ .dsn ]]`) fills it in.
fn is_written(value: &str) -> bool {
    !value.contains("${") && !value.contains("[[") && !value.contains("{{")
}

/// `env = ["NAME=value"]`, `env = { NAME = "value" }`, `env { name = … value = … }`.
fn environment(block: &Block<'_>, start: &mut Start, place: &Place) {
    for name in ["env", "environment"] {
        let Some(expression) = attribute(block, name) else { continue };
        let objects = blocks(expression, 0);
        if expression.starts_with('[') && !objects.is_empty() {
            // `[{ name = "NAME", value = "value" }]`, as tasks of ECS have them.
            start.more_variables |= expression.contains("for ");
            for object in &objects {
                let Some(name) = field(object.body, "name") else { continue };
                let value = field(object.body, "value");
                start.variables.push(variable(name, value.map(str::to_owned), place));
            }
        } else if expression.starts_with('[') {
            start.more_variables |= expression.contains("for ");
            for text in quoted(expression) {
                if let Some((name, value)) = text.split_once('=') {
                    let value = is_written(value).then(|| value.to_owned());
                    start.variables.push(variable(name, value, place));
                }
            }
        } else {
            // A map, or something computed: only the names are of use.
            start.more_variables |= !expression.starts_with('{');
            for line in expression.lines() {
                if let Some((name, value)) = line.trim().split_once('=') {
                    let value =
                        value.trim().strip_prefix('"').and_then(|value| value.trim_end_matches(',').strip_suffix('"'));
                    let value = value.filter(|value| is_written(value)).map(str::to_owned);
                    start.variables.push(variable(name.trim().trim_matches('"'), value, place));
                }
            }
        }
    }
    for object in attribute(block, "secrets").map(|list| blocks(list, 0)).into_iter().flatten() {
        let name = field(object.body, "name");
        start.variables.extend(name.map(|name| variable(name, None, place)));
    }
    for inner in
        blocks(block.body, block.at).iter().filter(|inner| inner.head.first() == Some(&"env") && inner.head.len() == 1)
    {
        if let Some(name) = string(inner, "name") {
            start.variables.push(variable(name, string(inner, "value").map(str::to_owned), place));
        } else {
            // `env { NAME = "value" }` of a task of Nomad.
            for (name, value) in assignments(inner.body) {
                let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
                let value = value.filter(|value| is_written(value)).map(str::to_owned);
                start.variables.push(variable(name.trim_matches('"'), value, place));
            }
        }
    }
    start.more_variables |=
        block.body.contains("env_from") || block.body.contains("dynamic \"env\"") || block.body.contains("template {");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_written_files_end() {
        for text in
            ["{", "a {", "a \"", "resource \"x\" {\n image = \"", "a = [", "x { y { z", "#", "{{{{}}", "\"${\"${"]
        {
            for block in blocks(text, 0) {
                _ = (attribute(&block, "image"), string(&block, "a"));
            }
        }
    }
}
