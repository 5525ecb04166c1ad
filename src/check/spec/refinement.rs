//! The refinement mapping: what an actor does, as steps of `Paxos.tla`.
//!
//! Began is `Phase1a`, promised is `Phase1b`, proposed is `Phase2a`, voted is `Phase2b`; everything else leaves the
//! specification's state unchanged. A system that decides slot after slot refines one instance of the specification
//! for each slot: its ballots and promises are those of every slot.

use super::paxos::{Action, Message, Rules, State};
use super::words::obstacle;
use crate::paxos::{Ballot, Fact, NodeId, Quorums, Slot, System};
use std::collections::BTreeMap;

/// The name under which a step that is none of the specification's is shown.
pub const REFINES: &str = "refines Paxos.tla";

/// The states of the specification that the actors have brought about.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Mapped<V: Ord> {
    /// Of every slot in which nothing was proposed yet.
    untouched: State<Ballot, V>,
    slots: BTreeMap<Slot, State<Ballot, V>>,
}

impl<V: Ord> Default for Mapped<V> {
    fn default() -> Self {
        Self { untouched: State::default(), slots: BTreeMap::new() }
    }
}

impl<V: Clone + Ord + std::fmt::Display> Mapped<V> {
    /// Takes the step that the fact is mapped to, or says why the specification has none.
    pub fn enter<S: System<Value = V>>(&mut self, system: &S, node: NodeId, fact: &Fact<V>) -> Result<(), String> {
        self.take(&|slot| system.quorums(slot), &|node| system.label(node), node, fact)
    }

    fn take(
        &mut self,
        quorums: &dyn Fn(Slot) -> Quorums,
        label: &dyn Fn(NodeId) -> String,
        node: NodeId,
        fact: &Fact<V>,
    ) -> Result<(), String> {
        let rules = |slot| {
            let Quorums { q1, q2, .. } = quorums(slot);
            Rules { q1, q2, broken: 0 }
        };
        let name = label(node);
        let missing =
            |what: String, action: String, why: String| format!("{name} {what}. That should be {action}, but {why}.");
        match fact {
            Fact::Began(ballot) => {
                let begun = Action::Phase1a(*ballot);
                _ = self.everywhere(&|state| state.step(rules(Slot::ONLY), begun.clone()).ok_or_else(String::new));
                Ok(())
            }
            Fact::Promised(ballot) => self.everywhere(&|state| {
                let bound = state.acceptors.get(&node).and_then(|acceptor| acceptor.max_bal);
                // It says again what it is bound to.
                if bound == Some(*ballot) {
                    return Ok(state.clone());
                }
                let (rules, action) = (rules(Slot::ONLY), Action::Phase1b(node, *ballot));
                state.step(rules, action.clone()).ok_or_else(|| {
                    let why = obstacle(state, rules, &action, label);
                    missing(format!("promises {ballot}"), format!("Phase1b({name})"), why)
                })
            }),
            Fact::Proposed(slot, ballot, value) => {
                let Quorums { acceptors, q1, q2 } = quorums(*slot);
                let what = || (format!("proposes {value} at {ballot}"), format!("Phase2a({ballot}, {value})"));
                let count = acceptors.len();
                if q1 + q2 <= count {
                    let why = format!("quorums of {q1} and {q2} of {count} acceptors need not meet (QuorumAssumption)");
                    let (what, action) = what();
                    return Err(missing(what, action, why));
                }
                let (rules, state) = (rules(*slot), self.slot(*slot));
                if !state.msgs.contains(&Message::TwoA(*ballot, value.clone())) {
                    let action = Action::Phase2a(*ballot, value.clone());
                    *state = state.step(rules, action.clone()).ok_or_else(|| {
                        let (what, name) = what();
                        missing(what, name, obstacle(state, rules, &action, label))
                    })?;
                }
                Ok(())
            }
            Fact::Voted(slot, ballot, value) => {
                let (rules, state) = (rules(*slot), self.slot(*slot));
                let action = Action::Phase2b(node, *ballot, value.clone());
                *state = state.step(rules, action.clone()).ok_or_else(|| {
                    let why = obstacle(state, rules, &action, label);
                    missing(format!("votes for {value} at {ballot}"), format!("Phase2b({name})"), why)
                })?;
                Ok(())
            }
            Fact::Requested(_) | Fact::Preempted(_) | Fact::Answered(_) | Fact::Performed(..) | Fact::Learned(..) => {
                Ok(())
            }
        }
    }

    fn slot(&mut self, slot: Slot) -> &mut State<Ballot, V> {
        self.slots.entry(slot).or_insert_with(|| self.untouched.clone())
    }

    /// Lets every instance take a step, or says why one cannot.
    fn everywhere(&mut self, step: Step<V>) -> Result<(), String> {
        for state in std::iter::once(&mut self.untouched).chain(self.slots.values_mut()) {
            *state = step(state)?;
        }
        Ok(())
    }
}

/// What a step makes of a state of the specification, or why it has none.
type Step<'a, V> = &'a dyn Fn(&State<Ballot, V>) -> Result<State<Ballot, V>, String>;
