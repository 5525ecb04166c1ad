//! The nag: it knows nothing of the protocol and only starts one period after another.

use super::{Message, Synod, timer};
use crate::paxos::{Input, Micros, NodeSet, Outbox};

/// The nag's state: how many periods it has started. Durable, so that periods are numbered once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Nag {
    /// The number of the latest period.
    pub period: u32,
}

impl Synod {
    pub(super) fn nag(&self, known: NodeSet, nag: &mut Nag, input: Input<Self>, out: &mut Outbox<Self>) {
        match input {
            Input::Start | Input::Restart => out.set(timer::PERIOD, Micros::ZERO, Micros::ZERO),
            Input::Timer(timer::PERIOD) => {
                nag.period = nag.period.saturating_add(1);
                out.note(super::Note::Nags { number: nag.period });
                out.broadcast(self.proposers().and(known), Message::Period { number: nag.period });
                out.set(timer::PERIOD, self.period, Micros::ZERO);
            }
            _ => {}
        }
    }
}
