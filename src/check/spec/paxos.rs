//! `Paxos.tla` (Lamport, 2012; <https://github.com/tlaplus/Examples/tree/master/specifications/PaxosHowToWinATuringAward>)
//! as a transition system: acceptors, a set of messages that only grows, and four actions. No proposers, no network,
//! no time.
//!
//! `B` is a ballot, `V` a value. Names are those of the TLA+.

use crate::paxos::{NodeId, NodeSet};
use std::collections::{BTreeMap, BTreeSet};

/// A message, for whoever reads it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Message<B, V> {
    /// `[type |-> "1a", bal |-> b]`
    OneA(B),
    /// `[type |-> "1b", acc |-> a, bal |-> b, mbal |-> …, mval |-> …]`, the last two being the acceptor's vote.
    OneB(NodeId, B, Option<(B, V)>),
    /// `[type |-> "2a", bal |-> b, val |-> v]`
    TwoA(B, V),
    /// `[type |-> "2b", acc |-> a, bal |-> b, val |-> v]`
    TwoB(NodeId, B, V),
}

/// An action of the specification.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Action<B, V> {
    /// `Phase1a(b)`
    Phase1a(B),
    /// `Phase1b(a)`, for the 1a message of that ballot.
    Phase1b(NodeId, B),
    /// `Phase2a(b, v)`
    Phase2a(B, V),
    /// `Phase2b(a)`, for the 2a message of that ballot and value.
    Phase2b(NodeId, B, V),
}

impl<B: Copy, V> Action<B, V> {
    /// The ballot in which it is taken.
    pub fn ballot(&self) -> B {
        match self {
            Action::Phase1a(b) | Action::Phase1b(_, b) | Action::Phase2a(b, _) | Action::Phase2b(_, b, _) => *b,
        }
    }
}

/// An acceptor: `maxBal[a]`, and `maxVBal[a]` with `maxVal[a]`. `None` is the TLA+'s −1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Acceptor<B, V> {
    /// It takes part in nothing lower any more.
    pub max_bal: Option<B>,
    /// Its vote of the highest ballot.
    pub vote: Option<(B, V)>,
}

impl<B, V> Default for Acceptor<B, V> {
    fn default() -> Self {
        Self { max_bal: None, vote: None }
    }
}

impl<B: Copy + Ord, V: Clone> Acceptor<B, V> {
    /// What `Phase1b(a)` makes of it, if the 1a message of ballot `b` is there; `None` if it is bound.
    pub fn promise(&self, rules: Rules, b: B) -> Option<Self> {
        let max_bal = if rules.is_off(broken::FORGET_PROMISE) { self.max_bal } else { Some(b) };
        (Some(b) > self.max_bal).then(|| Self { max_bal, vote: self.vote.clone() })
    }

    /// What `Phase2b(a)` makes of it, if the 2a message of ballot `b` and value `v` is there; `None` if it is bound.
    pub fn vote_for(&self, rules: Rules, b: B, v: V) -> Option<Self> {
        let in_time = match rules.is_off(broken::EQUAL_ONLY) {
            true => Some(b) == self.max_bal,
            false => Some(b) >= self.max_bal,
        };
        let max_bal = if rules.is_off(broken::NO_RAISE) { self.max_bal } else { Some(b) };
        in_time.then(|| Self { max_bal, vote: Some((b, v)) })
    }
}

/// A state.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct State<B: Ord, V: Ord> {
    /// The acceptors that have done anything.
    pub acceptors: BTreeMap<NodeId, Acceptor<B, V>>,
    /// `msgs`
    pub msgs: BTreeSet<Message<B, V>>,
}

impl<B: Ord, V: Ord> Default for State<B, V> {
    fn default() -> Self {
        Self { acceptors: BTreeMap::new(), msgs: BTreeSet::new() }
    }
}

/// How many acceptors make a quorum of each phase, and which rules are switched off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rules {
    /// Phase 1 quorum.
    pub q1: usize,
    /// Phase 2 quorum.
    pub q2: usize,
    /// A mask of [`broken`].
    pub broken: u32,
}

/// The rules that can be switched off, by position in the mask. Names are those of the actors' `break` knob.
pub const RULES: [(&str, &str); 8] = [
    ("promise-broadcast", "Phase 2a counts promises of any ballot."),
    ("forget-promise", "Phase 1b does not raise maxBal."),
    ("ignore-accepted", "Phase 2a proposes any value, whatever the promises report."),
    ("adopt-lowest", "Phase 2a adopts the vote of the lowest reported ballot."),
    ("equal-only", "Phase 2b votes only in the very ballot that was promised."),
    ("no-raise", "Phase 2b does not raise maxBal."),
    ("reuse-ballot", "Phase 2a may propose again in a ballot that has a value."),
    ("small-quorum", "Half of the acceptors are taken for a quorum."),
];

/// Masks of [`RULES`].
#[allow(missing_docs, reason = "each is described in RULES")]
pub mod broken {
    pub const PROMISE_BROADCAST: u32 = 1;
    pub const FORGET_PROMISE: u32 = 1 << 1;
    pub const IGNORE_ACCEPTED: u32 = 1 << 2;
    pub const ADOPT_LOWEST: u32 = 1 << 3;
    pub const EQUAL_ONLY: u32 = 1 << 4;
    pub const NO_RAISE: u32 = 1 << 5;
    pub const REUSE_BALLOT: u32 = 1 << 6;
    pub const SMALL_QUORUM: u32 = 1 << 7;
}

impl Rules {
    /// Whether the rule is switched off.
    pub fn is_off(self, rule: u32) -> bool {
        self.broken & rule != 0
    }
}

impl<B: Copy + Ord, V: Clone + Ord> State<B, V> {
    /// Whether `action` can be taken: what of it does not speak of the next state.
    pub fn is_enabled(&self, rules: Rules, action: &Action<B, V>) -> bool {
        match action {
            Action::Phase1a(_) => true,
            Action::Phase1b(a, b) => {
                self.msgs.contains(&Message::OneA(*b)) && self.acceptor(*a).promise(rules, *b).is_some()
            }
            Action::Phase2a(b, v) => {
                let proposed = self.msgs.iter().any(|m| matches!(m, Message::TwoA(bal, _) if bal == b));
                (!proposed || rules.is_off(broken::REUSE_BALLOT)) && self.shows_safe(rules, *b, v)
            }
            Action::Phase2b(a, b, v) => {
                let asked = self.msgs.contains(&Message::TwoA(*b, v.clone()));
                asked && self.acceptor(*a).vote_for(rules, *b, v.clone()).is_some()
            }
        }
    }

    /// What `action` makes of the state; `None` where it is not enabled. It may leave the state as it was.
    pub fn step(&self, rules: Rules, action: Action<B, V>) -> Option<Self> {
        if !self.is_enabled(rules, &action) {
            return None;
        }
        let mut next = self.clone();
        match action {
            Action::Phase1a(b) => next.send(Message::OneA(b)),
            Action::Phase1b(a, b) => {
                let after = self.acceptor(a).promise(rules, b)?;
                next.send(Message::OneB(a, b, after.vote.clone()));
                next.acceptors.insert(a, after);
            }
            Action::Phase2a(b, v) => next.send(Message::TwoA(b, v)),
            Action::Phase2b(a, b, v) => {
                next.acceptors.insert(a, self.acceptor(a).vote_for(rules, b, v.clone())?);
                next.send(Message::TwoB(a, b, v));
            }
        }
        Some(next)
    }

    fn acceptor(&self, a: NodeId) -> Acceptor<B, V> {
        self.acceptors.get(&a).cloned().unwrap_or_default()
    }

    /// Who has promised that ballot.
    pub(super) fn promised(&self, b: B) -> NodeSet {
        let promises = self.msgs.iter().filter_map(|message| match message {
            Message::OneB(a, ballot, _) if *ballot == b => Some(*a),
            _ => None,
        });
        promises.collect()
    }

    fn send(&mut self, message: Message<B, V>) {
        self.msgs.insert(message);
    }

    /// `\E Q \in Quorum : …` of `Phase2a(b, v)`: a quorum has promised ballot `b`, and either none of it reports a
    /// vote, or the highest vote that it reports is for `v`. Where a quorum does, one of the least size does.
    fn shows_safe(&self, rules: Rules, b: B, v: &V) -> bool {
        let mut reports: BTreeMap<NodeId, Vec<Option<(B, V)>>> = BTreeMap::new();
        for message in &self.msgs {
            if let Message::OneB(a, bal, vote) = message
                && (*bal == b || rules.is_off(broken::PROMISE_BROADCAST))
            {
                reports.entry(*a).or_default().push(vote.clone());
            }
        }
        if rules.is_off(broken::IGNORE_ACCEPTED) {
            return reports.len() >= rules.q1;
        }
        let lowest = rules.is_off(broken::ADOPT_LOWEST);
        let silent = |votes: &&Vec<Option<(B, V)>>| votes.iter().all(Option::is_none);
        if reports.values().filter(silent).count() >= rules.q1 {
            return true;
        }
        // The vote to adopt, and who of the others may stand beside it in a quorum.
        let allows = |votes: &Vec<Option<(B, V)>>, ballot: B| {
            votes.iter().flatten().all(|(other, _)| if lowest { *other >= ballot } else { *other <= ballot })
        };
        reports.values().any(|votes| {
            votes.iter().flatten().any(|(ballot, value)| {
                value == v
                    && allows(votes, *ballot)
                    && reports.values().filter(|votes| allows(votes, *ballot)).count() >= rules.q1
            })
        })
    }

    /// The values chosen, each with its ballot: a phase 2 quorum has sent 2b messages for it.
    pub fn chosen(&self, rules: Rules) -> Vec<(B, V)> {
        let mut votes: BTreeMap<(B, V), NodeSet> = BTreeMap::new();
        for message in &self.msgs {
            if let Message::TwoB(a, b, v) = message {
                votes.entry((*b, v.clone())).or_insert(NodeSet::EMPTY).insert(*a);
            }
        }
        votes.into_iter().filter(|(_, nodes)| nodes.len() >= rules.q2).map(|(choice, _)| choice).collect()
    }
}
