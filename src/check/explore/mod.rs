//! The explorer: every interleaving of the very actors on the stage, within stated bounds.

mod actors;
mod goal;
mod search;

pub use actors::{Actors, Envelope, Step};
pub use search::{Progress, Search, Space, Stop, Successor, missed};

/// What the network may do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Network {
    /// Once sent, a message can be delivered any number of times, in any order, or never: loss, duplication and
    /// reordering are all covered.
    Set,
    /// Each message is delivered at most once, in any order, or never.
    Once,
}

/// How far an exploration goes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Bounds {
    /// What the network may do.
    pub network: Network,
    /// The highest round that any proposer begins.
    pub rounds: u32,
    /// How many crashes there may be in all.
    pub crashes: u8,
    /// How many restarts.
    pub restarts: u8,
    /// How many times a node's durable state is erased.
    pub wipes: u8,
    /// Whether a crash erases everything, as with `disk=forgets`.
    pub forgets: bool,
    /// A state to look for, by its position in the system's goals; otherwise a broken property is looked for.
    pub goal: Option<usize>,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { network: Network::Set, rounds: 1, crashes: 0, restarts: 0, wipes: 0, forgets: false, goal: None }
    }
}
