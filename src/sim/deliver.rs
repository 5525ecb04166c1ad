//! What happens at the end of a letter's way, or of one leg of it.

use super::Letter;
use super::chance::{Chance, Topic};
use super::core::Core;
use super::handle::Effects;
use super::history::{Cause, FaultPoint, Loss, What};
use super::letters::{InFlight, Place};
use super::node::Status;
use super::settings::Server;
use super::world::{Watch, World};
use crate::paxos::{Input, Micros, NodeId, System};

/// What comes of a letter whose leg ends.
pub(super) enum Arrival {
    /// Nothing yet: it has another appointment, or waits.
    Later,
    /// It is lost.
    Lost(Loss),
    /// It is in the server's queue.
    Queued,
    /// Its node handles it.
    Handled,
}

impl<S: System> World<S> {
    /// The leg of a letter ends.
    pub(super) fn arrive(&mut self, index: u32, watch: &mut impl Watch<S>) {
        match self.core.arrive(index) {
            Arrival::Later => {}
            Arrival::Lost(why) => self.lose(index, why, Cause::NONE),
            Arrival::Handled => self.deliver(index, Cause::NONE, watch),
            Arrival::Queued => {
                let (Some(letter), Some(message)) = (self.core.letters.get(index), self.message(index)) else { return };
                let (cause, what) = (letter.cause, What::Queued(letter.letter, message.clone()));
                self.out.clear();
                let event = self.record(None, cause, what);
                self.core.wait_at_server(index, event);
            }
        }
    }

    /// The letter leaves the network.
    fn take(&mut self, index: u32) -> Option<(InFlight, S::Message)> {
        let letter = self.core.letters.take(index)?;
        Some((letter, self.messages.get_mut(index as usize)?.take()?))
    }

    /// The letter is lost.
    pub(super) fn lose(&mut self, index: u32, why: Loss, cause: Cause) {
        let Some((lost, message)) = self.take(index) else { return };
        self.core.counts.messages[usize::from(lost.kind)][2] += 1;
        self.core.counts.lost.add(self.core.now);
        self.out.clear();
        let node = (why != Loss::Chance && why != Loss::Hand).then_some(lost.letter.to);
        self.record(node, cause.or(lost.cause), What::Lost(lost.letter, message, why));
    }

    /// The node handles the letter, or fails over it.
    pub(super) fn deliver(&mut self, index: u32, cause: Cause, watch: &mut impl Watch<S>) {
        let Some((InFlight { letter, kind, cause: sent_by, .. }, message)) = self.take(index) else { return };
        let (from, node) = (letter.from, letter.to);
        self.core.counts.messages[usize::from(kind)][1] += 1;
        let cause = cause.or(sent_by);
        let fault = self.fault(node, &message);
        match fault {
            Some(FaultPoint::Before) => self.out.clear(),
            Some(FaultPoint::Told) => self.take_step(node, Input::Fault { from, message: &message }),
            _ => self.take_step(node, Input::Message { from, message: &message }),
        }
        let Some(point) = fault else {
            let event = self.record(Some(node), cause, What::Delivered(letter, message));
            return self.carry_out(node, event, Effects::All, watch);
        };
        let event = self.record(Some(node), cause, What::Failed(letter, message, point));
        match point {
            FaultPoint::Before => {}
            FaultPoint::Between => self.carry_out(node, event, Effects::NoSends, watch),
            FaultPoint::After => self.carry_out(node, event, Effects::All, watch),
            FaultPoint::Told => return self.carry_out(node, event, Effects::All, watch),
        }
        self.crash(node, event.into());
        self.core.repair_later(node);
    }
}

impl Core {
    /// The leg of a letter ends.
    fn arrive(&mut self, index: u32) -> Arrival {
        let Some(letter) = self.letters.get(index) else { return Arrival::Later };
        if letter.lost {
            return Arrival::Lost(Loss::Chance);
        }
        match letter.place {
            Place::ToServer => self.reach_server(index),
            Place::Queued => self.poll(index),
            Place::Travels | Place::Waits => self.reach_node(index),
        }
    }

    fn reach_node(&mut self, index: u32) -> Arrival {
        let Some(letter) = self.letters.get_mut(index) else { return Arrival::Later };
        let (from, to) = (letter.letter.from, letter.letter.to);
        let place = &mut self.nodes[to.index()];
        match place.status {
            Status::Absent => return Arrival::Lost(Loss::Absent),
            Status::Down => return Arrival::Lost(Loss::Down),
            _ if self.reach.blocks(from, to) => return Arrival::Lost(Loss::Cut),
            Status::Paused => {}
            Status::Up if self.reach.clogs(from, to) => {}
            Status::Up if place.slow > Micros::ZERO && !letter.slowed => {
                letter.slowed = true;
                letter.place = Place::Waits;
                let time = self.now.plus(place.slow);
                self.appoint(index, time);
                return Arrival::Later;
            }
            Status::Up => return Arrival::Handled,
        }
        letter.place = Place::Waits;
        letter.arrives = Micros::NEVER;
        place.version += 1;
        Arrival::Later
    }

    fn reach_server(&mut self, index: u32) -> Arrival {
        let (Some(server), Some(letter)) = (self.settings.server, self.letters.get(index)) else {
            return self.send_on(index);
        };
        let name = letter.letter;
        let chance = Chance::of_letter(self.seed, name.from, name.to, name.number);
        let hub = NodeId(self.members.len() as u8);
        if !self.server_up {
            return Arrival::Lost(Loss::ServerDown);
        }
        if self.reach.blocks(name.from, hub) {
            return Arrival::Lost(Loss::Cut);
        }
        if chance.hits(Topic::Drop, server.drop) {
            return Arrival::Lost(Loss::Dropped);
        }
        Arrival::Queued
    }

    /// The letter waits in the server's queue from now on, which is that event.
    fn wait_at_server(&mut self, index: u32, event: u64) {
        let (Some(server), Some(letter)) = (self.settings.server, self.letters.get_mut(index)) else { return };
        letter.place = Place::Queued;
        letter.left = self.now;
        letter.cause = event.into();
        let name = letter.letter;
        let ready = self.ready(&server, name, self.now);
        let poll = next_poll(&server, name.to, ready).min(server.expires(self.now));
        self.appoint(index, if self.settings.by_hand { Micros::NEVER } else { poll });
    }

    /// Until when the server keeps a letter that came at `since`, at least.
    fn ready(&self, server: &Server, letter: Letter, since: Micros) -> Micros {
        let chance = Chance::of_letter(self.seed, letter.from, letter.to, letter.number);
        let spread = Micros(server.max_delay.0.saturating_sub(server.min_delay.0));
        since.plus(server.min_delay).plus(chance.up_to(Topic::ServerDelay, spread))
    }

    /// The node asks the server for its mail, if it can; else the mail waits, but not longer than the expiry.
    fn poll(&mut self, index: u32) -> Arrival {
        let (Some(server), Some(letter)) = (self.settings.server, self.letters.get(index)) else {
            return self.send_on(index);
        };
        let to = letter.letter.to;
        let expires = server.expires(letter.left);
        if self.now >= expires {
            return Arrival::Lost(Loss::Expired);
        }
        if !self.server_up {
            return Arrival::Lost(Loss::ServerDown);
        }
        if self.polls(&server, to) {
            return self.send_on(index);
        }
        // Nothing changes until the node can poll again, which calls `mail_is_ready`.
        self.appoint(index, expires);
        Arrival::Later
    }

    fn polls(&self, server: &Server, node: NodeId) -> bool {
        let hub = NodeId(self.members.len() as u8);
        self.is_up(node) && !self.reach.blocks(hub, node) && !self.is_unserved(server, node)
    }

    fn is_unserved(&self, server: &Server, node: NodeId) -> bool {
        let voters = self.quorums.acceptors;
        let after = voters.iter().filter(|voter| *voter > node).count();
        voters.contains(node) && after < server.unserved
    }

    /// The second leg begins: from the server to the node, or what is left of the way if the server was taken away.
    fn send_on(&mut self, index: u32) -> Arrival {
        let now = self.now;
        let Some(letter) = self.letters.get_mut(index) else { return Arrival::Later };
        letter.place = Place::Travels;
        letter.left = now;
        let time = if self.settings.by_hand { Micros::NEVER } else { now.plus(letter.leg) };
        self.appoint(index, time);
        Arrival::Later
    }

    /// Something changed: whoever can poll the server again does so at its next turn.
    pub fn mail_is_ready(&mut self) {
        let Some(server) = self.settings.server.filter(|_| !self.settings.by_hand) else { return };
        let waits = |letter: &InFlight| match letter.place {
            // Any other has its turn still to come.
            Place::Queued => letter.arrives >= server.expires(letter.left),
            _ => false,
        };
        for index in self.letters.which(&waits) {
            let Some(InFlight { letter, left: since, .. }) = self.letters.get(index) else { continue };
            if self.polls(&server, letter.to) {
                let ready = self.ready(&server, *letter, *since).max(self.now);
                let poll = next_poll(&server, letter.to, ready).min(server.expires(*since));
                self.appoint(index, poll);
            }
        }
    }
}

/// The first time at or after `ready` at which `node` polls. Nodes take turns within the period.
fn next_poll(server: &Server, node: NodeId, ready: Micros) -> Micros {
    let period = server.poll.0.max(1);
    let offset = u64::from(node.0) * 37_000 % period;
    let turns = ready.0.saturating_sub(offset).div_ceil(period);
    Micros(turns.saturating_mul(period).saturating_add(offset))
}
