//! A run of any system driven by hand: every message is delivered when the test says so.
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub mod naive;

use paxos_playground::check::{PROPERTIES, Properties};
use paxos_playground::paxos::synod::Synod;
use paxos_playground::paxos::{About, Kind, Knobs, Micros, NodeId, System, Timer};
use paxos_playground::scenario::knob;
use paxos_playground::sim::{Action, Letter, World};

/// A run of `S` and what is judged of it.
pub struct Hands<S: System> {
    pub world: World<S>,
    pub properties: Properties<S>,
}

/// A run of synod.
pub type Synods = Hands<Synod>;

/// Knobs from `key=value` words; values are written as in links, durations in microseconds.
pub fn knobs_of(about: &'static About, words: &str) -> Knobs {
    let mut knobs = Knobs::default();
    for word in words.split_whitespace() {
        let (key, text) = word.split_once('=').expect("key=value");
        let knob = knob(about, key).unwrap_or_else(|| panic!("knob {key}"));
        let number = match knob.kind {
            Kind::Choice(names) => names.iter().position(|name| *name == text).expect("a choice") as i64,
            Kind::Set(names) => text
                .split(',')
                .map(|word| 1 << names.iter().position(|name| *name == word).expect("a word of the set"))
                .sum(),
            Kind::Flag => i64::from(text == "on"),
            Kind::Probability { .. } => (text.parse::<f64>().expect("a number") * 1e6).round() as i64,
            Kind::Count { .. } | Kind::Duration { .. } => text.parse().expect("a number"),
        };
        knobs.set(knob, number);
    }
    knobs
}

impl<S: System> Hands<S> {
    /// A run by hand, with the given knobs, just started.
    pub fn by_hand(words: &str) -> Self {
        let mut run = Self::new(&format!("pace=hand {words}"), 1);
        run.advance(Micros(0));
        run
    }

    /// A run in which time passes.
    pub fn new(words: &str, seed: u64) -> Self {
        let knobs = knobs_of(S::ABOUT, words);
        let system = S::configure(&knobs, &mut Vec::new());
        let properties = Properties::new(system.clone());
        Self { world: World::new(system, knobs, seed, Vec::new(), 1_000_000), properties }
    }

    pub fn advance(&mut self, time: Micros) -> u64 {
        self.world.advance(time, u64::MAX, &mut self.properties)
    }

    pub fn act(&mut self, action: Action) {
        self.world.act(action, &mut self.properties);
    }

    /// The node of that label.
    pub fn id(&self, label: &str) -> NodeId {
        let members = self.world.members().len() as u8;
        (0..members).map(NodeId).find(|id| self.world.system().label(*id) == label).expect("a label")
    }

    /// The newest letter in the network from one node to another that reads as `kind`.
    pub fn letter(&self, from: &str, to: &str, kind: &str) -> Option<Letter> {
        let (from, to) = (self.id(from), self.id(to));
        let found = self.world.letters().which(&|flight| {
            let name = S::ABOUT.kinds[usize::from(flight.kind)].name;
            flight.letter.from == from && flight.letter.to == to && name == kind
        });
        Some(self.world.letters().get(*found.last()?)?.letter)
    }

    /// Delivers the newest such letter.
    pub fn deliver(&mut self, from: &str, to: &str, kind: &str) {
        let letter = self.letter(from, to, kind).unwrap_or_else(|| panic!("no {kind} from {from} to {to}"));
        self.act(Action::Deliver(letter));
    }

    /// Delivers a copy and leaves the original in the network.
    pub fn deliver_copy(&mut self, from: &str, to: &str, kind: &str) {
        let letter = self.letter(from, to, kind).unwrap_or_else(|| panic!("no {kind} from {from} to {to}"));
        self.act(Action::Duplicate(letter));
        self.act(Action::Deliver(letter));
    }

    pub fn fire(&mut self, node: &str, timer: Timer) {
        let node = self.id(node);
        self.act(Action::Fire(node, timer));
    }

    /// Phase 1 of `proposer` at the acceptors, both ways.
    pub fn prepare_at(&mut self, proposer: &str, acceptors: &[&str]) {
        for acceptor in acceptors {
            self.deliver(proposer, acceptor, "prepare");
        }
        for acceptor in acceptors {
            self.deliver(acceptor, proposer, "promise");
        }
    }

    /// Phase 2 of `proposer` at the acceptors, without the way back.
    pub fn accept_at(&mut self, proposer: &str, acceptors: &[&str]) {
        for acceptor in acceptors {
            self.deliver(proposer, acceptor, "accept");
        }
    }

    /// A field of a node's state, in words.
    pub fn field(&self, node: &str, name: &str) -> String {
        let id = self.id(node);
        let fields = self.world.system().fields(id, self.world.actor(id).expect("a node"));
        let field = fields.into_iter().find(|field| field.name == name);
        field.unwrap_or_else(|| panic!("{node} has no field {name}")).value
    }

    /// The values chosen so far.
    pub fn chosen(&self) -> Vec<String> {
        self.properties.chosen().iter().map(|chosen| chosen.choice.value.to_string()).collect()
    }

    /// The names of the broken properties.
    pub fn broken(&self) -> Vec<&'static str> {
        self.properties.violations().map(|(name, _)| name).collect()
    }

    pub fn all_hold(&self) -> bool {
        assert!(PROPERTIES.len() >= 7);
        self.broken().is_empty()
    }
}
