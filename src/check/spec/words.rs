//! The specification in sentences: what happens, and why something cannot.

use super::paxos::{Action, Message, Rules, State};
use super::refinement::Named;
use crate::paxos::{Ballot, NodeId, NodeSet};

/// A schedule, a sentence an action; each begins with the action's name in the TLA+. `q2` votes choose a value.
pub fn sentences(q2: usize, schedule: &[Action<u8, u8>]) -> Vec<String> {
    let told = |at: usize| {
        let (before, action) = (&schedule[..at], schedule[at]);
        match action {
            Action::Phase1a(b) => format!("Phase1a({b}): ballot {b} begins."),
            Action::Phase1b(NodeId(a), b) => {
                let a = a + 1;
                let report = match before.iter().rev().find(|done| is_vote_of(done, action)) {
                    Some(Action::Phase2b(_, b, v)) => format!("its vote for v{} in ballot {b}", v + 1),
                    _ => "no vote".into(),
                };
                format!("Phase1b(a{a}): a{a} promises ballot {b} and reports {report}.")
            }
            Action::Phase2a(b, v) => format!("Phase2a({b}, v{}): ballot {b} proposes v{}.", v + 1, v + 1),
            Action::Phase2b(NodeId(a), b, v) => {
                let (a, value) = (a + 1, v + 1);
                let mut votes = NodeSet::EMPTY;
                for done in &schedule[..=at] {
                    if let Action::Phase2b(node, ballot, voted) = done
                        && (*ballot, *voted) == (b, v)
                    {
                        votes.insert(*node);
                    }
                }
                let chosen = if votes.len() == q2 { format!(" With that, v{value} is chosen.") } else { String::new() };
                format!("Phase2b(a{a}): a{a} votes for v{value} in ballot {b}.{chosen}")
            }
        }
    };
    (0..schedule.len()).map(told).collect()
}

/// Whether `done` is a vote of who makes the promise.
fn is_vote_of(done: &Action<u8, u8>, promise: Action<u8, u8>) -> bool {
    matches!((done, promise), (Action::Phase2b(voter, ..), Action::Phase1b(node, _)) if *voter == node)
}

/// Which part of the precondition of `action`, which is not enabled, does not hold. `label` names acceptors.
pub(super) fn obstacle(
    state: &State<Ballot, Named>,
    rules: Rules,
    action: &Action<Ballot, Named>,
    label: &dyn Fn(NodeId) -> String,
) -> String {
    let bound = |a: &NodeId, b: &Ballot| {
        let bound = state.acceptors.get(a).and_then(|acceptor| acceptor.max_bal).filter(|bound| bound >= b);
        bound.map(|bound| format!("maxBal[{}] is {bound}", label(*a)))
    };
    match action {
        Action::Phase1a(_) => String::new(),
        Action::Phase1b(a, b) => bound(a, b).unwrap_or_else(|| format!("there is no 1a message of ballot {b}")),
        Action::Phase2a(b, v) => {
            let other = state.msgs.iter().find_map(|message| match message {
                Message::TwoA(ballot, value) if ballot == b => Some(value),
                _ => None,
            });
            if let Some(other) = other {
                return format!("ballot {b} has proposed {}", other.text);
            }
            let promised = state.promised(*b).len();
            match promised < rules.q1 {
                true => format!("only {promised} of {} acceptors have sent a 1b message for {b}", rules.q1),
                false => format!("no quorum's 1b messages for {b} report {} as their highest vote", v.text),
            }
        }
        Action::Phase2b(a, b, v) => {
            let proposed = state.msgs.contains(&Message::TwoA(*b, v.clone()));
            let bound = bound(a, b).filter(|_| proposed);
            bound.unwrap_or_else(|| format!("there is no 2a message of ballot {b} with {}", v.text))
        }
    }
}
