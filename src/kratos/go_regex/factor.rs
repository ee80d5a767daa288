//! How Go's reader rewrites alternatives: what begins alike is written once, single characters become a class.

use super::PatternFault;
use super::class::Class;
use super::tree::{Id, Node, Op, Tree, flag};

impl Tree {
    /// What begins alike is written once; single characters become a class.
    pub(super) fn factor(&mut self, parts: Vec<Id>) -> Result<Vec<Id>, PatternFault> {
        let parts = self.factor_literals(parts)?;
        let parts = self.factor_first(parts)?;
        let mut parts = self.join_singles(&parts);
        let ops: Vec<Op> = parts.iter().map(|id| self.node(*id).op).collect();
        let mut index = 0;
        parts.retain(|_| {
            index += 1;
            !(ops.get(index - 1) == Some(&Op::Empty) && ops.get(index) == Some(&Op::Empty))
        });
        Ok(parts)
    }

    fn factor_literals(&mut self, parts: Vec<Id>) -> Result<Vec<Id>, PatternFault> {
        let mut out = Vec::with_capacity(parts.len());
        let mut run: Vec<Id> = Vec::new();
        let (mut prefix, mut flags) = (Vec::new(), 0);
        for part in parts {
            let (literal, its_flags) = self.leading_literal(part);
            if its_flags == flags {
                let same = literal.iter().zip(&prefix).take_while(|(one, other)| one == other).count();
                if same > 0 {
                    prefix.truncate(same);
                    run.push(part);
                    continue;
                }
            }
            self.end_literals(&mut run, &prefix, flags, &mut out)?;
            (prefix, flags) = (literal, its_flags);
            run.push(part);
        }
        self.end_literals(&mut run, &prefix, flags, &mut out)?;
        Ok(out)
    }

    fn end_literals(
        &mut self,
        run: &mut Vec<Id>,
        prefix: &[u32],
        flags: u16,
        out: &mut Vec<Id>,
    ) -> Result<(), PatternFault> {
        if run.len() < 2 {
            out.append(run);
            return Ok(());
        }
        let mut first = Node::new(Op::Literal, flags);
        first.literal = prefix.to_vec();
        let first = self.add(first);
        let mut rests = Vec::with_capacity(run.len());
        for part in run.drain(..) {
            let rest = self.without_literal(part, prefix.len());
            self.limits(rest)?;
            rests.push(rest);
        }
        self.factored(first, rests, out)
    }

    fn factored(&mut self, first: Id, rests: Vec<Id>, out: &mut Vec<Id>) -> Result<(), PatternFault> {
        let rest = self.collapse(rests, Op::Alternate)?;
        let mut whole = Node::new(Op::Concat, 0);
        whole.parts = vec![first, rest];
        out.push(self.add(whole));
        Ok(())
    }

    fn leading_literal(&self, id: Id) -> (Vec<u32>, u16) {
        let node = self.leading_part(id).map_or(self.node(id), |first| self.node(first));
        if node.op == Op::Literal { (node.literal.clone(), node.flags & flag::FOLD) } else { (Vec::new(), 0) }
    }

    fn leading_part(&self, id: Id) -> Option<Id> {
        let node = self.node(id);
        node.parts.first().copied().filter(|_| node.op == Op::Concat)
    }

    fn without_literal(&mut self, id: Id, length: usize) -> Id {
        if let Some(first) = self.leading_part(id) {
            let first = self.without_literal(first, length);
            self.node_mut(id).parts[0] = first;
            if self.node(first).op == Op::Empty {
                self.reuse(first);
                return self.without_first(id);
            }
            return id;
        }
        let node = self.node_mut(id);
        if node.op == Op::Literal {
            node.literal.drain(..length.min(node.literal.len()));
            if node.literal.is_empty() {
                node.op = Op::Empty;
            }
        }
        id
    }

    /// A sequence without its first part; the part itself when only one is left.
    fn without_first(&mut self, id: Id) -> Id {
        let node = self.node_mut(id);
        node.parts.remove(0);
        match node.parts.as_slice() {
            [] => {
                node.op = Op::Empty;
                id
            }
            [only] => {
                let only = *only;
                self.reuse(id);
                only
            }
            _ => id,
        }
    }

    fn factor_first(&mut self, parts: Vec<Id>) -> Result<Vec<Id>, PatternFault> {
        let mut out = Vec::with_capacity(parts.len());
        let mut run: Vec<Id> = Vec::new();
        let mut prefix: Option<Id> = None;
        for part in parts {
            let first = self.leading(part);
            if prefix.zip(first).is_some_and(|(one, other)| self.is_same_start(one, other)) {
                run.push(part);
                continue;
            }
            self.end_first(&mut run, prefix, &mut out)?;
            prefix = first;
            run.push(part);
        }
        self.end_first(&mut run, prefix, &mut out)?;
        Ok(out)
    }

    fn end_first(&mut self, run: &mut Vec<Id>, prefix: Option<Id>, out: &mut Vec<Id>) -> Result<(), PatternFault> {
        let Some(prefix) = prefix.filter(|_| run.len() > 1) else {
            out.append(run);
            return Ok(());
        };
        let mut rests = Vec::with_capacity(run.len());
        for (index, part) in run.drain(..).enumerate() {
            let rest = self.without_leading(part, index > 0);
            self.limits(rest)?;
            rests.push(rest);
        }
        self.factored(prefix, rests, out)
    }

    /// The first part of a pattern, if it is not empty.
    fn leading(&self, id: Id) -> Option<Id> {
        let first = self.leading_part(id).unwrap_or(id);
        (self.node(id).op != Op::Empty && self.node(first).op != Op::Empty).then_some(first)
    }

    /// Whether both begin with the same single character, or the same fixed number of them.
    fn is_same_start(&self, one: Id, other: Id) -> bool {
        let (a, b) = (self.node(one), self.node(other));
        if a.op == Op::Repeat && b.op == Op::Repeat {
            let same = a.low == b.low && a.high == b.high && a.flags & flag::LAZY == b.flags & flag::LAZY;
            let fixed = a.high == Some(a.low);
            let parts = a.parts.first().zip(b.parts.first());
            return same && fixed && parts.is_some_and(|(a, b)| self.is_same_single(*a, *b));
        }
        self.is_same_single(one, other)
    }

    fn is_same_single(&self, one: Id, other: Id) -> bool {
        let (a, b) = (self.node(one), self.node(other));
        a.is_single()
            && a.op == b.op
            && match a.op {
                Op::Literal | Op::Class => {
                    a.flags & flag::FOLD == b.flags & flag::FOLD && a.literal == b.literal && a.class == b.class
                }
                _ => true,
            }
    }

    fn without_leading(&mut self, id: Id, reuse: bool) -> Id {
        if let Some(first) = self.leading_part(id) {
            if reuse {
                self.reuse(first);
            }
            return self.without_first(id);
        }
        if reuse {
            self.reuse(id);
        }
        self.add(Node::new(Op::Empty, 0))
    }

    /// Makes one class of single characters that stand side by side.
    fn join_singles(&mut self, parts: &[Id]) -> Vec<Id> {
        let mut out = Vec::with_capacity(parts.len());
        let mut rest = parts;
        while !rest.is_empty() {
            let singles = rest.iter().take_while(|id| self.node(**id).is_single()).count();
            let (run, after) = rest.split_at(singles.max(1));
            rest = after;
            out.extend(self.join_run(run.to_vec()));
        }
        out
    }

    fn join_run(&mut self, mut run: Vec<Id>) -> Option<Id> {
        let order = |tree: &Tree, id: Id| (tree.node(id).op, tree.node(id).runes());
        let mut most = 0;
        for index in 1..run.len() {
            if order(self, run[most]) < order(self, run[index]) {
                most = index;
            }
        }
        run.swap(0, most);
        let (first, others) = run.split_first()?;
        for other in others {
            self.merge(*first, *other);
            self.reuse(*other);
        }
        if !others.is_empty() {
            self.clean(*first);
        }
        Some(*first)
    }

    /// Adds the character of a simpler node to a node.
    pub(super) fn merge(&mut self, into: Id, from: Id) {
        let source = self.node(from).clone();
        let target = self.node_mut(into);
        let add = |class: &mut Class, node: &Node| {
            for point in &node.literal {
                if node.flags & flag::FOLD == 0 { class.add(*point, *point) } else { class.add_folded(*point, *point) }
            }
            class.merge(&node.class);
        };
        match target.op {
            Op::DotNoLineFeed => {
                let holds = source.literal == [10] || source.class.holds_line_feed() || source.op == Op::Dot;
                if holds {
                    target.op = Op::Dot;
                }
            }
            Op::Class => add(&mut target.class, &source),
            Op::Literal if source.literal != target.literal || source.flags != target.flags => {
                let own = target.clone();
                target.op = Op::Class;
                add(&mut target.class, &own);
                add(&mut target.class, &source);
                target.literal = Vec::new();
            }
            _ => {}
        }
    }

    /// Cleans a class, which may turn out to be a dot.
    pub(super) fn clean(&mut self, id: Id) {
        let node = self.node_mut(id);
        if node.op == Op::Class {
            node.class.clean();
            if let Some(all) = node.class.is_dot() {
                node.op = if all { Op::Dot } else { Op::DotNoLineFeed };
                node.class = Class::default();
            }
        }
    }
}
