//! Discovery: a node that comes up greets everyone, and knows those of whom it has heard.

use super::{Actor, Message, Note, Synod};
use crate::paxos::{Input, NodeId, NodeSet, Outbox};

impl Synod {
    /// What a node does besides its role, to meet the others.
    pub(super) fn greet(&self, node: NodeId, actor: &mut Actor, input: Input<Self>, out: &mut Outbox<Self>) {
        match input {
            Input::Start | Input::Restart => {
                actor.known = NodeSet::EMPTY;
                actor.known.insert(node);
                out.note(Note::Greets);
                out.broadcast(self.everyone().without(actor.known), Message::Hello);
            }
            Input::Leave => {
                out.note(Note::Leaves);
                actor.known.remove(node);
                out.broadcast(actor.known, Message::Bye);
            }
            Input::Message { from, message: Message::Hello } => {
                actor.known.insert(from);
                out.note(Note::Met { node: from });
                out.send(from, Message::Welcome);
            }
            Input::Message { from, message: Message::Welcome } => {
                actor.known.insert(from);
                out.note(Note::Met { node: from });
            }
            Input::Message { from, message: Message::Bye } => {
                actor.known.remove(from);
                out.note(Note::Parted { node: from });
            }
            // A hello can be lost, and so can the other one's. Whoever needs somebody has a timer that runs until it has
            // what it needs, so its timers say hello again: no timer of its own, and no noise once all is done.
            Input::Timer(_) => {
                let strangers = self.everyone().without(actor.known);
                if !strangers.is_empty() {
                    out.note(Note::GreetsAgain { to: strangers });
                    out.broadcast(strangers, Message::Hello);
                }
            }
            _ => {}
        }
    }
}
