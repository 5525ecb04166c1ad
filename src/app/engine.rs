//! Where runs come from.

use paxos_playground::paxos::Notice;
use paxos_playground::run::{self, Run};
use paxos_playground::scenario::Scenario;

/// A fresh run of the scenario, and what could not be had as it was asked.
pub fn open(scenario: &Scenario) -> (Box<dyn Run>, Vec<Notice>) {
    run::open(scenario)
}
