//! The tree of a text that holds many configurations.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::{Format, Tree, parse};
use crate::text::Source;

/// A text and its tree.
type Known = (Arc<Source>, Rc<Tree>);

/// So many texts are kept whatever their size: a configuration, what holds it, its file, and the one that starts its server.
const KEPT: usize = 4;

/// Bytes of texts up to which more are kept: a server may be started by hundreds of small files, each asked for many things.
const KEPT_BYTES: usize = 256 << 10;

thread_local! {
    /// The last texts that were asked for in this thread. Configurations of one file are checked one after the other.
    static LAST: RefCell<Vec<Known>> = const { RefCell::new(Vec::new()) };
}

/// The tree of a text of YAML, parsed once for all configurations in it.
#[must_use]
pub(crate) fn whole(source: &Arc<Source>) -> Rc<Tree> {
    LAST.with_borrow_mut(|last| {
        let known = last.iter().position(|(known, _)| Arc::ptr_eq(known, source)).map(|index| last.remove(index));
        let known = known.unwrap_or_else(|| (Arc::clone(source), Rc::new(parse(source, Format::Yaml))));
        let tree = Rc::clone(&known.1);
        last.insert(0, known);
        let mut bytes = 0;
        let is_kept = |(index, (source, _)): &(usize, &Known)| {
            bytes += source.text().len();
            *index < KEPT || bytes <= KEPT_BYTES
        };
        let kept = last.iter().enumerate().take_while(is_kept).count();
        last.truncate(kept);
        tree
    })
}
