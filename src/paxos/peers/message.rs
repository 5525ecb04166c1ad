//! What peers say to one another.

use crate::paxos::{Ballot, MessageKind, Phase, Value};

/// A message of peers. Phase names are those of *Paxos Made Simple*, section 2.2.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Message {
    /// 1a, to everyone: will you take part in my proposal?
    Prepare {
        /// The number of the proposal.
        ballot: Ballot,
    },
    /// 1b, to the proposer: yes, and nothing lower any more.
    Promise {
        /// The number promised.
        ballot: Ballot,
        /// What it accepted under the highest number, if anything.
        last: Option<(Ballot, Value)>,
    },
    /// 2a, to everyone: please accept this value.
    Accept {
        /// The number of the proposal.
        ballot: Ballot,
        /// The value that phase 1 allows.
        value: Value,
    },
    /// 2b, to everyone: I have accepted this value.
    Accepted {
        /// The number of the proposal.
        ballot: Ballot,
        /// The value.
        value: Value,
    },
    /// To the proposer: your number is too low.
    Nack {
        /// The number refused.
        ballot: Ballot,
        /// The number promised instead.
        promised: Ballot,
    },
}

/// Every kind of message, in the order of the variants.
pub const KINDS: &[MessageKind] = &[
    MessageKind { name: "prepare", short: "1a", phase: Phase::Prepare },
    MessageKind { name: "promise", short: "1b", phase: Phase::Promise },
    MessageKind { name: "accept", short: "2a", phase: Phase::Accept },
    MessageKind { name: "accepted", short: "2b", phase: Phase::Accepted },
    MessageKind { name: "nack", short: "nack", phase: Phase::Refusal },
];

impl Message {
    /// Index into [`KINDS`].
    pub fn kind(&self) -> usize {
        match self {
            Message::Prepare { .. } => 0,
            Message::Promise { .. } => 1,
            Message::Accept { .. } => 2,
            Message::Accepted { .. } => 3,
            Message::Nack { .. } => 4,
        }
    }

    /// The number it speaks of.
    pub fn ballot(&self) -> Ballot {
        match *self {
            Message::Prepare { ballot }
            | Message::Promise { ballot, .. }
            | Message::Accept { ballot, .. }
            | Message::Accepted { ballot, .. }
            | Message::Nack { ballot, .. } => ballot,
        }
    }
}
