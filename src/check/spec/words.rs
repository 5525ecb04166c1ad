//! The specification in sentences: what happens, and why something cannot.

use super::paxos::{Action, Message, Rules, State};
use crate::paxos::NodeId;
use std::fmt::Display;

/// A schedule, a sentence an action; each begins with the action's name in the TLA+.
pub fn sentences(rules: Rules, schedule: &[Action<u8, u8>]) -> Vec<String> {
    let mut state = State::default();
    let told = schedule.iter().map(|action| {
        let mut text = sentence(&state, action);
        let before = state.chosen(rules);
        if let Some(next) = state.step(rules, *action) {
            state = next;
        }
        let chosen = state.chosen(rules).into_iter().find(|(_, v)| before.iter().all(|(_, old)| old != v));
        if let Some((_, v)) = chosen {
            text.push_str(&format!(" With that, v{} is chosen.", v + 1));
        }
        text
    });
    told.collect()
}

fn sentence(state: &State<u8, u8>, action: &Action<u8, u8>) -> String {
    match action {
        Action::Phase1a(b) => format!("Phase1a({b}): ballot {b} begins."),
        Action::Phase1b(node, b) => {
            let a = node.0 + 1;
            let vote = state.acceptors.get(node).and_then(|acceptor| acceptor.vote);
            let vote = vote.map_or("no vote".into(), |(b, v)| format!("its vote for v{} in ballot {b}", v + 1));
            format!("Phase1b(a{a}): a{a} promises ballot {b} and reports {vote}.")
        }
        Action::Phase2a(b, v) => format!("Phase2a({b}, v{}): ballot {b} proposes v{}.", v + 1, v + 1),
        Action::Phase2b(a, b, v) => format!("Phase2b(a{}): a{} votes for v{} in ballot {b}.", a.0 + 1, a.0 + 1, v + 1),
    }
}

/// Which part of the precondition of `action`, which is not enabled, does not hold. `label` names acceptors.
pub(super) fn obstacle<B: Copy + Ord + Display, V: Clone + Ord + Display>(
    state: &State<B, V>,
    rules: Rules,
    action: &Action<B, V>,
    label: &dyn Fn(NodeId) -> String,
) -> String {
    let bound = |a: &NodeId, b: &B| {
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
                return format!("ballot {b} has proposed {other}");
            }
            let promised = state.promised(*b).len();
            match promised < rules.q1 {
                true => format!("only {promised} of {} acceptors have sent a 1b message for {b}", rules.q1),
                false => format!("no quorum's 1b messages for {b} report {v} as their highest vote"),
            }
        }
        Action::Phase2b(a, b, v) => {
            let proposed = state.msgs.contains(&Message::TwoA(*b, v.clone()));
            let bound = bound(a, b).filter(|_| proposed);
            bound.unwrap_or_else(|| format!("there is no 2a message of ballot {b} with {v}"))
        }
    }
}
