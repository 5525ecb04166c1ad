//! The states of any system's actors, as numbers.
//!
//! Every local state, message and ledger is interned as a small number, and what a node does with an input is looked up.
//! A global state is then a few numbers and the messages sent, its fingerprint a sum that a step changes in a few places.
//! Nothing here knows which system it is; whatever was never seen is asked of a [`Teacher`](super::teacher::Teacher).

use super::distance::Distance;
use super::entries::{Entries, Entry};
use super::futures::Futures;
use super::livelock::Begins;
use super::reaction::{Reaction, Row};
use super::search::part;
use super::symmetry::Symmetry;
use super::{Bounds, Network};
use crate::paxos::{NodeId, NodeSet, Renaming};

/// What is known of one node's local states and of what it does in each.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub hashes: Vec<u64>,
    /// With symmetry: the views of each local state.
    pub views: Vec<u64>,
    /// The timers that could fire in each.
    pub timers: Vec<u16>,
    /// What it does in each.
    pub rows: Vec<Row>,
    /// What it does in each where it fails over a message.
    pub failures: Vec<Row>,
    /// The messages for this node, as bits.
    pub mail: Vec<u64>,
    /// Those of them over which it can fail and be told so, as bits.
    pub told: Vec<u64>,
}

impl Node {
    /// What it does with messages, in each local state: with those that it handles, or with those it fails over.
    pub fn deliveries(&self, fails: bool) -> &[Row] {
        if fails { &self.failures } else { &self.rows }
    }

    /// The messages that it may handle, or fail over, as bits.
    pub fn letters(&self, fails: bool) -> &[u64] {
        if fails { &self.told } else { &self.mail }
    }
}

/// What the properties say of a ledger.
#[derive(Clone, Debug, Default)]
pub(super) struct Judgement {
    /// A property that does not hold, and what happened.
    pub broken: Option<(&'static str, String)>,
    /// Whether a value is chosen.
    pub chosen: bool,
    /// Ballots given up in a row because of higher ones, where a goal counts them.
    pub preempted: u8,
    /// Whether no more of them can count.
    pub settled: bool,
}

/// What is known of a space of states, by number.
#[derive(Debug)]
pub(super) struct Core {
    pub bounds: Bounds,
    pub nodes: Vec<Node>,
    /// By node: the nodes on its machine.
    pub machines: Vec<NodeSet>,
    /// The receiver of each message.
    pub receivers: Vec<NodeId>,
    pub message_hashes: Vec<u64>,
    pub symmetry: Option<Symmetry>,
    pub message_views: Vec<u64>,
    pub ledger_views: Vec<u64>,
    pub judgements: Vec<Judgement>,
    pub ledger_hashes: Vec<u64>,
    pub entries: Entries,
    /// How many preemptions in a row are looked for; 0 where it is something else.
    pub preemptions: u8,
    /// How many preemptions each of the facts holds.
    pub preempting: Vec<u8>,
    /// Which messages are still of use, where all local states are known beforehand.
    pub futures: Option<Futures>,
    /// How far it is to the preemptions that are looked for, where all local states are known beforehand.
    pub distance: Option<Distance>,
    sends: Vec<u32>,
    network_words: usize,
    /// What makes nodes begin ballots.
    pub begins: Begins,
    /// How often an actor was run.
    pub runs: u64,
}

/// The parts of a state, read off its words: budget, ledger, local states, network.
pub(super) const BUDGET: usize = 0;

impl Core {
    /// Of nodes on those machines nothing is known yet. Those `alike` can change places.
    pub fn new(machines: Vec<NodeSet>, alike: NodeSet, bounds: Bounds) -> Self {
        // The mapping to the specification has no other names.
        let alike = if bounds.symmetry && !bounds.refines { alike } else { NodeSet::EMPTY };
        Self {
            bounds,
            nodes: machines.iter().map(|_| Node::default()).collect(),
            receivers: Vec::new(),
            message_hashes: Vec::new(),
            symmetry: Symmetry::new(alike, machines.len()),
            machines,
            message_views: Vec::new(),
            ledger_views: Vec::new(),
            judgements: Vec::new(),
            ledger_hashes: Vec::new(),
            entries: Entries::new(),
            preemptions: 0,
            preempting: Vec::new(),
            futures: None,
            distance: None,
            sends: Vec::new(),
            network_words: 1,
            begins: Begins::default(),
            runs: 0,
        }
    }

    /// With symmetry: the views of a part, of which `hash` tells the hash under other names.
    fn views(&mut self, hash: &dyn Fn(&Renaming) -> u64) -> Vec<u64> {
        self.symmetry.as_mut().map(|symmetry| symmetry.views(hash)).unwrap_or_default()
    }

    /// Adds the next local state of a node, in which those timers could fire. `digest` tells its digest under other
    /// names, where there are any.
    pub fn add_local(&mut self, node: usize, timers: u16, digest: &dyn Fn(Option<&Renaming>) -> u64) {
        let id = NodeId(node as u8);
        let views = self.views(&|renaming| part(1, u64::from(renaming.node(id).0), digest(Some(renaming))));
        let place = &mut self.nodes[node];
        place.views.extend(views);
        place.hashes.push(part(1, node as u64, digest(None)));
        place.timers.push(timers);
        place.rows.push(Row::unknown());
        place.failures.push(Row::default());
    }

    /// Adds the next message. `told` says whether its receiver can fail over it and be told so.
    pub fn add_message(&mut self, to: NodeId, told: bool, digest: &dyn Fn(Option<&Renaming>) -> u64) {
        let number = self.receivers.len();
        let views = self.views(&|renaming| part(2, 0, digest(Some(renaming))));
        self.message_views.extend(views);
        self.message_hashes.push(part(2, 0, digest(None)));
        let told = told && self.bounds.failing.contains(to);
        let Node { mail, told: failing, .. } = &mut self.nodes[to.index()];
        for bits in [Some(mail), told.then_some(failing)].into_iter().flatten() {
            bits.resize(bits.len().max(number / 64 + 1), 0);
            bits[number / 64] |= 1 << (number % 64);
        }
        self.receivers.push(to);
        self.network_words = self.network_words.max(self.words_for(self.receivers.len()));
    }

    /// Adds the next ledger.
    pub fn add_ledger(&mut self, judgement: Judgement, digest: &dyn Fn(Option<&Renaming>) -> u64) {
        let views = self.views(&|renaming| part(3, 0, digest(Some(renaming))));
        self.ledger_views.extend(views);
        self.ledger_hashes.push(part(3, 0, digest(None)));
        self.judgements.push(judgement);
    }

    /// Notes what becomes of a ledger with those facts.
    pub fn add_entry(&mut self, ledger: u32, facts: u32, after: u32) {
        let delta = self.ledger_hashes[after as usize].wrapping_sub(self.ledger_hashes[ledger as usize]);
        self.entries.insert(Entry { key: u64::from(ledger) << 32 | u64::from(facts), delta, after });
    }

    /// Where in the list of all that is sent the next reaction's messages begin.
    pub fn sends_start(&self) -> usize {
        self.sends.len()
    }

    /// Adds a message to those of the reaction that began there. In a set, one that is sent twice at once is sent once.
    pub fn send(&mut self, start: usize, message: u32) {
        if self.bounds.network == Network::Once || !self.sends[start..].contains(&message) {
            self.sends.push(message);
        }
    }

    /// The reaction that leads from the one local state to the other; `None` if it changes nothing.
    pub fn reaction(&self, node: usize, (before, after): (u32, u32), facts: u32, start: usize) -> Option<Reaction> {
        if after == before && self.sends.len() == start && facts == 0 {
            return None;
        }
        let hashes = &self.nodes[node].hashes;
        let delta = hashes[after as usize].wrapping_sub(hashes[before as usize]);
        Some(Reaction { delta, local: after, facts, sends: (start as u32, self.sends.len() as u32), before })
    }

    /// The messages that a reaction sends.
    pub fn sent(&self, reaction: Reaction) -> &[u32] {
        &self.sends[reaction.sends.0 as usize..reaction.sends.1 as usize]
    }

    /// What a delivery in that state, which changes something, does.
    pub fn delivered(&self, state: &[u64], message: u32, fails: bool) -> (usize, Reaction) {
        let node = self.receivers[message as usize].index();
        let row = &self.nodes[node].deliveries(fails)[self.local_at(state, node) as usize];
        (node, row.reaction(message as usize / 64, message % 64))
    }

    /// How many words a state takes.
    pub fn width(&self) -> usize {
        self.network_start() + self.network_words
    }

    pub fn ledger_at(&self, state: &[u64]) -> u32 {
        (state[BUDGET] >> 32) as u32
    }

    pub fn local_at(&self, state: &[u64], node: usize) -> u32 {
        (state[1 + node / 2] >> (32 * (node % 2))) as u32
    }

    pub fn set_local(&self, state: &mut [u64], node: usize, local: u32) {
        let (word, shift) = (1 + node / 2, 32 * (node % 2));
        state[word] = state[word] & !(u64::from(u32::MAX) << shift) | u64::from(local) << shift;
    }

    /// The local states of all nodes.
    pub fn locals(&self, state: &[u64]) -> Vec<u32> {
        (0..self.nodes.len()).map(|node| self.local_at(state, node)).collect()
    }

    /// Where the signatures of like nodes begin, if there is symmetry.
    pub fn signatures_start(&self) -> usize {
        1 + self.nodes.len().div_ceil(2)
    }

    pub fn network_start(&self) -> usize {
        self.signatures_start() + self.symmetry.as_ref().map_or(0, Symmetry::len)
    }

    /// How many words the network takes for so many messages.
    fn words_for(&self, messages: usize) -> usize {
        match self.bounds.network {
            Network::Set => messages.div_ceil(64),
            Network::Once => messages.div_ceil(8),
        }
    }

    /// Which of 64 messages are in the network, from number `64 * word`.
    pub fn present(&self, state: &[u64], word: usize) -> u64 {
        let network = &state[self.network_start()..];
        match self.bounds.network {
            Network::Set => network.get(word).copied().unwrap_or(0),
            Network::Once => {
                let counts = network.iter().skip(8 * word).take(8).enumerate();
                counts.fold(0, |present, (at, counts)| present | bytes_held(*counts) << (8 * at))
            }
        }
    }

    /// Bytes in use.
    pub fn bytes(&self) -> usize {
        let rows = |node: &Node| {
            node.rows.iter().chain(&node.failures).map(Row::bytes).sum::<usize>()
                + node.rows.len() * (2 * size_of::<Row>() + 32)
        };
        self.nodes.iter().map(rows).sum::<usize>()
            + self.judgements.len() * 600
            + self.entries.bytes()
            + self.futures.as_ref().map_or(0, Futures::bytes)
            + self.distance.as_ref().map_or(0, Distance::bytes)
    }
}

/// Which bytes of the word are not nought, as the lowest eight bits.
fn bytes_held(word: u64) -> u64 {
    const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    let held = (((word & LOW) + LOW) | word) & !LOW;
    (held >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}
