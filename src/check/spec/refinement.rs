//! The refinement mapping: what an actor does, as steps of `Paxos.tla`.
//!
//! Began is `Phase1a`, promised is `Phase1b`, proposed is `Phase2a`, voted is `Phase2b`; everything else leaves the
//! specification's state unchanged. A system that decides slot after slot refines one instance of the specification
//! for each slot: its ballots and promises are those of every slot.

use super::paxos::{Action, Message, Rules, State};
use super::words::obstacle;
use crate::check::Electorate;
use crate::paxos::{Ballot, Fact, Map, NodeId, Quorums, Slot};
use crate::sim::Digest;
use std::fmt::Display;
use std::hash::Hash;

/// The name under which a step that is none of the specification's is shown.
pub const REFINES: &str = "refines Paxos.tla";

/// A value of any system: what it reads as, and its digest, because two may read alike. So there is one mapping for all
/// systems.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Named {
    /// As people read it.
    pub text: String,
    digest: u64,
}

impl Named {
    fn of(value: &(impl Display + Hash)) -> Self {
        Self { text: value.to_string(), digest: Digest::of(value) }
    }
}

/// The states of the specification that the actors have brought about.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Mapped {
    /// Of every slot in which nothing was proposed yet.
    untouched: State<Ballot, Named>,
    slots: Map<Slot, State<Ballot, Named>>,
}

impl Mapped {
    /// Takes the step that the fact is mapped to, or says why the specification has none.
    pub fn enter<V: Display + Hash>(
        &mut self,
        system: &dyn Electorate<V>,
        node: NodeId,
        fact: &Fact<V>,
    ) -> Result<(), String> {
        let done = match fact {
            Fact::Began(ballot) => Done::Began(*ballot),
            Fact::Promised(ballot) => Done::Promised(*ballot),
            Fact::Proposed(slot, ballot, value) => Done::Proposed(*slot, *ballot, Named::of(value)),
            Fact::Voted(slot, ballot, value) => Done::Voted(*slot, *ballot, Named::of(value)),
            Fact::Requested(_) | Fact::Preempted(_) | Fact::Answered(_) | Fact::Performed(..) | Fact::Learned(..) => {
                return Ok(());
            }
        };
        self.take(&|slot| system.voters(slot), &|node| system.name(node), node, done)
    }

    fn take(
        &mut self,
        quorums: &dyn Fn(Slot) -> Quorums,
        label: &dyn Fn(NodeId) -> String,
        node: NodeId,
        done: Done,
    ) -> Result<(), String> {
        let rules = |slot| {
            let Quorums { q1, q2, .. } = quorums(slot);
            Rules { q1, q2, broken: 0 }
        };
        let name = label(node);
        let missing =
            |what: String, action: String, why: String| format!("{name} {what}. That should be {action}, but {why}.");
        match done {
            Done::Began(ballot) => {
                let begun = Action::Phase1a(ballot);
                _ = self.everywhere(&|state| state.step(rules(Slot::ONLY), begun.clone()).ok_or_else(String::new));
                Ok(())
            }
            Done::Promised(ballot) => self.everywhere(&|state| {
                let bound = state.acceptors.get(&node).and_then(|acceptor| acceptor.max_bal);
                // It says again what it is bound to.
                if bound == Some(ballot) {
                    return Ok(state.clone());
                }
                let (rules, action) = (rules(Slot::ONLY), Action::Phase1b(node, ballot));
                state.step(rules, action.clone()).ok_or_else(|| {
                    let why = obstacle(state, rules, &action, label);
                    missing(format!("promises {ballot}"), format!("Phase1b({name})"), why)
                })
            }),
            Done::Proposed(slot, ballot, value) => {
                let Quorums { acceptors, q1, q2 } = quorums(slot);
                let what = format!("proposes {} at {ballot}", value.text);
                let name = format!("Phase2a({ballot}, {})", value.text);
                let count = acceptors.len();
                if q1 + q2 <= count {
                    let why = format!("quorums of {q1} and {q2} of {count} acceptors need not meet (QuorumAssumption)");
                    return Err(missing(what, name, why));
                }
                let (rules, state) = (rules(slot), self.slot(slot));
                let action = Action::Phase2a(ballot, value.clone());
                if !state.msgs.contains(&Message::TwoA(ballot, value)) {
                    let next = state.step(rules, action.clone());
                    *state = next.ok_or_else(|| missing(what, name, obstacle(state, rules, &action, label)))?;
                }
                Ok(())
            }
            Done::Voted(slot, ballot, value) => {
                let (rules, state) = (rules(slot), self.slot(slot));
                let what = format!("votes for {} at {ballot}", value.text);
                let action = Action::Phase2b(node, ballot, value);
                let next = state.step(rules, action.clone());
                let phase = format!("Phase2b({name})");
                *state = next.ok_or_else(|| missing(what, phase, obstacle(state, rules, &action, label)))?;
                Ok(())
            }
        }
    }

    fn slot(&mut self, slot: Slot) -> &mut State<Ballot, Named> {
        self.slots.get_or_insert(slot, self.untouched.clone())
    }

    /// Lets every instance take a step, or says why one cannot.
    fn everywhere(&mut self, step: Step) -> Result<(), String> {
        for state in std::iter::once(&mut self.untouched).chain(self.slots.values_mut()) {
            *state = step(state)?;
        }
        Ok(())
    }
}

/// What of a fact the specification knows.
enum Done {
    Began(Ballot),
    Promised(Ballot),
    Proposed(Slot, Ballot, Named),
    Voted(Slot, Ballot, Named),
}

/// What a step makes of a state of the specification, or why it has none.
type Step<'a> = &'a dyn Fn(&State<Ballot, Named>) -> Result<State<Ballot, Named>, String>;
