//! The proposer in every actor: whoever hears nothing proposes, and whoever is refused steps back.

use super::knobs::broken;
use super::{Actor, Message, Note, Peers, timer};
use crate::paxos::{Ballot, Fact, NodeId, NodeSet, Outbox, Slot, Timer, Value};

/// The proposal that an actor has going.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Proposal {
    /// None.
    None,
    /// Phase 1: it collects promises.
    Asking {
        /// Its number.
        ballot: Ballot,
        /// Who promised.
        promises: NodeSet,
        /// The value to adopt of those reported.
        adopt: Option<(Ballot, Value)>,
    },
    /// Phase 2: it has asked everyone to accept. Like all others it counts who did.
    Proposing {
        /// Its number.
        ballot: Ballot,
        /// The value.
        value: Value,
    },
}

impl Proposal {
    /// Its number.
    pub fn ballot(self) -> Option<Ballot> {
        match self {
            Proposal::None => None,
            Proposal::Asking { ballot, .. } | Proposal::Proposing { ballot, .. } => Some(ballot),
        }
    }
}

impl Peers {
    /// It has heard nothing for a while, or a toss hit: it proposes.
    pub(super) fn wake(&self, me: NodeId, actor: &mut Actor, timer: Timer, out: &mut Outbox<Self>) {
        actor.armed &= !(1 << timer.0);
        if actor.agreed.is_some() {
            return out.note(Note::Content);
        }
        out.note(if timer == timer::CHANCE { Note::Chance } else { Note::Silence });
        if let Some(ballot) = actor.proposal.ballot() {
            actor.failures = actor.failures.saturating_add(1);
            out.note(Note::GaveUp { ballot });
        }
        self.phase_1a(me, actor, out);
    }

    /// A client asks for a value: the actor takes it for its own, and proposes unless it does so already.
    pub(super) fn ask(&self, me: NodeId, actor: &mut Actor, value: Value, out: &mut Outbox<Self>) {
        out.fact(Fact::Requested(value));
        if let Some((_, agreed)) = actor.agreed {
            return out.note(Note::AskedTooLate { value, agreed });
        }
        out.note(Note::Asked { value });
        actor.mine = value;
        if actor.proposal == Proposal::None {
            self.phase_1a(me, actor, out);
        }
    }

    /// Phase 1a: "A proposer selects a proposal number n and sends a prepare request with number n to a majority of
    /// acceptors" (PMS, section 2.2), here to all. Its cycle is above all it has used, promised or heard of.
    fn phase_1a(&self, me: NodeId, actor: &mut Actor, out: &mut Outbox<Self>) {
        let promised = actor.disk.promised.map_or(0, |promised| promised.round);
        actor.cycle = actor.cycle.max(actor.heard).max(promised).saturating_add(1);
        let ballot = Ballot { round: actor.cycle, owner: me };
        actor.proposal = Proposal::Asking { ballot, promises: NodeSet::EMPTY, adopt: None };
        out.fact(Fact::Began(ballot));
        out.note(Note::Began { ballot });
        self.listen(actor, out);
        self.tell_all(me, actor, Message::Prepare { ballot }, out);
    }

    /// Phase 1b arrives. A promise counts for the number it names and for no other; what is late or double changes
    /// nothing.
    pub(super) fn collect_promise(
        &self,
        me: NodeId,
        actor: &mut Actor,
        (from, ballot, last): (NodeId, Ballot, Option<(Ballot, Value)>),
        out: &mut Outbox<Self>,
    ) {
        let (promises, adopt) = match &mut actor.proposal {
            Proposal::Asking { ballot: current, promises, adopt } if *current == ballot => (promises, adopt),
            _ => return out.note(Note::Late { message: Message::Promise { ballot, last } }),
        };
        promises.insert(from);
        if let Some(reported) = last {
            let held = adopt.filter(|held| !self.below(held.0, reported.0) && !self.is_off(broken::ADOPT_LATEST));
            *adopt = Some(held.unwrap_or(reported));
        }
        let (count, adopt) = (promises.len(), *adopt);
        out.note(Note::CountedPromise { ballot, from, count, need: self.majority(), last });
        if count >= self.majority() {
            self.phase_2a(me, actor, ballot, adopt, out);
        }
    }

    /// Phase 2a: "…it sends an accept request … with a value v, where v is the value of the highest-numbered proposal
    /// among the responses, or is any value if the responses reported no proposals" (PMS, section 2.2).
    fn phase_2a(
        &self,
        me: NodeId,
        actor: &mut Actor,
        ballot: Ballot,
        adopt: Option<(Ballot, Value)>,
        out: &mut Outbox<Self>,
    ) {
        let adopt = adopt.filter(|_| !self.is_off(broken::IGNORE_ACCEPTED));
        let value = adopt.map_or(actor.mine, |(_, value)| value);
        actor.proposal = Proposal::Proposing { ballot, value };
        out.fact(Fact::Proposed(Slot::ONLY, ballot, value));
        out.note(Note::Proposed { ballot, value, adopted: adopt.map(|(from, _)| from) });
        self.tell_all(me, actor, Message::Accept { ballot, value }, out);
    }

    /// A nack arrives.
    pub(super) fn hear_nack(&self, actor: &mut Actor, ballot: Ballot, promised: Ballot, out: &mut Outbox<Self>) {
        actor.heard = actor.heard.max(promised.round);
        if actor.proposal.ballot() == Some(ballot) {
            self.step_back(actor, ballot, promised, out);
        } else {
            out.note(Note::Late { message: Message::Nack { ballot, promised } });
        }
    }

    /// It has bound itself to `promised`, as if it had refused its own proposal.
    pub(super) fn give_way(&self, actor: &mut Actor, promised: Ballot, out: &mut Outbox<Self>) {
        if let Some(ballot) = actor.proposal.ballot().filter(|&ballot| self.below(ballot, promised)) {
            self.step_back(actor, ballot, promised, out);
        }
    }

    /// It gives its proposal up and listens. The value may be chosen all the same.
    fn step_back(&self, actor: &mut Actor, ballot: Ballot, promised: Ballot, out: &mut Outbox<Self>) {
        actor.proposal = Proposal::None;
        actor.failures = actor.failures.saturating_add(1);
        out.fact(Fact::Preempted(ballot));
        out.note(Note::SteppedBack { ballot, promised });
        self.listen(actor, out);
    }
}
