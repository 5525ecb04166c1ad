//! Words in which every system explains itself.

use super::{Ballot, Field, NodeSet, System, Value};

pub(super) const PMS_1A: &str = "Paxos Made Simple §2.2, phase 1a";
pub(super) const PMS_1B: &str = "Paxos Made Simple §2.2, phase 1b";
pub(super) const PMS_2A: &str = "Paxos Made Simple §2.2, phase 2a";
pub(super) const PMS_2B: &str = "Paxos Made Simple §2.2, phase 2b";
pub(super) const PMS_LEARN: &str = "Paxos Made Simple §2.3, learning a chosen value";
pub(super) const PMS_PROGRESS: &str = "Paxos Made Simple §2.4, progress";

/// Labels joined by commas; past six, how many there are.
pub(super) fn names(system: &impl System, set: NodeSet) -> String {
    match set.len() {
        0 => "nobody".into(),
        1..=6 => set.iter().map(|node| system.label(node)).collect::<Vec<_>>().join(", "),
        n => format!("{n} nodes"),
    }
}

/// What is held, in words; `none` where nothing is.
pub(super) fn or_none(held: Option<impl ToString>) -> String {
    held.map_or("none".into(), |held| held.to_string())
}

/// A vote, in words.
pub(super) fn vote(vote: Option<(Ballot, Value)>) -> String {
    or_none(vote.map(|(ballot, value)| format!("{value} at {ballot}")))
}

/// A field of a node's state; `durable` if a crash leaves it.
pub(super) fn field(name: &'static str, value: impl ToString, durable: bool, about: &'static str) -> Field {
    Field { name, value: value.to_string(), durable, about }
}
