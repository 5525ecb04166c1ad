//! What the page asks of the engine beside the run itself.

use super::session::Session;
use paxos_playground::paxos::{Micros, Notice};
use paxos_playground::run::{self, Run};
use paxos_playground::scenario::Names;
use paxos_playground::scenario::{Scenario, words};
use paxos_playground::sim::Action;

/// A run that is silent for longer has something else to show.
const LONGEST_SILENCE: Micros = Micros(10_000_000);

/// A fresh run of the scenario, and what could not be had as it was asked.
pub fn open(scenario: &Scenario) -> (Box<dyn Run>, Vec<Notice>) {
    run::open(scenario)
}

/// The scenario of the address's fragment, or one to begin with.
pub fn first(fragment: &str) -> (Scenario, Vec<Notice>) {
    if !is_empty(fragment) {
        return Scenario::from_link(fragment);
    }
    (Scenario { seed: super::dom::random_seed(), ..Scenario::default() }, Vec::new())
}

/// Goes on until the first messages leave.
pub fn skip_silence(run: &mut dyn Run) {
    let mut silent = true;
    while silent && run.next_time().is_some_and(|next| next < LONGEST_SILENCE) {
        run.step();
        run.flights(&mut |_| silent = false);
    }
}

/// Whether an address with that fragment asks for nothing.
pub fn is_empty(fragment: &str) -> bool {
    fragment.len() < 2
}

/// The action that the words name in this run: `crash A2`.
pub fn action(session: &Session, words: &str) -> Result<Action, Notice> {
    words::parse(words, &Names::of(&session.scenario()))
}

/// The latest time that can be asked for.
pub const LAST: Micros = paxos_playground::scenario::MAX_TIME;
