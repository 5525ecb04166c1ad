//! The world: it holds the actors, the network between them and the time, and lets one event happen after another.

use super::chance::{Chance, Topic};
use super::history::{Cause, History, What};
use super::letters::Letters;
use super::node::{Node, Status};
use super::queue::{Due, Queue};
use super::reach::Reach;
use super::series::Series;
use super::settings::Link;
use super::{At, Digest, Intervention, Settings};
use crate::paxos::{Fact, Knobs, Member, Micros, NodeId, NodeSet, Outbox, Slot, System};
use std::hash::{Hash, Hasher};

/// The point of a run at which something was observed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    /// The number of the event.
    pub event: u64,
    /// When.
    pub time: Micros,
    /// Where.
    pub node: NodeId,
}

/// Whoever wants to know what actors do while they do it: the properties, above all.
pub trait Watch<S: System> {
    /// `fact` became true.
    fn observe(&mut self, moment: Moment, fact: &Fact<S::Value>);
    /// A node took a step that left `actor` and did `facts`, each of which was observed.
    fn stepped(&mut self, _moment: Moment, _actor: &S::Actor, _facts: &[Fact<S::Value>]) {}
    /// The rules changed in the middle of the run.
    fn reconfigure(&mut self, _system: &S) {}
}

impl<S: System> Watch<S> for () {
    fn observe(&mut self, _: Moment, _: &Fact<S::Value>) {}
}

/// Counts of a run so far.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// By kind of message: sent, delivered, lost. A duplicate counts as sent.
    pub messages: Vec<[u64; 3]>,
    /// Crashes.
    pub crashes: u64,
    /// Timers fired.
    pub timers: u64,
    /// Messages sent, over time.
    pub sent: Series,
    /// Messages lost, over time.
    pub lost: Series,
    /// For how long a quorum of acceptors was up, until `checked`.
    quorum_up: Micros,
    /// Whether it has been since.
    is_up: bool,
    checked: Micros,
}

impl Counts {
    /// For how long until `now` enough acceptors were up for both phases, whether or not they could reach one another. A
    /// node that stands still is not up.
    pub fn quorum_up(&self, now: Micros) -> Micros {
        let since = if self.is_up { now.0.saturating_sub(self.checked.0) } else { 0 };
        self.quorum_up.plus(Micros(since))
    }
}

/// What happened on one direction of a link.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Traffic {
    pub sent: u32,
    pub last_arrival: Micros,
}

/// A run of the system `S`. Equal arguments give equal runs, event for event, on every platform.
#[derive(Clone, Debug)]
pub struct World<S: System> {
    pub(super) system: S,
    pub(super) knobs: Knobs,
    pub(super) settings: Settings,
    pub(super) seed: u64,
    pub(super) members: Vec<Member>,
    pub(super) nodes: Vec<Node<S>>,
    pub(super) server_up: bool,
    pub(super) now: Micros,
    pub(super) events: u64,
    /// How many appointments were kept at exactly this time.
    pub(super) at_now: u32,
    pub(super) queue: Queue,
    pub(super) letters: Letters<S::Message>,
    pub(super) letters_made: u64,
    pub(super) traffic: Vec<Traffic>,
    /// Links that are not like the others, in the order of their ends.
    pub(super) tuned: Vec<((NodeId, NodeId), Link)>,
    pub(super) reach: Reach,
    pub(super) plan: Vec<Intervention>,
    pub(super) planned: usize,
    pub(super) history: History<S>,
    pub(super) digest: Digest,
    pub(super) counts: Counts,
    pub(super) out: Outbox<S>,
}

impl<S: System> World<S> {
    /// A world in which nothing has happened yet. `plan` must be in the order of time. At most `bound` events are
    /// kept in the history.
    pub fn new(system: S, knobs: Knobs, seed: u64, plan: Vec<Intervention>, bound: usize) -> Self {
        let settings = Settings::read(S::ABOUT, &knobs);
        let members = system.members();
        let voters = system.quorums(Slot::ONLY).acceptors;
        let nodes = (0..members.len()).map(|index| {
            let node = NodeId(index as u8);
            let clock = initial_clock(&settings, seed, node);
            Node::new(system.initial(node), clock, voters.contains(node))
        });
        let mut world = Self {
            nodes: nodes.collect(),
            traffic: vec![Traffic::default(); members.len() * members.len()],
            counts: Counts { messages: vec![[0; 3]; S::ABOUT.kinds.len()], ..Counts::default() },
            system,
            knobs,
            settings,
            seed,
            members,
            server_up: true,
            now: Micros::ZERO,
            events: 0,
            at_now: 0,
            queue: Queue::default(),
            letters: Letters::default(),
            letters_made: 0,
            tuned: Vec::new(),
            reach: Reach::default(),
            plan,
            planned: 0,
            history: History::new(bound),
            digest: Digest::default(),
            out: Outbox::default(),
        };
        for (index, member) in world.members.iter().enumerate() {
            world.queue.add(member.starts, Due::Start { node: NodeId(index as u8) });
        }
        world
    }

    /// When the next event happens; `None` if nothing ever will.
    pub fn next_time(&self) -> Option<Micros> {
        let due = self.queue.peek();
        let planned = self.plan.get(self.planned).map(|next| next.at.time.max(self.now));
        match (due, planned) {
            (Some(due), Some(planned)) => Some(due.min(planned)),
            (due, planned) => due.or(planned),
        }
    }

    /// Lets the next event happen and sets the time to it. False if there is none.
    pub fn step(&mut self, watch: &mut impl Watch<S>) -> bool {
        self.step_within(Micros::NEVER, watch)
    }

    /// As [`World::step`], but lets nothing happen after `limit`. What leaves no trace, such as a letter that reaches a
    /// node standing still, is no event, but happens in its time.
    fn step_within(&mut self, limit: Micros, watch: &mut impl Watch<S>) -> bool {
        let before = self.events;
        while self.events == before {
            let due = self.queue.peek();
            let planned = self.plan.get(self.planned).map(|next| next.at);
            if planned.is_some_and(|at| self.acts_before(at, due)) {
                if planned.is_some_and(|at| at.time > limit) {
                    return false;
                }
                self.next_planned(watch);
            } else {
                if due.is_none_or(|time| time > limit) {
                    return false;
                }
                let Some((time, due)) = self.queue.pop() else { return false };
                self.go_to(time);
                self.at_now += 1;
                self.happen(due, watch);
            }
            self.settle();
        }
        true
    }

    /// Drops appointments that no longer hold, so that the first of the queue is what happens next.
    pub(super) fn settle(&mut self) {
        while self.queue.first().is_some_and(|due| !self.holds(due)) {
            self.queue.pop();
        }
    }

    /// Lets events happen until `time`, but at most `most` of them, and sets the time to `time` unless it stopped
    /// early. Returns how many happened.
    pub fn advance(&mut self, time: Micros, most: u64, watch: &mut impl Watch<S>) -> u64 {
        let first = self.events;
        loop {
            if self.events - first >= most && self.next_time().is_some_and(|next| next <= time) {
                return self.events - first;
            }
            if !self.step_within(time, watch) {
                break;
            }
        }
        if time < Micros::NEVER {
            self.go_to(time.max(self.now));
        }
        self.events - first
    }

    /// Whether an intervention at that point acts before an appointment that is due then.
    fn acts_before(&self, at: At, due: Option<Micros>) -> bool {
        let Some(due) = due else { return true };
        let happened = if self.now == due { self.at_now } else { 0 };
        at.time < due || at.time == due && happened >= at.after
    }

    pub(super) fn go_to(&mut self, time: Micros) {
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

    fn happen(&mut self, due: Due, watch: &mut impl Watch<S>) {
        match due {
            Due::Letter { index, .. } => self.arrive(index, watch),
            Due::Timer { node, timer, .. } => self.fire(node, timer, Cause::NONE, watch),
            Due::Start { node } => self.come_up(node, Cause::NONE, watch),
            Due::Repair { node, .. } => self.repair(node, Cause::NONE, watch),
        }
    }

    /// Records an event with the notes that are in the outbox, and returns its number.
    pub(super) fn record(&mut self, node: Option<NodeId>, cause: Cause, what: What<S::Message>) -> u64 {
        self.digest.write_u64(self.now.0 << 8 | node.map_or(255, |node| u64::from(node.0)));
        what.hash(&mut self.digest);
        if let Some(node) = node.and_then(|node| self.nodes.get_mut(node.index())) {
            node.version += 1;
        }
        self.events += 1;
        self.history.push(self.now, node, cause, what, &self.out.notes)
    }

    /// Every node on the machine of `node`.
    pub(super) fn machine(&self, node: NodeId) -> NodeSet {
        let machine = self.members[node.index()].machine;
        let same = self.members.iter().enumerate().filter(|(_, member)| member.machine == machine);
        same.map(|(index, _)| NodeId(index as u8)).collect()
    }

    /// The server in the middle, whose id comes after those of the nodes.
    pub fn server(&self) -> Option<NodeId> {
        self.settings.server.map(|_| NodeId(self.members.len() as u8))
    }

    /// Takes note of who is up, after that has changed.
    pub(super) fn count_quorum(&mut self) {
        let quorums = self.system.quorums(Slot::ONLY);
        let up = self.nodes.iter().filter(|node| node.votes && node.status == Status::Up).count();
        self.counts.quorum_up = self.counts.quorum_up(self.now);
        self.counts.is_up = up >= quorums.q1.max(quorums.q2);
        self.counts.checked = self.now;
    }

    /// The hash of everything that happened so far.
    pub fn digest(&self) -> u64 {
        self.digest.finish()
    }

    /// Virtual time now.
    pub fn time(&self) -> Micros {
        self.now
    }

    /// How many events have happened.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// The protocol as it is configured now.
    pub fn system(&self) -> &S {
        &self.system
    }

    /// The settings as they are now.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The knobs as they are now.
    pub fn knobs(&self) -> &Knobs {
        &self.knobs
    }

    /// The configured nodes.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// One node.
    pub fn node(&self, node: NodeId) -> Option<&Node<S>> {
        self.nodes.get(node.index())
    }

    /// The state of every node, in the order of their ids.
    pub fn actors(&self) -> impl Iterator<Item = &S::Actor> {
        self.nodes.iter().map(|node| &node.actor)
    }

    /// Whether the server in the middle works.
    pub fn server_up(&self) -> bool {
        self.server_up
    }

    /// The letters in the network.
    pub fn letters(&self) -> &Letters<S::Message> {
        &self.letters
    }

    /// Who can reach whom.
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// What happened.
    pub fn history(&self) -> &History<S> {
        &self.history
    }

    /// What was done by hand so far and what is still to come.
    pub fn plan(&self) -> &[Intervention] {
        &self.plan
    }

    /// Counts so far.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }
}

/// The rate of a node's clock in millionths: true, or off by chance within the skew.
pub(super) fn initial_clock(settings: &Settings, seed: u64, node: NodeId) -> u32 {
    let skew = Micros(u64::from(settings.skew.0));
    let off = Chance::of_node(seed, node, 0).up_to(Topic::Skew, Micros(skew.0 * 2));
    (1_000_000 + off.0 - skew.0) as u32
}
