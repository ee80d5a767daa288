//! What the services of compose files mount: volumes, configs and secrets.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Layer;
use super::merged::saying;
use crate::deployment::mounts::{self, there};
use crate::deployment::reading::Reading;
use crate::deployment::{Here, Mount, Start, interpolate, sample};
use crate::disk::plain;
use crate::text::{Piece, Place, Source, Span};
use crate::yaml::Node;

/// `volumes`, short and long.
pub(super) fn volumes(reading: &Reading<'_>, layer: &Layer<'_>, list: Node<'_>, start: &mut Start) {
    let Start { mounts, is_filled_in, .. } = start;
    for item in list.items() {
        if mounts.are_too_many() {
            return;
        }
        let place = item.place();
        let volume = match item.as_str() {
            Some(text) => short_volume(text, layer),
            None => {
                let text = |key: &str| interpolate::compose(&below(item.get(key)?.as_str()?), &layer.file.around);
                let is_bind = item.get("type").and_then(Node::as_str) == Some("bind");
                let source = || text("source");
                let from = if is_bind { source() } else { source().and_then(|name| device(&name, layer)) };
                text("target").map(|target| (there(&target), from))
            }
        };
        let Some((there, from)) = volume else { continue };
        // Coolify writes the file that it mounts: compose does not see the text, and `$id` stays.
        if let Some(content) = item.get("content") {
            let here = own_text(content, "${", layer, is_filled_in);
            mounts.push(Mount { there, here, place });
            continue;
        }
        let here = from.as_deref().map_or(Here::Unknown, |from| layer.here(from));
        let here = if is_chosen(item) { here.if_there(reading) } else { here };
        let copied = from.map(|from| layer.copied(&from, &there, &place)).unwrap_or_default();
        mounts.push(Mount { there, here, place });
        // What is known of a file in it goes over that.
        mounts.extend(copied);
    }
}

/// A path below the folder that compose is called in, which is that of the file unless it says otherwise.
fn below(text: &str) -> Cow<'_, str> {
    let rest = ["${PWD}/", "$PWD/", "${PWD:-.}/"].iter().find_map(|form| text.strip_prefix(form));
    rest.map_or(Cow::Borrowed(text), |rest| Cow::Owned(format!("./{rest}")))
}

/// Where a volume is in the container, and the path of the machine that it is.
fn short_volume(text: &str, layer: &Layer<'_>) -> Option<(PathBuf, Option<String>)> {
    let Some(text) = interpolate::compose(&below(text), &layer.file.around) else {
        // `${CONFIG}:/etc/config/kratos`: only the target is known.
        let mut parts = text.rsplit(':').filter(|part| part.starts_with('/'));
        return parts.next().map(|target| (there(target), below_unknown(text)));
    };
    let Some((from, target)) = mounts::volume(&text) else { return Some((there(&text), None)) };
    let is_path = from.starts_with(['.', '/', '~']);
    Some((there(target), if is_path { Some(from.to_owned()) } else { device(from, layer) }))
}

/// `${ROOT}/kratos:/etc/config/kratos` with a folder that is not known, as a path below the folder of the file: where the project has
/// such a path, it is the one that is meant.
fn below_unknown(text: &str) -> Option<String> {
    let rest = text.strip_prefix('$')?;
    let (name, rest) = match rest.strip_prefix('{') {
        Some(rest) => rest.split_once("}/")?,
        None => rest.split_once('/')?,
    };
    let (path, _) = rest.split_once(':')?;
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (is_name && !path.is_empty() && !path.contains('$')).then(|| format!("./{path}"))
}

/// The folder that a named volume is: `driver_opts: {o: bind, device: ./folder}`.
fn device(name: &str, layer: &Layer<'_>) -> Option<String> {
    let options = layer.file.part("volumes", name)?.get("driver_opts")?;
    let is_bind = options.get("o").and_then(Node::as_str).is_some_and(|option| option.contains("bind"));
    let device = options.get("device").filter(|_| is_bind)?.as_str()?;
    interpolate::compose(&below(device), &layer.file.around)
}

/// Whether a variable chooses what is mounted: its default may be a folder that only some machines have.
fn is_chosen(volume: Node<'_>) -> bool {
    let source = volume.get("source").unwrap_or(volume);
    source.as_str().is_some_and(|text| text.contains('$'))
}

impl Here {
    /// What it is when the project has it; else it is not known.
    fn if_there(self, reading: &Reading<'_>) -> Here {
        match &self {
            Here::Path(path) if !reading.exists(path) && sample::standing_for(reading, path).is_none() => Here::Unknown,
            _ => self,
        }
    }
}

impl Layer<'_> {
    /// The files that are put on the machine at or below a path that a container sees.
    fn copied(&self, from: &str, there: &Path, place: &Place) -> Vec<Mount> {
        self.file.copies.iter().filter_map(|copy| mounts::copied(copy, from, there, place)).collect()
    }

    /// A path of the machine that runs compose.
    fn here(&self, path: &str) -> Here {
        if path.starts_with(['/', '~']) || self.file.is_elsewhere {
            Here::Unknown
        } else {
            Here::Path(plain(&self.file.folder.join(path)))
        }
    }
}

/// `configs` and `secrets` of a service, with what the files say of them.
pub(super) fn configs(layers: &[Layer<'_>], start: &mut Start) {
    for (key, folder) in [("configs", "/"), ("secrets", "/run/secrets/")] {
        let items = saying(layers, key).flat_map(|(layer, list)| list.items().map(move |item| (layer, item)));
        for (layer, item) in items {
            if start.mounts.are_too_many() {
                return;
            }
            let Some(name) = item.as_str().or_else(|| item.get("source").and_then(Node::as_str)) else { continue };
            let target = item.get("target").and_then(Node::as_str).unwrap_or(name);
            let target = Path::new(folder).join(target);
            let top = layer.file.part(key, name);
            let file = top.and_then(|top| top.get("file")).and_then(Node::as_str);
            let content = top.and_then(|top| top.get("content"));
            let here = match (file, content) {
                (Some(file), _) => layer.here(file),
                (None, Some(content)) => own_text(content, "$", layer, &mut start.is_filled_in),
                _ => Here::Unknown,
            };
            // Docker Swarm fills in `{{ env "X" }}` before the container gets the file.
            start.is_filled_in |= top.is_some_and(|top| top.get("template_driver").is_some());
            start.mounts.push(Mount { there: plain(&target), here, place: item.place() });
        }
    }
}

/// A file whose text is in the compose file. Its variables, which begin with `mark`, are filled in: such a text is known only where it
/// is the configuration, whose values with variables are not.
fn own_text(content: Node<'_>, mark: &str, layer: &Layer<'_>, is_filled_in: &mut bool) -> Here {
    let length = content.as_str().map_or(0, str::len);
    let Some(content) = layer.file.around.budget.take(length).and_then(|()| content.embedded()) else {
        return Here::Unknown;
    };
    let has_variables = content.text().contains(mark);
    *is_filled_in |= has_variables;
    if !has_variables || content.text().contains("selfservice") {
        return Here::Text(content);
    }
    // `$$` stands for one, as schemas need it: `$$id`.
    if content.text().replace("$$", "").contains('$') { Here::Unknown } else { Here::Text(undoubled(&content)) }
}

/// The text with `$` for each `$$`.
fn undoubled(content: &Arc<Source>) -> Arc<Source> {
    let (mut text, mut pieces, mut at) = (String::new(), Vec::new(), 0);
    for part in content.text().split_inclusive("$$") {
        let kept = part.strip_suffix('$').filter(|_| part.ends_with("$$")).unwrap_or(part);
        let inner = Span::new(text.len(), text.len() + kept.len());
        pieces.push(Piece { inner, outer: Span::new(at, at + kept.len()) });
        text.push_str(kept);
        at += part.len();
    }
    Source::embedded(content, text, pieces)
}
