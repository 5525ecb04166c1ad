//! What a run is: system, knobs, seed and interventions. Presets, links, files, the command line, counterexamples,
//! tests and goldens are all scenarios.

use crate::paxos::{Knobs, Micros};
use crate::sim::Intervention;

/// One run, as data. Equal scenarios give equal runs, event for event, on every platform.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scenario {
    /// The key of the system: `synod`.
    pub system: &'static str,
    /// The settings of system and world that differ from their defaults.
    pub knobs: Knobs,
    /// The one source of chance.
    pub seed: u64,
    /// What was done by hand, in the order in which it acts.
    pub plan: Vec<Intervention>,
    /// What to show at the beginning.
    pub show: Show,
}

/// What to show when a scenario is opened. It does not change the run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Show {
    /// The moment to open at; the page plays on from it, or stands there if it is not zero.
    pub time: Micros,
    /// Virtual time per real time, in hundredths: 100 is 1×.
    pub speed: u32,
}
