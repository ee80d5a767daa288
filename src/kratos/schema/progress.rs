//! A walk over a configuration in progress: what it has found so far.

use std::collections::HashMap;

use super::describe::{self, Allowed};
use super::{Fault, FaultKind, Key, below, default_of, join, rows};
use crate::kratos::version::Version;
use crate::yaml::Node;

/// A walk in progress.
pub(super) struct Walk<'t> {
    /// The version that is asked.
    pub version: Version,
    /// What was found so far.
    pub faults: Vec<Fault<'t>>,
    pub(super) allowed: Allowed,
    /// How many faults there are of each kind, by whether Kratos refuses them.
    pub(super) counts: HashMap<(FaultKind, bool), usize>,
    /// How many of the faults are among them.
    pub(super) counted: usize,
}

/// Most faults of one kind: more than anybody looks at.
pub(super) const MAX_OF_KIND: usize = 2_000;

impl<'t> Walk<'t> {
    /// Notes a fault that both verdicts share.
    pub(super) fn fault(
        &mut self,
        node: Node<'t>,
        kind: FaultKind,
        message: String,
        help: Option<String>,
    ) -> &mut Fault<'t> {
        self.count();
        self.faults.push(Fault {
            node,
            at_key: false,
            kind,
            message,
            help,
            replacement: None,
            raw: true,
            boot: true,
            missing: None,
        });
        let last = self.faults.len() - 1;
        &mut self.faults[last]
    }

    /// Counts what was noted, now that it is complete, and forgets what is too much.
    pub(super) fn count(&mut self) {
        while let Some(fault) = self.faults.get(self.counted) {
            let count = self.counts.entry((fault.kind, fault.boot)).or_default();
            if *count < MAX_OF_KIND {
                *count += 1;
                self.counted += 1;
            } else {
                self.faults.remove(self.counted);
            }
        }
    }

    /// Notes that `node` lacks `key`; the boot verdict asks what the loader puts in.
    pub(super) fn missing(&mut self, node: Node<'t>, path: &str, key: &str) {
        let child = join(path, key);
        let boot = !is_put_in(&child, self.version);
        let message = describe::missing_key(node, path, key);
        let help = boot.then(|| describe::missing_help(node, &child));
        let kind = if node.index().is_some() { FaultKind::MissingItemKey } else { FaultKind::MissingKey };
        let fault = self.fault(node, kind, message, help);
        fault.boot = boot;
        fault.missing = Some(child);
    }
}

/// Whether the loader puts something in at this path when the file says nothing.
#[must_use]
pub(super) fn is_put_in(path: &str, version: Version) -> bool {
    if path.contains(['[', '*', '#']) {
        return false;
    }
    let has_default = |key: &Key| key.default().is_some();
    default_of(path, version).is_some()
        || below(path).any(|key| {
            let inner = || key.path.get(path.len()..).unwrap_or_default();
            key.versions.contains(version) && has_default(key) && !inner().contains(['[', '*'])
        })
        || rows(path).is_empty() && path.is_empty()
}
