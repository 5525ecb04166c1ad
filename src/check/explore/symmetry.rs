//! Symmetry: states that differ only in which of several like nodes is which are one.
//!
//! Not every permutation of every state is tried. A state is made of parts: local states, messages, the ledger. For each
//! part and each like node *a* a *view* is worked out once: a number for the part as it is seen from *a*, equal for two
//! parts just if some exchange of like nodes turns one into the other and the one *a* into the other. The signature of
//! *a* in a state is the sum of its views of all parts, and a fingerprint sums up the signatures in no order.
//!
//! That is sound if in every part all nodes with the same view of it may change places: then any matching of equal
//! signatures turns the one state into the other. Each part is tried when it is first met; a system in which one fails,
//! because a message speaks of two like nodes at once, is explored without symmetry.

use super::search::scramble;
use crate::paxos::{NodeId, NodeSet, Renaming};

/// The most nodes that are exchanged: each part is permuted in every way, once.
pub(super) const MOST: usize = 5;

/// The like nodes and all their permutations.
#[derive(Clone, Debug)]
pub(super) struct Symmetry {
    alike: Vec<NodeId>,
    permutations: Vec<Renaming>,
    /// A part was met in which like nodes cannot change places.
    pub failed: bool,
}

impl Symmetry {
    /// The symmetry among those of `nodes` nodes; `None` if there are fewer than two or too many.
    pub fn new(alike: NodeSet, nodes: usize) -> Option<Self> {
        let alike: Vec<_> = alike.iter().collect();
        if !(2..=MOST).contains(&alike.len()) {
            return None;
        }
        let mut orders: Vec<Vec<usize>> = vec![Vec::new()];
        for _ in &alike {
            let mut longer = Vec::new();
            for order in &orders {
                let rest = (0..alike.len()).filter(|at| !order.contains(at));
                longer.extend(rest.map(|at| [order.as_slice(), &[at]].concat()));
            }
            orders = longer;
        }
        let permutation = |order: &Vec<usize>| {
            let mut places: Vec<_> = (0..nodes).map(|node| NodeId(node as u8)).collect();
            alike.iter().zip(order).for_each(|(node, to)| places[node.index()] = alike[*to]);
            Renaming::of_nodes(places)
        };
        let permutations = orders.iter().map(permutation).collect();
        Some(Self { alike, permutations, failed: false })
    }

    /// How many nodes are alike, which is how many views a part has.
    pub fn len(&self) -> usize {
        self.alike.len()
    }

    /// The views of a part, of which `hash` tells the hash under other names.
    pub fn views(&mut self, hash: &dyn Fn(&Renaming) -> u64) -> Vec<u64> {
        let hashes: Vec<_> = self.permutations.iter().map(hash).collect();
        let seen_from = |node: &NodeId| {
            let first = self.alike[0];
            let marked = self.permutations.iter().zip(&hashes).filter(|(renaming, _)| renaming.node(*node) == first);
            scramble(marked.map(|(_, hash)| *hash).min().unwrap_or(0))
        };
        let views: Vec<_> = self.alike.iter().map(seen_from).collect();
        // The first permutation changes nothing. One that exchanges nodes of equal views must not change the part.
        for (renaming, hash) in self.permutations.iter().zip(&hashes) {
            let view = |node: NodeId| self.alike.iter().position(|like| *like == node).map(|at| views[at]);
            let respects = self.alike.iter().all(|node| view(*node) == view(renaming.node(*node)));
            self.failed |= respects && *hash != hashes[0];
        }
        views
    }

    /// The fingerprint of signatures in no order.
    pub fn sum(signatures: &[u64]) -> u64 {
        signatures.iter().fold(0, |sum: u64, signature| sum.wrapping_add(scramble(*signature)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Digest;

    fn nodes(ids: &[u8]) -> NodeSet {
        ids.iter().map(|id| NodeId(*id)).collect()
    }

    #[test]
    fn parts_have_equal_views_just_if_an_exchange_makes_them_equal() {
        let mut symmetry = Symmetry::new(nodes(&[1, 2, 3]), 5).expect("three are alike");
        let mut of = |ids: &[u8]| {
            let set = nodes(ids);
            symmetry.views(&|renaming| Digest::of(&renaming.set(set)))
        };
        let (one, other, both) = (of(&[0, 1]), of(&[0, 2]), of(&[1, 2]));
        assert_eq!([one[0], one[1], one[2]], [other[1], other[0], other[2]]);
        assert_eq!((one[1], both[0]), (one[2], both[1]), "those that a part does not tell apart look alike");
        assert!(one[0] != one[1] && one[0] != both[0] && of(&[4]) != of(&[0]));
        assert!(!symmetry.failed);
    }

    #[test]
    fn a_part_that_ties_like_nodes_to_one_another_is_noticed() {
        let mut symmetry = Symmetry::new(nodes(&[0, 1, 2]), 3).expect("three are alike");
        // Each knows the next: they can go round, but two of them cannot change places.
        symmetry.views(&|renaming| {
            let mut ring = [[0, 1], [1, 2], [2, 0]].map(|pair| pair.map(|id| renaming.node(NodeId(id))));
            ring.sort_unstable();
            Digest::of(&ring)
        });
        assert!(symmetry.failed);
    }

    #[test]
    fn neither_one_node_nor_six_change_places() {
        assert!(Symmetry::new(nodes(&[2]), 3).is_none());
        assert!(Symmetry::new(nodes(&[0, 1, 2, 3, 4, 5]), 6).is_none());
    }
}
