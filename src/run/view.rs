//! What a [`Run`](super::Run) shows: plain data in words, the same for every system.

use crate::paxos::{Ballot, Look, Micros, NodeId, RowMark};
use crate::sim::Letter;

pub use crate::sim::Status;

/// How many rows of a table the stage shows at a node.
pub const STRIP: usize = 8;

/// One node as the stage shows it.
#[derive(Clone, PartialEq, Debug)]
pub struct NodeView {
    /// Its id.
    pub id: NodeId,
    /// `A2`
    pub label: String,
    /// Index into [`About::roles`](crate::paxos::About::roles); `None` is the server in the middle.
    pub role: Option<u8>,
    /// The machine it runs on; nodes of one machine are drawn together.
    pub machine: u8,
    /// Whether it works.
    pub status: Status,
    /// Whether it handles messages late.
    pub slow: bool,
    /// Whether it is cut off from everyone.
    pub isolated: bool,
    /// What its circle shows.
    pub look: Look,
    /// The next timer of the node: when it was set and when it fires. For the arc around the node.
    pub timer: Option<(Micros, Micros)>,
    /// Whether its vote is part of the quorum that chose the value.
    pub winner: bool,
    /// How many messages wait at the node because it is paused.
    pub waiting: usize,
    /// How the latest rows of the node's first table stand, oldest first; at most [`STRIP`].
    pub strip: Vec<RowMark>,
}

/// The state of one node, for the inspector.
#[derive(Clone, PartialEq, Debug)]
pub struct Inspection {
    /// The node as the stage shows it.
    pub node: NodeView,
    /// Its role in a sentence.
    pub about: &'static str,
    /// Its state.
    pub fields: Vec<FieldView>,
    /// Its timers: name and when it fires.
    pub timers: Vec<(&'static str, Micros)>,
    /// The latest events at the node, newest first.
    pub recent: Vec<LogEntry>,
}

/// One field of a node's state.
#[derive(Clone, PartialEq, Debug)]
pub struct FieldView {
    /// `promised`
    pub name: &'static str,
    /// Its value in words.
    pub value: String,
    /// What it was before the node's latest event, if that changed it.
    pub changed: Option<String>,
    /// Whether it survives a crash.
    pub durable: bool,
    /// What it means.
    pub about: &'static str,
}

/// A letter on its way. Times are virtual; the letter is at `from + (to - from) · (now - left) / (arrives - left)`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Flight {
    /// Which letter.
    pub letter: Letter,
    /// Where this leg of its way begins: the sender, or the server in the middle.
    pub from: NodeId,
    /// Where this leg ends.
    pub to: NodeId,
    /// When it left.
    pub left: Micros,
    /// When it would arrive; [`Micros::NEVER`] if it is held until somebody acts.
    pub arrives: Micros,
    /// If chance has it lost: when it vanishes, before it arrives.
    pub lost: bool,
    /// Whether it has arrived and waits: at a paused or slow node, or in the server's queue.
    pub waiting: bool,
    /// Index into [`About::kinds`](crate::paxos::About::kinds).
    pub kind: u8,
    /// The ballot that gives it its colour.
    pub ballot: Option<Ballot>,
}

/// A letter in words.
#[derive(Clone, PartialEq, Debug)]
pub struct LetterView {
    /// How the stage draws it.
    pub flight: Flight,
    /// `prepare 3.1`
    pub text: String,
    /// The message as each of [`About::wires`](crate::paxos::About::wires) writes it.
    pub wires: Vec<String>,
    /// The event that sent it.
    pub cause: Option<u64>,
}

/// What sort of event a log entry tells of; the page gives each a mark of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogKind {
    /// A message arrived.
    Delivered,
    /// A message was lost, dropped, blocked or came to a node that is down.
    Lost,
    /// A timer fired.
    Timer,
    /// A node came up or went down by chance or by plan.
    Node,
    /// A person acted.
    Hand,
}

/// One event in plain words.
#[derive(Clone, PartialEq, Debug)]
pub struct LogEntry {
    /// Its number.
    pub event: u64,
    /// When it happened.
    pub time: Micros,
    /// What sort of event.
    pub kind: LogKind,
    /// Where it happened, if at one node.
    pub node: Option<NodeId>,
    /// What happened, in a sentence.
    pub text: String,
    /// Which rules fired or refused.
    pub explanations: Vec<crate::paxos::Explanation>,
    /// The event that caused it.
    pub cause: Option<u64>,
    /// A value was chosen or learned here, or a property broke: worth a mark on the timeline.
    pub mark: Option<Mark>,
}

/// Why an event is worth a mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// A value became chosen.
    Chosen,
    /// A node learned it.
    Learned,
    /// A property broke.
    Violation,
}

/// A property and how it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct PropertyView {
    /// `agreement`
    pub name: &'static str,
    /// `No two nodes learn different values.`
    pub about: &'static str,
    /// The event that broke it and what happened there; `None` while it holds.
    pub broken: Option<(u64, String)>,
}

/// A value that was chosen.
#[derive(Clone, PartialEq, Debug)]
pub struct ChosenView {
    /// The slot; 0 in single-decree systems.
    pub slot: u32,
    /// The value.
    pub value: String,
    /// The ballot at which a quorum voted for it.
    pub ballot: Ballot,
    /// The acceptors whose votes chose it, at the moment it was chosen.
    pub quorum: Vec<NodeId>,
    /// The event that chose it.
    pub event: u64,
    /// When it was chosen.
    pub time: Micros,
    /// Who holds it by now.
    pub learned: Vec<NodeId>,
}
