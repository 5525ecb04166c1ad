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
use std::ops::Range;

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

/// A way to take an action: what it reads and what it changes. An acceptor has its own for each of its states.
#[derive(Clone, Copy, Debug)]
struct Step {
    action: Action<u8, u8>,
    /// The message that an acceptor answers, as a bit of the first word of the set.
    reads: u64,
    /// The message that is sent.
    sends: usize,
    /// Where the acceptor's state is, and what is added to that word.
    word: usize,
    adds: u64,
    /// What the acceptor's new state and what the message add to the fingerprint.
    parts: [u64; 2],
}

/// What a state of an acceptor adds to the fingerprint.
fn bound(a: u8, local: u64) -> u64 {
    part(1, u64::from(a), local)
}

/// What a message that was sent adds to the fingerprint.
fn sent(message: usize) -> u64 {
    part(2, 0, message as u64)
}

/// The specification as a space.
#[derive(Debug)]
pub struct Packed {
    bounds: SpecBounds,
    rules: Rules,
    /// Every state of an acceptor.
    locals: Vec<Local>,
    /// Every message, in the order of the bits: 1a, 2a, 1b, 2b.
    messages: Vec<Message<u8, u8>>,
    /// Those that send a 1a or a 2a message, in the order of the bits, then those of the acceptors.
    steps: Vec<Step>,
    /// By acceptor, then its state: its steps.
    answers: Vec<Vec<Range<u32>>>,
    /// What a 1b message can report: no vote, then votes by ballot and value.
    reports: usize,
    head: usize,
}

impl Packed {
    /// The specification within `bounds`, or what of them cannot be had.
    pub fn new(bounds: SpecBounds) -> Result<Self, Notice> {
        let rules = bounds.rules()?;
        let SpecBounds { ballots, values, .. } = bounds;
        let acceptors = || (0..bounds.acceptors).map(NodeId);
        let proposals: Vec<(u8, u8)> = (0..ballots).flat_map(|b| (0..values).map(move |v| (b, v))).collect();
        let reports = || std::iter::once(None).chain(proposals.iter().copied().map(Some));
        let ballots_bound = || std::iter::once(None).chain((0..ballots).map(Some));
        let mut messages: Vec<_> = (0..ballots).map(Message::OneA).collect();
        messages.extend(proposals.iter().map(|(b, v)| Message::TwoA(*b, *v)));
        let promises = (0..ballots).flat_map(|b| acceptors().map(move |a| (b, a)));
        messages.extend(promises.flat_map(|(b, a)| reports().map(move |vote| Message::OneB(a, b, vote))));
        messages.extend(proposals.iter().flat_map(|(b, v)| acceptors().map(|a| Message::TwoB(a, *b, *v))));
        let leaders = (0..ballots).map(Action::Phase1a);
        let leaders = leaders.chain(proposals.iter().map(|(b, v)| Action::Phase2a(*b, *v)));
        let leader = |(bit, action)| Step { action, reads: 0, sends: bit, word: 0, adds: 0, parts: [0, sent(bit)] };
        let mut spec = Self {
            locals: ballots_bound().flat_map(|max_bal| reports().map(move |vote| Local { max_bal, vote })).collect(),
            messages,
            steps: leaders.enumerate().map(leader).collect(),
            answers: Vec::new(),
            reports: 1 + proposals.len(),
            head: usize::from(bounds.acceptors).div_ceil(PER_WORD),
            bounds,
            rules,
        };
        spec.write_answers();
        Ok(spec)
    }

    /// Lets every acceptor in every state answer every 1a and 2a message, and writes down what it does.
    fn write_answers(&mut self) {
        let asked = self.steps.clone();
        for a in 0..self.bounds.acceptors {
            let mut answers = Vec::new();
            for before in 0..self.locals.len() {
                let start = self.steps.len() as u32;
                let answers_in: Vec<_> = asked.iter().filter_map(|asked| self.answer(a, before, asked)).collect();
                self.steps.extend(answers_in);
                answers.push(start..self.steps.len() as u32);
            }
            self.answers.push(answers);
        }
    }

    /// What an acceptor in that state does with the message that a step sends.
    fn answer(&self, a: u8, before: usize, asked: &Step) -> Option<Step> {
        let local = self.locals[before];
        let (action, answer, after) = match asked.action {
            Action::Phase2a(b, v) => {
                (Action::Phase2b(NodeId(a), b, v), self.two_b(b, v, a), local.vote_for(self.rules, b, v)?)
            }
            asked => {
                let b = asked.ballot();
                let report = local.vote.map_or(0, |(b, v)| 1 + usize::from(b * self.bounds.values + v));
                (Action::Phase1b(NodeId(a), b), self.one_b(b, a) + report, local.promise(self.rules, b)?)
            }
        };
        let after = self.locals.iter().position(|local| *local == after)? as u64;
        let (word, shift) = self.place(a);
        let before = before as u64;
        Some(Step {
            action,
            reads: 1 << asked.sends,
            sends: answer,
            word,
            adds: after.wrapping_sub(before) << shift,
            parts: [bound(a, after).wrapping_sub(bound(a, before)), sent(answer)],
        })
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

    /// The word that holds the state of an acceptor, and how far it is shifted there.
    fn place(&self, a: u8) -> (usize, usize) {
        (usize::from(a) / PER_WORD, 16 * (usize::from(a) % PER_WORD))
    }

    fn local(&self, state: &[u64], a: u8) -> usize {
        let (word, shift) = self.place(a);
        (state[word] >> shift & 0xFFFF) as usize
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
        self.steps[code as usize].action
    }

    /// A schedule in words.
    pub(crate) fn words(&self, schedule: &[Action<u8, u8>]) -> Vec<String> {
        words::sentences(self.rules.q2, schedule)
    }

    /// The state in the readable form.
    pub fn unpack(&self, state: &[u64]) -> State<u8, u8> {
        let acceptors = (0..self.bounds.acceptors).map(|a| (NodeId(a), self.locals[self.local(state, a)]));
        let messages = self.messages.iter().enumerate().filter(|(bit, _)| self.has(state, *bit));
        State { acceptors: acceptors.collect(), msgs: messages.map(|(_, message)| *message).collect() }
    }

    /// Adds a step that is enabled, if it changes anything.
    fn offer(&self, state: &[u64], fingerprint: u64, code: u32, found: &mut Vec<Successor>) {
        let Step { sends, adds, parts: [local, message], .. } = self.steps[code as usize];
        let sent = self.has(state, sends);
        if sent && adds == 0 {
            return;
        }
        let fingerprint = fingerprint.wrapping_add(local).wrapping_add(if sent { 0 } else { message });
        found.push(Successor { fingerprint, action: code });
    }
}

impl Space for Packed {
    fn width(&self) -> usize {
        self.head + self.messages.len().div_ceil(64)
    }

    fn initial(&mut self, state: &mut Vec<u64>) -> u64 {
        state.resize(self.width(), 0);
        (0..self.bounds.acceptors).fold(0, |sum: u64, a| sum.wrapping_add(bound(a, 0)))
    }

    fn expand(&mut self, state: &[u64], fingerprint: u64, found: &mut Vec<Successor>) {
        self.expand_known(state, fingerprint, found);
    }

    fn expand_known(&self, state: &[u64], fingerprint: u64, found: &mut Vec<Successor>) -> bool {
        for b in 0..self.bounds.ballots {
            let begun = self.has(state, usize::from(b));
            if !begun {
                self.offer(state, fingerprint, u32::from(b), found);
            }
            let proposed = self.field(state, self.two_a(b, 0), usize::from(self.bounds.values));
            // Whoever promised a ballot has seen its 1a message.
            let may_be_safe = begun || self.rules.is_off(broken::PROMISE_BROADCAST);
            if may_be_safe && (proposed == 0 || self.rules.is_off(broken::REUSE_BALLOT)) {
                let safe = self.safe(state, b) & !proposed;
                for v in (0..self.bounds.values).filter(|v| safe >> v & 1 == 1) {
                    self.offer(state, fingerprint, self.two_a(b, v) as u32, found);
                }
            }
        }
        let asked = state[self.head];
        for (a, answers) in (0..).zip(&self.answers) {
            for code in answers[self.local(state, a)].clone() {
                if self.steps[code as usize].reads & asked != 0 {
                    self.offer(state, fingerprint, code, found);
                }
            }
        }
        true
    }

    fn build(&mut self, state: &[u64], action: u32, next: &mut Vec<u64>) {
        let Step { sends, word, adds, .. } = self.steps[action as usize];
        let start = next.len();
        next.extend_from_slice(state);
        let next = &mut next[start..];
        next[word] = next[word].wrapping_add(adds);
        next[self.head + sends / 64] |= 1 << (sends % 64);
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
        self.messages.len() * 8 + self.locals.len() * 64 + self.steps.len() * size_of::<Step>()
    }
}
