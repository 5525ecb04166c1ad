//! Five preemptions in a row, and messages that nobody can act on any more: what the explorer knows of every node's
//! future.

mod common;
#[path = "common/explored.rs"]
mod explored;

use common::naive::{bounds, to_the_end};
use explored::{BROKEN, COUNTS};
use paxos_playground::check::explore::{Bounds, Verdict, explore};
use paxos_playground::paxos::registry;
use paxos_playground::run;
use paxos_playground::scenario::{MAX_TIME, Scenario};

const PMMC: &str =
    "system=pmmc&gc=0&resend=0s&catch-up=0s&patience=0s&retry=0s&commands=1&replicas=1&leaders=2&clients=1";

fn duel(link: &str, words: &str) -> (Option<Scenario>, Verdict, u32) {
    let goals = registry::about(Scenario::from_link(link).0.system).expect("a system").goals;
    let goal = goals.iter().position(|goal| goal.name == "five-preemptions");
    let (exploration, verdict) = to_the_end(link, Bounds { goal, most_states: 500_000, ..bounds(words) });
    (exploration.witness(), verdict, exploration.progress().depth)
}

#[test]
fn five_preemptions_in_a_row_are_found_on_a_shortest_way() {
    for (link, words, steps) in [
        ("acceptors=3&proposers=2&learners=0", "rounds=5", 21),
        ("acceptors=3&proposers=2&learners=0", "rounds=5 symmetry", 21),
        ("acceptors=3&proposers=3&learners=0", "rounds=3 symmetry", 19),
        ("acceptors=1&proposers=2&learners=0&backoff=0s", "rounds=6", 17),
        (PMMC, "rounds=5", 25),
    ] {
        let (witness, verdict, depth) = duel(link, words);
        assert_eq!((verdict, depth), (Verdict::Reached, steps), "{link} {words}");
        let witness = witness.expect("a way");
        let (mut run, notices) = run::open(&Scenario::from_link(&witness.link()).0);
        assert_eq!(notices, []);
        run.advance(MAX_TIME, u64::MAX);
        let preemptions = run.metrics().preemptions;
        assert_eq!((preemptions, run.chosen().len()), (5, 0), "{link} {words}");
        assert!(run.properties().iter().all(|property| property.broken.is_none()), "{link} {words}");
        let mut shorter = witness.clone();
        shorter.plan.pop();
        let (mut run, _) = run::open(&shorter);
        run.advance(MAX_TIME, u64::MAX);
        assert_eq!(run.metrics().preemptions, 4, "{link} {words}: the last step is the fifth");
    }
}

/// As long as it is not over, no way is as short as the depth says.
#[test]
fn a_guided_search_tells_how_far_nothing_was_found() {
    let scenario = Scenario::from_link("acceptors=3&proposers=2&learners=0").0;
    let goal = scenario.about().goals.iter().position(|goal| goal.name == "five-preemptions");
    let (mut exploration, _) = explore(&scenario, Bounds { goal, ..bounds("rounds=5 symmetry") });
    let mut before = 0;
    while exploration.go_on(500) == Verdict::Open {
        let depth = exploration.progress().depth;
        assert!((before..21).contains(&depth), "{before}, then {depth}");
        before = depth;
    }
    assert_eq!((before, exploration.progress().depth), (20, 21));
}

/// Whoever is preempted goes above the round that it hears of: two proposers that preempt each other leave one out.
#[test]
fn too_few_rounds_are_told() {
    for (link, words) in [
        ("acceptors=3&proposers=2&learners=0", "rounds=3"),
        ("acceptors=3&proposers=3&learners=0", "rounds=1"),
        (PMMC, "rounds=2"),
    ] {
        let (witness, verdict, _) = duel(link, words);
        assert_eq!((witness, verdict), (None, Verdict::Holds), "{link} {words}");
    }
}

/// Messages of no use are forgotten: fewer states, and every verdict and every shortest way is as it was.
#[test]
fn forgetting_what_nobody_can_act_on_changes_no_answer() {
    let mut fewer = Vec::new();
    let counts = COUNTS.iter().map(|(link, words, _)| (link.to_string(), *words));
    let broken = BROKEN.iter().map(|(rule, nodes, words, _)| (format!("{nodes}&break={rule}"), *words));
    for (link, words) in counts.chain(broken) {
        let limits = Bounds { most_states: 200_000, ..bounds(words) };
        let (whole, verdict) = to_the_end(&link, limits);
        if verdict == Verdict::Full {
            continue;
        }
        let (folded, same) = to_the_end(&link, Bounds { forget: true, ..limits });
        let property = |verdict: Verdict| match verdict {
            Verdict::Violated { property, .. } => Some(property),
            verdict => (verdict != Verdict::Holds).then_some("another verdict"),
        };
        let (verdict, same) = (property(verdict), property(same));
        let (whole, folded) = (whole.progress(), folded.progress());
        assert_eq!(same, verdict, "{link} {words}");
        match verdict {
            Some(_) => assert_eq!(folded.depth, whole.depth, "{link} {words}"),
            None => fewer.push((whole.states, folded.states)),
        }
    }
    assert_eq!(fewer, FEWER);
}

/// States within the bounds of [`COUNTS`], and of [`BROKEN`] where nothing breaks: in all, and without messages of no use.
const FEWER: &[(u64, u64)] = &[
    (8, 6),
    (425, 72),
    (936, 405),
    (5_556, 1_104),
    (720, 628),
    (1_156, 324),
    (51_984, 6_705),
    (792, 527),
    (171, 91),
    (610, 610),
    (64_413, 4_006),
];
