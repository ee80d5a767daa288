//! The tree that Go's reader builds, as far as its limits depend on it: which nodes it allocates, how high and how large they
//! become, and how it joins literals and factors alternatives.

use super::PatternFault;
use super::class::Class;

/// Most levels of a tree.
const MAX_HEIGHT: usize = 1000;
/// Most instructions of a compiled pattern: 128 MiB of 40 bytes each.
const MAX_SIZE: u64 = (128 << 20) / 40;
/// Most numbers in all classes: 128 MiB of 4 bytes each.
const MAX_RUNES: usize = (128 << 20) / 4;
/// Most copies of the innermost part of nested repetitions.
const MAX_REPEAT: u32 = 1000;

/// Flags of a group, as bits.
pub(super) mod flag {
    /// i: case does not matter.
    pub(crate) const FOLD: u16 = 1;
    /// s: the dot matches a line feed.
    pub(crate) const DOT_ALL: u16 = 2;
    /// not m: `^` and `$` are the ends of the text.
    pub(crate) const ONE_LINE: u16 = 4;
    /// U: repetitions take as little as they can.
    pub(crate) const LAZY: u16 = 8;
}

/// What a node is; the order is Go's, from simple to complex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Op {
    NoMatch,
    Empty,
    Literal,
    Class,
    DotNoLineFeed,
    Dot,
    /// `^`, `$`, `\b` and the like.
    Assertion,
    Capture,
    Star,
    Plus,
    Optional,
    Repeat,
    Concat,
    Alternate,
    /// An open group.
    Open,
    /// A `|` whose right side is being read.
    Bar,
}

impl Op {
    /// Whether it is a mark on the stack and no part of a pattern.
    pub(super) fn is_mark(self) -> bool {
        matches!(self, Op::Open | Op::Bar)
    }
}

/// A node, by its place in the tree's list.
pub(super) type Id = usize;

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub op: Op,
    pub flags: u16,
    pub parts: Vec<Id>,
    /// The code points of a literal.
    pub literal: Vec<u32>,
    pub class: Class,
    /// Bounds of a repetition; none for without end.
    pub low: u32,
    pub high: Option<u32>,
    /// Whether an open group captures.
    pub captures: bool,
}

impl Node {
    pub(super) fn new(op: Op, flags: u16) -> Node {
        Node {
            op,
            flags,
            parts: Vec::new(),
            literal: Vec::new(),
            class: Class::default(),
            low: 0,
            high: None,
            captures: false,
        }
    }

    /// Whether it matches one character and nothing else.
    pub(super) fn is_single(&self) -> bool {
        matches!(self.op, Op::Class | Op::Dot | Op::DotNoLineFeed) || self.op == Op::Literal && self.literal.len() == 1
    }

    pub(super) fn runes(&self) -> usize {
        match self.op {
            Op::Literal => self.literal.len(),
            Op::Class => self.class.runes(),
            _ => 0,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// Heights and sizes that were worked out; Go forgets the height of a node that is used again, not its size.
    heights: Vec<Option<usize>>,
    sizes: Vec<Option<u64>>,
    free: Vec<Id>,
    pub(super) stack: Vec<Id>,
    runes: usize,
    /// Product of all repetitions so far.
    repeats: u64,
    sizing: bool,
    measuring: bool,
}

impl Tree {
    pub(super) fn node(&self, id: Id) -> &Node {
        &self.nodes[id]
    }

    pub(super) fn node_mut(&mut self, id: Id) -> &mut Node {
        &mut self.nodes[id]
    }

    pub(super) fn add(&mut self, node: Node) -> Id {
        if let Some(id) = self.free.pop() {
            self.nodes[id] = node;
            return id;
        }
        self.nodes.push(node);
        self.heights.push(None);
        self.sizes.push(None);
        self.nodes.len() - 1
    }

    pub(super) fn reuse(&mut self, id: Id) {
        self.heights[id] = None;
        self.free.push(id);
    }

    /// The node on top of the stack, and those below.
    pub(super) fn top(&self, below: usize) -> Option<Id> {
        self.stack.len().checked_sub(below + 1).map(|index| self.stack[index])
    }

    /// Puts a node on the stack, joined with the literal below it where that can be.
    pub(super) fn push(&mut self, id: Id, flags: u16) -> Result<(), PatternFault> {
        self.runes += self.node(id).runes();
        let node = self.node(id);
        let class = (node.op == Op::Class).then_some(&node.class);
        let sign = class.and_then(|class| {
            let single = class.single().map(|point| (point, flags & !flag::FOLD));
            single.or_else(|| class.case_pair().map(|point| (point, flags | flag::FOLD)))
        });
        if self.join(sign) {
            return Ok(());
        }
        if let Some((point, flags)) = sign {
            let node = self.node_mut(id);
            (node.op, node.literal, node.flags) = (Op::Literal, vec![point], flags);
            node.class = Class::default();
        }
        self.stack.push(id);
        self.limits(id)
    }

    /// Joins the two literals on top of the stack; the node that falls free takes the next sign, when there is one.
    pub(super) fn join(&mut self, next: Option<(u32, u16)>) -> bool {
        let (Some(top), Some(below)) = (self.top(0), self.top(1)) else { return false };
        let (one, other) = (self.node(top), self.node(below));
        let literals = one.op == Op::Literal && other.op == Op::Literal;
        if !literals || one.flags & flag::FOLD != other.flags & flag::FOLD {
            return false;
        }
        let moved = std::mem::take(&mut self.node_mut(top).literal);
        self.node_mut(below).literal.extend(moved);
        if let Some((point, flags)) = next {
            let node = self.node_mut(top);
            (node.literal, node.flags) = (vec![point], flags);
            return true;
        }
        self.stack.pop();
        self.reuse(top);
        false
    }

    pub(super) fn limits(&mut self, id: Id) -> Result<(), PatternFault> {
        if self.runes > MAX_RUNES {
            return Err(PatternFault::TooLarge);
        }
        self.limit_size(id)?;
        self.limit_height(id)
    }

    fn limit_size(&mut self, id: Id) -> Result<(), PatternFault> {
        if !self.sizing {
            self.repeats = self.repeats.max(1);
            let node = self.node(id);
            if node.op == Op::Repeat {
                let times = u64::from(node.high.unwrap_or(node.low).max(1));
                self.repeats = if times > MAX_SIZE / self.repeats { MAX_SIZE } else { self.repeats * times };
            }
            if (self.nodes.len() as u64) < MAX_SIZE / self.repeats {
                return Ok(());
            }
            self.sizing = true;
            for id in self.stack.clone() {
                self.limit_size(id)?;
            }
        }
        if self.size(id, true) > MAX_SIZE { Err(PatternFault::TooLarge) } else { Ok(()) }
    }

    fn size(&mut self, id: Id, anew: bool) -> u64 {
        if let Some(size) = self.sizes[id].filter(|_| !anew) {
            return size;
        }
        let (op, low, high) = (self.node(id).op, u64::from(self.node(id).low), self.node(id).high.map(u64::from));
        let parts = self.node(id).parts.clone();
        let sum = parts.iter().fold(0_u64, |sum, part| sum.saturating_add(self.size(*part, false)));
        let size = match op {
            Op::Literal => self.node(id).literal.len() as u64,
            Op::Capture | Op::Star => 2 + sum,
            Op::Plus | Op::Optional => 1 + sum,
            Op::Concat => sum,
            Op::Alternate => sum + (parts.len() as u64).saturating_sub(1),
            Op::Repeat => match high {
                None if low == 0 => 2 + sum,
                None => low.saturating_mul(sum) + 1,
                Some(high) => high.saturating_mul(sum) + (high - low),
            },
            _ => 0,
        };
        let size = size.max(1);
        self.sizes[id] = Some(size);
        size
    }

    fn limit_height(&mut self, id: Id) -> Result<(), PatternFault> {
        if self.nodes.len() < MAX_HEIGHT {
            return Ok(());
        }
        if !self.measuring {
            self.measuring = true;
            for id in self.stack.clone() {
                self.limit_height(id)?;
            }
        }
        if self.height(id, true) > MAX_HEIGHT { Err(PatternFault::TooDeep) } else { Ok(()) }
    }

    fn height(&mut self, id: Id, anew: bool) -> usize {
        if let Some(height) = self.heights[id].filter(|_| !anew) {
            return height;
        }
        let parts = self.node(id).parts.clone();
        let height = 1 + parts.into_iter().map(|part| self.height(part, false)).max().unwrap_or(0);
        self.heights[id] = Some(height);
        height
    }

    /// Whether nested repetitions make at most so many copies of what is innermost.
    pub(super) fn may_repeat(&self, id: Id) -> bool {
        self.may_repeat_times(id, MAX_REPEAT)
    }

    fn may_repeat_times(&self, id: Id, mut most: u32) -> bool {
        let node = self.node(id);
        if node.op == Op::Repeat {
            let times = node.high.unwrap_or(node.low);
            if node.high == Some(0) {
                return true;
            }
            if times > most {
                return false;
            }
            most = most.checked_div(times).unwrap_or(most);
        }
        node.parts.iter().all(|part| self.may_repeat_times(*part, most))
    }

    /// Makes one node of all above the topmost mark.
    pub(super) fn close(&mut self, op: Op, flags: u16) -> Result<(), PatternFault> {
        if op == Op::Concat {
            self.join(None);
        }
        let marks = self.stack.iter().rposition(|id| self.node(*id).op.is_mark());
        let parts = self.stack.split_off(marks.map_or(0, |index| index + 1));
        if let (Op::Alternate, Some(last)) = (op, parts.last()) {
            self.clean(*last);
        }
        let whole = if parts.is_empty() {
            let empty = if op == Op::Concat { Op::Empty } else { Op::NoMatch };
            self.add(Node::new(empty, 0))
        } else {
            self.collapse(parts, op)?
        };
        self.push(whole, flags)
    }

    pub(super) fn collapse(&mut self, parts: Vec<Id>, op: Op) -> Result<Id, PatternFault> {
        if let [only] = parts.as_slice() {
            return Ok(*only);
        }
        let whole = self.add(Node::new(op, 0));
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            if self.node(part).op == op {
                flat.append(&mut self.node_mut(part).parts);
                self.reuse(part);
            } else {
                flat.push(part);
            }
        }
        if op == Op::Alternate {
            flat = self.factor(flat)?;
            if let [only] = flat.as_slice() {
                self.reuse(whole);
                return Ok(*only);
            }
        }
        self.node_mut(whole).parts = flat;
        Ok(whole)
    }

    /// Moves what was read after a bar below it, where the alternatives gather; whether there was a bar.
    pub(super) fn swap_bar(&mut self) -> bool {
        let (Some(last), Some(bar)) = (self.top(0), self.top(1)) else { return false };
        if self.node(bar).op != Op::Bar {
            return false;
        }
        let before = self.top(2);
        if let Some(before) = before.filter(|before| self.node(*before).is_single() && self.node(last).is_single()) {
            let (simple, complex) =
                if self.node(last).op > self.node(before).op { (before, last) } else { (last, before) };
            let index = self.stack.len() - 3;
            self.stack[index] = complex;
            self.merge(complex, simple);
            self.reuse(simple);
            self.stack.pop();
            return true;
        }
        if let Some(before) = before {
            self.clean(before);
        }
        let length = self.stack.len();
        self.stack.swap(length - 2, length - 1);
        true
    }
}
