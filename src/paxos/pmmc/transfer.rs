//! How a replica that fell behind catches up: it repeats itself, asks the others, and fills holes with no-ops.

use super::replica::{Replica, Snapshot};
use super::{Command, Message, Note, Pmmc, timer};
use crate::paxos::{Fact, Micros, NodeId, Outbox, Slot};
use std::sync::Arc;

/// The most decisions that one message carries.
const MOST: u32 = 32;

impl Pmmc {
    /// Keeps the timer set as long as something waits to be performed.
    pub(super) fn keep_catching_up(&self, replica: &mut Replica, out: &mut Outbox<Self>) {
        let waits = !replica.proposals.is_empty() || !replica.requests.is_empty() || replica.has_hole();
        let wanted = waits && self.catch_up > Micros::ZERO;
        match (replica.armed, wanted) {
            (false, true) => {
                replica.stood = replica.done.slot_out;
                out.set(timer::CATCH_UP, self.catch_up, self.catch_up);
            }
            (true, false) => out.cancel(timer::CATCH_UP),
            _ => return,
        }
        replica.armed = wanted;
    }

    /// The timer fired. If nothing was performed since it was set, it proposes once more and asks the others; a
    /// hole that it asked for before it fills.
    pub(super) fn catch_up(&self, me: NodeId, replica: &mut Replica, out: &mut Outbox<Self>) {
        replica.armed = false;
        let slot_out = replica.done.slot_out;
        if slot_out > replica.stood {
            return out.note(Note::MovesOn { slot_out });
        }
        out.note(Note::Stuck { slot_out, proposals: replica.proposals.len() });
        for (slot, command) in &replica.proposals {
            let config = replica.config(*slot);
            out.broadcast(self.leaders(), Message::Propose { slot: *slot, command: *command, config, slot_out });
        }
        let asked_in_vain = replica.asked == Some(slot_out) || self.replicas == 1;
        if replica.has_hole() && asked_in_vain && !replica.proposals.contains_key(&slot_out) {
            out.fact(Fact::Requested(Command::NOOP));
            out.note(Note::FillsHole { slot: slot_out });
            self.propose_in(replica, slot_out, Command::NOOP, out);
        }
        self.ask_others(me, replica, out);
    }

    /// Asks the other replicas for what it has missed.
    pub(super) fn ask_others(&self, me: NodeId, replica: &mut Replica, out: &mut Outbox<Self>) {
        let mut others = self.replicas();
        others.remove(me);
        if others.is_empty() || self.catch_up == Micros::ZERO {
            return;
        }
        let from = replica.done.slot_out;
        replica.asked = Some(from);
        out.note(Note::AsksOthers { from });
        out.broadcast(others, Message::Ask { from });
    }

    /// Tells another replica what was decided from that slot on: the decisions, or what they came to where they are
    /// forgotten.
    pub(super) fn tell(&self, other: NodeId, replica: &Replica, from: Slot, out: &mut Outbox<Self>) {
        if from < replica.base {
            out.note(Note::SendsSnapshot { replica: other, slot_out: replica.done.slot_out });
            return out.send(other, Message::Snapshot { snapshot: Arc::new(replica.done.clone()) });
        }
        let known = (from.0..from.0.saturating_add(MOST)).map_while(|slot| replica.decisions.get(&Slot(slot)).copied());
        let commands: Vec<_> = known.collect();
        if commands.is_empty() {
            return out.note(Note::NothingToTell { replica: other });
        }
        out.note(Note::SendsDecisions { replica: other, first: from, count: commands.len() });
        out.send(other, Message::Decisions { first: from, commands: commands.into() });
    }

    /// Takes over what other replicas performed.
    pub(super) fn install(&self, replica: &mut Replica, snapshot: &Snapshot, out: &mut Outbox<Self>) {
        let slot_out = snapshot.slot_out;
        if slot_out <= replica.done.slot_out {
            return out.note(Note::Known { slot: Slot(slot_out.0.saturating_sub(1)) });
        }
        out.note(Note::Installs { slot_out, account: snapshot.account });
        replica.done = snapshot.clone();
        replica.base = slot_out;
        replica.decisions.forget_while(|slot| *slot < slot_out);
        let kept = replica.proposals.split_off(&slot_out);
        let lost = std::mem::replace(&mut replica.proposals, kept);
        replica.requests = std::mem::take(&mut replica.requests)
            .into_iter()
            .chain(lost.into_values().filter(|command| *command != Command::NOOP))
            .filter(|command| !replica.has_performed(command))
            .collect();
        // What it knows beyond may follow at once.
        if let Some(command) = replica.decisions.remove(&slot_out) {
            self.decide(replica, slot_out, command, out);
        }
    }
}
