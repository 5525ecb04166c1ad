//! The acceptor in every actor: it promises, accepts and remembers.

use super::knobs::broken;
use super::{Actor, Message, Note, Peers};
use crate::paxos::{Ballot, Fact, NodeId, Outbox, Slot, Value};

/// What an actor must never forget.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Disk {
    /// The highest number it has promised; it refuses whatever is lower.
    pub promised: Option<Ballot>,
    /// What it accepted under the highest number.
    pub accepted: Option<(Ballot, Value)>,
}

impl Peers {
    /// Phase 1b: "If an acceptor receives a prepare request with number n greater than that of any prepare request to
    /// which it has already responded, then it responds with a promise" (PMS, section 2.2). An equal one is the same
    /// request again.
    pub(super) fn phase_1b(&self, me: NodeId, actor: &mut Actor, from: NodeId, ballot: Ballot, out: &mut Outbox<Self>) {
        if let Some(promised) = actor.disk.promised.filter(|&promised| self.below(ballot, promised)) {
            return self.refuse(me, actor, (1, from, ballot, promised), out);
        }
        if !self.is_off(broken::FORGET_PROMISE) {
            actor.disk.promised = Some(ballot);
        }
        let last = actor.disk.accepted;
        out.fact(Fact::Promised(ballot));
        out.note(Note::Promised { ballot, last });
        self.give_way(actor, ballot, out);
        self.tell(me, actor, from, Message::Promise { ballot, last }, out);
    }

    /// Phase 2b: "If an acceptor receives an accept request for a proposal numbered n, it accepts the proposal unless
    /// it has already responded to a prepare request having a number greater than n" (PMS, section 2.2). It tells
    /// everyone, so that each can count for itself.
    pub(super) fn phase_2b(
        &self,
        me: NodeId,
        actor: &mut Actor,
        (from, ballot, value): (NodeId, Ballot, Value),
        out: &mut Outbox<Self>,
    ) {
        if let Some(promised) = actor.disk.promised.filter(|&promised| self.below(ballot, promised)) {
            return self.refuse(me, actor, (2, from, ballot, promised), out);
        }
        if !self.is_off(broken::NO_RAISE) {
            actor.disk.promised = Some(ballot);
        }
        actor.disk.accepted = Some((ballot, value));
        out.fact(Fact::Voted(Slot::ONLY, ballot, value));
        out.note(Note::Accepted { ballot, value });
        self.give_way(actor, ballot, out);
        self.tell_all(me, actor, Message::Accepted { ballot, value }, out);
    }

    /// A refusal is a nack that names the higher number. It never proves that a value was not chosen.
    fn refuse(
        &self,
        me: NodeId,
        actor: &mut Actor,
        (phase, from, ballot, promised): (u8, NodeId, Ballot, Ballot),
        out: &mut Outbox<Self>,
    ) {
        out.note(Note::Refused { phase, ballot, promised });
        self.tell(me, actor, from, Message::Nack { ballot, promised }, out);
    }
}
