//! The proposer: it asks for promises, adopts what they report, and asks for votes.

use super::knobs::broken;
use super::{Message, Note, Synod, timer};
pub use crate::paxos::Count;
use crate::paxos::{Ballot, Fact, Input, Micros, NodeId, NodeSet, Outbox, Slot, Value};

/// A proposer's state.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Proposer {
    /// Durable: the value it would like to be chosen.
    pub mine: Value,
    /// Durable: the highest round it has used, so that no ballot is ever used twice.
    pub round: u32,
    /// Volatile: the highest round it has heard of.
    pub heard: u32,
    /// Volatile: how many ballots failed in a row; the back-off grows with it.
    pub failures: u8,
    /// Volatile: where its ballot stands.
    pub phase: Phase,
    /// Volatile: which of its timers are set, so that the state tells what can happen next.
    pub armed: u16,
}

/// Where a proposer's ballot stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Phase {
    /// It has no ballot.
    Idle,
    /// Phase 1: it collects promises.
    Prepare {
        /// Its ballot.
        ballot: Ballot,
        /// Who promised.
        promises: Count,
        /// The vote to adopt of those reported.
        adopt: Option<(Ballot, Value)>,
    },
    /// Phase 2: it collects votes.
    Accept {
        /// Its ballot.
        ballot: Ballot,
        /// The value it asks to accept.
        value: Value,
        /// Who accepted.
        votes: Count,
    },
    /// A quorum accepted.
    Done {
        /// Its ballot.
        ballot: Ballot,
        /// The value chosen.
        value: Value,
    },
}

impl Proposer {
    pub(super) fn new(mine: Value) -> Self {
        Self { mine, round: 0, heard: 0, failures: 0, phase: Phase::Idle, armed: 0 }
    }

    /// The ballot it has going.
    pub fn ballot(&self) -> Option<Ballot> {
        match self.phase {
            Phase::Idle => None,
            Phase::Prepare { ballot, .. } | Phase::Accept { ballot, .. } | Phase::Done { ballot, .. } => Some(ballot),
        }
    }

    fn set(&mut self, timer: crate::paxos::Timer, after: Micros, spread: Micros, out: &mut Outbox<Synod>) {
        self.armed |= 1 << timer.0;
        out.set(timer, after, spread);
    }

    fn cancel(&mut self, timer: crate::paxos::Timer, out: &mut Outbox<Synod>) {
        if self.armed >> timer.0 & 1 == 1 {
            self.armed &= !(1 << timer.0);
            out.cancel(timer);
        }
    }
}

impl Synod {
    pub(super) fn proposer(
        &self,
        me: NodeId,
        known: NodeSet,
        proposer: &mut Proposer,
        input: Input<Self>,
        out: &mut Outbox<Self>,
    ) {
        match input {
            Input::Start | Input::Restart => {
                if matches!(input, Input::Start) {
                    out.fact(Fact::Requested(proposer.mine));
                }
                if !self.nagged {
                    proposer.set(timer::RETRY, Micros::ZERO, self.backoff, out);
                }
            }
            Input::Request(&value) => {
                out.fact(Fact::Requested(value));
                out.note(Note::Asked { value });
                proposer.mine = value;
                if matches!(proposer.phase, Phase::Idle) {
                    self.phase_1a(me, known, proposer, out);
                }
            }
            Input::Timer(timer) => {
                proposer.armed &= !(1 << timer.0);
                match timer {
                    timer::RETRY => {
                        if let Some(ballot) = proposer.ballot() {
                            proposer.failures = proposer.failures.saturating_add(1);
                            out.note(Note::GaveUp { ballot });
                        }
                        self.phase_1a(me, known, proposer, out);
                    }
                    timer::RESEND => self.resend(known, proposer, out),
                    _ => {}
                }
            }
            Input::Message { from, message } => self.proposer_hears(me, known, proposer, (from, message), out),
            Input::Leave | Input::Fault { .. } => {}
        }
    }

    fn proposer_hears(
        &self,
        me: NodeId,
        known: NodeSet,
        proposer: &mut Proposer,
        (from, message): (NodeId, &Message),
        out: &mut Outbox<Self>,
    ) {
        match *message {
            Message::Promise { ballot, last } => self.collect_promise(known, proposer, (from, ballot, last), out),
            Message::Accepted { ballot, .. } => self.collect_vote(known, proposer, from, ballot, out),
            Message::Nack { ballot, promised } => self.step_back(me, known, proposer, (ballot, promised), out),
            Message::Period { .. } => self.phase_1a(me, known, proposer, out),
            // Where the proposer tells the learners, it is also the one they ask.
            Message::Query => match proposer.phase {
                Phase::Done { ballot, value } => {
                    out.note(Note::Repeated { learner: from, ballot });
                    out.send(from, Message::Chosen { ballot, value });
                }
                _ => out.note(Note::NothingToTell { learner: from }),
            },
            // An acceptor that was not known when the ballot began hears of it now.
            Message::Hello | Message::Welcome if self.acceptors().contains(from) => match proposer.phase {
                Phase::Prepare { ballot, .. } => out.send(from, Message::Prepare { ballot }),
                Phase::Accept { ballot, value, .. } => out.send(from, Message::Accept { ballot, value }),
                Phase::Idle | Phase::Done { .. } => {}
            },
            _ => {}
        }
    }

    /// Phase 1a: "A proposer selects a proposal number n and sends a prepare request with number n to a majority of
    /// acceptors" (PMS, section 2.2). The number is above all it has used or heard of; nobody tells it more.
    fn phase_1a(&self, me: NodeId, known: NodeSet, proposer: &mut Proposer, out: &mut Outbox<Self>) {
        proposer.round = proposer.round.max(proposer.heard).saturating_add(1);
        let ballot = Ballot { round: proposer.round, owner: me };
        proposer.phase = Phase::Prepare { ballot, promises: Count::default(), adopt: None };
        out.fact(Fact::Began(ballot));
        out.note(Note::Began { ballot });
        out.broadcast(self.acceptors().and(known), Message::Prepare { ballot });
        self.wait_for_quorum(proposer, out);
    }

    /// Phase 1b arrives. A promise counts for the ballot it names and for no other; what is late or double changes
    /// nothing.
    fn collect_promise(
        &self,
        known: NodeSet,
        proposer: &mut Proposer,
        (from, ballot, last): (NodeId, Ballot, Option<(Ballot, Value)>),
        out: &mut Outbox<Self>,
    ) {
        let any_ballot = self.is_off(broken::PROMISE_BROADCAST);
        let Phase::Prepare { ballot: current, promises, adopt } = &mut proposer.phase else {
            return out.note(Note::Late { kind: 1, ballot });
        };
        if ballot != *current && !any_ballot {
            return out.note(Note::Late { kind: 1, ballot });
        }
        let current = *current;
        promises.add(from, self.is_off(broken::COUNT_REPLIES));
        if let Some(reported) = last {
            *adopt = Some(adopt.map_or(reported, |held| self.choose_adopted(held, reported)));
        }
        let (count, adopt) = (promises.len(), *adopt);
        out.note(Note::CountedPromise { ballot: current, from, count, need: self.q1, last });
        if count >= self.q1 {
            self.phase_2a(known, proposer, current, adopt, out);
        }
    }

    /// Of two reported votes, the one of the higher ballot: PMS, section 2.2, phase 2.
    fn choose_adopted(&self, held: (Ballot, Value), reported: (Ballot, Value)) -> (Ballot, Value) {
        let reported_is_higher = self.below(held.0, reported.0);
        let adopt_reported =
            self.is_off(broken::ADOPT_LATEST) || reported_is_higher != self.is_off(broken::ADOPT_LOWEST);
        if adopt_reported { reported } else { held }
    }

    /// Phase 2a: "…it sends an accept request … with a value v, where v is the value of the highest-numbered proposal
    /// among the responses, or is any value if the responses reported no proposals" (PMS, section 2.2).
    fn phase_2a(
        &self,
        known: NodeSet,
        proposer: &mut Proposer,
        ballot: Ballot,
        adopt: Option<(Ballot, Value)>,
        out: &mut Outbox<Self>,
    ) {
        let adopt = adopt.filter(|_| !self.is_off(broken::IGNORE_ACCEPTED));
        let value = adopt.map_or(proposer.mine, |(_, value)| value);
        proposer.phase = Phase::Accept { ballot, value, votes: Count::default() };
        out.fact(Fact::Proposed(Slot::ONLY, ballot, value));
        out.note(Note::Proposed { ballot, value, adopted: adopt.map(|(from, _)| from) });
        out.broadcast(self.acceptors().and(known), Message::Accept { ballot, value });
        self.wait_for_quorum(proposer, out);
    }

    /// Phase 2b arrives: "If the proposer receives a response from a majority of acceptors, the value is chosen"
    /// (PMS, section 2.2; *The Part-Time Parliament*, section 2.3, step 5).
    fn collect_vote(
        &self,
        known: NodeSet,
        proposer: &mut Proposer,
        from: NodeId,
        ballot: Ballot,
        out: &mut Outbox<Self>,
    ) {
        let Phase::Accept { ballot: current, value, votes } = &mut proposer.phase else {
            return out.note(Note::Late { kind: 2, ballot });
        };
        if ballot != *current {
            return out.note(Note::Late { kind: 2, ballot });
        }
        votes.add(from, self.is_off(broken::COUNT_REPLIES));
        let (value, count) = (*value, votes.len());
        out.note(Note::CountedVote { ballot, from, count, need: self.q2 });
        if count < self.q2 {
            return;
        }
        proposer.phase = Phase::Done { ballot, value };
        proposer.failures = 0;
        proposer.cancel(timer::RETRY, out);
        proposer.cancel(timer::RESEND, out);
        out.fact(Fact::Learned(Slot::ONLY, value));
        out.note(Note::Learned { ballot, value });
        if self.told_by_proposer {
            out.broadcast(self.learners().and(known), Message::Chosen { ballot, value });
        }
    }

    /// A refusal of the ballot it has going: it gives the ballot up and tries a higher one after a random while. The
    /// value may be chosen all the same.
    fn step_back(
        &self,
        me: NodeId,
        known: NodeSet,
        proposer: &mut Proposer,
        (ballot, promised): (Ballot, Ballot),
        out: &mut Outbox<Self>,
    ) {
        proposer.heard = proposer.heard.max(promised.round);
        let current = matches!(proposer.phase, Phase::Prepare { .. } | Phase::Accept { .. });
        if !current || proposer.ballot() != Some(ballot) {
            return out.note(Note::Late { kind: 3, ballot });
        }
        proposer.failures = proposer.failures.saturating_add(1);
        proposer.phase = Phase::Idle;
        proposer.cancel(timer::RESEND, out);
        out.fact(Fact::Preempted(ballot));
        out.note(Note::Preempted { ballot, promised, waits: self.backoff.0 > 0 && !self.nagged });
        if self.nagged {
            proposer.cancel(timer::RETRY, out);
        } else if self.backoff == Micros::ZERO {
            self.phase_1a(me, known, proposer, out);
        } else {
            let spread = self.backed_off(proposer.failures);
            proposer.set(timer::RETRY, Micros::ZERO, spread, out);
        }
    }

    /// The most to wait before the next try: doubles with each failure in a row, up to 16 times.
    fn backed_off(&self, failures: u8) -> Micros {
        Micros(self.backoff.0 << failures.saturating_sub(1).min(4))
    }

    fn wait_for_quorum(&self, proposer: &mut Proposer, out: &mut Outbox<Self>) {
        if !self.nagged && self.patience > Micros::ZERO {
            let spread = self.backed_off(proposer.failures);
            proposer.set(timer::RETRY, self.patience, spread, out);
        }
        if self.resend > Micros::ZERO {
            proposer.set(timer::RESEND, self.resend, Micros::ZERO, out);
        }
    }

    /// Says again what was not answered. Acceptors answer the same way, so nothing new can come of it but the answer.
    fn resend(&self, known: NodeSet, proposer: &mut Proposer, out: &mut Outbox<Self>) {
        let (ballot, answered, message) = match proposer.phase {
            Phase::Prepare { ballot, promises, .. } => (ballot, promises.nodes, Message::Prepare { ballot }),
            Phase::Accept { ballot, value, votes } => (ballot, votes.nodes, Message::Accept { ballot, value }),
            Phase::Idle | Phase::Done { .. } => return,
        };
        let silent = self.acceptors().and(known).without(answered);
        out.note(Note::Resent { ballot, to: silent });
        out.broadcast(silent, message);
        if self.resend > Micros::ZERO {
            proposer.set(timer::RESEND, self.resend, Micros::ZERO, out);
        }
    }
}
