//! The explorer on one thread against a naive one and against Stateright, in one run: `cargo bench --bench check`.
//!
//! They take turns, so that a machine whose speed drifts slows all. Prints one JSON object a line.

#[path = "../tests/common/naive.rs"]
mod naive;
#[path = "../tests/common/peer.rs"]
mod peer;

use naive::Naive;
use paxos_playground::check::explore::{Actors, Bounds, Network, Search, Space};
use paxos_playground::check::spec::{Packed, SpecBounds};
use paxos_playground::paxos::registry::{self, Visitor};
use paxos_playground::paxos::synod::Synod;
use paxos_playground::paxos::{About, System};
use paxos_playground::scenario::Scenario;
use std::time::Instant;

const TURNS: usize = 5;
/// Two proposers, three acceptors, two rounds each: far more states than a naive exploration can hold, so both stop at
/// the same number.
const LINK: &str = "acceptors=3&proposers=2&learners=0&resend=0s";
const STATES: u64 = 300_000;
/// As many of the other systems, whose states take a naive exploration more memory and time.
const FEWER: u64 = 100_000;
/// The levels that Stateright explores of it with the other network.
const LEVELS: usize = 12;

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// States, and states a second.
fn rate(work: impl FnOnce() -> u64) -> (u64, f64) {
    let start = Instant::now();
    let states = std::hint::black_box(work());
    (states, states as f64 / start.elapsed().as_secs_f64())
}

/// Goes on until so many levels are complete, and counts them.
fn levels<X: Space>(mut search: Search<X>, levels: usize) -> u64 {
    while search.levels().len() <= levels {
        search.go_on(64);
    }
    search.levels()[..levels].iter().sum()
}

fn whole<X: Space>(mut search: Search<X>) -> u64 {
    search.go_on(u64::MAX);
    search.progress().states
}

/// Every other system: three acceptors, two that compete for them, and nothing that the network's freedom makes
/// needless.
const OTHERS: &[(&str, &str)] = &[
    ("leader", "nodes=3&commands=2&window=1&timeout=0s&heartbeat=0s&silence=0s&failure=0"),
    ("rounds", "acceptors=3&proposers=2&failure=0"),
    ("pmmc", "replicas=1&leaders=2&acceptors=3&clients=1&commands=1&gc=0&resend=0s&catch-up=0s&patience=0s&retry=0s"),
    ("peers", "nodes=3&x=0"),
];

/// The explorer and the naive one on the same actors, in turns until both have as many states: the ratio of their rates.
struct Race(&'static str);

impl Visitor for Race {
    type Output = f64;

    fn visit<S: System>(self) -> f64 {
        let About { key, .. } = S::ABOUT;
        let link = format!("system={key}&{}", self.0);
        let bounds = Bounds { most_states: FEWER, ..Bounds::default() };
        let ratios = (0..TURNS).map(|_| {
            let Naive { system, bounds } = Naive::<S>::of(&link, bounds);
            let search = Search::new(Actors::new(system.clone(), bounds), u64::MAX, FEWER, false);
            let ((states, ours), (others, theirs)) =
                (rate(|| whole(search)), rate(|| Naive { system, bounds }.explore().states));
            // Each stops behind the state that goes beyond.
            assert!(states.abs_diff(others) <= 64, "{key}: {states} and {others} states");
            ours / theirs
        });
        median(ratios.collect())
    }
}

fn row(what: &str, figure: f64, bar: &str, pass: bool) {
    println!("{{\"what\":\"check: {what}\",\"value\":{figure:.1},\"bar\":\"{bar}\",\"pass\":{pass}}}");
}

fn main() {
    let (scenario, _) = Scenario::from_link(LINK);
    let system = Synod::configure(&scenario.knobs, &mut Vec::new());
    let set = Bounds { rounds: 2, most_states: STATES, ..Bounds::default() };
    let once = Bounds { network: Network::Once, rounds: 2, ..Bounds::default() };
    let spec = SpecBounds { ballots: 3, ..SpecBounds::default() };
    let search = |bounds: Bounds| Search::new(Actors::new(system.clone(), bounds), u64::MAX, bounds.most_states, false);
    let packed = || Search::new(Packed::new(spec).expect("good bounds"), u64::MAX, u64::MAX, false);
    let mut ratios = [vec![], vec![], vec![]];
    let mut rates = [vec![], vec![], vec![]];
    for _ in 0..TURNS {
        let pairs = [
            (rate(|| whole(search(set))), rate(|| Naive { system: system.clone(), bounds: set }.explore().states)),
            (rate(|| levels(search(once), LEVELS)), rate(|| peer::actors(&system, 2, Some(LEVELS)).0)),
            (rate(|| whole(packed())), rate(|| peer::specification(&spec).0)),
        ];
        for (at, ((states, ours), (others, theirs))) in pairs.into_iter().enumerate() {
            assert!(states.abs_diff(others) <= 32 * u64::from(at == 0), "{states} and {others} states");
            ratios[at].push(ours / theirs);
            rates[at].push(ours / 1e6);
        }
    }
    let whats = [
        "actors, 2 proposers, 3 acceptors, 2 rounds, set network, against clone-and-hash (ratio of states/s)",
        "the same actors, once network, against Stateright (ratio of states/s, same counts)",
        "Paxos.tla, 3 acceptors, 2 values, 3 ballots, against Stateright (ratio of states/s, same counts)",
    ];
    for ((what, bar), ratios) in whats.into_iter().zip([15.0, 10.0, 10.0]).zip(ratios) {
        let ratio = median(ratios);
        row(what, ratio, &format!("≥ {bar}"), ratio >= bar);
    }
    let mut large = search(Bounds { most_states: 4_000_000, ..set });
    large.go_on(u64::MAX);
    let progress = large.progress();
    let bytes = progress.kept as f64 / progress.states as f64;
    row("bytes per visited state, with what the shortest way needs", bytes, "≤ 64", bytes <= 64.0);
    for (key, link) in OTHERS {
        let ratio = registry::visit(key, Race(link)).expect("a system");
        row(&format!("{key}, set network, against clone-and-hash (ratio of states/s)"), ratio, "≥ 10", ratio >= 10.0);
    }
    let [set, once, spec] = rates.map(median);
    eprintln!("set network {set:.2} M states/s, once network {once:.2} M, Paxos.tla {spec:.2} M");
}
