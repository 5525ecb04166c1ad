//! What was done in an exploration, by number: facts, and ledgers of them. Systems with the same values share it.

use super::core::{Core, Judgement};
use super::pool::Pool;
use crate::check::spec::refinement::{Mapped, REFINES};
use crate::check::{Electorate, Ledger, PROPERTIES};
use crate::paxos::{Fact, NodeId};
use crate::sim::Digest;
use std::fmt::Display;
use std::hash::Hash;

/// What was done, what it comes to in the specification where that is asked for, and the property that it breaks: an
/// entry can break one and leave the ledger as it was.
type Judged<V> = (Ledger<V>, Option<Mapped>, Option<&'static str>);

/// What a node did in one step, as far as a ledger enters it.
type Done<V> = (NodeId, Vec<Fact<V>>);

/// All ledgers that were seen, and all that was entered in them.
pub(super) struct Books<V: Ord> {
    facts: Pool<Done<V>>,
    ledgers: Pool<Judged<V>>,
}

impl<V: Clone + Ord + Hash + Display> Books<V> {
    pub fn new() -> Self {
        // No facts have the number nought.
        let mut facts = Pool::default();
        facts.number((NodeId(0), Vec::new()));
        Self { facts, ledgers: Pool::default() }
    }

    /// The number of what a node did.
    pub fn facts(&mut self, node: NodeId, done: &[Fact<V>], refines: bool) -> u32 {
        let entered = |fact: &&Fact<V>| match fact {
            Fact::Began(_) => refines,
            Fact::Preempted(_) | Fact::Answered(_) | Fact::Performed(..) => false,
            _ => true,
        };
        let facts: Vec<_> = done.iter().filter(entered).cloned().collect();
        if facts.is_empty() { 0 } else { self.facts.number((node, facts)).0 }
    }

    /// The number of the ledger in which nothing is entered.
    pub fn empty(&mut self, core: &mut Core) -> u32 {
        let mapped = core.bounds.refines.then(Default::default);
        self.intern(core, (Ledger::default(), mapped, None), Judgement::default())
    }

    fn intern(&mut self, core: &mut Core, judged: Judged<V>, judgement: Judgement) -> u32 {
        let (number, new) = self.ledgers.number(judged);
        if new {
            let judged = self.ledgers.get(number);
            core.add_ledger(judgement, &|renaming| match renaming {
                None => Digest::of(judged),
                Some(renaming) => Digest::of(&(judged.0.renamed(renaming), judged.2)),
            });
        }
        number
    }

    /// The ledger after those facts were entered.
    pub fn enter(&mut self, core: &mut Core, system: &dyn Electorate<V>, ledger: u32, facts: u32) -> u32 {
        let (mut entries, mut mapped, _) = self.ledgers.get(ledger).clone();
        let mut judgement = core.judgements[ledger as usize].clone();
        let (node, facts) = self.facts.get(facts);
        for fact in facts {
            let entered = entries.enter(system, *node, fact);
            judgement.chosen |= entered.chosen.is_some();
            let refined = mapped.as_mut().map_or(Ok(()), |mapped| mapped.enter(system, *node, fact));
            let broken = entered.broken.into_iter().map(|(property, what)| (PROPERTIES[property as usize].0, what));
            let first = refined.err().map(|what| (REFINES, what)).into_iter().chain(broken).next();
            judgement.broken = judgement.broken.or(first);
        }
        let broken = judgement.broken.as_ref().map(|(property, _)| *property);
        self.intern(core, (entries, mapped, broken), judgement)
    }

    pub fn ledger(&self, number: u32) -> &Ledger<V> {
        &self.ledgers.get(number).0
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
