//! States of pmmc worth finding, though nothing is broken in them.

use super::{Actor, Pmmc};
use crate::paxos::{Glance, Goal, Map};

/// In the order of [`reached`].
pub(super) const GOALS: &[Goal] = &[
    Goal::state("decided", "A replica has learned a decision."),
    Goal::state("answered", "A client has an answer."),
    Goal::state("hole", "A replica knows a later slot to be decided, and not the next one that it has to perform."),
    Goal::state("two-leaders", "Two leaders are active at once, each sure of its ballot."),
    Goal::state("decided-twice", "One command is decided in two slots; it is performed once."),
    Goal::FIVE_PREEMPTIONS,
];

/// Whether the state is the goal of that position.
pub(super) fn reached(goal: usize, state: &Glance<Pmmc>) -> bool {
    let mut replicas = state.actors.iter().filter_map(|actor| match actor {
        Actor::Replica(replica) => Some(replica),
        _ => None,
    });
    match goal {
        0 => replicas.any(|replica| !replica.decisions.is_empty()),
        1 => state.actors.iter().any(|actor| matches!(actor, Actor::Client(client) if !client.answers.is_empty())),
        2 => replicas.any(|replica| replica.decisions.range(replica.done.slot_out..).next().is_some()),
        3 => {
            let active = |actor: &&&Actor| matches!(actor, Actor::Leader(leader) if leader.active);
            state.actors.iter().filter(active).count() >= 2
        }
        _ => replicas.any(|replica| {
            let mut seen = Map::new();
            replica.decisions.values().any(|command| command.client > 0 && seen.insert(command, ()).is_some())
        }),
    }
}
