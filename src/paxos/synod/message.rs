//! What synod's nodes say to one another.

use crate::paxos::{Ballot, MessageKind, Phase, Value};

/// A message of synod. Phase names are those of *Paxos Made Simple*, section 2.2.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Message {
    /// 1a, proposer to acceptors: will you take part in my ballot?
    Prepare {
        /// The ballot.
        ballot: Ballot,
    },
    /// 1b, acceptor to the ballot's proposer: yes, and nothing lower any more.
    Promise {
        /// The ballot promised.
        ballot: Ballot,
        /// The acceptor's vote of the highest ballot, if it has voted.
        last: Option<(Ballot, Value)>,
    },
    /// 2a, proposer to acceptors: please vote for this value.
    Accept {
        /// The ballot.
        ballot: Ballot,
        /// The value that phase 1 allows.
        value: Value,
    },
    /// 2b, acceptor to the proposer and the learners: I have voted.
    Accepted {
        /// The ballot of the vote.
        ballot: Ballot,
        /// The value of the vote.
        value: Value,
    },
    /// Acceptor to proposer: your ballot is too low.
    Nack {
        /// The ballot refused.
        ballot: Ballot,
        /// The ballot promised instead.
        promised: Ballot,
    },
    /// Proposer to learners: a quorum voted for this.
    Chosen {
        /// The ballot in which it was chosen.
        ballot: Ballot,
        /// The value.
        value: Value,
    },
    /// Learner to whoever may know: what was chosen?
    Query,
    /// Nag to proposers: a new period begins.
    Period {
        /// Counts up from 1.
        number: u32,
    },
    /// A node that came up, to all configured nodes: I am here.
    Hello,
    /// The answer to hello: so am I.
    Welcome,
    /// A node that leaves, to all it knows.
    Bye,
}

/// Every kind of message, in the order of the variants.
pub const KINDS: &[MessageKind] = &[
    MessageKind { name: "prepare", short: "1a", phase: Phase::Prepare },
    MessageKind { name: "promise", short: "1b", phase: Phase::Promise },
    MessageKind { name: "accept", short: "2a", phase: Phase::Accept },
    MessageKind { name: "accepted", short: "2b", phase: Phase::Accepted },
    MessageKind { name: "nack", short: "nack", phase: Phase::Refusal },
    MessageKind { name: "chosen", short: "chsn", phase: Phase::Decision },
    MessageKind { name: "query", short: "?", phase: Phase::Other },
    MessageKind { name: "period", short: "nag", phase: Phase::Other },
    MessageKind { name: "hello", short: "hi", phase: Phase::Other },
    MessageKind { name: "welcome", short: "hi", phase: Phase::Other },
    MessageKind { name: "bye", short: "bye", phase: Phase::Other },
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
            Message::Chosen { .. } => 5,
            Message::Query => 6,
            Message::Period { .. } => 7,
            Message::Hello => 8,
            Message::Welcome => 9,
            Message::Bye => 10,
        }
    }

    /// The ballot it speaks of.
    pub fn ballot(&self) -> Option<Ballot> {
        match *self {
            Message::Prepare { ballot }
            | Message::Promise { ballot, .. }
            | Message::Accept { ballot, .. }
            | Message::Accepted { ballot, .. }
            | Message::Nack { ballot, .. }
            | Message::Chosen { ballot, .. } => Some(ballot),
            Message::Query | Message::Period { .. } | Message::Hello | Message::Welcome | Message::Bye => None,
        }
    }
}
