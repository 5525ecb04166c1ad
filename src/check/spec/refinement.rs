//! The refinement mapping: what an actor does, as steps of `Paxos.tla`.
//!
//! Began is `Phase1a`, promised is `Phase1b`, proposed is `Phase2a`, voted is `Phase2b`; everything else leaves the
//! specification's state unchanged. A system that decides slot after slot refines one instance of the specification
//! for each slot: its ballots and promises are those of every slot.

use super::paxos::{Action, Message, Rules, State};
use crate::check::Electorate;
use crate::paxos::{Ballot, Fact, Map, NodeId, Quorums, Slot};

/// The name under which a step that is none of the specification's is shown.
pub const REFINES: &str = "refines Paxos.tla";

/// The states of the specification that the actors have brought about.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Mapped<V: Ord> {
    /// Of every slot in which nothing was proposed yet.
    untouched: State<Ballot, V>,
    slots: Map<Slot, State<Ballot, V>>,
}

impl<V: Ord> Default for Mapped<V> {
    fn default() -> Self {
        Self { untouched: State::default(), slots: Map::new() }
    }
}

impl<V: Clone + Ord + std::fmt::Display> Mapped<V> {
    /// Takes the step that the fact is mapped to, or says why the specification has none.
    pub fn enter(&mut self, system: &dyn Electorate<V>, node: NodeId, fact: &Fact<V>) -> Result<(), String> {
        let quorums = |slot| {
            let quorums = system.voters(slot);
            Rules { q1: quorums.q1, q2: quorums.q2, broken: 0 }
        };
        let label = system.name(node);
        match fact {
            Fact::Began(ballot) => {
                self.everywhere(|state| state.step(quorums(Slot::ONLY), Action::Phase1a(*ballot)));
            }
            Fact::Promised(ballot) => {
                let promise = |state: &State<Ballot, V>| {
                    let bound = state.acceptors.get(&node).and_then(|acceptor| acceptor.max_bal);
                    // It says again what it is bound to.
                    if bound == Some(*ballot) {
                        return Some(state.clone());
                    }
                    state.step(quorums(Slot::ONLY), Action::Phase1b(node, *ballot))
                };
                if !self.everywhere(promise) {
                    return Err(format!("{label} promises {ballot}, but Phase1b({label}) is not enabled for it."));
                }
            }
            Fact::Proposed(slot, ballot, value) => {
                let Quorums { acceptors, q1, q2 } = system.voters(*slot);
                if q1 + q2 <= acceptors.len() {
                    let why = "are not what QuorumAssumption asks for: they need not meet";
                    return Err(format!(
                        "{label} proposes {value} at {ballot} with quorums of {q1} and {q2}, which {why}."
                    ));
                }
                let state = self.slot(*slot);
                if !state.msgs.contains_key(&Message::TwoA(*ballot, value.clone())) {
                    let next = state.step(quorums(*slot), Action::Phase2a(*ballot, value.clone()));
                    let why = || format!("{label} proposes {value} at {ballot}, but Phase2a is not enabled for them.");
                    *state = next.ok_or_else(why)?;
                }
            }
            Fact::Voted(slot, ballot, value) => {
                let state = self.slot(*slot);
                let next = state.step(quorums(*slot), Action::Phase2b(node, *ballot, value.clone()));
                let why = || format!("{label} votes for {value} at {ballot}, but Phase2b({label}) is not enabled.");
                *state = next.ok_or_else(why)?;
            }
            Fact::Requested(_) | Fact::Preempted(_) | Fact::Answered(_) | Fact::Performed(..) | Fact::Learned(..) => {}
        }
        Ok(())
    }

    fn slot(&mut self, slot: Slot) -> &mut State<Ballot, V> {
        self.slots.get_or_insert(slot, self.untouched.clone())
    }

    /// Lets every instance take a step; false if one cannot.
    fn everywhere(&mut self, step: impl Fn(&State<Ballot, V>) -> Option<State<Ballot, V>>) -> bool {
        std::iter::once(&mut self.untouched).chain(self.slots.values_mut()).all(|state| match step(state) {
            Some(next) => {
                *state = next;
                true
            }
            None => false,
        })
    }
}
