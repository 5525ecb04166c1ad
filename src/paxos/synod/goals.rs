//! States of a synod worth finding, though nothing is broken in them.

use super::proposer::Phase;
use super::{Part, Synod};
use crate::paxos::{Glance, Goal};

/// In the order of [`reached`].
pub(super) const GOALS: &[Goal] = &[
    Goal::state("chosen", "A value is chosen."),
    Goal::state("chosen-unknown", "A value is chosen, but no node knows it yet."),
    Goal::state("two-in-phase-2", "Two proposers are in phase 2 at once, with different values."),
    Goal::state(
        "majority-not-chosen",
        "A quorum of acceptors holds votes for one value, and yet it is not chosen: the votes are of different ballots.",
    ),
    Goal::state("all-learned", "Every proposer and every learner knows the chosen value."),
    Goal::TWO_CHOSEN,
    Goal::FIVE_PREEMPTIONS,
];

/// Whether the state is the goal of that position.
pub(super) fn reached(synod: &Synod, goal: usize, state: &Glance<Synod>) -> bool {
    match goal {
        0 => !state.chosen.is_empty(),
        1 => !state.chosen.is_empty() && state.learned.is_empty(),
        2 => {
            let mut asked = state.actors.iter().filter_map(|actor| match &actor.part {
                Part::Proposer(proposer) => match proposer.phase {
                    Phase::Accept { value, .. } => Some(value),
                    _ => None,
                },
                _ => None,
            });
            asked.next().is_some_and(|first| asked.any(|other| other != first))
        }
        3 => {
            let held = |actor: &&super::Actor| match &actor.part {
                Part::Acceptor(acceptor) => acceptor.disk.accepted.map(|(_, value)| value),
                _ => None,
            };
            let votes: Vec<_> = state.actors.iter().filter_map(held).collect();
            votes.iter().any(|value| {
                votes.iter().filter(|other| *other == value).count() >= synod.q2 && !state.chosen.contains(value)
            })
        }
        4 => synod.proposers().or(synod.learners()).without(state.learned).is_empty(),
        _ => state.disagrees(),
    }
}
