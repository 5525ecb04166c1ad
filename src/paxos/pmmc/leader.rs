//! The leader: it has commands decided, by scouts and commanders (PMMC, sections 2 and 3).

use super::command::Config;
use super::helpers::{Commander, Proposal, Scout};
use super::knobs::broken;
use super::message::PValue;
use super::{Command, Message, Note, Pmmc, timer};
use crate::paxos::{Ballot, Count, Fact, Input, Map, Micros, NodeId, Outbox, Slot, Timer};

/// A leader's state. Only the round is durable: replicas propose again what a leader forgets.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Leader {
    /// Durable: the highest round it has used, so that no ballot is ever used twice.
    pub round: u32,
    /// The highest ballot of another leader that it was preempted by.
    pub heard: Option<Ballot>,
    /// How often it was preempted in a row; the back-off grows with it.
    pub failures: u8,
    /// Its latest ballot.
    pub ballot: Option<Ballot>,
    /// Whether that ballot is adopted by a quorum, so that commanders may be sent.
    pub active: bool,
    /// Whether the leader that preempted it has answered since the latest ping.
    pub alive: bool,
    /// Slots below this one are decided, as another leader has said.
    pub settled: Slot,
    /// It proposes nothing below this slot: enough replicas have performed all of it.
    pub floor: Slot,
    /// The latest configuration it knows, and a slot that is governed by it.
    pub config: (Slot, Config),
    /// The acceptors that adopted its ballot.
    pub promised: Count,
    /// What it knows of each slot. The paper's `proposals`.
    pub proposals: Map<Slot, Proposal>,
    /// Its scout, as long as it lives.
    pub scout: Option<Scout>,
    /// Its commanders, as long as they live.
    pub commanders: Map<(Slot, Ballot), Commander>,
    /// How far each replica has performed, as far as it has said so.
    pub performed: Map<NodeId, Slot>,
    /// Which of its timers are set.
    pub armed: u16,
}

impl Leader {
    pub(super) fn new(config: Config) -> Self {
        Self { config: (Slot(0), config), floor: Slot(1), ..Self::default() }
    }

    /// Whether it has something to have decided that nobody else has had decided, as far as it knows.
    pub fn has_work(&self) -> bool {
        self.proposals.range(self.settled..).any(|(_, proposal)| !proposal.decided)
    }

    /// The first slot that it does not know to be decided.
    pub fn first_open(&self) -> Slot {
        let mut slot = self.floor;
        while self.proposals.get(&slot).is_some_and(|proposal| proposal.decided) {
            slot.0 += 1;
        }
        slot
    }

    /// The slot after the last one that it knows to be decided.
    pub fn decided_up_to(&self) -> Slot {
        let last = self.proposals.iter().rev().find(|(_, proposal)| proposal.decided);
        last.map_or(self.floor, |(slot, _)| Slot(slot.0 + 1))
    }

    fn set(&mut self, timer: Timer, after: Micros, spread: Micros, out: &mut Outbox<Pmmc>) {
        self.armed |= 1 << timer.0;
        out.set(timer, after, spread);
    }

    fn cancel(&mut self, timer: Timer, out: &mut Outbox<Pmmc>) {
        if self.armed >> timer.0 & 1 == 1 {
            self.armed &= !(1 << timer.0);
            out.cancel(timer);
        }
    }

    fn is_armed(&self, timer: Timer) -> bool {
        self.armed >> timer.0 & 1 == 1
    }
}

impl Pmmc {
    pub(super) fn leader(&self, me: NodeId, leader: &mut Leader, input: Input<Self>, out: &mut Outbox<Self>) {
        match input {
            Input::Start | Input::Restart => leader.set(timer::NEXT, Micros::ZERO, self.backoff, out),
            Input::Timer(timer) => {
                leader.armed &= !(1 << timer.0);
                match timer {
                    timer::NEXT => self.next_ballot(me, leader, out),
                    _ => self.resend(leader, out),
                }
            }
            Input::Message { from, message } => self.leader_hears(me, leader, from, message, out),
            Input::Request(_) => out.note(Note::NotAClient),
            Input::Leave | Input::Fault { .. } => {}
        }
        self.keep_resending(leader, out);
    }

    fn leader_hears(&self, me: NodeId, leader: &mut Leader, from: NodeId, message: &Message, out: &mut Outbox<Self>) {
        match *message {
            Message::Propose { slot, command, config, slot_out } => {
                self.hear_progress(leader, from, slot_out, out);
                self.hear_proposal(leader, from, (slot, command, config), out);
            }
            Message::P1b { asked, ballot, collected, ref accepted } => {
                self.hear_p1b(me, leader, (from, asked, ballot, collected), accepted, out);
            }
            Message::P2b { asked, ballot, slot } => self.hear_p2b(me, leader, from, (asked, ballot, slot), out),
            Message::Ping { ballot } if leader.ballot == Some(ballot) && (leader.active || leader.scout.is_some()) => {
                out.note(Note::Alive { ballot });
                out.send(from, Message::Pong { ballot, upto: leader.first_open() });
            }
            Message::Ping { ballot } => out.note(Note::NotAlive { ballot }),
            Message::Pong { ballot, upto } => {
                leader.alive |= leader.heard == Some(ballot);
                leader.settled = leader.settled.max(upto);
                out.note(Note::HeardAlive { leader: from, ballot });
            }
            Message::Performed { slot_out } => {
                out.note(Note::Progress { replica: from, slot_out });
                self.hear_progress(leader, from, slot_out, out);
            }
            _ => {}
        }
    }

    /// ⟨propose, s, c⟩: unless it has a proposal for that slot, it takes this one, and sends a commander if it is
    /// active.
    fn hear_proposal(
        &self,
        leader: &mut Leader,
        replica: NodeId,
        (slot, command, config): (Slot, Command, Config),
        out: &mut Outbox<Self>,
    ) {
        if slot < leader.floor {
            out.note(Note::TooOld { slot, replica });
            return out.send(replica, Message::Probe { upto: leader.floor });
        }
        match leader.proposals.get(&slot) {
            Some(known) if known.decided => {
                out.note(Note::DecidedBefore { slot, command: known.command, replica });
                return out.send(replica, Message::Decision { slot, command: known.command });
            }
            Some(known) => return out.note(Note::ProposedBefore { slot, command, holds: known.command }),
            None => {}
        }
        out.note(Note::Takes { slot, command, active: leader.active });
        leader.proposals.insert(slot, Proposal { command, config, adopted: None, decided: false });
        if slot > leader.config.0 {
            leader.config = (slot, config);
            self.retarget(leader, config, out);
        }
        if leader.active {
            self.command(leader, slot, out);
        } else if leader.scout.is_none() && !leader.is_armed(timer::NEXT) {
            self.wait(leader, out);
        }
    }

    /// The next ballot is due: unless there is no work, or the leader that preempted this one is alive.
    fn next_ballot(&self, me: NodeId, leader: &mut Leader, out: &mut Outbox<Self>) {
        if leader.heard.is_some() && !leader.has_work() {
            return out.note(Note::NoWork);
        }
        if let Some(ballot) = leader.heard.filter(|_| std::mem::take(&mut leader.alive)) {
            out.note(Note::LeavesAlone { ballot });
            return self.wait(leader, out);
        }
        self.begin(me, leader, out);
    }

    /// 1a: spawns a scout for a ballot above all that it has used or heard of.
    fn begin(&self, me: NodeId, leader: &mut Leader, out: &mut Outbox<Self>) {
        leader.round = leader.round.max(leader.heard.map_or(0, |ballot| ballot.round)).saturating_add(1);
        let ballot = Ballot { round: leader.round, owner: me };
        leader.ballot = Some(ballot);
        leader.active = false;
        leader.promised = Count::default();
        leader.proposals.values_mut().for_each(|proposal| proposal.adopted = None);
        out.fact(Fact::Began(ballot));
        let waiting = leader.proposals.values().find(|proposal| !proposal.decided);
        let config = waiting.map_or(leader.config.1, |proposal| proposal.config);
        self.scout(leader, ballot, config, out);
    }

    fn scout(&self, leader: &mut Leader, ballot: Ballot, config: Config, out: &mut Outbox<Self>) {
        // Where it knows what was decided, it need not ask, because it will not propose.
        let from = leader.first_open();
        leader.scout = Some(Scout { config, from, pvalues: Map::new(), fresh: true });
        out.note(Note::Scouts { ballot, from, config });
        let silent = self.voters(config).without(leader.promised.nodes);
        out.broadcast(silent, Message::P1a { ballot, from });
    }

    /// A scout that is on its way to an older configuration goes to this one: that of the older may be gone for good.
    fn retarget(&self, leader: &mut Leader, config: Config, out: &mut Outbox<Self>) {
        let (Some(scout), Some(ballot), false) = (&mut leader.scout, leader.ballot, leader.active) else { return };
        if scout.config == config {
            return;
        }
        scout.config = config;
        out.note(Note::Scouts { ballot, from: scout.from, config });
        let voters = self.voters(config);
        out.broadcast(voters.without(leader.promised.nodes), Message::P1a { ballot, from: scout.from });
        if leader.promised.among(voters) >= self.quorum(config) {
            self.adopted(leader, ballot, out);
        }
    }

    /// p1b, to the scout: an answer in its ballot counts, one in a higher ballot ends it.
    fn hear_p1b(
        &self,
        me: NodeId,
        leader: &mut Leader,
        (from, asked, ballot, collected): (NodeId, Ballot, Ballot, Slot),
        accepted: &[PValue],
        out: &mut Outbox<Self>,
    ) {
        let Some(scout) = leader.scout.as_mut().filter(|_| leader.ballot == Some(asked)) else {
            return out.note(Note::Late { phase: 1, ballot: asked });
        };
        if ballot > asked {
            out.note(Note::ScoutPreempted { ballot: asked, by: ballot });
            return self.step_down(me, leader, ballot, out);
        }
        leader.promised.add(from, self.is_off(broken::COUNT_REPLIES));
        for pvalue in accepted {
            let held = scout.pvalues.get_or_insert(pvalue.slot, *pvalue);
            if held.ballot < pvalue.ballot {
                *held = *pvalue;
            }
        }
        let config = scout.config;
        let (count, need) = (leader.promised.among(self.voters(config)), self.quorum(config));
        out.note(Note::CountedP1b { ballot, from, count, need, pvalues: accepted.len() });
        if collected > leader.floor {
            forget(leader, collected);
        }
        if count >= need {
            self.adopted(leader, ballot, out);
        }
    }

    /// *adopted*: a quorum is in its ballot. `proposals := proposals ◁ pmax(pvals)`, and a commander for each.
    fn adopted(&self, leader: &mut Leader, ballot: Ballot, out: &mut Outbox<Self>) {
        let Some(scout) = leader.scout.take() else { return };
        leader.active = true;
        leader.failures = 0;
        leader.cancel(timer::NEXT, out);
        out.note(Note::Adopted { ballot, config: scout.config, pvalues: scout.pvalues.len() });
        if !self.is_off(broken::IGNORE_ACCEPTED) {
            let floor = leader.floor;
            for pvalue in scout.pvalues.into_values().filter(|pvalue| pvalue.slot >= floor) {
                take_over(leader, ballot, pvalue, out);
            }
        }
        self.command_all(leader, out);
    }

    fn command_all(&self, leader: &mut Leader, out: &mut Outbox<Self>) {
        let open = leader.proposals.iter().filter(|(_, proposal)| !proposal.decided);
        for slot in open.map(|(slot, _)| *slot).collect::<Vec<_>>() {
            self.command(leader, slot, out);
        }
    }

    /// 2a: spawns a commander for the slot, if a quorum of the configuration that governs it is in the ballot. If not,
    /// a scout has to go there first: phase 1 counts for all slots, but only with the acceptors that vote in them.
    fn command(&self, leader: &mut Leader, slot: Slot, out: &mut Outbox<Self>) {
        let (Some(ballot), Some(proposal)) = (leader.ballot, leader.proposals.get(&slot)) else { return };
        let Proposal { command, config, .. } = *proposal;
        if leader.commanders.contains_key(&(slot, ballot)) {
            return;
        }
        let voters = self.voters(config);
        if leader.promised.among(voters) < self.quorum(config) {
            if leader.scout.is_none() {
                self.scout(leader, ballot, config, out);
            }
            return;
        }
        let pvalue = PValue { slot, ballot, command, config };
        leader.commanders.insert((slot, ballot), Commander { pvalue, accepted: Count::default(), fresh: true });
        out.fact(Fact::Proposed(slot, ballot, command));
        out.note(Note::Commands { slot, ballot, command, config });
        out.broadcast(voters, Message::P2a { pvalue });
    }

    /// p2b, to a commander: an answer in its ballot counts, one in a higher ballot ends it.
    fn hear_p2b(
        &self,
        me: NodeId,
        leader: &mut Leader,
        from: NodeId,
        (asked, ballot, slot): (Ballot, Ballot, Slot),
        out: &mut Outbox<Self>,
    ) {
        let Some(commander) = leader.commanders.get_mut(&(slot, asked)) else {
            return out.note(Note::Late { phase: 2, ballot: asked });
        };
        if ballot > asked {
            leader.commanders.remove(&(slot, asked));
            out.note(Note::CommanderPreempted { slot, ballot: asked, by: ballot });
            if leader.ballot.is_some_and(|own| own < ballot) {
                self.step_down(me, leader, ballot, out);
            }
            return;
        }
        commander.accepted.add(from, self.is_off(broken::COUNT_REPLIES));
        let PValue { command, config, .. } = commander.pvalue;
        let (count, need) = (commander.accepted.among(self.voters(config)), self.quorum(config));
        out.note(Note::CountedP2b { slot, ballot, from, count, need });
        if count >= need {
            leader.commanders.retain(|(at, _), _| *at != slot);
            leader.proposals.insert(slot, Proposal { command, config, adopted: None, decided: true });
            out.fact(Fact::Learned(slot, command));
            out.note(Note::Decides { slot, ballot, command });
            out.broadcast(self.replicas(), Message::Decision { slot, command });
        }
    }

    /// *preempted*: a higher ballot is about. Its commanders live on: some may have their quorum already.
    fn step_down(&self, me: NodeId, leader: &mut Leader, by: Ballot, out: &mut Outbox<Self>) {
        let news = leader.heard.is_none_or(|heard| heard < by);
        if news {
            leader.heard = Some(by);
            leader.alive = false;
        }
        if !leader.active && leader.scout.is_none() {
            return;
        }
        leader.active = false;
        leader.scout = None;
        leader.failures = leader.failures.saturating_add(1);
        out.fact(Fact::Preempted(leader.ballot.unwrap_or(by)));
        out.note(Note::Preempted { by, waits: self.backoff > Micros::ZERO });
        if self.is_off(broken::NO_P1_ON_PREEMPT) {
            self.usurp(me, leader, by, out);
        } else if self.backoff == Micros::ZERO {
            self.begin(me, leader, out);
        } else {
            self.wait(leader, out);
        }
    }

    /// With `no-p1-on-preempt` only: a higher ballot without its phase 1.
    fn usurp(&self, me: NodeId, leader: &mut Leader, by: Ballot, out: &mut Outbox<Self>) {
        leader.round = leader.round.max(by.round).saturating_add(1);
        let ballot = Ballot { round: leader.round, owner: me };
        leader.ballot = Some(ballot);
        leader.active = true;
        leader.promised = Count { nodes: self.acceptors(), extra: 0 };
        out.fact(Fact::Began(ballot));
        out.note(Note::Usurps { ballot });
        self.command_all(leader, out);
    }

    /// Waits for its turn: pings whoever preempted it, and tries again unless that one answers.
    fn wait(&self, leader: &mut Leader, out: &mut Outbox<Self>) {
        if let Some(ballot) = leader.heard.filter(|_| self.patience > Micros::ZERO) {
            out.send(ballot.owner, Message::Ping { ballot });
        }
        let spread = Micros(self.backoff.0 << leader.failures.saturating_sub(1).min(4));
        leader.set(timer::NEXT, self.patience, spread, out);
    }
}

/// Takes a reported pvalue over: "the leader must propose … the command of the pvalue with the highest ballot" for its
/// slot (PMMC, section 2, pmax and ◁).
fn take_over(leader: &mut Leader, ballot: Ballot, pvalue: PValue, out: &mut Outbox<Pmmc>) {
    let PValue { slot, ballot: adopted, command, config } = pvalue;
    let known = leader.proposals.get(&slot);
    let settled = known.is_some_and(|known| known.decided || known.adopted.is_some_and(|held| held >= adopted));
    if settled || leader.commanders.contains_key(&(slot, ballot)) {
        return;
    }
    let instead = known.map(|known| known.command).filter(|own| *own != command);
    out.note(Note::TakesOver { slot, command, from: adopted, instead });
    leader.proposals.insert(slot, Proposal { command, config, adopted: Some(adopted), decided: false });
    if slot > leader.config.0 {
        leader.config = (slot, config);
    }
}

pub(super) fn forget(leader: &mut Leader, below: Slot) {
    leader.floor = below;
    leader.proposals.forget_while(|slot| *slot < below);
    leader.commanders.retain(|(slot, _), _| *slot >= below);
}
