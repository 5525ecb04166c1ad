//! The specification as an exploration.

use super::follow::{self, Followed};
use super::{Bounds, Estimate, Exploration, Graph, Progress, Search, Stop, Verdict, estimate};
use crate::check::PROPERTIES;
use crate::check::spec::paxos::Action;
use crate::check::spec::{Packed, SpecBounds};
use crate::paxos::synod::Synod;
use crate::paxos::{Notice, System};
use crate::scenario::Scenario;

/// An exploration of the specification within `bounds`; of `limits` only memory, states, threads and whether it is
/// exact count.
pub fn specification(bounds: SpecBounds, limits: Bounds) -> Result<Box<dyn Exploration>, Notice> {
    let space = Packed::new(bounds)?;
    let search = Search::new(space, limits.most_bytes, limits.most_states, limits.exact).on_threads(limits.threads);
    Ok(Box::new(Specified { search, bounds, limits, found: None }))
}

struct Specified {
    search: Search<Packed>,
    bounds: SpecBounds,
    limits: Bounds,
    found: Option<u32>,
}

impl Specified {
    /// The actions to what was found; none as long as nothing was.
    fn schedule(&self) -> Vec<Action<u8, u8>> {
        let way = self.found.map(|state| self.search.way_to(state)).unwrap_or_default();
        way.into_iter().map(|code| self.search.space().action(code)).collect()
    }
}

impl Exploration for Specified {
    fn go_on(&mut self, states: u64) -> Verdict {
        match self.search.go_on(states) {
            Stop::Paused => Verdict::Open,
            Stop::Exhausted => Verdict::Holds,
            Stop::Full => Verdict::Full,
            Stop::Found { state, .. } => {
                self.found = Some(state);
                Verdict::Violated { property: PROPERTIES[0].0, what: "Two values are chosen.".into() }
            }
        }
    }

    fn allow(&mut self, most_bytes: u64, most_states: u64) {
        (self.limits.most_bytes, self.limits.most_states) = (most_bytes, most_states);
        self.search.allow(most_bytes, most_states);
    }

    fn progress(&self) -> Progress {
        self.search.progress()
    }

    fn bounds(&self) -> Bounds {
        Bounds { symmetry: false, forget: false, ..self.limits }
    }

    fn witness(&self) -> Option<Scenario> {
        Some(self.followed()?.ok()?.scenario)
    }

    fn followed(&self) -> Option<Result<Followed, usize>> {
        self.found?;
        let schedule = self.schedule();
        let base = self.bounds.synod(&schedule);
        let system = Synod::configure(&base.knobs, &mut Vec::new());
        Some(follow::follow(system, &base, &schedule))
    }

    fn sentences(&self) -> Vec<String> {
        self.search.space().words(&self.schedule())
    }

    fn runs(&self) -> u64 {
        0
    }

    fn graph(&self, _: usize) -> Option<Graph> {
        None
    }

    fn estimate(&self, sample: u64) -> Estimate {
        let again = Packed::new(self.bounds).expect("they were good enough before");
        estimate::estimate(Search::new(again, u64::MAX, u64::MAX, false), sample)
    }
}
