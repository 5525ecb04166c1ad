//! The learner: it hears of votes and finds out what was chosen.

use super::knobs::broken;
use super::proposer::Count;
use super::{Message, Note, Synod, timer};
use crate::paxos::{Ballot, Fact, Input, Map, Micros, NodeId, NodeSet, Outbox, Slot, Value};

/// A learner's state, all of it volatile: whoever forgets it can ask again.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Learner {
    /// Who voted in which ballot, and for what, as far as it has heard.
    pub votes: Map<Ballot, (Value, Count)>,
    /// What it takes to be chosen, and in which ballot.
    pub learned: Option<(Ballot, Value)>,
    /// Whether it will ask once more.
    pub armed: bool,
}

impl Synod {
    pub(super) fn learner(&self, known: NodeSet, learner: &mut Learner, input: Input<Self>, out: &mut Outbox<Self>) {
        match input {
            Input::Start | Input::Restart => self.ask_later(learner, out),
            Input::Message { from, message: &Message::Accepted { ballot, value } } => {
                self.hear_vote(learner, (from, ballot, value), out);
            }
            Input::Message { message: &Message::Chosen { ballot, value }, .. } => match learner.learned {
                None => learn(learner, ballot, value, out),
                Some(_) => out.note(Note::KnowsAlready { ballot }),
            },
            Input::Timer(timer::CATCH_UP) => {
                learner.armed = false;
                if learner.learned.is_none() {
                    out.note(Note::Asks);
                    let who = if self.told_by_proposer { self.proposers() } else { self.acceptors() };
                    out.broadcast(who.and(known), Message::Query);
                    self.ask_later(learner, out);
                }
            }
            _ => {}
        }
    }

    /// Chosen is one ballot and one quorum, counted over distinct acceptors (PMS, section 2.3).
    fn hear_vote(&self, learner: &mut Learner, (from, ballot, value): (NodeId, Ballot, Value), out: &mut Outbox<Self>) {
        if learner.learned.is_some() {
            return out.note(Note::KnowsAlready { ballot });
        }
        let (_, count) = learner.votes.get_or_insert(ballot, (value, Count::default()));
        count.add(from, self.is_off(broken::COUNT_REPLIES));
        let count = if self.is_off(broken::COUNT_VALUES) {
            let same = learner.votes.values().filter(|(voted, _)| *voted == value);
            same.fold(NodeSet::EMPTY, |all, (_, count)| all.or(count.nodes)).len()
        } else {
            count.len()
        };
        out.note(Note::CountedVote { ballot, from, count, need: self.q2 });
        if count >= self.q2 {
            learn(learner, ballot, value, out);
        }
    }

    fn ask_later(&self, learner: &mut Learner, out: &mut Outbox<Self>) {
        if self.catch_up > Micros::ZERO && learner.learned.is_none() {
            learner.armed = true;
            out.set(timer::CATCH_UP, self.catch_up, Micros::ZERO);
        }
    }
}

fn learn(learner: &mut Learner, ballot: Ballot, value: Value, out: &mut Outbox<Synod>) {
    learner.learned = Some((ballot, value));
    if std::mem::take(&mut learner.armed) {
        out.cancel(timer::CATCH_UP);
    }
    out.fact(Fact::Learned(Slot::ONLY, value));
    out.note(Note::Learned { ballot, value });
}
