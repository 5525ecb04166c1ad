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
            _ if self.futures.is_some() => self.come_and_go(state, (node, reaction), taken, &mut |message, copies| {
                let hash = self.message_hashes[message as usize];
                fingerprint = fingerprint.wrapping_add(hash.wrapping_mul(copies));
            }),
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
        let mut change = [0u64; MOST];
        let mut add = |of: &[u64], at: u32, copies: u64| {
            let views = &of[at as usize * signatures.len()..];
            for (change, view) in change[..signatures.len()].iter_mut().zip(views) {
                *change = change.wrapping_add(view.wrapping_mul(copies));
            }
        };
        let less = 1u64.wrapping_neg();
        add(&self.nodes[node].views, reaction.before, less);
        add(&self.nodes[node].views, reaction.local, 1);
        self.come_and_go(state, (node, reaction), taken, &mut |message, copies| {
            add(&self.message_views, message, copies);
        });
        if reaction.facts != 0 {
            let ledger = self.ledger_at(state);
            add(&self.ledger_views, ledger, less);
            add(&self.ledger_views, self.entries.get(ledger, reaction.facts)?.after, 1);
        }
        for (signature, change) in signatures.iter_mut().zip(change) {
            *signature = signature.wrapping_add(change);
        }
        Some(())
    }
}
