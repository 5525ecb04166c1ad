//! A deterministic world for actors: virtual time, chance, network, faults and history.

mod intervention;
pub mod settings;

pub use intervention::{Action, At, Disk, Intervention, Letter};
pub use settings::Settings;
