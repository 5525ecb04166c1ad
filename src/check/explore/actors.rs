//! The states of the actors of one system: the very actors that run on the stage, memoised.
//!
//! Every local state, message and ledger is interned as a small number. What a node does with an input is computed
//! once for each of its local states and looked up ever after. A global state is then a few numbers and the messages
//! sent, its fingerprint a sum that a step changes in a few places.

use super::Bounds;
use super::search::part;
use crate::check::{Ledger, Property};
use crate::paxos::{Fact, Failing, Input, NodeId, NodeSet, Outbox, System, Timer};
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
    /// The message of that number arrives, and its receiver fails over it.
    Fail(u32),
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
    pub(super) fn encode(self) -> u32 {
        match self {
            Step::Deliver(message) => message << 3,
            Step::Fire(node, timer) => (u32::from(node.0) << 8 | u32::from(timer.0)) << 3 | 1,
            Step::Crash(node) => u32::from(node.0) << 3 | 2,
            Step::Restart(node) => u32::from(node.0) << 3 | 3,
            Step::Wipe(node) => u32::from(node.0) << 3 | 4,
            Step::Fail(message) => message << 3 | 5,
        }
    }

    pub(super) fn decode(code: u32) -> Self {
        let (payload, node) = (code >> 3, NodeId((code >> 3) as u8));
        match code & 7 {
            0 => Step::Deliver(payload),
            1 => Step::Fire(NodeId((payload >> 8) as u8), Timer(payload as u8)),
            2 => Step::Crash(node),
            3 => Step::Restart(node),
            5 => Step::Fail(payload),
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
pub(super) struct Reaction {
    pub(super) local: u32,
    pub(super) sends: Box<[u32]>,
    pub(super) facts: u32,
}

pub(super) const UNKNOWN: u32 = u32::MAX;
pub(super) const NOTHING: u32 = u32::MAX - 1;

/// One node's local states and what it does in each.
#[derive(Debug)]
pub(super) struct Node<A> {
    numbers: Interned<Local<A>>,
    pub(super) locals: Vec<Local<A>>,
    pub(super) hashes: Vec<u64>,
    pub(super) timers: Vec<u16>,
    /// By local state, then message: the reaction.
    pub(super) deliveries: Vec<Vec<u32>>,
    /// The same where the node fails over the message.
    pub(super) failures: Vec<Vec<u32>>,
    /// By local state, then timer (0 to 15), crash, restart, wipe.
    others: Vec<[u32; 19]>,
    /// The messages for this node, in the order of their numbers.
    pub(super) mail: Vec<u32>,
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
    pub(super) bounds: Bounds,
    pub(super) nodes: Vec<Node<S::Actor>>,
    pub(super) machines: Vec<NodeSet>,
    pub(super) messages: Vec<Envelope<S::Message>>,
    message_numbers: Interned<Envelope<S::Message>>,
    pub(super) message_hashes: Vec<u64>,
    pub(super) reactions: Vec<Reaction>,
    facts: Vec<Done<S>>,
    fact_numbers: Interned<Done<S>>,
    pub(super) ledgers: Vec<Judged<S>>,
    /// With what it breaks: an entry can break a property and leave the ledger as it was.
    ledger_numbers: Interned<(Ledger<S>, Option<Property>)>,
    pub(super) ledger_hashes: Vec<u64>,
    pub(super) entries: HashMap<(u32, u32), u32, BuildHasherDefault<Digest>>,
    pub(super) network_words: usize,
    out: Outbox<S>,
    pub(super) violation: String,
    /// How often an actor was run.
    pub runs: u64,
}

/// What a node did in one step, as far as a ledger enters it.
type Done<S> = (NodeId, Vec<Fact<<S as System>::Value>>);

/// The parts of a state, read off its words: budget, ledger, local states, network.
pub(super) const BUDGET: usize = 0;

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
            failures: Vec::new(),
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
            fact_numbers: Interned::default(),
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

    /// The number of a local state. New ones get a row of unknown reactions.
    pub(super) fn intern_local(&mut self, node: usize, mut local: Local<S::Actor>) -> u32 {
        self.system.untimed(&mut local.actor);
        let place = &mut self.nodes[node];
        if let Some(number) = place.numbers.get(&local) {
            return *number;
        }
        let number = place.locals.len() as u32;
        place.hashes.push(part(1, node as u64, Digest::of(&local)));
        place.timers.push(if local.up { self.system.armed(NodeId(node as u8), &local.actor) } else { 0 });
        place.deliveries.push(Vec::new());
        place.failures.push(Vec::new());
        place.others.push([UNKNOWN; 19]);
        place.numbers.insert(local.clone(), number);
        place.locals.push(local);
        number
    }

    pub(super) fn intern_message(&mut self, envelope: Envelope<S::Message>) -> u32 {
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

    pub(super) fn intern_facts(&mut self, node: NodeId) -> u32 {
        let entered = |fact: &&Fact<S::Value>| !matches!(fact, Fact::Began(_) | Fact::Preempted(_) | Fact::Answered(_));
        let facts: Vec<_> = self.out.facts.iter().filter(entered).cloned().collect();
        if facts.is_empty() {
            return 0;
        }
        let done = (node, facts);
        if let Some(number) = self.fact_numbers.get(&done) {
            return *number;
        }
        let number = self.facts.len() as u32;
        self.facts.push(done.clone());
        self.fact_numbers.insert(done, number);
        number
    }

    pub(super) fn intern_ledger(&mut self, judged: Judged<S>) -> u32 {
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
    pub(super) fn enter(&mut self, ledger: u32, facts: u32) -> u32 {
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
    pub(super) fn react(&mut self, node: usize, local: u32, up: bool, actor: S::Actor, input: Option<Input<S>>) -> u32 {
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
    pub(super) fn delivery(&mut self, node: usize, local: u32, message: u32) -> u32 {
        self.receipt(node, local, message, false)
    }

    /// What `node` does when it fails over the message in that local state.
    pub(super) fn failure(&mut self, node: usize, local: u32, message: u32) -> u32 {
        self.receipt(node, local, message, true)
    }

    fn receipt(&mut self, node: usize, local: u32, message: u32, fails: bool) -> u32 {
        let place = &self.nodes[node];
        let rows = if fails { &place.failures } else { &place.deliveries };
        match rows[local as usize].get(message as usize).copied().unwrap_or(UNKNOWN) {
            UNKNOWN => {}
            known => return known,
        }
        let Local { up, actor } = place.locals[local as usize].clone();
        let envelope = self.messages[message as usize].clone();
        let from = envelope.from;
        let input = match fails {
            true => Input::Fault { from, message: &envelope.message },
            false => Input::Message { from, message: &envelope.message },
        };
        let reaction = if up { self.react(node, local, up, actor, Some(input)) } else { NOTHING };
        let place = &mut self.nodes[node];
        let rows = if fails { &mut place.failures } else { &mut place.deliveries };
        let row = &mut rows[local as usize];
        if row.len() <= message as usize {
            row.resize(message as usize + 1, UNKNOWN);
        }
        row[message as usize] = reaction;
        reaction
    }

    /// Whether `node` can fail over the message and be told so.
    pub(super) fn can_fail(&self, node: usize, message: u32) -> bool {
        self.bounds.failing.contains(NodeId(node as u8))
            && self.system.failing(&self.messages[message as usize].message) == Failing::Told
    }

    /// What `node` does in that local state when anything but a message comes: see [`Node::others`].
    pub(super) fn other(&mut self, node: usize, local: u32, which: usize) -> u32 {
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

pub(super) const CRASH: usize = 16;
pub(super) const RESTART: usize = 17;
pub(super) const WIPE: usize = 18;
