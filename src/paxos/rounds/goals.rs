//! States of the endless rounds worth finding, though nothing is broken in them.

use super::proposer::Phase;
use super::{Actor, Rounds, emoji};
use crate::paxos::{Glance, Goal};

/// In the order of [`reached`].
pub(super) const GOALS: &[Goal] = &[
    Goal::state("chosen", "A value is chosen."),
    Goal::state("chosen-given-up", "A value is chosen, but every proposer has given the round up."),
    Goal::state("adopted", "A proposer asks for votes for another proposer's value."),
];

/// Whether the state is the goal of that position.
pub(super) fn reached(rounds: &Rounds, goal: usize, state: &Glance<Rounds>) -> bool {
    let mut proposers = state.actors.iter().filter_map(|actor| match actor {
        Actor::Proposer(proposer) => Some(proposer),
        Actor::Acceptor(_) => None,
    });
    match goal {
        0 => !state.chosen.is_empty(),
        1 => {
            let idle = |phase| matches!(phase, Phase::Resting | Phase::Waiting { .. });
            !state.chosen.is_empty() && state.learned.is_empty() && proposers.all(|proposer| idle(proposer.phase))
        }
        _ => proposers.any(|proposer| match proposer.phase {
            Phase::Propose { ballot, value, .. } => value != emoji::of(rounds.shuffle, ballot),
            _ => false,
        }),
    }
}
