//! The properties, judged while a run goes on, from what actors did and never from what they believe.
//!
//! *Chosen* is one ballot and one quorum in the history of votes (*Paxos Made Simple*, section 2.2; `Voting.tla`),
//! never a snapshot of the acceptors and never equal values in different ballots.

use super::ledger::{Choice, Ledger, SLOTS};
use super::measures::Measures;
use crate::paxos::{Audit, Fact, Micros, NodeId, Slot, System};
use crate::sim::{Moment, Watch};

/// A property, by its position in [`PROPERTIES`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
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

/// A value that was chosen, and when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chosen<V> {
    /// What was chosen, where and by whom.
    pub choice: Choice<V>,
    /// The event that chose it.
    pub event: u64,
    /// When.
    pub time: Micros,
}

/// A broken property: the event that broke it and what happened there.
type Break = Option<(u64, String)>;

/// Follows a run of `S` and judges it.
#[derive(Debug)]
pub struct Properties<S: System> {
    system: S,
    ledger: Ledger<S::Value>,
    chosen: Vec<Chosen<S::Value>>,
    first_chosen: Option<Micros>,
    /// Of the slot in which something was learned first.
    first_learned: Vec<(NodeId, Micros)>,
    first_slot: Option<Slot>,
    broken: [Break; PROPERTIES.len()],
    audit: Option<Box<dyn Audit<S>>>,
    /// As `broken`, for the invariants of the audit.
    breached: Vec<Break>,
    marks: Vec<(u64, Marked)>,
    version: u64,
    /// Ballots begun.
    pub rounds: u64,
    /// Ballots given up because of a higher one.
    pub preemptions: u64,
    /// Values chosen, the forgotten ones too.
    pub decisions: u64,
    /// What the run costs.
    pub measures: Measures<S::Value>,
}

/// How many of the latest marks are kept, and at most twice as many.
const MARKS: usize = 10_000;

/// Forgets the oldest of `list` once it is twice as long as it has to be.
fn forget<T>(list: &mut Vec<T>, keep: usize) {
    if list.len() >= 2 * keep {
        list.drain(..list.len() - keep);
    }
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
    /// An invariant of the system broke, by its position in [`Audit::invariants`].
    Breached(usize),
}

impl<S: System> Clone for Properties<S> {
    fn clone(&self) -> Self {
        Self {
            system: self.system.clone(),
            ledger: self.ledger.clone(),
            chosen: self.chosen.clone(),
            first_learned: self.first_learned.clone(),
            measures: self.measures.clone(),
            broken: self.broken.clone(),
            audit: self.audit.as_ref().map(|audit| audit.copy()),
            breached: self.breached.clone(),
            marks: self.marks.clone(),
            ..*self
        }
    }
}

impl<S: System> Properties<S> {
    /// Properties of a run that has not begun.
    pub fn new(system: S) -> Self {
        let audit = system.audit();
        let invariants = audit.as_ref().map_or(0, |audit| audit.invariants().len());
        Self {
            system,
            audit,
            breached: vec![None; invariants],
            ledger: Ledger::default(),
            chosen: Vec::new(),
            first_chosen: None,
            first_learned: Vec::new(),
            first_slot: None,
            broken: Default::default(),
            marks: Vec::new(),
            version: 0,
            rounds: 0,
            preemptions: 0,
            decisions: 0,
            measures: Measures::default(),
        }
    }

    /// What was chosen, in the order in which it was. Two values for one slot are a violation of agreement; a value
    /// that is chosen again in a later ballot is not listed again. A long run lists the latest: at least as many as the
    /// ledger remembers slots, and at most twice as many.
    pub fn chosen(&self) -> &[Chosen<S::Value>] {
        &self.chosen
    }

    /// What is remembered of what the actors did.
    pub fn ledger(&self) -> &Ledger<S::Value> {
        &self.ledger
    }

    /// When the first value was chosen.
    pub fn first_chosen(&self) -> Option<Micros> {
        self.first_chosen
    }

    /// Which nodes learned what was learned first, and when. In a system of many slots: of the first slot.
    pub fn first_learned(&self) -> &[(NodeId, Micros)] {
        &self.first_learned
    }

    /// The event that broke the property and what happened there; `None` while it holds.
    pub fn broken(&self, property: Property) -> Option<&(u64, String)> {
        self.broken[property as usize].as_ref()
    }

    /// Every property and every invariant of the system: name, meaning, and the event that broke it with what happened
    /// there.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &'static str, Option<&(u64, String)>)> {
        let invariants = self.audit.as_ref().map_or(&[][..], |audit| audit.invariants());
        let judged = PROPERTIES.iter().zip(&self.broken).chain(invariants.iter().zip(&self.breached));
        judged.map(|((name, about), broken)| (*name, *about, broken.as_ref()))
    }

    /// The properties and invariants that are broken.
    pub fn violations(&self) -> impl Iterator<Item = (&'static str, &(u64, String))> {
        self.all().filter_map(|(name, _, broken)| Some((name, broken?)))
    }

    /// Events worth a mark, in the order in which they happened. A long run keeps the latest.
    pub fn marks(&self) -> &[(u64, Marked)] {
        &self.marks
    }

    /// Rises whenever something of this changes.
    pub fn version(&self) -> u64 {
        self.version
    }

    fn mark(&mut self, moment: Moment, mark: Marked) {
        forget(&mut self.marks, MARKS);
        self.marks.push((moment.event, mark));
        self.version += 1;
    }
}

impl<S: System> Watch<S> for Properties<S> {
    fn observe(&mut self, moment: Moment, fact: &Fact<S::Value>) {
        self.measures.observe(moment, fact, self.decisions);
        match fact {
            Fact::Began(_) => return self.rounds += 1,
            Fact::Preempted(_) => return self.preemptions += 1,
            _ => {}
        }
        let judgement = self.ledger.enter(&self.system, moment.node, fact);
        if let Some(choice) = judgement.chosen {
            let known =
                |chosen: &Chosen<S::Value>| chosen.choice.slot == choice.slot && chosen.choice.value == choice.value;
            if !self.chosen.iter().rev().any(known) {
                self.first_chosen.get_or_insert(moment.time);
                self.decisions += 1;
                self.measures.choose(moment, &choice);
                forget(&mut self.chosen, SLOTS as usize);
                self.chosen.push(Chosen { choice, event: moment.event, time: moment.time });
                self.mark(moment, Marked::Chosen);
            }
        }
        if let (true, Fact::Learned(slot, _)) = (judgement.learned, fact) {
            if *self.first_slot.get_or_insert(*slot) == *slot {
                self.first_learned.push((moment.node, moment.time));
            }
            self.mark(moment, Marked::Learned);
        }
        for (property, what) in judgement.broken {
            if self.broken[property as usize].is_none() {
                self.broken[property as usize] = Some((moment.event, what));
                self.mark(moment, Marked::Broken(property));
            }
        }
    }

    fn stepped(&mut self, moment: Moment, actor: &S::Actor, facts: &[Fact<S::Value>]) {
        let Some(audit) = &mut self.audit else { return };
        let (ledger, system) = (&self.ledger, &self.system);
        let breaches = audit.stepped(system, moment.node, actor, facts, &|slot| ledger.quorums(system, slot));
        for (invariant, what) in breaches {
            if self.breached[invariant].is_none() {
                let what = format!("{}: {what}", self.system.label(moment.node));
                self.breached[invariant] = Some((moment.event, what));
                self.mark(moment, Marked::Breached(invariant));
            }
        }
    }

    fn reconfigure(&mut self, system: &S) {
        self.system = system.clone();
    }
}
