//! Goals: states worth finding that break nothing.

use crate::check::Ledger;
use crate::paxos::{Glance, System};

/// Whether the state is the goal of that number.
pub(super) fn reached<S: System>(system: &S, goal: usize, actors: &[&S::Actor], ledger: &Ledger<S::Value>) -> bool {
    let chosen: Vec<_> = ledger.chosen(system).map(|choice| choice.value).collect();
    let learned = ledger.learned().map(|(_, node, _)| node).collect();
    system.reached(goal, &Glance { actors, chosen: &chosen, learned })
}
