//! A search that is guided by how far it is at least to what is looked for (A*: Hart, Nilsson and Raphael 1968).
//!
//! It finds a shortest way, as breadth first does, but goes first where the steps taken and those still to be taken come
//! to least. A step that brings it nearer is free, any other is a detour; states are looked at by the length of their
//! detours. As the distance never falls by more than one step at a time, a state's first turn is on a shortest way to it.

use super::actors::Actors;
use super::chunks::{Chunks, Queue};
use super::search::{Progress, Space, Stop, Successor, part};
use super::seen::Seen;
use std::collections::VecDeque;

/// Words in front of each state: fingerprint, the state and the action that led to it, and how far it is from the end.
const HEAD: usize = 3;

/// How many states it looks at between two looks at its memory.
const LOOK: u64 = 64;

/// A guided search.
pub(super) struct Guided {
    space: Actors,
    seen: Seen,
    trace: Chunks<(u32, u32)>,
    /// States to look at, by the length of their detours beyond the present one. One can stand there again, with a
    /// shorter detour than before.
    detours: VecDeque<Queue>,
    /// The states that stand or stood there, each with its detour, by fingerprint: not where the search is exact.
    queued: Option<Seen>,
    width: usize,
    progress: Progress,
    found: Vec<Successor>,
    stopped: Option<Stop>,
    most_bytes: u64,
    most_states: u64,
    peak: u64,
}

impl Guided {
    /// A search of a space in which everything can be tried beforehand; `None` of any other.
    pub fn new(mut space: Actors, most_bytes: u64, most_states: u64, exact: bool) -> Option<Self> {
        let mut first = Vec::new();
        let fingerprint = space.initial(&mut first);
        space.core.distance.as_ref()?;
        let to_go = space.to_go(&first);
        let hopeless = to_go.is_none().then_some(Stop::Exhausted);
        let width = space.width();
        let mut detours = Queue::new(HEAD + width);
        let head = [fingerprint, u64::MAX, to_go.unwrap_or(0).into()];
        detours.add(|detour| detour.extend(head.iter().chain(&first)));
        Some(Self {
            space,
            seen: if exact { Seen::exact() } else { Seen::by_fingerprint() },
            queued: (!exact).then(Seen::by_fingerprint),
            trace: Chunks::new(),
            detours: VecDeque::from([detours]),
            width,
            progress: Progress { depth: to_go.unwrap_or(0), states: hopeless.is_some().into(), ..Progress::default() },
            found: Vec::new(),
            stopped: hopeless,
            most_bytes,
            most_states: most_states.min(u64::from(u32::MAX) - 1),
            peak: 0,
        })
    }

    pub fn space(&self) -> &Actors {
        &self.space
    }

    pub fn progress(&self) -> Progress {
        let frontier = self.detours.iter().map(Queue::len).sum::<usize>() as u64;
        let held: usize = self.detours.iter().map(Queue::bytes).sum();
        let tables: usize = self.tables().map(Seen::bytes).sum();
        let kept = (tables + self.trace.bytes()) as u64;
        let bytes = kept + (held + self.space.bytes()) as u64;
        // What is looked for may still be found on a way of the present length.
        let depth = self.progress.depth.saturating_sub(self.stopped.is_none().into());
        Progress { frontier, depth, kept, bytes, peak: self.peak.max(bytes), ..self.progress }
    }

    fn tables(&self) -> impl Iterator<Item = &Seen> {
        std::iter::once(&self.seen).chain(&self.queued)
    }

    fn is_full(&mut self) -> bool {
        let growing = self.tables().filter(|table| table.is_about_to_grow());
        let peak = self.progress().bytes + growing.map(Seen::growth).sum::<u64>();
        if peak <= self.most_bytes {
            self.peak = self.peak.max(peak);
        }
        peak > self.most_bytes
    }

    /// Looks at no more than `budget` states.
    pub fn go_on(&mut self, budget: u64) -> Stop {
        if let Some(stop) = self.stopped {
            return stop;
        }
        for turn in 0..budget {
            let looks = turn % LOOK == 0 || self.tables().any(Seen::is_about_to_grow);
            if self.progress.states >= self.most_states || looks && self.is_full() {
                return Stop::Full;
            }
            while self.detours.front().is_some_and(|detour| detour.len() == 0) {
                self.detours.pop_front();
                self.progress.depth += u32::from(!self.detours.is_empty());
            }
            if self.detours.is_empty() {
                self.stopped = Some(Stop::Exhausted);
                return Stop::Exhausted;
            }
            self.look();
            if let Some(stop) = self.stopped {
                return stop;
            }
        }
        Stop::Paused
    }

    /// Lets a search that was full go on with other limits.
    pub fn allow(&mut self, most_bytes: u64, most_states: u64) {
        let bounds = &mut self.space.core.bounds;
        (bounds.most_bytes, bounds.most_states) = (most_bytes, most_states);
        (self.most_bytes, self.most_states) = (most_bytes, most_states.min(u64::from(u32::MAX) - 1));
    }

    /// Looks at the state at the present position.
    fn look(&mut self) {
        let record = HEAD + self.width;
        let Some(detour) = self.detours.front_mut() else { return };
        let state = &detour.front()[..record];
        let (fingerprint, led, to_go, state) = (state[0], state[1], state[2], state[HEAD..].to_vec());
        detour.take(1);
        if !self.seen.insert_state(fingerprint, &state) {
            return;
        }
        let number = self.progress.states as u32;
        self.progress.states += 1;
        self.trace.push(((led >> 32) as u32, led as u32));
        let standing = self.space.judge(&state);
        self.progress.chosen += u64::from(standing.chosen);
        if let Some(what) = standing.found {
            self.stopped = Some(Stop::Found { state: number, what });
            return;
        }
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        self.space.expand(&state, fingerprint, &mut found);
        self.progress.transitions += found.len() as u64;
        self.progress.terminal += u64::from(found.is_empty());
        for Successor { fingerprint, action } in &found {
            if self.seen.has(*fingerprint) {
                continue;
            }
            let mut next = vec![*fingerprint, u64::from(number) << 32 | u64::from(*action), 0];
            self.space.build(&state, *action, &mut next);
            let Some(left) = self.space.to_go(&next[HEAD..]) else { continue };
            next[2] = left.into();
            debug_assert!(u64::from(left) + 1 >= to_go, "a step brings it nearer by more than one");
            let detour = (u64::from(left) + 1).saturating_sub(to_go) as usize;
            let place = part(6, u64::from(self.progress.depth) + detour as u64, *fingerprint);
            if self.queued.as_mut().is_some_and(|queued| !queued.insert_state(place, &[])) {
                continue;
            }
            if self.detours.len() <= detour {
                self.detours.resize_with(detour + 1, || Queue::new(record));
            }
            self.detours[detour].add(|detour| detour.extend(next));
        }
        self.found = found;
    }

    /// The actions that lead from the first state to the one of that index.
    pub fn way_to(&self, state: u32) -> Vec<u32> {
        super::search::way(&self.trace, state)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Bounds, Network, Search, actors};
    use super::*;
    use crate::scenario::Scenario;

    const PMMC: &str = "system=pmmc&gc=0&resend=0s&catch-up=0s&patience=0s&retry=0s&commands=1&replicas=1&clients=1";

    /// Steps to so many preemptions, breadth first without any knowledge and guided by it.
    fn both(link: &str, bounds: Bounds, preemptions: u8) -> [Option<usize>; 2] {
        let goals = Scenario::from_link(link).0.about().goals;
        let goal = goals.iter().position(|goal| goal.preemptions > 0);
        let space = |forget| {
            let mut space = actors::of(&Scenario::from_link(link).0, Bounds { goal, forget, ..bounds }).0;
            space.core.preemptions = preemptions;
            space
        };
        let mut broad = Search::new(space(false), u64::MAX, 400_000, false);
        let broad = match broad.go_on(u64::MAX) {
            Stop::Found { state, .. } => Some(broad.way_to(state).len()),
            stop => (stop != Stop::Exhausted).then_some(usize::MAX),
        };
        let mut guided =
            Guided::new(space(true), u64::MAX, 400_000, false).unwrap_or_else(|| panic!("{link}: too much"));
        let guided = match guided.go_on(u64::MAX) {
            Stop::Found { state, .. } => {
                assert_eq!(guided.way_to(state).len(), guided.progress().depth as usize);
                Some(guided.progress().depth as usize)
            }
            stop => (stop != Stop::Exhausted).then_some(usize::MAX),
        };
        [broad, guided]
    }

    #[test]
    fn a_guided_way_is_as_short_as_the_shortest() {
        let plain = Bounds { rounds: 2, ..Bounds::default() };
        let once = Bounds { network: Network::Once, ..plain };
        let faulty = Bounds { crashes: 1, restarts: 1, ..plain };
        let wiped = Bounds { wipes: 1, ..plain };
        let mut found = Vec::new();
        for (link, bounds) in [
            ("acceptors=1&proposers=2&learners=0", Bounds { rounds: 3, ..plain }),
            ("acceptors=1&proposers=2&learners=0&backoff=0s", Bounds { rounds: 3, ..plain }),
            ("acceptors=2&proposers=2&learners=0", plain),
            ("acceptors=3&proposers=2&learners=0&resend=0s", plain),
            ("acceptors=3&proposers=2&learners=0&resend=0s", Bounds { symmetry: true, ..plain }),
            ("acceptors=2&proposers=2&learners=0&resend=0s", once),
            ("acceptors=1&proposers=3&learners=0&resend=0s&backoff=0s", once),
            ("acceptors=1&proposers=2&learners=0&resend=0s&patience=0s", faulty),
            ("acceptors=2&proposers=2&learners=0&resend=0s&machines=shared", faulty),
            ("acceptors=1&proposers=2&learners=0&resend=0s", wiped),
            (&format!("{PMMC}&leaders=2&acceptors=1"), plain),
            (&format!("{PMMC}&leaders=2&acceptors=3"), once),
        ] {
            for preemptions in 1..=3 {
                let [broad, guided] = both(link, bounds, preemptions);
                if broad != Some(usize::MAX) {
                    assert_eq!(guided, broad, "{link} {bounds:?} {preemptions}");
                    found.extend(guided);
                }
            }
        }
        found.sort_unstable();
        assert!(found.len() > 20 && found[0] == 5 && found.last() > Some(&11), "{found:?}");
    }
}
