//! Counting towards a quorum.

use super::{NodeId, NodeSet};

/// A count towards a quorum: of distinct nodes, so that a duplicate changes nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Count {
    /// Who counts.
    pub nodes: NodeSet,
    /// With `count-replies` only: messages counted beyond the distinct nodes.
    pub extra: u8,
}

impl Count {
    /// Counts `node`; with `replies`, as where the rule `count-replies` is off, once more for every message.
    pub fn add(&mut self, node: NodeId, replies: bool) {
        if !self.nodes.insert(node) && replies {
            self.extra = self.extra.saturating_add(1);
        }
    }

    /// How many count.
    pub fn len(self) -> usize {
        self.nodes.len() + usize::from(self.extra)
    }

    /// How many of `nodes` count.
    pub fn among(self, nodes: NodeSet) -> usize {
        self.nodes.and(nodes).len() + usize::from(self.extra)
    }

    /// Whether none counts.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}
