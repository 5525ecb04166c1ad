//! What every run is held to.

pub mod explore;
mod ledger;
mod properties;

pub use ledger::{Choice, Judgement, Ledger, SLOTS};
pub use properties::{Chosen, Marked, PROPERTIES, Properties, Property};
