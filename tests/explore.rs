//! The explorer against a deliberately naive one: whole states in a set, actors run every time, nothing remembered.

#[path = "common/naive.rs"]
mod naive;

use naive::{Naive, bounds, scenario, to_the_end};
use paxos_playground::check::explore::{Bounds, Progress, Verdict};
use paxos_playground::paxos::System;
use paxos_playground::paxos::synod::Synod;
use paxos_playground::run;
use paxos_playground::scenario::MAX_TIME;

/// Small bounds with their exact counts: states, transitions, depth, terminal, chosen.
const COUNTS: &[(&str, &str, [u64; 5])] = &[
    ("acceptors=1&proposers=1&learners=0&resend=0s", "", [8, 8, 6, 1, 4]),
    ("acceptors=3&proposers=1&learners=0&resend=0s", "", [425, 1384, 14, 4, 352]),
    ("acceptors=3&proposers=1&learners=1&resend=0s&catch-up=0s", "once", [936, 2935, 13, 54, 825]),
    ("acceptors=2&proposers=2&learners=0&resend=0s", "", [5556, 26240, 25, 17, 4192]),
    ("acceptors=2&proposers=2&learners=0&resend=0s", "once", [720, 1820, 18, 12, 244]),
    ("acceptors=2&proposers=2&learners=0&refusal=silence", "", [1156, 3204, 22, 12, 832]),
    ("acceptors=2&proposers=1&learners=0&resend=0s", "crashes=1 restarts=1", [171, 444, 13, 4, 80]),
    ("acceptors=2&proposers=1&learners=1&told=proposer", "wipes=1", [610, 2111, 18, 2, 416]),
];

#[test]
fn counts_are_exact_and_equal_those_of_a_naive_exploration() {
    let mut table = String::new();
    let mut wrong = false;
    for (link, words, expected) in COUNTS {
        let bounds = bounds(words);
        let (exploration, verdict) = to_the_end(link, bounds);
        assert!(matches!(verdict, Verdict::Holds | Verdict::Violated { .. }), "{link}: {verdict:?}");
        let fast = exploration.progress();
        let system = Synod::configure(&scenario(link).knobs, &mut Vec::new());
        let slow = Naive { system, bounds }.explore();
        let counts = |p: Progress| [p.states, p.transitions, u64::from(p.depth), p.terminal, p.chosen];
        if verdict == Verdict::Holds {
            assert_eq!(counts(fast), counts(slow), "{link} {words}");
        }
        wrong |= counts(fast) != *expected;
        table += &format!("    (\"{link}\", \"{words}\", {:?}),\n", counts(fast));
    }
    assert!(!wrong, "the counts are now\n{table}");
}

#[test]
fn a_counterexample_is_a_scenario_in_which_the_property_breaks() {
    for (rule, words) in [
        ("ignore-accepted", ""),
        ("promise-broadcast", ""),
        ("forget-promise", ""),
        ("no-raise", "rounds=2"),
        ("small-quorum", ""),
        ("count-replies", ""),
        ("reuse-ballot", "crashes=1 restarts=1 rounds=2"),
        ("amnesia", "crashes=1 restarts=1"),
        ("reply-before-write", "crashes=1 restarts=1"),
    ] {
        let link = format!("acceptors=3&proposers=2&learners=1&resend=0s&catch-up=0s&break={rule}");
        let limits = Bounds { most_states: 3_000_000, ..bounds(words) };
        let (exploration, verdict) = to_the_end(&link, limits);
        let Verdict::Violated { property, .. } = verdict else { panic!("{rule}: {verdict:?}") };
        let witness = exploration.witness().expect("a way");
        let reopened = scenario(&witness.link());
        assert_eq!(reopened, witness, "{rule}: the link holds the whole way");
        let (mut run, _) = run::open(&reopened);
        run.advance(MAX_TIME, u64::MAX);
        let broken = run.properties().into_iter().find(|view| view.name == property).and_then(|view| view.broken);
        let (event, _) = broken.unwrap_or_else(|| panic!("{rule}: {property} holds on the stage"));
        assert_eq!(event + 1, run.events(), "{rule}: it breaks at the last event");
    }
}

#[test]
fn the_correct_system_holds_where_broken_ones_do_not() {
    let limits = Bounds { most_states: 400_000, ..bounds("once") };
    let (exploration, verdict) = to_the_end("acceptors=3&proposers=2&learners=0&resend=0s", limits);
    assert_eq!(verdict, Verdict::Holds);
    assert!(exploration.progress().chosen > 0);
}

#[test]
fn a_limit_ends_in_a_verdict_that_says_how_deep_it_got() {
    let limits = Bounds { most_states: 10_000, ..bounds("rounds=3") };
    let (exploration, verdict) = to_the_end("acceptors=5&proposers=3&learners=0", limits);
    assert_eq!(verdict, Verdict::Full);
    assert!(exploration.progress().depth > 3 && exploration.progress().states >= 10_000);
    assert!(exploration.witness().is_none());
}

#[test]
fn goals_are_reached_on_a_shortest_way() {
    for (goal, name) in ["chosen", "chosen-unknown", "two-in-phase-2", "majority-not-chosen"].iter().enumerate() {
        let limits = Bounds { goal: Some(goal), most_states: 3_000_000, ..bounds("") };
        let (exploration, verdict) = to_the_end("acceptors=3&proposers=2&learners=0&resend=0s", limits);
        assert_eq!(verdict, Verdict::Reached, "{name}");
        let (mut run, _) = run::open(&exploration.witness().expect("a way"));
        run.advance(MAX_TIME, u64::MAX);
        assert_eq!(run.chosen().is_empty(), goal >= 2, "{name}");
    }
}
