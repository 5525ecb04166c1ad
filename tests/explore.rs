//! The explorer against a deliberately naive one: whole states in a set, actors run every time, nothing remembered.

mod common;

use paxos_playground::check::Ledger;
use paxos_playground::check::explore::{Bounds, Exploration, Network, Progress, Verdict, explore};
use paxos_playground::paxos::synod::{Actor, Message, Synod};
use paxos_playground::paxos::{Fact, Input, NodeId, NodeSet, Outbox, System, Timer};
use paxos_playground::run;
use paxos_playground::scenario::{MAX_TIME, Scenario};
use std::collections::{BTreeMap, HashSet};

/// A whole state.
#[derive(Clone, PartialEq, Eq, Hash)]
struct State {
    nodes: Vec<(bool, Actor)>,
    network: BTreeMap<(NodeId, NodeId, Message), u8>,
    ledger: Ledger<Synod>,
    faults: [u8; 3],
}

struct Naive {
    system: Synod,
    bounds: Bounds,
}

impl Naive {
    /// Lets a node take a step; `None` if it goes beyond the bound on rounds.
    fn step(&self, state: &State, node: usize, input: Option<Input<Synod>>, up: bool, actor: Actor) -> Option<State> {
        let id = NodeId(node as u8);
        let mut next = state.clone();
        let mut actor = actor;
        let mut out = Outbox::default();
        if let Some(input) = input {
            self.system.handle(id, &mut actor, input, &mut out);
        }
        if self.system.round(&actor) > self.bounds.rounds {
            return None;
        }
        self.system.untimed(&mut actor);
        next.nodes[node] = (up, actor);
        for (to, message) in out.sends {
            for to in to.and(NodeSet::range(0, state.nodes.len())).iter() {
                let copies = next.network.entry((id, to, message)).or_insert(0);
                *copies = if self.bounds.network == Network::Set { 1 } else { *copies + 1 };
            }
        }
        for fact in
            out.facts.iter().filter(|fact| !matches!(fact, Fact::Began(_) | Fact::Preempted(_) | Fact::Answered(_)))
        {
            next.ledger.enter(&self.system, id, fact);
        }
        Some(next)
    }

    fn initial(&self) -> State {
        let nodes = self.system.members().len();
        let actors = (0..nodes).map(|node| (true, self.system.initial(NodeId(node as u8))));
        let mut state = State {
            nodes: actors.collect(),
            network: BTreeMap::new(),
            ledger: Ledger::default(),
            faults: [self.bounds.crashes, self.bounds.restarts, self.bounds.wipes],
        };
        for node in 0..nodes {
            let actor = state.nodes[node].1.clone();
            state = self.step(&state, node, Some(Input::Start), true, actor).expect("a start begins no round");
        }
        state
    }

    fn successors(&self, state: &State) -> Vec<State> {
        let mut found = Vec::new();
        for ((from, to, message), copies) in &state.network {
            let (up, actor) = &state.nodes[to.index()];
            if *copies == 0 || !up {
                continue;
            }
            let input = Input::Message { from: *from, message };
            let Some(mut next) = self.step(state, to.index(), Some(input), true, actor.clone()) else { continue };
            if next != *state && self.bounds.network == Network::Once {
                // A delivery that does nothing is no step: the message may as well stay.
                let left = next.network.get_mut(&(*from, *to, *message)).expect("it was there");
                *left -= 1;
                next.network.retain(|_, copies| *copies > 0);
            }
            found.push(next);
        }
        for (node, (up, actor)) in state.nodes.iter().enumerate() {
            let id = NodeId(node as u8);
            for timer in (0..16).map(Timer).filter(|timer| *up && self.system.armed(id, actor) >> timer.0 & 1 == 1) {
                found.extend(self.step(state, node, Some(Input::Timer(timer)), true, actor.clone()));
            }
            let faults = [
                up.then(|| (None, false, self.system.recover(id, actor))),
                (!up).then(|| (Some(Input::Restart), true, actor.clone())),
                Some((Some(Input::Restart), true, self.system.initial(id))),
            ];
            for (kind, fault) in faults.into_iter().enumerate() {
                let Some((input, up, actor)) = fault.filter(|_| state.faults[kind] > 0) else { continue };
                let Some(mut next) = self.step(state, node, input, up, actor) else { continue };
                if next != *state {
                    next.faults[kind] -= 1;
                    found.push(next);
                }
            }
        }
        found.retain(|next| next != state);
        found
    }

    fn explore(&self) -> Progress {
        let first = self.initial();
        let mut progress = Progress::default();
        let mut seen = HashSet::from([first.clone()]);
        let mut level = vec![first];
        while !level.is_empty() {
            let mut next = Vec::new();
            for state in &level {
                progress.chosen += u64::from(state.ledger.chosen(&self.system).next().is_some());
                let successors = self.successors(state);
                progress.transitions += successors.len() as u64;
                progress.terminal += u64::from(successors.is_empty());
                next.extend(successors.into_iter().filter(|state| seen.insert(state.clone())));
            }
            progress.depth += u32::from(!next.is_empty());
            level = next;
        }
        progress.states = seen.len() as u64;
        progress
    }
}

fn bounds(words: &str) -> Bounds {
    let mut bounds = Bounds::default();
    for word in words.split_whitespace() {
        match word.split_once('=') {
            Some(("rounds", n)) => bounds.rounds = n.parse().expect("a number"),
            Some(("crashes", n)) => bounds.crashes = n.parse().expect("a number"),
            Some(("restarts", n)) => bounds.restarts = n.parse().expect("a number"),
            Some(("wipes", n)) => bounds.wipes = n.parse().expect("a number"),
            None if word == "once" => bounds.network = Network::Once,
            _ => panic!("{word}"),
        }
    }
    bounds
}

fn scenario(link: &str) -> Scenario {
    let (scenario, notices) = Scenario::from_link(link);
    assert!(notices.is_empty(), "{notices:?}");
    scenario
}

fn to_the_end(link: &str, bounds: Bounds) -> (Box<dyn Exploration>, Verdict) {
    let (mut exploration, notices) = explore(&scenario(link), bounds);
    assert!(notices.is_empty(), "{notices:?}");
    let verdict = exploration.go_on(u64::MAX);
    (exploration, verdict)
}

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
