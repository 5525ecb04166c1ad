//! The explorer, done naively: whole states in a set, actors run every time, nothing remembered.

#![allow(dead_code, reason = "each binary uses a part of it")]

#[path = "bounds.rs"]
mod words;

#[allow(unused_imports, reason = "as above")]
pub use words::bounds;

use paxos_playground::check::Ledger;
use paxos_playground::check::explore::{Bounds, Exploration, Network, Progress, Verdict, explore};
use paxos_playground::paxos::{Fact, Failing, Input, NodeId, NodeSet, Outbox, Renaming, Slot, System, Timer};
use paxos_playground::run;
use paxos_playground::scenario::{MAX_TIME, Scenario};
use paxos_playground::sim::Settings;
use std::collections::{BTreeMap, HashSet};

/// A whole state.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Whole<A, M, L> {
    nodes: Vec<(bool, A)>,
    network: BTreeMap<(NodeId, NodeId, M), u8>,
    ledger: L,
    faults: [u8; 3],
}

type State<S> = Whole<<S as System>::Actor, <S as System>::Message, Ledger<<S as System>::Value>>;

/// Explores `S` within bounds in the plainest way there is.
pub struct Naive<S: System> {
    pub system: S,
    pub bounds: Bounds,
}

impl<S: System> Naive<S> {
    /// The system of a link, in which fails who fails there.
    pub fn of(link: &str, mut bounds: Bounds) -> Self {
        let knobs = scenario(link).knobs;
        let system = S::configure(&knobs, &mut Vec::new());
        let settings = Settings::read(S::ABOUT, &knobs);
        if settings.failure.0 > 0 {
            let everyone = NodeSet::range(0, system.members().len());
            bounds.failing = if settings.all_fail { everyone } else { system.quorums(Slot::ONLY).acceptors };
        }
        Self { system, bounds }
    }

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
        for fact in out.facts.iter().filter(|fact| {
            !matches!(fact, Fact::Began(_) | Fact::Preempted(_) | Fact::Answered(_) | Fact::Performed(..))
        }) {
            next.ledger.enter(&self.system, id, fact);
        }
        Some(next)
    }

    fn initial(&self) -> State<S> {
        let nodes = self.system.members().len();
        let actors = (0..nodes).map(|node| (true, self.system.initial(NodeId(node as u8))));
        let mut state = Whole {
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
            let (from, told) = (*from, self.system.failing(message) == Failing::Told);
            let fault = (told && self.bounds.failing.contains(*to)).then_some(Input::Fault { from, message });
            for input in [Some(Input::Message { from, message }), fault].into_iter().flatten() {
                let Some(mut next) = self.step(state, to.index(), Some(input), true, actor.clone()) else { continue };
                if next != *state && self.bounds.network == Network::Once {
                    // A delivery that does nothing is no step: the message may as well stay.
                    let left = next.network.get_mut(&(from, *to, message.clone())).expect("it was there");
                    *left -= 1;
                    next.network.retain(|_, copies| *copies > 0);
                }
                found.push(next);
            }
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

    fn renamed(&self, state: &State<S>, renaming: &Renaming) -> State<S> {
        let mut renamed = state.clone();
        for (node, (up, actor)) in state.nodes.iter().enumerate() {
            let mut actor = actor.clone();
            self.system.rename_actor(&mut actor, renaming);
            renamed.nodes[renaming.node(NodeId(node as u8)).index()] = (*up, actor);
        }
        renamed.network.clear();
        for ((from, to, message), copies) in &state.network {
            let mut message = message.clone();
            self.system.rename_message(&mut message, renaming);
            renamed.network.insert((renaming.node(*from), renaming.node(*to), message), *copies);
        }
        renamed.ledger = state.ledger.renamed(renaming);
        renamed
    }
}

/// The scenario of a link that is understood.
pub fn scenario(link: &str) -> Scenario {
    let (scenario, notices) = Scenario::from_link(link);
    assert!(notices.is_empty(), "{notices:?}");
    scenario
}

/// Explores until a verdict.
pub fn to_the_end(link: &str, bounds: Bounds) -> (Box<dyn Exploration>, Verdict) {
    let (mut exploration, notices) = explore(&scenario(link), bounds);
    assert!(notices.is_empty(), "{notices:?}");
    let verdict = exploration.go_on(u64::MAX);
    (exploration, verdict)
}

/// Small bounds with their exact counts: link, bounds, and states, transitions, depth, terminal, chosen.
pub type Counts = [(&'static str, &'static str, [u64; 5])];

/// Explores each of `table` both ways and holds the counts to each other and to the table. `common` stands before each
/// of its links.
pub fn counts_are_those_of_a_naive_exploration<S: System>(common: &str, table: &Counts) {
    let mut now = String::new();
    let mut wrong = false;
    for (link, words, expected) in table {
        let bounds = bounds(words);
        let whole = format!("{common}&{link}");
        let (exploration, verdict) = to_the_end(&whole, bounds);
        assert!(matches!(verdict, Verdict::Holds | Verdict::Violated { .. }), "{link}: {verdict:?}");
        let fast = exploration.progress();
        let slow = Naive::<S>::of(&whole, bounds).explore();
        let counts = |p: Progress| [p.states, p.transitions, u64::from(p.depth), p.terminal, p.chosen];
        if verdict == Verdict::Holds {
            assert_eq!(counts(fast), counts(slow), "{link} {words}");
        }
        wrong |= counts(fast) != *expected;
        now += &format!("    (\"{link}\", \"{words}\", {:?}),\n", counts(fast));
    }
    assert!(!wrong, "the counts are now\n{now}");
}

/// The way to what was found, reopened from its link, breaks that property on the stage, and does so at its last event.
pub fn the_witness_breaks(property: &str, exploration: &dyn Exploration, link: &str) {
    let witness = exploration.witness().expect("a way");
    let reopened = scenario(&witness.link());
    assert_eq!(reopened, witness, "{link}: the link holds the whole way");
    let (mut run, _) = run::open(&reopened);
    run.advance(MAX_TIME, u64::MAX);
    let broken = run.properties().into_iter().find(|view| view.name == property).and_then(|view| view.broken);
    let (event, _) = broken.unwrap_or_else(|| panic!("{link}: {property} holds on the stage"));
    assert_eq!(event + 1, run.events(), "{link}: it breaks at the last event");
}

/// The property that a link breaks after how many steps, on the stage too.
pub fn breaks_on_the_stage(link: &str, bounds: Bounds) -> (&'static str, u32) {
    let (exploration, verdict) = to_the_end(link, bounds);
    let Verdict::Violated { property, .. } = verdict else { panic!("{link}: {verdict:?}") };
    the_witness_breaks(property, &*exploration, link);
    (property, exploration.progress().depth)
}

/// The same for a rule that is switched off in `link`; with the rule kept, as many states hold.
pub fn breaks_without(rule: &str, link: &str, bounds: Bounds) -> (&'static str, u32) {
    let broken = format!("{link}&break={rule}");
    let found = breaks_on_the_stage(&broken, bounds);
    let most_states = to_the_end(&broken, bounds).0.progress().states;
    let (_, verdict) = to_the_end(link, Bounds { most_states, ..bounds });
    assert!(matches!(verdict, Verdict::Holds | Verdict::Full), "{rule}: {verdict:?}");
    found
}
