//! The letters in the network: those that travel, those that wait, and those that will be lost.

use super::{Cause, Letter};
use crate::paxos::Micros;

/// Where a letter is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// On its way to its node.
    Travels,
    /// On its way to the server in the middle.
    ToServer,
    /// In the server's queue, since its leg began.
    Queued,
    /// At a node that is paused, slow, or behind a clogged link.
    Waits,
}

/// One letter in the network. What it says, the world keeps apart: see [`World::message`](super::World::message).
#[derive(Clone, Debug)]
pub struct InFlight {
    /// Its name.
    pub letter: Letter,
    /// Which kind of message it carries: index into [`About::kinds`](crate::paxos::About::kinds).
    pub kind: u8,
    /// The event that sent it.
    pub cause: Cause,
    /// Where it is.
    pub place: Place,
    /// When this leg began, or when it came to the server's queue.
    pub left: Micros,
    /// When this leg ends; [`Micros::NEVER`] if somebody has to act first.
    pub arrives: Micros,
    /// Whether chance has it lost at the end of this leg, which is then half of the way.
    pub lost: bool,
    /// How long a leg of its way takes.
    pub leg: Micros,
    /// Whether the node's slowness has already been added.
    pub slowed: bool,
    /// The order in which it entered the network.
    pub order: u64,
    /// Rises whenever the letter is given a new time; an older appointment is void.
    pub stamp: u32,
}

/// Letters by a small number that stays theirs while they travel.
#[derive(Clone, Default, Debug)]
pub struct Letters {
    slots: Vec<Option<InFlight>>,
    free: Vec<u32>,
    next_stamp: u32,
}

impl Letters {
    /// A stamp that no appointment has had.
    pub fn stamp(&mut self) -> u32 {
        self.next_stamp = self.next_stamp.wrapping_add(1);
        self.next_stamp
    }

    /// Adds a letter and returns its number.
    pub fn insert(&mut self, letter: InFlight) -> u32 {
        match self.free.pop() {
            Some(index) => {
                self.slots[index as usize] = Some(letter);
                index
            }
            None => {
                self.slots.push(Some(letter));
                self.slots.len() as u32 - 1
            }
        }
    }

    /// The letter of that number.
    pub fn get(&self, index: u32) -> Option<&InFlight> {
        self.slots.get(index as usize)?.as_ref()
    }

    /// The letter of that number, to change it.
    pub fn get_mut(&mut self, index: u32) -> Option<&mut InFlight> {
        self.slots.get_mut(index as usize)?.as_mut()
    }

    /// Takes the letter out of the network.
    pub fn take(&mut self, index: u32) -> Option<InFlight> {
        let letter = self.slots.get_mut(index as usize)?.take()?;
        self.free.push(index);
        Some(letter)
    }

    /// The number of the letter of that name.
    pub fn find(&self, name: Letter) -> Option<u32> {
        self.iter().find(|(_, letter)| letter.letter == name).map(|(index, _)| index)
    }

    /// Every letter with its number, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &InFlight)> {
        self.slots.iter().enumerate().filter_map(|(index, slot)| Some((index as u32, slot.as_ref()?)))
    }

    /// The numbers of the letters for which `wanted` holds, in the order in which they entered the network.
    pub fn which(&self, wanted: &dyn Fn(&InFlight) -> bool) -> Vec<u32> {
        let mut found: Vec<_> = self.iter().filter(|(_, l)| wanted(l)).map(|(index, l)| (l.order, index)).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, index)| index).collect()
    }
}
