//! The ledger: everything that actors did and that a property may ask about, and the judgement of each new entry.
//!
//! It holds no times and no order beyond what the facts themselves say, so two runs that did the same have equal
//! ledgers. A live run keeps one; the explorer keeps one per class of states.
//!
//! It remembers the latest [`SLOTS`] slots. What concerns an older one is no longer judged, so that a run can go on for
//! ever.

use super::Property;
use crate::paxos::{Ballot, Fact, NodeId, NodeSet, Quorums, Renaming, Slot, System};
use std::collections::BTreeMap;

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

/// Everything that actors of `S` did.
#[derive(Clone, Debug)]
pub struct Ledger<S: System> {
    requested: Vec<S::Value>,
    /// The highest ballot that each node promised, by its number.
    promised: Vec<Option<Ballot>>,
    ballots: BTreeMap<(Slot, Ballot), Record<S::Value>>,
    learned: BTreeMap<(Slot, NodeId), S::Value>,
    /// From which slot on chosen values changed who votes, and how: it follows from the votes.
    configured: BTreeMap<Slot, Quorums>,
    /// Slots below this one are forgotten.
    since: Slot,
}

impl<S: System> Default for Ledger<S> {
    fn default() -> Self {
        Self {
            requested: Vec::new(),
            promised: Vec::new(),
            ballots: BTreeMap::new(),
            learned: BTreeMap::new(),
            configured: BTreeMap::new(),
            since: Slot::ONLY,
        }
    }
}

impl<S: System> PartialEq for Ledger<S> {
    fn eq(&self, other: &Self) -> bool {
        self.promised == other.promised
            && self.ballots == other.ballots
            && self.learned == other.learned
            && self.requested == other.requested
    }
}

impl<S: System> Eq for Ledger<S> {}

impl<S: System> std::hash::Hash for Ledger<S> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
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

impl<S: System> Ledger<S> {
    /// Enters what `node` did and judges it.
    pub fn enter(&mut self, system: &S, node: NodeId, fact: &Fact<S::Value>) -> Judgement<S::Value> {
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
        let record = |record: &Record<S::Value>| {
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
        while self.ballots.first_key_value().is_some_and(|((slot, _), _)| *slot < since) {
            self.ballots.pop_first();
        }
        while self.learned.first_key_value().is_some_and(|((slot, _), _)| *slot < since) {
            self.learned.pop_first();
        }
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
    pub fn learned_in(&self, slot: Slot) -> impl Iterator<Item = (NodeId, &S::Value)> {
        let of_slot = self.learned.range((slot, NodeId(0))..=(slot, NodeId(u8::MAX)));
        of_slot.map(|(&(_, node), value)| (node, value))
    }

    /// Every value chosen so far, ballot by ballot: one ballot and one quorum in the history of votes.
    pub fn chosen(&self, system: &S) -> impl Iterator<Item = Choice<S::Value>> {
        self.ballots.iter().flat_map(move |(&(slot, ballot), record)| {
            let quorums = self.quorums(system, slot);
            let enough = record.votes.iter().filter(move |(_, nodes)| chooses(&quorums, *nodes));
            enough.map(move |(value, nodes)| Choice { slot, value: value.clone(), ballot, quorum: *nodes })
        })
    }

    /// Who votes in `slot`, after all that was chosen so far.
    pub fn quorums(&self, system: &S, slot: Slot) -> Quorums {
        let changed = self.configured.range(..=slot).next_back();
        changed.map_or_else(|| system.quorums(slot), |(_, quorums)| *quorums)
    }

    /// What was chosen in `slot`, ballot by ballot.
    fn chosen_in(&self, slot: Slot, quorums: Quorums) -> impl Iterator<Item = (Ballot, &S::Value)> {
        self.ballots.range((slot, ZERO)..=(slot, HIGHEST)).flat_map(move |((_, ballot), record)| {
            let enough = record.votes.iter().filter(move |(_, nodes)| chooses(&quorums, *nodes));
            enough.map(move |(value, _)| (*ballot, value))
        })
    }

    /// Who learned what in which slot.
    pub fn learned(&self) -> impl Iterator<Item = (Slot, NodeId, &S::Value)> {
        self.learned.iter().map(|(&(slot, node), value)| (slot, node, value))
    }

    /// Who voted for what in which ballot of which slot.
    pub fn votes(&self) -> impl Iterator<Item = (Slot, Ballot, &S::Value, NodeSet)> {
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

    fn promise(&mut self, system: &S, node: NodeId, ballot: Ballot, judgement: &mut Judgement<S::Value>) {
        if let Some(promised) = self.raise(node, ballot).filter(|promised| ballot < *promised) {
            let what = format!("{} promises {ballot}, but it had promised {promised}.", system.label(node));
            judgement.broken.push((Property::PromisesHonoured, what));
        }
    }

    fn propose(
        &mut self,
        system: &S,
        node: NodeId,
        (slot, ballot, value): (Slot, Ballot, &S::Value),
        judgement: &mut Judgement<S::Value>,
    ) {
        if let Some(why) = self.unsafe_because(self.quorums(system, slot), slot, ballot, value) {
            let what = format!("{} proposes {value} at {ballot}, but {why}.", system.label(node));
            judgement.broken.push((Property::SafeProposals, what));
        }
        let record = self.ballots.entry((slot, ballot)).or_default();
        match &record.proposed {
            Some(before) if before != value => {
                let what = format!("Ballot {ballot} proposes {value}, but it had proposed {before}.");
                judgement.broken.push((Property::OneValuePerBallot, what));
            }
            Some(_) => {}
            None => record.proposed = Some(value.clone()),
        }
    }

    /// Why another value than `value` was or can still be chosen below `ballot`: `ShowsSafeAt` of `Voting.tla`, turned
    /// round. A lower ballot is closed to other values once fewer than a phase 2 quorum of acceptors have voted for
    /// one of them there, or have not voted there and have promised nothing higher.
    fn unsafe_because(&self, quorums: Quorums, slot: Slot, ballot: Ballot, value: &S::Value) -> Option<String> {
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
        system: &S,
        node: NodeId,
        (slot, ballot, value): (Slot, Ballot, &S::Value),
        judgement: &mut Judgement<S::Value>,
    ) {
        if let Some(promised) = self.raise(node, ballot).filter(|promised| ballot < *promised) {
            let what = format!("{} votes for {value} at {ballot}, but it had promised {promised}.", system.label(node));
            judgement.broken.push((Property::PromisesHonoured, what));
        }
        self.must_be_requested(value, "is voted for", judgement);
        let quorums = self.quorums(system, slot);
        let record = self.ballots.entry((slot, ballot)).or_default();
        let at = match record.votes.binary_search_by(|(voted, _)| voted.cmp(value)) {
            Ok(at) => at,
            Err(at) => {
                record.votes.insert(at, (value.clone(), NodeSet::EMPTY));
                at
            }
        };
        if record.votes.len() > 1 {
            let what = format!("Ballot {ballot} has votes for two values.");
            judgement.broken.push((Property::OneValuePerBallot, what));
        }
        let nodes = &mut record.votes[at].1;
        let was_chosen = chooses(&quorums, *nodes);
        nodes.insert(node);
        if was_chosen || !chooses(&quorums, *nodes) {
            return;
        }
        let choice = Choice { slot, value: value.clone(), ballot, quorum: *nodes };
        if let Some((before, other)) = self.chosen_in(slot, quorums).find(|(_, other)| *other != value) {
            let what = format!("{value} is chosen at {ballot}, but {other} was chosen at {before}.");
            judgement.broken.push((Property::Agreement, what));
        }
        judgement.chosen = Some(choice);
        if let Some((from, quorums)) = system.reconfigures(slot, value) {
            self.configured.insert(from, quorums);
        }
    }

    fn learn(&mut self, system: &S, node: NodeId, slot: Slot, value: &S::Value, judgement: &mut Judgement<S::Value>) {
        self.must_be_requested(value, "is learned", judgement);
        if !self.chosen_in(slot, self.quorums(system, slot)).any(|(_, chosen)| chosen == value) {
            let what = format!("{} learns {value}, which has not been chosen.", system.label(node));
            judgement.broken.push((Property::SoundLearners, what));
        }
        match self.learned.get(&(slot, node)) {
            Some(before) if before == value => return,
            Some(before) => {
                let what = format!("{} learns {value}, but it had learned {before}.", system.label(node));
                judgement.broken.push((Property::Integrity, what));
            }
            None => {}
        }
        let mut others = self.learned.range((slot, NodeId(0))..=(slot, NodeId(u8::MAX)));
        if let Some(((_, other), learned)) = others.find(|((_, other), learned)| *other != node && *learned != value) {
            let (me, other) = (system.label(node), system.label(*other));
            let what = format!("{me} learns {value}, but {other} has learned {learned}.");
            judgement.broken.push((Property::Agreement, what));
        }
        self.learned.insert((slot, node), value.clone());
        judgement.learned = true;
    }

    fn must_be_requested(&self, value: &S::Value, how: &str, judgement: &mut Judgement<S::Value>) {
        if self.requested.binary_search(value).is_err() {
            judgement.broken.push((Property::Validity, format!("{value} {how}, but no client asked for it.")));
        }
    }
}
