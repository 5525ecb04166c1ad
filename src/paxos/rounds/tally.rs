//! What a proposer measures: how many rounds were decided, and what became of the latest.

use crate::paxos::{Probability, Value};
use std::collections::VecDeque;

/// How many of the latest rounds are kept.
const KEPT: usize = 12;

/// A round that is over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Past {
    /// Its number.
    pub round: u32,
    /// What was decided, as far as the proposer knows.
    pub decided: Option<Value>,
}

/// Counts of the rounds since the failure probability was last changed. It decides nothing.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Tally {
    /// The failure probability with which was measured.
    pub failure: Probability,
    /// Rounds that are over.
    pub over: u64,
    /// Rounds of these that the proposer knows to be decided.
    pub decided: u64,
    /// The latest rounds that are over, the newest last.
    pub past: VecDeque<Past>,
}

impl Tally {
    /// A round begins at that failure probability. With another one before, counting begins anew.
    pub(super) fn measure(&mut self, failure: Probability) {
        if self.failure != failure {
            *self = Self { failure, past: std::mem::take(&mut self.past), ..Self::default() };
        }
    }

    /// A round is over.
    pub(super) fn enter(&mut self, past: Past) {
        self.over += 1;
        self.decided += u64::from(past.decided.is_some());
        if self.past.len() == KEPT {
            self.past.pop_front();
        }
        self.past.push_back(past);
    }
}
