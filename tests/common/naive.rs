//! A deliberately naive explorer: whole states in a set, actors run every time, nothing remembered.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use paxos_playground::check::Ledger;
use paxos_playground::check::explore::{Bounds, Exploration, Network, Progress, Verdict, explore};
use paxos_playground::paxos::{Fact, Input, NodeId, NodeSet, Outbox, System, Timer};
use paxos_playground::scenario::Scenario;
use std::collections::{BTreeMap, HashSet};
use std::hash::{Hash, Hasher};

/// A whole state.
struct State<S: System> {
    nodes: Vec<(bool, S::Actor)>,
    network: BTreeMap<(NodeId, NodeId, S::Message), u8>,
    ledger: Ledger<S>,
    faults: [u8; 3],
}

// Derived, these would ask the same of the system itself.
impl<S: System> Clone for State<S> {
    fn clone(&self) -> Self {
        let Self { nodes, network, ledger, faults } = self;
        Self { nodes: nodes.clone(), network: network.clone(), ledger: ledger.clone(), faults: *faults }
    }
}

impl<S: System> PartialEq for State<S> {
    fn eq(&self, other: &Self) -> bool {
        (&self.nodes, &self.network, &self.ledger, self.faults)
            == (&other.nodes, &other.network, &other.ledger, other.faults)
    }
}

impl<S: System> Eq for State<S> {}

impl<S: System> Hash for State<S> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.nodes, &self.network, &self.ledger, self.faults).hash(state);
    }
}

/// An exploration that remembers nothing but whole states.
pub struct Naive<S: System> {
    pub system: S,
    pub bounds: Bounds,
}

impl<S: System> Naive<S> {
    /// Lets a node take a step; `None` if it goes beyond the bound on rounds.
    fn step(
        &self,
        state: &State<S>,
        node: usize,
        input: Option<Input<S>>,
        up: bool,
        actor: S::Actor,
    ) -> Option<State<S>> {
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
                let copies = next.network.entry((id, to, message.clone())).or_insert(0);
                *copies = if self.bounds.network == Network::Set { 1 } else { *copies + 1 };
            }
        }
        for fact in
            out.facts.iter().filter(|fact| !matches!(fact, Fact::Began(_) | Fact::Preempted(_) | Fact::Performed(..)))
        {
            next.ledger.enter(&self.system, id, fact);
        }
        Some(next)
    }

    fn initial(&self) -> State<S> {
        let nodes = self.system.members().len();
        let actors = (0..nodes).map(|node| (true, self.system.initial(NodeId(node as u8))));
        let mut state = State::<S> {
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

    fn successors(&self, state: &State<S>) -> Vec<State<S>> {
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
                let left = next.network.get_mut(&(*from, *to, message.clone())).expect("it was there");
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

    /// What there is within the bounds.
    pub fn explore(&self) -> Progress {
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

/// Bounds from words: `rounds=2 crashes=1 once`.
pub fn bounds(words: &str) -> Bounds {
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

pub fn scenario(link: &str) -> Scenario {
    let (scenario, notices) = Scenario::from_link(link);
    assert!(notices.is_empty(), "{notices:?}");
    scenario
}

pub fn to_the_end(link: &str, bounds: Bounds) -> (Box<dyn Exploration>, Verdict) {
    let (mut exploration, notices) = explore(&scenario(link), bounds);
    assert!(notices.is_empty(), "{notices:?}");
    let verdict = exploration.go_on(u64::MAX);
    (exploration, verdict)
}
