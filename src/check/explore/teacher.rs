//! Whoever knows what the numbers of a [`Core`] stand for: the actors of one system.
//!
//! It is asked once for each thing that was never seen, a few thousand times in an exploration of millions of states. So
//! there is one explorer for all systems, and only this for each of them.

use super::core::Core;
use super::reaction::Reaction;
use super::{Bounds, Step};
use crate::paxos::NodeSet;
use crate::scenario::Scenario;

/// What an exploration asks of a system's actors. Local states, messages, facts and ledgers go by their numbers.
pub(super) trait Teacher: Sync {
    /// The same actors, of which nothing was asked yet, and the core of their states within `bounds`.
    fn again(&self, bounds: Bounds) -> (Core, Box<dyn Teacher>);
    /// Who votes in a system of one slot.
    fn acceptors(&self) -> NodeSet;
    /// The number of the ledger in which nothing is entered.
    fn empty_ledger(&mut self, core: &mut Core) -> u32;
    /// The number of a node's local state before it starts.
    fn initial(&mut self, core: &mut Core, node: usize) -> u32;
    /// Runs what `node` does in a local state when that happens to it (`None`: it starts for the first time), and adds
    /// to the core what was never seen; `None` if nothing changes. Beyond the bound on rounds nothing does.
    fn react(&mut self, core: &mut Core, node: usize, local: u32, event: Option<Step>) -> Option<Reaction>;
    /// The ledger after those facts, of which there are some, were entered.
    fn enter(&mut self, core: &mut Core, ledger: u32, facts: u32) -> u32;
    /// Whether a state is the goal of that number.
    fn reached(&self, goal: usize, locals: &[u32], ledger: u32) -> bool;
    /// The values chosen, in their order.
    fn chosen(&self, ledger: u32) -> Vec<String>;
    /// The step in words.
    fn words(&self, step: Step) -> String;
    /// What the nodes are at, as their circles on the stage show it; those of which there is nothing to say are left
    /// out.
    fn look(&self, locals: &[u32]) -> String;
    /// The scenario of `base` in which exactly `steps` happen.
    fn scenario(&self, base: &Scenario, steps: &[Step]) -> Scenario;
    /// The highest round that the node has used in that local state.
    fn round(&self, node: usize, local: u32) -> u32;
    /// Whether the actor of the one local state is that of the other, but for its rounds, all later by so many.
    fn is_later(&self, node: usize, early: u32, late: u32, rounds: u32) -> bool;
    /// The number of the message that says the same for so much later rounds. `None` if there is none; if `core` is
    /// given, it is added there when it was never sent.
    fn later_message(&mut self, core: Option<&mut Core>, message: u32, rounds: u32) -> Option<u32>;
}
