//! What is due, and when. Ties break by the order in which appointments were made.

use crate::paxos::{Micros, NodeId, Timer};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What is due. The stamp tells whether the appointment still holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Due {
    /// A letter's leg ends.
    Letter { index: u32, stamp: u32 },
    /// A node's timer fires.
    Timer { node: NodeId, timer: Timer, stamp: u32 },
    /// A node starts for the first time.
    Start { node: NodeId },
    /// A machine that failed by chance comes up again.
    Repair { node: NodeId, stamp: u32 },
}

impl Due {
    /// As one word, so that an appointment is three: kind, what it is about, stamp.
    fn pack(self) -> u64 {
        let (kind, about, stamp) = match self {
            Due::Letter { index, stamp } => (0, u64::from(index), stamp),
            Due::Timer { node, timer, stamp } => (1, u64::from(node.0) << 8 | u64::from(timer.0), stamp),
            Due::Start { node } => (2, u64::from(node.0), 0),
            Due::Repair { node, stamp } => (3, u64::from(node.0), stamp),
        };
        kind << 62 | about << 32 | u64::from(stamp)
    }

    fn unpack(word: u64) -> Self {
        let (about, stamp) = ((word >> 32) as u32 & 0x3FFF_FFFF, word as u32);
        match word >> 62 {
            0 => Due::Letter { index: about, stamp },
            1 => Due::Timer { node: NodeId((about >> 8) as u8), timer: Timer(about as u8), stamp },
            2 => Due::Start { node: NodeId(about as u8) },
            _ => Due::Repair { node: NodeId(about as u8), stamp },
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    time: Micros,
    order: u64,
    due: u64,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.time, self.order).cmp(&(other.time, other.order))
    }
}

/// Appointments in the order in which they are due.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    heap: BinaryHeap<Reverse<Entry>>,
    made: u64,
}

impl Queue {
    /// Makes an appointment; one at [`Micros::NEVER`] is not kept.
    pub fn add(&mut self, time: Micros, due: Due) {
        self.made += 1;
        if time < Micros::NEVER {
            self.heap.push(Reverse(Entry { time, order: self.made, due: due.pack() }));
        }
    }

    /// When the next appointment is.
    pub fn peek(&self) -> Option<Micros> {
        self.heap.peek().map(|Reverse(entry)| entry.time)
    }

    /// What the next appointment is.
    pub fn first(&self) -> Option<Due> {
        self.heap.peek().map(|Reverse(entry)| Due::unpack(entry.due))
    }

    /// Takes the next appointment out.
    pub fn pop(&mut self) -> Option<(Micros, Due)> {
        self.heap.pop().map(|Reverse(entry)| (entry.time, Due::unpack(entry.due)))
    }
}
