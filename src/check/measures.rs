//! What a run costs and how long its clients wait, measured from the same facts that the properties are judged by.

use super::ledger::Choice;
use crate::paxos::{Fact, Micros, NodeId};
use crate::sim::{Moment, Series};
use std::collections::VecDeque;

/// So many of the latest samples of a latency are kept; median and 95th percentile are exact over them.
pub const SAMPLES: usize = 1_024;

/// So many of the latest answers are remembered with their values.
const ANSWERS: usize = 64;

/// So many requests are followed at once; while there are more, the oldest are not.
const FOLLOWED: usize = 512;

/// How long something took, each time.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Samples {
    /// The latest, in a ring of [`SAMPLES`].
    ring: Vec<u64>,
    count: u64,
    max: u64,
}

/// How long something took, in microseconds of virtual time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Latency {
    /// How often it was measured.
    pub count: u64,
    /// The median of the latest [`SAMPLES`]: the smallest that at least half of them do not exceed.
    pub median: Micros,
    /// The smallest that at least 95 % of the latest [`SAMPLES`] do not exceed.
    pub p95: Micros,
    /// The longest of all.
    pub max: Micros,
}

impl Samples {
    /// Adds a sample, in microseconds.
    pub fn add(&mut self, took: u64) {
        let at = self.count as usize % SAMPLES;
        if self.ring.len() < SAMPLES {
            self.ring.push(took);
        } else {
            self.ring[at] = took;
        }
        self.count += 1;
        self.max = self.max.max(took);
    }

    /// The latest samples, oldest first.
    pub fn latest(&self) -> impl Iterator<Item = u64> {
        let oldest = if self.ring.len() < SAMPLES { 0 } else { self.count as usize % SAMPLES };
        self.ring[oldest..].iter().chain(&self.ring[..oldest]).copied()
    }

    /// Median, 95th percentile and maximum; all zero where there is no sample.
    pub fn latency(&self) -> Latency {
        let mut sorted = self.ring.clone();
        sorted.sort_unstable();
        // The nearest rank: the smallest with at least that share at or below it.
        let rank = |percent: usize| (sorted.len() * percent).div_ceil(100).saturating_sub(1);
        let at = |percent: usize| Micros(sorted.get(rank(percent)).copied().unwrap_or(0));
        Latency { count: self.count, median: at(50), p95: at(95), max: Micros(self.max) }
    }
}

/// A request that somebody waits for.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Request<V> {
    value: V,
    asked: Micros,
    node: NodeId,
    chosen: bool,
    learned: bool,
    answered: bool,
}

/// Latencies, retries and decisions of a run. A request is known by its value: two for the same value are one as long
/// as the client of the first has no answer. Its clock starts when a client first asks for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Measures<V> {
    /// In the order in which they were made. There are few at a time, so they are searched one by one.
    requests: Vec<Request<V>>,
    /// For each node, one more than how many decisions there were when it began its latest ballot.
    began: Vec<u64>,
    /// From the request until its value was chosen.
    pub chosen: Samples,
    /// From the request until the first node knew that its value was chosen.
    pub learned: Samples,
    /// From the request until the client's answer: [`Fact::Answered`], or the node it asked learns the value.
    pub answered: Samples,
    /// The latest answers: the value, and how long it took in microseconds.
    pub answers: VecDeque<(V, u64)>,
    /// Ballots that a proposer began although nothing had been chosen since its ballot before.
    pub retries: u64,
    /// Decisions over time.
    pub decisions: Series,
}

impl<V> Default for Measures<V> {
    fn default() -> Self {
        Self {
            requests: Vec::new(),
            began: Vec::new(),
            chosen: Samples::default(),
            learned: Samples::default(),
            answered: Samples::default(),
            answers: VecDeque::new(),
            retries: 0,
            decisions: Series::default(),
        }
    }
}

impl<V: Clone + Eq> Measures<V> {
    /// Takes note of `fact`; `decisions` is how many values were chosen before it.
    #[inline]
    pub fn observe(&mut self, moment: Moment, fact: &Fact<V>, decisions: u64) {
        match fact {
            Fact::Promised(_) | Fact::Proposed(..) | Fact::Voted(..) | Fact::Preempted(_) | Fact::Performed(..) => {}
            Fact::Began(_) => self.begin(moment.node, decisions),
            Fact::Requested(value) => self.request(moment, value),
            Fact::Learned(_, value) => self.know(moment, value, true),
            Fact::Answered(value) => self.know(moment, value, false),
        }
    }

    fn begin(&mut self, node: NodeId, decisions: u64) {
        if self.began.len() <= node.index() {
            self.began.resize(node.index() + 1, 0);
        }
        let before = std::mem::replace(&mut self.began[node.index()], decisions + 1);
        self.retries += u64::from(before == decisions + 1);
    }

    fn request(&mut self, moment: Moment, value: &V) {
        if self.find(value).is_some() {
            return;
        }
        if self.requests.len() == FOLLOWED {
            self.requests.remove(0);
        }
        let Moment { time: asked, node, .. } = moment;
        let value = value.clone();
        self.requests.push(Request { value, asked, node, chosen: false, learned: false, answered: false });
    }

    fn find(&self, value: &V) -> Option<usize> {
        self.requests.iter().rposition(|request| request.value == *value)
    }

    /// Takes note of a value that became chosen.
    pub fn choose(&mut self, moment: Moment, choice: &Choice<V>) {
        self.decisions.add(moment.time);
        let Some(at) = self.find(&choice.value) else { return };
        let request = &mut self.requests[at];
        if !std::mem::replace(&mut request.chosen, true) {
            self.chosen.add(moment.time.0 - request.asked.0);
        }
    }

    fn know(&mut self, moment: Moment, value: &V, learned: bool) {
        let Some(at) = self.find(value) else { return };
        let request = &mut self.requests[at];
        if !request.chosen {
            return;
        }
        let took = moment.time.0 - request.asked.0;
        if learned && !std::mem::replace(&mut request.learned, true) {
            self.learned.add(took);
        }
        let answers = !learned || moment.node == request.node;
        if answers && !std::mem::replace(&mut request.answered, true) {
            self.answered.add(took);
            if self.answers.len() == ANSWERS {
                self.answers.pop_front();
            }
            self.answers.push_back((value.clone(), took));
        }
        if request.learned && request.answered {
            self.requests.remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paxos::{Ballot, NodeSet, Slot};

    fn at(time: u64, node: u8) -> Moment {
        Moment { event: 0, time: Micros(time), node: NodeId(node) }
    }

    fn choice(value: &str) -> Choice<String> {
        let ballot = Ballot { round: 1, owner: NodeId(0) };
        Choice { slot: Slot::ONLY, value: value.into(), ballot, quorum: NodeSet::EMPTY }
    }

    #[test]
    fn percentiles_are_exact_over_the_latest_samples() {
        let mut samples = Samples::default();
        assert_eq!(samples.latency(), Latency::default());
        (1..=100).rev().for_each(|n| samples.add(n));
        let micros = |latency: Latency| (latency.count, latency.median.0, latency.p95.0, latency.max.0);
        assert_eq!(micros(samples.latency()), (100, 50, 95, 100));
        (0..SAMPLES as u64).for_each(|n| samples.add(n % 4));
        assert_eq!(micros(samples.latency()), (1_124, 1, 3, 100), "the old ones are forgotten, but not the longest");
        assert_eq!(samples.latest().take(5).collect::<Vec<_>>(), [0, 1, 2, 3, 0]);
    }

    #[test]
    fn a_request_is_timed_until_chosen_learned_and_answered() {
        let mut measures = Measures::default();
        measures.observe(at(100, 3), &Fact::Requested("X".to_string()), 0);
        measures.observe(at(150, 3), &Fact::Requested("X".to_string()), 0);
        measures.choose(at(400, 7), &choice("X"));
        measures.observe(at(500, 5), &Fact::Learned(Slot::ONLY, "X".to_string()), 1);
        measures.observe(at(700, 3), &Fact::Learned(Slot::ONLY, "X".to_string()), 1);
        measures.observe(at(900, 3), &Fact::Answered("X".to_string()), 1);
        let took = [&measures.chosen, &measures.learned, &measures.answered].map(|samples| samples.latency().max.0);
        assert_eq!(took, [300, 400, 600]);
        assert_eq!(measures.answered.latency().count, 1);
    }

    #[test]
    fn a_ballot_is_a_retry_if_nothing_was_chosen_since_the_last_one() {
        let mut measures = Measures::<String>::default();
        let began = |measures: &mut Measures<String>, node, decisions| {
            measures.observe(at(0, node), &Fact::Began(Ballot { round: 1, owner: NodeId(node) }), decisions);
            measures.retries
        };
        let seen = [(0, 0), (1, 0), (0, 0), (0, 1), (1, 1), (1, 1)].map(|(node, n)| began(&mut measures, node, n));
        assert_eq!(seen, [0, 0, 1, 1, 1, 2]);
    }
}
