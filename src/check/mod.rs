//! What every run is held to.

pub mod explore;
mod ledger;
mod properties;
pub mod spec;

pub use ledger::{Choice, Judgement, Ledger};
pub use properties::{Chosen, Marked, PROPERTIES, Properties, Property};
