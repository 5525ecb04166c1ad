//! The acceptor: the memory of the system (PMMC, section 2).

use super::knobs::broken;
use super::message::PValue;
use super::{Message, Note, Pmmc};
use crate::paxos::{Ballot, Fact, Input, Map, NodeId, Outbox, Slot};

/// An acceptor's state, all of it durable.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Acceptor {
    /// The ballot it has adopted; it refuses whatever is lower. The paper's `ballot_num`.
    pub ballot: Option<Ballot>,
    /// The pvalue of the highest ballot that it accepted in each slot: of the lower ones nobody needs to know
    /// (section 4, state reduction).
    pub accepted: Map<Slot, PValue>,
    /// Slots below this one were forgotten: enough replicas have performed them (section 4).
    pub collected: Slot,
}

impl Pmmc {
    pub(super) fn acceptor(&self, acceptor: &mut Acceptor, input: Input<Self>, out: &mut Outbox<Self>) {
        match input {
            Input::Message { from, message: &Message::P1a { ballot, from: slot } } => {
                self.phase_1b(acceptor, from, ballot, slot, out);
            }
            Input::Message { from, message: &Message::P2a { pvalue } } => self.phase_2b(acceptor, from, pvalue, out),
            Input::Message { message: &Message::Collect { below }, .. } if below > acceptor.collected => {
                acceptor.collected = below;
                acceptor.accepted.forget_while(|slot| *slot < below);
                out.note(Note::Collected { below });
            }
            Input::Message { message: &Message::Collect { below }, .. } => out.note(Note::CollectedBefore { below }),
            Input::Request(_) => out.note(Note::NotAClient),
            _ => {}
        }
    }

    /// 1b: adopts the ballot if it is higher than its own, and answers with the ballot it is in and what it accepted.
    fn phase_1b(&self, acceptor: &mut Acceptor, scout: NodeId, asked: Ballot, from: Slot, out: &mut Outbox<Self>) {
        let collected = acceptor.collected;
        if let Some(ballot) = acceptor.ballot.filter(|ballot| asked < *ballot) {
            out.note(Note::Refused { phase: 1, asked, ballot });
            return out.send(scout, Message::P1b { asked, ballot, collected, accepted: [].into() });
        }
        if !self.is_off(broken::FORGET_PROMISE) {
            acceptor.ballot = Some(asked);
        }
        let accepted: Vec<_> = acceptor.accepted.range(from..).map(|(_, pvalue)| *pvalue).collect();
        out.fact(Fact::Promised(asked));
        out.note(Note::Adopts { ballot: asked, from, pvalues: accepted.len() });
        out.send(scout, Message::P1b { asked, ballot: asked, collected, accepted: accepted.into() });
    }

    /// 2b: accepts the pvalue unless it has adopted a higher ballot; a pvalue of a ballot that it missed the p1a of
    /// makes it adopt that one.
    fn phase_2b(&self, acceptor: &mut Acceptor, commander: NodeId, pvalue: PValue, out: &mut Outbox<Self>) {
        let PValue { slot, ballot: asked, command, .. } = pvalue;
        if let Some(ballot) = acceptor.ballot.filter(|ballot| asked < *ballot) {
            out.note(Note::Refused { phase: 2, asked, ballot });
            return out.send(commander, Message::P2b { asked, ballot, slot });
        }
        acceptor.ballot = Some(asked);
        // Below, enough replicas have performed the command: the vote is no longer needed by anyone.
        if slot >= acceptor.collected {
            acceptor.accepted.insert(slot, pvalue);
        }
        out.fact(Fact::Voted(slot, asked, command));
        out.note(Note::Accepted { slot, ballot: asked, command });
        out.send(commander, Message::P2b { asked, ballot: asked, slot });
    }
}
