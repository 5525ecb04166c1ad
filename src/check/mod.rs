//! What every run is held to.

mod properties;

pub use properties::{Chosen, Marked, PROPERTIES, Properties, Property};
