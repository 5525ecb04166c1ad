//! A deliberately naive exploration of any system: whole states in a set, actors run every time, nothing remembered.

use paxos_playground::check::Ledger;
use paxos_playground::check::explore::{Bounds, Network, Progress};
use paxos_playground::paxos::{Fact, Failing, Input, NodeId, NodeSet, Outbox, System, Timer};
use std::collections::{BTreeMap, HashSet};

/// A whole state.
struct State<S: System> {
    nodes: Vec<(bool, S::Actor)>,
    network: BTreeMap<(NodeId, NodeId, S::Message), u8>,
    ledger: Ledger<<S as System>::Value>,
    faults: [u8; 3],
}

/// What makes two states equal.
type Key<S> = (
    Vec<(bool, <S as System>::Actor)>,
    BTreeMap<(NodeId, NodeId, <S as System>::Message), u8>,
    Ledger<<S as System>::Value>,
    [u8; 3],
);

fn key<S: System>(state: &State<S>) -> Key<S> {
    (state.nodes.clone(), state.network.clone(), state.ledger.clone(), state.faults)
}

fn copy<S: System>(state: &State<S>) -> State<S> {
    let (nodes, network, ledger, faults) = key(state);
    State { nodes, network, ledger, faults }
}

fn same<S: System>(one: &State<S>, other: &State<S>) -> bool {
    (&one.nodes, &one.network, &one.ledger, one.faults) == (&other.nodes, &other.network, &other.ledger, other.faults)
}

struct Naive<S> {
    system: S,
    bounds: Bounds,
}

/// How many states there are and what they are like.
pub fn explore<S: System>(system: S, bounds: Bounds) -> Progress {
    Naive { system, bounds }.explore()
}

impl<S: System> Naive<S> {
    /// Lets a node take a step; `None` if it goes beyond the bound on rounds.
    fn step(
        &self,
        state: &State<S>,
        node: usize,
        input: Option<Input<S>>,
        up: bool,
        mut actor: S::Actor,
    ) -> Option<State<S>> {
        let id = NodeId(node as u8);
        let mut next = copy(state);
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
        for fact in out.facts.iter().filter(|fact| !matches!(fact, Fact::Began(_) | Fact::Preempted(_))) {
            next.ledger.enter(&self.system, id, fact);
        }
        Some(next)
    }

    fn initial(&self) -> State<S> {
        let nodes = self.system.members().len();
        let actors = (0..nodes).map(|node| (true, self.system.initial(NodeId(node as u8))));
        let mut state: State<S> = State {
            nodes: actors.collect(),
            network: BTreeMap::new(),
            ledger: Ledger::default(),
            faults: [self.bounds.crashes, self.bounds.restarts, self.bounds.wipes],
        };
        for node in 0..nodes {
            let actor = state.nodes[node].1.clone();
            state = self.step(&state, node, Some(Input::Start), true, actor).expect("a start is within the bounds");
        }
        state
    }

    fn deliveries(&self, state: &State<S>, found: &mut Vec<State<S>>) {
        for ((from, to, message), copies) in &state.network {
            let (up, actor) = &state.nodes[to.index()];
            if *copies == 0 || !up {
                continue;
            }
            let (from, fails) =
                (*from, self.bounds.failing.contains(*to) && self.system.failing(message) == Failing::Told);
            let fault = fails.then_some(Input::Fault { from, message });
            for input in [Some(Input::Message { from, message }), fault].into_iter().flatten() {
                let Some(mut next) = self.step(state, to.index(), Some(input), true, actor.clone()) else { continue };
                if !same(&next, state) && self.bounds.network == Network::Once {
                    // A delivery that does nothing is no step: the message may as well stay.
                    let left = next.network.get_mut(&(from, *to, message.clone())).expect("it was there");
                    *left -= 1;
                    next.network.retain(|_, copies| *copies > 0);
                }
                found.push(next);
            }
        }
    }

    fn successors(&self, state: &State<S>) -> Vec<State<S>> {
        let mut found = Vec::new();
        self.deliveries(state, &mut found);
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
                if !same(&next, state) {
                    next.faults[kind] -= 1;
                    found.push(next);
                }
            }
        }
        found.retain(|next| !same(next, state));
        found
    }

    fn explore(&self) -> Progress {
        let first = self.initial();
        let mut progress = Progress::default();
        let mut seen = HashSet::from([key(&first)]);
        let mut level = vec![first];
        while !level.is_empty() {
            let mut next = Vec::new();
            for state in &level {
                progress.chosen += u64::from(state.ledger.chosen(&self.system).next().is_some());
                let successors = self.successors(state);
                progress.transitions += successors.len() as u64;
                progress.terminal += u64::from(successors.is_empty());
                next.extend(successors.into_iter().filter(|state| seen.insert(key(state))));
            }
            progress.depth += u32::from(!next.is_empty());
            level = next;
        }
        progress.states = seen.len() as u64;
        progress
    }
}
