//! What each rule of peers is for: with the rule switched off a run goes wrong that goes right with it, and the explorer
//! finds a shortest way.

mod common;

use common::Hands;
use common::naive::{bounds, breaks_on_the_stage, to_the_end};
use paxos_playground::check::explore::{Bounds, Verdict};
use paxos_playground::paxos::Micros;
use paxos_playground::paxos::peers::Peers;
use paxos_playground::paxos::peers::knobs::RULE_NAMES;

const MINUTE: Micros = Micros(60_000_000);

fn broken(words: &str, seed: u64) -> Vec<&'static str> {
    let mut run = Hands::<Peers>::new(words, seed);
    run.advance(MINUTE);
    run.broken()
}

/// A rule, what breaks without it, and in which run.
const RUNS: [(&str, &str, &str, u64); 8] = [
    ("forget-promise", "agreement", "nodes=3 x=0.3 tick=500000", 40),
    ("amnesia", "agreement", "nodes=3 x=0.2 failure=0.2 repair=100000", 0),
    ("ignore-accepted", "agreement", "nodes=3 x=0.2", 227),
    ("adopt-latest", "agreement", "nodes=5 x=0.2 loss=0.2", 617),
    ("no-raise", "promises honoured", "nodes=3 x=0.2 loss=0.3", 7),
    ("small-quorum", "agreement", "nodes=4 x=0.2 loss=0.2", 30),
    ("count-values", "sound learners", "nodes=3 x=0.2 loss=0.3", 0),
    ("cycle-only", "agreement", "nodes=3 x=0.2", 0),
];

#[test]
fn with_a_rule_off_a_run_breaks_that_holds_with_it() {
    for (rule, property, words, seed) in RUNS {
        let without = broken(&format!("{words} break={rule}"), seed);
        assert!(without.contains(&property), "{rule}: only {without:?} break");
        assert_eq!(broken(words, seed), [""; 0], "{rule}");
    }
}

#[test]
fn every_rule_of_peers_has_a_run_and_a_shortest_way() {
    let mut rules = RULE_NAMES.to_vec();
    rules.sort_unstable();
    for mut tested in [RUNS.map(|(rule, ..)| rule), WAYS.map(|(rule, ..)| rule)] {
        tested.sort_unstable();
        assert_eq!(tested.as_slice(), rules);
    }
}

/// A rule, bounds, and the property that breaks first and after how many steps.
const WAYS: [(&str, &str, &str, u32); 8] = [
    ("forget-promise", "", "promises honoured", 3),
    ("amnesia", "rounds=2 crashes=1 restarts=1", "promises honoured", 5),
    ("ignore-accepted", "", "safe proposals", 6),
    ("adopt-latest", "rounds=2", "safe proposals", 9),
    ("no-raise", "", "promises honoured", 5),
    ("small-quorum", "", "safe proposals", 1),
    ("count-values", "", "sound learners", 7),
    ("cycle-only", "", "promises honoured", 3),
];

#[test]
fn the_explorer_finds_a_shortest_way_to_each() {
    for (rule, words, property, steps) in WAYS {
        let link = format!("system=peers&nodes=3&x=0&break={rule}");
        let limits = Bounds { most_states: 1_000_000, ..bounds(words) };
        assert_eq!(breaks_on_the_stage(&link, limits), (property, steps), "{rule}");
    }
}

/// With one cycle no two acceptances of one actor need telling apart: it takes two to go wrong by the latest one.
#[test]
fn the_latest_value_is_as_good_as_the_highest_within_one_cycle() {
    let (_, verdict) = to_the_end("system=peers&nodes=3&x=0&break=adopt-latest", bounds(""));
    assert_eq!(verdict, Verdict::Holds);
}
