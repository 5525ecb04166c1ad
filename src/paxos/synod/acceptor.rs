//! The acceptor: it promises, votes and remembers.

use super::knobs::broken;
use super::{Message, Note, Synod, timer};
use crate::paxos::{Ballot, Fact, Input, Micros, NodeId, NodeSet, Outbox, Slot, Value};

/// What an acceptor must never forget.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Disk {
    /// The highest ballot it has promised; it refuses whatever is lower.
    pub promised: Option<Ballot>,
    /// Its vote of the highest ballot.
    pub accepted: Option<(Ballot, Value)>,
}

/// An acceptor's state.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Acceptor {
    /// Durable.
    pub disk: Disk,
    /// With `reply-before-write` only: what the real disk still holds, until the write that was put off happens.
    pub unwritten: Option<Disk>,
}

impl Synod {
    pub(super) fn acceptor(&self, known: NodeSet, acceptor: &mut Acceptor, input: Input<Self>, out: &mut Outbox<Self>) {
        let before = acceptor.disk;
        match input {
            Input::Message { from, message: &Message::Prepare { ballot } } => {
                self.phase_1b(&mut acceptor.disk, known, from, ballot, out);
            }
            Input::Message { from, message: &Message::Accept { ballot, value } } => {
                self.phase_2b(&mut acceptor.disk, known, (from, ballot, value), out);
            }
            // A learner that missed votes asks; an acceptor repeats its own and nothing else.
            Input::Message { from, message: Message::Query } => match acceptor.disk.accepted {
                Some((ballot, value)) => {
                    out.note(Note::Repeated { learner: from, ballot });
                    out.send(from, Message::Accepted { ballot, value });
                }
                None => out.note(Note::NothingToTell { learner: from }),
            },
            Input::Timer(timer::FLUSH) => {
                acceptor.unwritten = None;
                out.note(Note::Written);
            }
            _ => {}
        }
        if self.is_off(broken::REPLY_BEFORE_WRITE) && acceptor.disk != before {
            acceptor.unwritten.get_or_insert(before);
            out.note(Note::WritesLater);
            out.set(timer::FLUSH, super::FLUSH_AFTER, Micros::ZERO);
        }
    }

    /// Phase 1b: "If an acceptor receives a prepare request with number n greater than that of any prepare request to
    /// which it has already responded, then it responds with a promise" (PMS, section 2.2). An equal one is the same
    /// request again.
    fn phase_1b(&self, disk: &mut Disk, known: NodeSet, from: NodeId, ballot: Ballot, out: &mut Outbox<Self>) {
        if let Some(promised) = disk.promised.filter(|&promised| self.below(ballot, promised)) {
            return self.refuse(1, from, ballot, promised, out);
        }
        if !self.is_off(broken::FORGET_PROMISE) {
            disk.promised = Some(ballot);
        }
        out.fact(Fact::Promised(ballot));
        out.note(Note::Promised { ballot, last: disk.accepted });
        let promise = Message::Promise { ballot, last: disk.accepted };
        if self.is_off(broken::PROMISE_BROADCAST) {
            out.broadcast(self.proposers().and(known), promise);
        } else {
            out.send(from, promise);
        }
    }

    /// Phase 2b: "If an acceptor receives an accept request for a proposal numbered n, it accepts the proposal unless
    /// it has already responded to a prepare request having a number greater than n" (PMS, section 2.2).
    fn phase_2b(
        &self,
        disk: &mut Disk,
        known: NodeSet,
        (from, ballot, value): (NodeId, Ballot, Value),
        out: &mut Outbox<Self>,
    ) {
        if let Some(promised) = disk.promised.filter(|&promised| self.below(ballot, promised)) {
            return self.refuse(2, from, ballot, promised, out);
        }
        if self.is_off(broken::EQUAL_ONLY) && disk.promised != Some(ballot) {
            out.note(Note::NotPromised { ballot, promised: disk.promised });
            return;
        }
        if !self.is_off(broken::NO_RAISE) {
            disk.promised = Some(ballot);
        }
        disk.accepted = Some((ballot, value));
        out.fact(Fact::Voted(Slot::ONLY, ballot, value));
        out.note(Note::Accepted { ballot, value });
        let accepted = Message::Accepted { ballot, value };
        out.send(from, accepted);
        if !self.told_by_proposer {
            out.broadcast(self.learners().and(known), accepted);
        }
    }

    /// Silence is enough for progress; a nack only speeds it up, and never proves that a value was not chosen.
    fn refuse(&self, phase: u8, from: NodeId, ballot: Ballot, promised: Ballot, out: &mut Outbox<Self>) {
        out.note(Note::Refused { phase, ballot, promised, silently: self.silence });
        if !self.silence {
            out.send(from, Message::Nack { ballot, promised });
        }
    }
}
