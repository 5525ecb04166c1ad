//! What happens at the end of a letter's way, or of one leg of it.

use super::Letter;
use super::chance::{Chance, Topic};
use super::handle::Effects;
use super::history::{Cause, FaultPoint, Loss, What};
use super::letters::{InFlight, Place};
use super::node::Status;
use super::settings::Server;
use super::world::{Watch, World};
use crate::paxos::{Input, Micros, NodeId, Slot, System};

impl<S: System> World<S> {
    /// The leg of a letter ends.
    pub(super) fn arrive(&mut self, index: u32, watch: &mut impl Watch<S>) {
        let Some(letter) = self.letters.get(index) else { return };
        if letter.lost {
            return self.lose(index, Loss::Chance, Cause::NONE);
        }
        match letter.place {
            Place::ToServer => self.reach_server(index),
            Place::Queued => self.poll(index),
            Place::Travels | Place::Waits => self.reach_node(index, watch),
        }
    }

    /// The letter is lost.
    pub(super) fn lose(&mut self, index: u32, why: Loss, cause: Cause) {
        let Some(lost) = self.letters.take(index) else { return };
        self.counts.messages[self.system.kind(&lost.message)][2] += 1;
        self.counts.lost.add(self.now);
        self.out.clear();
        let node = (why != Loss::Chance && why != Loss::Hand).then_some(lost.letter.to);
        self.record(node, cause.or(lost.cause), What::Lost(lost.letter, lost.message, why));
    }

    fn reach_node(&mut self, index: u32, watch: &mut impl Watch<S>) {
        let Some(letter) = self.letters.get_mut(index) else { return };
        let (from, to) = (letter.letter.from, letter.letter.to);
        let place = &self.nodes[to.index()];
        match place.status {
            Status::Absent => return self.lose(index, Loss::Absent, Cause::NONE),
            Status::Down => return self.lose(index, Loss::Down, Cause::NONE),
            _ if self.reach.blocks(from, to) => return self.lose(index, Loss::Cut, Cause::NONE),
            Status::Paused => {}
            Status::Up if self.reach.clogs(from, to) => {}
            Status::Up if place.slow > Micros::ZERO && !letter.slowed => {
                letter.slowed = true;
                letter.place = Place::Waits;
                let time = self.now.plus(place.slow);
                return self.appoint(index, time);
            }
            Status::Up => return self.deliver(index, Cause::NONE, watch),
        }
        letter.place = Place::Waits;
        letter.arrives = Micros::NEVER;
        let to = &mut self.nodes[to.index()];
        to.version += 1;
    }

    /// The node handles the letter, or fails over it.
    pub(super) fn deliver(&mut self, index: u32, cause: Cause, watch: &mut impl Watch<S>) {
        let Some(InFlight { letter, message, cause: sent_by, .. }) = self.letters.take(index) else { return };
        let (from, node) = (letter.from, letter.to);
        self.counts.messages[self.system.kind(&message)][1] += 1;
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
        self.repair_later(node);
    }

    fn reach_server(&mut self, index: u32) {
        let (Some(server), Some(letter)) = (self.settings.server, self.letters.get(index)) else {
            return self.send_on(index);
        };
        let (name, message) = (letter.letter, letter.message.clone());
        let chance = Chance::of_letter(self.seed, name.from, name.to, name.number);
        let hub = NodeId(self.members.len() as u8);
        if !self.server_up {
            return self.lose(index, Loss::ServerDown, Cause::NONE);
        }
        if self.reach.blocks(name.from, hub) {
            return self.lose(index, Loss::Cut, Cause::NONE);
        }
        if chance.hits(Topic::Drop, server.drop) {
            return self.lose(index, Loss::Dropped, Cause::NONE);
        }
        let ready = self.ready(&server, name, self.now);
        let cause = letter.cause;
        self.out.clear();
        let event = self.record(None, cause, What::Queued(name, message));
        let (now, poll) = (self.now, next_poll(&server, name.to, ready).min(server.expires(self.now)));
        if let Some(letter) = self.letters.get_mut(index) {
            letter.place = Place::Queued;
            letter.left = now;
            letter.cause = event.into();
        }
        let poll = if self.settings.by_hand { Micros::NEVER } else { poll };
        self.appoint(index, poll);
    }

    /// Until when the server keeps a letter that came at `since`, at least.
    fn ready(&self, server: &Server, letter: Letter, since: Micros) -> Micros {
        let chance = Chance::of_letter(self.seed, letter.from, letter.to, letter.number);
        let spread = Micros(server.max_delay.0.saturating_sub(server.min_delay.0));
        since.plus(server.min_delay).plus(chance.up_to(Topic::ServerDelay, spread))
    }

    /// The node asks the server for its mail, if it can; else the mail waits, but not longer than the expiry.
    fn poll(&mut self, index: u32) {
        let (Some(server), Some(letter)) = (self.settings.server, self.letters.get(index)) else {
            return self.send_on(index);
        };
        let to = letter.letter.to;
        let expires = server.expires(letter.left);
        if self.now >= expires {
            return self.lose(index, Loss::Expired, Cause::NONE);
        }
        if !self.server_up {
            return self.lose(index, Loss::ServerDown, Cause::NONE);
        }
        if self.polls(&server, to) {
            return self.send_on(index);
        }
        // Nothing changes until the node can poll again, which calls `mail_is_ready`.
        self.appoint(index, expires);
    }

    fn polls(&self, server: &Server, node: NodeId) -> bool {
        let hub = NodeId(self.members.len() as u8);
        self.nodes[node.index()].status == Status::Up
            && !self.reach.blocks(hub, node)
            && !self.is_unserved(server, node)
    }

    fn is_unserved(&self, server: &Server, node: NodeId) -> bool {
        let voters = self.system.quorums(Slot::ONLY).acceptors;
        let after = voters.iter().filter(|voter| *voter > node).count();
        voters.contains(node) && after < server.unserved
    }

    /// The second leg begins: from the server to the node, or what is left of the way if the server was taken away.
    fn send_on(&mut self, index: u32) {
        let now = self.now;
        let Some(letter) = self.letters.get_mut(index) else { return };
        letter.place = Place::Travels;
        letter.left = now;
        let time = if self.settings.by_hand { Micros::NEVER } else { now.plus(letter.leg) };
        self.appoint(index, time);
    }

    /// Something changed: whoever can poll the server again does so at its next turn.
    pub(super) fn mail_is_ready(&mut self) {
        let Some(server) = self.settings.server.filter(|_| !self.settings.by_hand) else { return };
        let waits = |letter: &InFlight<S::Message>| match letter.place {
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
