//! Goals: states worth finding that break nothing.

use super::Bounds;
use crate::check::Ledger;
use crate::paxos::{Glance, System};

/// How many preemptions in a row the goal asks for; 0 where it counts none, or nothing of the sort is looked for.
pub(super) fn preemptions<S: System>(bounds: &Bounds) -> u8 {
    bounds.goal.and_then(|goal| S::ABOUT.goals.get(goal)).map_or(0, |goal| goal.preemptions)
}

/// Whether the state is the goal of that number.
pub(super) fn reached<S: System>(system: &S, goal: usize, actors: &[&S::Actor], ledger: &Ledger<S::Value>) -> bool {
    let chosen: Vec<_> = ledger.chosen(system).map(|choice| choice.value).collect();
    let learned = ledger.learned().map(|(_, node, _)| node).collect();
    system.reached(goal, &Glance { actors, chosen: &chosen, learned })
}
