//! The states of the actors of one system: the very actors that run on the stage, memoised.
//!
//! Every local state, message and ledger is interned as a small number. What a node does with an input is computed
//! once for each of its local states and looked up ever after. A global state is then a few numbers and the messages
//! sent, its fingerprint a sum that a step changes in a few places.

use super::entries::{Entries, Entry};
use super::livelock::Begins;
use super::search::part;
use super::symmetry::Symmetry;
use super::{Bounds, Network, Verdict};
use crate::check::spec::refinement::{Mapped, REFINES};
use crate::check::{Ledger, PROPERTIES};
use crate::paxos::{Fact, Failing, Input, Micros, NodeId, NodeSet, Outbox, Renaming, System, Timer, TimerEffect};
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
#[derive(Clone, Copy, Debug)]
pub(super) struct Reaction {
    /// What it adds to the fingerprint of the node's part.
    pub delta: u64,
    pub local: u32,
    pub facts: u32,
    /// Where in [`Actors::sends`] its messages are.
    sends: (u32, u32),
    /// The local state before it.
    pub before: u32,
}

/// What is known of a node's timer, crash, restart or wipe in one local state.
#[derive(Clone, Copy, Debug)]
pub(super) enum Known {
    /// Nobody has tried yet.
    Not,
    /// It changes nothing.
    Nothing,
    /// It does this.
    Does(Reaction),
}

/// What a node does in one local state. Bits are messages by number.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// What was tried.
    tried: Vec<u64>,
    /// What of that changes anything.
    useful: Vec<u64>,
    /// The reactions to what is useful, in the order of the bits.
    reactions: Vec<Reaction>,
    /// Reactions before each word of `useful`.
    before: Vec<u32>,
    /// By timer (0 to 15), crash, restart, wipe.
    others: Vec<Known>,
}

impl Row {
    /// Which of the messages `present` in that word change anything; `None` if not all were tried.
    pub fn useful(&self, word: usize, present: u64) -> Option<u64> {
        let tried = self.tried.get(word).copied().unwrap_or(0);
        (present & !tried == 0).then(|| present & self.useful.get(word).copied().unwrap_or(0))
    }

    /// The reaction to a useful message.
    pub fn reaction(&self, word: usize, bit: u32) -> Reaction {
        let rank = (self.useful[word] & ((1 << bit) - 1)).count_ones();
        self.reactions[(self.before[word] + rank) as usize]
    }

    fn was_tried(&self, message: u32) -> bool {
        self.tried.get(message as usize / 64).is_some_and(|word| word >> (message % 64) & 1 == 1)
    }

    fn learn(&mut self, message: u32, reaction: Option<Reaction>) {
        let (word, bit) = (message as usize / 64, message % 64);
        if self.tried.len() <= word {
            self.tried.resize(word + 1, 0);
            self.useful.resize(word + 1, 0);
            self.before.resize(word + 1, self.reactions.len() as u32);
        }
        self.tried[word] |= 1 << bit;
        let Some(reaction) = reaction else { return };
        let rank = (self.useful[word] & ((1 << bit) - 1)).count_ones();
        self.useful[word] |= 1 << bit;
        self.reactions.insert((self.before[word] + rank) as usize, reaction);
        self.before[word + 1..].iter_mut().for_each(|before| *before += 1);
    }

    pub fn other(&self, which: usize) -> Known {
        self.others.get(which).copied().unwrap_or(Known::Nothing)
    }

    pub fn bytes(&self) -> usize {
        (self.tried.capacity() + self.useful.capacity()) * 8
            + self.before.capacity() * 4
            + self.reactions.capacity() * size_of::<Reaction>()
            + self.others.capacity() * size_of::<Known>()
    }
}

/// One node's local states and what it does in each.
#[derive(Debug)]
pub(super) struct Node<A> {
    numbers: Interned<Local<A>>,
    pub(super) locals: Vec<Local<A>>,
    pub(super) hashes: Vec<u64>,
    /// With symmetry: the views of each local state.
    pub(super) views: Vec<u64>,
    pub(super) timers: Vec<u16>,
    pub(super) rows: Vec<Row>,
    /// What it does in each where it fails over a message.
    pub(super) failures: Vec<Row>,
    /// The messages for this node, as bits.
    pub(super) mail: Vec<u64>,
    /// Those of them over which it can fail and be told so, as bits.
    pub(super) told: Vec<u64>,
}

impl<A> Node<A> {
    /// What it does with messages, in each local state: with those that it handles, or with those it fails over.
    pub fn deliveries(&self, fails: bool) -> &[Row] {
        if fails { &self.failures } else { &self.rows }
    }

    /// The messages that it may handle, or fail over, as bits.
    pub fn letters(&self, fails: bool) -> &[u64] {
        if fails { &self.told } else { &self.mail }
    }
}

/// What was done, and what became of it.
#[derive(Clone, Debug)]
pub(super) struct Judged<S: System> {
    pub ledger: Ledger<S>,
    /// What it comes to in the specification, where that is asked for.
    pub mapped: Option<Mapped<S::Value>>,
    /// A property that does not hold, and what happened.
    pub broken: Option<(&'static str, String)>,
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
    pub(super) symmetry: Option<Symmetry>,
    pub(super) message_views: Vec<u64>,
    pub(super) ledger_views: Vec<u64>,
    sends: Vec<u32>,
    facts: Vec<Done<S>>,
    fact_numbers: Interned<Done<S>>,
    pub(super) ledgers: Vec<Judged<S>>,
    /// With what it breaks: an entry can break a property and leave the ledger as it was.
    ledger_numbers: Interned<LedgerKey<S>>,
    pub(super) ledger_hashes: Vec<u64>,
    pub(super) entries: Entries,
    pub(super) network_words: usize,
    out: Outbox<S>,
    pub(super) begins: Begins,
    /// How often an actor was run.
    pub runs: u64,
}

type LedgerKey<S> = (Ledger<S>, Option<Mapped<<S as System>::Value>>, Option<&'static str>);

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
            views: Vec::new(),
            timers: Vec::new(),
            rows: Vec::new(),
            failures: Vec::new(),
            mail: Vec::new(),
            told: Vec::new(),
        };
        // The mapping to the specification has no other names.
        let alike = if bounds.symmetry && !bounds.refines { system.alike() } else { NodeSet::EMPTY };
        let symmetry = Symmetry::new(alike, members.len());
        Self {
            nodes: (0..members.len()).map(node).collect(),
            machines: machines.collect(),
            system,
            bounds,
            messages: Vec::new(),
            message_numbers: Interned::default(),
            message_hashes: Vec::new(),
            symmetry,
            message_views: Vec::new(),
            ledger_views: Vec::new(),
            sends: Vec::new(),
            facts: vec![(NodeId(0), Vec::new())],
            fact_numbers: Interned::default(),
            ledgers: Vec::new(),
            ledger_numbers: Interned::default(),
            ledger_hashes: Vec::new(),
            entries: Entries::new(),
            network_words: 1,
            out: Outbox::default(),
            begins: Begins::default(),
            runs: 0,
        }
    }

    /// The same space, as nobody has explored it yet.
    pub(super) fn again(&self) -> Self {
        Self::new(self.system.clone(), self.bounds)
    }

    /// Whether like nodes turned out not to be.
    pub(super) fn symmetry_failed(&self) -> bool {
        self.symmetry.as_ref().is_some_and(|symmetry| symmetry.failed)
    }

    /// The same space once more, without symmetry.
    pub(super) fn without_symmetry(&self) -> Self {
        Self::new(self.system.clone(), Bounds { symmetry: false, ..self.bounds })
    }

    /// The bounds of the space.
    pub(super) fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// The number of a local state. New ones get a row of unknown reactions.
    pub(super) fn intern_local(&mut self, node: usize, mut local: Local<S::Actor>) -> u32 {
        self.system.untimed(&mut local.actor);
        let place = &mut self.nodes[node];
        if let Some(number) = place.numbers.get(&local) {
            return *number;
        }
        let number = place.locals.len() as u32;
        if let Some(symmetry) = &mut self.symmetry {
            let system = &self.system;
            place.views.extend(symmetry.views(|renaming| {
                let mut local = local.clone();
                system.rename_actor(&mut local.actor, renaming);
                part(1, u64::from(renaming.node(NodeId(node as u8)).0), Digest::of(&local))
            }));
        }
        place.hashes.push(part(1, node as u64, Digest::of(&local)));
        place.timers.push(if local.up { self.system.armed(NodeId(node as u8), &local.actor) } else { 0 });
        place.rows.push(Row { others: vec![Known::Not; OTHERS], ..Row::default() });
        place.failures.push(Row::default());
        place.numbers.insert(local.clone(), number);
        place.locals.push(local);
        number
    }

    pub(super) fn intern_message(&mut self, envelope: Envelope<S::Message>) -> u32 {
        if let Some(number) = self.message_numbers.get(&envelope) {
            return *number;
        }
        let number = self.messages.len() as u32;
        if let Some(symmetry) = &mut self.symmetry {
            let system = &self.system;
            self.message_views.extend(symmetry.views(|renaming| {
                let Envelope { from, to, message } = &envelope;
                let (from, to, mut message) = (renaming.node(*from), renaming.node(*to), message.clone());
                system.rename_message(&mut message, renaming);
                part(2, 0, Digest::of(&Envelope { from, to, message }))
            }));
        }
        self.message_hashes.push(part(2, 0, Digest::of(&envelope)));
        let told = self.bounds.failing.contains(envelope.to) && self.system.failing(&envelope.message) == Failing::Told;
        let Node { mail, told: failing, .. } = &mut self.nodes[envelope.to.index()];
        for bits in [Some(mail), told.then_some(failing)].into_iter().flatten() {
            bits.resize(bits.len().max(number as usize / 64 + 1), 0);
            bits[number as usize / 64] |= 1 << (number % 64);
        }
        self.message_numbers.insert(envelope.clone(), number);
        self.messages.push(envelope);
        self.network_words = self.network_words.max(self.words_for(self.messages.len()));
        number
    }

    pub(super) fn intern_facts(&mut self, node: NodeId) -> u32 {
        let refines = self.bounds.refines;
        let entered = |fact: &&Fact<S::Value>| match fact {
            Fact::Began(_) => refines,
            Fact::Preempted(_) | Fact::Answered(_) | Fact::Performed(..) => false,
            _ => true,
        };
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
        let broken = judged.broken.as_ref().map(|(property, _)| *property);
        let key = (judged.ledger.clone(), judged.mapped.clone(), broken);
        if let Some(number) = self.ledger_numbers.get(&key) {
            return *number;
        }
        let number = self.ledgers.len() as u32;
        if let Some(symmetry) = &mut self.symmetry {
            let hash = |renaming: &Renaming| part(3, 0, Digest::of(&(judged.ledger.renamed(renaming), broken)));
            self.ledger_views.extend(symmetry.views(hash));
        }
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
        if let Some(known) = self.entries.get(ledger, facts) {
            return known.after;
        }
        let before = &self.ledgers[ledger as usize];
        let mut judged = before.clone();
        let (node, facts_entered) = &self.facts[facts as usize];
        for fact in facts_entered {
            let judgement = judged.ledger.enter(&self.system, *node, fact);
            judged.chosen |= judgement.chosen.is_some();
            let refined = judged.mapped.as_mut().map_or(Ok(()), |mapped| mapped.enter(&self.system, *node, fact));
            let broken = judgement.broken.into_iter().map(|(property, what)| (PROPERTIES[property as usize].0, what));
            let first = refined.err().map(|what| (REFINES, what)).into_iter().chain(broken).next();
            judged.broken = judged.broken.or(first);
        }
        let after = self.intern_ledger(judged);
        let delta = self.ledger_hashes[after as usize].wrapping_sub(self.ledger_hashes[ledger as usize]);
        self.entries.insert(Entry { key: u64::from(ledger) << 32 | u64::from(facts), delta, after });
        after
    }

    /// The messages that a reaction sends.
    pub(super) fn sent(&self, reaction: Reaction) -> &[u32] {
        &self.sends[reaction.sends.0 as usize..reaction.sends.1 as usize]
    }

    /// Runs the actor and interns what it does; `None` if that is nothing. Beyond the bound on rounds it does nothing.
    pub(super) fn react(
        &mut self,
        node: usize,
        local: u32,
        up: bool,
        mut actor: S::Actor,
        input: Option<Input<S>>,
    ) -> Option<Reaction> {
        let id = NodeId(node as u8);
        self.out.clear();
        if let Some(input) = input {
            self.system.handle(id, &mut actor, input, &mut self.out);
            self.runs += 1;
            self.note_beginnings(input);
        }
        if self.system.round(&actor) > self.bounds.rounds {
            return None;
        }
        let members = NodeSet::range(0, self.nodes.len());
        let start = self.sends.len();
        for (to, message) in std::mem::take(&mut self.out.sends) {
            for to in to.and(members).iter() {
                let number = self.intern_message(Envelope { from: id, to, message: message.clone() });
                // In a set, a message that is sent twice at once is sent once.
                if self.bounds.network == Network::Once || !self.sends[start..].contains(&number) {
                    self.sends.push(number);
                }
            }
        }
        let facts = self.intern_facts(id);
        let after = self.intern_local(node, Local { up, actor });
        if after == local && self.sends.len() == start && facts == 0 {
            return None;
        }
        let hashes = &self.nodes[node].hashes;
        let delta = hashes[after as usize].wrapping_sub(hashes[local as usize]);
        let sends = (start as u32, self.sends.len() as u32);
        Some(Reaction { delta, local: after, facts, sends, before: local })
    }

    /// Notes whether the input just handled made the node begin a ballot, and which timers wait for no random while.
    fn note_beginnings(&mut self, input: Input<S>) {
        let began = self.out.facts.iter().any(|fact| matches!(fact, Fact::Began(_)));
        match input {
            Input::Message { .. } | Input::Fault { .. } => self.begins.by_message |= began,
            Input::Timer(timer) if began => self.begins.timers |= 1 << timer.0,
            _ => {}
        }
        for effect in &self.out.timers {
            if let TimerEffect::Set { timer, spread: Micros::ZERO, .. } = effect {
                self.begins.fixed |= 1 << timer.0;
            }
        }
    }

    /// The messages that a delivery in that state sends.
    pub(super) fn sent_on(&self, state: &[u64], message: u32) -> &[u32] {
        let node = self.messages[message as usize].to.index();
        self.sent(
            self.nodes[node].rows[self.local_at(state, node) as usize].reaction(message as usize / 64, message % 64),
        )
    }

    /// Finds out what `node` does when the message arrives in that local state, or when it fails over it.
    pub(super) fn learn_delivery(&mut self, node: usize, local: u32, message: u32, fails: bool) {
        if self.nodes[node].deliveries(fails)[local as usize].was_tried(message) {
            return;
        }
        let Local { up, actor } = self.nodes[node].locals[local as usize].clone();
        let Envelope { from, message: said, .. } = &self.messages[message as usize].clone();
        let input = match fails {
            true => Input::Fault { from: *from, message: said },
            false => Input::Message { from: *from, message: said },
        };
        let reaction = if up { self.react(node, local, up, actor, Some(input)) } else { None };
        let place = &mut self.nodes[node];
        let rows = if fails { &mut place.failures } else { &mut place.rows };
        rows[local as usize].learn(message, reaction);
    }

    /// Finds out what `node` does in that local state when anything but a message comes: see [`Row::other`].
    pub(super) fn learn_other(&mut self, node: usize, local: u32, which: usize) -> Known {
        let known = self.nodes[node].rows[local as usize].other(which);
        if !matches!(known, Known::Not) {
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
            _ => None,
        };
        let known = reaction.map_or(Known::Nothing, Known::Does);
        self.nodes[node].rows[local as usize].others[which] = known;
        known
    }

    /// What the state says, for properties and goals.
    pub(super) fn judged(&self, state: &[u64]) -> &Judged<S> {
        &self.ledgers[self.ledger_at(state) as usize]
    }

    /// The local state of a node.
    pub(super) fn local(&self, state: &[u64], node: usize) -> &Local<S::Actor> {
        &self.nodes[node].locals[self.local_at(state, node) as usize]
    }

    /// What is broken in the states of that ledger.
    pub(super) fn violation(&self, ledger: u32) -> Verdict {
        let broken = self.ledgers.get(ledger as usize).and_then(|judged| judged.broken.as_ref());
        broken.map_or(Verdict::Open, |(property, what)| Verdict::Violated { property, what: what.clone() })
    }

    /// Whether a goal is looked for, not a broken property.
    pub(super) fn is_for_goal(&self) -> bool {
        self.bounds.goal.is_some()
    }
}

pub(super) const CRASH: usize = 16;
pub(super) const RESTART: usize = 17;
pub(super) const WIPE: usize = 18;
const OTHERS: usize = 19;
