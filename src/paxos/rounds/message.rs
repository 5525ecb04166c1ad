//! What the nodes of the endless rounds say to one another. A ballot is (round, proposer), and its round is the slot.

use crate::paxos::{Ballot, MessageKind, Phase, Value};

/// A message, by the names that Toy Paxos gave it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Message {
    /// 1a, proposer to acceptors: will you take part in this round with me?
    Prepare {
        /// The ballot.
        ballot: Ballot,
    },
    /// 1b, acceptor to proposer: yes, and nothing lower any more.
    Promise {
        /// The ballot promised.
        ballot: Ballot,
        /// The acceptor's vote in this round, if it has voted for another proposer's value.
        last: Option<(Ballot, Value)>,
    },
    /// 2a, proposer to acceptors: please vote for this value.
    Propose {
        /// The ballot.
        ballot: Ballot,
        /// The value that phase 1 allows.
        value: Value,
    },
    /// 2b, acceptor to proposer: I have voted.
    Accept {
        /// The ballot of the vote.
        ballot: Ballot,
        /// The value of the vote.
        value: Value,
    },
    /// Acceptor to proposer: I have failed at your message, or refuse it.
    Fail {
        /// The ballot of the message.
        ballot: Ballot,
        /// Whether that was in phase 1 or 2: a late FAIL of phase 1 says nothing about phase 2.
        phase: u8,
        /// The higher ballot because of which the acceptor refuses; `None` if it failed.
        higher: Option<Ballot>,
    },
    /// Proposer to all others: my part in the round is over. An acceptor answers so as well where the round was decided.
    Terminate {
        /// The ballot.
        ballot: Ballot,
        /// What was decided; `None` if the ballot failed.
        decided: Option<Value>,
    },
}

/// Every kind of message, in the order of the variants.
pub const KINDS: &[MessageKind] = &[
    MessageKind { name: "prepare", short: "1a", phase: Phase::Prepare },
    MessageKind { name: "promise", short: "1b", phase: Phase::Promise },
    MessageKind { name: "propose", short: "2a", phase: Phase::Accept },
    MessageKind { name: "accept", short: "2b", phase: Phase::Accepted },
    MessageKind { name: "fail", short: "fail", phase: Phase::Refusal },
    MessageKind { name: "terminate", short: "end", phase: Phase::Decision },
];

impl Message {
    /// Index into [`KINDS`].
    pub fn kind(&self) -> usize {
        match self {
            Message::Prepare { .. } => 0,
            Message::Promise { .. } => 1,
            Message::Propose { .. } => 2,
            Message::Accept { .. } => 3,
            Message::Fail { .. } => 4,
            Message::Terminate { .. } => 5,
        }
    }

    /// The ballot it speaks of.
    pub fn ballot(&self) -> Ballot {
        match *self {
            Message::Prepare { ballot }
            | Message::Promise { ballot, .. }
            | Message::Propose { ballot, .. }
            | Message::Accept { ballot, .. }
            | Message::Fail { ballot, .. }
            | Message::Terminate { ballot, .. } => ballot,
        }
    }
}
