//! Interventions: what a person does, checked, stamped, recorded and carried out.

use super::core::{Core, initial_clock};
use super::history::{Cause, Loss, What};
use super::letters::Place;
use super::node::{Status, TIMERS};
use super::settings::{self, Settings};
use super::world::{Watch, World};
use super::{Action, At, Intervention, Letter};
use crate::paxos::{Input, Knob, Micros, NodeId, Slot, System};

impl<S: System> World<S> {
    /// Does `action` now. It is stamped with this point of the run and enters the plan.
    pub fn act(&mut self, action: Action, watch: &mut impl Watch<S>) -> Intervention {
        let made = self.core.stamp(action);
        self.next_planned(watch);
        self.core.settle();
        made
    }

    /// Carries out the next intervention of the plan. One that makes no sense any more is recorded and does nothing.
    pub(super) fn next_planned(&mut self, watch: &mut impl Watch<S>) {
        let Some((position, action)) = self.core.take_planned() else { return };
        self.out.clear();
        let node = concerned(&action).filter(|node| node.index() < self.core.members.len());
        let event = self.record(node, Cause::NONE, What::Hand(position));
        if self.core.makes_sense(&action) {
            self.carry_out_action(action, event, watch);
            self.core.count_quorum();
        }
    }

    #[inline(never)]
    fn carry_out_action(&mut self, action: Action, event: u64, watch: &mut impl Watch<S>) {
        let server = self.server();
        match action {
            Action::Crash(node) if Some(node) == server => self.crash_server(event),
            Action::Crash(node) => self.crash(node, event.into()),
            Action::Restart(node) if Some(node) != server => self.repair(node, event.into(), watch),
            Action::Disk(node, disk) => {
                self.core.nodes[node.index()].disk = Some(disk);
                self.last_writes[node.index()] = None;
            }
            Action::Wipe(node) => {
                self.crash(node, event.into());
                self.actors[node.index()] = self.system.initial(node);
                self.repair(node, event.into(), watch);
            }
            Action::Join(node) => {
                if self.core.nodes[node.index()].status == Status::Absent {
                    self.come_up(node, event.into(), watch);
                }
            }
            Action::Leave(node) => self.leave(node, event, watch),
            Action::Fire(node, timer) => {
                if self.core.is_up(node) && self.core.nodes[node.index()].timers.get(timer).is_some() {
                    self.fire(node, timer, event.into(), watch);
                }
            }
            Action::Request(node, text) => self.request(node, text, event, watch),
            Action::Deliver(letter) => self.deliver_now(letter, event, watch),
            Action::Drop(letter) => {
                if let Some(index) = self.core.letters.find(letter) {
                    self.lose(index, Loss::Hand, event.into());
                }
            }
            Action::Duplicate(letter) => self.duplicate(letter, event),
            Action::Set(key, value) => self.set_knob(&key, value, watch),
            other => self.core.carry_out(other),
        }
    }

    fn crash_server(&mut self, event: u64) {
        self.core.server_up = false;
        for index in self.core.letters.which(&|letter| matches!(letter.place, Place::Queued)) {
            self.lose(index, Loss::ServerDown, event.into());
        }
    }

    fn leave(&mut self, node: NodeId, event: u64, watch: &mut impl Watch<S>) {
        if !self.core.is_up(node) {
            return;
        }
        self.tell(node, Input::Leave, (event.into(), What::Left), watch);
        let actor = &mut self.actors[node.index()];
        *actor = self.system.recover(node, actor);
        let place = &mut self.core.nodes[node.index()];
        place.status = Status::Absent;
        place.timers.clear();
        self.core.release_at(node);
    }

    fn request(&mut self, node: NodeId, text: String, event: u64, watch: &mut impl Watch<S>) {
        let Ok(value) = self.system.value(&text) else { return };
        if !self.core.is_up(node) {
            return;
        }
        self.tell(node, Input::Request(&value), (event.into(), What::Requested(text)), watch);
    }

    /// The letter arrives now, whatever chance, delay or a cut had in store; a node that is not up cannot take it.
    fn deliver_now(&mut self, letter: Letter, event: u64, watch: &mut impl Watch<S>) {
        let Some(index) = self.core.letters.find(letter) else { return };
        match self.core.nodes[letter.to.index()].status {
            Status::Up => self.deliver(index, event.into(), watch),
            Status::Paused => self.core.lay_down(index),
            Status::Down => self.lose(index, Loss::Down, event.into()),
            Status::Absent => self.lose(index, Loss::Absent, event.into()),
        }
    }

    fn duplicate(&mut self, letter: Letter, event: u64) {
        let Some(index) = self.core.letters.find(letter) else { return };
        let Some(message) = self.message(index).cloned() else { return };
        let (copy, travel) = self.core.copy_of(index, letter);
        self.launch(copy, message, travel, false, event.into());
    }

    fn set_knob(&mut self, key: &str, value: i64, watch: &mut impl Watch<S>) {
        let Some(before) = self.core.set_knob(key, value) else { return };
        if self.core.settings.disk != before.disk {
            self.last_writes.fill(None);
        }
        self.system = S::configure(&self.core.knobs, &mut Vec::new());
        self.core.quorums = self.system.quorums(Slot::ONLY);
        watch.reconfigure(&self.system);
        self.core.change_pace(before.by_hand);
    }
}

impl Core {
    /// The action as an intervention at this point of the run, which enters the plan as the next.
    fn stamp(&mut self, action: Action) -> Intervention {
        let made = Intervention { at: At { time: self.now, after: self.at_now }, action };
        self.plan.insert(self.planned, made.clone());
        made
    }

    /// The next intervention of the plan, whose time comes, with its position.
    fn take_planned(&mut self) -> Option<(u32, Action)> {
        let next = self.plan.get(self.planned)?;
        let (time, action) = (next.at.time, next.action.clone());
        let position = self.planned as u32;
        self.planned += 1;
        self.go_to(time);
        Some((position, action))
    }

    /// Whether the nodes, timers and knobs that `action` names exist. Whoever takes an action from a person checks
    /// more, and says what is wrong; here it is only about never doing what cannot be done.
    fn makes_sense(&self, action: &Action) -> bool {
        let server = self.server();
        let node = |node: &NodeId| node.index() < self.members.len();
        let place = |at: &NodeId| node(at) || Some(*at) == server;
        match action {
            Action::Crash(at) | Action::Restart(at) => place(at),
            Action::Cut(from, to) | Action::Mend(from, to) | Action::Clog(from, to) | Action::Unclog(from, to) => {
                place(from) && place(to)
            }
            Action::Pause(at)
            | Action::Resume(at)
            | Action::Slow(at, _)
            | Action::Skew(at, _)
            | Action::Wipe(at)
            | Action::Disk(at, _)
            | Action::Isolate(at)
            | Action::Rejoin(at)
            | Action::Join(at)
            | Action::Leave(at)
            | Action::Request(at, _) => node(at),
            Action::Fire(at, timer) => node(at) && usize::from(timer.0) < TIMERS,
            Action::Deliver(letter) | Action::Delay(letter, _) | Action::Duplicate(letter) | Action::Drop(letter) => {
                node(&letter.from) && node(&letter.to)
            }
            Action::Set(key, value) => self.live_knob(key, *value).is_some(),
            Action::Tune(from, to, key, value) => node(from) && node(to) && self.live_knob(key, *value).is_some(),
            Action::Partition(_) | Action::Heal => true,
        }
    }

    /// The knob of that key, if it acts at once and allows the value.
    fn live_knob(&self, key: &str, value: i64) -> Option<&'static Knob> {
        let mut knobs = self.about.knobs.iter().chain(settings::KNOBS);
        knobs.find(|knob| knob.key == key && knob.live && knob.kind.clamp(value) == value)
    }

    /// What concerns no actor.
    fn carry_out(&mut self, action: Action) {
        match action {
            Action::Restart(_) => {
                self.server_up = true;
                self.mail_is_ready();
            }
            Action::Pause(node) => self.pause(node),
            Action::Resume(node) => self.resume(node),
            Action::Slow(node, by) => self.nodes[node.index()].slow = by,
            Action::Skew(node, rate) => self.nodes[node.index()].clock = rate,
            Action::Delay(letter, by) => self.delay(letter, by),
            Action::Tune(from, to, key, value) => self.tune(from, to, &key, value),
            network => self.change_network(&network),
        }
    }

    fn change_network(&mut self, action: &Action) {
        match action {
            Action::Isolate(node) => self.reach.isolate(*node, true),
            Action::Rejoin(node) => self.reach.isolate(*node, false),
            Action::Cut(from, to) => self.reach.cut(*from, *to, true),
            Action::Mend(from, to) => self.reach.cut(*from, *to, false),
            Action::Clog(from, to) => self.reach.clog(*from, *to, true),
            Action::Unclog(from, to) => self.reach.clog(*from, *to, false),
            Action::Partition(groups) => self.reach.partition(groups),
            Action::Heal => self.reach.heal(),
            _ => return,
        }
        for node in self.everyone().iter() {
            self.nodes[node.index()].version += 1;
        }
        if !self.settings.by_hand {
            let reach = self.reach.clone();
            let up: Vec<bool> = self.nodes.iter().map(|node| node.status == Status::Up).collect();
            self.release(&|waiting| {
                let Letter { from, to, .. } = waiting.letter;
                waiting.place == Place::Waits
                    && waiting.arrives == Micros::NEVER
                    && up[to.index()]
                    && !reach.clogs(from, to)
            });
        }
        self.mail_is_ready();
    }

    fn pause(&mut self, node: NodeId) {
        for node in self.machine(node).iter() {
            let place = &mut self.nodes[node.index()];
            if place.status == Status::Up {
                place.status = Status::Paused;
                place.version += 1;
            }
        }
    }

    fn resume(&mut self, node: NodeId) {
        for node in self.machine(node).iter() {
            let place = &mut self.nodes[node.index()];
            if place.status != Status::Paused {
                continue;
            }
            place.status = Status::Up;
            place.version += 1;
            if self.settings.by_hand {
                continue;
            }
            let now = self.now;
            for armed in place.timers.iter_mut().filter(|armed| armed.fires == Micros::NEVER) {
                armed.fires = now;
                self.queue.add(now, super::queue::Due::Timer { node, timer: armed.timer, stamp: armed.stamp });
            }
            let reach = self.reach.clone();
            self.release(&|waiting| {
                let Letter { from, to, .. } = waiting.letter;
                waiting.place == Place::Waits
                    && waiting.arrives == Micros::NEVER
                    && to == node
                    && !reach.clogs(from, to)
            });
        }
        self.mail_is_ready();
    }

    /// The letter waits at its node, which stands still.
    fn lay_down(&mut self, index: u32) {
        if let Some(letter) = self.letters.get_mut(index) {
            letter.lost = false;
            letter.place = Place::Waits;
        }
        self.appoint(index, Micros::NEVER);
    }

    fn delay(&mut self, letter: Letter, by: Micros) {
        let Some(index) = self.letters.find(letter) else { return };
        if let Some(arrives) = self.letters.get(index).map(|letter| letter.arrives).filter(|at| *at < Micros::NEVER) {
            self.appoint(index, arrives.plus(by));
        }
    }

    /// The name of the next copy of that letter, and how long its way takes.
    fn copy_of(&self, index: u32, letter: Letter) -> (Letter, Micros) {
        let same = |l: Letter| (l.from, l.to, l.number) == (letter.from, letter.to, letter.number);
        let copies = self.letters.iter().filter(|(_, l)| same(l.letter)).map(|(_, l)| l.letter.copy);
        let copy = copies.max().unwrap_or(0).saturating_add(1);
        let leg = self.letters.get(index).map_or(Micros::ZERO, |letter| letter.leg);
        let travel = if self.settings.server.is_some() { Micros(leg.0 * 2) } else { leg };
        (Letter { copy, ..letter }, travel)
    }

    /// Sets a knob, if it acts at once; the settings before.
    fn set_knob(&mut self, key: &str, value: i64) -> Option<Settings> {
        let knob = self.live_knob(key, value)?;
        self.knobs.set(knob, value);
        let before = std::mem::replace(&mut self.settings, Settings::read(self.about, &self.knobs));
        if self.settings.skew != before.skew {
            for node in self.everyone().iter() {
                self.nodes[node.index()].clock = initial_clock(&self.settings, self.seed, node);
            }
        }
        Some(before)
    }

    /// The settings changed, and with them perhaps the pace or the server.
    fn change_pace(&mut self, was_by_hand: bool) {
        match (was_by_hand, self.settings.by_hand) {
            (true, false) => self.let_go(),
            (false, true) => self.hold(),
            (true, true) => {}
            (false, false) if self.settings.server.is_some() => self.mail_is_ready(),
            // The server was taken away, or there was none.
            (false, false) => self.release(&|letter| matches!(letter.place, Place::Queued)),
        }
    }

    /// The pace is by hand from now on: nothing arrives and no timer fires by itself.
    fn hold(&mut self) {
        for index in self.letters.which(&|letter| letter.arrives < Micros::NEVER) {
            self.appoint(index, Micros::NEVER);
        }
        for armed in self.nodes.iter_mut().flat_map(|node| node.timers.iter_mut()) {
            armed.fires = Micros::NEVER;
        }
    }

    /// The pace is automatic again: what was held goes on from here.
    fn let_go(&mut self) {
        for index in self.letters.which(&|letter| letter.arrives == Micros::NEVER && letter.place != Place::Waits) {
            let Some(letter) = self.letters.get(index) else { continue };
            let time = self.now.plus(letter.leg);
            self.appoint(index, time);
        }
        for node in self.everyone().iter() {
            if self.nodes[node.index()].status == Status::Up {
                self.nodes[node.index()].status = Status::Paused;
                self.resume(node);
            }
        }
    }

    fn tune(&mut self, from: NodeId, to: NodeId, key: &str, value: i64) {
        let place = self.tuned.binary_search_by_key(&(from, to), |(ends, _)| *ends).unwrap_or_else(|place| {
            self.tuned.insert(place, ((from, to), self.settings.link));
            place
        });
        let (_, link) = &mut self.tuned[place];
        match key {
            "loss" => link.loss.0 = value as u32,
            "duplicate" => link.duplicate.0 = value as u32,
            "delay" => link.delay.0 = value as u64,
            _ => link.jitter.0 = value as u64,
        }
    }
}

/// The node that an action is about.
fn concerned(action: &Action) -> Option<NodeId> {
    match action {
        Action::Crash(node)
        | Action::Restart(node)
        | Action::Pause(node)
        | Action::Resume(node)
        | Action::Slow(node, _)
        | Action::Skew(node, _)
        | Action::Wipe(node)
        | Action::Disk(node, _)
        | Action::Isolate(node)
        | Action::Rejoin(node)
        | Action::Fire(node, _)
        | Action::Request(node, _)
        | Action::Join(node)
        | Action::Leave(node) => Some(*node),
        Action::Deliver(letter) | Action::Delay(letter, _) | Action::Duplicate(letter) | Action::Drop(letter) => {
            Some(letter.to)
        }
        _ => None,
    }
}
