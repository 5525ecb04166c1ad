//! A run of any system, driven by hand: nothing arrives and no timer fires unless the test says so.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use paxos_playground::check::explore::{Bounds, Exploration, Network, Verdict, explore};
use paxos_playground::paxos::{Micros, NodeId, Timer};
use paxos_playground::run::{self, Run};
use paxos_playground::scenario::{MAX_TIME, Scenario};
use paxos_playground::sim::{Action, Letter};

pub struct Hand(pub Box<dyn Run>);

/// The run of a link in which time passes.
pub fn open(link: &str) -> Box<dyn Run> {
    let (scenario, notices) = Scenario::from_link(link);
    assert!(notices.is_empty(), "{link}: {notices:?}");
    let (run, notices) = run::open(&scenario);
    assert!(notices.is_empty(), "{link}: {notices:?}");
    run
}

/// The run of a link up to a time.
pub fn until(link: &str, time: Micros) -> Box<dyn Run> {
    let mut run = open(link);
    run.advance(time, u64::MAX);
    run
}

/// The names of the properties that broke.
pub fn broken(run: &dyn Run) -> Vec<&'static str> {
    run.properties().into_iter().filter(|property| property.broken.is_some()).map(|property| property.name).collect()
}

/// An exploration of the link within `bounds`, to its end.
pub fn explored(link: &str, bounds: Bounds) -> (Box<dyn Exploration>, Verdict) {
    let (scenario, notices) = Scenario::from_link(link);
    assert!(notices.is_empty(), "{link}: {notices:?}");
    let (mut exploration, notices) = explore(&scenario, bounds);
    assert!(notices.is_empty(), "{link}: {notices:?}");
    let verdict = exploration.go_on(u64::MAX);
    (exploration, verdict)
}

/// `rounds=2 crashes=1 restarts=1 wipes=1 once`
pub fn bounds(words: &str) -> Bounds {
    let mut bounds = Bounds::default();
    for word in words.split_whitespace() {
        match word.split_once('=') {
            Some(("rounds", n)) => bounds.rounds = n.parse().expect("a number"),
            Some(("crashes", n)) => bounds.crashes = n.parse().expect("a number"),
            Some(("restarts", n)) => bounds.restarts = n.parse().expect("a number"),
            Some(("wipes", n)) => bounds.wipes = n.parse().expect("a number"),
            Some(("states", n)) => bounds.most_states = n.parse().expect("a number"),
            None if word == "once" => bounds.network = Network::Once,
            _ => panic!("{word}"),
        }
    }
    bounds
}

/// Opens what the exploration found as a link, and checks that `property` breaks there at the last event. Returns how
/// many steps it takes.
pub fn breaks_on_the_stage(exploration: &dyn Exploration, property: &str) -> u32 {
    let witness = exploration.witness().expect("a way");
    let (reopened, notices) = Scenario::from_link(&witness.link());
    assert!(notices.is_empty(), "{notices:?}");
    assert_eq!(reopened, witness, "the link holds the whole way");
    let (mut run, _) = run::open(&reopened);
    run.advance(MAX_TIME, u64::MAX);
    let broken = run.properties().into_iter().find(|view| view.name == property).and_then(|view| view.broken);
    let (event, _) = broken.unwrap_or_else(|| panic!("{property} holds on the stage"));
    assert_eq!(event + 1, run.events(), "it breaks at the last event");
    exploration.progress().depth
}

impl Hand {
    /// The run of the link by hand, just started.
    pub fn of(link: &str) -> Self {
        let mut run = open(&format!("{link}&pace=hand"));
        run.advance(Micros::ZERO, u64::MAX);
        Self(run)
    }

    pub fn id(&self, label: &str) -> NodeId {
        self.0.nodes().into_iter().find(|node| node.label == label).unwrap_or_else(|| panic!("no {label}")).id
    }

    pub fn act(&mut self, action: Action) {
        self.0.act(action).expect("it can be done");
    }

    /// The newest letter of that kind from one node to another.
    pub fn letter(&self, from: &str, to: &str, kind: &str) -> Option<Letter> {
        let (from, to) = (self.id(from), self.id(to));
        let kinds = self.0.about().kinds;
        let mut newest = None;
        self.0.flights(&mut |flight| {
            let letter = flight.letter;
            if letter.from == from && letter.to == to && kinds[usize::from(flight.kind)].name == kind {
                newest = newest.max(Some(letter));
            }
        });
        newest
    }

    /// What that letter says.
    pub fn says(&self, from: &str, to: &str, kind: &str) -> Option<String> {
        Some(self.0.letter(self.letter(from, to, kind)?)?.text)
    }

    pub fn deliver(&mut self, from: &str, to: &str, kind: &str) {
        let letter = self.letter(from, to, kind).unwrap_or_else(|| panic!("no {kind} from {from} to {to}"));
        self.act(Action::Deliver(letter));
    }

    /// Delivers a copy and leaves the original.
    pub fn deliver_copy(&mut self, from: &str, to: &str, kind: &str) {
        let letter = self.letter(from, to, kind).unwrap_or_else(|| panic!("no {kind} from {from} to {to}"));
        self.act(Action::Duplicate(letter));
        self.act(Action::Deliver(letter));
    }

    /// `kind` from `from` to each of `to`.
    pub fn deliver_all(&mut self, from: &str, to: &[&str], kind: &str) {
        for to in to {
            self.deliver(from, to, kind);
        }
    }

    /// `kind` from each of `from` to `to`.
    pub fn collect(&mut self, from: &[&str], to: &str, kind: &str) {
        for from in from {
            self.deliver(from, to, kind);
        }
    }

    /// Fires the timer of that name.
    pub fn fire(&mut self, node: &str, timer: &str) {
        let number = self.0.about().timers.iter().position(|name| *name == timer).expect("a timer");
        let node = self.id(node);
        self.act(Action::Fire(node, Timer(number as u8)));
    }

    pub fn request(&mut self, node: &str, value: &str) {
        let node = self.id(node);
        self.act(Action::Request(node, value.into()));
    }

    /// A field of a node's state, in words.
    pub fn field(&self, node: &str, name: &str) -> String {
        let fields = self.0.fields(self.id(node));
        fields.into_iter().find(|field| field.name == name).unwrap_or_else(|| panic!("{node} has no {name}")).value
    }

    /// `3: X`, slot and value of each choice.
    pub fn chosen(&self) -> Vec<String> {
        self.0.chosen().iter().map(|chosen| format!("{}: {}", chosen.slot, chosen.value)).collect()
    }

    pub fn broken(&self) -> Vec<&'static str> {
        broken(&*self.0)
    }
}
