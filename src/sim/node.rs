//! One node of the world: an actor and what the world keeps about it.

use super::{Cause, Disk};
use crate::paxos::{Micros, Timer};

/// How many timers a node may have.
pub const TIMERS: usize = 16;

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
    /// Which one.
    pub timer: Timer,
    /// When it was set.
    pub set: Micros,
    /// When it fires.
    pub fires: Micros,
    /// The event that set it.
    pub cause: Cause,
    pub(super) stamp: u32,
}

/// The timers of a node that are set, by number: few, so a list finds them fastest.
#[derive(Clone, Default, Debug)]
pub struct Timers(Vec<Armed>);

impl Timers {
    /// The timer of that number, if it is set.
    pub fn get(&self, timer: Timer) -> Option<&Armed> {
        self.0.iter().find(|armed| armed.timer == timer)
    }

    /// Those that are set, by number.
    pub fn iter(&self) -> impl Iterator<Item = &Armed> {
        self.0.iter()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Armed> {
        self.0.iter_mut()
    }

    pub(super) fn get_mut(&mut self, timer: Timer) -> Option<&mut Armed> {
        self.0.iter_mut().find(|armed| armed.timer == timer)
    }

    pub(super) fn set(&mut self, armed: Armed) {
        let at = self.0.partition_point(|other| other.timer < armed.timer);
        match self.0.get_mut(at) {
            Some(place) if place.timer == armed.timer => *place = armed,
            _ => self.0.insert(at, armed),
        }
    }

    pub(super) fn take(&mut self, timer: Timer) -> Option<Armed> {
        let at = self.0.iter().position(|armed| armed.timer == timer)?;
        Some(self.0.remove(at))
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// One node, but for its actor.
#[derive(Clone, Debug)]
pub struct Node {
    /// Whether it works.
    pub status: Status,
    /// Its timers.
    pub timers: Timers,
    /// How much later it handles each message.
    pub slow: Micros,
    /// The rate of its clock in millionths.
    pub clock: u32,
    /// Rises whenever something about the node changes.
    pub version: u64,
    /// What becomes of its disk, if a person said so.
    pub disk: Option<Disk>,
    pub(super) handled: u32,
    pub(super) timers_set: u32,
    pub(super) stamp: u32,
    pub(super) started: bool,
    pub(super) votes: bool,
}

impl Node {
    pub(super) fn new(clock: u32, votes: bool) -> Self {
        Self {
            status: Status::Absent,
            timers: Timers::default(),
            slow: Micros::ZERO,
            clock,
            version: 0,
            disk: None,
            handled: 0,
            timers_set: 0,
            stamp: 0,
            started: false,
            votes,
        }
    }
}
