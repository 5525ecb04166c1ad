//! The endless rounds, explored: shortest counterexamples, exact counts, goals.

#[path = "common/naive.rs"]
mod naive;

use naive::{Counts, bounds, breaks_without, counts_are_those_of_a_naive_exploration, to_the_end};
use paxos_playground::check::explore::{Bounds, Verdict};
use paxos_playground::paxos::rounds::Rounds;
use paxos_playground::paxos::rounds::knobs::RULE_NAMES;
use paxos_playground::paxos::{Micros, System};
use paxos_playground::run;

const MINUTE: Micros = Micros(60_000_000);

/// Rules switched off: what the explorer finds broken, within which bounds, and after how many steps at least.
const SHORTEST: &[(&str, &str, &str, &str, u32)] = &[
    ("forget-promise", "acceptors=3&proposers=2", "", "promises honoured", 4),
    ("amnesia", "acceptors=3&proposers=2", "crashes=1 restarts=1", "promises honoured", 6),
    ("ignore-accepted", "acceptors=3&proposers=2", "", "safe proposals", 11),
    ("reuse-ballot", "acceptors=3&proposers=1", "crashes=1 restarts=1", "one value per ballot", 10),
    ("small-quorum", "acceptors=3&proposers=1", "", "safe proposals", 3),
    ("count-replies", "acceptors=3&proposers=1", "", "safe proposals", 4),
];

#[test]
fn the_explorer_finds_each_broken_rule_on_a_shortest_way() {
    for (rule, link, words, property, steps) in SHORTEST {
        let link = format!("system=rounds&{link}&failure=0");
        let limits = Bounds { most_states: 1_000_000, ..bounds(words) };
        assert_eq!(breaks_without(rule, &link, limits), (*property, *steps), "{rule}");
    }
    assert_eq!(SHORTEST.iter().map(|(rule, ..)| *rule).collect::<Vec<_>>(), RULE_NAMES);
}

/// Small bounds with their exact counts: states, transitions, depth, terminal, chosen.
const COUNTS: &Counts = &[
    ("acceptors=1&failure=0", "", [17, 22, 8, 4, 10]),
    ("acceptors=3&failure=0", "", [2621, 9711, 20, 85, 2512]),
    ("acceptors=3&failure=0", "once", [953, 2121, 14, 79, 816]),
    ("acceptors=2", "", [1105, 5233, 19, 6, 832]),
    ("acceptors=3", "once", [4455, 11903, 16, 729, 2366]),
    ("acceptors=2&fails=all", "once", [81, 139, 11, 29, 10]),
    ("acceptors=1&failure=0", "rounds=2", [1005, 2864, 19, 106, 940]),
    ("acceptors=2&failure=0", "once crashes=1 restarts=1", [201, 462, 13, 13, 53]),
    ("acceptors=2&proposers=2&failure=0", "once", [4000, 11190, 22, 264, 2125]),
];

#[test]
fn counts_are_exact_and_equal_those_of_a_naive_exploration() {
    counts_are_those_of_a_naive_exploration::<Rounds>("system=rounds", COUNTS);
}

#[test]
fn a_failure_that_the_explorer_tried_is_one_on_the_stage_too() {
    // A round given up although its value is chosen takes a vote whose answer is lost, or a proposer that fails over it.
    let goal = Rounds::ABOUT.goals.iter().position(|goal| goal.name == "chosen-given-up");
    let (exploration, verdict) = to_the_end("system=rounds&acceptors=1", Bounds { goal, ..bounds("") });
    assert_eq!(verdict, Verdict::Reached);
    let (mut run, _) = run::open(&exploration.witness().expect("a way"));
    run.advance(Micros(MINUTE.0 * 10), u64::MAX);
    assert_eq!(run.chosen().len(), 1);
    assert!(run.chosen()[0].learned.is_empty());
    let goal = Some(2);
    let (exploration, verdict) = to_the_end("system=rounds&acceptors=2&proposers=2", Bounds { goal, ..bounds("once") });
    assert_eq!(verdict, Verdict::Reached, "{:?}", exploration.progress());
    let (mut run, _) = run::open(&exploration.witness().expect("a way"));
    run.advance(Micros(MINUTE.0 * 10), u64::MAX);
    let log = run.log(0, u64::MAX);
    let last = log.last().and_then(|entry| entry.explanations.last()).expect("the last event is explained");
    assert!(last.text.contains("must adopt"), "{last:?}");
}
