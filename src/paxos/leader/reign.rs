//! What the leader does: it gives each command an id, runs phases 1 and 2 for it, fills gaps, and tells everyone.

use super::knobs::broken;
use super::node::Node;
use super::{Command, Leader, Message, Note, timer};
use crate::paxos::{Ballot, Count, Fact, Map, Micros, NodeId, NodeSet, Outbox, Slot};

/// The volatile state of a leader.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Reign {
    /// Its ballot, the same for all ids.
    pub ballot: Ballot,
    /// The next id to give away.
    pub next: Slot,
    /// The highest id that a promise told it of.
    pub top: Slot,
    /// The ids that are under way.
    pub tasks: Map<Slot, Task>,
}

/// What the leader does for one id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Task {
    /// The client's command that it carries; none if it only finds out what the id is used for.
    pub mine: Option<Command>,
    /// Where it stands.
    pub stage: Stage,
}

/// Where an id stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stage {
    /// Phase 1: promises are collected.
    Prepare {
        /// Who promised.
        promises: Count,
        /// The reported vote to adopt.
        adopt: Option<(Ballot, Command)>,
    },
    /// Phase 2: votes are collected.
    Accept {
        /// The command that it asks to accept.
        value: Command,
        /// Who voted.
        votes: Count,
    },
}

impl Reign {
    /// Moves the next id past those that are under way or committed, by whomever.
    fn pass_used(&mut self, committed: &Map<Slot, Command>) {
        while self.tasks.contains_key(&self.next) || committed.contains_key(&self.next) {
            self.next.0 += 1;
        }
    }
}

impl Stage {
    /// Who has answered.
    pub fn answers(&self) -> Count {
        match self {
            Stage::Prepare { promises, .. } => *promises,
            Stage::Accept { votes, .. } => *votes,
        }
    }
}

impl Leader {
    /// It takes a ballot above all that it has used or heard of, and leads.
    pub(super) fn lead(&self, me: NodeId, node: &mut Node, out: &mut Outbox<Self>) {
        let heard = node.promised.max(node.leader).map_or(0, |ballot| ballot.round);
        let first = node.round == 0 && heard == 0 && me == NodeId(0);
        node.round = node.round.max(heard).saturating_add(1);
        let ballot = Ballot { round: node.round, owner: me };
        let next = node.first_hole();
        node.leader = Some(ballot);
        node.reign = Some(Reign { ballot, next, top: Slot(0), tasks: Map::new() });
        out.fact(Fact::Began(ballot));
        out.note(Note::Leads { ballot, first });
        node.cancel(timer::SILENCE, out);
        self.beat(me, node, out);
        self.pump(me, node, out);
        // With no command of its own it still finds out what others may have left unfinished.
        if !first && node.reign.as_ref().is_some_and(|reign| reign.tasks.is_empty()) {
            self.begin(me, node, next, None, out);
        }
    }

    /// Gives ids to the commands that wait, as many as may run at once.
    pub(super) fn pump(&self, me: NodeId, node: &mut Node, out: &mut Outbox<Self>) {
        while let Some(reign) = &mut node.reign
            && reign.tasks.len() < self.window
            && let Some(mine) = node.queue.pop_front()
        {
            reign.pass_used(&node.committed);
            let slot = reign.next;
            self.begin(me, node, slot, Some(mine), out);
        }
        if node.reign.as_ref().is_some_and(|reign| reign.tasks.is_empty()) {
            node.cancel(timer::TIMEOUT, out);
        }
    }

    /// Phase 1a for an id: "a proposer selects a proposal number n and sends a prepare request with number n" (PMS,
    /// section 2.2). It asks itself first.
    fn begin(&self, me: NodeId, node: &mut Node, slot: Slot, mine: Option<Command>, out: &mut Outbox<Self>) {
        let Some(reign) = &mut node.reign else { return };
        let ballot = reign.ballot;
        reign.tasks.insert(slot, Task { mine, stage: Stage::Prepare { promises: Count::default(), adopt: None } });
        reign.pass_used(&node.committed);
        out.note(Note::Prepared { slot, ballot, mine });
        out.broadcast(self.others(me), Message::Prepare { slot, ballot, mine });
        if node.armed >> timer::TIMEOUT.0 & 1 == 0 {
            node.set(timer::TIMEOUT, self.timeout, Micros::ZERO, out);
        }
        let answer = self.phase_1b(node, slot, ballot, out);
        self.hear_answer(me, node, me, answer, out);
    }

    /// An answer, also one of its own.
    pub(super) fn hear_answer(
        &self,
        me: NodeId,
        node: &mut Node,
        from: NodeId,
        answer: Message,
        out: &mut Outbox<Self>,
    ) {
        let current = node.reign.as_ref().map(|reign| reign.ballot);
        match answer {
            Message::Refused { ballot, promised } if current == Some(ballot) => {
                self.step_down(node, promised, out);
                self.listen(node, out);
            }
            Message::Refused { ballot, .. } => out.note(Note::OldRefusal { ballot }),
            Message::Promise { slot, ballot, last, top } if current == Some(ballot) => {
                self.collect_promise(me, node, from, (slot, last, top), out);
            }
            Message::Accepted { slot, ballot, .. } if current == Some(ballot) => {
                self.collect_vote(me, node, from, slot, out);
            }
            Message::Promise { slot, .. } | Message::Accepted { slot, .. } => out.note(Note::Late { slot }),
            _ => {}
        }
    }

    /// Phase 1b arrives.
    fn collect_promise(
        &self,
        me: NodeId,
        node: &mut Node,
        from: NodeId,
        (slot, last, top): (Slot, Option<(Ballot, Command)>, Slot),
        out: &mut Outbox<Self>,
    ) {
        let Some(reign) = &mut node.reign else { return };
        reign.top = reign.top.max(top);
        let Some(Task { stage: Stage::Prepare { promises, adopt }, .. }) = reign.tasks.get_mut(&slot) else {
            return out.note(Note::Late { slot });
        };
        promises.add(from, self.is_off(broken::COUNT_REPLIES));
        *adopt = match (*adopt, last) {
            (held, None) => held,
            (_, reported) if self.is_off(broken::ADOPT_LATEST) => reported,
            (held, reported) => held.max(reported),
        };
        let (count, adopt) = (promises.len(), *adopt);
        out.note(Note::CountedPromise { slot, from, count, need: self.quorum, last });
        if count >= self.quorum {
            self.fill_gaps(me, node, out);
            self.phase_2a(me, node, slot, adopt, out);
        }
    }

    /// A quorum has promised, and with it told of every id for which something may be chosen: the leader runs those that
    /// it does not know (PMS, section 3).
    fn fill_gaps(&self, me: NodeId, node: &mut Node, out: &mut Outbox<Self>) {
        let Some(reign) = &node.reign else { return };
        let gap = |slot: &Slot| !node.committed.contains_key(slot) && !reign.tasks.contains_key(slot);
        let gaps: Vec<_> = (node.first_hole().0..=reign.top.0).map(Slot).filter(gap).collect();
        if let (Some(from), Some(to)) = (gaps.first(), gaps.last()) {
            out.note(Note::Fills { from: *from, to: *to });
        }
        for slot in gaps {
            self.begin(me, node, slot, None, out);
        }
    }

    /// Phase 2a: it asks to accept "the value of the highest-numbered proposal among the responses, or any value if the
    /// responses reported no proposals" (PMS, section 2.2): its client's command, or a no-op in a gap (section 3).
    fn phase_2a(
        &self,
        me: NodeId,
        node: &mut Node,
        slot: Slot,
        adopt: Option<(Ballot, Command)>,
        out: &mut Outbox<Self>,
    ) {
        let Some(reign) = &mut node.reign else { return };
        let adopt = adopt.filter(|_| !self.is_off(broken::IGNORE_ACCEPTED));
        let ballot = reign.ballot;
        let is_gap = slot <= reign.top || Slot(slot.0 + 1) < reign.next;
        let Some(task) = reign.tasks.get_mut(&slot) else { return };
        if task.mine.is_none() && adopt.is_none() && !is_gap {
            task.mine = node.queue.pop_front();
            if task.mine.is_none() {
                reign.tasks.remove(&slot);
                reign.next = slot;
                return out.note(Note::StaysFree { slot });
            }
        }
        let value = adopt.map(|(_, value)| value).or(task.mine).unwrap_or(Command::Noop);
        if let Some(mine) = task.mine.filter(|mine| *mine != value) {
            out.note(Note::Displaced { slot, mine });
            node.queue.push_front(mine);
            task.mine = None;
        }
        task.stage = Stage::Accept { value, votes: Count::default() };
        if value == Command::Noop {
            out.fact(Fact::Requested(value));
        }
        out.fact(Fact::Proposed(slot, ballot, value));
        out.note(Note::Proposed { slot, ballot, value, adopted: adopt.map(|(at, _)| at) });
        out.broadcast(self.others(me), Message::Accept { slot, ballot, value });
        let answer = self.phase_2b(node, slot, ballot, value, out);
        self.tell_vote(me, node, (me, answer), out);
        self.hear_answer(me, node, me, answer, out);
    }

    /// Phase 2b arrives: a majority of votes chooses the command, and everyone is told to learn it.
    fn collect_vote(&self, me: NodeId, node: &mut Node, from: NodeId, slot: Slot, out: &mut Outbox<Self>) {
        let task = node.reign.as_mut().and_then(|reign| reign.tasks.get_mut(&slot));
        let Some(Task { stage: Stage::Accept { value, votes }, .. }) = task else {
            return out.note(Note::Late { slot });
        };
        votes.add(from, self.is_off(broken::COUNT_REPLIES));
        let (value, count) = (*value, votes.len());
        out.note(Note::CountedVote { slot, from, count, need: self.quorum });
        if count >= self.quorum {
            out.note(Note::Chosen { slot, value });
            out.broadcast(self.others(me), Message::Learn { slot, value });
            self.commit(me, node, slot, value, out);
        }
    }

    /// A higher ballot is about: the reign is over. What was under way may be chosen all the same; its own commands wait
    /// for the next leader.
    pub(super) fn step_down(&self, node: &mut Node, promised: Ballot, out: &mut Outbox<Self>) {
        let Some(reign) = node.reign.take() else { return };
        for mine in reign.tasks.values().rev().filter_map(|task| task.mine) {
            node.queue.push_front(mine);
        }
        node.leader = node.leader.max(Some(promised));
        out.fact(Fact::Preempted(reign.ballot));
        out.note(Note::StepsDown { ballot: reign.ballot, promised });
        node.cancel(timer::HEARTBEAT, out);
        node.cancel(timer::TIMEOUT, out);
    }

    /// The leader shows that it is there.
    pub(super) fn beat(&self, me: NodeId, node: &mut Node, out: &mut Outbox<Self>) {
        let (top, Some(reign)) = (node.top_committed(), &node.reign) else { return out.note(Note::Idle) };
        if self.heartbeat > Micros::ZERO {
            out.note(Note::Beats { top });
            out.broadcast(self.others(me), Message::Heartbeat { ballot: reign.ballot, top });
            node.set(timer::HEARTBEAT, self.heartbeat, Micros::ZERO, out);
        } else {
            out.note(Note::Idle);
        }
    }

    /// Time-out is not failure: whoever has not answered is asked again.
    pub(super) fn ask_again(&self, me: NodeId, node: &mut Node, out: &mut Outbox<Self>) {
        let Some(reign) = node.reign.as_ref().filter(|reign| !reign.tasks.is_empty()) else {
            return out.note(Note::Idle);
        };
        let ballot = reign.ballot;
        for (&slot, task) in &reign.tasks {
            let to = self.others(me).without(task.stage.answers().nodes);
            out.note(Note::AsksAgain { slot, to });
            let message = match task.stage {
                Stage::Prepare { .. } => Message::Prepare { slot, ballot, mine: task.mine },
                Stage::Accept { value, .. } => Message::Accept { slot, ballot, value },
            };
            out.broadcast(to, message);
        }
        node.set(timer::TIMEOUT, self.timeout, Micros::ZERO, out);
    }

    /// Everyone but `me`.
    pub(super) fn others(&self, me: NodeId) -> NodeSet {
        self.everyone().without(NodeSet::one(me))
    }
}
