//! How a node is told something and what becomes of its effects: sends, timers, crashes.

use super::Disk;
use super::core::Posted;
use super::history::{Cause, What};
use super::world::{Moment, Watch, World};
use super::{Letter, Status};
use crate::paxos::{Failing, Input, Micros, NodeId, System, Timer};

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
        let actor = &mut self.actors[node.index()];
        if self.core.disk(node) == Disk::LosesLast {
            let before = self.system.recover(node, actor);
            self.system.handle(node, actor, input, &mut self.out);
            if self.system.recover(node, actor) != before {
                self.last_writes[node.index()] = Some(Box::new(before));
            }
        } else {
            self.system.handle(node, actor, input, &mut self.out);
        }
    }

    /// Lets the actor of `node` take a step, which is an event, and carries its effects out. For what is not a message.
    #[inline(never)]
    pub(super) fn tell(
        &mut self,
        node: NodeId,
        input: Input<S>,
        (cause, what): (Cause, What<S::Message>),
        watch: &mut impl Watch<S>,
    ) {
        self.take_step(node, input);
        let event = self.record(Some(node), cause, what);
        self.carry_out(node, event, Effects::All, watch);
    }

    /// Carries out the effects in the outbox, as those of `event`.
    pub(super) fn carry_out(&mut self, node: NodeId, event: u64, effects: Effects, watch: &mut impl Watch<S>) {
        let moment = Moment { event, time: self.core.now, node };
        for fact in &self.out.facts {
            watch.observe(moment, fact);
        }
        watch.stepped(moment, &self.actors[node.index()], &self.out.facts);
        if effects == Effects::NoSends {
            return;
        }
        let mut sends = std::mem::take(&mut self.out.sends);
        for (to, message) in sends.drain(..) {
            for to in to.and(self.core.everyone()).iter() {
                self.send(node, to, message.clone(), event);
            }
        }
        self.out.sends = sends;
        for effect in &self.out.timers {
            self.core.set_timer(node, *effect, event);
        }
    }

    /// How a node may fail over the message, where nodes fail at all.
    fn failing(&self, message: &S::Message) -> Failing {
        if self.core.settings.failure.0 == 0 { Failing::Never } else { self.system.failing(message) }
    }

    /// Puts a message into the network.
    fn send(&mut self, from: NodeId, to: NodeId, message: S::Message, cause: u64) {
        let failing = self.failing(&message);
        let Posted { letter, travel, lost, again } = self.core.post(from, to, failing);
        let twice = again.map(|travel| (travel, message.clone()));
        self.launch(letter, message, travel, lost, cause.into());
        if let Some((travel, message)) = twice {
            self.launch(Letter { copy: 1, ..letter }, message, travel, false, cause.into());
        }
    }

    pub(super) fn launch(&mut self, letter: Letter, message: S::Message, travel: Micros, lost: bool, cause: Cause) {
        let index = self.core.launch(letter, self.system.kind(&message), travel, lost, cause) as usize;
        match self.messages.get_mut(index) {
            Some(place) => *place = Some(message),
            None => self.messages.push(Some(message)),
        }
    }

    /// Lets `timer` fire, by itself or because of `cause`.
    pub(super) fn fire(&mut self, node: NodeId, timer: Timer, cause: Cause, watch: &mut impl Watch<S>) {
        let Some(set_by) = self.core.fire(node, timer) else { return };
        self.tell(node, Input::Timer(timer), (cause.or(set_by), What::Fired(timer)), watch);
    }

    /// The node comes up: for the first time, after a crash, or after it left.
    pub(super) fn come_up(&mut self, node: NodeId, cause: Cause, watch: &mut impl Watch<S>) {
        let (input, what) = match self.core.come_up(node) {
            true => (Input::Restart, What::Restarted),
            false => (Input::Start, What::Started),
        };
        self.tell(node, input, (cause, what), watch);
        self.core.mail_is_ready();
    }

    /// The machine of `node` comes up again, with every node of it that was down.
    pub(super) fn repair(&mut self, node: NodeId, cause: Cause, watch: &mut impl Watch<S>) {
        for node in self.core.machine(node).iter() {
            if self.core.nodes[node.index()].status == Status::Down {
                self.come_up(node, cause, watch);
            }
        }
    }

    /// The machine of `node` goes down. Volatile state and timers are gone; what its nodes sent travels on.
    #[inline(never)]
    pub(super) fn crash(&mut self, node: NodeId, cause: Cause) {
        for node in self.core.machine(node).iter() {
            if !self.core.go_down(node) {
                continue;
            }
            let last = self.last_writes[node.index()].take();
            let actor = &mut self.actors[node.index()];
            *actor = match (self.core.disk(node), last) {
                (Disk::LosesLast, Some(last)) => *last,
                (Disk::Sound | Disk::LosesLast, _) => self.system.recover(node, actor),
                (Disk::Forgets, _) => self.system.initial(node),
            };
            self.out.clear();
            self.record(Some(node), cause, What::Crashed);
            self.core.release_at(node);
        }
    }

    /// How the node fails over that message, which it is about to handle, if it does.
    pub(super) fn fault(&mut self, node: NodeId, message: &S::Message) -> Option<super::FaultPoint> {
        let failing = self.failing(message);
        self.core.fault(node, failing)
    }
}
