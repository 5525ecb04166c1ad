//! A node: what it keeps, what it does as a follower and learner, and how it comes to lead.

use super::knobs::broken;
use super::reign::Reign;
use super::{Command, Leader, Message, Note, timer};
use crate::paxos::{Ballot, Count, Fact, Input, Map, Micros, NodeId, NodeSet, Outbox, Slot, Timer};
use std::collections::VecDeque;

/// How many commands may wait at a node.
pub const MOST_QUEUED: usize = 200;

/// How many commands one answer to a node that missed some tells at most.
const TOLD_AT_ONCE: usize = 16;

/// A node's state.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Node {
    /// Durable: the highest ballot it has promised, for all ids.
    pub promised: Option<Ballot>,
    /// Durable: for each id its vote of the highest ballot.
    pub accepted: Map<Slot, (Ballot, Command)>,
    /// Durable: the committed history.
    pub committed: Map<Slot, Command>,
    /// Durable: the highest round of a ballot of its own.
    pub round: u32,
    /// Volatile: commands that wait for an id, or for a leader. Whoever asked for one must ask again after a crash.
    pub queue: VecDeque<Command>,
    /// Volatile: the ballot of the leader that it follows.
    pub leader: Option<Ballot>,
    /// Volatile: what it does as the leader.
    pub reign: Option<Reign>,
    /// Volatile: the votes that a distinguished learner has heard of, for what it does not know yet.
    pub votes: Map<(Slot, Ballot), (Command, Count)>,
    /// Volatile: which of its timers are set.
    pub armed: u16,
}

impl Node {
    /// What a crash leaves.
    pub(super) fn durable(&self) -> Self {
        Self {
            promised: self.promised,
            accepted: self.accepted.clone(),
            committed: self.committed.clone(),
            round: self.round,
            ..Self::default()
        }
    }

    /// The highest id for which it has voted or knows the command; 0 is none.
    pub fn top(&self) -> Slot {
        let voted = self.accepted.last_key_value().map_or(Slot(0), |(slot, _)| *slot);
        voted.max(self.top_committed())
    }

    /// The highest id of its history; 0 is none.
    pub fn top_committed(&self) -> Slot {
        self.committed.last_key_value().map_or(Slot(0), |(slot, _)| *slot)
    }

    /// The first id whose command it does not know.
    pub fn first_hole(&self) -> Slot {
        let known = self.committed.keys().zip(1..).take_while(|(slot, number)| slot.0 == *number).count();
        Slot(known as u32 + 1)
    }

    pub(super) fn set(&mut self, timer: Timer, after: Micros, spread: Micros, out: &mut Outbox<Leader>) {
        if after > Micros::ZERO {
            self.armed |= 1 << timer.0;
            out.set(timer, after, spread);
        }
    }

    pub(super) fn cancel(&mut self, timer: Timer, out: &mut Outbox<Leader>) {
        if self.armed >> timer.0 & 1 == 1 {
            self.armed &= !(1 << timer.0);
            out.cancel(timer);
        }
    }
}

impl Leader {
    pub(super) fn node(&self, me: NodeId, node: &mut Node, input: Input<Self>, out: &mut Outbox<Self>) {
        match input {
            Input::Start => {
                for value in self.commands_of(me) {
                    out.fact(Fact::Requested(value));
                    node.queue.push_back(value);
                }
                if me == NodeId(0) { self.lead(me, node, out) } else { self.listen(node, out) }
            }
            // Without elections nobody else ever leads.
            Input::Restart if me == NodeId(0) && self.silence == Micros::ZERO => self.lead(me, node, out),
            Input::Restart => self.listen(node, out),
            Input::Request(&value) => {
                out.fact(Fact::Requested(value));
                self.take(me, node, value, out);
            }
            Input::Timer(timer) => {
                node.armed &= !(1 << timer.0);
                match timer {
                    timer::SILENCE => self.lead(me, node, out),
                    timer::HEARTBEAT => self.beat(me, node, out),
                    timer::TIMEOUT => self.ask_again(me, node, out),
                    _ => {}
                }
            }
            Input::Message { from, message } => self.hear(me, node, from, *message, out),
            Input::Fault { .. } | Input::Leave => {}
        }
    }

    fn hear(&self, me: NodeId, node: &mut Node, from: NodeId, message: Message, out: &mut Outbox<Self>) {
        match message {
            Message::Prepare { slot, ballot, .. } => {
                let answer = self.phase_1b(node, slot, ballot, out);
                out.send(from, answer);
                self.follow(me, node, ballot, out);
            }
            Message::Accept { slot, ballot, value } => {
                let answer = self.phase_2b(node, slot, ballot, value, out);
                out.send(from, answer);
                self.tell_vote(me, node, (from, answer), out);
                self.follow(me, node, ballot, out);
            }
            Message::Promise { .. } | Message::Refused { .. } => self.hear_answer(me, node, from, message, out),
            Message::Accepted { slot, ballot, value } => {
                if node.reign.as_ref().is_some_and(|reign| reign.ballot == ballot) {
                    self.hear_answer(me, node, from, message, out);
                } else {
                    self.hear_vote(me, node, (from, slot, ballot, value), out);
                }
            }
            Message::Learn { slot, value } => self.commit(me, node, slot, value, out),
            Message::Propose { value } => self.take(me, node, value, out),
            Message::Heartbeat { ballot, top } => self.hear_heartbeat(me, node, from, (ballot, top), out),
            Message::History { from: first } => {
                let missed = node.committed.range(first..).take(TOLD_AT_ONCE);
                let missed: Vec<_> = missed.map(|(slot, value)| (*slot, *value)).collect();
                out.note(Note::Tells { to: from, from: first, count: missed.len() });
                for (slot, value) in missed {
                    out.send(from, Message::Learn { slot, value });
                }
            }
        }
    }

    /// A client's command: the leader gives it an id; anyone else sends it on, or keeps it until it knows a leader.
    fn take(&self, me: NodeId, node: &mut Node, value: Command, out: &mut Outbox<Self>) {
        if node.queue.len() >= MOST_QUEUED {
            return out.note(Note::Full { value });
        }
        let task = |reign: &Reign| reign.tasks.values().any(|task| task.mine == Some(value));
        let known = node.queue.iter().chain(node.committed.values()).any(|known| *known == value);
        let again = known || node.reign.as_ref().is_some_and(task);
        node.queue.push_back(value);
        out.note(Note::Queued { value, waiting: node.queue.len(), again });
        if node.reign.is_some() { self.pump(me, node, out) } else { self.forward(me, node, out) }
    }

    fn forward(&self, me: NodeId, node: &mut Node, out: &mut Outbox<Self>) {
        let Some(leader) = node.leader.map(|ballot| ballot.owner).filter(|owner| *owner != me) else { return };
        while let Some(value) = node.queue.pop_front() {
            out.note(Note::Forwarded { value, to: leader });
            out.send(leader, Message::Propose { value });
        }
    }

    /// Waits to hear of a leader. After a silence it leads itself: PMS, section 2.4, asks for timeouts and chance.
    pub(super) fn listen(&self, node: &mut Node, out: &mut Outbox<Self>) {
        out.note(Note::Listens);
        node.set(timer::SILENCE, self.silence, Micros(self.silence.0 / 2), out);
    }

    /// A sign of life of the ballot's owner. A leader of a lower ballot steps down.
    fn follow(&self, me: NodeId, node: &mut Node, ballot: Ballot, out: &mut Outbox<Self>) {
        let outdated = |known: Option<Ballot>| known.is_some_and(|known| ballot < known);
        if ballot.owner == me || outdated(node.leader) || outdated(node.promised) {
            return;
        }
        if node.leader != Some(ballot) {
            out.note(Note::Follows { ballot });
        }
        if node.reign.is_some() {
            self.step_down(node, ballot, out);
        }
        node.leader = Some(ballot);
        node.set(timer::SILENCE, self.silence, Micros(self.silence.0 / 2), out);
        self.forward(me, node, out);
    }

    fn hear_heartbeat(
        &self,
        me: NodeId,
        node: &mut Node,
        from: NodeId,
        (ballot, top): (Ballot, Slot),
        out: &mut Outbox<Self>,
    ) {
        if let Some(promised) = node.promised.filter(|promised| ballot < *promised) {
            out.note(Note::Refused { ballot, promised });
            return out.send(from, Message::Refused { ballot, promised });
        }
        self.follow(me, node, ballot, out);
        let first = node.first_hole();
        if first <= top {
            out.note(Note::Misses { from: first, top });
            out.send(from, Message::History { from: first });
        } else {
            out.note(Note::HearsBeat { ballot });
        }
    }

    /// A distinguished learner counts a vote, and tells everyone once a quorum has voted in one ballot (PMS,
    /// section 2.3).
    pub(super) fn hear_vote(
        &self,
        me: NodeId,
        node: &mut Node,
        (from, slot, ballot, value): (NodeId, Slot, Ballot, Command),
        out: &mut Outbox<Self>,
    ) {
        if node.committed.contains_key(&slot) {
            return out.note(Note::KnowsAlready { slot });
        }
        if !self.distinguished().contains(me) {
            return out.note(Note::Late { slot });
        }
        let (_, votes) = node.votes.get_or_insert((slot, ballot), (value, Count::default()));
        votes.add(from, self.is_off(broken::COUNT_REPLIES));
        let count = votes.len();
        out.note(Note::CountedVote { slot, from, count, need: self.quorum });
        if count >= self.quorum {
            out.note(Note::Chosen { slot, value });
            self.commit(me, node, slot, value, out);
            out.broadcast(self.others(me), Message::Learn { slot, value });
        }
    }

    /// Writes a chosen command into the history.
    pub(super) fn commit(&self, me: NodeId, node: &mut Node, slot: Slot, value: Command, out: &mut Outbox<Self>) {
        if let Some(known) = node.committed.get(&slot) {
            if *known != value {
                out.fact(Fact::Learned(slot, value));
            }
            return out.note(Note::KnowsAlready { slot });
        }
        node.committed.insert(slot, value);
        node.votes.retain(|(of, _), _| *of != slot);
        out.fact(Fact::Learned(slot, value));
        out.note(Note::Commits { slot, value });
        let task = node.reign.as_mut().and_then(|reign| reign.tasks.remove(&slot));
        // Somebody else's command has the id: its own waits for another.
        node.queue.extend(task.and_then(|task| task.mine).filter(|mine| *mine != value));
        if node.reign.is_some() {
            self.pump(me, node, out);
        }
    }

    /// The distinguished learners beside the leader: the first nodes.
    pub(super) fn distinguished(&self) -> NodeSet {
        if self.learners > 1 { NodeSet::range(0, usize::from(self.learners)) } else { NodeSet::EMPTY }
    }
}
