//! Messages that nobody can act on any more.
//!
//! A promise for a ballot that its proposer has given up changes nothing, now or ever: states that differ in nothing but
//! such messages have the same futures, step for step, and can be taken for one. To know of a message that it is of no
//! use *ever*, all local states must be known that its receiver can still come to. So before the search every node is run
//! through all its local states with all messages that any node could send, in whatever order (more than can really
//! happen, which is on the safe side), until nothing new turns up. Where that takes too much, nothing is forgotten.

use super::Network;
use super::actors::Actors;
use super::core::Core;
use super::distance::Distance;
use super::reaction::{CRASH, Known, Reaction, Row, WIPE};
use super::step::Step;
use crate::paxos::{NodeId, Timer};

/// The most that is tried beforehand: local states times messages.
const MOST: usize = 1 << 21;

/// By node and local state: the messages that the node can act on in that state or in a later one, as bits.
#[derive(Debug)]
pub(super) struct Futures(Vec<Vec<Bits>>);

/// Messages by number.
pub(super) type Bits = Box<[u64]>;

/// What a node can do in one of its local states.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub reaction: Reaction,
    /// Because of that message, if it is because of one.
    pub message: Option<u32>,
    /// Whether it is a crash, a restart or a wipe.
    pub fault: bool,
}

impl Futures {
    /// Which of 64 messages, from number `64 * word`, the node can still act on.
    pub fn of(&self, node: usize, local: u32, word: usize) -> u64 {
        self.0[node][local as usize].get(word).copied().unwrap_or(0)
    }

    /// Bytes in use.
    pub fn bytes(&self) -> usize {
        self.0.iter().flatten().map(|bits| size_of_val(&**bits) + size_of::<Bits>()).sum()
    }
}

/// Adds to the bits of each local state those of all states to which it leads.
pub(super) fn spread(bits: &mut [Bits], leads: &[Vec<u32>]) {
    let mut changes = true;
    while std::mem::take(&mut changes) {
        for at in (0..bits.len()).rev() {
            let mut own = std::mem::take(&mut bits[at]);
            for next in leads[at].iter().filter(|next| **next as usize != at) {
                for (own, more) in own.iter_mut().zip(&bits[*next as usize]) {
                    changes |= more & !*own != 0;
                    *own |= more;
                }
            }
            bits[at] = own;
        }
    }
}

impl Actors {
    /// Runs every node through everything; `false` if that is too much.
    pub(super) fn close(&mut self) -> bool {
        let mut starts = Vec::new();
        for node in 0..self.core.nodes.len() {
            let local = self.teacher.initial(&mut self.core, node);
            starts.extend(self.teacher.react(&mut self.core, node, local, None).map(|start| (node, start)));
        }
        // By node and local state: the messages tried.
        let mut tried: Vec<Vec<usize>> = vec![Vec::new(); self.core.nodes.len()];
        let mut spent = 0;
        let mut grows = true;
        while std::mem::take(&mut grows) {
            for (node, tried) in tried.iter_mut().enumerate() {
                let mut local = 0;
                while local < self.core.nodes[node].hashes.len() {
                    if tried.len() == local {
                        tried.push(0);
                        self.try_others(node, local as u32);
                        grows = true;
                    }
                    let known = self.core.receivers.len();
                    for message in tried[local]..known {
                        if self.core.receivers[message].index() == node {
                            self.learn_delivery(node, local as u32, message as u32, false);
                            if self.core.fails_over(node, message as u32) {
                                self.learn_delivery(node, local as u32, message as u32, true);
                            }
                            spent += 1;
                        }
                    }
                    grows |= tried[local] < known;
                    tried[local] = known;
                    if spent > MOST {
                        return false;
                    }
                    local += 1;
                }
            }
        }
        let core = &mut self.core;
        core.futures = Some(Futures((0..core.nodes.len()).map(|node| core.mail_of(node, &starts)).collect()));
        core.distance = (core.preemptions > 0).then(|| Distance::new(core, &starts)).flatten();
        true
    }

    /// Finds out what timers and faults do in a local state.
    fn try_others(&mut self, node: usize, local: u32) {
        let id = NodeId(node as u8);
        let timers = self.core.nodes[node].timers[local as usize];
        for timer in (0..CRASH).filter(|timer| timers >> timer & 1 == 1) {
            self.learn_other(node, local, timer, Step::Fire(id, Timer(timer as u8)));
        }
        let bounds = self.core.bounds;
        let faults = [bounds.crashes, bounds.restarts, bounds.wipes];
        for (kind, step) in [Step::Crash(id), Step::Restart(id), Step::Wipe(id)].into_iter().enumerate() {
            if faults[kind] > 0 {
                self.learn_other(node, local, CRASH + kind, step);
            }
        }
    }
}

impl Core {
    fn fails_over(&self, node: usize, message: u32) -> bool {
        let told = self.nodes[node].told.get(message as usize / 64);
        told.is_some_and(|word| word >> (message % 64) & 1 == 1)
    }

    /// All that the node can do in a local state, as far as anybody has tried.
    pub fn ways(&self, node: usize, local: usize) -> impl Iterator<Item = Way> {
        let place = &self.nodes[node];
        let row = &place.rows[local];
        let others = (0..=WIPE).filter_map(|which| match row.other(which) {
            Known::Does(reaction) => Some(Way { reaction, message: None, fault: which >= CRASH }),
            Known::Not | Known::Nothing => None,
        });
        let heard = [row, &place.failures[local]].into_iter().flat_map(Row::all);
        others.chain(heard.map(|(message, reaction)| Way { reaction, message: Some(message), fault: false }))
    }

    /// The messages on which the node can act in each of its local states or later.
    fn mail_of(&self, node: usize, starts: &[(usize, Reaction)]) -> Vec<Bits> {
        let words = self.receivers.len().div_ceil(64);
        let locals = 0..self.nodes[node].rows.len();
        let mut bits: Vec<Bits> = locals.clone().map(|_| vec![0; words].into()).collect();
        let mut leads: Vec<Vec<u32>> = Vec::new();
        for local in locals {
            let mut next = Vec::new();
            for way in self.ways(node, local) {
                next.push(way.reaction.local);
                if let Some(message) = way.message {
                    bits[local][message as usize / 64] |= 1 << (message % 64);
                }
            }
            next.sort_unstable();
            next.dedup();
            leads.push(next);
        }
        for (_, start) in starts.iter().filter(|(at, _)| *at == node) {
            leads[start.before as usize].push(start.local);
        }
        spread(&mut bits, &leads);
        bits
    }

    /// Of 64 messages in the network, those for the node on which it cannot act once it is in that local state.
    fn dying(&self, state: &[u64], node: usize, local: u32, word: usize) -> u64 {
        let Some(futures) = &self.futures else { return 0 };
        let mail = self.nodes[node].mail.get(word).copied().unwrap_or(0);
        let candidates = mail & !futures.of(node, local, word);
        if candidates == 0 { 0 } else { self.present(state, word) & candidates }
    }

    /// Whether the message is of use to its receiver after a reaction.
    fn is_wanted(&self, state: &[u64], (node, reaction): (usize, Reaction), message: u32) -> bool {
        let Some(futures) = &self.futures else { return true };
        let to = self.receivers[message as usize].index();
        let local = if to == node { reaction.local } else { self.local_at(state, to) };
        futures.of(to, local, message as usize / 64) >> (message % 64) & 1 == 1
    }

    /// What a reaction changes in the network: each message that comes or goes, with how many copies more (or, wrapped,
    /// fewer) there are.
    pub fn come_and_go(
        &self,
        state: &[u64],
        (node, reaction): (usize, Reaction),
        taken: Option<u32>,
        change: &mut impl FnMut(u32, u64),
    ) {
        let taken = taken.filter(|_| self.bounds.network == Network::Once);
        let words = if self.futures.is_some() { self.nodes[node].mail.len() } else { 0 };
        for word in 0..words {
            let mut dying = self.dying(state, node, reaction.local, word);
            while dying != 0 {
                let message = (word * 64) as u32 + dying.trailing_zeros();
                dying &= dying - 1;
                let left = self.copies(state, message) - u64::from(taken == Some(message));
                change(message, left.wrapping_neg());
            }
        }
        if let Some(message) = taken {
            change(message, 1u64.wrapping_neg());
        }
        for message in self.sent(reaction) {
            let new = self.bounds.network == Network::Once || self.copies(state, *message) == 0;
            if new && self.is_wanted(state, (node, reaction), *message) {
                change(*message, 1);
            }
        }
    }

    /// Where in the network it is kept how often a message is in it: word, bit, and the most it can be.
    pub fn place(&self, message: u32) -> (usize, u32, u64) {
        match self.bounds.network {
            Network::Set => (message as usize / 64, message % 64, 1),
            Network::Once => (message as usize / 8, message % 8 * 8, 255),
        }
    }

    /// How often a message is in the network.
    fn copies(&self, state: &[u64], message: u32) -> u64 {
        let (word, shift, most) = self.place(message);
        state.get(self.network_start() + word).map_or(0, |word| word >> shift & most)
    }
}
