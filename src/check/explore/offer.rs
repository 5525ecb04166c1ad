//! What can happen in a state, and what comes of it, as far as it is known.

use super::core::{BUDGET, Core};
use super::reaction::{CRASH, Known, Reaction, Row, WIPE};
use super::search::{Successor, part};
use super::step::Step;
use super::symmetry::MOST;
use crate::paxos::{NodeId, NodeSet, Timer};

impl Core {
    /// Every action that changes the state; `None` if something was never tried.
    pub fn offer(&self, state: &[u64], fingerprint: u64, found: &mut Vec<Successor>) -> Option<()> {
        for (id, node) in self.nodes.iter().enumerate() {
            let local = self.local_at(state, id) as usize;
            let row = &node.rows[local];
            self.expand_deliveries(state, fingerprint, (id, row, &node.mail), Step::Deliver, found)?;
            self.expand_deliveries(state, fingerprint, (id, &node.failures[local], &node.told), Step::Fail, found)?;
            let mut timers = node.timers[local];
            while timers != 0 {
                let timer = timers.trailing_zeros();
                timers &= timers - 1;
                let reaction = match row.other(timer as usize) {
                    Known::Not => return None,
                    Known::Nothing => continue,
                    Known::Does(reaction) => reaction,
                };
                let after = self.after(state, fingerprint, (id, reaction), None)?;
                if after != fingerprint {
                    let step = Step::Fire(NodeId(id as u8), Timer(timer as u8));
                    found.push(Successor { fingerprint: after, action: step.encode() });
                }
            }
        }
        if state[BUDGET] & 0xFF_FFFF != 0 {
            self.expand_faults(state, fingerprint, found)?;
        }
        Some(())
    }

    /// Every delivery to a node that changes the state, or every failure over one.
    #[inline(always)]
    fn expand_deliveries(
        &self,
        state: &[u64],
        fingerprint: u64,
        (node, row, letters): (usize, &Row, &[u64]),
        step: fn(u32) -> Step,
        found: &mut Vec<Successor>,
    ) -> Option<()> {
        for (word, letters) in letters.iter().enumerate() {
            let present = self.present(state, word) & letters;
            if present == 0 {
                continue;
            }
            let mut useful = row.useful(word, present)?;
            while useful != 0 {
                let bit = useful.trailing_zeros();
                useful &= useful - 1;
                let message = (word * 64) as u32 + bit;
                let after = self.after(state, fingerprint, (node, row.reaction(word, bit)), Some(message))?;
                if after != fingerprint {
                    found.push(Successor { fingerprint: after, action: step(message).encode() });
                }
            }
        }
        Some(())
    }

    /// Appends the state that a step leads to, of which it is known what it does.
    pub fn build(&self, state: &[u64], step: Step, next: &mut Vec<u64>) {
        let start = next.len();
        next.extend_from_slice(state);
        next.resize(start + self.width(), 0);
        let next = &mut next[start..];
        match step {
            Step::Deliver(message) | Step::Fail(message) => {
                let (node, reaction) = self.delivered(state, message, matches!(step, Step::Fail(_)));
                self.apply(state, next, (node, reaction), Some(message));
            }
            Step::Fire(node, timer) => {
                let row = &self.nodes[node.index()].rows[self.local_at(state, node.index()) as usize];
                if let Known::Does(reaction) = row.other(usize::from(timer.0)) {
                    self.apply(state, next, (node.index(), reaction), None);
                }
            }
            Step::Crash(node) => self.suffer(next, node, 0),
            Step::Restart(node) => self.suffer(next, node, 1),
            Step::Wipe(node) => self.suffer(next, node, 2),
        }
    }

    /// Makes of `next`, which is a copy of `state`, what the reaction leads to.
    pub fn apply(&self, state: &[u64], next: &mut [u64], (node, reaction): (usize, Reaction), taken: Option<u32>) {
        if let Some(symmetry) = &self.symmetry {
            let mut signatures = [0; MOST];
            let signatures = &mut signatures[..symmetry.len()];
            let place = self.signatures_start()..self.network_start();
            signatures.copy_from_slice(&state[place.clone()]);
            if self.sign(signatures, state, node, reaction, taken).is_some() {
                next[place].copy_from_slice(signatures);
            }
        }
        self.set_local(next, node, reaction.local);
        if reaction.facts != 0
            && let Some(entry) = self.entries.get(self.ledger_at(state), reaction.facts)
        {
            next[BUDGET] = next[BUDGET] & u64::from(u32::MAX) | u64::from(entry.after) << 32;
        }
        let network = &mut next[self.network_start()..];
        self.come_and_go(state, (node, reaction), taken, &mut |message, copies| {
            let (word, shift, most) = self.place(message);
            if copies != 1 || network[word] >> shift & most < most {
                network[word] = network[word].wrapping_add(copies << shift);
            }
        });
    }

    /// The faults that the budget allows, each with the machine it strikes.
    pub fn faults_left(&self, state: &[u64]) -> Vec<(usize, NodeSet)> {
        let kinds = (CRASH..=WIPE).filter(|kind| state[BUDGET] >> (8 * (kind - CRASH)) & 255 != 0);
        let first = |(node, machine): &(usize, &NodeSet)| machine.iter().next() == Some(NodeId(*node as u8));
        let machines = || self.machines.iter().enumerate().filter(first).map(|(_, machine)| *machine);
        kinds.flat_map(|kind| machines().map(move |machine| (kind, machine))).collect()
    }

    /// The reactions of every node of a machine to a fault, in the order of the nodes.
    pub fn fault(&self, state: &[u64], machine: NodeSet, which: usize) -> Vec<(usize, Reaction)> {
        let reaction = |node: NodeId| match self.nodes[node.index()].rows[self.local_at(state, node.index()) as usize]
            .other(which)
        {
            Known::Does(reaction) => Some((node.index(), reaction)),
            Known::Not | Known::Nothing => None,
        };
        machine.iter().filter_map(reaction).collect()
    }

    fn expand_faults(&self, state: &[u64], fingerprint: u64, found: &mut Vec<Successor>) -> Option<()> {
        for (which, machine) in self.faults_left(state) {
            for node in machine.iter() {
                let row = &self.nodes[node.index()].rows[self.local_at(state, node.index()) as usize];
                if matches!(row.other(which), Known::Not) {
                    return None;
                }
            }
            let kind = (which - CRASH) as u64;
            let left = state[BUDGET] >> (8 * kind) & 255;
            let reactions = self.fault(state, machine, which);
            let node = machine.iter().next()?;
            if reactions.is_empty() {
                continue;
            }
            let mut scratch = state.to_vec();
            scratch.resize(self.width(), 0);
            let mut after = fingerprint.wrapping_add(part(4, kind, left - 1).wrapping_sub(part(4, kind, left)));
            for (node, reaction) in reactions {
                after = self.after(&scratch, after, (node, reaction), None)?;
                self.apply(&scratch.clone(), &mut scratch, (node, reaction), None);
            }
            found.push(Successor { fingerprint: after, action: fault_step(kind, node).encode() });
        }
        Some(())
    }

    fn suffer(&self, next: &mut [u64], node: NodeId, kind: u64) {
        next[BUDGET] -= 1 << (8 * kind);
        for (node, reaction) in self.fault(next, self.machines[node.index()], CRASH + kind as usize) {
            let before = next.to_vec();
            self.apply(&before, next, (node, reaction), None);
        }
    }
}

fn fault_step(kind: u64, node: NodeId) -> Step {
    match kind {
        0 => Step::Crash(node),
        1 => Step::Restart(node),
        _ => Step::Wipe(node),
    }
}
