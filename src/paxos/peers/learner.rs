//! The learner in every actor: it counts who accepted what.

use super::knobs::broken;
use super::{Actor, Note, Peers, Proposal};
use crate::paxos::{Ballot, Fact, NodeId, NodeSet, Outbox, Slot, Value};

impl Peers {
    /// Agreement is one number and one majority, counted over distinct actors (PMS, section 2.3: "each acceptor,
    /// whenever it accepts a proposal, respond to all learners").
    pub(super) fn count_vote(
        &self,
        actor: &mut Actor,
        (from, ballot, value): (NodeId, Ballot, Value),
        out: &mut Outbox<Self>,
    ) {
        if actor.agreed.is_some() {
            return out.note(Note::KnowsAlready { ballot });
        }
        let (_, nodes) = actor.votes.get_or_insert(ballot, (value, NodeSet::EMPTY));
        nodes.insert(from);
        let mut count = nodes.len();
        if self.is_off(broken::COUNT_VALUES) {
            let same = actor.votes.values().filter(|(voted, _)| *voted == value);
            count = same.fold(NodeSet::EMPTY, |all, (_, nodes)| all.or(*nodes)).len();
        }
        out.note(Note::CountedVote { ballot, from, count, need: self.majority() });
        if count >= self.majority() {
            actor.agreed = Some((ballot, value));
            actor.proposal = Proposal::None;
            actor.failures = 0;
            actor.votes.clear();
            self.listen(actor, out);
            out.fact(Fact::Learned(Slot::ONLY, value));
            out.note(Note::Agreed { ballot, value });
        }
    }
}
