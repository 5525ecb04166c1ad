//! What each thread contributes to a search.

use super::search::{HEAD, Space, Successor};

/// What one thread found.
pub(super) struct Share {
    pub found: Vec<Successor>,
    /// For each state, where its successors end; `None` where something has to be found out first.
    pub ends: Vec<Option<usize>>,
}

impl Share {
    pub fn of(space: &impl Space, level: &[u64], record: usize) -> Self {
        let mut share = Self { found: Vec::new(), ends: Vec::new() };
        for state in level.chunks_exact(record) {
            let start = share.found.len();
            let known = space.expand_known(&state[HEAD..], state[0], &mut share.found);
            if !known {
                share.found.truncate(start);
            }
            share.ends.push(known.then_some(share.found.len()));
        }
        share
    }
}
