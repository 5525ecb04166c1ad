//! The properties, judged while a run goes on, from what actors did and never from what they believe.
//!
//! *Chosen* is one ballot and one quorum in the history of votes (*Paxos Made Simple*, section 2.2; `Voting.tla`),
//! never a snapshot of the acceptors and never equal values in different ballots.

use crate::paxos::{Ballot, Fact, Micros, NodeId, NodeSet, Quorums, Slot, System};
use crate::sim::{Moment, Watch};
use std::collections::BTreeMap;
use std::fmt::Display;

/// A property, by its position in [`PROPERTIES`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[allow(missing_docs, reason = "each is described in PROPERTIES")]
pub enum Property {
    Agreement,
    Validity,
    Integrity,
    PromisesHonoured,
    OneValuePerBallot,
    SafeProposals,
    SoundLearners,
}

/// Name and meaning of each property.
pub const PROPERTIES: [(&str, &str); 7] = [
    ("agreement", "No two values are chosen, and no two nodes learn different ones."),
    ("validity", "Only a value that a client asked for is voted for, chosen or learned."),
    ("integrity", "A node that learned a value never learns another."),
    ("promises honoured", "No acceptor promises or votes below what it has promised."),
    ("one value per ballot", "No ballot carries two values."),
    ("safe proposals", "A ballot proposes a value only if no other value was or can still be chosen in a lower one."),
    ("sound learners", "What a node learns has been chosen."),
];

/// A value that was chosen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chosen<V> {
    /// In which slot.
    pub slot: Slot,
    /// The value.
    pub value: V,
    /// The ballot in which a quorum voted for it.
    pub ballot: Ballot,
    /// Whose votes chose it, at the moment it was chosen.
    pub quorum: NodeSet,
    /// The event that chose it.
    pub event: u64,
    /// When.
    pub time: Micros,
}

/// What happened in one ballot of one slot.
#[derive(Clone, Debug)]
struct Record<V> {
    proposed: V,
    votes: Vec<(V, NodeSet)>,
}

/// A broken property: the event that broke it and what happened there.
type Break = Option<(u64, String)>;

/// Follows a run of `S` and judges it.
#[derive(Clone, Debug)]
pub struct Properties<S: System> {
    system: S,
    requested: Vec<S::Value>,
    promised: BTreeMap<NodeId, Ballot>,
    ballots: BTreeMap<(Slot, Ballot), Record<S::Value>>,
    chosen: Vec<Chosen<S::Value>>,
    learned: BTreeMap<(Slot, NodeId), (S::Value, Micros)>,
    broken: [Break; PROPERTIES.len()],
    marks: Vec<(u64, Marked)>,
    version: u64,
    /// Ballots begun.
    pub rounds: u64,
    /// Ballots given up because of a higher one.
    pub preemptions: u64,
}

/// What makes an event worth a mark on the timeline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Marked {
    /// A value became chosen.
    Chosen,
    /// A node learned it.
    Learned,
    /// A property broke.
    Broken(Property),
}

impl<S: System> Properties<S> {
    /// Properties of a run that has not begun.
    pub fn new(system: S) -> Self {
        Self {
            system,
            requested: Vec::new(),
            promised: BTreeMap::new(),
            ballots: BTreeMap::new(),
            chosen: Vec::new(),
            learned: BTreeMap::new(),
            broken: Default::default(),
            marks: Vec::new(),
            version: 0,
            rounds: 0,
            preemptions: 0,
        }
    }

    /// What was chosen, in the order in which it was. Two entries for one slot are a violation of agreement.
    pub fn chosen(&self) -> &[Chosen<S::Value>] {
        &self.chosen
    }

    /// Which nodes learned what in which slot, and when.
    pub fn learned(&self) -> impl Iterator<Item = (Slot, NodeId, &S::Value, Micros)> {
        self.learned.iter().map(|(&(slot, node), (value, time))| (slot, node, value, *time))
    }

    /// The event that broke the property and what happened there; `None` while it holds.
    pub fn broken(&self, property: Property) -> Option<&(u64, String)> {
        self.broken[property as usize].as_ref()
    }

    /// The properties that are broken.
    pub fn violations(&self) -> impl Iterator<Item = (&'static str, &(u64, String))> {
        PROPERTIES.iter().zip(&self.broken).filter_map(|((name, _), broken)| Some((*name, broken.as_ref()?)))
    }

    /// Events worth a mark, in the order in which they happened.
    pub fn marks(&self) -> &[(u64, Marked)] {
        &self.marks
    }

    /// Rises whenever something of this changes.
    pub fn version(&self) -> u64 {
        self.version
    }

    fn break_it(&mut self, property: Property, moment: Moment, what: impl FnOnce(&S) -> String) {
        let place = &mut self.broken[property as usize];
        if place.is_none() {
            *place = Some((moment.event, what(&self.system)));
            self.marks.push((moment.event, Marked::Broken(property)));
            self.version += 1;
        }
    }

    fn promise(&mut self, moment: Moment, ballot: Ballot) {
        let promised = self.promised.entry(moment.node).or_insert(ballot);
        let before = *promised;
        *promised = before.max(ballot);
        if ballot < before {
            self.break_it(Property::PromisesHonoured, moment, |s| {
                format!("{} promises {ballot}, but it had promised {before}.", s.label(moment.node))
            });
        }
    }

    fn propose(&mut self, moment: Moment, slot: Slot, ballot: Ballot, value: &S::Value) {
        let quorums = self.system.quorums(slot);
        if let Some(why) = self.unsafe_because(quorums, slot, ballot, value) {
            self.break_it(Property::SafeProposals, moment, |s| {
                format!("{} proposes {value} at {ballot}, but {why}.", s.label(moment.node))
            });
        }
        let record = self.ballots.get(&(slot, ballot)).map(|record| record.proposed.clone());
        match record {
            Some(before) if before != *value => self.break_it(Property::OneValuePerBallot, moment, |_| {
                format!("Ballot {ballot} proposes {value}, but it had proposed {before}.")
            }),
            Some(_) => {}
            None => {
                let record = Record { proposed: value.clone(), votes: Vec::new() };
                self.ballots.insert((slot, ballot), record);
            }
        }
    }

    /// Why another value than `value` was or can still be chosen below `ballot`: `ShowsSafeAt` of `Voting.tla`, turned
    /// round. A lower ballot is closed to other values once fewer than a phase 2 quorum of acceptors have voted for
    /// one of them there, or have not voted there and have promised nothing higher.
    fn unsafe_because(&self, quorums: Quorums, slot: Slot, ballot: Ballot, value: &S::Value) -> Option<String> {
        let free_below = |lower: Ballot| {
            quorums
                .acceptors
                .iter()
                .filter(move |node| self.promised.get(node).is_none_or(|promised| *promised <= lower))
        };
        let silent = quorums.acceptors.iter().filter(|node| self.promised.get(node).is_none_or(|p| *p < ballot));
        let free = silent.count();
        if free >= quorums.q2 {
            return Some(format!("{free} acceptors are still free to choose in a lower ballot"));
        }
        for ((_, lower), record) in self.ballots.range((slot, ZERO)..(slot, ballot)) {
            let voted = record.votes.iter().fold(NodeSet::EMPTY, |all, (_, nodes)| all.or(*nodes));
            for (other, nodes) in record.votes.iter().filter(|(other, _)| other != value) {
                let may = nodes.len() + free_below(*lower).filter(|node| !voted.contains(*node)).count();
                if may >= quorums.q2 {
                    return Some(format!("{other} was or can still be chosen at {lower}"));
                }
            }
        }
        None
    }

    fn vote(&mut self, moment: Moment, slot: Slot, ballot: Ballot, value: &S::Value) {
        let promised = self.promised.entry(moment.node).or_insert(ballot);
        let before = *promised;
        *promised = before.max(ballot);
        if ballot < before {
            self.break_it(Property::PromisesHonoured, moment, |s| {
                format!("{} votes for {value} at {ballot}, but it had promised {before}.", s.label(moment.node))
            });
        }
        self.must_be_requested(moment, value, "is voted for");
        let quorums = self.system.quorums(slot);
        let record =
            self.ballots.entry((slot, ballot)).or_insert(Record { proposed: value.clone(), votes: Vec::new() });
        let at = match record.votes.iter().position(|(voted, _)| voted == value) {
            Some(at) => at,
            None => {
                record.votes.push((value.clone(), NodeSet::EMPTY));
                record.votes.len() - 1
            }
        };
        let values = record.votes.len();
        let nodes = &mut record.votes[at].1;
        let before = nodes.len();
        nodes.insert(moment.node);
        let nodes = *nodes;
        if values > 1 {
            self.break_it(Property::OneValuePerBallot, moment, |_| {
                format!("Ballot {ballot} has votes for two values.")
            });
        }
        if before < quorums.q2 && nodes.len() >= quorums.q2 {
            self.choose(moment, slot, ballot, value, nodes);
        }
    }

    fn choose(&mut self, moment: Moment, slot: Slot, ballot: Ballot, value: &S::Value, quorum: NodeSet) {
        let earlier = self.chosen.iter().find(|chosen| chosen.slot == slot).cloned();
        match earlier {
            Some(earlier) if earlier.value == *value => return,
            Some(earlier) => self.break_it(Property::Agreement, moment, |_| {
                format!("{value} is chosen at {ballot}, but {} was chosen at {}.", earlier.value, earlier.ballot)
            }),
            None => {}
        }
        self.marks.push((moment.event, Marked::Chosen));
        self.version += 1;
        let chosen = Chosen { slot, value: value.clone(), ballot, quorum, event: moment.event, time: moment.time };
        self.chosen.push(chosen);
    }

    fn learn(&mut self, moment: Moment, slot: Slot, value: &S::Value) {
        self.must_be_requested(moment, value, "is learned");
        if !self.chosen.iter().any(|chosen| chosen.slot == slot && chosen.value == *value) {
            self.break_it(Property::SoundLearners, moment, |s| {
                format!("{} learns {value}, which has not been chosen.", s.label(moment.node))
            });
        }
        match self.learned.get(&(slot, moment.node)) {
            Some((before, _)) if before == value => return,
            Some((before, _)) => {
                let before = before.clone();
                self.break_it(Property::Integrity, moment, |s| {
                    format!("{} learns {value}, but it had learned {before}.", s.label(moment.node))
                });
            }
            None => {
                let other = self.learned.range((slot, NodeId(0))..=(slot, NodeId(u8::MAX)));
                let other = other.into_iter().find(|(_, (other, _))| other != value);
                if let Some((node, other)) = other.map(|((_, node), (other, _))| (*node, other.clone())) {
                    self.break_it(Property::Agreement, moment, |s| {
                        let (me, it) = (s.label(moment.node), s.label(node));
                        format!("{me} learns {value}, but {it} has learned {other}.")
                    });
                }
            }
        }
        self.learned.insert((slot, moment.node), (value.clone(), moment.time));
        self.marks.push((moment.event, Marked::Learned));
        self.version += 1;
    }

    fn must_be_requested(&mut self, moment: Moment, value: &S::Value, how: impl Display) {
        if !self.requested.contains(value) {
            self.break_it(Property::Validity, moment, |_| format!("{value} {how}, but no client asked for it."));
        }
    }
}

const ZERO: Ballot = Ballot { round: 0, owner: NodeId(0) };

impl<S: System> Watch<S> for Properties<S> {
    fn observe(&mut self, moment: Moment, fact: &Fact<S::Value>) {
        match fact {
            Fact::Requested(value) => {
                if !self.requested.contains(value) {
                    self.requested.push(value.clone());
                }
            }
            Fact::Began(_) => self.rounds += 1,
            Fact::Preempted(_) => self.preemptions += 1,
            Fact::Promised(ballot) => self.promise(moment, *ballot),
            Fact::Proposed(slot, ballot, value) => self.propose(moment, *slot, *ballot, value),
            Fact::Voted(slot, ballot, value) => self.vote(moment, *slot, *ballot, value),
            Fact::Learned(slot, value) => self.learn(moment, *slot, value),
        }
    }

    fn reconfigure(&mut self, system: &S) {
        self.system = system.clone();
    }
}
