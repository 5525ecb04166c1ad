//! The systems there are. A new one is a folder beside this file and a line at its end.

use super::{About, System};

/// What somebody wants to do with a system that is known only by its key.
pub trait Visitor {
    /// What comes of it.
    type Output;
    /// Does it with the system `S`.
    fn visit<S: System>(self) -> Self::Output;
}

macro_rules! systems {
    ($($system:ty),* $(,)?) => {
        /// Every system, in the order in which the page offers them. The first is the default.
        pub const SYSTEMS: &[&About] = &[$(<$system as System>::ABOUT),*];

        /// Does what `visitor` wants with the system of that key, if there is one.
        pub fn visit<V: Visitor>(key: &str, visitor: V) -> Option<V::Output> {
            $(if key == <$system as System>::ABOUT.key {
                return Some(visitor.visit::<$system>());
            })*
            None
        }
    };
}

/// The system of that key.
pub fn about(key: &str) -> Option<&'static About> {
    SYSTEMS.iter().copied().find(|about| about.key == key)
}

systems![super::synod::Synod, super::leader::Leader, super::rounds::Rounds, super::pmmc::Pmmc, super::peers::Peers,];
