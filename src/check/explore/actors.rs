//! The states of the actors of one system: the very actors that run on the stage, memoised.
//!
//! Every local state, message and ledger is interned as a small number. What a node does with an input is computed
//! once for each of its local states and looked up ever after. A global state is then a few numbers and the messages
//! sent, its fingerprint a sum that a step changes in a few places.

use super::search::{Space, Successor, part};
use super::{Bounds, Network};
use crate::check::{Ledger, Property};
use crate::paxos::{Fact, Input, NodeId, NodeSet, Outbox, System, Timer};
use crate::sim::Digest;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash};

/// Looked up by key only, never iterated, so the order of hashing shows nowhere.
type Interned<K> = HashMap<K, u32, BuildHasherDefault<Digest>>;

/// One thing that can happen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Step {
    /// The message of that number arrives.
    Deliver(u32),
    /// The timer fires.
    Fire(NodeId, Timer),
    /// The node's machine crashes.
    Crash(NodeId),
    /// The node's machine comes up again.
    Restart(NodeId),
    /// The node's durable state is erased and it comes up empty.
    Wipe(NodeId),
}

impl Step {
    fn encode(self) -> u32 {
        match self {
            Step::Deliver(message) => message << 3,
            Step::Fire(node, timer) => (u32::from(node.0) << 8 | u32::from(timer.0)) << 3 | 1,
            Step::Crash(node) => u32::from(node.0) << 3 | 2,
            Step::Restart(node) => u32::from(node.0) << 3 | 3,
            Step::Wipe(node) => u32::from(node.0) << 3 | 4,
        }
    }

    pub(super) fn decode(code: u32) -> Self {
        let (payload, node) = (code >> 3, NodeId((code >> 3) as u8));
        match code & 7 {
            0 => Step::Deliver(payload),
            1 => Step::Fire(NodeId((payload >> 8) as u8), Timer(payload as u8)),
            2 => Step::Crash(node),
            3 => Step::Restart(node),
            _ => Step::Wipe(node),
        }
    }
}

/// A message between two nodes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Envelope<M> {
    /// Who sent it.
    pub from: NodeId,
    /// Whom it is for.
    pub to: NodeId,
    /// What it says.
    pub message: M,
}

/// A local state: whether the node is up, and its actor.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Local<A> {
    pub up: bool,
    pub actor: A,
}

/// What a node does with an input in one local state.
#[derive(Clone, Debug)]
struct Reaction {
    local: u32,
    sends: Box<[u32]>,
    facts: u32,
}

const UNKNOWN: u32 = u32::MAX;
const NOTHING: u32 = u32::MAX - 1;

/// One node's local states and what it does in each.
#[derive(Debug)]
struct Node<A> {
    numbers: Interned<Local<A>>,
    locals: Vec<Local<A>>,
    hashes: Vec<u64>,
    timers: Vec<u16>,
    /// By local state, then message: the reaction.
    deliveries: Vec<Vec<u32>>,
    /// By local state, then timer (0 to 15), crash, restart, wipe.
    others: Vec<[u32; 19]>,
    /// The messages for this node, in the order of their numbers.
    mail: Vec<u32>,
}

/// What was done, and what became of it.
#[derive(Debug)]
pub(super) struct Judged<S: System> {
    pub ledger: Ledger<S>,
    pub broken: Option<(Property, String)>,
    pub chosen: bool,
}

/// The state space of the actors of `S`.
pub struct Actors<S: System> {
    pub(super) system: S,
    bounds: Bounds,
    nodes: Vec<Node<S::Actor>>,
    machines: Vec<NodeSet>,
    pub(super) messages: Vec<Envelope<S::Message>>,
    message_numbers: Interned<Envelope<S::Message>>,
    message_hashes: Vec<u64>,
    reactions: Vec<Reaction>,
    facts: Vec<(NodeId, Vec<Fact<S::Value>>)>,
    fact_numbers: HashMap<(NodeId, Vec<FactKey<S::Value>>), u32, BuildHasherDefault<Digest>>,
    pub(super) ledgers: Vec<Judged<S>>,
    /// With what it breaks: an entry can break a property and leave the ledger as it was.
    ledger_numbers: Interned<(Ledger<S>, Option<Property>)>,
    ledger_hashes: Vec<u64>,
    entries: HashMap<(u32, u32), u32, BuildHasherDefault<Digest>>,
    network_words: usize,
    out: Outbox<S>,
    violation: String,
    /// How often an actor was run.
    pub runs: u64,
}

/// The facts that a ledger enters; the others count only in timed runs.
type FactKey<V> = (u8, Option<(crate::paxos::Slot, crate::paxos::Ballot)>, Option<V>);

fn key<V: Clone>(fact: &Fact<V>) -> Option<FactKey<V>> {
    let none = |ballot| Some((crate::paxos::Slot::ONLY, ballot));
    Some(match fact {
        Fact::Began(_) | Fact::Preempted(_) => return None,
        Fact::Requested(value) => (0, None, Some(value.clone())),
        Fact::Promised(ballot) => (1, none(*ballot), None),
        Fact::Proposed(slot, ballot, value) => (2, Some((*slot, *ballot)), Some(value.clone())),
        Fact::Voted(slot, ballot, value) => (3, Some((*slot, *ballot)), Some(value.clone())),
        Fact::Learned(slot, value) => {
            (4, Some((*slot, crate::paxos::Ballot { round: 0, owner: NodeId(0) })), Some(value.clone()))
        }
    })
}

/// The parts of a state, read off its words: budget, ledger, local states, network.
const BUDGET: usize = 0;

impl<S: System> Actors<S> {
    /// The space of `system` within `bounds`.
    pub fn new(system: S, bounds: Bounds) -> Self {
        let members = system.members();
        let machines = (0..members.len()).map(|index| {
            let same = members.iter().enumerate().filter(|(_, member)| member.machine == members[index].machine);
            same.map(|(index, _)| NodeId(index as u8)).collect()
        });
        let node = |_| Node {
            numbers: Interned::default(),
            locals: Vec::new(),
            hashes: Vec::new(),
            timers: Vec::new(),
            deliveries: Vec::new(),
            others: Vec::new(),
            mail: Vec::new(),
        };
        Self {
            nodes: (0..members.len()).map(node).collect(),
            machines: machines.collect(),
            system,
            bounds,
            messages: Vec::new(),
            message_numbers: Interned::default(),
            message_hashes: Vec::new(),
            reactions: Vec::new(),
            facts: vec![(NodeId(0), Vec::new())],
            fact_numbers: HashMap::default(),
            ledgers: Vec::new(),
            ledger_numbers: Interned::default(),
            ledger_hashes: Vec::new(),
            entries: HashMap::default(),
            network_words: 1,
            out: Outbox::default(),
            violation: String::new(),
            runs: 0,
        }
    }

    fn ledger_at(&self, state: &[u64]) -> u32 {
        (state[BUDGET] >> 32) as u32
    }

    pub(super) fn local_at(&self, state: &[u64], node: usize) -> u32 {
        (state[1 + node / 2] >> (32 * (node % 2))) as u32
    }

    fn set_local(&self, state: &mut [u64], node: usize, local: u32) {
        let (word, shift) = (1 + node / 2, 32 * (node % 2));
        state[word] = state[word] & !(u64::from(u32::MAX) << shift) | u64::from(local) << shift;
    }

    fn network_start(&self) -> usize {
        1 + self.nodes.len().div_ceil(2)
    }

    /// How many words the network takes for so many messages.
    fn words_for(&self, messages: usize) -> usize {
        match self.bounds.network {
            Network::Set => messages.div_ceil(64),
            Network::Once => messages.div_ceil(8),
        }
    }

    /// How many copies of a message are in the network; with the set network, whether it was ever sent.
    fn copies(&self, state: &[u64], message: u32) -> u64 {
        let start = self.network_start();
        let (per_word, bits) = self.packing();
        let word = start + message as usize / per_word;
        state.get(word).map_or(0, |word| word >> (message as usize % per_word * bits) & ((1 << bits) - 1))
    }

    fn packing(&self) -> (usize, usize) {
        match self.bounds.network {
            Network::Set => (64, 1),
            Network::Once => (8, 8),
        }
    }

    /// The number of a local state. New ones get a row of unknown reactions.
    fn intern_local(&mut self, node: usize, mut local: Local<S::Actor>) -> u32 {
        self.system.untimed(&mut local.actor);
        let place = &mut self.nodes[node];
        if let Some(number) = place.numbers.get(&local) {
            return *number;
        }
        let number = place.locals.len() as u32;
        place.hashes.push(part(1, node as u64, Digest::of(&local)));
        place.timers.push(if local.up { self.system.armed(NodeId(node as u8), &local.actor) } else { 0 });
        place.deliveries.push(Vec::new());
        place.others.push([UNKNOWN; 19]);
        place.numbers.insert(local.clone(), number);
        place.locals.push(local);
        number
    }

    fn intern_message(&mut self, envelope: Envelope<S::Message>) -> u32 {
        if let Some(number) = self.message_numbers.get(&envelope) {
            return *number;
        }
        let number = self.messages.len() as u32;
        self.message_hashes.push(part(2, 0, Digest::of(&envelope)));
        self.nodes[envelope.to.index()].mail.push(number);
        self.message_numbers.insert(envelope.clone(), number);
        self.messages.push(envelope);
        self.network_words = self.network_words.max(self.words_for(self.messages.len()));
        number
    }

    fn intern_facts(&mut self, node: NodeId) -> u32 {
        let keys: Vec<_> = self.out.facts.iter().filter_map(key).collect();
        if keys.is_empty() {
            return 0;
        }
        let number = self.facts.len() as u32;
        let facts = self.out.facts.iter().filter(|fact| key(fact).is_some()).cloned().collect();
        *self.fact_numbers.entry((node, keys)).or_insert_with(|| {
            self.facts.push((node, facts));
            number
        })
    }

    fn intern_ledger(&mut self, judged: Judged<S>) -> u32 {
        let key = (judged.ledger.clone(), judged.broken.as_ref().map(|(property, _)| *property));
        if let Some(number) = self.ledger_numbers.get(&key) {
            return *number;
        }
        let number = self.ledgers.len() as u32;
        self.ledger_hashes.push(part(3, 0, Digest::of(&key)));
        self.ledger_numbers.insert(key, number);
        self.ledgers.push(judged);
        number
    }

    /// The ledger after those facts were entered.
    fn enter(&mut self, ledger: u32, facts: u32) -> u32 {
        if facts == 0 {
            return ledger;
        }
        if let Some(known) = self.entries.get(&(ledger, facts)) {
            return *known;
        }
        let before = &self.ledgers[ledger as usize];
        let mut judged = Judged { ledger: before.ledger.clone(), broken: before.broken.clone(), chosen: before.chosen };
        let (node, facts_entered) = &self.facts[facts as usize];
        for fact in facts_entered {
            let judgement = judged.ledger.enter(&self.system, *node, fact);
            judged.chosen |= judgement.chosen.is_some();
            judged.broken = judged.broken.or_else(|| judgement.broken.into_iter().next());
        }
        let after = self.intern_ledger(judged);
        self.entries.insert((ledger, facts), after);
        after
    }

    /// Runs the actor and interns what it does. Beyond the bound on rounds it does nothing.
    fn react(&mut self, node: usize, local: u32, up: bool, actor: S::Actor, input: Option<Input<S>>) -> u32 {
        let id = NodeId(node as u8);
        let mut actor = actor;
        self.out.clear();
        if let Some(input) = input {
            self.system.handle(id, &mut actor, input, &mut self.out);
            self.runs += 1;
        }
        if self.system.round(&actor) > self.bounds.rounds {
            return NOTHING;
        }
        let members = NodeSet::range(0, self.nodes.len());
        let mut sends = Vec::new();
        for (to, message) in std::mem::take(&mut self.out.sends) {
            for to in to.and(members).iter() {
                sends.push(self.intern_message(Envelope { from: id, to, message: message.clone() }));
            }
        }
        let facts = self.intern_facts(id);
        let after = self.intern_local(node, Local { up, actor });
        if after == local && sends.is_empty() && facts == 0 {
            return NOTHING;
        }
        self.reactions.push(Reaction { local: after, sends: sends.into(), facts });
        self.reactions.len() as u32 - 1
    }

    /// What `node` does when the message arrives in that local state.
    fn delivery(&mut self, node: usize, local: u32, message: u32) -> u32 {
        let row = &self.nodes[node].deliveries[local as usize];
        match row.get(message as usize).copied().unwrap_or(UNKNOWN) {
            UNKNOWN => {}
            known => return known,
        }
        let Local { up, actor } = self.nodes[node].locals[local as usize].clone();
        let envelope = self.messages[message as usize].clone();
        let input = Input::Message { from: envelope.from, message: &envelope.message };
        let reaction = if up { self.react(node, local, up, actor, Some(input)) } else { NOTHING };
        let row = &mut self.nodes[node].deliveries[local as usize];
        if row.len() <= message as usize {
            row.resize(message as usize + 1, UNKNOWN);
        }
        row[message as usize] = reaction;
        reaction
    }

    /// What `node` does in that local state when anything but a message comes: see [`Node::others`].
    fn other(&mut self, node: usize, local: u32, which: usize) -> u32 {
        let known = self.nodes[node].others[local as usize][which];
        if known != UNKNOWN {
            return known;
        }
        let id = NodeId(node as u8);
        let Local { up, actor } = self.nodes[node].locals[local as usize].clone();
        let reaction = match which {
            CRASH if up => {
                let left = if self.bounds.forgets { self.system.initial(id) } else { self.system.recover(id, &actor) };
                self.react(node, local, false, left, None)
            }
            RESTART if !up => self.react(node, local, true, actor, Some(Input::Restart)),
            WIPE => {
                let empty = self.system.initial(id);
                self.react(node, local, true, empty, Some(Input::Restart))
            }
            timer if timer < CRASH && up => {
                self.react(node, local, true, actor, Some(Input::Timer(Timer(timer as u8))))
            }
            _ => NOTHING,
        };
        self.nodes[node].others[local as usize][which] = reaction;
        reaction
    }

    /// The fingerprint of the state to which the reaction leads, or the old one if it changes nothing.
    fn after(&mut self, state: &[u64], fingerprint: u64, node: usize, reaction: u32, taken: Option<u32>) -> u64 {
        let before = self.local_at(state, node);
        let Reaction { local, facts, .. } = self.reactions[reaction as usize];
        let hashes = &self.nodes[node].hashes;
        let mut fingerprint = fingerprint.wrapping_sub(hashes[before as usize]).wrapping_add(hashes[local as usize]);
        let reaction = &self.reactions[reaction as usize];
        match self.bounds.network {
            Network::Set => {
                for (at, message) in reaction.sends.iter().enumerate() {
                    if self.copies(state, *message) == 0 && !reaction.sends[..at].contains(message) {
                        fingerprint = fingerprint.wrapping_add(self.message_hashes[*message as usize]);
                    }
                }
            }
            Network::Once => {
                if let Some(message) = taken {
                    fingerprint = fingerprint.wrapping_sub(self.message_hashes[message as usize]);
                }
                for message in &reaction.sends {
                    fingerprint = fingerprint.wrapping_add(self.message_hashes[*message as usize]);
                }
            }
        }
        let ledger = self.ledger_at(state);
        let entered = self.enter(ledger, facts);
        if entered != ledger {
            fingerprint = fingerprint
                .wrapping_sub(self.ledger_hashes[ledger as usize])
                .wrapping_add(self.ledger_hashes[entered as usize]);
        }
        fingerprint
    }

    fn apply(&mut self, state: &mut [u64], node: usize, reaction: u32) {
        let Reaction { local, facts, .. } = self.reactions[reaction as usize];
        self.set_local(state, node, local);
        let ledger = self.enter(self.ledger_at(state), facts);
        state[BUDGET] = state[BUDGET] & u64::from(u32::MAX) | u64::from(ledger) << 32;
        let start = self.network_start();
        let (per_word, bits) = self.packing();
        for message in &self.reactions[reaction as usize].sends {
            let (word, shift) = (start + *message as usize / per_word, *message as usize % per_word * bits);
            match self.bounds.network {
                Network::Set => state[word] |= 1 << shift,
                Network::Once if state[word] >> shift & 255 < 255 => state[word] += 1 << shift,
                Network::Once => {}
            }
        }
    }

    /// The reactions of every node of a machine to a fault, in the order of the nodes.
    fn fault(&mut self, state: &[u64], machine: NodeSet, which: usize) -> Vec<(usize, u32)> {
        let mut reactions = Vec::new();
        for node in machine.iter() {
            let local = self.local_at(state, node.index());
            let reaction = self.other(node.index(), local, which);
            if reaction != NOTHING {
                reactions.push((node.index(), reaction));
            }
        }
        reactions
    }

    fn faults(&mut self, state: &[u64], fingerprint: u64, found: &mut Vec<Successor>) {
        for kind in 0..3 {
            let left = state[BUDGET] >> (8 * kind) & 255;
            if left == 0 {
                continue;
            }
            let spent = part(4, kind, left - 1).wrapping_sub(part(4, kind, left));
            for node in 0..self.nodes.len() {
                let machine = self.machines[node];
                if machine.iter().next() != Some(NodeId(node as u8)) {
                    continue;
                }
                let reactions = self.fault(state, machine, CRASH + kind as usize);
                let (Some(_), Some(step)) = (reactions.first(), fault_step(kind, NodeId(node as u8))) else { continue };
                let mut scratch = state.to_vec();
                scratch.resize(self.width(), 0);
                let mut after = fingerprint;
                for (node, reaction) in reactions {
                    after = self.after(&scratch, after, node, reaction, None);
                    scratch.resize(self.width(), 0);
                    self.apply(&mut scratch, node, reaction);
                }
                found.push(Successor { fingerprint: after.wrapping_add(spent), action: step.encode() });
            }
        }
    }

    /// What the state says, for properties and goals.
    pub(super) fn judged(&self, state: &[u64]) -> &Judged<S> {
        &self.ledgers[self.ledger_at(state) as usize]
    }

    /// The local state of a node.
    pub(super) fn local(&self, state: &[u64], node: usize) -> &Local<S::Actor> {
        &self.nodes[node].locals[self.local_at(state, node) as usize]
    }

    /// Whether a goal is looked for, not a broken property.
    pub(super) fn is_for_goal(&self) -> bool {
        self.bounds.goal.is_some()
    }

    /// What happened where a property was found broken.
    pub(super) fn violation(&self) -> &str {
        &self.violation
    }
}

const CRASH: usize = 16;
const RESTART: usize = 17;
const WIPE: usize = 18;

fn fault_step(kind: u64, node: NodeId) -> Option<Step> {
    match kind {
        0 => Some(Step::Crash(node)),
        1 => Some(Step::Restart(node)),
        2 => Some(Step::Wipe(node)),
        _ => None,
    }
}

impl<S: System> Space for Actors<S> {
    fn width(&self) -> usize {
        self.network_start() + self.network_words
    }

    fn initial(&mut self, state: &mut Vec<u64>) -> u64 {
        let empty = Judged { ledger: Ledger::default(), broken: None, chosen: false };
        let ledger = self.intern_ledger(empty);
        let faults = [self.bounds.crashes, self.bounds.restarts, self.bounds.wipes];
        let budget = faults.iter().enumerate().fold(0, |all, (kind, left)| all | u64::from(*left) << (8 * kind));
        state.push(budget | u64::from(ledger) << 32);
        state.resize(self.network_start(), 0);
        let mut fingerprint = self.ledger_hashes[ledger as usize];
        for (kind, left) in faults.into_iter().enumerate() {
            fingerprint = fingerprint.wrapping_add(part(4, kind as u64, u64::from(left)));
        }
        for node in 0..self.nodes.len() {
            let local = self.intern_local(node, Local { up: true, actor: self.system.initial(NodeId(node as u8)) });
            self.set_local(state, node, local);
            fingerprint = fingerprint.wrapping_add(self.nodes[node].hashes[local as usize]);
        }
        for node in 0..self.nodes.len() {
            let local = self.local_at(state, node);
            let actor = self.nodes[node].locals[local as usize].actor.clone();
            let reaction = self.react(node, local, true, actor, Some(Input::Start));
            if reaction != NOTHING {
                state.resize(self.width(), 0);
                fingerprint = self.after(state, fingerprint, node, reaction, None);
                self.apply(state, node, reaction);
            }
        }
        state.resize(self.width(), 0);
        fingerprint
    }

    fn expand(&mut self, state: &[u64], fingerprint: u64, found: &mut Vec<Successor>) {
        for node in 0..self.nodes.len() {
            let local = self.local_at(state, node);
            for at in 0..self.nodes[node].mail.len() {
                let message = self.nodes[node].mail[at];
                if self.copies(state, message) == 0 {
                    continue;
                }
                let reaction = self.delivery(node, local, message);
                if reaction == NOTHING {
                    continue;
                }
                let after = self.after(state, fingerprint, node, reaction, Some(message));
                if after != fingerprint {
                    found.push(Successor { fingerprint: after, action: Step::Deliver(message).encode() });
                }
            }
            let mut timers = self.nodes[node].timers[local as usize];
            while timers != 0 {
                let timer = timers.trailing_zeros();
                timers &= timers - 1;
                let reaction = self.other(node, local, timer as usize);
                if reaction == NOTHING {
                    continue;
                }
                let after = self.after(state, fingerprint, node, reaction, None);
                if after != fingerprint {
                    let step = Step::Fire(NodeId(node as u8), Timer(timer as u8));
                    found.push(Successor { fingerprint: after, action: step.encode() });
                }
            }
        }
        if state[BUDGET] & 0xFF_FFFF != 0 {
            self.faults(state, fingerprint, found);
        }
    }

    fn build(&mut self, state: &[u64], action: u32, next: &mut Vec<u64>) {
        let start = next.len();
        next.extend_from_slice(state);
        next.resize(start + self.width(), 0);
        let next = &mut next[start..];
        match Step::decode(action) {
            Step::Deliver(message) => {
                let node = self.messages[message as usize].to.index();
                let reaction = self.delivery(node, self.local_at(state, node), message);
                if self.bounds.network == Network::Once {
                    next[self.network_start() + message as usize / 8] -= 1 << (message % 8 * 8);
                }
                self.apply(next, node, reaction);
            }
            Step::Fire(node, timer) => {
                let reaction = self.other(node.index(), self.local_at(state, node.index()), usize::from(timer.0));
                self.apply(next, node.index(), reaction);
            }
            Step::Crash(node) => self.suffer(next, node, 0),
            Step::Restart(node) => self.suffer(next, node, 1),
            Step::Wipe(node) => self.suffer(next, node, 2),
        }
    }

    fn finds(&mut self, state: &[u64]) -> Option<u32> {
        match self.bounds.goal {
            None => {
                let (property, what) = self.judged(state).broken.clone()?;
                self.violation = what;
                Some(property as u32)
            }
            Some(goal) => {
                let actors: Vec<_> = (0..self.nodes.len()).map(|node| &self.local(state, node).actor).collect();
                let judged = self.judged(state);
                super::goal::reached(&self.system, goal, &actors, &judged.ledger).then_some(0)
            }
        }
    }

    fn chosen(&mut self, state: &[u64]) -> bool {
        self.judged(state).chosen
    }

    fn bytes(&self) -> usize {
        let rows = |node: &Node<S::Actor>| {
            node.deliveries.iter().map(|row| row.capacity() * 4 + 24 + 76).sum::<usize>()
                + node.locals.len() * (2 * size_of::<Local<S::Actor>>() + 32)
        };
        self.nodes.iter().map(rows).sum::<usize>()
            + self.reactions.len() * (size_of::<Reaction>() + 32)
            + self.ledgers.len() * 600
            + self.entries.len() * 16
    }
}

impl<S: System> Actors<S> {
    fn suffer(&mut self, next: &mut [u64], node: NodeId, kind: u64) {
        next[BUDGET] -= 1 << (8 * kind);
        for (node, reaction) in self.fault(&next.to_vec(), self.machines[node.index()], CRASH + kind as usize) {
            self.apply(next, node, reaction);
        }
    }
}
