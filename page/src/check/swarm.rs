//! Many random runs of one scenario, over seeds: what broke, and which runs stand out.

use super::shrink::{self, Fate, fate};
use paxos_playground::paxos::Micros;
use paxos_playground::scenario::Scenario;
use serde::{Deserialize, Serialize};

/// What is run.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Order {
    /// The scenario; its seed is the first one.
    pub link: String,
    /// How many runs.
    pub runs: u32,
    /// How long each of them is, in virtual seconds.
    pub seconds: u32,
}

/// So many runs are listed of each sort.
const LISTED: usize = 5;

/// So many failing runs are made smaller, no more: that takes as long as hundreds of runs.
const SHRUNK: u32 = 20;

/// How a swarm stands.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Runs done.
    pub runs: u32,
    /// Runs asked for.
    pub of: u32,
    /// Events in all of them.
    pub events: u64,
    /// Runs in which a property broke.
    pub broken: u32,
    /// Runs in which nothing was chosen.
    pub undecided: u32,
    /// Virtual microseconds until a value was chosen: half of the runs took no longer, then 95 in 100, then all that
    /// came so far.
    pub chosen_by: [u64; 3],
    /// Failing runs that do not come down to the same one, at most a few of each property.
    pub failures: Vec<Failure>,
    /// The runs in which it took longest until a value was chosen, with virtual microseconds, the longest first.
    pub slowest: Vec<Outlier>,
    /// The runs with most messages, the most first.
    pub busiest: Vec<Outlier>,
    /// How long it has worked, in milliseconds.
    pub millis: u64,
}

/// A run that broke a property.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Failure {
    /// Its seed.
    pub seed: u64,
    /// The property.
    pub property: String,
    /// What happened.
    pub what: String,
    /// The run as it was found, at a moment before it breaks.
    pub link: String,
    /// A smaller run that breaks the same property.
    pub small: String,
    /// What was left out of it, in words.
    pub without: String,
}

/// A run that stands out.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Outlier {
    /// Its seed.
    pub seed: u64,
    /// By how much.
    pub value: u64,
    /// Its link.
    pub link: String,
}

/// A swarm under way.
pub struct Swarm {
    scenario: Scenario,
    until: Micros,
    times: Vec<u64>,
    tally: Tally,
    shrunk: u32,
}

impl Swarm {
    /// Nothing has run yet.
    pub fn new(order: &Order) -> Self {
        let mut scenario = Scenario::from_link(&order.link).0;
        scenario.show = Default::default();
        let until = Micros(u64::from(order.seconds) * 1_000_000);
        Self { scenario, until, times: Vec::new(), tally: Tally { of: order.runs, ..Tally::default() }, shrunk: 0 }
    }

    /// How it stands.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Whether every run was run.
    pub fn is_over(&self) -> bool {
        self.tally.runs >= self.tally.of
    }

    /// Lets the next run happen, which has another seed, and takes its measure.
    pub fn next(&mut self) {
        let mut scenario = self.scenario.clone();
        scenario.seed = scenario.seed.wrapping_add(self.tally.runs.into());
        let fate = fate(&scenario, self.until);
        self.tally.runs += 1;
        self.tally.events += fate.events;
        match fate.chosen {
            Some(time) => {
                let place = self.times.partition_point(|other| *other <= time.0);
                self.times.insert(place, time.0);
                rank(&mut self.tally.slowest, &scenario, time.0);
            }
            None => self.tally.undecided += 1,
        }
        rank(&mut self.tally.busiest, &scenario, fate.messages);
        if fate.broken.is_some() {
            self.tally.broken += 1;
            self.keep(scenario, fate);
        }
    }

    /// Brings what is worked out from all runs up to date, before it is shown.
    pub fn sum_up(&mut self, millis: u64) {
        let part = |percent: usize| {
            let last = self.times.len().saturating_sub(1);
            self.times.get(last * percent / 100).copied().unwrap_or(0)
        };
        self.tally.chosen_by = [part(50), part(95), part(100)];
        self.tally.millis = millis;
    }

    /// Keeps a failing run and a smaller one, if few of its kind are known.
    fn keep(&mut self, scenario: Scenario, fate: Fate) {
        let Some(broken) = fate.broken else { return };
        let alike = |other: &&Failure| other.property == broken.property;
        if self.tally.failures.iter().filter(alike).count() >= LISTED || self.shrunk >= SHRUNK {
            return;
        }
        self.shrunk += 1;
        let (small, without) = shrink::shrink(&scenario, broken.property, self.until);
        // Runs that come down to the same one tell nothing new.
        if self.tally.failures.iter().any(|other| other.small == small.link()) {
            return;
        }
        let failure = Failure {
            seed: scenario.seed,
            property: broken.property.into(),
            link: shrink::before(&scenario, broken.time).link(),
            what: broken.what,
            small: small.link(),
            without: without.join(", "),
        };
        self.tally.failures.push(failure);
    }
}

/// Puts a run into its place among those that stand out.
fn rank(list: &mut Vec<Outlier>, scenario: &Scenario, value: u64) {
    let place = list.partition_point(|other| other.value >= value);
    if place < LISTED {
        list.insert(place, Outlier { seed: scenario.seed, value, link: scenario.link() });
        list.truncate(LISTED);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(link: &str, runs: u32) -> Tally {
        let mut swarm = Swarm::new(&Order { link: link.into(), runs, seconds: 20 });
        while !swarm.is_over() {
            swarm.next();
        }
        swarm.sum_up(1);
        swarm.tally().clone()
    }

    #[test]
    fn sound_runs_are_ranked_and_none_fails() {
        let tally = run("acceptors=3&loss=0.1&failure=0.05&seed=7", 60);
        assert_eq!((tally.runs, tally.broken, tally.failures.len()), (60, 0, 0));
        assert_eq!(tally.slowest.len(), 5);
        assert!(tally.slowest.windows(2).all(|pair| pair[0].value >= pair[1].value));
        assert_eq!(tally.slowest[0].value, tally.chosen_by[2]);
        assert!(tally.chosen_by[0] > 0 && tally.chosen_by[0] <= tally.chosen_by[1]);
        // The link of an outlier is that run.
        let again = fate(&Scenario::from_link(&tally.busiest[0].link).0, Micros(20_000_000));
        assert_eq!(again.messages, tally.busiest[0].value);
    }

    #[test]
    fn a_failing_run_is_kept_with_a_smaller_one_that_breaks_the_same_property() {
        let tally = run("acceptors=5&break=ignore-accepted&loss=0.1&duplicate=0.2&failure=0.1&seed=1", 60);
        assert!(tally.broken > 0);
        let failure = &tally.failures[0];
        let until = Micros(20_000_000);
        for link in [&failure.link, &failure.small] {
            let broken = fate(&Scenario::from_link(link).0, until).broken.map(|broken| broken.property);
            assert_eq!(broken, Some(failure.property.as_str()), "{link}");
        }
        assert!(failure.small.len() < failure.link.len(), "{} {}", failure.link, failure.small);
        assert!(!failure.without.is_empty());
    }
}
