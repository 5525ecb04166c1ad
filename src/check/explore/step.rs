//! What can happen, and to which message.

use crate::paxos::{NodeId, Timer};

/// One thing that can happen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Step {
    /// The message of that number arrives.
    Deliver(u32),
    /// The message of that number arrives, and its receiver fails over it.
    Fail(u32),
    /// The timer fires.
    Fire(NodeId, Timer),
    /// The node's machine crashes.
    Crash(NodeId),
    /// The node's machine comes up again.
    Restart(NodeId),
    /// The node's durable state is erased and it comes up empty.
    Wipe(NodeId),
}

impl Step {
    pub(super) fn encode(self) -> u32 {
        match self {
            Step::Deliver(message) => message << 3,
            Step::Fire(node, timer) => (u32::from(node.0) << 8 | u32::from(timer.0)) << 3 | 1,
            Step::Crash(node) => u32::from(node.0) << 3 | 2,
            Step::Restart(node) => u32::from(node.0) << 3 | 3,
            Step::Wipe(node) => u32::from(node.0) << 3 | 4,
            Step::Fail(message) => message << 3 | 5,
        }
    }

    pub(super) fn decode(code: u32) -> Self {
        let (payload, node) = (code >> 3, NodeId((code >> 3) as u8));
        match code & 7 {
            0 => Step::Deliver(payload),
            1 => Step::Fire(NodeId((payload >> 8) as u8), Timer(payload as u8)),
            2 => Step::Crash(node),
            3 => Step::Restart(node),
            5 => Step::Fail(payload),
            _ => Step::Wipe(node),
        }
    }
}

/// A message between two nodes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Envelope<M> {
    /// Who sent it.
    pub from: NodeId,
    /// Whom it is for.
    pub to: NodeId,
    /// What it says.
    pub message: M,
}
