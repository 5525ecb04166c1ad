//! What was done in an exploration, by number: facts, and ledgers of them. Systems with the same values share it.

use super::core::{Core, Judgement};
use super::pool::Pool;
use crate::check::spec::refinement::{Mapped, REFINES};
use crate::check::{Electorate, Ledger, PROPERTIES};
use crate::paxos::{Fact, NodeId};
use crate::sim::Digest;
use std::fmt::Display;
use std::hash::Hash;

/// What was done, and what it comes to.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Judged<V: Ord> {
    ledger: Ledger<V>,
    /// What it comes to in the specification, where that is asked for.
    mapped: Option<Mapped>,
    /// The property that it breaks: an entry can break one and leave the ledger as it was.
    broken: Option<&'static str>,
    /// Ballots given up in a row because of higher ones, where a goal counts them.
    preempted: u8,
}

/// An invariant of a paper that a step broke, and what happened.
pub(super) type Breach = (&'static str, String);

/// What a node did in one step, as far as a ledger enters it.
#[derive(PartialEq, Eq, Hash)]
struct Done<V> {
    node: NodeId,
    facts: Vec<Fact<V>>,
    breach: Option<Breach>,
}

/// All ledgers that were seen, and all that was entered in them.
pub(super) struct Books<V: Ord> {
    facts: Pool<Done<V>>,
    ledgers: Pool<Judged<V>>,
}

impl<V: Clone + Ord + Hash + Display> Books<V> {
    pub fn new(core: &mut Core) -> Self {
        // No facts have the number nought.
        let mut facts = Pool::default();
        facts.number(Done { node: NodeId(0), facts: Vec::new(), breach: None });
        core.preempting.push(0);
        Self { facts, ledgers: Pool::default() }
    }

    /// The number of what a node did, and of the invariant that it broke.
    pub fn facts(&mut self, core: &mut Core, node: NodeId, done: &[Fact<V>], breach: Option<Breach>) -> u32 {
        let entered = |fact: &&Fact<V>| match fact {
            Fact::Began(_) => core.bounds.refines,
            Fact::Preempted(_) => core.preemptions > 0,
            Fact::Answered(_) | Fact::Performed(..) => false,
            _ => true,
        };
        let facts: Vec<_> = done.iter().filter(entered).cloned().collect();
        if facts.is_empty() && breach.is_none() {
            return 0;
        }
        let preempting = facts.iter().filter(|fact| matches!(fact, Fact::Preempted(_))).count() as u8;
        let (number, new) = self.facts.number(Done { node, facts, breach });
        core.preempting.extend(new.then_some(preempting));
        number
    }

    /// The number of the ledger in which nothing is entered.
    pub fn empty(&mut self, core: &mut Core) -> u32 {
        let mapped = core.bounds.refines.then(Default::default);
        let judged = Judged { ledger: Ledger::default(), mapped, broken: None, preempted: 0 };
        self.intern(core, judged, Judgement::default())
    }

    fn intern(&mut self, core: &mut Core, judged: Judged<V>, judgement: Judgement) -> u32 {
        let (number, new) = self.ledgers.number(judged);
        if new {
            let judged = self.ledgers.get(number);
            core.add_ledger(judgement, &|renaming| match renaming {
                None => Digest::of(judged),
                Some(renaming) => Digest::of(&(judged.ledger.renamed(renaming), judged.broken, judged.preempted)),
            });
        }
        number
    }

    /// The ledger after those facts were entered, of a system that chooses `once` or again and again.
    pub fn enter(&mut self, core: &mut Core, system: &dyn Electorate<V>, once: bool, ledger: u32, facts: u32) -> u32 {
        let mut judged = self.ledgers.get(ledger).clone();
        let mut judgement = core.judgements[ledger as usize].clone();
        let Done { node, facts, breach } = self.facts.get(facts);
        for fact in facts {
            let entered = judged.ledger.enter(system, *node, fact);
            judgement.chosen |= entered.chosen.is_some();
            if entered.chosen.is_some() {
                judged.preempted = 0;
            } else if matches!(fact, Fact::Preempted(_)) && !judgement.settled {
                judged.preempted = core.preemptions.min(judged.preempted + 1);
            }
            judgement.settled = judgement.chosen && once;
            judgement.preempted = judged.preempted;
            let refined = judged.mapped.as_mut().map_or(Ok(()), |mapped| mapped.enter(system, *node, fact));
            let broken = entered.broken.into_iter().map(|(property, what)| (PROPERTIES[property as usize].0, what));
            let first = refined.err().map(|what| (REFINES, what)).into_iter().chain(broken).next();
            judgement.broken = judgement.broken.or(first);
        }
        judgement.broken = judgement.broken.or_else(|| breach.clone());
        judged.broken = judgement.broken.as_ref().map(|(property, _)| *property);
        self.intern(core, judged, judgement)
    }

    pub fn ledger(&self, number: u32) -> &Ledger<V> {
        &self.ledgers.get(number).ledger
    }

    /// The values chosen, in their order.
    pub fn chosen(&self, system: &dyn Electorate<V>, ledger: u32) -> Vec<String> {
        // There are few: a sort of its own for every system would only be weight.
        let mut chosen = Vec::new();
        for choice in self.ledger(ledger).chosen(system) {
            if let Err(place) = chosen.binary_search(&choice.value) {
                chosen.insert(place, choice.value);
            }
        }
        chosen.iter().map(ToString::to_string).collect()
    }
}
