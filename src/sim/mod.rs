//! A deterministic world for actors: virtual time, chance, network, faults and history.
//!
//! Nothing here reads a clock, draws from a shared stream, iterates in hash order or computes with floats, so equal
//! arguments give equal runs on every platform.

mod chance;
mod core;
mod deliver;
mod digest;
mod hand;
mod handle;
mod history;
mod intervention;
mod letters;
mod node;
mod queue;
mod reach;
mod series;
pub mod settings;
mod world;

pub use chance::{Chance, Topic};
pub use digest::Digest;
pub use history::{Cause, Event, FaultPoint, History, Loss, What};
pub use intervention::{Action, At, Disk, Intervention, Letter};
pub use letters::{InFlight, Letters, Place};
pub use node::{Armed, Node, Status, TIMERS, Timers};
pub use reach::Reach;
pub use series::{SPANS, Series};
pub use settings::Settings;
pub use world::{Counts, Moment, Watch, World};
