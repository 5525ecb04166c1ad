//! The distinguished leader, explored: shortest counterexamples, exact counts, goals.

#[path = "common/naive.rs"]
mod naive;

use naive::{Counts, bounds, breaks_without, counts_are_those_of_a_naive_exploration, to_the_end};
use paxos_playground::check::explore::{Bounds, Verdict};
use paxos_playground::paxos::leader::Leader;
use paxos_playground::paxos::leader::knobs::RULE_NAMES;
use paxos_playground::paxos::{Micros, System};
use paxos_playground::run;

const MINUTE: Micros = Micros(60_000_000);

const QUIET: &str = "system=leader&timeout=0s&heartbeat=0s&failure=0";

/// Rules switched off: what the explorer finds broken, within which bounds, and after how many steps at least.
const SHORTEST: &[(&str, &str, &str, &str, u32)] = &[
    ("forget-promise", "nodes=3&clients=2", "", "promises honoured", 2),
    ("amnesia", "nodes=3&clients=2", "crashes=1 restarts=1", "promises honoured", 4),
    ("ignore-accepted", "nodes=3&clients=2", "", "safe proposals", 5),
    ("adopt-latest", "nodes=3&clients=2", "rounds=2", "safe proposals", 9),
    ("small-quorum", "nodes=4&clients=2", "", "safe proposals", 2),
    ("count-replies", "nodes=5&clients=2", "", "safe proposals", 3),
];

#[test]
fn the_explorer_finds_each_broken_rule_on_a_shortest_way() {
    for (rule, link, words, property, steps) in SHORTEST {
        let link = format!("{QUIET}&commands=1&{link}");
        let limits = Bounds { most_states: 1_000_000, ..bounds(words) };
        assert_eq!(breaks_without(rule, &link, limits), (*property, *steps), "{rule}");
    }
    assert_eq!(SHORTEST.iter().map(|(rule, ..)| *rule).collect::<Vec<_>>(), RULE_NAMES);
}

/// Small bounds with their exact counts: states, transitions, depth, terminal, chosen.
const COUNTS: &Counts = &[
    ("commands=1&silence=0s", "", [346, 958, 12, 9, 339]),
    ("commands=1&silence=0s", "once", [139, 290, 9, 6, 131]),
    ("commands=1&learners=2&silence=0s", "once", [560, 1320, 10, 57, 548]),
    ("commands=2&window=1&silence=0s", "once", [24519, 92360, 18, 132, 24511]),
    ("commands=1&silence=0s", "once crashes=1 restarts=1", [957, 2391, 11, 36, 907]),
    ("commands=1&silence=0s", "once wipes=1", [872, 2001, 10, 61, 846]),
];

#[test]
fn counts_are_exact_and_equal_those_of_a_naive_exploration() {
    counts_are_those_of_a_naive_exploration::<Leader>(&format!("{QUIET}&nodes=3"), COUNTS);
}

#[test]
fn goals_are_reached_on_a_shortest_way() {
    for (name, steps) in
        [("chosen", 3), ("chosen-unknown", 3), ("two-leaders", 1), ("no-op", 5), ("gap", 4), ("all-learned", 6)]
    {
        let goal = Leader::ABOUT.goals.iter().position(|goal| goal.name == name);
        let link = format!("{QUIET}&nodes=3&commands=2&window=2");
        let (exploration, verdict) = to_the_end(&link, Bounds { goal, most_states: 2_000_000, ..bounds("") });
        assert_eq!(verdict, Verdict::Reached, "{name}");
        let (mut run, _) = run::open(&exploration.witness().expect("a way"));
        run.advance(Micros(10 * MINUTE.0), u64::MAX);
        assert_eq!(exploration.progress().depth, steps, "{name}");
        assert_eq!(run.chosen().is_empty(), name == "two-leaders", "{name}");
    }
}
