//! The thread that checks. The newest texts win: what is found in older ones is thrown away, and the run that looks at them ends.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;

use serde_json::{Value, json};

use super::state::{ByFile, Findings, Known, Results, Shared, Snapshot};
use super::transport::{Client, Event};
use super::virtuals::{self, Way};
use super::{diagnostics, inside, units};
use crate::check;
use crate::evaluation::Budget;
use crate::unit::Unit;

/// What the client can show.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Abilities {
    /// Places that belong to a finding.
    pub(super) related: bool,
    /// It asks for the findings of open buffers itself.
    pub(super) pulls: bool,
    /// It asks again when it is told to.
    pub(super) refreshes: bool,
}

/// A configuration by its file and its place there.
type Key = (PathBuf, String);

/// After each of so many open files what was found is shown, then more and more rarely.
const SHOWN_EACH: usize = 16;

/// Most findings of all open configurations that are kept, before those of further ones are cut.
const MOST_KEPT: usize = 50_000;

/// So many findings of a configuration are kept in any case: the worst come first.
const KEPT_EACH: usize = 20;

/// Checks until the server ends.
pub(super) fn run(shared: &Shared, client: &Client, events: &Sender<Event>, abilities: Abilities) {
    let mut checker = Checker::new(shared, client, abilities);
    let mut done = 0;
    while let Some((snapshot, budget)) = shared.next(done) {
        done = snapshot.generation;
        let complete = catch_unwind(AssertUnwindSafe(|| checker.check(&snapshot, &budget)));
        // What fails must not end the server: the panic hook has said where.
        let complete = complete.unwrap_or(true);
        if complete && events.send(Event::Checked(done)).is_err() {
            return;
        }
    }
}

struct Checker<'s> {
    shared: &'s Shared,
    client: &'s Client,
    abilities: Abilities,
    /// The files of the workspace that hold configurations, for the disk of which they were found.
    candidates: Option<(usize, Vec<PathBuf>)>,
    /// The files that belong to configurations that no one has open.
    others: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
    /// The buffers that were open then.
    opened: Vec<PathBuf>,
    found: BTreeMap<Key, (Arc<Known>, ByFile)>,
    /// How many findings of this check are kept.
    kept: usize,
    /// What the client was told, of which version and by which address, by file.
    pushed: HashMap<PathBuf, (Findings, Option<i64>, String)>,
    /// What it was told of virtual documents, by address.
    told: HashMap<String, Vec<Value>>,
    config_fault: Option<String>,
}

impl<'s> Checker<'s> {
    fn new(shared: &'s Shared, client: &'s Client, abilities: Abilities) -> Checker<'s> {
        Checker {
            shared,
            client,
            abilities,
            candidates: None,
            others: BTreeMap::new(),
            opened: Vec::new(),
            found: BTreeMap::new(),
            kept: 0,
            pushed: HashMap::new(),
            told: HashMap::new(),
            config_fault: None,
        }
    }

    /// Checks all configurations that are open or that an open file belongs to. Whether it came to its end.
    fn check(&mut self, snapshot: &Snapshot, budget: &Arc<Budget>) -> bool {
        self.say_config_fault(snapshot);
        let mut active: BTreeSet<Key> = BTreeSet::new();
        self.kept = 0;
        for (number, path) in (1..).zip(snapshot.open.keys()) {
            if !self.check_file(path, snapshot, budget, &mut active) {
                return false;
            }
            // Whoever writes sees this file before the others are checked; the last one is shown below where none follow. All that
            // was found is compared each time: of many files not after each.
            let is_time = number <= SHOWN_EACH || number.is_power_of_two();
            if is_time && (number < snapshot.open.len() || !self.is_alone(snapshot)) {
                self.publish(snapshot, false);
            }
        }
        if !snapshot.open.is_empty() {
            let Some(files) = self.related_files(snapshot, budget) else { return false };
            for path in files {
                if !self.check_file(&path, snapshot, budget, &mut active) {
                    return false;
                }
            }
        }
        if !self.shared.is_newest(snapshot.generation) {
            return false;
        }
        self.found.retain(|key, _| active.contains(key));
        self.publish(snapshot, true);
        self.publish_virtuals(snapshot);
        if self.abilities.pulls && self.abilities.refreshes {
            self.client.request(
                &format!("refresh-{}", snapshot.generation),
                "workspace/diagnostic/refresh",
                &Value::Null,
            );
        }
        true
    }

    /// Checks the configurations of a file; false when newer texts came.
    fn check_file(
        &mut self,
        path: &Path,
        snapshot: &Snapshot,
        budget: &Arc<Budget>,
        active: &mut BTreeSet<Key>,
    ) -> bool {
        for unit in units::checked(path, snapshot) {
            if !self.shared.is_newest(snapshot.generation) {
                return false;
            }
            let key = (snapshot.real(unit.path()), unit.at.clone());
            if !active.insert(key.clone()) {
                continue;
            }
            let mut known = one(&unit, key.0.clone(), snapshot, budget);
            if !self.shared.is_newest(snapshot.generation) {
                return false;
            }
            let more = limited(&mut self.kept, &mut known.report.diagnostics);
            let mut by_file = diagnostics::by_file(&known, snapshot, self.abilities.related);
            if more > 0 {
                Arc::make_mut(by_file.entry(key.0.clone()).or_default()).push(diagnostics::more(more));
            }
            self.found.insert(key, (Arc::new(known), by_file));
        }
        true
    }

    /// Whether it is known that no configuration belongs to an open file but those that are open.
    fn is_alone(&self, snapshot: &Snapshot) -> bool {
        let disk = Arc::as_ptr(&snapshot.files).addr();
        let is_open = |path: &PathBuf| snapshot.open.contains_key(path);
        let is_apart = |path: &PathBuf| self.others.get(path).is_some_and(|related| !related.iter().any(is_open));
        self.opened.iter().eq(snapshot.open.keys())
            && self
                .candidates
                .as_ref()
                .is_some_and(|(of, files)| *of == disk && files.iter().filter(|path| !is_open(path)).all(is_apart))
    }

    /// The files of configurations that no one has open and that an open file belongs to; none when newer texts came.
    fn related_files(&mut self, snapshot: &Snapshot, budget: &Arc<Budget>) -> Option<Vec<PathBuf>> {
        let disk = Arc::as_ptr(&snapshot.files).addr();
        // A buffer that was opened or closed may be what a reference means.
        if !self.opened.iter().eq(snapshot.open.keys()) {
            self.opened = snapshot.open.keys().cloned().collect();
            self.others.clear();
        }
        if self.candidates.as_ref().is_none_or(|(of, _)| *of != disk) {
            self.others.clear();
            self.candidates = Some((disk, units::candidates(snapshot)));
        }
        let candidates = self.candidates.as_ref().map(|(_, files)| files.clone()).unwrap_or_default();
        let mut found = Vec::new();
        for path in candidates.into_iter().filter(|path| !snapshot.open.contains_key(path)) {
            if !self.shared.is_newest(snapshot.generation) {
                return None;
            }
            let related = self.others.entry(path.clone()).or_insert_with(|| belonging(&path, snapshot, budget));
            if related.iter().any(|path| snapshot.open.contains_key(path)) {
                found.push(path);
            }
        }
        Some(found)
    }

    /// Stores what was found and tells the client what changed. Before the end of a check nothing is said of buffers that were
    /// not checked yet.
    fn publish(&mut self, snapshot: &Snapshot, is_end: bool) {
        let now = Arc::new(self.merged(snapshot));
        let units = self.found.values().map(|(known, _)| Arc::clone(known)).collect();
        // First, for the client may ask at once about what it is told.
        let mut state = self.shared.lock();
        let generation = if is_end { snapshot.generation } else { state.results.generation };
        state.results = Arc::new(Results { generation, units, by_file: Arc::clone(&now) });
        drop(state);
        let known = self.pushed.keys().chain(snapshot.open.keys()).chain(now.keys());
        let paths: BTreeSet<PathBuf> = known.cloned().collect();
        for path in paths {
            let open = snapshot.open.get(&path);
            let is_pulled = self.abilities.pulls && open.is_some();
            let wanted = now.get(&path).filter(|_| !is_pulled).cloned().unwrap_or_default();
            let version = open.map(|(_, version)| *version);
            let uri = snapshot.uri(&path);
            // The buffer of a new file has an address that ends with it, and others may be written in another way than the file's.
            if let Some((.., told)) = self.pushed.get(&path).filter(|(.., told)| *told != uri) {
                self.client.notify("textDocument/publishDiagnostics", json!({"uri": told, "diagnostics": []}));
                self.pushed.remove(&path);
            }
            let before = self.pushed.get(&path);
            let is_told = match before {
                Some((known, of, _)) => *known == wanted && (*of == version || !is_end),
                None => wanted.is_empty() && (!is_end || is_pulled || open.is_none()),
            };
            if is_told || is_pulled && before.is_none() {
                continue;
            }
            let mut params = json!({"uri": uri});
            if let Some(object) = params.as_object_mut() {
                object.insert("diagnostics".to_owned(), Value::Array(diagnostics::values(&wanted)));
                object.extend(version.map(|version| ("version".to_owned(), json!(version))));
            }
            self.client.notify("textDocument/publishDiagnostics", params);
            self.pushed.insert(path, (wanted, version, uri));
        }
    }

    /// Tells the client what was found in the virtual documents that it has open.
    fn publish_virtuals(&mut self, snapshot: &Snapshot) {
        let open = snapshot.watched.iter().filter_map(|(uri, watched)| Some((uri, watched.version?)));
        let mut now = HashMap::new();
        // A client that asks for findings is told when to ask.
        for (uri, version) in open.filter(|_| !self.abilities.pulls) {
            let units = self.found.values().map(|(known, _)| known.as_ref());
            let way = Way::of(uri, snapshot);
            let text = way.as_ref().and_then(|way| virtuals::text(way, snapshot));
            let found =
                way.zip(text).map(|(way, text)| inside::found(&way, &text, units, snapshot)).unwrap_or_default();
            if self.told.get(uri) != Some(&found) {
                let params = json!({"uri": uri, "version": version, "diagnostics": found});
                self.client.notify("textDocument/publishDiagnostics", params);
            }
            now.insert(uri.clone(), found);
        }
        self.told = now;
    }

    /// All findings by file; those of a file that several configurations share once.
    fn merged(&self, snapshot: &Snapshot) -> ByFile {
        let mut now = ByFile::new();
        let mut seen: HashMap<&Path, HashSet<String>> = HashMap::new();
        for (path, diagnostics) in self.found.values().flat_map(|(_, by_file)| by_file) {
            let Some(all) = now.get_mut(path) else {
                now.insert(path.clone(), Arc::clone(diagnostics));
                continue;
            };
            let seen = seen.entry(path).or_insert_with(|| all.iter().cloned().collect());
            let new = diagnostics.iter().filter(|found| seen.insert((*found).clone())).cloned();
            Arc::make_mut(all).extend(new);
        }
        if let Some((path, fault)) = self.config_fault.as_deref().and_then(diagnostics::of_config) {
            Arc::make_mut(now.entry(snapshot.disk().real(&path)).or_default()).push(fault.to_string());
        }
        now
    }

    fn say_config_fault(&mut self, snapshot: &Snapshot) {
        if self.config_fault != snapshot.files.config_fault {
            self.config_fault.clone_from(&snapshot.files.config_fault);
            if let Some(fault) = &self.config_fault {
                let message = format!("{} is ignored: {fault}", crate::config::FILE_NAME);
                self.client.notify("window/showMessage", json!({"type": 2, "message": message}));
            }
        }
    }
}

/// Cuts the findings of a configuration when too many are kept already. Returns how many are gone.
fn limited<T>(kept: &mut usize, found: &mut Vec<T>) -> usize {
    let all = found.len();
    found.truncate(MOST_KEPT.saturating_sub(*kept).max(KEPT_EACH));
    *kept += found.len();
    all - found.len()
}

/// Checks one configuration.
fn one(unit: &Unit, path: PathBuf, snapshot: &Snapshot, budget: &Arc<Budget>) -> Known {
    let target = units::target(unit, snapshot);
    let settings = snapshot.config(&path).for_unit(unit, &snapshot.settings(&path, Arc::clone(budget)));
    let report = check::unit(unit, &target, &settings);
    let deployment = snapshot.project.deployment(unit);
    let related = units::related(unit, &target, &settings, snapshot, &deployment);
    Known { path, at: unit.at.clone(), target, deployment, related, report }
}

/// The files that belong to the configurations of a file.
fn belonging(path: &Path, snapshot: &Snapshot, budget: &Arc<Budget>) -> BTreeSet<PathBuf> {
    let settings = snapshot.settings(path, Arc::clone(budget));
    let of_unit = |unit: Unit| {
        let target = units::target(&unit, snapshot);
        let deployment = snapshot.project.deployment(&unit);
        units::related(&unit, &target, &settings, snapshot, &deployment)
    };
    units::of_file(path, snapshot).into_iter().flat_map(of_unit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_many_open_files_is_limited() {
        let (mut kept, mut gone) = (0, 0);
        for _ in 0..2_000 {
            gone += limited(&mut kept, &mut vec![(); 800]);
        }
        assert_eq!((kept, gone), (MOST_KEPT + 1_937 * KEPT_EACH, 1_600_000 - kept));
        let mut few = vec![(); 7];
        assert_eq!((limited(&mut kept, &mut few), few.len()), (0, 7));
    }
}
