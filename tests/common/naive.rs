//! The explorer, done naively: whole states in a set, actors run every time, nothing remembered.

#![allow(dead_code, reason = "each binary uses a part of it")]

use paxos_playground::check::Ledger;
use paxos_playground::check::explore::{Bounds, Network, Progress};
use paxos_playground::paxos::synod::{Actor, Message, Synod};
use paxos_playground::paxos::{Fact, Input, NodeId, NodeSet, Outbox, Renaming, System, Timer};
use std::collections::{BTreeMap, HashSet};

/// A whole state.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct State {
    nodes: Vec<(bool, Actor)>,
    network: BTreeMap<(NodeId, NodeId, Message), u8>,
    ledger: Ledger<Synod>,
    faults: [u8; 3],
}

pub struct Naive {
    pub system: Synod,
    pub bounds: Bounds,
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
        for fact in out.facts.iter().filter(|fact| !matches!(fact, Fact::Began(_) | Fact::Preempted(_))) {
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

    /// Explores everything, or as many states as the bounds allow.
    pub fn explore(&self) -> Progress {
        let first = self.initial();
        let mut progress = Progress::default();
        let mut seen = HashSet::from([first.clone()]);
        let mut level = vec![first];
        while !level.is_empty() {
            let mut next = Vec::new();
            for state in &level {
                if seen.len() as u64 >= self.bounds.most_states {
                    progress.states = seen.len() as u64;
                    return progress;
                }
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

    /// How many states there are if those that one of the renamings turns into one another are one.
    pub fn orbits(&self, renamings: &[Renaming]) -> u64 {
        let mut seen = HashSet::from([self.initial()]);
        let mut queue: Vec<_> = seen.iter().cloned().collect();
        while let Some(state) = queue.pop() {
            queue.extend(self.successors(&state).into_iter().filter(|state| seen.insert(state.clone())));
        }
        let mut orbits = 0;
        while let Some(state) = seen.iter().next().cloned() {
            orbits += 1;
            renamings.iter().for_each(|renaming| _ = seen.remove(&self.renamed(&state, renaming)));
        }
        orbits
    }

    fn renamed(&self, state: &State, renaming: &Renaming) -> State {
        let mut renamed = state.clone();
        for (node, (up, actor)) in state.nodes.iter().enumerate() {
            let mut actor = actor.clone();
            self.system.rename_actor(&mut actor, renaming);
            renamed.nodes[renaming.node(NodeId(node as u8)).index()] = (*up, actor);
        }
        renamed.network.clear();
        for ((from, to, message), copies) in &state.network {
            let mut message = *message;
            self.system.rename_message(&mut message, renaming);
            renamed.network.insert((renaming.node(*from), renaming.node(*to), message), *copies);
        }
        renamed.ledger = state.ledger.renamed(renaming);
        renamed
    }
}
