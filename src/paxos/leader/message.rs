//! What nodes say to one another. Requests were HTTP requests in the original, and can be read as such.

use super::Command;
use crate::paxos::{Ballot, MessageKind, NodeId, Phase, Slot};

/// A message. An id is a slot: each command gets one, and phases 1 and 2 run for it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Message {
    /// 1a, leader to nodes: will you take part in my ballot, and what do you know of this id?
    Prepare {
        /// The id.
        slot: Slot,
        /// The leader's ballot.
        ballot: Ballot,
        /// The command for which the leader would like to have the id; acceptors do not look at it.
        mine: Option<Command>,
    },
    /// 1b, node to leader: yes, and nothing lower any more, for no id.
    Promise {
        /// The id.
        slot: Slot,
        /// The ballot promised.
        ballot: Ballot,
        /// The node's vote for this id of the highest ballot, if it has voted.
        last: Option<(Ballot, Command)>,
        /// The highest id for which the node has voted or knows the command; 0 is none.
        top: Slot,
    },
    /// 2a, leader to nodes: please vote for this command.
    Accept {
        /// The id.
        slot: Slot,
        /// The leader's ballot.
        ballot: Ballot,
        /// The command that phase 1 allows.
        value: Command,
    },
    /// 2b, node to leader and distinguished learners: I have voted.
    Accepted {
        /// The id.
        slot: Slot,
        /// The ballot of the vote.
        ballot: Ballot,
        /// The command voted for.
        value: Command,
    },
    /// Node to leader: your ballot is too low.
    Refused {
        /// The ballot refused.
        ballot: Ballot,
        /// The ballot promised instead.
        promised: Ballot,
    },
    /// Leader or distinguished learner to all: this command has this id.
    Learn {
        /// The id.
        slot: Slot,
        /// The command chosen.
        value: Command,
    },
    /// Node to leader: a client asked me for this.
    Propose {
        /// The command.
        value: Command,
    },
    /// Leader to all: I am there.
    Heartbeat {
        /// The leader's ballot.
        ballot: Ballot,
        /// The highest id that it knows the command of.
        top: Slot,
    },
    /// Node to leader: what has been committed from this id on?
    History {
        /// The first id wanted.
        from: Slot,
    },
}

/// Every kind of message, in the order of the variants.
pub const KINDS: &[MessageKind] = &[
    MessageKind { name: "prepare", short: "1a", phase: Phase::Prepare },
    MessageKind { name: "promise", short: "1b", phase: Phase::Promise },
    MessageKind { name: "accept", short: "2a", phase: Phase::Accept },
    MessageKind { name: "accepted", short: "2b", phase: Phase::Accepted },
    MessageKind { name: "refused", short: "409", phase: Phase::Refusal },
    MessageKind { name: "learn", short: "lrn", phase: Phase::Decision },
    MessageKind { name: "propose", short: "ask", phase: Phase::Other },
    MessageKind { name: "heartbeat", short: "beat", phase: Phase::Other },
    MessageKind { name: "history", short: "?", phase: Phase::Other },
];

impl Message {
    /// Index into [`KINDS`].
    pub fn kind(&self) -> usize {
        match self {
            Message::Prepare { .. } => 0,
            Message::Promise { .. } => 1,
            Message::Accept { .. } => 2,
            Message::Accepted { .. } => 3,
            Message::Refused { .. } => 4,
            Message::Learn { .. } => 5,
            Message::Propose { .. } => 6,
            Message::Heartbeat { .. } => 7,
            Message::History { .. } => 8,
        }
    }

    /// The ballot it speaks of.
    pub fn ballot(&self) -> Option<Ballot> {
        match *self {
            Message::Prepare { ballot, .. }
            | Message::Promise { ballot, .. }
            | Message::Accept { ballot, .. }
            | Message::Accepted { ballot, .. }
            | Message::Refused { ballot, .. }
            | Message::Heartbeat { ballot, .. } => Some(ballot),
            Message::Learn { .. } | Message::Propose { .. } | Message::History { .. } => None,
        }
    }

    /// Whether it was a request in the original and not the answer to one.
    pub fn is_request(&self) -> bool {
        matches!(
            self,
            Message::Prepare { .. } | Message::Accept { .. } | Message::Learn { .. } | Message::Propose { .. }
        )
    }

    /// The message in a few words.
    pub(super) fn read(&self) -> String {
        match self {
            Message::Prepare { slot, ballot, mine: None } => format!("prepare id {} at {ballot}", slot.0),
            Message::Prepare { slot, ballot, mine: Some(value) } => {
                format!("prepare id {} at {ballot} for {value}", slot.0)
            }
            Message::Promise { slot, ballot, last: None, .. } => {
                format!("promise id {} at {ballot}, no vote yet", slot.0)
            }
            Message::Promise { slot, ballot, last: Some((at, value)), .. } => {
                format!("promise id {} at {ballot}, last voted {value} at {at}", slot.0)
            }
            Message::Accept { slot, ballot, value } => format!("accept id {} at {ballot}, {value}", slot.0),
            Message::Accepted { slot, ballot, value } => format!("accepted id {} at {ballot}, {value}", slot.0),
            Message::Refused { ballot, promised } => format!("refused {ballot}, promised {promised}"),
            Message::Learn { slot, value } => format!("learn id {} val {value}", slot.0),
            Message::Propose { value } => format!("propose {value}"),
            Message::Heartbeat { ballot, top } => format!("heartbeat {ballot}, committed up to id {}", top.0),
            Message::History { from } => format!("history from id {}", from.0),
        }
    }

    /// The message as the request that it was, or as the answer to one.
    pub(super) fn http(&self) -> String {
        let leader = |ballot: &Ballot| node(ballot.owner);
        match self {
            Message::Prepare { slot, mine: None, .. } => format!("GET /prepare/{}", slot.0),
            Message::Prepare { slot, mine: Some(value), .. } => format!("GET /prepare/{}/{value}", slot.0),
            Message::Promise { slot, last: None, .. } => format!("200 OK promise/{}", slot.0),
            Message::Promise { slot, last: Some((_, value)), .. } => format!("200 OK promise/{}/{value}", slot.0),
            Message::Accept { slot, value, .. } => format!("GET /accept/{}/{value}", slot.0),
            Message::Accepted { slot, value, .. } => format!("200 OK accepted/{}/{value}", slot.0),
            Message::Refused { promised, .. } => format!("409 Conflict leader/{}", leader(promised)),
            Message::Learn { slot, value } => format!("GET /learn/{}/{value}", slot.0),
            Message::Propose { value } => format!("GET /propose/{value}"),
            Message::Heartbeat { ballot, top } => format!("GET /leader/{}/{}", leader(ballot), top.0),
            Message::History { from } => format!("GET /history/{}", from.0),
        }
    }
}

/// The original counted its nodes from 0.
fn node(id: NodeId) -> u8 {
    id.0
}
