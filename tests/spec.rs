//! The specification: against TLC, against its readable form, with rules switched off, and refined by the actors.

#[path = "common/peer.rs"]
mod peer;

use paxos_playground::check::explore::{
    Bounds, Exploration, Network, Space, Successor, Verdict, explore, specification,
};
use paxos_playground::check::spec::paxos::{RULES, Rules, State};
use paxos_playground::check::spec::{Packed, SpecBounds};
use paxos_playground::paxos::synod::Synod;
use paxos_playground::paxos::{Fact, Micros, NodeSet, Slot, System};
use paxos_playground::run;
use paxos_playground::scenario::{MAX_TIME, Scenario};
use paxos_playground::sim::{Moment, Watch, World};
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

/// What actors do, as the specification's actions, in the order in which they do it. Ballots are those of the proposers
/// in their order; values are numbered as they are first proposed.
#[derive(Default)]
struct Actions {
    acceptors: NodeSet,
    values: Vec<String>,
    done: Vec<String>,
}

impl Watch<Synod> for Actions {
    fn observe(&mut self, moment: Moment, fact: &Fact<<Synod as System>::Value>) {
        let a = self.acceptors.iter().position(|node| node == moment.node).map_or(0, |at| at + 1);
        let action = match fact {
            Fact::Began(ballot) => format!("Phase1a({})", ballot.owner.0),
            Fact::Promised(_) => format!("Phase1b(a{a})"),
            Fact::Proposed(_, ballot, value) => {
                let value = value.to_string();
                let v = self.values.iter().position(|known| *known == value).unwrap_or_else(|| {
                    self.values.push(value);
                    self.values.len() - 1
                });
                format!("Phase2a({}, v{})", ballot.owner.0, v + 1)
            }
            Fact::Voted(..) => format!("Phase2b(a{a})"),
            _ => return,
        };
        // A ballot that is begun again is the same ballot.
        if !(action.starts_with("Phase1a") && self.done.contains(&action)) {
            self.done.push(action);
        }
    }
}

/// The actors of the scenario do those actions and no others, and the stage says that agreement is broken.
fn assert_follows(scenario: &Scenario, begins: &[u8], expected: &[String], what: &str) {
    let system = Synod::configure(&scenario.knobs, &mut Vec::new());
    let mut actions = Actions { acceptors: system.quorums(Slot::ONLY).acceptors, ..Actions::default() };
    let mut world = World::new(system, scenario.knobs.clone(), scenario.seed, scenario.plan.clone(), 1 << 20);
    world.advance(MAX_TIME, u64::MAX, &mut actions);
    let extra: Vec<_> = begins.iter().map(|b| format!("Phase1a({b})")).collect();
    let (begun, done): (Vec<_>, Vec<_>) = actions.done.into_iter().partition(|action| extra.contains(action));
    assert_eq!((begun, &done[..]), (extra, expected), "{what}");
    let (reopened, notices) = Scenario::from_link(&scenario.link());
    assert!(notices.is_empty() && reopened == *scenario, "{what}: {notices:?}");
    let mut run = run::open(&reopened).0;
    run.advance(Micros(MAX_TIME.0), u64::MAX);
    let agreement = run.properties().into_iter().find(|property| property.name == "agreement");
    assert!(agreement.is_some_and(|property| property.broken.is_some()), "{what}: {}", scenario.link());
}

#[test]
fn actors_do_the_very_schedule_of_a_counterexample() {
    let larger =
        [("small-quorum", [4, 3, 3, 0, 0]), ("ignore-accepted", [5, 2, 2, 0, 0]), ("reuse-ballot", [5, 3, 1, 0, 0])];
    let usual = BROKEN.iter().filter(|(_, _, depth)| depth.is_some()).map(|(rule, size, _)| (*rule, *size));
    let uneven = [("forget-promise", [4, 2, 2, 3, 2]), ("reuse-ballot", [3, 2, 1, 3, 1])];
    for (rule, size) in usual.chain(larger).chain(uneven) {
        let (exploration, verdict) = to_the_end(bounds(size, SpecBounds::rule(rule).unwrap()), Bounds::default());
        assert!(matches!(verdict, Verdict::Violated { .. }), "{rule} {size:?}: {verdict:?}");
        let sentences = exploration.sentences();
        let name = |sentence: &String| sentence.split(':').next().unwrap_or_default().to_owned();
        let followed =
            exploration.followed().unwrap().unwrap_or_else(|at| panic!("{rule} {size:?}: no {}", sentences[at]));
        assert_eq!(followed.steps.len(), sentences.len(), "{rule}");
        assert_eq!(followed.begins, if rule == "promise-broadcast" { &[1][..] } else { &[] }, "{rule}");
        let expected: Vec<_> = sentences.iter().map(name).collect();
        assert_follows(&followed.scenario, &followed.begins, &expected, rule);
        assert!(followed.scenario.link().contains(&format!("break={rule}")));
        assert!(sentences.last().is_some_and(|last| last.ends_with("is chosen.")), "{sentences:?}");
    }
}

/// With any one, two or three rules off, whatever shortest counterexample there is among so many states.
#[test]
fn no_counterexample_is_beyond_the_actors() {
    let mut counterexamples = 0;
    for broken in (1u32..1 << RULES.len()).filter(|broken| broken.count_ones() <= 3) {
        for size in [[1, 2, 2, 0, 0], [2, 2, 2, 0, 0], [3, 2, 2, 0, 0], [3, 3, 3, 0, 0], [4, 2, 2, 0, 0]] {
            let limits = Bounds { most_states: 20_000, ..Bounds::default() };
            let (exploration, verdict) = to_the_end(bounds(size, broken), limits);
            assert_eq!(exploration.followed().is_some(), matches!(verdict, Verdict::Violated { .. }));
            if let Some(followed) = exploration.followed() {
                counterexamples += 1;
                assert!(followed.is_ok(), "{broken:b} {size:?}: {followed:?} of {:?}", exploration.sentences());
            }
        }
    }
    assert!(counterexamples > 200, "{counterexamples}");
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
