//! The proposer: it begins one round after another, each with a value of its own, and counts how many are decided.

use super::knobs::broken;
use super::tally::{Past, Tally};
use super::{Message, Note, Rounds, emoji, timer};
use crate::paxos::{Ballot, Count, Fact, Input, Micros, NodeId, NodeSet, Outbox, Slot, Timer, Value};
use std::collections::VecDeque;

/// How many values of clients may wait.
pub const MOST_WANTED: usize = 32;

/// A proposer's state.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Proposer {
    /// Durable: the latest round that it began or heard the end of. It never begins one twice.
    pub round: u32,
    /// Durable: what clients asked for. The first is proposed in every round until it is decided.
    pub wanted: VecDeque<Value>,
    /// Durable, but no part of the protocol: what was measured.
    pub tally: Tally,
    /// Volatile: the highest round that a refusal told it of.
    pub heard: u32,
    /// Volatile: where its round stands.
    pub phase: Phase,
    /// Volatile: which of its timers are set.
    pub armed: u16,
}

/// Where a proposer's round stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Phase {
    /// It rests between two rounds.
    Resting,
    /// Phase 1: it collects promises.
    Prepare {
        /// Its ballot.
        ballot: Ballot,
        /// Its own value.
        mine: Value,
        /// Who promised.
        promises: Count,
        /// Who failed or refused.
        fails: NodeSet,
        /// The reported vote of the highest ballot.
        adopt: Option<(Ballot, Value)>,
    },
    /// Phase 2: it collects votes.
    Propose {
        /// Its ballot.
        ballot: Ballot,
        /// The value it asks to accept.
        value: Value,
        /// Who voted.
        votes: Count,
        /// Who failed or refused.
        fails: NodeSet,
    },
    /// Its ballot failed, but another proposer may still decide the round.
    Waiting {
        /// Its ballot.
        ballot: Ballot,
    },
}

impl Proposer {
    pub(super) fn new(round: u32, wanted: VecDeque<Value>, tally: Tally) -> Self {
        Self { round, wanted, tally, heard: 0, phase: Phase::Resting, armed: 0 }
    }

    /// The ballot it has going.
    pub fn ballot(&self) -> Option<Ballot> {
        match self.phase {
            Phase::Resting => None,
            Phase::Prepare { ballot, .. } | Phase::Propose { ballot, .. } | Phase::Waiting { ballot } => Some(ballot),
        }
    }

    fn set(&mut self, timer: Timer, after: Micros, spread: Micros, out: &mut Outbox<Rounds>) {
        self.armed |= 1 << timer.0;
        out.set(timer, after, spread);
    }

    fn cancel(&mut self, timer: Timer, out: &mut Outbox<Rounds>) {
        if self.armed >> timer.0 & 1 == 1 {
            self.armed &= !(1 << timer.0);
            out.cancel(timer);
        }
    }
}

impl Rounds {
    pub(super) fn proposer(&self, me: NodeId, proposer: &mut Proposer, input: Input<Self>, out: &mut Outbox<Self>) {
        match input {
            Input::Start | Input::Restart => {
                out.note(Note::Ready);
                proposer.set(timer::NEXT, Micros::ZERO, self.pause, out);
            }
            Input::Timer(timer::NEXT) => {
                proposer.armed &= !(1 << timer::NEXT.0);
                self.phase_1a(me, proposer, out);
            }
            Input::Timer(timer::PATIENCE) => {
                proposer.armed &= !(1 << timer::PATIENCE.0);
                if let Some(ballot) = proposer.ballot() {
                    out.note(Note::TimedOut { ballot });
                    self.end(me, proposer, ballot, None, out);
                }
            }
            Input::Request(&value) => {
                if proposer.wanted.len() >= MOST_WANTED {
                    return out.note(Note::Full { value });
                }
                out.fact(Fact::Requested(value));
                proposer.wanted.push_back(value);
                out.note(Note::Asked { value, waiting: proposer.wanted.len() });
            }
            Input::Message { from, message } => self.proposer_hears(me, proposer, from, message, out),
            // A proposer that fails over a reply does nothing with it.
            Input::Fault { message, .. } => {
                out.note(Note::Failed { phase: 0, ballot: message.ballot(), silently: true });
            }
            Input::Timer(_) | Input::Leave => {}
        }
    }

    fn proposer_hears(
        &self,
        me: NodeId,
        proposer: &mut Proposer,
        from: NodeId,
        message: &Message,
        out: &mut Outbox<Self>,
    ) {
        match *message {
            Message::Promise { ballot, last } => self.collect_promise(proposer, from, (ballot, last), out),
            Message::Accept { ballot, .. } => self.collect_vote(me, proposer, from, ballot, out),
            Message::Fail { ballot, phase, higher } => {
                self.collect_fail(me, proposer, from, (ballot, phase, higher), out);
            }
            Message::Terminate { ballot, decided } => self.hear_end(me, proposer, (ballot, decided), out),
            Message::Prepare { ballot } | Message::Propose { ballot, .. } => out.note(Note::Late { ballot }),
        }
    }

    /// Phase 1a: a round begins. Its number is the round of the ballot and the slot at once, so a promise closes all
    /// earlier rounds. A promise that is not answered within the time-out does not count any more.
    fn phase_1a(&self, me: NodeId, proposer: &mut Proposer, out: &mut Outbox<Self>) {
        proposer.round = proposer.round.saturating_add(1).max(proposer.heard);
        let ballot = Ballot { round: proposer.round, owner: me };
        let mine = proposer.wanted.front().copied().unwrap_or_else(|| emoji::of(self.shuffle, ballot));
        proposer.phase =
            Phase::Prepare { ballot, mine, promises: Count::default(), fails: NodeSet::EMPTY, adopt: None };
        proposer.tally.measure(self.failure);
        out.fact(Fact::Requested(mine));
        out.fact(Fact::Began(ballot));
        out.note(Note::Began { ballot, mine });
        out.broadcast(self.acceptors(), Message::Prepare { ballot });
        self.wait(proposer, out);
    }

    fn wait(&self, proposer: &mut Proposer, out: &mut Outbox<Self>) {
        proposer.set(timer::PATIENCE, self.patience, Micros::ZERO, out);
    }

    /// Phase 1b arrives. A promise counts for the ballot it names and for no other.
    fn collect_promise(
        &self,
        proposer: &mut Proposer,
        from: NodeId,
        (of, last): (Ballot, Option<(Ballot, Value)>),
        out: &mut Outbox<Self>,
    ) {
        let Phase::Prepare { ballot, mine, promises, adopt, .. } = &mut proposer.phase else {
            return out.note(Note::Late { ballot: of });
        };
        if of != *ballot {
            return out.note(Note::Late { ballot: of });
        }
        promises.add(from, self.is_off(broken::COUNT_REPLIES));
        *adopt = (*adopt).max(last);
        let (ballot, mine, count, adopt) = (*ballot, *mine, promises.len(), *adopt);
        out.note(Note::CountedPromise { ballot, from, count, need: self.quorum, last });
        if count >= self.quorum {
            self.phase_2a(proposer, ballot, mine, adopt, out);
        }
    }

    /// Phase 2a: it asks all acceptors for votes, also those that failed at the prepare, for the value of the
    /// highest-numbered vote reported, or for its own if none was (PMS, section 2.2).
    fn phase_2a(
        &self,
        proposer: &mut Proposer,
        ballot: Ballot,
        mine: Value,
        adopt: Option<(Ballot, Value)>,
        out: &mut Outbox<Self>,
    ) {
        let adopt = adopt.filter(|_| !self.is_off(broken::IGNORE_ACCEPTED));
        let value = adopt.map_or(mine, |(_, value)| value);
        proposer.phase = Phase::Propose { ballot, value, votes: Count::default(), fails: NodeSet::EMPTY };
        out.fact(Fact::Proposed(Slot(ballot.round), ballot, value));
        out.note(Note::Proposed { ballot, value, adopted: adopt.map(|(at, _)| at) });
        out.broadcast(self.acceptors(), Message::Propose { ballot, value });
        self.wait(proposer, out);
    }

    /// Phase 2b arrives: a quorum of votes decides the round (PMS, section 2.2).
    fn collect_vote(&self, me: NodeId, proposer: &mut Proposer, from: NodeId, of: Ballot, out: &mut Outbox<Self>) {
        let Phase::Propose { ballot, value, votes, .. } = &mut proposer.phase else {
            return out.note(Note::Late { ballot: of });
        };
        if of != *ballot {
            return out.note(Note::Late { ballot: of });
        }
        votes.add(from, self.is_off(broken::COUNT_REPLIES));
        let (ballot, value, count) = (*ballot, *value, votes.len());
        out.note(Note::CountedVote { ballot, from, count, need: self.quorum });
        if count >= self.quorum {
            out.note(Note::Decided { ballot, value });
            self.end(me, proposer, ballot, Some(value), out);
        }
    }

    /// A FAIL arrives. Once so many acceptors failed that the others are no quorum, the ballot is given up; that does not
    /// prove that its value was not chosen.
    fn collect_fail(
        &self,
        me: NodeId,
        proposer: &mut Proposer,
        from: NodeId,
        (of, at, higher): (Ballot, u8, Option<Ballot>),
        out: &mut Outbox<Self>,
    ) {
        proposer.heard = proposer.heard.max(higher.map_or(0, |higher| higher.round));
        let (ballot, phase, fails) = match &mut proposer.phase {
            Phase::Prepare { ballot, fails, .. } => (*ballot, 1, fails),
            Phase::Propose { ballot, fails, .. } => (*ballot, 2, fails),
            Phase::Resting | Phase::Waiting { .. } => return out.note(Note::Late { ballot: of }),
        };
        if (of, at) != (ballot, phase) {
            return out.note(Note::Late { ballot: of });
        }
        fails.insert(from);
        let (count, bearable) = (fails.len(), self.acceptors().len() - self.quorum);
        out.note(Note::CountedFail { ballot, from, phase, count, bearable });
        if count <= bearable {
            return;
        }
        if higher.is_some() {
            out.fact(Fact::Preempted(ballot));
        }
        let waits = self.proposers > 1;
        out.note(Note::GaveUp { ballot, phase, waits });
        if waits {
            proposer.phase = Phase::Waiting { ballot };
        } else {
            self.end(me, proposer, ballot, None, out);
        }
    }

    /// Its own ballot is through: it tells everyone and rests.
    fn end(&self, me: NodeId, proposer: &mut Proposer, ballot: Ballot, decided: Option<Value>, out: &mut Outbox<Self>) {
        if let Some(value) = decided {
            out.fact(Fact::Learned(Slot(ballot.round), value));
        }
        out.broadcast(self.others(me), Message::Terminate { ballot, decided });
        self.rest(proposer, Past { round: ballot.round, decided }, out);
    }

    fn rest(&self, proposer: &mut Proposer, past: Past, out: &mut Outbox<Self>) {
        if past.decided.is_some() && proposer.wanted.front().copied() == past.decided {
            proposer.wanted.pop_front();
        }
        proposer.tally.enter(past);
        proposer.phase = Phase::Resting;
        proposer.cancel(timer::PATIENCE, out);
        proposer.set(timer::NEXT, self.pause, Micros::ZERO, out);
    }

    /// Somebody else is through with a round. What was decided ends the round here as well; what failed does not. Of a
    /// later round it learns that its own is over.
    fn hear_end(
        &self,
        me: NodeId,
        proposer: &mut Proposer,
        (ballot, decided): (Ballot, Option<Value>),
        out: &mut Outbox<Self>,
    ) {
        let slot = Slot(ballot.round);
        if ballot.round < proposer.round {
            return out.note(Note::Late { ballot });
        }
        if let Some(value) = decided {
            out.fact(Fact::Learned(slot, value));
            out.note(Note::Learned { ballot, value });
        }
        let running = proposer.ballot().map(|mine| mine.round);
        match running {
            Some(round) if round == ballot.round && decided.is_some() => {
                self.rest(proposer, Past { round, decided }, out);
            }
            Some(round) if round < ballot.round => {
                out.note(Note::Left { round, for_round: ballot.round });
                let mine = Ballot { round, owner: me };
                out.broadcast(self.others(me), Message::Terminate { ballot: mine, decided: None });
                proposer.round = ballot.round;
                self.rest(proposer, Past { round, decided: None }, out);
            }
            _ if decided.is_none() => out.note(Note::OtherFailed { ballot }),
            _ => {}
        }
        proposer.round = proposer.round.max(ballot.round);
    }
}
