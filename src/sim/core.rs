//! What of a world knows no system: time, appointments, letters, the network and the state of the machines. Actors and
//! what they say are the [`World`](super::World)'s; here they are numbers.

use super::chance::{Chance, Topic};
use super::history::{Cause, FaultPoint};
use super::letters::{InFlight, Letters, Place};
use super::node::{Armed, Node, Status};
use super::queue::{Due, Queue};
use super::reach::Reach;
use super::settings::Link;
use super::world::{Counts, Traffic};
use super::{At, Digest, Disk, Intervention, Letter, Settings};
use crate::paxos::{About, Failing, Knobs, Member, Micros, NodeId, NodeSet, Quorums, Timer, TimerEffect};

#[derive(Clone, Debug)]
pub(super) struct Core {
    pub about: &'static About,
    pub knobs: Knobs,
    pub settings: Settings,
    pub seed: u64,
    pub members: Vec<Member>,
    /// As the system is configured now, of slot nought.
    pub quorums: Quorums,
    pub nodes: Vec<Node>,
    pub server_up: bool,
    pub now: Micros,
    pub events: u64,
    /// How many appointments were kept at exactly this time.
    pub at_now: u32,
    pub queue: Queue,
    pub letters: Letters,
    pub letters_made: u64,
    pub traffic: Vec<Traffic>,
    /// Links that are not like the others, in the order of their ends.
    pub tuned: Vec<((NodeId, NodeId), Link)>,
    pub reach: Reach,
    pub plan: Vec<Intervention>,
    pub planned: usize,
    pub digest: Digest,
    pub counts: Counts,
}

/// How a message goes on its way.
pub(super) struct Posted {
    pub letter: Letter,
    pub travel: Micros,
    pub lost: bool,
    /// How long a duplicate takes, if there is one.
    pub again: Option<Micros>,
}

impl Core {
    pub fn new(
        about: &'static About,
        (knobs, seed): (Knobs, u64),
        members: Vec<Member>,
        quorums: Quorums,
        plan: Vec<Intervention>,
    ) -> Self {
        let settings = Settings::read(about, &knobs);
        let nodes = (0..members.len()).map(|index| {
            let node = NodeId(index as u8);
            Node::new(initial_clock(&settings, seed, node), quorums.acceptors.contains(node))
        });
        let mut queue = Queue::default();
        for (index, member) in members.iter().enumerate() {
            queue.add(member.starts, Due::Start { node: NodeId(index as u8) });
        }
        Self {
            nodes: nodes.collect(),
            traffic: vec![Traffic::default(); members.len() * members.len()],
            counts: Counts::of(about.kinds.len()),
            about,
            knobs,
            settings,
            seed,
            members,
            quorums,
            server_up: true,
            now: Micros::ZERO,
            events: 0,
            at_now: 0,
            queue,
            letters: Letters::default(),
            letters_made: 0,
            tuned: Vec::new(),
            reach: Reach::default(),
            plan,
            planned: 0,
            digest: Digest::default(),
        }
    }

    pub fn next_time(&self) -> Option<Micros> {
        let due = self.queue.peek();
        let planned = self.plan.get(self.planned).map(|next| next.at.time.max(self.now));
        match (due, planned) {
            (Some(due), Some(planned)) => Some(due.min(planned)),
            (due, planned) => due.or(planned),
        }
    }

    /// Drops appointments that no longer hold, so that the first of the queue is what happens next.
    pub fn settle(&mut self) {
        while self.queue.first().is_some_and(|due| !self.holds(due)) {
            self.queue.pop();
        }
    }

    /// Whether an intervention at that point acts before an appointment that is due then.
    pub fn acts_before(&self, at: At, due: Option<Micros>) -> bool {
        let Some(due) = due else { return true };
        let happened = if self.now == due { self.at_now } else { 0 };
        at.time < due || at.time == due && happened >= at.after
    }

    pub fn go_to(&mut self, time: Micros) {
        if time > self.now {
            self.now = time;
            self.at_now = 0;
        }
    }

    fn holds(&self, due: Due) -> bool {
        match due {
            Due::Letter { index, stamp } => self.letters.get(index).is_some_and(|letter| letter.stamp == stamp),
            Due::Timer { node, timer, stamp } => {
                let armed = self.nodes[node.index()].timers.get(timer);
                armed.is_some_and(|armed| armed.stamp == stamp && armed.fires < Micros::NEVER)
            }
            Due::Start { node } => !self.nodes[node.index()].started,
            Due::Repair { node, stamp } => {
                let node = &self.nodes[node.index()];
                node.status == Status::Down && node.stamp == stamp
            }
        }
    }

    /// Every node on the machine of `node`.
    pub fn machine(&self, node: NodeId) -> NodeSet {
        let machine = self.members[node.index()].machine;
        let same = self.members.iter().enumerate().filter(|(_, member)| member.machine == machine);
        same.map(|(index, _)| NodeId(index as u8)).collect()
    }

    /// Every node that takes part in the run.
    pub fn everyone(&self) -> NodeSet {
        NodeSet::range(0, self.members.len())
    }

    /// The server in the middle, whose id comes after those of the nodes.
    pub fn server(&self) -> Option<NodeId> {
        self.settings.server.map(|_| NodeId(self.members.len() as u8))
    }

    pub fn is_up(&self, node: NodeId) -> bool {
        self.nodes[node.index()].status == Status::Up
    }

    /// What becomes of the node's disk in a crash.
    pub fn disk(&self, node: NodeId) -> Disk {
        self.nodes[node.index()].disk.unwrap_or(self.settings.disk)
    }

    /// Takes note of who is up, after that has changed.
    pub fn count_quorum(&mut self) {
        let up = self.nodes.iter().filter(|node| node.votes && node.status == Status::Up).count();
        self.counts.count_quorum(self.now, up >= self.quorums.q1.max(self.quorums.q2));
    }

    pub fn set_timer(&mut self, node: NodeId, effect: TimerEffect, event: u64) {
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

    /// The next message from one node to another: its name, and what chance has in store for it.
    pub fn post(&mut self, from: NodeId, to: NodeId, failing: Failing) -> Posted {
        let at = from.index() * self.members.len() + to.index();
        let number = self.traffic[at].sent;
        self.traffic[at].sent += 1;
        let chance = Chance::of_letter(self.seed, from, to, number);
        let tuned = self.tuned.binary_search_by_key(&(from, to), |(ends, _)| *ends);
        let mut link = tuned.map_or(self.settings.link, |place| self.tuned[place].1);
        if let Failing::Late(by) = failing
            && self.may_fail(to)
            && chance.hits(Topic::Failure, self.settings.failure)
        {
            link.delay = link.delay.plus(by);
        }
        let lost = chance.hits(Topic::Loss, link.loss);
        let twice = chance.hits(Topic::Duplicate, link.duplicate);
        let travel = self.travel_time(chance, Topic::Jitter, &link, at);
        let again = twice.then(|| self.travel_time(chance, Topic::SecondJitter, &link, at));
        Posted { letter: Letter { from, to, number, copy: 0 }, travel, lost, again }
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

    /// A letter enters the network. Its number is returned.
    pub fn launch(&mut self, letter: Letter, kind: usize, travel: Micros, lost: bool, cause: Cause) -> u32 {
        self.counts.messages[kind][0] += 1;
        self.counts.sent.add(self.now);
        let server = self.settings.server.is_some();
        let leg = if server { Micros(travel.0 / 2) } else { travel };
        let ends = if lost { Micros(leg.0 / 2) } else { leg };
        let arrives = if self.settings.by_hand { Micros::NEVER } else { self.now.plus(ends) };
        let stamp = self.letters.stamp();
        self.letters_made += 1;
        let index = self.letters.insert(InFlight {
            letter,
            kind: kind as u8,
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
        index
    }

    /// The timer fires now: what set it. `None` if the node stands still; it then fires when the node goes on.
    pub fn fire(&mut self, node: NodeId, timer: Timer) -> Option<Cause> {
        let place = &mut self.nodes[node.index()];
        if place.status == Status::Paused {
            if let Some(armed) = place.timers.get_mut(timer) {
                armed.fires = Micros::NEVER;
            }
            return None;
        }
        self.counts.timers += 1;
        Some(place.timers.take(timer).map_or(Cause::NONE, |armed| armed.cause))
    }

    /// The node comes up. Whether it was ever up before.
    pub fn come_up(&mut self, node: NodeId) -> bool {
        let place = &mut self.nodes[node.index()];
        place.status = Status::Up;
        let again = std::mem::replace(&mut place.started, true);
        if place.votes {
            self.count_quorum();
        }
        again
    }

    /// The node goes down, if it is up or stands still. Whether it does.
    pub fn go_down(&mut self, node: NodeId) -> bool {
        let place = &mut self.nodes[node.index()];
        if !matches!(place.status, Status::Up | Status::Paused) {
            return false;
        }
        place.status = Status::Down;
        place.timers.clear();
        place.stamp += 1;
        self.counts.crashes += 1;
        self.count_quorum();
        true
    }

    /// Whether the node fails over the next message that it handles, and at which point.
    pub fn fault(&mut self, node: NodeId, failing: Failing) -> Option<FaultPoint> {
        let place = &mut self.nodes[node.index()];
        place.handled = place.handled.wrapping_add(1);
        let number = place.handled;
        if self.settings.failure.0 == 0 || !self.may_fail(node) {
            return None;
        }
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
    pub fn repair_later(&mut self, node: NodeId) {
        if self.settings.repair > Micros::ZERO {
            let stamp = self.nodes[node.index()].stamp;
            self.queue.add(self.now.plus(self.settings.repair), Due::Repair { node, stamp });
        }
    }

    /// Gives every waiting letter for which `wanted` holds an appointment now.
    pub fn release(&mut self, wanted: &dyn Fn(&InFlight) -> bool) {
        for index in self.letters.which(wanted) {
            self.appoint(index, self.now);
        }
    }

    /// What waits at the node need not wait any more: the node is not there.
    pub fn release_at(&mut self, node: NodeId) {
        self.release(&|letter| letter.place == Place::Waits && letter.letter.to == node);
    }

    /// Gives the letter a new time; older appointments are void.
    pub fn appoint(&mut self, index: u32, time: Micros) {
        let stamp = self.letters.stamp();
        if let Some(letter) = self.letters.get_mut(index) {
            letter.arrives = time;
            letter.stamp = stamp;
            self.queue.add(time, Due::Letter { index, stamp });
        }
    }
}

/// The rate of a node's clock in millionths: true, or off by chance within the skew.
pub(super) fn initial_clock(settings: &Settings, seed: u64, node: NodeId) -> u32 {
    let skew = Micros(u64::from(settings.skew.0));
    let off = Chance::of_node(seed, node, 0).up_to(Topic::Skew, Micros(skew.0 * 2));
    (1_000_000 + off.0 - skew.0) as u32
}
