//! What every run is held to.

pub mod explore;
mod ledger;
mod measures;
mod properties;
pub mod spec;

pub use ledger::{Choice, Electorate, Judgement, Ledger, SLOTS};
pub use measures::{Latency, Measures, SAMPLES, Samples};
pub use properties::{Chosen, Marked, PROPERTIES, Properties, Property};
