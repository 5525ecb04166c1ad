//! States of peers worth finding, though nothing is broken in them.

use super::{Peers, Proposal, Stage};
use crate::paxos::{Glance, Goal};

/// In the order of [`reached`].
pub(super) const GOALS: &[Goal] = &[
    Goal::state("chosen", "A majority has accepted one value under one number."),
    Goal::state("chosen-unknown", "A value is chosen, but no actor knows it yet."),
    Goal::state("two-proposals", "Two actors ask everyone to accept different values at once."),
    Goal::state(
        "majority-not-chosen",
        "A majority holds one value, and yet it is not chosen: it was accepted under different numbers.",
    ),
    Goal::state("all-finished", "Every actor knows what was agreed on."),
    Goal::TWO_CHOSEN,
];

/// Whether the state is the goal of that position.
pub(super) fn reached(peers: &Peers, goal: usize, state: &Glance<Peers>) -> bool {
    match goal {
        0 => !state.chosen.is_empty(),
        1 => !state.chosen.is_empty() && state.learned.is_empty(),
        2 => {
            let mut asked = state.actors.iter().filter_map(|actor| match actor.proposal {
                Proposal::Proposing { value, .. } => Some(value),
                _ => None,
            });
            asked.next().is_some_and(|first| asked.any(|other| other != first))
        }
        3 => {
            let held: Vec<_> = state.actors.iter().filter_map(|actor| Some(actor.disk.accepted?.1)).collect();
            let common = |value| held.iter().filter(|other| *other == value).count() >= peers.majority();
            held.iter().any(|value| common(value) && !state.chosen.contains(value))
        }
        4 => state.actors.iter().all(|actor| actor.stage() == Stage::Finish),
        _ => state.disagrees(),
    }
}
