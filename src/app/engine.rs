//! Where runs come from.

use paxos_playground::run::Run;
use paxos_playground::scenario::Scenario;

/// A fresh run of the scenario.
pub fn open(_scenario: &Scenario) -> Box<dyn Run> {
    unimplemented!("the world is not there yet")
}
