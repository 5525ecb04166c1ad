//! Lamport's specification beside the actors: what it says, and the same in bits for the explorer.

mod packed;
pub mod paxos;
pub mod refinement;

pub use packed::{Packed, SpecBounds};
