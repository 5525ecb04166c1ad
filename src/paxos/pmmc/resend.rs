//! What a leader says again because nobody answered, and what it has forgotten once enough replicas have performed it.

use super::leader::{Leader, forget};
use super::{Message, Note, Pmmc, timer};
use crate::paxos::{Micros, NodeId, NodeSet, Outbox, Slot};

impl Pmmc {
    /// The replicas that an active leader does not know to have performed all that it had decided.
    fn behind(&self, leader: &Leader) -> NodeSet {
        if !leader.active {
            return NodeSet::EMPTY;
        }
        let upto = leader.decided_up_to();
        let known = |node| leader.performed.get(&node).copied().unwrap_or(Slot(1));
        self.replicas().iter().filter(|node| known(*node) < upto).collect()
    }

    /// Keeps the timer set as long as there is something to repeat.
    pub(super) fn keep_resending(&self, leader: &mut Leader, out: &mut Outbox<Self>) {
        let armed = leader.armed >> timer::RESEND.0 & 1 == 1;
        let wanted = self.resend > Micros::ZERO
            && (leader.scout.is_some() || !leader.commanders.is_empty() || !self.behind(leader).is_empty());
        match (armed, wanted) {
            (false, true) => out.set(timer::RESEND, self.resend, Micros::ZERO),
            (true, false) => out.cancel(timer::RESEND),
            _ => return,
        }
        leader.armed ^= 1 << timer::RESEND.0;
    }

    /// Repeats what was not answered since the time before, and asks replicas that may have missed a decision.
    pub(super) fn resend(&self, leader: &mut Leader, out: &mut Outbox<Self>) {
        let (mut repeated, mut to) = (0, NodeSet::EMPTY);
        if let (Some(scout), Some(ballot)) = (&mut leader.scout, leader.ballot)
            && !std::mem::take(&mut scout.fresh)
        {
            let silent = self.voters(scout.config).without(leader.promised.nodes);
            out.broadcast(silent, Message::P1a { ballot, from: scout.from });
            (repeated, to) = (1, silent);
        }
        for commander in leader.commanders.values_mut() {
            if !std::mem::take(&mut commander.fresh) {
                let silent = self.voters(commander.pvalue.config).without(commander.accepted.nodes);
                out.broadcast(silent, Message::P2a { pvalue: commander.pvalue });
                (repeated, to) = (repeated + 1, to.or(silent));
            }
        }
        out.note(Note::Resent { repeated, to });
        // While commanders are about, their decisions are answer enough.
        let behind = if leader.commanders.is_empty() { self.behind(leader) } else { NodeSet::EMPTY };
        if !behind.is_empty() {
            let upto = leader.decided_up_to();
            out.note(Note::Probes { upto, to: behind });
            out.broadcast(behind, Message::Probe { upto });
        }
    }

    /// A replica has performed every slot below `slot_out`. Once a majority of the replicas has performed so many
    /// slots more, everyone may forget them (PMMC, section 4).
    pub(super) fn hear_progress(&self, leader: &mut Leader, replica: NodeId, slot_out: Slot, out: &mut Outbox<Self>) {
        let known = leader.performed.get_or_insert(replica, Slot(0));
        if slot_out <= *known {
            return;
        }
        *known = slot_out;
        // The highest slot that a majority has reached.
        let reached = |slot: Slot| leader.performed.values().filter(|performed| **performed >= slot).count();
        let majority = usize::from(self.replicas) / 2 + 1;
        let most = leader.performed.values().copied().filter(|slot| reached(*slot) >= majority).max();
        let Some(below) = most else { return };
        if self.gc > 0 && below.0 >= leader.floor.0.saturating_add(self.gc) {
            forget(leader, below);
            out.note(Note::Forgets { below });
            if leader.active {
                out.broadcast(self.acceptors().or(self.replicas()), Message::Collect { below });
            }
        }
    }
}
