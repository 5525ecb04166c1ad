//! The fingerprint of a state that a step leads to, without making the state.

use super::Network;
use super::core::Core;
use super::reaction::Reaction;
use super::symmetry::{MOST, Symmetry};

impl Core {
    /// The fingerprint of the state to which the reaction leads, or the old one if it changes nothing; `None` if the
    /// ledger was never asked.
    pub fn after(
        &self,
        state: &[u64],
        fingerprint: u64,
        (node, reaction): (usize, Reaction),
        taken: Option<u32>,
    ) -> Option<u64> {
        let ledger = self.ledger_at(state);
        let entered = match reaction.facts {
            0 => None,
            facts => Some(self.entries.get(ledger, facts)?),
        };
        let silent = self.sent(reaction).is_empty();
        if reaction.local == reaction.before && silent && entered.is_none_or(|entry| entry.after == ledger) {
            // A message that changes nothing may as well stay in the network.
            return Some(fingerprint);
        }
        if let Some(symmetry) = &self.symmetry {
            let mut signatures = [0; MOST];
            let signatures = &mut signatures[..symmetry.len()];
            signatures.copy_from_slice(&state[self.signatures_start()..self.network_start()]);
            let rest = fingerprint.wrapping_sub(Symmetry::sum(signatures));
            self.sign(signatures, state, node, reaction, taken)?;
            return Some(rest.wrapping_add(Symmetry::sum(signatures)));
        }
        let mut fingerprint = fingerprint.wrapping_add(reaction.delta);
        match self.bounds.network {
            Network::Set => {
                let network = &state[self.network_start()..];
                for message in self.sent(reaction) {
                    let word = network.get(*message as usize / 64).copied().unwrap_or(0);
                    if word >> (message % 64) & 1 == 0 {
                        fingerprint = fingerprint.wrapping_add(self.message_hashes[*message as usize]);
                    }
                }
            }
            Network::Once => {
                if let Some(message) = taken {
                    fingerprint = fingerprint.wrapping_sub(self.message_hashes[message as usize]);
                }
                for message in self.sent(reaction) {
                    fingerprint = fingerprint.wrapping_add(self.message_hashes[*message as usize]);
                }
            }
        }
        Some(fingerprint.wrapping_add(entered.map_or(0, |entry| entry.delta)))
    }

    /// What a reaction adds to the signatures of like nodes; `None` if the ledger was never asked.
    pub fn sign(
        &self,
        signatures: &mut [u64],
        state: &[u64],
        node: usize,
        reaction: Reaction,
        taken: Option<u32>,
    ) -> Option<()> {
        let views = |of: &'_ [u64], at: u32, like: usize| of[at as usize * signatures.len() + like];
        let mut change = [0u64; MOST];
        let mut add = |of: &[u64], at: u32, add: bool| {
            for (like, change) in change[..signatures.len()].iter_mut().enumerate() {
                let view = views(of, at, like);
                *change = if add { change.wrapping_add(view) } else { change.wrapping_sub(view) };
            }
        };
        add(&self.nodes[node].views, reaction.before, false);
        add(&self.nodes[node].views, reaction.local, true);
        if let Some(message) = taken.filter(|_| self.bounds.network == Network::Once) {
            add(&self.message_views, message, false);
        }
        let network = &state[self.network_start()..];
        for message in self.sent(reaction) {
            let word = network.get(*message as usize / 64).copied().unwrap_or(0);
            if self.bounds.network == Network::Once || word >> (message % 64) & 1 == 0 {
                add(&self.message_views, *message, true);
            }
        }
        if reaction.facts != 0 {
            let ledger = self.ledger_at(state);
            add(&self.ledger_views, ledger, false);
            add(&self.ledger_views, self.entries.get(ledger, reaction.facts)?.after, true);
        }
        for (signature, change) in signatures.iter_mut().zip(change) {
            *signature = signature.wrapping_add(change);
        }
        Some(())
    }
}
