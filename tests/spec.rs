//! The specification: against TLC, against its readable form, with rules switched off, and refined by the actors.

#[path = "common/peer.rs"]
mod peer;

use paxos_playground::check::explore::{
    Bounds, Exploration, Network, Space, Successor, Verdict, explore, specification,
};
use paxos_playground::check::spec::paxos::{RULES, Rules, State};
use paxos_playground::check::spec::{Packed, SpecBounds};
use paxos_playground::scenario::Scenario;
use std::collections::{HashSet, VecDeque};

/// `[acceptors, values, ballots, q1, q2]`, then distinct states and the depth in actions.
///
/// All of them are also what TLC says (version 2.15, rev d5b5a7f, on 2026-11-21) of `tests/tla/Paxos.tla` with those
/// constants, run with `-deadlock -workers 1`. TLC counts the states on a way, which is one more than the actions.
const TLC: &[([u8; 5], u64, u32)] = &[
    ([2, 2, 2, 2, 2], 145, 12),
    ([3, 1, 2, 2, 2], 1_681, 16),
    ([3, 2, 2, 2, 2], 3_921, 16),
    ([3, 2, 2, 3, 1], 513, 16),
    ([4, 2, 2, 3, 2], 20_609, 20),
    ([3, 2, 3, 2, 2], 185_369, 24),
];

fn bounds([acceptors, values, ballots, q1, q2]: [u8; 5], broken: u32) -> SpecBounds {
    SpecBounds { acceptors, values, ballots, q1, q2, broken }
}

fn to_the_end(bounds: SpecBounds, limits: Bounds) -> (Box<dyn Exploration>, Verdict) {
    let mut exploration = specification(bounds, limits).expect("good bounds");
    let verdict = exploration.go_on(u64::MAX);
    (exploration, verdict)
}

#[test]
fn distinct_states_and_depth_are_those_of_tlc() {
    for (size, states, depth) in TLC {
        let (exploration, verdict) = to_the_end(bounds(*size, 0), Bounds::default());
        let progress = exploration.progress();
        assert_eq!((verdict, progress.states, progress.depth), (Verdict::Holds, *states, *depth), "{size:?}");
        assert_eq!(peer::specification(&bounds(*size, 0)), (*states, progress.transitions), "{size:?}, Stateright");
        let exact = Bounds { exact: true, ..Bounds::default() };
        assert_eq!(to_the_end(bounds(*size, 0), exact).0.progress().states, *states, "{size:?}, exactly");
    }
}

/// Walks both forms together, and finds the same successors of every state with every set of rules.
#[test]
fn the_form_in_bits_is_the_readable_one() {
    for broken in (0..RULES.len()).map(|rule| 1 << rule).chain([0, 0b100_1010, 0b1_0110_0001]) {
        let bounds = bounds([3, 2, 2, 0, 0], broken & 0xFF);
        let rules: Rules = bounds.rules().expect("good bounds");
        let mut packed = Packed::new(bounds).expect("good bounds");
        let mut first = Vec::new();
        let fingerprint = packed.initial(&mut first);
        let mut seen = HashSet::from([first.clone()]);
        let mut queue = VecDeque::from([(first, fingerprint)]);
        while let Some((state, fingerprint)) = queue.pop_front().filter(|_| seen.len() < 3000) {
            let readable = packed.unpack(&state);
            let expected = peer::actions_of(&bounds).into_iter().filter_map(|action| readable.step(rules, action));
            let mut expected: Vec<State<u8, u8>> = expected.filter(|next| *next != readable).collect();
            let mut found: Vec<Successor> = Vec::new();
            packed.expand(&state, fingerprint, &mut found);
            let mut actual = Vec::new();
            for successor in found {
                let mut next = Vec::new();
                packed.build(&state, successor.action, &mut next);
                actual.push(packed.unpack(&next));
                if seen.insert(next.clone()) {
                    queue.push_back((next, successor.fingerprint));
                }
            }
            expected.sort();
            actual.sort();
            assert_eq!(expected, actual, "with {broken:b} off, after {readable:?}");
            let values: HashSet<_> = readable.chosen(rules).into_iter().map(|(_, value)| value).collect();
            let standing = packed.judge(&state);
            assert_eq!((standing.chosen, standing.found.is_some()), (!values.is_empty(), values.len() > 1));
        }
    }
}

/// Each rule switched off: how many acceptors, values and ballots it takes until two values are chosen, and the fewest
/// actions. `equal-only` costs progress, not safety: it breaks nothing within this bound.
const BROKEN: &[(&str, [u8; 5], Option<u32>)] = &[
    ("promise-broadcast", [3, 2, 2, 0, 0], Some(9)),
    ("forget-promise", [3, 2, 2, 0, 0], Some(12)),
    ("ignore-accepted", [3, 2, 2, 0, 0], Some(12)),
    ("adopt-lowest", [3, 2, 3, 0, 0], Some(17)),
    ("equal-only", [3, 2, 3, 0, 0], None),
    ("no-raise", [3, 2, 3, 0, 0], Some(17)),
    ("reuse-ballot", [3, 2, 1, 0, 0], Some(9)),
    ("small-quorum", [3, 2, 2, 0, 0], Some(8)),
];

#[test]
fn every_rule_is_found_out_with_the_fewest_actions() {
    assert_eq!(BROKEN.len(), RULES.len());
    let mut found = Vec::new();
    for (rule, size, _) in BROKEN {
        let mask = SpecBounds::rule(rule).expect("a rule");
        let (exploration, verdict) = to_the_end(bounds(*size, mask), Bounds::default());
        found.push((
            *rule,
            *size,
            match verdict {
                Verdict::Violated { property, .. } => {
                    assert_eq!(property, "agreement");
                    assert_eq!(exploration.sentences().len(), exploration.progress().depth as usize);
                    Some(exploration.progress().depth)
                }
                _ => None,
            },
        ));
        assert_eq!(to_the_end(bounds(*size, 0), Bounds::default()).1, Verdict::Holds, "{rule} on");
    }
    assert_eq!(found, BROKEN);
}

fn scenario(link: &str) -> Scenario {
    let (scenario, notices) = Scenario::from_link(link);
    assert!(notices.is_empty(), "{notices:?}");
    scenario
}

fn refined(link: &str, bounds: Bounds) -> (Box<dyn Exploration>, Verdict) {
    let (mut exploration, notices) = explore(&scenario(link), Bounds { refines: true, ..bounds });
    assert!(notices.is_empty(), "{notices:?}");
    let verdict = exploration.go_on(u64::MAX);
    (exploration, verdict)
}

#[test]
fn the_actors_refine_the_specification() {
    for (link, bounds) in [
        ("acceptors=3&proposers=2&learners=0&resend=0s", Bounds { network: Network::Once, ..Bounds::default() }),
        ("acceptors=2&proposers=2&learners=0&resend=0s", Bounds { crashes: 1, restarts: 1, ..Bounds::default() }),
        ("acceptors=2&proposers=1&learners=1&told=proposer", Bounds { rounds: 2, ..Bounds::default() }),
        ("acceptors=3&proposers=1&learners=0&q1=3&q2=1&resend=0s", Bounds { rounds: 2, ..Bounds::default() }),
    ] {
        assert_eq!(refined(link, bounds).1, Verdict::Holds, "{link}");
    }
}

/// The mapping adds nothing to a state that the set of messages does not tell: what it says is of the actors alone.
#[test]
fn the_mapping_adds_no_states_to_those_of_the_actors() {
    let link = "acceptors=2&proposers=2&learners=0&resend=0s";
    let (with, verdict) = refined(link, Bounds::default());
    let (mut without, _) = explore(&scenario(link), Bounds::default());
    assert_eq!((verdict, without.go_on(u64::MAX)), (Verdict::Holds, Verdict::Holds));
    assert_eq!(with.progress().states, without.progress().states);
}

#[test]
fn a_step_that_the_specification_has_not_is_found() {
    for rule in ["promise-broadcast", "forget-promise", "ignore-accepted", "small-quorum", "no-raise"] {
        let link = format!("acceptors=3&proposers=2&learners=0&resend=0s&break={rule}");
        let (exploration, verdict) = refined(&link, Bounds { rounds: 2, network: Network::Once, ..Bounds::default() });
        let Verdict::Violated { property, what } = verdict else { panic!("{rule}: {verdict:?}") };
        assert_eq!(property, "refines Paxos.tla", "{rule}: {what}");
        assert!(exploration.witness().is_some());
    }
}
