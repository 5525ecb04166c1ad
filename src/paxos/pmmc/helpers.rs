//! Scouts and commanders: the short-lived helpers of a leader (PMMC, section 2).

use super::command::Config;
use super::message::PValue;
use crate::paxos::{Ballot, Count, Map, Slot};

/// Phase 1 of one ballot in one configuration. It ends when it is adopted by a quorum of it, or preempted.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Scout {
    /// The configuration whose quorum it needs.
    pub config: Config,
    /// It asks for pvalues from this slot on.
    pub from: Slot,
    /// Of the pvalues reported, the one of the highest ballot in each slot: pmax of them.
    pub pvalues: Map<Slot, PValue>,
    /// Whether it has begun since the latest resend, so that it is too early to repeat anything.
    pub fresh: bool,
}

/// Phase 2 of one ballot in one slot. It ends when its pvalue is decided, or preempted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Commander {
    /// What it asks the acceptors to accept.
    pub pvalue: PValue,
    /// Who accepted.
    pub accepted: Count,
    /// As of [`Scout`].
    pub fresh: bool,
}

/// What a leader knows of a slot.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Proposal {
    /// What it is to propose there, or what was decided.
    pub command: super::Command,
    /// Who votes there.
    pub config: Config,
    /// The ballot of the pvalue that it took over in its present ballot, if it did.
    pub adopted: Option<Ballot>,
    /// Whether the command is decided.
    pub decided: bool,
}
