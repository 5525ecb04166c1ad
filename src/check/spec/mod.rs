//! Lamport's specification beside the actors: what it says, and the same in bits for the explorer.

mod packed;
pub mod paxos;
pub mod refinement;
mod words;

pub use packed::{Packed, SpecBounds};

use crate::paxos::Rule;
use crate::paxos::synod::knobs::RULES_OFF;

/// The rules of the specification that can be switched off, in the order of their masks. What each is for is what it is
/// for in the actors, which know it by the same name.
pub fn rules() -> impl Iterator<Item = Rule> {
    paxos::RULES.iter().map(|(name, off)| {
        let same = RULES_OFF.iter().find(|rule| rule.name == *name);
        Rule { name, off, purpose: same.map_or("", |rule| rule.purpose) }
    })
}
