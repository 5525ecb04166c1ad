//! A run of any system, driven by hand: nothing arrives and no timer fires unless the test says so.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use paxos_playground::paxos::{Micros, NodeId, Timer};
use paxos_playground::run::{self, Run};
use paxos_playground::scenario::Scenario;
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

/// A minute in which nodes crash and come back, one after another: the properties that broke.
fn troubled(link: &str, seed: u64) -> Vec<&'static str> {
    let mut run = open(&format!("{link}&seed={seed}"));
    let nodes: Vec<_> = run.nodes().into_iter().map(|node| node.id).collect();
    for second in 1..=60u64 {
        run.advance(Micros(second * 1_000_000 + seed % 7 * 130_000), u64::MAX);
        let node = nodes[(second / 3) as usize % nodes.len()];
        match second % 3 {
            1 => run.act(Action::Crash(node)).map(drop),
            2 => run.act(Action::Restart(node)).map(drop),
            _ => Ok(()),
        }
        .expect("it can be done");
    }
    broken(&*run)
}

/// Holds that without each of `rules` its property breaks in the minute of that link and seed, and not with it. `table`
/// has the rule, the property, the link and the seed.
pub fn every_rule_is_for_something(rules: &[&str], common: &str, table: &[(&str, &str, &str, u64)]) {
    let (mut tested, mut now) = (Vec::new(), String::new());
    for (rule, property, link, seed) in table {
        let kept = format!("{common}&{link}");
        let without = format!("{kept}&break={rule}");
        let breaks = |seed: u64| troubled(&without, seed).contains(property) && troubled(&kept, seed).is_empty();
        let first = if breaks(*seed) { Some(*seed) } else { (0..3_000).find(|seed| breaks(*seed)) };
        now += &format!("    (\"{rule}\", \"{property}\", \"{link}\", {first:?}),\n");
        tested.push((*rule, first == Some(*seed)));
    }
    assert!(tested.iter().all(|(_, as_told)| *as_told), "the first seeds are now\n{now}");
    assert_eq!(tested.iter().map(|(rule, _)| *rule).collect::<Vec<_>>(), rules);
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
