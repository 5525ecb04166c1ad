//! Livelock: runs in which proposers preempt one another for ever.
//!
//! Rounds grow without end, so no state ever comes back as it was. A *lasso* is a stem and a loop of deliveries after
//! which every node is as it was but for its rounds, all later by the same number, and after which every message that
//! the loop began with has been sent again for those later rounds. Whatever an actor does depends only on which of two
//! rounds is the higher, so the loop can be repeated for ever; messages that it does not deliver are lost. A loop needs
//! no timer: however long anybody waits, it goes on.
//!
//! The search prefers states with more ballots begun because of a message, so that it dives; what it finds is a lasso,
//! but not the shortest. Where no message ever makes a node begin a ballot there is no such loop, and that is certain
//! within the bounds: every ballot then takes a timer, and the answer says whether its wait has a random part.

use super::actors::{self, Actors};
use super::{Bounds, Network, Progress, Search, Space, Step, Stop, Successor};
use crate::paxos::Notice;
use crate::scenario::Scenario;
use std::collections::{HashSet, VecDeque};

/// How often the scenario of a lasso goes round the loop.
const LAPS: u32 = 3;
/// How many steps deeper a state may be for each ballot more that a message made somebody begin.
const DIVE: u32 = 8;
/// How many steps later a state is looked at for each step that was no delivery: those are not in a loop.
const ASIDE: u32 = 6;
/// Rounds that it takes to see a loop: two preemptions lead into it, two lead round it.
const ROUNDS: u32 = 7;

/// What is to be said where [`Hunt::tells_rounds`] is false.
pub const NO_LATER_ROUNDS: &str = "it does not say what a later round is, so no loop can be known";

/// A way into a loop, and the loop.
#[derive(Clone, PartialEq, Debug)]
pub struct Lasso {
    /// Steps until the loop begins.
    pub stem: usize,
    /// Steps once round.
    pub cycle: usize,
    /// How much later rounds are after each time round.
    pub rounds: u32,
    /// What happens once round, in words.
    pub words: Vec<String>,
    /// The stem and three times the loop, as a scenario.
    pub scenario: Scenario,
}

/// What a search for a livelock came to.
#[derive(Clone, PartialEq, Debug)]
pub enum Livelock {
    /// It is not over.
    Open,
    /// A run that goes on for ever without choosing anything.
    Found(Box<Lasso>),
    /// Within the bounds no message makes a node begin a ballot: each takes a timer.
    NeedsTimers {
        /// Whether every wait of those timers has a random part.
        random: bool,
    },
    /// A limit came first, or the system does not say how to tell later rounds from earlier ones.
    Unknown,
}

/// A search for a livelock in any system.
pub trait Hunt {
    /// Looks at so many states more.
    fn go_on(&mut self, states: u64) -> Livelock;
    /// Changes its limits. One that was full goes on where it was.
    fn allow(&mut self, most_bytes: u64, most_states: u64);
    /// Whether the system says how to tell later rounds from earlier ones; else no loop of it can be known.
    fn tells_rounds(&self) -> bool;
    /// How it stands.
    fn progress(&self) -> Progress;
}

/// A search for a livelock of the scenario's actors within `bounds`; a loop is looked for over more rounds than those.
pub fn livelock(scenario: &Scenario, bounds: Bounds) -> (Box<dyn Hunt>, Vec<Notice>) {
    let bounds = Bounds { goal: None, refines: false, symmetry: false, forget: false, ..bounds };
    let (space, notices) = actors::of(scenario, bounds);
    // A run in which each message comes at most once is also one of the other network.
    let (network, rounds) = (Network::Once, bounds.rounds.max(ROUNDS));
    let dive = space.again(Bounds { network, rounds, crashes: 0, restarts: 0, wipes: 0, ..bounds });
    let dive = Dive::new(dive, scenario.clone());
    let (Actors { core, teacher }, first) = (&dive.space, &dive.states[0].words);
    let tells = |node| teacher.is_later(node, core.local_at(first, node), core.local_at(first, node), 0);
    let tells_rounds = (0..core.nodes.len()).all(tells);
    let cover = Search::new(space, bounds.most_bytes, bounds.most_states, false).on_threads(bounds.threads);
    (
        Box::new(Both { cover, dive, tells_rounds, most_bytes: bounds.most_bytes, most_states: bounds.most_states }),
        notices,
    )
}

/// First everything within the bounds, to see whether a message ever makes a node begin a ballot; if so, the dive.
struct Both {
    cover: Search<Actors>,
    dive: Dive,
    tells_rounds: bool,
    most_bytes: u64,
    most_states: u64,
}

impl Hunt for Both {
    fn go_on(&mut self, states: u64) -> Livelock {
        if self.cover.space().core.begins.by_message {
            if !self.tells_rounds() {
                return Livelock::Unknown;
            }
            let full = self.dive.states.len() as u64 >= self.most_states || self.dive.bytes() > self.most_bytes;
            return if full { Livelock::Unknown } else { self.dive.go_on(states) };
        }
        let stop = self.cover.go_on(states);
        let begins = self.cover.space().core.begins;
        match stop {
            Stop::Paused => Livelock::Open,
            _ if begins.by_message => Livelock::Open,
            Stop::Exhausted => Livelock::NeedsTimers { random: begins.timers & begins.fixed == 0 },
            Stop::Found { .. } | Stop::Full => Livelock::Unknown,
        }
    }

    fn allow(&mut self, most_bytes: u64, most_states: u64) {
        (self.most_bytes, self.most_states) = (most_bytes, most_states);
        self.cover.allow(most_bytes, most_states);
    }

    fn tells_rounds(&self) -> bool {
        self.tells_rounds
    }

    fn progress(&self) -> Progress {
        if !self.cover.space().core.begins.by_message || !self.tells_rounds() {
            return self.cover.progress();
        }
        let (states, frontier) = (self.dive.states.len() as u64, self.dive.queued as u64);
        Progress { states, frontier, depth: self.dive.deepest, bytes: self.dive.bytes(), ..Progress::default() }
    }
}

/// A state that the dive has found.
struct Reached {
    words: Vec<u64>,
    fingerprint: u64,
    parent: usize,
    step: Option<Step>,
    depth: u32,
    /// Steps on the way that are no deliveries.
    others: u32,
    /// Ballots on the way that a message made somebody begin.
    begun: u32,
}

struct Dive {
    space: Actors,
    scenario: Scenario,
    states: Vec<Reached>,
    seen: HashSet<u64>,
    /// States to look at, by how far they lie from a dive.
    queue: Vec<VecDeque<usize>>,
    queued: usize,
    deepest: u32,
    found: Vec<Successor>,
}

impl Dive {
    fn new(mut space: Actors, scenario: Scenario) -> Self {
        let mut words = Vec::new();
        let fingerprint = space.initial(&mut words);
        let first = Reached { words, fingerprint, parent: 0, step: None, depth: 0, others: 0, begun: 0 };
        let (seen, queue) = (HashSet::from([fingerprint]), vec![VecDeque::from([0])]);
        let (states, found) = (vec![first], Vec::new());
        Self { space, scenario, states, seen, queue, queued: 1, deepest: 0, found }
    }

    fn bytes(&self) -> u64 {
        let one = self.space.width() * 8 + size_of::<Reached>() + 32;
        (self.states.len() * one + self.space.bytes()) as u64
    }

    fn go_on(&mut self, states: u64) -> Livelock {
        for _ in 0..states {
            let Some(at) = self.queue.iter_mut().find_map(VecDeque::pop_front) else { return Livelock::Unknown };
            self.queued -= 1;
            let mut found = std::mem::take(&mut self.found);
            found.clear();
            let words = self.states[at].words.clone();
            self.space.expand(&words, self.states[at].fingerprint, &mut found);
            for successor in &found {
                if self.seen.insert(successor.fingerprint)
                    && let Some(lasso) = self.reach(at, *successor)
                {
                    return Livelock::Found(Box::new(lasso));
                }
            }
            self.found = found;
        }
        Livelock::Open
    }

    fn reach(&mut self, parent: usize, successor: Successor) -> Option<Lasso> {
        let step = Step::decode(successor.action);
        let mut words = Vec::new();
        self.space.build(&self.states[parent].words, successor.action, &mut words);
        let rounds = |words: &[u64]| self.space.rounds(words);
        let begins = matches!(step, Step::Deliver(_)) && rounds(&words) > rounds(&self.states[parent].words);
        let others = self.states[parent].others + u32::from(!matches!(step, Step::Deliver(_)));
        let (depth, begun) = (self.states[parent].depth + 1, self.states[parent].begun + u32::from(begins));
        let chosen = self.space.judge(&words).chosen;
        let fingerprint = successor.fingerprint;
        self.states.push(Reached { words, fingerprint, parent, step: Some(step), depth, others, begun });
        self.deepest = self.deepest.max(depth);
        let at = self.states.len() - 1;
        if chosen {
            return None;
        }
        let place = (depth + ASIDE * others + DIVE * ROUNDS).saturating_sub(DIVE * begun) as usize;
        self.queue.resize_with(self.queue.len().max(place + 1), VecDeque::new);
        self.queue[place].push_back(at);
        self.queued += 1;
        if begins { self.close(at) } else { None }
    }

    /// A loop that ends in this state, if there is one.
    fn close(&mut self, end: usize) -> Option<Lasso> {
        let mut steps = VecDeque::new();
        let mut at = end;
        while let Some(step @ Step::Deliver(_)) = self.states[at].step {
            steps.push_front(step);
            at = self.states[at].parent;
            if let Some(rounds) = self.later(at, end).filter(|rounds| self.repeats(at, &steps, *rounds)) {
                return Some(self.lasso(at, &steps, rounds));
            }
        }
        None
    }

    /// By how much the rounds of the one state are later than those of the other, if they differ in nothing else that
    /// nodes know.
    fn later(&self, start: usize, end: usize) -> Option<u32> {
        let (start, end) = (&self.states[start].words, &self.states[end].words);
        let Actors { core, teacher } = &self.space;
        let highest = |words| (0..core.nodes.len()).map(|node| self.space.round_of(words, node)).max();
        let rounds = highest(end)?.checked_sub(highest(start)?).filter(|rounds| *rounds > 0)?;
        let same = (0..core.nodes.len())
            .all(|node| teacher.is_later(node, core.local_at(start, node), core.local_at(end, node), rounds));
        same.then_some(rounds)
    }

    /// Whether what the loop takes from before it has been sent again, for later rounds, when it ends.
    fn repeats(&mut self, start: usize, steps: &VecDeque<Step>, rounds: u32) -> bool {
        let (mut taken, mut left) = (Vec::new(), Vec::new());
        let mut words = self.states[start].words.clone();
        for step in steps {
            let &Step::Deliver(message) = step else { return false };
            match left.iter().position(|sent| *sent == message) {
                Some(at) => _ = left.swap_remove(at),
                None => taken.push(message),
            }
            let (_, reaction) = self.space.core.delivered(&words, message, false);
            left.extend_from_slice(self.space.core.sent(reaction));
            let mut next = Vec::new();
            self.space.core.build(&words, *step, &mut next);
            words = next;
        }
        taken.iter().all(|message| {
            let later = self.space.teacher.later_message(None, *message, rounds);
            let at = later.and_then(|later| left.iter().position(|sent| *sent == later));
            at.map(|at| left.swap_remove(at)).is_some()
        })
    }

    fn lasso(&mut self, start: usize, steps: &VecDeque<Step>, rounds: u32) -> Lasso {
        let mut way = Vec::new();
        let mut at = start;
        while let Some(step) = self.states[at].step {
            way.push(step);
            at = self.states[at].parent;
        }
        way.reverse();
        let stem = way.len();
        for lap in 0..LAPS {
            for step in steps {
                let &Step::Deliver(message) = step else { continue };
                let Actors { core, teacher } = &mut self.space;
                way.extend(teacher.later_message(Some(core), message, rounds * lap).map(Step::Deliver));
            }
        }
        let words = steps.iter().map(|step| self.space.teacher.words(*step)).collect();
        let scenario = self.space.teacher.scenario(&self.scenario, &way);
        Lasso { stem, cycle: steps.len(), rounds, words, scenario }
    }
}

impl Actors {
    fn round_of(&self, state: &[u64], node: usize) -> u32 {
        self.teacher.round(node, self.core.local_at(state, node))
    }

    /// The rounds of all nodes together: they rise just if a ballot begins.
    fn rounds(&self, state: &[u64]) -> u64 {
        (0..self.core.nodes.len()).map(|node| u64::from(self.round_of(state, node))).sum()
    }
}

/// What makes nodes begin ballots, as far as actors were run. Bits are timers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Begins {
    /// A message did.
    pub by_message: bool,
    /// These timers did.
    pub timers: u16,
    /// These timers were set without a random part.
    pub fixed: u16,
}
