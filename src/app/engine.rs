//! What the page asks of the engine beside the run itself.

use super::session::Session;
use paxos_playground::paxos::{Micros, Notice};
use paxos_playground::run::{self, Run};
use paxos_playground::scenario::Names;
use paxos_playground::scenario::{Scenario, words};
use paxos_playground::sim::Action;

/// An example with a text that says what to look for.
pub struct Preset {
    /// Its name in links to it.
    pub key: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What to look for.
    pub text: &'static str,
    link: &'static str,
}

/// Every example.
pub const PRESETS: &[Preset] = &[
    Preset {
        key: "calm",
        title: "A calm round",
        text: "One proposer, nothing goes wrong. Watch the two phases: prepare and promise, then accept and accepted.",
        link: "proposers=1&seed=1",
    },
    Preset {
        key: "duel",
        title: "Duelling proposers",
        text: "Two proposers preempt each other. Look for a refusal, and for who waits how long before trying again.",
        link: "backoff=0s&patience=1s&seed=1",
    },
    Preset {
        key: "storm",
        title: "Loss and crashes",
        text: "A tenth of all messages is lost and acceptors crash. Agreement holds all the same.",
        link: "loss=0.1&failure=0.1&seed=42",
    },
];

impl Preset {
    /// Its scenario.
    pub fn scenario(&self) -> Scenario {
        Scenario::from_link(self.link).0
    }
}

/// A fresh run of the scenario, and what could not be had as it was asked.
pub fn open(scenario: &Scenario) -> (Box<dyn Run>, Vec<Notice>) {
    run::open(scenario)
}

/// The scenario of the address's fragment, or one to begin with.
pub fn first(fragment: &str) -> (Scenario, Vec<Notice>) {
    if fragment.len() > 1 {
        return Scenario::from_link(fragment);
    }
    (Scenario { seed: super::dom::random_seed(), ..Scenario::default() }, Vec::new())
}

/// The action that the words name in this run: `crash A2`.
pub fn action(session: &Session, words: &str) -> Result<Action, Notice> {
    words::parse(words, &Names::of(&session.scenario()))
}

/// The latest time that can be asked for.
pub const LAST: Micros = paxos_playground::scenario::MAX_TIME;
