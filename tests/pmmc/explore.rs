//! Every interleaving of small runs, against a naive exploration; goals; and the shortest ways to go wrong.

use super::naive::{Counts, bounds, breaks_on_the_stage, counts_are_those_of_a_naive_exploration, to_the_end};
use paxos_playground::check::explore::{Bounds, Verdict};
use paxos_playground::paxos::pmmc::Pmmc;
use paxos_playground::paxos::pmmc::knobs::RULE_NAMES;
use paxos_playground::paxos::registry;
use paxos_playground::run;
use paxos_playground::scenario::MAX_TIME;

/// Nothing is repeated, collected or transferred: within the bounds the network does that.
const QUIET: &str = "system=pmmc&gc=0&resend=0s&catch-up=0s&patience=0s&retry=0s&commands=1";

fn link(settings: &str) -> String {
    format!("{QUIET}&{settings}")
}

/// Small bounds with their exact counts: states, transitions, depth, terminal, chosen.
const COUNTS: &Counts = &[
    ("replicas=1&leaders=1&acceptors=1&clients=1", "", [24, 35, 11, 1, 8]),
    ("replicas=1&leaders=1&acceptors=3&clients=1", "", [948, 2947, 19, 6, 768]),
    ("replicas=1&leaders=2&acceptors=1&clients=1", "", [940, 2902, 20, 7, 752]),
    ("replicas=1&leaders=1&acceptors=1&clients=2", "", [536, 1128, 20, 20, 456]),
    ("replicas=2&leaders=1&acceptors=1&clients=1", "", [120, 285, 14, 3, 80]),
    ("replicas=1&leaders=1&acceptors=2&clients=1", "once crashes=1 restarts=1", [487, 1280, 17, 15, 62]),
];

#[test]
fn counts_are_exact_and_equal_those_of_a_naive_exploration() {
    counts_are_those_of_a_naive_exploration::<Pmmc>(QUIET, COUNTS);
}

#[test]
fn two_leaders_and_three_acceptors_hold_however_messages_overtake_one_another() {
    let limits = Bounds { most_states: 2_000_000, ..bounds("once") };
    let (exploration, verdict) = to_the_end(&link("replicas=1&leaders=2&acceptors=3&clients=1"), limits);
    assert_eq!(verdict, Verdict::Holds);
    assert_eq!(exploration.progress().states, 882_357);
}

#[test]
fn goals_are_reached_on_a_shortest_way() {
    let goals = registry::about("pmmc").expect("pmmc").goals;
    let shortest = [
        ("decided", "replicas=1&leaders=2&acceptors=3&clients=1", 13),
        ("answered", "replicas=1&leaders=1&acceptors=1&clients=1", 10),
        ("hole", "replicas=1&leaders=1&acceptors=1&clients=2", 11),
        ("two-leaders", "replicas=1&leaders=2&acceptors=3&clients=1", 10),
        ("decided-twice", "replicas=2&leaders=1&acceptors=1&clients=2", 16),
    ];
    // Those that count preemptions are found in `tests/explore_duel.rs`.
    let states = goals.iter().filter(|goal| goal.preemptions == 0);
    assert_eq!(shortest.map(|(name, ..)| name), states.map(|goal| goal.name).collect::<Vec<_>>()[..]);
    for (goal, (name, settings, steps)) in shortest.into_iter().enumerate() {
        let limits = Bounds { goal: Some(goal), most_states: 1_000_000, ..bounds("") };
        let (exploration, verdict) = to_the_end(&link(settings), limits);
        assert_eq!(verdict, Verdict::Reached, "{name}");
        assert_eq!(exploration.progress().depth, steps, "{name}");
        let (mut run, notices) = run::open(&exploration.witness().expect("a way"));
        assert_eq!(notices, []);
        run.advance(MAX_TIME, u64::MAX);
        assert!(run.properties().iter().all(|property| property.broken.is_none()), "{name}");
        assert_eq!(run.chosen().is_empty(), name == "two-leaders", "{name}");
    }
}

/// Every switch has one. That of `skip-window` breaks R5 and that of `perform-twice` "at most once", as the paper has
/// them: what one step of one node shows, the explorer judges too.
#[test]
fn the_shortest_counterexample_of_each_switch_breaks_the_same_property_on_the_stage() {
    let shortest = [
        ("ignore-accepted", "replicas=2&clients=2&acceptors=1", "", "safe proposals", 13),
        ("skip-window", "replicas=1&clients=2&leaders=1&acceptors=1&window=1", "", "invariant R5", 4),
        ("perform-twice", "replicas=2&clients=2&leaders=1&acceptors=1", "", "at most once", 16),
        ("forget-promise", "replicas=1&clients=1", "", "promises honoured", 4),
        ("small-quorum", "replicas=1&clients=1", "", "safe proposals", 6),
        ("count-replies", "replicas=1&clients=1", "", "safe proposals", 7),
        ("no-p1-on-preempt", "replicas=1&clients=1", "rounds=2", "safe proposals", 8),
        ("amnesia", "replicas=1&clients=1", "crashes=1 restarts=1", "promises honoured", 6),
        (
            "reuse-ballot",
            "replicas=2&clients=2&leaders=1&acceptors=1",
            "crashes=1 restarts=1 rounds=2",
            "one value per ballot",
            13,
        ),
    ];
    assert!(RULE_NAMES.iter().all(|rule| shortest.iter().any(|(tested, ..)| tested == rule)));
    for (rule, settings, words, property, steps) in shortest {
        let limits = Bounds { most_states: 3_000_000, ..bounds(words) };
        let broken = link(&format!("{settings}&break={rule}"));
        assert_eq!(breaks_on_the_stage(&broken, limits), (property, steps), "{rule}");
        // With the rule on, nothing breaks within as many states.
        let limits = Bounds { most_states: 100_000, ..bounds(words) };
        let (_, verdict) = to_the_end(&link(settings), limits);
        assert!(matches!(verdict, Verdict::Holds | Verdict::Full), "{rule}: {verdict:?}");
    }
}
