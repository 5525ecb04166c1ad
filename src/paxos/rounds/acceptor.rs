//! The acceptor: it promises and votes, round after round, and keeps only the latest.

use super::knobs::broken;
use super::{Message, Note, Rounds};
use crate::paxos::{Ballot, Fact, Input, NodeId, Outbox, Slot, Value};

/// An acceptor's state, all of it durable. It does not grow: an older round than that of the promise is closed for ever,
/// so nothing of it has to be remembered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Acceptor {
    /// The highest ballot it has promised; it refuses whatever is lower.
    pub promised: Option<Ballot>,
    /// Its vote of the highest ballot. It counts in the round of that ballot only.
    pub accepted: Option<(Ballot, Value)>,
    /// The latest round that it knows to be decided: that round and all older ones are over.
    pub over: Option<(Ballot, Value)>,
}

impl Rounds {
    pub(super) fn acceptor(&self, acceptor: &mut Acceptor, input: Input<Self>, out: &mut Outbox<Self>) {
        match input {
            Input::Message { from, message: &Message::Prepare { ballot } } => {
                self.phase_1b(acceptor, from, ballot, out);
            }
            Input::Message { from, message: &Message::Propose { ballot, value } } => {
                self.phase_2b(acceptor, from, (ballot, value), out);
            }
            Input::Message { message: &Message::Terminate { ballot, decided }, .. } => {
                self.close(acceptor, ballot, decided, out);
            }
            Input::Message { message, .. } => out.note(Note::Late { ballot: message.ballot() }),
            Input::Fault { from, message } => self.fail_at(from, message, out),
            Input::Start | Input::Restart | Input::Leave | Input::Timer(_) | Input::Request(_) => {}
        }
    }

    /// Chance has it fail at a message: it does nothing that the message asks for, and may say so.
    fn fail_at(&self, from: NodeId, message: &Message, out: &mut Outbox<Self>) {
        let (ballot, phase) = match *message {
            Message::Prepare { ballot } => (ballot, 1),
            Message::Propose { ballot, .. } => (ballot, 2),
            _ => (message.ballot(), 0),
        };
        out.note(Note::Failed { phase, ballot, silently: self.silence });
        if phase > 0 && !self.silence {
            out.send(from, Message::Fail { ballot, phase, higher: None });
        }
    }

    /// Phase 1b: it promises "if n is greater than that of any prepare request to which it has already responded" (PMS,
    /// section 2.2). An equal one is the same request again. Only a vote of the same round is reported: rounds are
    /// independent.
    fn phase_1b(&self, acceptor: &mut Acceptor, from: NodeId, ballot: Ballot, out: &mut Outbox<Self>) {
        if !self.is_open(acceptor, 1, from, ballot, out) {
            return;
        }
        if !self.is_off(broken::FORGET_PROMISE) {
            acceptor.promised = Some(ballot);
        }
        let last = acceptor.accepted.filter(|(at, _)| at.round == ballot.round);
        out.fact(Fact::Promised(ballot));
        out.note(Note::Promised { ballot, last });
        out.send(from, Message::Promise { ballot, last });
    }

    /// Phase 2b: it votes "unless it has already responded to a prepare request having a number greater than n" (PMS,
    /// section 2.2), also if it failed at the prepare of that round.
    fn phase_2b(
        &self,
        acceptor: &mut Acceptor,
        from: NodeId,
        (ballot, value): (Ballot, Value),
        out: &mut Outbox<Self>,
    ) {
        if !self.is_open(acceptor, 2, from, ballot, out) {
            return;
        }
        acceptor.promised = Some(ballot);
        acceptor.accepted = Some((ballot, value));
        out.fact(Fact::Voted(Slot(ballot.round), ballot, value));
        out.note(Note::Accepted { ballot, value });
        out.send(from, Message::Accept { ballot, value });
    }

    /// Whether the ballot may still go on here. If not, it is refused, or told what was decided.
    fn is_open(&self, acceptor: &Acceptor, phase: u8, from: NodeId, ballot: Ballot, out: &mut Outbox<Self>) -> bool {
        if let Some((over, value)) = acceptor.over.filter(|(over, _)| ballot.round <= over.round) {
            out.note(Note::IsOver { ballot, over });
            out.send(from, Message::Terminate { ballot: over, decided: Some(value) });
            return false;
        }
        let Some(promised) = acceptor.promised.filter(|promised| ballot < *promised) else { return true };
        out.note(Note::Refused { phase, ballot, promised, silently: self.silence });
        if !self.silence {
            out.send(from, Message::Fail { ballot, phase, higher: Some(promised) });
        }
        false
    }

    /// A proposer is through with the round. If it was decided, the round is closed to every other ballot, and the vote
    /// need not be reported any more.
    fn close(&self, acceptor: &mut Acceptor, ballot: Ballot, decided: Option<Value>, out: &mut Outbox<Self>) {
        let Some(value) = decided else { return out.note(Note::OtherFailed { ballot }) };
        if acceptor.over.is_some_and(|(over, _)| over.round >= ballot.round) {
            return out.note(Note::Late { ballot });
        }
        acceptor.over = Some((ballot, value));
        out.fact(Fact::Learned(Slot(ballot.round), value));
        out.note(Note::Learned { ballot, value });
    }
}
