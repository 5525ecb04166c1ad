//! One node of the world: an actor and what the world keeps about it.

use super::Disk;
use crate::paxos::{Micros, System};

/// How many timers a node may have.
pub const TIMERS: usize = 8;

/// Whether a node works.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// It has not joined yet, or has left.
    Absent,
    /// It works.
    Up,
    /// It crashed.
    Down,
    /// It stands still and keeps its state.
    Paused,
}

impl Status {
    /// `up`
    pub fn name(self) -> &'static str {
        match self {
            Status::Absent => "absent",
            Status::Up => "up",
            Status::Down => "down",
            Status::Paused => "paused",
        }
    }
}

/// One timer that is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Armed {
    /// When it was set.
    pub set: Micros,
    /// When it fires.
    pub fires: Micros,
    /// The event that set it.
    pub cause: Option<u64>,
    pub(super) stamp: u32,
}

/// One node.
#[derive(Clone, Debug)]
pub struct Node<S: System> {
    /// Its state.
    pub actor: S::Actor,
    /// Whether it works.
    pub status: Status,
    /// Its timers, by number.
    pub timers: [Option<Armed>; TIMERS],
    /// How much later it handles each message.
    pub slow: Micros,
    /// The rate of its clock in millionths.
    pub clock: u32,
    /// Rises whenever something about the node changes.
    pub version: u64,
    /// What becomes of its disk, if a person said so.
    pub disk: Option<Disk>,
    /// What its disk held before the last write, kept only where the disk loses the last write.
    pub(super) before_last_write: Option<S::Actor>,
    pub(super) handled: u32,
    pub(super) timers_set: u32,
    pub(super) stamp: u32,
    pub(super) started: bool,
    pub(super) votes: bool,
}

impl<S: System> Node<S> {
    pub(super) fn new(actor: S::Actor, clock: u32, votes: bool) -> Self {
        Self {
            actor,
            status: Status::Absent,
            timers: [None; TIMERS],
            slow: Micros::ZERO,
            clock,
            version: 0,
            disk: None,
            before_last_write: None,
            handled: 0,
            timers_set: 0,
            stamp: 0,
            started: false,
            votes,
        }
    }
}
