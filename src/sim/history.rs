//! What happened: every event with its cause, as far back as the history's bound allows.

use super::Letter;
use crate::paxos::{Micros, NodeId, System, Timer};
use std::collections::VecDeque;
use std::ops::Range;

/// The event that caused something, if one did. As one number, because every letter, timer and event has one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cause(u64);

impl From<u64> for Cause {
    fn from(event: u64) -> Self {
        Self(event)
    }
}

impl Cause {
    /// No event did.
    pub const NONE: Self = Self(u64::MAX);

    /// The number of the event.
    pub fn event(self) -> Option<u64> {
        (self != Self::NONE).then_some(self.0)
    }

    /// This cause, or else `other`.
    pub fn or(self, other: Self) -> Self {
        if self == Self::NONE { other } else { self }
    }
}

/// Why a message did not arrive.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Loss {
    /// Chance.
    Chance,
    /// The server in the middle threw it away.
    Dropped,
    /// It waited too long in the server's queue.
    Expired,
    /// The server in the middle is down.
    ServerDown,
    /// A partition, a cut or an isolation lay in its way when it arrived.
    Cut,
    /// The node was down.
    Down,
    /// The node had not joined, or had left.
    Absent,
    /// A person dropped it.
    Hand,
}

/// At which point of handling a message a node failed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FaultPoint {
    /// Before it looked at the message.
    Before,
    /// After it wrote its state and before it sent anything.
    Between,
    /// After it sent everything.
    After,
    /// It stayed up, and was told that it fails.
    Told,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum What<M> {
    /// The node started for the first time.
    Started,
    /// The message arrived and was handled.
    Delivered(Letter, M),
    /// The message arrived, and the node failed over it.
    Failed(Letter, M, FaultPoint),
    /// The message did not arrive.
    Lost(Letter, M, Loss),
    /// The message reached the server's queue.
    Queued(Letter, M),
    /// The timer fired.
    Fired(Timer),
    /// The node went down.
    Crashed,
    /// The node came up again.
    Restarted,
    /// The node left in good order.
    Left,
    /// A client's request reached the node.
    Requested(String),
    /// The intervention of this position in the plan acted.
    Hand(u32),
}

impl<M> What<M> {
    /// The same with the message read as text.
    pub fn read(&self, read: &dyn Fn(&M) -> String) -> What<String> {
        match self {
            What::Started => What::Started,
            What::Delivered(letter, message) => What::Delivered(*letter, read(message)),
            What::Failed(letter, message, point) => What::Failed(*letter, read(message), *point),
            What::Lost(letter, message, why) => What::Lost(*letter, read(message), *why),
            What::Queued(letter, message) => What::Queued(*letter, read(message)),
            What::Fired(timer) => What::Fired(*timer),
            What::Crashed => What::Crashed,
            What::Restarted => What::Restarted,
            What::Left => What::Left,
            What::Requested(text) => What::Requested(text.clone()),
            What::Hand(position) => What::Hand(*position),
        }
    }
}

/// One event.
#[derive(Clone, Debug)]
pub struct Event<M> {
    /// When it happened.
    pub time: Micros,
    /// Where, if at one node.
    pub node: Option<NodeId>,
    /// The event that caused it.
    pub cause: Cause,
    /// What happened.
    pub what: What<M>,
    first_note: u64,
    notes: u32,
}

/// How many events a usual run has.
const USUAL: usize = 128;

/// The latest events of a run. Older ones are forgotten once the bound is reached.
#[derive(Clone, Debug)]
pub struct History<S: System> {
    first: u64,
    events: VecDeque<Event<S::Message>>,
    first_note: u64,
    notes: VecDeque<S::Note>,
    bound: usize,
}

impl<S: System> History<S> {
    /// A history that keeps at most `bound` events.
    pub fn new(bound: usize) -> Self {
        let bound = bound.max(1);
        let (events, notes) = (VecDeque::with_capacity(bound.min(USUAL)), VecDeque::with_capacity(bound.min(USUAL)));
        Self { first: 0, events, first_note: 0, notes, bound }
    }

    /// The events that are still held, by number.
    pub fn range(&self) -> Range<u64> {
        self.first..self.first + self.events.len() as u64
    }

    /// Event `n`, if it is still held.
    pub fn get(&self, n: u64) -> Option<&Event<S::Message>> {
        self.events.get(usize::try_from(n.checked_sub(self.first)?).ok()?)
    }

    /// The notes of an event.
    pub fn notes(&self, event: &Event<S::Message>) -> impl Iterator<Item = &S::Note> {
        let from = event.first_note.saturating_sub(self.first_note) as usize;
        self.notes.range(from.min(self.notes.len())..(from + event.notes as usize).min(self.notes.len()))
    }

    /// Adds an event with its notes and returns its number.
    pub(super) fn push(
        &mut self,
        time: Micros,
        node: Option<NodeId>,
        cause: Cause,
        what: What<S::Message>,
        notes: &[S::Note],
    ) -> u64 {
        if self.events.len() == self.bound {
            self.forget_oldest();
        }
        let first_note = self.first_note + self.notes.len() as u64;
        self.notes.extend(notes);
        self.events.push_back(Event { time, node, cause, what, first_note, notes: notes.len() as u32 });
        self.first + self.events.len() as u64 - 1
    }

    fn forget_oldest(&mut self) {
        if let Some(event) = self.events.pop_front() {
            self.first += 1;
            self.notes.drain(..event.notes as usize);
            self.first_note += u64::from(event.notes);
        }
    }
}
