//! The endless rounds, explored: shortest counterexamples, exact counts, goals.

mod hand;
mod naive;

use hand::{bounds, breaks_on_the_stage, explored};
use paxos_playground::check::explore::{Bounds, Verdict};
use paxos_playground::paxos::rounds::Rounds;
use paxos_playground::paxos::rounds::knobs::RULE_NAMES;
use paxos_playground::paxos::{Micros, System};
use paxos_playground::run;
use paxos_playground::scenario::Scenario;
use paxos_playground::sim::settings;

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
        let (exploration, verdict) = explored(&format!("{link}&break={rule}"), limits);
        assert!(
            matches!(verdict, Verdict::Violated { property: found, .. } if found == *property),
            "{rule}: {verdict:?}"
        );
        assert_eq!(breaks_on_the_stage(&*exploration, property), *steps, "{rule}");
        let (_, verdict) = explored(&link, Bounds { most_states: exploration.progress().states, ..limits });
        assert!(matches!(verdict, Verdict::Holds | Verdict::Full), "{rule}: {verdict:?}");
    }
    assert_eq!(SHORTEST.iter().map(|(rule, ..)| *rule).collect::<Vec<_>>(), RULE_NAMES);
}

/// Small bounds with their exact counts: states, transitions, depth, terminal, chosen.
const COUNTS: &[(&str, &str, [u64; 5])] = &[
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
    let (mut table, mut wrong) = (String::new(), false);
    for (link, words, expected) in COUNTS {
        let whole = format!("system=rounds&{link}");
        let mut limits = bounds(words);
        let (exploration, verdict) = explored(&whole, limits);
        assert_eq!(verdict, Verdict::Holds, "{link}");
        let knobs = Scenario::from_link(&whole).0.knobs;
        let system = Rounds::configure(&knobs, &mut Vec::new());
        let world = settings::Settings::read(Rounds::ABOUT, &knobs);
        if world.failure.0 > 0 {
            limits.failing =
                if world.all_fail { system.proposers().or(system.acceptors()) } else { system.acceptors() };
        }
        let [fast, slow] = [exploration.progress(), naive::explore(system, limits)];
        let [fast, slow] = [fast, slow].map(|p| [p.states, p.transitions, u64::from(p.depth), p.terminal, p.chosen]);
        assert_eq!(fast, slow, "{link} {words}");
        wrong |= fast != *expected;
        table += &format!("    (\"{link}\", \"{words}\", {fast:?}),\n");
    }
    assert!(!wrong, "the counts are now\n{table}");
}

#[test]
fn a_failure_that_the_explorer_tried_is_one_on_the_stage_too() {
    // A round given up although its value is chosen takes a vote whose answer is lost, or a proposer that fails over it.
    let goal = Rounds::ABOUT.goals.iter().position(|goal| goal.name == "chosen-given-up");
    let (exploration, verdict) = explored("system=rounds&acceptors=1", Bounds { goal, ..bounds("") });
    assert_eq!(verdict, Verdict::Reached);
    let (mut run, _) = run::open(&exploration.witness().expect("a way"));
    run.advance(Micros(MINUTE.0 * 10), u64::MAX);
    assert_eq!(run.chosen().len(), 1);
    assert!(run.chosen()[0].learned.is_empty());
    let goal = Some(2);
    let (exploration, verdict) = explored("system=rounds&acceptors=2&proposers=2", Bounds { goal, ..bounds("once") });
    assert_eq!(verdict, Verdict::Reached, "{:?}", exploration.progress());
    let (mut run, _) = run::open(&exploration.witness().expect("a way"));
    run.advance(Micros(MINUTE.0 * 10), u64::MAX);
    let log = run.log(0, u64::MAX);
    let last = log.last().and_then(|entry| entry.explanations.last()).expect("the last event is explained");
    assert!(last.text.contains("must adopt"), "{last:?}");
}
