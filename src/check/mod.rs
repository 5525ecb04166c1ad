//! What every run is held to.

mod ledger;
mod properties;

pub use ledger::{Choice, Judgement, Ledger};
pub use properties::{Chosen, Marked, PROPERTIES, Properties, Property};
