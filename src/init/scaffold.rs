//! A hook in the lists of a configuration, as one change of its file.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::again::{leaves, outside, reread};
use super::{
    Block, Setting, Site, Wanted, edit, environment, insert, is_toml, names, pointer, secret_key, takes_secret, toml,
};
use crate::unit::Unit;
use crate::yaml::Node;

/// What a change comes to.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    /// The configuration afterwards.
    pub unit: Unit,
    /// The text of its file afterwards.
    pub text: String,
    /// Where the hook was put.
    pub placed: Vec<Placed>,
    /// The lists that hold it already.
    pub there: Vec<String>,
    /// New lists that replace the one for all methods, and how many of its hooks they repeat.
    pub repeated: Vec<(String, usize)>,
    /// New lists that replace the one for all methods, whose hooks they switch off.
    pub switched_off: Vec<String>,
    /// Hooks that have another index now and take their secret from the environment: the list and the old index.
    pub shifted: Vec<(String, usize)>,
}

/// A hook in its list.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    /// Path of the list, keys joined by dots.
    pub path: String,
    /// Its position, from 0.
    pub index: usize,
    /// What the environment must set for it.
    pub settings: Vec<Setting>,
}

impl Placed {
    /// JSON pointer of the hook.
    #[must_use]
    pub(crate) fn pointer(&self) -> String {
        format!("{}/{}", pointer(&self.path), self.index)
    }
}

/// Why a file cannot be changed, and what is to be written by hand.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    /// The reason.
    pub why: String,
    /// The block, and the list that it belongs to.
    pub paste: String,
}

impl Refused {
    /// The same with the body in the block where its file would have been written: it is not, either.
    pub(crate) fn by_hand(self, wanted: &Wanted, sites: &[Site], unit: &Unit, is_written: bool) -> Refused {
        if !is_written {
            return self;
        }
        let wanted = Wanted { body_url: None, ..wanted.clone() };
        Refused { paste: paste(&wanted, sites, Some(unit)), ..self }
    }
}

/// Puts a hook into these lists of a unit, unless it is there. A new list repeats the hooks for all methods that it replaces if
/// `repeats` says so.
///
/// # Errors
/// When a place cannot be edited safely; nothing is changed then.
pub(crate) fn add(unit: &Unit, wanted: &Wanted, sites: &[Site], repeats: bool) -> Result<Planned, Refused> {
    let mut planned = Planned {
        unit: unit.clone(),
        text: unit.file_source().text().to_owned(),
        placed: Vec::new(),
        there: Vec::new(),
        repeated: Vec::new(),
        switched_off: Vec::new(),
        shifted: Vec::new(),
    };
    for site in sites {
        add_one(&mut planned, wanted, site, repeats)
            .map_err(|why| Refused { why, paste: paste(wanted, sites, Some(unit)) })?;
    }
    Ok(planned)
}

fn add_one(planned: &mut Planned, wanted: &Wanted, site: &Site, repeats: bool) -> Result<(), String> {
    let now = planned.unit.clone();
    let root = now.root().ok_or("the file holds no configuration")?;
    let list = root.find(&site.path);
    let items: Vec<Node<'_>> = list.into_iter().flat_map(Node::items).collect();
    if items.iter().any(|item| wanted.is(*item)) {
        planned.there.push(site.path.clone());
        return Ok(());
    }
    let shadowed: Vec<Node<'_>> = site.shadows.iter().filter_map(|pointer| root.at(pointer)).collect();
    // It runs for the method already, and a list that repeats it would hold it twice.
    if let Some(same) = shadowed.iter().find(|item| repeats && wanted.is(**item)) {
        planned.there.extend(edit::list_of(&same.pointer()).map(|(path, _)| path));
        return Ok(());
    }
    let repeated = if repeats { shadowed.as_slice() } else { &[] };
    // A new list: the repeated hooks and the new one, each where it belongs.
    let around: &[Node<'_>] = if repeated.is_empty() { &items } else { repeated };
    let index = wanted.position(around);
    let earlier = names(around.iter().take(index).copied());
    let (block, settings) = block_of(wanted, &site.path, repeated, &earlier)?;
    let count = repeated.len() + 1;
    let start = if repeated.is_empty() { index } else { 0 };
    let (path, text) = edited(&now, &site.path, &block, start)?;
    let again =
        reread(&now, &path, &text).filter(|again| is_kept(&now, again, &site.path, (start, count), index, wanted));
    planned.unit = again.ok_or_else(|| format!("{} cannot be edited without breaking the file", site.path))?;
    planned.text = text;
    if let Some((unit, text)) = edit::said_anew(&planned.unit, &site.path) {
        (planned.unit, planned.text) = (unit, text);
    }
    planned.placed.push(Placed { path: site.path.clone(), index, settings });
    match (repeated.len(), shadowed.len()) {
        (0, 0) => {}
        (0, _) => planned.switched_off.push(site.path.clone()),
        (count, _) => planned.repeated.push((site.path.clone(), count)),
    }
    let moved = items.iter().enumerate().skip(index).filter(|(_, item)| takes_secret(**item));
    planned.shifted.extend(moved.map(|(index, _)| (site.path.clone(), index)));
    Ok(())
}

/// The hook for the list at a path, with the repeated ones around it, and what the environment must set for them.
fn block_of(
    wanted: &Wanted,
    path: &str,
    repeated: &[Node<'_>],
    earlier: &[String],
) -> Result<(Block, Vec<Setting>), String> {
    let mut block = Block::default();
    let mut settings: Vec<Setting> = Vec::new();
    let (before, after) = repeated.split_at(earlier.len().min(repeated.len()));
    let mut names = Vec::new();
    for hook in before {
        settings.extend(repeat(&mut block, *hook, path, &names)?);
        names.extend(super::names([*hook]));
    }
    block.items.push(wanted.item(path, earlier));
    settings.extend(wanted.secret_key().map(|key| environment(path, earlier, key)).unwrap_or_default());
    names = [earlier, std::slice::from_ref(&wanted.hook)].concat();
    for hook in after {
        settings.extend(repeat(&mut block, *hook, path, &names)?);
        names.extend(super::names([*hook]));
    }
    let mut known: Vec<String> = Vec::new();
    settings.retain(|setting| {
        let is_new = !known.contains(&setting.name);
        known.push(setting.name.clone());
        is_new
    });
    Ok((block, settings))
}

/// What the environment must set for the hooks of a list whose secrets are not in the file, each once.
#[must_use]
pub(crate) fn list_settings(unit: &Unit, path: &str) -> Vec<Setting> {
    let items: Vec<Node<'_>> = unit.root().and_then(|root| root.find(path)).into_iter().flat_map(Node::items).collect();
    let secrets: Vec<usize> =
        (0..items.len()).filter(|index| items.get(*index).is_some_and(|item| takes_secret(*item))).collect();
    let Some((last, others)) = secrets.split_last() else { return Vec::new() };
    let key = |index: usize| items.get(index).map_or("value", |item| secret_key(*item));
    let earlier = super::names(items.iter().take(*last).copied());
    let mut settings: Vec<Setting> = others.iter().map(|index| super::secret(path, *index, key(*index))).collect();
    settings.extend(environment(path, &earlier, key(*last)));
    settings
}

/// The path and text of the file with a block in a list.
fn edited(unit: &Unit, path: &str, block: &Block, index: usize) -> Result<(String, String), String> {
    let root = unit.root().ok_or("the file holds no configuration")?;
    if is_toml(unit.path()) {
        return Ok((unit.path().to_owned(), toml::inserted(root, path, block, index)?));
    }
    insert::applied(&insert::edits(root, path, block, index)?)
}

/// What is to be written by hand into a configuration, if there is one.
#[must_use]
pub(crate) fn paste(wanted: &Wanted, sites: &[Site], unit: Option<&Unit>) -> String {
    let mut text = String::new();
    for site in sites {
        let list = unit.and_then(Unit::root).and_then(|root| root.find(&site.path));
        let items: Vec<Node<'_>> = list.into_iter().flat_map(Node::items).collect();
        let earlier = names(items.iter().take(wanted.position(&items)).copied());
        let block = wanted.item(&site.path, &earlier).into();
        if unit.is_some_and(|unit| is_toml(unit.path())) {
            text.push_str(&toml::tables(&site.path, &block));
            continue;
        }
        _ = writeln!(text, "# under {}{}:", site.path, position(wanted.position(&items), &items));
        for line in block.lines() {
            _ = writeln!(text, "{}", line.text());
        }
    }
    text
}

/// Where among other hooks it has to be: what the environment must set names its place.
fn position(at: usize, items: &[Node<'_>]) -> String {
    match at {
        _ if items.is_empty() => String::new(),
        0 => ", before the first item".to_owned(),
        at if at >= items.len() => ", after the last item".to_owned(),
        at => format!(", after item {at}"),
    }
}

/// Adds a hook of another list to a block, with the comments above it, and what the environment must set for it.
fn repeat(block: &mut Block, hook: Node<'_>, path: &str, earlier: &[String]) -> Result<Vec<Setting>, String> {
    let written =
        edit::repeatable(hook).map_err(|why| format!("{why}: repeat it by hand, or use --no-repeat-global"))?;
    block.items.push(written.at(path, earlier));
    Ok(written.secret_key.map(|key| environment(path, earlier, key)).unwrap_or_default())
}

/// Whether a text holds the new hooks in their list (from an index on, so many), with the new one at its index, and all else as
/// before.
fn is_kept(
    before: &Unit,
    after: &Unit,
    path: &str,
    (start, count): (usize, usize),
    index: usize,
    wanted: &Wanted,
) -> bool {
    let (Some(old), Some(new)) = (before.root(), after.root()) else { return false };
    let Some(list) = new.find(path) else { return false };
    if !list.items().nth(index).is_some_and(|item| wanted.is(item)) {
        return false;
    }
    let items = |list: Option<Node<'_>>| -> Vec<BTreeMap<String, String>> {
        list.into_iter().flat_map(Node::items).map(leaves).collect()
    };
    let mut now = items(Some(list));
    if start + count > now.len() {
        return false;
    }
    now.drain(start..start + count);
    let pointer = pointer(path);
    now == items(old.find(path)) && outside(old, &pointer) == outside(new, &pointer)
}
