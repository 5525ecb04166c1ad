//! Who can reach whom: partitions, isolations, cuts and clogged links.

use crate::paxos::{MAX_NODES, NodeId, NodeSet};

/// What stands between nodes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reach {
    clear: bool,
    isolated: NodeSet,
    groups: Option<Vec<u8>>,
    cut: Vec<NodeSet>,
    clogged: Vec<NodeSet>,
}

impl Default for Reach {
    fn default() -> Self {
        Self { clear: true, isolated: NodeSet::EMPTY, groups: None, cut: Vec::new(), clogged: Vec::new() }
    }
}

impl Reach {
    /// Whether nothing gets from one node to the other.
    pub fn blocks(&self, from: NodeId, to: NodeId) -> bool {
        !self.clear
            && (self.isolated.contains(from)
                || self.isolated.contains(to)
                || self.cut.get(from.index()).is_some_and(|set| set.contains(to))
                || self.groups.as_ref().is_some_and(|group| group.get(from.index()) != group.get(to.index())))
    }

    /// Whether what one node sends the other waits on the way.
    pub fn clogs(&self, from: NodeId, to: NodeId) -> bool {
        !self.clear && self.clogged.get(from.index()).is_some_and(|set| set.contains(to))
    }

    /// Whether the node is cut off from everyone.
    pub fn isolates(&self, node: NodeId) -> bool {
        self.isolated.contains(node)
    }

    /// The group of each node, if there is a partition.
    pub fn groups(&self) -> Option<&[u8]> {
        self.groups.as_deref()
    }

    pub(super) fn isolate(&mut self, node: NodeId, on: bool) {
        if on {
            self.isolated.insert(node);
        } else {
            self.isolated.remove(node);
        }
        self.settle();
    }

    pub(super) fn cut(&mut self, from: NodeId, to: NodeId, on: bool) {
        mark(&mut self.cut, from, to, on);
        self.settle();
    }

    pub(super) fn clog(&mut self, from: NodeId, to: NodeId, on: bool) {
        mark(&mut self.clogged, from, to, on);
        self.settle();
    }

    /// Divides the nodes: group 0 is whoever is in none of `groups`.
    pub(super) fn partition(&mut self, groups: &[NodeSet]) {
        let group = |node| groups.iter().position(|set| set.contains(NodeId(node))).map_or(0, |at| at as u8 + 1);
        self.groups = Some((0..MAX_NODES as u8).map(group).collect());
        self.settle();
    }

    pub(super) fn heal(&mut self) {
        *self = Self::default();
    }

    fn settle(&mut self) {
        let none = |sets: &[NodeSet]| sets.iter().all(|set| set.is_empty());
        self.clear = self.isolated.is_empty() && self.groups.is_none() && none(&self.cut) && none(&self.clogged);
    }
}

fn mark(sets: &mut Vec<NodeSet>, from: NodeId, to: NodeId, on: bool) {
    if sets.is_empty() {
        sets.resize(MAX_NODES, NodeSet::EMPTY);
    }
    if let Some(set) = sets.get_mut(from.index()) {
        if on {
            set.insert(to);
        } else {
            set.remove(to);
        }
    }
}
