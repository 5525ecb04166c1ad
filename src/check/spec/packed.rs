//! `Paxos.tla` in bits: the same actions as in [`super::paxos`], by table, as a space to explore.
//!
//! A state is the set of messages as a bit set and one small number for each acceptor. Tests hold it to the readable
//! form, state by state.

use super::paxos::{Acceptor, Action, Message, RULES, Rules, State, broken};
use super::words;
use crate::check::explore::{Space, Standing, Successor, part};
use crate::paxos::{NodeId, Notice};
use crate::scenario::Scenario;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How much of the specification is explored. Ballots are 0 to `ballots - 1`, values 0 to `values - 1`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct SpecBounds {
    /// Acceptors: 1 to 7.
    pub acceptors: u8,
    /// Values: 1 to 4.
    pub values: u8,
    /// Ballots: 1 to 6.
    pub ballots: u8,
    /// Phase 1 quorum; 0 is a majority.
    pub q1: u8,
    /// Phase 2 quorum; 0 is a majority.
    pub q2: u8,
    /// The rules that are switched off: a mask of [`broken`].
    pub broken: u32,
}

impl Default for SpecBounds {
    fn default() -> Self {
        Self { acceptors: 3, values: 2, ballots: 2, q1: 0, q2: 0, broken: 0 }
    }
}

impl SpecBounds {
    /// The rules, or what of the bounds cannot be had.
    pub fn rules(&self) -> Result<Rules, Notice> {
        let within = |key: &'static str, n: u8, most: u8| {
            let ok = (1..=most).contains(&n);
            if ok { Ok(()) } else { Err(Notice::new(key, n.to_string(), format!("takes 1 to {most}"))) }
        };
        within("acceptors", self.acceptors, 7)?;
        within("values", self.values, 4)?;
        within("ballots", self.ballots, 6)?;
        let small = self.broken & broken::SMALL_QUORUM != 0;
        let n = usize::from(self.acceptors);
        let usual = if small { (n / 2).max(1) } else { n / 2 + 1 };
        let quorum = |asked: u8| if asked == 0 { usual } else { usize::from(asked) };
        let (q1, q2) = (quorum(self.q1), quorum(self.q2));
        for (key, q) in [("q1", q1), ("q2", q2)] {
            if q > n {
                return Err(Notice::new(key, q.to_string(), format!("there are only {n} acceptors")));
            }
        }
        if q1 + q2 <= n && !small {
            let why = "such quorums need not meet (break small-quorum allows it)";
            return Err(Notice::new("q1", format!("{q1} with q2={q2}"), why));
        }
        Ok(Rules { q1, q2, broken: self.broken })
    }

    /// A synod of as many acceptors, and of a proposer for each ballot of `schedule`, with the same quorums and the same
    /// rules switched off.
    pub(crate) fn synod(&self, schedule: &[Action<u8, u8>]) -> Scenario {
        let highest = schedule.iter().map(|action| action.ballot()).max().unwrap_or(0);
        let off = RULES.iter().enumerate().filter(|(at, _)| self.broken >> at & 1 == 1).map(|(_, (name, _))| *name);
        let off = off.collect::<Vec<_>>().join(",");
        let SpecBounds { acceptors, q1, q2, .. } = self;
        let nodes = format!("system=synod&acceptors={acceptors}&proposers={}&learners=0", highest + 1);
        Scenario::from_link(&format!("{nodes}&resend=0&q1={q1}&q2={q2}&break={off}")).0
    }

    /// The mask of a rule that can be switched off.
    pub fn rule(name: &str) -> Option<u32> {
        RULES.iter().position(|(known, _)| *known == name).map(|at| 1 << at)
    }
}

type Local = Acceptor<u8, u8>;
/// Acceptors in a word, 16 bits each.
const PER_WORD: usize = 4;
const NO: u16 = u16::MAX;

/// The specification as a space.
#[derive(Debug)]
pub struct Packed {
    bounds: SpecBounds,
    rules: Rules,
    /// Every state of an acceptor.
    locals: Vec<Local>,
    /// By acceptor, then local state: its part of the fingerprint.
    local_hashes: Vec<Vec<u64>>,
    /// By local state, then ballot: the state after a promise.
    promise: Vec<Vec<u16>>,
    /// By local state, then ballot and value: the state after a vote.
    vote: Vec<Vec<u16>>,
    /// What a 1b message can report, in the order of its bits: no vote, then votes by ballot and value.
    reports: usize,
    message_hashes: Vec<u64>,
    head: usize,
}

impl Packed {
    /// The specification within `bounds`, or what of them cannot be had.
    pub fn new(bounds: SpecBounds) -> Result<Self, Notice> {
        let rules = bounds.rules()?;
        let (ballots, values) = (bounds.ballots, bounds.values);
        let votes = || (0..ballots).flat_map(move |b| (0..values).map(move |v| Some((b, v))));
        let mut locals = Vec::new();
        for max_bal in std::iter::once(None).chain((0..ballots).map(Some)) {
            locals.extend(std::iter::once(None).chain(votes()).map(|vote| Local { max_bal, vote }));
        }
        let number = |wanted: Local| locals.iter().position(|local| *local == wanted).map_or(NO, |at| at as u16);
        let promise = locals.iter().map(|local| {
            let after = |b| match local.max_bal >= Some(b) {
                true => NO,
                false if rules.is_off(broken::FORGET_PROMISE) => number(*local),
                false => number(Local { max_bal: Some(b), ..*local }),
            };
            (0..ballots).map(after).collect()
        });
        let vote = locals.iter().map(|local| {
            let after = |vote: Option<(u8, u8)>| {
                let ballot = vote.map(|(ballot, _)| ballot);
                let refused = local.max_bal > ballot || rules.is_off(broken::EQUAL_ONLY) && local.max_bal != ballot;
                let max_bal = if rules.is_off(broken::NO_RAISE) { local.max_bal } else { ballot };
                if refused { NO } else { number(Local { max_bal, vote }) }
            };
            votes().map(after).collect()
        });
        let hashes = |a| (0..locals.len()).map(|local| part(1, u64::from(a), local as u64)).collect();
        let (promise, vote) = (promise.collect(), vote.collect());
        let mut spec = Self {
            promise,
            vote,
            local_hashes: (0..bounds.acceptors).map(hashes).collect(),
            reports: 1 + usize::from(ballots) * usize::from(values),
            message_hashes: Vec::new(),
            head: usize::from(bounds.acceptors).div_ceil(PER_WORD),
            locals,
            bounds,
            rules,
        };
        let last = spec.two_b(ballots - 1, values - 1, bounds.acceptors - 1);
        spec.message_hashes = (0..=last as u64).map(|bit| part(2, 0, bit)).collect();
        Ok(spec)
    }

    fn two_a(&self, b: u8, v: u8) -> usize {
        usize::from(self.bounds.ballots) + usize::from(b) * usize::from(self.bounds.values) + usize::from(v)
    }

    /// The first 1b message of that ballot and acceptor; one bit for each report follows.
    fn one_b(&self, b: u8, a: u8) -> usize {
        let at = usize::from(b) * usize::from(self.bounds.acceptors) + usize::from(a);
        self.two_a(self.bounds.ballots, 0) + at * self.reports
    }

    fn two_b(&self, b: u8, v: u8, a: u8) -> usize {
        let at = usize::from(b) * usize::from(self.bounds.values) + usize::from(v);
        self.one_b(self.bounds.ballots, 0) + at * usize::from(self.bounds.acceptors) + usize::from(a)
    }

    fn local(&self, state: &[u64], a: u8) -> usize {
        (state[usize::from(a) / PER_WORD] >> (16 * (usize::from(a) % PER_WORD)) & 0xFFFF) as usize
    }

    fn has(&self, state: &[u64], message: usize) -> bool {
        state[self.head + message / 64] >> (message % 64) & 1 == 1
    }

    /// At most 64 bits of the set of messages.
    fn field(&self, state: &[u64], from: usize, bits: usize) -> u64 {
        let (word, shift) = (self.head + from / 64, from % 64);
        let mut field = state[word] >> shift;
        if shift + bits > 64 {
            field |= state[word + 1] << (64 - shift);
        }
        field & (u64::MAX >> (64 - bits))
    }

    /// The values that `Phase2a(b, v)` may propose, as a bit mask: see [`State::step`].
    fn safe(&self, state: &[u64], b: u8) -> u64 {
        let mut reports = [0u64; 8];
        let mut promised = 0;
        for a in 0..self.bounds.acceptors {
            reports[usize::from(a)] = if self.rules.is_off(broken::PROMISE_BROADCAST) {
                (0..self.bounds.ballots).fold(0, |all, b| all | self.field(state, self.one_b(b, a), self.reports))
            } else {
                self.field(state, self.one_b(b, a), self.reports)
            };
            promised += usize::from(reports[usize::from(a)] != 0);
        }
        let every = (1 << self.bounds.values) - 1;
        if promised < self.rules.q1 {
            return 0;
        }
        let reports = &reports[..usize::from(self.bounds.acceptors)];
        let silent = reports.iter().filter(|votes| **votes == 1).count();
        if silent >= self.rules.q1 || self.rules.is_off(broken::IGNORE_ACCEPTED) {
            return every;
        }
        let mut safe = 0;
        for ballot in 0..self.bounds.ballots {
            // The votes that may not stand beside one of this ballot.
            let first = 1 + usize::from(ballot) * usize::from(self.bounds.values);
            let barred = match self.rules.is_off(broken::ADOPT_LOWEST) {
                true => ((1 << first) - 1) & !1,
                false => !0 << (first + usize::from(self.bounds.values)),
            };
            let allowed = |votes: &&u64| **votes != 0 && **votes & barred == 0;
            if reports.iter().filter(allowed).count() >= self.rules.q1 {
                safe |= reports.iter().filter(allowed).fold(0, |all, votes| all | votes >> first & every);
            }
        }
        safe
    }

    /// The action of that number.
    pub(crate) fn action(&self, code: u32) -> Action<u8, u8> {
        let [kind, a, b, v] = code.to_le_bytes();
        match kind {
            0 => Action::Phase1a(b),
            1 => Action::Phase1b(NodeId(a), b),
            2 => Action::Phase2a(b, v),
            _ => Action::Phase2b(NodeId(a), b, v),
        }
    }

    /// A schedule in words.
    pub(crate) fn words(&self, schedule: &[Action<u8, u8>]) -> Vec<String> {
        words::sentences(self.rules.q2, schedule)
    }

    /// The state in the readable form.
    pub fn unpack(&self, state: &[u64]) -> State<u8, u8> {
        let acceptors = (0..self.bounds.acceptors).map(|a| (NodeId(a), self.locals[self.local(state, a)]));
        let mut unpacked = State { acceptors: acceptors.collect::<BTreeMap<_, _>>(), msgs: Default::default() };
        for b in 0..self.bounds.ballots {
            unpacked.msgs.extend(self.has(state, usize::from(b)).then_some(Message::OneA(b)));
            for a in 0..self.bounds.acceptors {
                for report in 0..self.reports {
                    let vote = report.checked_sub(1).map(|at| at as u8);
                    let vote = vote.map(|at| (at / self.bounds.values, at % self.bounds.values));
                    let sent = self.has(state, self.one_b(b, a) + report);
                    unpacked.msgs.extend(sent.then_some(Message::OneB(NodeId(a), b, vote)));
                }
            }
            for v in 0..self.bounds.values {
                unpacked.msgs.extend(self.has(state, self.two_a(b, v)).then_some(Message::TwoA(b, v)));
                let voted = (0..self.bounds.acceptors).filter(|a| self.has(state, self.two_b(b, v, *a)));
                unpacked.msgs.extend(voted.map(|a| Message::TwoB(NodeId(a), b, v)));
            }
        }
        unpacked
    }

    /// The message that a step of an acceptor sends, and the acceptor's state after it.
    fn acceptor_step(&self, state: &[u64], action: Action<u8, u8>) -> Option<(u8, usize, usize)> {
        let (a, message, after) = match action {
            Action::Phase1b(NodeId(a), b) => {
                let local = self.local(state, a);
                let vote = self.locals[local].vote;
                let report = vote.map_or(0, |(b, v)| 1 + usize::from(b * self.bounds.values + v));
                (a, self.one_b(b, a) + report, self.promise[local][usize::from(b)])
            }
            Action::Phase2b(NodeId(a), b, v) => {
                let after = self.vote[self.local(state, a)][usize::from(b * self.bounds.values + v)];
                (a, self.two_b(b, v, a), after)
            }
            _ => return None,
        };
        (after != NO).then_some((a, message, usize::from(after)))
    }

    /// Adds the step of an acceptor if it is enabled and changes anything.
    fn offer(&self, state: &[u64], fingerprint: u64, [kind, a, b, v]: [u8; 4], found: &mut Vec<Successor>) {
        let code = u32::from_le_bytes([kind, a, b, v]);
        let Some((_, message, after)) = self.acceptor_step(state, self.action(code)) else { return };
        let (before, sent) = (self.local(state, a), self.has(state, message));
        if after == before && sent {
            return;
        }
        let hashes = &self.local_hashes[usize::from(a)];
        let mut fingerprint = fingerprint.wrapping_sub(hashes[before]).wrapping_add(hashes[after]);
        if !sent {
            fingerprint = fingerprint.wrapping_add(self.message_hashes[message]);
        }
        found.push(Successor { fingerprint, action: code });
    }
}

impl Space for Packed {
    fn width(&self) -> usize {
        self.head + self.message_hashes.len().div_ceil(64)
    }

    fn initial(&mut self, state: &mut Vec<u64>) -> u64 {
        state.resize(self.width(), 0);
        self.local_hashes.iter().fold(0, |sum: u64, hashes| sum.wrapping_add(hashes[0]))
    }

    fn expand(&mut self, state: &[u64], fingerprint: u64, found: &mut Vec<Successor>) {
        self.expand_known(state, fingerprint, found);
    }

    fn expand_known(&self, state: &[u64], fingerprint: u64, found: &mut Vec<Successor>) -> bool {
        for b in 0..self.bounds.ballots {
            let begun = self.has(state, usize::from(b));
            if !begun {
                let fingerprint = fingerprint.wrapping_add(self.message_hashes[usize::from(b)]);
                found.push(Successor { fingerprint, action: u32::from_le_bytes([0, 0, b, 0]) });
            }
            for a in (0..self.bounds.acceptors).filter(|_| begun) {
                self.offer(state, fingerprint, [1, a, b, 0], found);
            }
            let proposed = self.field(state, self.two_a(b, 0), usize::from(self.bounds.values));
            // Whoever promised a ballot has seen its 1a message.
            let may_be_safe = begun || self.rules.is_off(broken::PROMISE_BROADCAST);
            if may_be_safe && (proposed == 0 || self.rules.is_off(broken::REUSE_BALLOT)) {
                let safe = self.safe(state, b) & !proposed;
                for v in (0..self.bounds.values).filter(|v| safe >> v & 1 == 1) {
                    let fingerprint = fingerprint.wrapping_add(self.message_hashes[self.two_a(b, v)]);
                    found.push(Successor { fingerprint, action: u32::from_le_bytes([2, 0, b, v]) });
                }
            }
            for v in (0..self.bounds.values).filter(|v| proposed >> v & 1 == 1) {
                for a in 0..self.bounds.acceptors {
                    self.offer(state, fingerprint, [3, a, b, v], found);
                }
            }
        }
        true
    }

    fn build(&mut self, state: &[u64], action: u32, next: &mut Vec<u64>) {
        let start = next.len();
        next.extend_from_slice(state);
        let next = &mut next[start..];
        let message = match self.action(action) {
            Action::Phase1a(b) => usize::from(b),
            Action::Phase2a(b, v) => self.two_a(b, v),
            step => {
                let Some((a, message, after)) = self.acceptor_step(state, step) else { return };
                let (word, shift) = (usize::from(a) / PER_WORD, 16 * (usize::from(a) % PER_WORD));
                next[word] = next[word] & !(0xFFFF << shift) | (after as u64) << shift;
                message
            }
        };
        next[self.head + message / 64] |= 1 << (message % 64);
    }

    fn judge(&mut self, state: &[u64]) -> Standing {
        let acceptors = usize::from(self.bounds.acceptors);
        let mut chosen = 0u32;
        for b in 0..self.bounds.ballots {
            for v in 0..self.bounds.values {
                let votes = self.field(state, self.two_b(b, v, 0), acceptors);
                chosen |= u32::from(votes.count_ones() as usize >= self.rules.q2) << v;
            }
        }
        Standing { chosen: chosen != 0, found: (chosen.count_ones() > 1).then_some(0), hopeless: false }
    }

    fn bytes(&self) -> usize {
        self.message_hashes.len() * 8 + self.locals.len() * 64
    }
}
