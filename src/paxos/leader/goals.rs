//! States of this system worth finding, though nothing is broken in them.

use super::{Command, Leader};
use crate::paxos::{Glance, Goal};

/// In the order of [`reached`].
pub(super) const GOALS: &[Goal] = &[
    Goal::state("chosen", "A command is chosen."),
    Goal::state("chosen-unknown", "A command is chosen, but no node knows it yet."),
    Goal::state("two-leaders", "Two nodes lead at once."),
    Goal::state("no-op", "A gap is filled by a no-op."),
    Goal::state("gap", "A node has a gap in its history."),
    Goal::state("all-learned", "Something is chosen, and every node has written it into its history."),
];

/// Whether the state is the goal of that position.
pub(super) fn reached(goal: usize, state: &Glance<Leader>) -> bool {
    match goal {
        0 => !state.chosen.is_empty(),
        1 => !state.chosen.is_empty() && state.learned.is_empty(),
        2 => state.actors.iter().filter(|node| node.reign.is_some()).count() > 1,
        3 => state.chosen.contains(&Command::Noop),
        4 => state.actors.iter().any(|node| node.first_hole() < node.top_committed()),
        _ => !state.chosen.is_empty() && state.learned.len() == state.actors.len(),
    }
}
