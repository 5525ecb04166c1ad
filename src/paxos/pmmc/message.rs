//! What pmmc's nodes say to one another.

use super::command::{Command, Config, Reply};
use super::replica::Snapshot;
use crate::paxos::{Ballot, MessageKind, Phase, Slot};
use std::sync::Arc;

/// A pvalue ⟨b, s, c⟩ (PMMC, section 2), with the configuration that governs its slot.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PValue {
    /// Its slot.
    pub slot: Slot,
    /// Its ballot.
    pub ballot: Ballot,
    /// Its command.
    pub command: Command,
    /// Who votes in its slot.
    pub config: Config,
}

/// A message of pmmc. Names are those of *Paxos Made Moderately Complex*, sections 2 and 3. What can be large is
/// shared, so that a copy of a message is cheap.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Message {
    /// Client to replicas: please perform this.
    Request { command: Command },
    /// Client to one replica: what is your account?
    Read { id: u32 },
    /// Replica to client: what became of the command. `slot` is the last slot performed.
    Response { id: u32, slot: Slot, reply: Reply },
    /// Replica to leaders: please have this decided in that slot. `slot_out` is the first slot not yet performed.
    Propose { slot: Slot, command: Command, config: Config, slot_out: Slot },
    /// Scout to acceptors: will you take part in my ballot, and what have you accepted in slots from `from` on?
    P1a { ballot: Ballot, from: Slot },
    /// Acceptor to scout: the ballot I have adopted, which is the one asked for unless that was too low, and what I
    /// have accepted, one pvalue for each slot. I have forgotten slots below `collected`.
    P1b { asked: Ballot, ballot: Ballot, collected: Slot, accepted: Arc<[PValue]> },
    /// Commander to acceptors: please accept.
    P2a { pvalue: PValue },
    /// Acceptor to commander: the ballot I have adopted; I accepted if it is the one asked for.
    P2b { asked: Ballot, ballot: Ballot, slot: Slot },
    /// Commander to replicas: decided.
    Decision { slot: Slot, command: Command },
    /// Preempted leader to the one that preempted it: are you there?
    Ping { ballot: Ballot },
    /// The answer: yes, my ballot is going on, and every slot below `upto` is decided.
    Pong { ballot: Ballot, upto: Slot },
    /// Leader to replica: slots below `upto` are decided; how far are you?
    Probe { upto: Slot },
    /// Replica to leader: I have performed every slot below.
    Performed { slot_out: Slot },
    /// Leader to acceptors and replicas: enough replicas have performed every slot below; forget them.
    Collect { below: Slot },
    /// Replica to replicas: what was decided from that slot on?
    Ask { from: Slot },
    /// The answer: what was decided from slot `first` on.
    Decisions { first: Slot, commands: Arc<[Command]> },
    /// The answer where those decisions were forgotten: what came of them.
    Snapshot { snapshot: Arc<Snapshot> },
}

/// Every kind of message, in the order of [`Message::kind`].
pub const KINDS: &[MessageKind] = &[
    MessageKind { name: "request", short: "req", phase: Phase::Other },
    MessageKind { name: "read", short: "read", phase: Phase::Other },
    MessageKind { name: "response", short: "resp", phase: Phase::Decision },
    MessageKind { name: "propose", short: "prop", phase: Phase::Other },
    MessageKind { name: "p1a", short: "p1a", phase: Phase::Prepare },
    MessageKind { name: "p1b", short: "p1b", phase: Phase::Promise },
    MessageKind { name: "p2a", short: "p2a", phase: Phase::Accept },
    MessageKind { name: "p2b", short: "p2b", phase: Phase::Accepted },
    MessageKind { name: "preempted", short: "pre", phase: Phase::Refusal },
    MessageKind { name: "decision", short: "dec", phase: Phase::Decision },
    MessageKind { name: "ping", short: "ping", phase: Phase::Other },
    MessageKind { name: "pong", short: "pong", phase: Phase::Other },
    MessageKind { name: "probe", short: "far?", phase: Phase::Other },
    MessageKind { name: "performed", short: "perf", phase: Phase::Other },
    MessageKind { name: "collect", short: "gc", phase: Phase::Other },
    MessageKind { name: "ask", short: "?", phase: Phase::Other },
    MessageKind { name: "decisions", short: "decs", phase: Phase::Decision },
    MessageKind { name: "snapshot", short: "snap", phase: Phase::Decision },
];

impl Message {
    /// Index into [`KINDS`]. A p1b or p2b of a higher ballot is a refusal and has a kind of its own.
    pub fn kind(&self) -> usize {
        match self {
            Message::Request { .. } => 0,
            Message::Read { .. } => 1,
            Message::Response { .. } => 2,
            Message::Propose { .. } => 3,
            Message::P1a { .. } => 4,
            Message::P1b { asked, ballot, .. } if ballot == asked => 5,
            Message::P2a { .. } => 6,
            Message::P2b { asked, ballot, .. } if ballot == asked => 7,
            Message::P1b { .. } | Message::P2b { .. } => 8,
            Message::Decision { .. } => 9,
            Message::Ping { .. } => 10,
            Message::Pong { .. } => 11,
            Message::Probe { .. } => 12,
            Message::Performed { .. } => 13,
            Message::Collect { .. } => 14,
            Message::Ask { .. } => 15,
            Message::Decisions { .. } => 16,
            Message::Snapshot { .. } => 17,
        }
    }

    /// The ballot it speaks of.
    pub fn ballot(&self) -> Option<Ballot> {
        match *self {
            Message::P1a { ballot, .. } | Message::Ping { ballot } | Message::Pong { ballot, .. } => Some(ballot),
            Message::P1b { asked, .. } | Message::P2b { asked, .. } => Some(asked),
            Message::P2a { pvalue } => Some(pvalue.ballot),
            _ => None,
        }
    }
}
