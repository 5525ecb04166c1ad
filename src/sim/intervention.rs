//! Everything a person does by hand, as data: what happens, and the exact point of the run at which it acts.

use crate::paxos::{Micros, NodeId, NodeSet, Timer};
use serde::{Deserialize, Serialize};
use std::hash::{Hash, Hasher};

/// A point of a run: a virtual time, after so many of the appointments (letters that arrive, timers that fire) that are
/// kept at exactly that time.
///
/// A person who writes a plan gives a time and leaves `after` at 0; the page fills it in, so that a click between two
/// events of one microsecond acts between them again when the link is opened.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct At {
    /// When.
    pub time: Micros,
    /// After how many of the appointments at exactly that time.
    pub after: u32,
}

/// One letter in the network: the `number`-th message sent from one node to another, from 0, and which copy of it.
///
/// The name says nothing of other links, so it stays right when something else in the run is changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Letter {
    /// Who sent it.
    pub from: NodeId,
    /// Whom it is for.
    pub to: NodeId,
    /// How many messages went from one to the other before it.
    pub number: u32,
    /// 0 for the original; duplicates count up.
    pub copy: u8,
}

impl Hash for Letter {
    /// As one word: letters are hashed with every event.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let ends = u64::from(self.from.0) << 8 | u64::from(self.to.0);
        state.write_u64(u64::from(self.number) << 24 | ends << 8 | u64::from(self.copy));
    }
}

/// What becomes of a node's disk in a crash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Disk {
    /// Every write is kept: what the papers ask for.
    Sound,
    /// The last write is lost.
    LosesLast,
    /// Everything is lost.
    Forgets,
}

/// What a person does. Serialised forms are part of links: add new kinds at the end, never reorder.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Action {
    /// The node's machine stops; volatile state is lost, durable state stays. Its messages travel on.
    Crash(NodeId),
    /// The node's machine comes up again.
    Restart(NodeId),
    /// The node stands still: it keeps its state and its mail waits.
    Pause(NodeId),
    /// The node goes on after a pause.
    Resume(NodeId),
    /// The node handles each message so much later; zero ends it.
    Slow(NodeId, Micros),
    /// The node's clock runs at so many millionths of the true rate; 1,000,000 is a true clock.
    Skew(NodeId, u32),
    /// The node's durable state is erased; it crashes and comes up empty.
    Wipe(NodeId),
    /// The node's disk is of this kind from now on.
    Disk(NodeId, Disk),
    /// Nothing gets to the node or away from it.
    Isolate(NodeId),
    /// Ends [`Action::Isolate`].
    Rejoin(NodeId),
    /// Nothing gets from the first to the second.
    Cut(NodeId, NodeId),
    /// Ends [`Action::Cut`].
    Mend(NodeId, NodeId),
    /// What the first sends to the second waits on the way.
    Clog(NodeId, NodeId),
    /// Ends [`Action::Clog`]; what waited arrives now.
    Unclog(NodeId, NodeId),
    /// Only nodes of one group reach each other; whoever is in no group is in one more.
    Partition(Vec<NodeSet>),
    /// Ends every partition, cut, clog and isolation.
    Heal,
    /// The letter arrives now.
    Deliver(Letter),
    /// The letter arrives so much later.
    Delay(Letter, Micros),
    /// A second copy of the letter sets out now.
    Duplicate(Letter),
    /// The letter is lost.
    Drop(Letter),
    /// The timer fires now.
    Fire(NodeId, Timer),
    /// A client asks the node for a value.
    Request(NodeId, String),
    /// The node starts before its time, or again after it left.
    Join(NodeId),
    /// The node leaves in good order.
    Leave(NodeId),
    /// A knob takes another value; the value is the knob's `i64`.
    Set(String, i64),
    /// One direction of a link gets a knob of its own: `loss`, `duplicate`, `delay` or `jitter`.
    Tune(NodeId, NodeId, String, i64),
}

/// An [`Action`] and when it acts.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Intervention {
    /// When it acts.
    pub at: At,
    /// What happens.
    pub action: Action,
}
