//! How a node is told something and what becomes of its effects: sends, timers, crashes.

use super::chance::{Chance, Topic};
use super::history::{Cause, FaultPoint, What};
use super::letters::{InFlight, Place};
use super::node::{Armed, Status};
use super::queue::Due;
use super::settings::Link;
use super::world::{Moment, Watch, World};
use super::{Disk, Letter};
use crate::paxos::{Failing, Input, Micros, NodeId, NodeSet, System, Timer, TimerEffect};

/// Which of a step's effects take place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Effects {
    All,
    /// The state was written, nothing was sent: the node failed in between.
    NoSends,
}

impl<S: System> World<S> {
    /// Lets the actor of `node` take a step; its effects are in the outbox afterwards.
    pub(super) fn take_step(&mut self, node: NodeId, input: Input<S>) {
        self.out.clear();
        let place = &mut self.nodes[node.index()];
        if place.disk.unwrap_or(self.settings.disk) == Disk::LosesLast {
            let before = self.system.recover(node, &place.actor);
            self.system.handle(node, &mut place.actor, input, &mut self.out);
            if self.system.recover(node, &place.actor) != before {
                place.before_last_write = Some(Box::new(before));
            }
        } else {
            self.system.handle(node, &mut place.actor, input, &mut self.out);
        }
    }

    /// Carries out the effects in the outbox, as those of `event`.
    pub(super) fn carry_out(&mut self, node: NodeId, event: u64, effects: Effects, watch: &mut impl Watch<S>) {
        let moment = Moment { event, time: self.now, node };
        for fact in &self.out.facts {
            watch.observe(moment, fact);
        }
        watch.stepped(moment, &self.nodes[node.index()].actor, &self.out.facts);
        if effects == Effects::NoSends {
            return;
        }
        let mut sends = std::mem::take(&mut self.out.sends);
        for (to, message) in sends.drain(..) {
            for to in to.and(self.everyone()).iter() {
                self.send(node, to, message.clone(), event);
            }
        }
        self.out.sends = sends;
        let timers = std::mem::take(&mut self.out.timers);
        for effect in &timers {
            self.set_timer(node, *effect, event);
        }
        self.out.timers = timers;
    }

    #[inline(never)]
    fn set_timer(&mut self, node: NodeId, effect: TimerEffect, event: u64) {
        let place = &mut self.nodes[node.index()];
        place.timers_set += u32::from(!matches!(effect, TimerEffect::Cancel(_)));
        let stamp = place.timers_set;
        let chance = Chance::of_node(self.seed, node, stamp);
        let (timer, wait) = match effect {
            TimerEffect::Cancel(timer) => (timer, None),
            TimerEffect::Set { timer, after, spread } => (timer, Some(after.plus(chance.up_to(Topic::Timer, spread)))),
            TimerEffect::Toss { timer, tick, probability } => {
                (timer, chance.first_hit(probability).map(|n| Micros(tick.0.saturating_mul(n))))
            }
        };
        let Some(wait) = wait else {
            place.timers.take(timer);
            return;
        };
        // A fast clock thinks that more time has passed, so its timers fire early.
        let wait = match place.clock {
            1_000_000 => wait.0,
            clock => (u128::from(wait.0) * 1_000_000 / u128::from(clock.max(1))).min(u128::from(u64::MAX / 2)) as u64,
        };
        let fires = if self.settings.by_hand { Micros::NEVER } else { self.now.plus(Micros(wait)) };
        place.timers.set(Armed { timer, set: self.now, fires, cause: event.into(), stamp });
        self.queue.add(fires, Due::Timer { node, timer, stamp });
    }

    /// Puts a message into the network.
    fn send(&mut self, from: NodeId, to: NodeId, message: S::Message, cause: u64) {
        let at = from.index() * self.members.len() + to.index();
        let number = self.traffic[at].sent;
        self.traffic[at].sent += 1;
        let chance = Chance::of_letter(self.seed, from, to, number);
        let tuned = self.tuned.binary_search_by_key(&(from, to), |(ends, _)| *ends);
        let mut link = tuned.map_or(self.settings.link, |place| self.tuned[place].1);
        if let Failing::Late(by) = self.system.failing(&message)
            && self.may_fail(to)
            && chance.hits(Topic::Failure, self.settings.failure)
        {
            link.delay = link.delay.plus(by);
        }
        let lost = chance.hits(Topic::Loss, link.loss);
        let twice = chance.hits(Topic::Duplicate, link.duplicate).then(|| message.clone());
        let letter = Letter { from, to, number, copy: 0 };
        let travel = self.travel_time(chance, Topic::Jitter, &link, at);
        self.launch(letter, message, travel, lost, cause.into());
        if let Some(message) = twice {
            let travel = self.travel_time(chance, Topic::SecondJitter, &link, at);
            self.launch(Letter { copy: 1, ..letter }, message, travel, false, cause.into());
        }
    }

    fn travel_time(&mut self, chance: Chance, topic: Topic, link: &Link, at: usize) -> Micros {
        let jitter =
            if link.long_tail { chance.long_tail(topic, link.jitter) } else { chance.up_to(topic, link.jitter) };
        let mut travel = link.delay.plus(jitter);
        if chance.hits(Topic::Reorder, link.reorder) {
            travel = travel.plus(link.delay).plus(link.jitter);
        }
        if link.fifo {
            let earliest = Micros(self.traffic[at].last_arrival.0.saturating_sub(self.now.0));
            travel = travel.max(earliest);
            self.traffic[at].last_arrival = self.now.plus(travel);
        }
        travel
    }

    #[inline(never)]
    pub(super) fn launch(&mut self, letter: Letter, message: S::Message, travel: Micros, lost: bool, cause: Cause) {
        self.counts.messages[self.system.kind(&message)][0] += 1;
        self.counts.sent.add(self.now);
        let server = self.settings.server.is_some();
        let leg = if server { Micros(travel.0 / 2) } else { travel };
        let ends = if lost { Micros(leg.0 / 2) } else { leg };
        let arrives = if self.settings.by_hand { Micros::NEVER } else { self.now.plus(ends) };
        let stamp = self.letters.stamp();
        self.letters_made += 1;
        let index = self.letters.insert(InFlight {
            letter,
            message,
            cause,
            place: if server { Place::ToServer } else { Place::Travels },
            left: self.now,
            arrives,
            lost,
            leg,
            slowed: false,
            order: self.letters_made,
            stamp,
        });
        self.queue.add(arrives, Due::Letter { index, stamp });
    }

    /// Lets `timer` fire, by itself or because of `cause`.
    pub(super) fn fire(&mut self, node: NodeId, timer: Timer, cause: Cause, watch: &mut impl Watch<S>) {
        let place = &mut self.nodes[node.index()];
        if place.status == Status::Paused {
            // It fires when the node goes on.
            if let Some(armed) = place.timers.get_mut(timer) {
                armed.fires = Micros::NEVER;
            }
            return;
        }
        let set_by = place.timers.take(timer).map_or(Cause::NONE, |armed| armed.cause);
        self.counts.timers += 1;
        self.take_step(node, Input::Timer(timer));
        let event = self.record(Some(node), cause.or(set_by), What::Fired(timer));
        self.carry_out(node, event, Effects::All, watch);
    }

    /// The node comes up: for the first time, after a crash, or after it left.
    pub(super) fn come_up(&mut self, node: NodeId, cause: Cause, watch: &mut impl Watch<S>) {
        let place = &mut self.nodes[node.index()];
        place.status = Status::Up;
        let votes = place.votes;
        let (input, what) = if std::mem::replace(&mut place.started, true) {
            (Input::Restart, What::Restarted)
        } else {
            (Input::Start, What::Started)
        };
        if votes {
            self.count_quorum();
        }
        self.take_step(node, input);
        let event = self.record(Some(node), cause, what);
        self.carry_out(node, event, Effects::All, watch);
        self.mail_is_ready();
    }

    /// The machine of `node` comes up again, with every node of it that was down.
    pub(super) fn repair(&mut self, node: NodeId, cause: Cause, watch: &mut impl Watch<S>) {
        for node in self.machine(node).iter() {
            if self.nodes[node.index()].status == Status::Down {
                self.come_up(node, cause, watch);
            }
        }
    }

    /// The machine of `node` goes down. Volatile state and timers are gone; what its nodes sent travels on.
    #[inline(never)]
    pub(super) fn crash(&mut self, node: NodeId, cause: Cause) {
        for node in self.machine(node).iter() {
            let place = &mut self.nodes[node.index()];
            if !matches!(place.status, Status::Up | Status::Paused) {
                continue;
            }
            place.status = Status::Down;
            place.actor = match place.disk.unwrap_or(self.settings.disk) {
                Disk::Sound => self.system.recover(node, &place.actor),
                Disk::LosesLast => {
                    let last = place.before_last_write.take();
                    last.map_or_else(|| self.system.recover(node, &place.actor), |last| *last)
                }
                Disk::Forgets => self.system.initial(node),
            };
            place.timers.clear();
            place.stamp += 1;
            self.counts.crashes += 1;
            self.count_quorum();
            self.out.clear();
            self.record(Some(node), cause, What::Crashed);
            self.release(&|letter| letter.place == Place::Waits && letter.letter.to == node);
        }
    }

    /// Whether the node fails over the next message that it handles, and at which point.
    pub(super) fn fault(&mut self, node: NodeId, message: &S::Message) -> Option<FaultPoint> {
        let place = &mut self.nodes[node.index()];
        place.handled = place.handled.wrapping_add(1);
        let number = place.handled;
        if self.settings.failure.0 == 0 || !self.may_fail(node) {
            return None;
        }
        let failing = self.system.failing(message);
        let chance = Chance::of_node(self.seed, node, number);
        let fails = matches!(failing, Failing::Crash | Failing::Told);
        (fails && chance.hits(Topic::Failure, self.settings.failure)).then(|| {
            match chance.draw(Topic::FaultPoint) % 3 {
                _ if failing == Failing::Told => FaultPoint::Told,
                0 => FaultPoint::Before,
                1 => FaultPoint::Between,
                _ => FaultPoint::After,
            }
        })
    }

    /// Whether the failure probability concerns the node.
    fn may_fail(&self, node: NodeId) -> bool {
        self.settings.all_fail || self.nodes[node.index()].votes
    }

    /// Schedules the repair of a machine that failed by chance.
    pub(super) fn repair_later(&mut self, node: NodeId) {
        if self.settings.repair > Micros::ZERO {
            let stamp = self.nodes[node.index()].stamp;
            self.queue.add(self.now.plus(self.settings.repair), Due::Repair { node, stamp });
        }
    }

    /// Gives every waiting letter for which `wanted` holds an appointment now.
    pub(super) fn release(&mut self, wanted: &dyn Fn(&InFlight<S::Message>) -> bool) {
        for index in self.letters.which(wanted) {
            self.appoint(index, self.now);
        }
    }

    /// Gives the letter a new time; older appointments are void.
    #[inline(never)]
    pub(super) fn appoint(&mut self, index: u32, time: Micros) {
        let stamp = self.letters.stamp();
        if let Some(letter) = self.letters.get_mut(index) {
            letter.arrives = time;
            letter.stamp = stamp;
            self.queue.add(time, Due::Letter { index, stamp });
        }
    }

    /// Every node that takes part in the run.
    pub(super) fn everyone(&self) -> NodeSet {
        NodeSet::range(0, self.members.len())
    }
}
