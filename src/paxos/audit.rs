//! Watching a run for more than the properties of every run.

use super::{Fact, NodeId, Quorums, Slot, System};
use std::fmt::Debug;

/// Watches a run for what a system promises beyond the properties of every run: the invariants of its paper. It may
/// compare nodes and remember the past, which no actor can.
pub trait Audit<S: System>: Debug {
    /// Name and meaning of each invariant, as the properties are listed.
    fn invariants(&self) -> &'static [(&'static str, &'static str)];

    /// `node` took a step that left `actor` and did `facts`. Names each invariant that this broke, by its position, and
    /// what happened. `quorums` are those of a slot as the judge of the run knows them.
    fn stepped(
        &mut self,
        system: &S,
        node: NodeId,
        actor: &S::Actor,
        facts: &[Fact<S::Value>],
        quorums: &dyn Fn(Slot) -> Quorums,
    ) -> Vec<(usize, String)>;

    /// A copy, with its memory.
    fn copy(&self) -> Box<dyn Audit<S>>;
}
