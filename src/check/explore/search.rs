//! Breadth-first search over any space of states, by fingerprints.
//!
//! A state that was seen costs one fingerprint in the table and one step in the trace; only the states of the
//! present and the next level are held whole. What a counterexample needs is found again by replaying its steps.

use super::chunks::{Chunks, Queue, TOGETHER};
use super::seen::Seen;
use super::share::Share;
use crate::sim::Chance;
use std::panic::resume_unwind;
use std::thread;

/// One way from a state to another.
#[derive(Clone, Copy, Debug)]
pub struct Successor {
    /// The fingerprint of the state it leads to.
    pub fingerprint: u64,
    /// The number by which the space knows the action.
    pub action: u32,
}

/// What there is to say of a state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Whether something is chosen in it, for the statistics.
    pub chosen: bool,
    /// What the search was sent out to find, if the state is it: a number of the space's own.
    pub found: Option<u32>,
    /// Whether nothing of the sort can be found beyond it. It is not expanded.
    pub hopeless: bool,
}

/// A space of states. A state is a record of `width` words; its first words are the space's own.
pub trait Space: Sync {
    /// How many words a state takes. It may grow while the space is explored; new words are zero.
    fn width(&self) -> usize;
    /// Writes the first state and returns its fingerprint.
    fn initial(&mut self, state: &mut Vec<u64>) -> u64;
    /// Finds every action that changes `state`, in an order that does not depend on how the state was reached.
    fn expand(&mut self, state: &[u64], fingerprint: u64, found: &mut Vec<Successor>);
    /// The same without changing the space, as many at a time as there are threads; `false` where something has to be
    /// found out first.
    fn expand_known(&self, state: &[u64], fingerprint: u64, found: &mut Vec<Successor>) -> bool;
    /// Appends the state that `action` leads to.
    fn build(&mut self, state: &[u64], action: u32, next: &mut Vec<u64>);
    /// What is to be said of a state when it is found.
    fn judge(&mut self, state: &[u64]) -> Standing;
    /// How many bytes the space holds besides the states.
    fn bytes(&self) -> usize;
}

/// How a search stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Distinct states found.
    pub states: u64,
    /// Ways from state to state, without those that change nothing.
    pub transitions: u64,
    /// Actions on the longest of the shortest ways. As long as it is not over, no way of so many leads to what is
    /// looked for.
    pub depth: u32,
    /// States from which no action leads on.
    pub terminal: u64,
    /// States in which something is chosen.
    pub chosen: u64,
    /// States found and not yet expanded.
    pub frontier: u64,
    /// Bytes in use: table, trace, both levels and the space's own.
    pub bytes: u64,
    /// The most bytes that were in use so far: a table that grows takes three times as much for a moment.
    pub peak: u64,
    /// Bytes of table and trace, which stay.
    pub kept: u64,
}

/// Why a search stopped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
    /// Its budget is used up; it can go on.
    Paused,
    /// Every state was seen.
    Exhausted,
    /// The state of that index is what was looked for; the number is the space's.
    Found { state: u32, what: u32 },
    /// It would need more memory than it may have, or more states than it may see.
    Full,
}

/// Breadth-first search.
pub struct Search<X: Space> {
    space: X,
    seen: Seen,
    trace: Chunks<(u32, u32)>,
    level: Queue,
    next: Queue,
    width: usize,
    progress: Progress,
    levels: Vec<u64>,
    found: Vec<Successor>,
    ends: Vec<usize>,
    stopped: Option<Stop>,
    most_bytes: u64,
    most_states: u64,
    threads: usize,
    /// How many states there were when it last looked at its memory.
    looked: u64,
    peak: u64,
}

/// Words that the search keeps in front of each state: fingerprint and index.
pub(super) const HEAD: usize = 2;
/// How many successors are worked on together.
const BATCH: usize = 64;
/// How many successors ahead the table is asked.
const AHEAD: usize = 24;
/// How many states it finds between two looks at its memory.
const LOOK: u64 = 1 << 13;

impl<X: Space> Search<X> {
    /// A search that has seen the first state. It stops before it needs more than `most_bytes` or finds more than
    /// `most_states`. An `exact` one keeps whole states in place of fingerprints.
    pub fn new(mut space: X, most_bytes: u64, most_states: u64, exact: bool) -> Self {
        let mut first = Vec::new();
        let fingerprint = space.initial(&mut first);
        let width = space.width();
        let mut search = Self {
            space,
            seen: if exact { Seen::exact() } else { Seen::by_fingerprint() },
            trace: Chunks::new(),
            level: Queue::new(HEAD + width),
            next: Queue::new(HEAD + width),
            width,
            progress: Progress { states: 1, frontier: 1, ..Progress::default() },
            levels: vec![1, 0],
            found: Vec::new(),
            ends: Vec::new(),
            stopped: None,
            most_bytes,
            most_states: most_states.min(u64::from(u32::MAX) - 1),
            threads: 1,
            looked: 0,
            peak: 0,
        };
        first.resize(width, 0);
        search.level.add(|level| level.extend([fingerprint, 0].iter().chain(&first)));
        search.trace.push((u32::MAX, u32::MAX));
        search.seen.insert_state(fingerprint, &first);
        search.arrive(&first, 0);
        search
    }

    /// Lets so many threads find successors. What is found, and in which order, is the same for any number.
    pub fn on_threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    /// The space.
    pub fn space(&self) -> &X {
        &self.space
    }

    /// The space, to replay a way through it.
    pub fn space_mut(&mut self) -> &mut X {
        &mut self.space
    }

    /// How it stands.
    pub fn progress(&self) -> Progress {
        let frontier = (self.level.len() + self.next.len()) as u64;
        let kept = (self.seen.bytes() + self.trace.bytes()) as u64;
        let found = self.found.capacity() * size_of::<Successor>() + self.ends.capacity() * 8;
        let levels = self.level.bytes() + self.next.bytes();
        let bytes = kept + (levels + found + self.space.bytes()) as u64;
        Progress { frontier, kept, bytes, peak: self.peak.max(bytes), ..self.progress }
    }

    /// How many states were found at each number of steps from the first. The last number still grows.
    pub fn levels(&self) -> &[u64] {
        &self.levels
    }

    /// Expands at most `budget` states.
    pub fn go_on(&mut self, budget: u64) -> Stop {
        if let Some(stop) = self.stopped {
            return stop;
        }
        if self.look().bytes > self.most_bytes {
            return Stop::Full;
        }
        let mut left = budget;
        while left > 0 {
            if self.level.len() == 0 {
                if self.next.len() == 0 {
                    return self.stop(Stop::Exhausted);
                }
                std::mem::swap(&mut self.level, &mut self.next);
                self.progress.depth += 1;
                self.levels.push(0);
            }
            self.expand(left);
            let mut start = 0;
            for at in 0..self.ends.len() {
                if self.is_full() {
                    return Stop::Full;
                }
                let end = self.ends[at];
                self.settle(start, end);
                if let Some(stop) = self.stopped {
                    return stop;
                }
                start = end;
                left -= 1;
            }
        }
        Stop::Paused
    }

    fn stop(&mut self, stop: Stop) -> Stop {
        self.stopped = Some(stop);
        stop
    }

    /// Lets a search that was full go on with other limits: what it has found it need not find again.
    pub fn allow(&mut self, most_bytes: u64, most_states: u64) {
        (self.most_bytes, self.most_states) = (most_bytes, most_states.min(u64::from(u32::MAX) - 1));
    }

    fn is_full(&mut self) -> bool {
        if self.progress.states >= self.most_states {
            return true;
        }
        if self.seen.is_about_to_grow() {
            let peak = self.look().bytes + self.seen.growth();
            if peak > self.most_bytes {
                return true;
            }
            self.peak = self.peak.max(peak);
        }
        self.progress.states >= self.looked + LOOK && self.look().bytes > self.most_bytes
    }

    /// Looks at its memory.
    fn look(&mut self) -> Progress {
        let progress = self.progress();
        (self.looked, self.peak) = (progress.states, progress.peak);
        progress
    }

    /// Expands some of the next states.
    fn expand(&mut self, budget: u64) {
        let record = HEAD + self.width;
        self.found.clear();
        self.ends.clear();
        let waiting = self.level.front().len() / record;
        let together = waiting.min(usize::try_from(budget).unwrap_or(usize::MAX));
        // A browser has one.
        if cfg!(not(target_arch = "wasm32")) && self.threads > 1 && together >= TOGETHER / 16 {
            self.expand_wide(together);
        } else {
            for state in self.level.front().chunks_exact(record) {
                self.space.expand(&state[HEAD..], state[0], &mut self.found);
                self.ends.push(self.found.len());
                if self.found.len() >= BATCH || self.ends.len() as u64 >= budget {
                    break;
                }
            }
        }
        if self.space.width() != self.width {
            self.widen();
        }
    }

    /// Expands so many states on all threads. Where something has to be found out first, it is found out afterwards, in
    /// the order of the states: so all numbers are given as one thread would give them.
    fn expand_wide(&mut self, states: usize) {
        let record = HEAD + self.width;
        let level = &self.level.front()[..states * record];
        let space = &self.space;
        let shares: Vec<Share> = thread::scope(|scope| {
            let mut chunks = level.chunks(states.div_ceil(self.threads) * record);
            let own = chunks.next().unwrap_or(&[]);
            let others: Vec<_> = chunks.map(|chunk| scope.spawn(move || Share::of(space, chunk, record))).collect();
            let own = Share::of(space, own, record);
            let joined = others.into_iter().map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic)));
            std::iter::once(own).chain(joined).collect()
        });
        let mut level = level.chunks_exact(record);
        for share in shares {
            let mut start = 0;
            for (end, state) in share.ends.iter().zip(level.by_ref()) {
                match end {
                    Some(end) => {
                        self.found.extend_from_slice(&share.found[start..*end]);
                        start = *end;
                    }
                    None => self.space.expand(&state[HEAD..], state[0], &mut self.found),
                }
                self.ends.push(self.found.len());
            }
        }
    }

    /// Enters what the state at the present position leads to.
    fn settle(&mut self, start: usize, end: usize) {
        let record = HEAD + self.width;
        let index = self.level.front()[1] as u32;
        self.progress.transitions += (end - start) as u64;
        self.progress.terminal += u64::from(start == end);
        for at in start..end {
            // Waiting for the table is what takes time, so it is asked some way ahead.
            if let Some(ahead) = self.found.get(at + AHEAD) {
                self.seen.touch(ahead.fingerprint);
            }
            let Successor { fingerprint, action } = self.found[at];
            if self.seen.has(fingerprint) {
                continue;
            }
            let number = self.progress.states as u32;
            let Self { space, seen, level, next, .. } = self;
            let standing = next.add(|next| {
                let begin = next.len();
                next.extend([fingerprint, u64::from(number)]);
                space.build(&level.front()[HEAD..record], action, next);
                debug_assert_eq!(next.len(), begin + record);
                let new = seen.insert_state(fingerprint, &next[begin + HEAD..]);
                let standing = new.then(|| space.judge(&next[begin + HEAD..]));
                if standing.is_none_or(|standing| standing.hopeless) {
                    next.truncate(begin);
                }
                standing
            });
            let Some(standing) = standing else { continue };
            self.progress.states += 1;
            *self.levels.last_mut().expect("a level is begun") += 1;
            self.trace.push((index, action));
            self.progress.chosen += u64::from(standing.chosen);
            if let Some(what) = standing.found {
                self.progress.depth += 1;
                self.stopped = Some(Stop::Found { state: number, what });
                break;
            }
        }
        self.level.take(1);
    }

    fn arrive(&mut self, state: &[u64], number: u32) {
        let standing = self.space.judge(state);
        self.progress.chosen += u64::from(standing.chosen);
        if let Some(what) = standing.found {
            self.stopped = Some(Stop::Found { state: number, what });
        }
    }

    /// Gives every record in both levels the width that the space has grown to.
    fn widen(&mut self) {
        self.width = self.space.width();
        self.level.widen(HEAD + self.width);
        self.next.widen(HEAD + self.width);
    }

    /// The actions that lead from the first state to the one of that index.
    pub fn way_to(&self, state: u32) -> Vec<u32> {
        way(&self.trace, state)
    }
}

/// The actions that lead to a state, by the parent and the action of each.
pub(super) fn way(trace: &Chunks<(u32, u32)>, state: u32) -> Vec<u32> {
    let mut way = Vec::new();
    let mut at = state;
    while let Some((parent, action)) = trace.get(at as usize).filter(|(parent, _)| *parent != u32::MAX) {
        way.push(action);
        at = parent;
    }
    way.reverse();
    way
}

/// How likely it is that two of so many states share a 64-bit fingerprint and one was missed, in parts of 10¹²
/// (rounded up): at most n² / 2⁶⁵.
pub fn missed(states: u64) -> u64 {
    let pairs = u128::from(states) * u128::from(states) / 2;
    ((pairs * 1_000_000_000_000) >> 64) as u64 + 1
}

/// A fingerprint of one part of a state; the fingerprint of a state is the sum of those of its parts.
pub(crate) fn part(kind: u64, place: u64, content: u64) -> u64 {
    Chance::mix(kind, place, content)
}

/// A number that has nothing to do with this one, always the same.
pub(super) fn scramble(word: u64) -> u64 {
    Chance::mix(5, 0, word)
}
