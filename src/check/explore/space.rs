//! [`Actors`] as a space of states to search: what can happen in a state, and what comes of it.

use super::Network;
use super::actors::{Actors, BUDGET, CRASH, Judged, Local, NOTHING, Node, Reaction, Step};
use super::search::{Space, Successor, part};
use crate::check::Ledger;
use crate::paxos::{Input, NodeId, NodeSet, System, Timer};

impl<S: System> Space for Actors<S> {
    fn width(&self) -> usize {
        self.network_start() + self.network_words
    }

    fn initial(&mut self, state: &mut Vec<u64>) -> u64 {
        let empty = Judged { ledger: Ledger::default(), broken: None, chosen: false };
        let ledger = self.intern_ledger(empty);
        let faults = [self.bounds.crashes, self.bounds.restarts, self.bounds.wipes];
        let budget = faults.iter().enumerate().fold(0, |all, (kind, left)| all | u64::from(*left) << (8 * kind));
        state.push(budget | u64::from(ledger) << 32);
        state.resize(self.network_start(), 0);
        let mut fingerprint = self.ledger_hashes[ledger as usize];
        for (kind, left) in faults.into_iter().enumerate() {
            fingerprint = fingerprint.wrapping_add(part(4, kind as u64, u64::from(left)));
        }
        for node in 0..self.nodes.len() {
            let local = self.intern_local(node, Local { up: true, actor: self.system.initial(NodeId(node as u8)) });
            self.set_local(state, node, local);
            fingerprint = fingerprint.wrapping_add(self.nodes[node].hashes[local as usize]);
        }
        for node in 0..self.nodes.len() {
            let local = self.local_at(state, node);
            let actor = self.nodes[node].locals[local as usize].actor.clone();
            let reaction = self.react(node, local, true, actor, Some(Input::Start));
            if reaction != NOTHING {
                state.resize(self.width(), 0);
                fingerprint = self.after(state, fingerprint, node, reaction, None);
                self.apply(state, node, reaction);
            }
        }
        state.resize(self.width(), 0);
        fingerprint
    }

    fn expand(&mut self, state: &[u64], fingerprint: u64, found: &mut Vec<Successor>) {
        for node in 0..self.nodes.len() {
            let local = self.local_at(state, node);
            for at in 0..self.nodes[node].mail.len() {
                let message = self.nodes[node].mail[at];
                if self.copies(state, message) == 0 {
                    continue;
                }
                for step in [Step::Deliver(message), Step::Fail(message)] {
                    let reaction = match step {
                        Step::Fail(_) if !self.can_fail(node, message) => NOTHING,
                        Step::Fail(_) => self.failure(node, local, message),
                        _ => self.delivery(node, local, message),
                    };
                    if reaction == NOTHING {
                        continue;
                    }
                    let after = self.after(state, fingerprint, node, reaction, Some(message));
                    if after != fingerprint {
                        found.push(Successor { fingerprint: after, action: step.encode() });
                    }
                }
            }
            let mut timers = self.nodes[node].timers[local as usize];
            while timers != 0 {
                let timer = timers.trailing_zeros();
                timers &= timers - 1;
                let reaction = self.other(node, local, timer as usize);
                if reaction == NOTHING {
                    continue;
                }
                let after = self.after(state, fingerprint, node, reaction, None);
                if after != fingerprint {
                    let step = Step::Fire(NodeId(node as u8), Timer(timer as u8));
                    found.push(Successor { fingerprint: after, action: step.encode() });
                }
            }
        }
        if state[BUDGET] & 0xFF_FFFF != 0 {
            self.faults(state, fingerprint, found);
        }
    }

    fn build(&mut self, state: &[u64], action: u32, next: &mut Vec<u64>) {
        let start = next.len();
        next.extend_from_slice(state);
        next.resize(start + self.width(), 0);
        let next = &mut next[start..];
        match Step::decode(action) {
            step @ (Step::Deliver(message) | Step::Fail(message)) => {
                let node = self.messages[message as usize].to.index();
                let local = self.local_at(state, node);
                let reaction = match step {
                    Step::Fail(_) => self.failure(node, local, message),
                    _ => self.delivery(node, local, message),
                };
                if self.bounds.network == Network::Once {
                    next[self.network_start() + message as usize / 8] -= 1 << (message % 8 * 8);
                }
                self.apply(next, node, reaction);
            }
            Step::Fire(node, timer) => {
                let reaction = self.other(node.index(), self.local_at(state, node.index()), usize::from(timer.0));
                self.apply(next, node.index(), reaction);
            }
            Step::Crash(node) => self.suffer(next, node, 0),
            Step::Restart(node) => self.suffer(next, node, 1),
            Step::Wipe(node) => self.suffer(next, node, 2),
        }
    }

    fn finds(&mut self, state: &[u64]) -> Option<u32> {
        match self.bounds.goal {
            None => {
                let (property, what) = self.judged(state).broken.clone()?;
                self.violation = what;
                Some(property as u32)
            }
            Some(goal) => {
                let actors: Vec<_> = (0..self.nodes.len()).map(|node| &self.local(state, node).actor).collect();
                let judged = self.judged(state);
                super::goal::reached(&self.system, goal, &actors, &judged.ledger).then_some(0)
            }
        }
    }

    fn chosen(&mut self, state: &[u64]) -> bool {
        self.judged(state).chosen
    }

    fn bytes(&self) -> usize {
        let rows = |node: &Node<S::Actor>| {
            node.deliveries.iter().chain(&node.failures).map(|row| row.capacity() * 4 + 24 + 38).sum::<usize>()
                + node.locals.len() * (2 * size_of::<Local<S::Actor>>() + 32)
        };
        self.nodes.iter().map(rows).sum::<usize>()
            + self.reactions.len() * (size_of::<Reaction>() + 32)
            + self.ledgers.len() * 600
            + self.entries.len() * 16
    }
}

impl<S: System> Actors<S> {
    pub(super) fn ledger_at(&self, state: &[u64]) -> u32 {
        (state[BUDGET] >> 32) as u32
    }

    pub(super) fn local_at(&self, state: &[u64], node: usize) -> u32 {
        (state[1 + node / 2] >> (32 * (node % 2))) as u32
    }

    fn set_local(&self, state: &mut [u64], node: usize, local: u32) {
        let (word, shift) = (1 + node / 2, 32 * (node % 2));
        state[word] = state[word] & !(u64::from(u32::MAX) << shift) | u64::from(local) << shift;
    }

    fn network_start(&self) -> usize {
        1 + self.nodes.len().div_ceil(2)
    }

    /// How many words the network takes for so many messages.
    pub(super) fn words_for(&self, messages: usize) -> usize {
        match self.bounds.network {
            Network::Set => messages.div_ceil(64),
            Network::Once => messages.div_ceil(8),
        }
    }

    /// How many copies of a message are in the network; with the set network, whether it was ever sent.
    fn copies(&self, state: &[u64], message: u32) -> u64 {
        let start = self.network_start();
        let (per_word, bits) = self.packing();
        let word = start + message as usize / per_word;
        state.get(word).map_or(0, |word| word >> (message as usize % per_word * bits) & ((1 << bits) - 1))
    }

    fn packing(&self) -> (usize, usize) {
        match self.bounds.network {
            Network::Set => (64, 1),
            Network::Once => (8, 8),
        }
    }

    /// The fingerprint of the state to which the reaction leads, or the old one if it changes nothing.
    fn after(&mut self, state: &[u64], fingerprint: u64, node: usize, reaction: u32, taken: Option<u32>) -> u64 {
        let (before, unchanged) = (self.local_at(state, node), fingerprint);
        let Reaction { local, facts, .. } = self.reactions[reaction as usize];
        let hashes = &self.nodes[node].hashes;
        let mut fingerprint = fingerprint.wrapping_sub(hashes[before as usize]).wrapping_add(hashes[local as usize]);
        let reaction = &self.reactions[reaction as usize];
        let silent = reaction.sends.is_empty();
        match self.bounds.network {
            Network::Set => {
                for (at, message) in reaction.sends.iter().enumerate() {
                    if self.copies(state, *message) == 0 && !reaction.sends[..at].contains(message) {
                        fingerprint = fingerprint.wrapping_add(self.message_hashes[*message as usize]);
                    }
                }
            }
            Network::Once => {
                if let Some(message) = taken {
                    fingerprint = fingerprint.wrapping_sub(self.message_hashes[message as usize]);
                }
                for message in &reaction.sends {
                    fingerprint = fingerprint.wrapping_add(self.message_hashes[*message as usize]);
                }
            }
        }
        let ledger = self.ledger_at(state);
        let entered = self.enter(ledger, facts);
        if entered == ledger && local == before && silent {
            // A message that changes nothing may as well stay in the network.
            return unchanged;
        }
        if entered != ledger {
            fingerprint = fingerprint
                .wrapping_sub(self.ledger_hashes[ledger as usize])
                .wrapping_add(self.ledger_hashes[entered as usize]);
        }
        fingerprint
    }

    fn apply(&mut self, state: &mut [u64], node: usize, reaction: u32) {
        let Reaction { local, facts, .. } = self.reactions[reaction as usize];
        self.set_local(state, node, local);
        let ledger = self.enter(self.ledger_at(state), facts);
        state[BUDGET] = state[BUDGET] & u64::from(u32::MAX) | u64::from(ledger) << 32;
        let start = self.network_start();
        let (per_word, bits) = self.packing();
        for message in &self.reactions[reaction as usize].sends {
            let (word, shift) = (start + *message as usize / per_word, *message as usize % per_word * bits);
            match self.bounds.network {
                Network::Set => state[word] |= 1 << shift,
                Network::Once if state[word] >> shift & 255 < 255 => state[word] += 1 << shift,
                Network::Once => {}
            }
        }
    }

    /// The reactions of every node of a machine to a fault, in the order of the nodes.
    fn fault(&mut self, state: &[u64], machine: NodeSet, which: usize) -> Vec<(usize, u32)> {
        let mut reactions = Vec::new();
        for node in machine.iter() {
            let local = self.local_at(state, node.index());
            let reaction = self.other(node.index(), local, which);
            if reaction != NOTHING {
                reactions.push((node.index(), reaction));
            }
        }
        reactions
    }

    fn faults(&mut self, state: &[u64], fingerprint: u64, found: &mut Vec<Successor>) {
        for kind in 0..3 {
            let left = state[BUDGET] >> (8 * kind) & 255;
            if left == 0 {
                continue;
            }
            let spent = part(4, kind, left - 1).wrapping_sub(part(4, kind, left));
            for node in 0..self.nodes.len() {
                let machine = self.machines[node];
                if machine.iter().next() != Some(NodeId(node as u8)) {
                    continue;
                }
                let reactions = self.fault(state, machine, CRASH + kind as usize);
                let (Some(_), Some(step)) = (reactions.first(), fault_step(kind, NodeId(node as u8))) else { continue };
                let mut scratch = state.to_vec();
                scratch.resize(self.width(), 0);
                let mut after = fingerprint;
                for (node, reaction) in reactions {
                    after = self.after(&scratch, after, node, reaction, None);
                    scratch.resize(self.width(), 0);
                    self.apply(&mut scratch, node, reaction);
                }
                found.push(Successor { fingerprint: after.wrapping_add(spent), action: step.encode() });
            }
        }
    }

    fn suffer(&mut self, next: &mut [u64], node: NodeId, kind: u64) {
        next[BUDGET] -= 1 << (8 * kind);
        for (node, reaction) in self.fault(next, self.machines[node.index()], CRASH + kind as usize) {
            self.apply(next, node, reaction);
        }
    }
}

fn fault_step(kind: u64, node: NodeId) -> Option<Step> {
    match kind {
        0 => Some(Step::Crash(node)),
        1 => Some(Step::Restart(node)),
        2 => Some(Step::Wipe(node)),
        _ => None,
    }
}
