//! The ledger: everything that actors did and that a property may ask about, and the judgement of each new entry.
//!
//! It holds no times and no order beyond what the facts themselves say, so two runs that did the same have equal
//! ledgers. A live run keeps one; the explorer keeps one per class of states.
//!
//! It remembers the latest [`SLOTS`] slots. What concerns an older one is no longer judged, so that a run can go on for
//! ever.

use super::Property;
use crate::paxos::{Ballot, Fact, Map, NodeId, NodeSet, Quorums, Renaming, Slot, System};
use std::fmt::{Arguments, Display};
use std::hash::{Hash, Hasher};

/// What judging asks of a system. Systems with the same values are then judged by the same code.
pub trait Electorate<V> {
    /// [`System::quorums`]
    fn voters(&self, slot: Slot) -> Quorums;
    /// [`System::reconfigures`]
    fn changes(&self, slot: Slot, value: &V) -> Option<(Slot, Quorums)>;
    /// [`System::label`]
    fn name(&self, node: NodeId) -> String;
}

impl<S: System> Electorate<S::Value> for S {
    fn voters(&self, slot: Slot) -> Quorums {
        self.quorums(slot)
    }

    fn changes(&self, slot: Slot, value: &S::Value) -> Option<(Slot, Quorums)> {
        self.reconfigures(slot, value)
    }

    fn name(&self, node: NodeId) -> String {
        self.label(node)
    }
}

/// How many of the latest slots are remembered.
pub const SLOTS: u32 = 1_000;

/// What happened in one ballot of one slot.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Record<V> {
    proposed: Option<V>,
    /// Who voted for what, by value.
    votes: Vec<(V, NodeSet)>,
}

impl<V> Default for Record<V> {
    fn default() -> Self {
        Self { proposed: None, votes: Vec::new() }
    }
}

/// A value that a quorum voted for in one ballot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice<V> {
    /// In which slot.
    pub slot: Slot,
    /// The value.
    pub value: V,
    /// The ballot.
    pub ballot: Ballot,
    /// Whose votes chose it, at the moment it was chosen.
    pub quorum: NodeSet,
}

/// What a new entry brought about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Judgement<V> {
    /// The entry completed a quorum.
    pub chosen: Option<Choice<V>>,
    /// The node learned something new.
    pub learned: bool,
    /// The properties that the entry breaks, each with what happened.
    pub broken: Vec<(Property, String)>,
}

impl<V> Judgement<V> {
    #[cold]
    fn breaks(&mut self, property: Property, what: Arguments) {
        self.broken.push((property, what.to_string()));
    }
}

/// Everything that the actors of a system did whose values are `V`.
#[derive(Clone, Debug)]
pub struct Ledger<V> {
    requested: Vec<V>,
    /// The highest ballot that each node promised, by its number.
    promised: Vec<Option<Ballot>>,
    ballots: Map<(Slot, Ballot), Record<V>>,
    learned: Map<(Slot, NodeId), V>,
    /// From which slot on chosen values changed who votes, and how: it follows from the votes.
    configured: Map<Slot, Quorums>,
    /// Slots below this one are forgotten.
    since: Slot,
}

impl<V> Default for Ledger<V> {
    fn default() -> Self {
        Self {
            requested: Vec::new(),
            promised: Vec::new(),
            ballots: Map::new(),
            learned: Map::new(),
            configured: Map::new(),
            since: Slot::ONLY,
        }
    }
}

impl<V: PartialEq> PartialEq for Ledger<V> {
    fn eq(&self, other: &Self) -> bool {
        self.promised == other.promised
            && self.ballots == other.ballots
            && self.learned == other.learned
            && self.requested == other.requested
    }
}

impl<V: Eq> Eq for Ledger<V> {}

impl<V: Hash> Hash for Ledger<V> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.requested, &self.promised, &self.ballots, &self.learned).hash(state);
    }
}

/// Below every ballot.
const ZERO: Ballot = Ballot { round: 0, owner: NodeId(0) };
/// Not below any ballot.
const HIGHEST: Ballot = Ballot { round: u32::MAX, owner: NodeId(u8::MAX) };

/// Whether the votes of those nodes, all for one value in one ballot, choose it.
fn chooses(quorums: &Quorums, nodes: NodeSet) -> bool {
    nodes.and(quorums.acceptors).len() >= quorums.q2
}

impl<V: Clone + Ord + Display> Ledger<V> {
    /// Enters what `node` did and judges it.
    pub fn enter(&mut self, system: &dyn Electorate<V>, node: NodeId, fact: &Fact<V>) -> Judgement<V> {
        let mut judgement = Judgement { chosen: None, learned: false, broken: Vec::new() };
        if let Fact::Proposed(slot, ..) | Fact::Voted(slot, ..) | Fact::Learned(slot, _) = fact {
            if *slot < self.since {
                return judgement;
            }
            self.forget_before(Slot((slot.0 + 1).saturating_sub(SLOTS)));
        }
        match fact {
            Fact::Requested(value) => {
                if let Err(at) = self.requested.binary_search(value) {
                    self.requested.insert(at, value.clone());
                }
            }
            Fact::Began(_) | Fact::Preempted(_) | Fact::Answered(_) | Fact::Performed(..) => {}
            Fact::Promised(ballot) => self.promise(system, node, *ballot, &mut judgement),
            Fact::Proposed(slot, ballot, value) => self.propose(system, node, (*slot, *ballot, value), &mut judgement),
            Fact::Voted(slot, ballot, value) => self.vote(system, node, (*slot, *ballot, value), &mut judgement),
            Fact::Learned(slot, value) => self.learn(system, node, *slot, value, &mut judgement),
        }
        judgement
    }

    /// The same under other names.
    pub fn renamed(&self, renaming: &Renaming) -> Self {
        let record = |record: &Record<V>| {
            let votes = record.votes.iter().map(|(value, nodes)| (value.clone(), renaming.set(*nodes)));
            Record { proposed: record.proposed.clone(), votes: votes.collect() }
        };
        let ballot = |&(slot, ballot)| (slot, renaming.ballot(ballot));
        let learner = |&(slot, node)| (slot, renaming.node(node));
        let quorums = |quorums: &Quorums| Quorums { acceptors: renaming.set(quorums.acceptors), ..*quorums };
        let mut renamed = Self {
            requested: self.requested.clone(),
            promised: Vec::new(),
            ballots: self.ballots.iter().map(|(key, of)| (ballot(key), record(of))).collect(),
            learned: self.learned.iter().map(|(key, value)| (learner(key), value.clone())).collect(),
            configured: self.configured.iter().map(|(slot, of)| (*slot, quorums(of))).collect(),
            since: self.since,
        };
        for (node, promised) in self.promised.iter().enumerate() {
            if let Some(promised) = promised {
                renamed.raise(renaming.node(NodeId(node as u8)), renaming.ballot(*promised));
            }
        }
        renamed
    }

    /// Forgets all slots below `since`.
    fn forget_before(&mut self, since: Slot) {
        if since <= self.since {
            return;
        }
        self.since = since;
        self.ballots.forget_while(|(slot, _)| *slot < since);
        self.learned.forget_while(|(slot, _)| *slot < since);
    }

    /// The first slot that is not forgotten.
    pub fn since(&self) -> Slot {
        self.since
    }

    /// How many entries it holds, of whatever sort.
    pub fn size(&self) -> usize {
        self.requested.len() + self.promised.len() + self.ballots.len() + self.learned.len() + self.configured.len()
    }

    /// Who learned what in that slot.
    pub fn learned_in(&self, slot: Slot) -> impl Iterator<Item = (NodeId, &V)> {
        let of_slot = self.learned.range((slot, NodeId(0))..=(slot, NodeId(u8::MAX)));
        of_slot.map(|(&(_, node), value)| (node, value))
    }

    /// Every value chosen so far, ballot by ballot: one ballot and one quorum in the history of votes.
    pub fn chosen(&self, system: &dyn Electorate<V>) -> impl Iterator<Item = Choice<V>> {
        self.ballots.iter().flat_map(move |(&(slot, ballot), record)| {
            let quorums = self.quorums(system, slot);
            let enough = record.votes.iter().filter(move |(_, nodes)| chooses(&quorums, *nodes));
            enough.map(move |(value, nodes)| Choice { slot, value: value.clone(), ballot, quorum: *nodes })
        })
    }

    /// Who votes in `slot`, after all that was chosen so far.
    pub fn quorums(&self, system: &dyn Electorate<V>, slot: Slot) -> Quorums {
        let changed = self.configured.range(..=slot).next_back();
        changed.map_or_else(|| system.voters(slot), |(_, quorums)| *quorums)
    }

    /// What was chosen in `slot`, ballot by ballot.
    fn chosen_in(&self, slot: Slot, quorums: Quorums) -> impl Iterator<Item = (Ballot, &V)> {
        self.ballots.range((slot, ZERO)..=(slot, HIGHEST)).flat_map(move |((_, ballot), record)| {
            let enough = record.votes.iter().filter(move |(_, nodes)| chooses(&quorums, *nodes));
            enough.map(move |(value, _)| (*ballot, value))
        })
    }

    /// Who learned what in which slot.
    pub fn learned(&self) -> impl Iterator<Item = (Slot, NodeId, &V)> {
        self.learned.iter().map(|(&(slot, node), value)| (slot, node, value))
    }

    /// Who voted for what in which ballot of which slot.
    pub fn votes(&self) -> impl Iterator<Item = (Slot, Ballot, &V, NodeSet)> {
        self.ballots.iter().flat_map(|(&(slot, ballot), record)| {
            record.votes.iter().map(move |(value, nodes)| (slot, ballot, value, *nodes))
        })
    }

    /// What the node has promised; from now on at least `ballot`.
    fn raise(&mut self, node: NodeId, ballot: Ballot) -> Option<Ballot> {
        if self.promised.len() <= node.index() {
            self.promised.resize(node.index() + 1, None);
        }
        let promised = &mut self.promised[node.index()];
        let before = *promised;
        *promised = before.max(Some(ballot));
        before
    }

    fn promise(&mut self, system: &dyn Electorate<V>, node: NodeId, ballot: Ballot, judgement: &mut Judgement<V>) {
        if let Some(promised) = self.raise(node, ballot).filter(|promised| ballot < *promised) {
            judgement.breaks(
                Property::PromisesHonoured,
                format_args!("{} promises {ballot}, but it had promised {promised}.", system.name(node)),
            );
        }
    }

    fn propose(
        &mut self,
        system: &dyn Electorate<V>,
        node: NodeId,
        (slot, ballot, value): (Slot, Ballot, &V),
        judgement: &mut Judgement<V>,
    ) {
        if let Some(why) = self.unsafe_because(self.quorums(system, slot), slot, ballot, value) {
            judgement.breaks(
                Property::SafeProposals,
                format_args!("{} proposes {value} at {ballot}, but {why}.", system.name(node)),
            );
        }
        let record = self.ballots.get_or_insert((slot, ballot), Record::default());
        match &record.proposed {
            Some(before) if before != value => {
                judgement.breaks(
                    Property::OneValuePerBallot,
                    format_args!("Ballot {ballot} proposes {value}, but it had proposed {before}."),
                );
            }
            Some(_) => {}
            None => record.proposed = Some(value.clone()),
        }
    }

    /// Why another value than `value` was or can still be chosen below `ballot`: `ShowsSafeAt` of `Voting.tla`, turned
    /// round. A lower ballot is closed to other values once fewer than a phase 2 quorum of acceptors have voted for
    /// one of them there, or have not voted there and have promised nothing higher.
    fn unsafe_because(&self, quorums: Quorums, slot: Slot, ballot: Ballot, value: &V) -> Option<String> {
        let promised = |node: NodeId| self.promised.get(node.index()).copied().flatten();
        let free = quorums.acceptors.iter().filter(|node| promised(*node).is_none_or(|p| p < ballot)).count();
        if free >= quorums.q2 {
            let who = if free == 1 { "1 acceptor is" } else { &format!("{free} acceptors are") };
            return Some(format!("{who} still free to choose in a lower ballot"));
        }
        for ((_, lower), record) in self.ballots.range((slot, ZERO)..(slot, ballot)) {
            let voted = record.votes.iter().fold(NodeSet::EMPTY, |all, (_, nodes)| all.or(*nodes));
            for (other, nodes) in record.votes.iter().filter(|(other, _)| other != value) {
                let silent = quorums.acceptors.without(voted).iter();
                let may_join = silent.filter(|node| promised(*node).is_none_or(|p| p <= *lower)).count();
                if nodes.and(quorums.acceptors).len() + may_join >= quorums.q2 {
                    return Some(format!("{other} was or can still be chosen at {lower}"));
                }
            }
        }
        None
    }

    fn vote(
        &mut self,
        system: &dyn Electorate<V>,
        node: NodeId,
        (slot, ballot, value): (Slot, Ballot, &V),
        judgement: &mut Judgement<V>,
    ) {
        if let Some(promised) = self.raise(node, ballot).filter(|promised| ballot < *promised) {
            judgement.breaks(
                Property::PromisesHonoured,
                format_args!("{} votes for {value} at {ballot}, but it had promised {promised}.", system.name(node)),
            );
        }
        self.must_be_requested(value, "is voted for", judgement);
        let quorums = self.quorums(system, slot);
        let record = self.ballots.get_or_insert((slot, ballot), Record::default());
        let at = match record.votes.binary_search_by(|(voted, _)| voted.cmp(value)) {
            Ok(at) => at,
            Err(at) => {
                record.votes.insert(at, (value.clone(), NodeSet::EMPTY));
                at
            }
        };
        if record.votes.len() > 1 {
            judgement.breaks(Property::OneValuePerBallot, format_args!("Ballot {ballot} has votes for two values."));
        }
        let nodes = &mut record.votes[at].1;
        let was_chosen = chooses(&quorums, *nodes);
        nodes.insert(node);
        if was_chosen || !chooses(&quorums, *nodes) {
            return;
        }
        let choice = Choice { slot, value: value.clone(), ballot, quorum: *nodes };
        if let Some((before, other)) = self.chosen_in(slot, quorums).find(|(_, other)| *other != value) {
            judgement.breaks(
                Property::Agreement,
                format_args!("{value} is chosen at {ballot}, but {other} was chosen at {before}."),
            );
        }
        judgement.chosen = Some(choice);
        if let Some((from, quorums)) = system.changes(slot, value) {
            self.configured.insert(from, quorums);
        }
    }

    fn learn(&mut self, system: &dyn Electorate<V>, node: NodeId, slot: Slot, value: &V, judgement: &mut Judgement<V>) {
        self.must_be_requested(value, "is learned", judgement);
        if !self.chosen_in(slot, self.quorums(system, slot)).any(|(_, chosen)| chosen == value) {
            judgement.breaks(
                Property::SoundLearners,
                format_args!("{} learns {value}, which has not been chosen.", system.name(node)),
            );
        }
        match self.learned.get(&(slot, node)) {
            Some(before) if before == value => return,
            Some(before) => {
                judgement.breaks(
                    Property::Integrity,
                    format_args!("{} learns {value}, but it had learned {before}.", system.name(node)),
                );
            }
            None => {}
        }
        let mut others = self.learned.range((slot, NodeId(0))..=(slot, NodeId(u8::MAX)));
        if let Some(((_, other), learned)) = others.find(|((_, other), learned)| *other != node && *learned != value) {
            let (me, other) = (system.name(node), system.name(*other));
            judgement
                .breaks(Property::Agreement, format_args!("{me} learns {value}, but {other} has learned {learned}."));
        }
        self.learned.insert((slot, node), value.clone());
        judgement.learned = true;
    }

    fn must_be_requested(&self, value: &V, how: &str, judgement: &mut Judgement<V>) {
        if self.requested.binary_search(value).is_err() {
            judgement.breaks(Property::Validity, format_args!("{value} {how}, but no client asked for it."));
        }
    }
}
