//! Other names for the same: what changes when nodes change places, or when every round is a later one.

use super::{Ballot, NodeId, NodeSet};

/// New names for nodes and rounds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Renaming {
    /// The new place of each node.
    places: Vec<NodeId>,
    /// How much later every round is.
    rounds: u32,
}

impl Renaming {
    /// Every node gets the place that stands for it in `places`, which is a permutation.
    pub fn of_nodes(places: Vec<NodeId>) -> Self {
        Self { places, rounds: 0 }
    }

    /// Every round is later by so many.
    pub fn of_rounds(rounds: u32) -> Self {
        Self { places: Vec::new(), rounds }
    }

    /// The new place of a node.
    pub fn node(&self, node: NodeId) -> NodeId {
        self.places.get(node.index()).copied().unwrap_or(node)
    }

    /// The new places of the nodes.
    pub fn set(&self, nodes: NodeSet) -> NodeSet {
        nodes.iter().map(|node| self.node(node)).collect()
    }

    /// The new number of a round. No round stays none.
    pub fn round(&self, round: u32) -> u32 {
        if round == 0 { 0 } else { round.saturating_add(self.rounds) }
    }

    /// The new name of a ballot.
    pub fn ballot(&self, ballot: Ballot) -> Ballot {
        Ballot { round: self.round(ballot.round), owner: self.node(ballot.owner) }
    }
}
