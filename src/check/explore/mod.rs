//! The explorer: every interleaving of the very actors on the stage, within stated bounds.
//!
//! Breadth first, so that what it finds is found on a shortest way. What it finds is a scenario: it opens on the stage.

mod actors;
mod after;
mod books;
mod cast;
mod chunks;
mod core;
mod distance;
mod entries;
mod estimate;
mod follow;
mod futures;
mod goal;
mod graph;
mod guided;
mod livelock;
mod offer;
mod pool;
mod reaction;
mod replay;
mod search;
mod seen;
mod share;
mod specified;
mod step;
mod symmetry;
mod teacher;

pub use actors::Actors;
pub use estimate::Estimate;
pub use follow::Followed;
pub use graph::{Graph, GraphEdge, GraphNode};
pub use livelock::{Hunt, Lasso, Livelock, NO_LATER_ROUNDS, livelock};
pub(super) use search::part;
pub use search::{Progress, Search, Space, Standing, Stop, Successor, missed};
pub use specified::specification;
pub use step::{Envelope, Step};

use crate::paxos::{NodeSet, Notice, Probability};
use crate::scenario::Scenario;
use crate::sim::{Disk, Settings};
use guided::Guided;

/// What the network may do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Network {
    /// Once sent, a message can be delivered any number of times, in any order, or never: loss, duplication and
    /// reordering are all covered.
    Set,
    /// Each message is delivered at most once, in any order, or never.
    Once,
}

/// How far an exploration goes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Bounds {
    /// What the network may do.
    pub network: Network,
    /// The highest round that any proposer begins.
    pub rounds: u32,
    /// How many crashes there may be in all.
    pub crashes: u8,
    /// How many restarts.
    pub restarts: u8,
    /// How many times a node's durable state is erased.
    pub wipes: u8,
    /// Whether a crash erases everything, as with `disk=forgets`.
    pub forgets: bool,
    /// The nodes that may fail over any message, where that is something else than a crash or a loss
    /// ([`System::failing`]).
    pub failing: NodeSet,
    /// A state to look for, by its position in the system's goals; otherwise a broken property is looked for.
    pub goal: Option<usize>,
    /// Whether every step must also be one of the specification (*refines `Paxos.tla`*): see
    /// [`crate::check::spec::refinement`].
    pub refines: bool,
    /// Whether states that differ only in which like node is which are one: see [`System::alike`].
    pub symmetry: bool,
    /// Whether messages that no receiver can act on any more, whatever comes, are taken for gone: states that differ in
    /// nothing else are one. Verdicts and the lengths of shortest ways stay the same.
    pub forget: bool,
    /// Whether whole states are compared, not their 64-bit fingerprints: no state is missed, and each takes more memory.
    pub exact: bool,
    /// How many threads find successors. The answer is the same for any number, but where a limit on memory comes: they
    /// need some, too. A browser has one.
    pub threads: usize,
    /// The most bytes it may use.
    pub most_bytes: u64,
    /// The most states it may find.
    pub most_states: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            network: Network::Set,
            rounds: 1,
            crashes: 0,
            restarts: 0,
            wipes: 0,
            forgets: false,
            failing: NodeSet::EMPTY,
            goal: None,
            refines: false,
            symmetry: false,
            forget: false,
            exact: false,
            threads: 1,
            most_bytes: 4 << 30,
            most_states: u64::MAX,
        }
    }
}

/// What an exploration came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It is not over.
    Open,
    /// Every state within the bounds was seen, and none is what was looked for.
    Holds,
    /// A property is broken on a shortest way.
    Violated {
        /// Which.
        property: &'static str,
        /// What happened.
        what: String,
    },
    /// The goal is reached on a shortest way.
    Reached,
    /// The limit on memory or states came first: nothing was found as deep as the progress says.
    Full,
}

/// An exploration of any system.
pub trait Exploration {
    /// Expands at most so many states more.
    fn go_on(&mut self, states: u64) -> Verdict;
    /// Changes its limits. One that was full goes on where it was.
    fn allow(&mut self, most_bytes: u64, most_states: u64);
    /// How it stands.
    fn progress(&self) -> Progress;
    /// The bounds that it keeps to: with `symmetry` and `forget` just where they are to be had.
    fn bounds(&self) -> Bounds;
    /// The way to what was found, as a scenario; `None` as long as nothing was, and where actors have no such schedule.
    fn witness(&self) -> Option<Scenario>;
    /// Of a specification: the schedule to what was found, done by the actors of a synod with the same rules switched
    /// off. An error is the position of the first action that they have not.
    fn followed(&self) -> Option<Result<Followed, usize>> {
        None
    }
    /// The same way in words, a sentence a step.
    fn sentences(&self) -> Vec<String>;
    /// How often an actor was run: once for each local state and input.
    fn runs(&self) -> u64;
    /// Every state within the bounds and every way between them; `None` if there are more than `limit` states. It is
    /// worked out anew, so it does not matter how far the exploration has gone.
    fn graph(&self, limit: usize) -> Option<Graph>;
    /// How many states there are within the bounds: exact for few, else guessed from the first `sample` of them. It is
    /// worked out anew.
    fn estimate(&self, sample: u64) -> Estimate;
}

/// An exploration of the scenario's actors, from their start, within `bounds`. Knobs of the network and what was done
/// by hand do not count; notices tell what could not be had.
pub fn explore(scenario: &Scenario, mut bounds: Bounds) -> (Box<dyn Exploration>, Vec<Notice>) {
    let mut notices = Vec::new();
    let settings = Settings::read(scenario.about(), &scenario.knobs);
    match settings.disk {
        Disk::Sound => {}
        Disk::Forgets => bounds.forgets = true,
        Disk::LosesLast => notices.push(Notice::new(
            "disk",
            "loses-last",
            "the explorer knows sound disks and disks that forget; used sound instead",
        )),
    }
    let (mut space, mut told) = actors::of(scenario, bounds);
    if settings.failure > Probability(0) {
        space.let_fail(settings.all_fail);
    }
    told.extend(notices);
    (Box::new(Explored { search: Way::of(space), scenario: scenario.clone(), found: None }), told)
}

/// Breadth first, or guided to preemptions where a goal counts them.
enum Way {
    Broad(Search<Actors>),
    Guided(Guided),
}

impl Way {
    fn of(space: Actors) -> Self {
        let Bounds { most_bytes, most_states, .. } = *space.bounds();
        Self::new(space, most_bytes, most_states)
    }

    fn new(space: Actors, most_bytes: u64, most_states: u64) -> Self {
        let Bounds { exact, threads, .. } = *space.bounds();
        let broad = |space| Self::Broad(Search::new(space, most_bytes, most_states, exact).on_threads(threads));
        if space.core.preemptions == 0 {
            return broad(space);
        }
        let guided = space.again(Bounds { forget: true, ..*space.bounds() });
        Guided::new(guided, most_bytes, most_states, exact).map_or_else(|| broad(space), Self::Guided)
    }

    fn space(&self) -> &Actors {
        match self {
            Self::Broad(search) => search.space(),
            Self::Guided(search) => search.space(),
        }
    }

    fn go_on(&mut self, states: u64) -> Stop {
        match self {
            Self::Broad(search) => search.go_on(states),
            Self::Guided(search) => search.go_on(states),
        }
    }

    fn progress(&self) -> Progress {
        match self {
            Self::Broad(search) => search.progress(),
            Self::Guided(search) => search.progress(),
        }
    }

    fn way_to(&self, state: u32) -> Vec<u32> {
        match self {
            Self::Broad(search) => search.way_to(state),
            Self::Guided(search) => search.way_to(state),
        }
    }
}

/// How many states there are within the bounds, before a long exploration of them: a sample of some ten thousand states
/// takes a fraction of a second.
pub fn estimate(scenario: &Scenario, bounds: Bounds) -> Estimate {
    explore(scenario, bounds).0.estimate(SAMPLE)
}

/// States from which a guess is made.
const SAMPLE: u64 = 50_000;

struct Explored {
    search: Way,
    scenario: Scenario,
    found: Option<u32>,
}

impl Explored {
    /// The same space, as nobody has explored it yet.
    fn again(&self) -> Actors {
        let space = self.search.space();
        space.again(*space.bounds())
    }
}

impl Exploration for Explored {
    fn go_on(&mut self, states: u64) -> Verdict {
        let stop = self.search.go_on(states);
        if self.search.space().symmetry_failed() {
            // What was counted as one may be two: all over again, without.
            let space = self.search.space();
            self.search = Way::of(space.again(Bounds { symmetry: false, ..*space.bounds() }));
            return Verdict::Open;
        }
        match stop {
            Stop::Paused => Verdict::Open,
            Stop::Exhausted => Verdict::Holds,
            Stop::Full => Verdict::Full,
            Stop::Found { state, what } => {
                self.found = Some(state);
                if self.search.space().is_for_goal() {
                    return Verdict::Reached;
                }
                self.search.space().violation(what)
            }
        }
    }

    fn allow(&mut self, most_bytes: u64, most_states: u64) {
        match &mut self.search {
            Way::Broad(search) => {
                let bounds = &mut search.space_mut().core.bounds;
                (bounds.most_bytes, bounds.most_states) = (most_bytes, most_states);
                search.allow(most_bytes, most_states);
            }
            Way::Guided(search) => search.allow(most_bytes, most_states),
        }
    }

    fn progress(&self) -> Progress {
        self.search.progress()
    }

    fn bounds(&self) -> Bounds {
        let core = &self.search.space().core;
        Bounds { symmetry: core.symmetry.is_some(), forget: core.futures.is_some(), ..core.bounds }
    }

    fn witness(&self) -> Option<Scenario> {
        let steps: Vec<_> = self.search.way_to(self.found?).into_iter().map(Step::decode).collect();
        Some(self.search.space().teacher.scenario(&self.scenario, &steps))
    }

    fn sentences(&self) -> Vec<String> {
        let way = self.found.map(|state| self.search.way_to(state)).unwrap_or_default();
        way.into_iter().map(|step| self.search.space().teacher.words(Step::decode(step))).collect()
    }

    fn runs(&self) -> u64 {
        self.search.space().core.runs
    }

    fn graph(&self, limit: usize) -> Option<Graph> {
        graph::graph(self.again(), &self.scenario, limit)
    }

    fn estimate(&self, sample: u64) -> Estimate {
        match Way::new(self.again(), u64::MAX, u64::MAX) {
            Way::Broad(search) => estimate::estimate(search, sample),
            Way::Guided(search) => estimate::guided(search, sample),
        }
    }
}
