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
                let text = |key: &str| interpolate::compose(&below(item.get(key)?.as_str()?), layer.around);
                let is_bind = item.get("type").and_then(Node::as_str) == Some("bind");
                let source = || Some((item.get("source")?.as_str()?, text("source")?));
                let from = match source() {
                    Some((written, path)) if is_bind => Some(From::of(written, path, From::Layer)),
                    Some((_, name)) => device(&name, layer),
                    None => None,
                };
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
        let here = from.as_ref().map_or(Here::Unknown, |from| layer.here(from));
        let here = if is_chosen(item) { here.if_there(reading) } else { here };
        let copied = from.map(|from| layer.copied(from.path(), &there, &place)).unwrap_or_default();
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
fn short_volume(text: &str, layer: &Layer<'_>) -> Option<(PathBuf, Option<From>)> {
    /// Stands for a value that is not known.
    const UNKNOWN: &str = "\0";
    let Some(filled) = interpolate::marked(&below(text), UNKNOWN, layer.around) else {
        // A template fills it in: only the target is known.
        let mut parts = text.rsplit(':').filter(|part| part.starts_with('/'));
        return parts.next().map(|target| (there(target), below_unknown(text).map(From::Layer)));
    };
    let (from, target) = mounts::volume(&filled).unwrap_or(("", &filled));
    if target.contains(UNKNOWN) {
        return None;
    }
    // `${CONFIG}:/etc/config/kratos`
    let is_path = from.starts_with(['.', '/', '~']);
    let from = match from.contains(UNKNOWN) {
        true => below_unknown(text).map(From::Layer),
        false if is_path => Some(From::of(text, from.to_owned(), From::Layer)),
        false => device(from, layer),
    };
    Some((there(target), from))
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
fn device(name: &str, layer: &Layer<'_>) -> Option<From> {
    let options = layer.main.part("volumes", name)?.get("driver_opts")?;
    let is_bind = options.get("o").and_then(Node::as_str).is_some_and(|option| option.contains("bind"));
    let device = options.get("device").filter(|_| is_bind)?.as_str()?;
    let path = interpolate::compose(&below(device), layer.around)?;
    Some(From::of(device, path, From::Main))
}

/// A path of the machine that runs compose.
enum From {
    /// Relative to the folder of the file that says it.
    Layer(String),
    /// Relative to that of the file that compose is called with.
    Main(String),
    /// Relative to the folder that compose is called in.
    Caller(String),
}

impl From {
    /// A path that is written like this.
    fn of(written: &str, path: String, otherwise: fn(String) -> From) -> From {
        match below(written) {
            Cow::Owned(_) => From::Caller(path),
            Cow::Borrowed(_) => otherwise(path),
        }
    }

    fn path(&self) -> &str {
        let (From::Layer(path) | From::Main(path) | From::Caller(path)) = self;
        path
    }
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

    /// What a path of the machine leads to.
    fn here(&self, from: &From) -> Here {
        let (file, folder) = match from {
            From::Layer(_) => (self.file, &self.file.folder),
            From::Main(_) => (self.main.file, &self.main.file.folder),
            From::Caller(_) => (self.main.file, &self.main.file.caller),
        };
        if from.path().starts_with(['/', '~']) || file.is_elsewhere {
            Here::Unknown
        } else {
            Here::Path(plain(&folder.join(from.path())))
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
            let filled = |node: Node<'_>| interpolate::compose(node.as_str()?, layer.around);
            let name = if item.as_str().is_some() { Some(item) } else { item.get("source") };
            let Some(name) = name.and_then(filled) else { continue };
            let target = item.get("target").map_or(Some(name.clone()), filled);
            let Some(target) = target.map(|target| Path::new(folder).join(target)) else { continue };
            let top = layer.main.part(key, &name);
            let file = top.and_then(|top| top.get("file"));
            let content = top.and_then(|top| top.get("content"));
            let here = match (file, content) {
                (Some(file), _) => filled(file).map_or(Here::Unknown, |file| layer.here(&From::Main(file))),
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
    let Some(content) = layer.around.budget.take(length).and_then(|()| content.embedded()) else {
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
