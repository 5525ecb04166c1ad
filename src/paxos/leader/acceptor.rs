//! The acceptor in every node: one promise for all ids, one vote for each.

use super::knobs::broken;
use super::node::Node;
use super::{Command, Leader, Message, Note};
use crate::paxos::{Ballot, Fact, NodeId, Outbox, Slot};

impl Leader {
    /// Phase 1b: it promises "if n is greater than that of any prepare request to which it has already responded" (PMS,
    /// section 2.2); the leader asks for each id with the same ballot, so an equal one is no news. The promise is one
    /// for all ids, and the answer tells of this id and of the highest that it knows. Returns the answer.
    pub(super) fn phase_1b(&self, node: &mut Node, slot: Slot, ballot: Ballot, out: &mut Outbox<Self>) -> Message {
        if let Some(promised) = node.promised.filter(|promised| ballot < *promised) {
            return refuse(ballot, promised, out);
        }
        if !self.is_off(broken::FORGET_PROMISE) {
            node.promised = Some(ballot);
        }
        let last = node.accepted.get(&slot).copied();
        out.fact(Fact::Promised(ballot));
        out.note(Note::Promised { slot, ballot, last });
        Message::Promise { slot, ballot, last, top: node.top() }
    }

    /// Phase 2b: it votes "unless it has already responded to a prepare request having a number greater than n" (PMS,
    /// section 2.2). Returns the answer.
    pub(super) fn phase_2b(
        &self,
        node: &mut Node,
        slot: Slot,
        ballot: Ballot,
        value: Command,
        out: &mut Outbox<Self>,
    ) -> Message {
        if let Some(promised) = node.promised.filter(|promised| ballot < *promised) {
            return refuse(ballot, promised, out);
        }
        node.promised = Some(ballot);
        node.accepted.insert(slot, (ballot, value));
        out.fact(Fact::Voted(slot, ballot, value));
        out.note(Note::Accepted { slot, ballot, value });
        Message::Accepted { slot, ballot, value }
    }

    /// A vote is told to the leader and to the other distinguished learners (PMS, section 2.3).
    pub(super) fn tell_vote(
        &self,
        me: NodeId,
        node: &mut Node,
        (leader, vote): (NodeId, Message),
        out: &mut Outbox<Self>,
    ) {
        let Message::Accepted { slot, ballot, value } = vote else { return };
        let others = self.distinguished().without([me, leader].into_iter().collect());
        out.broadcast(others, vote);
        if me != leader && self.distinguished().contains(me) {
            self.hear_vote(me, node, (me, slot, ballot, value), out);
        }
    }
}

fn refuse(ballot: Ballot, promised: Ballot, out: &mut Outbox<Leader>) -> Message {
    out.note(Note::Refused { ballot, promised });
    Message::Refused { ballot, promised }
}
