//! The world: it holds the actors, the network between them and the time, and lets one event happen after another.

use super::core::Core;
use super::history::{Cause, History, What};
use super::letters::{InFlight, Letters};
use super::node::Node;
use super::queue::Due;
use super::reach::Reach;
use super::series::Series;
use super::{Intervention, Settings};
use crate::paxos::{Fact, Knobs, Member, Micros, NodeId, Outbox, Slot, System};
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
    /// Nothing has happened; there are so many kinds of message.
    pub(super) fn of(kinds: usize) -> Self {
        Self { messages: vec![[0; 3]; kinds], ..Self::default() }
    }

    /// For how long until `now` enough acceptors were up for both phases, whether or not they could reach one another. A
    /// node that stands still is not up.
    pub fn quorum_up(&self, now: Micros) -> Micros {
        let since = if self.is_up { now.0.saturating_sub(self.checked.0) } else { 0 };
        self.quorum_up.plus(Micros(since))
    }

    /// From now on enough acceptors are up, or are not.
    pub(super) fn count_quorum(&mut self, now: Micros, is_up: bool) {
        self.quorum_up = self.quorum_up(now);
        self.is_up = is_up;
        self.checked = now;
    }
}

/// What happened on one direction of a link.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Traffic {
    pub sent: u32,
    pub last_arrival: Micros,
}

/// A run of the system `S`. Equal arguments give equal runs, event for event, on every platform.
///
/// It is thin around what knows no system, so that the page carries that once and not for each of them.
#[derive(Clone, Debug)]
pub struct World<S: System> {
    pub(super) core: Core,
    pub(super) system: S,
    /// The state of each node.
    pub(super) actors: Vec<S::Actor>,
    /// What each disk held before the last write, kept only where the disk loses the last write.
    pub(super) last_writes: Vec<Option<Box<S::Actor>>>,
    /// What each letter in the network says, by its number.
    pub(super) messages: Vec<Option<S::Message>>,
    pub(super) history: History<S>,
    pub(super) out: Outbox<S>,
}

impl<S: System> World<S> {
    /// A world in which nothing has happened yet. `plan` must be in the order of time. At most `bound` events are
    /// kept in the history.
    pub fn new(system: S, knobs: Knobs, seed: u64, plan: Vec<Intervention>, bound: usize) -> Self {
        let members = system.members();
        let nodes = members.len();
        Self {
            actors: (0..nodes).map(|index| system.initial(NodeId(index as u8))).collect(),
            last_writes: vec![None; nodes],
            messages: Vec::new(),
            core: Core::new(S::ABOUT, (knobs, seed), members, system.quorums(Slot::ONLY), plan),
            system,
            history: History::new(bound),
            out: Outbox::default(),
        }
    }

    /// When the next event happens; `None` if nothing ever will.
    pub fn next_time(&self) -> Option<Micros> {
        self.core.next_time()
    }

    /// Lets the next event happen and sets the time to it. False if there is none.
    pub fn step(&mut self, watch: &mut impl Watch<S>) -> bool {
        self.step_within(Micros::NEVER, watch)
    }

    /// As [`World::step`], but lets nothing happen after `limit`. What leaves no trace, such as a letter that reaches a
    /// node standing still, is no event, but happens in its time.
    fn step_within(&mut self, limit: Micros, watch: &mut impl Watch<S>) -> bool {
        let before = self.core.events;
        while self.core.events == before {
            let due = self.core.queue.peek();
            let planned = self.core.plan.get(self.core.planned).map(|next| next.at);
            if planned.is_some_and(|at| self.core.acts_before(at, due)) {
                if planned.is_some_and(|at| at.time > limit) {
                    return false;
                }
                self.next_planned(watch);
            } else {
                if due.is_none_or(|time| time > limit) {
                    return false;
                }
                let Some((time, due)) = self.core.queue.pop() else { return false };
                self.core.go_to(time);
                self.core.at_now += 1;
                self.happen(due, watch);
            }
            self.core.settle();
        }
        true
    }

    /// Lets events happen until `time`, but at most `most` of them, and sets the time to `time` unless it stopped
    /// early. Returns how many happened.
    pub fn advance(&mut self, time: Micros, most: u64, watch: &mut impl Watch<S>) -> u64 {
        let first = self.core.events;
        loop {
            if self.core.events - first >= most && self.next_time().is_some_and(|next| next <= time) {
                return self.core.events - first;
            }
            if !self.step_within(time, watch) {
                break;
            }
        }
        if time < Micros::NEVER {
            self.core.go_to(time.max(self.core.now));
        }
        self.core.events - first
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
        let core = &mut self.core;
        core.digest.write_u64(core.now.0 << 8 | node.map_or(255, |node| u64::from(node.0)));
        what.hash(&mut core.digest);
        if let Some(node) = node.and_then(|node| core.nodes.get_mut(node.index())) {
            node.version += 1;
        }
        core.events += 1;
        self.history.push(core.now, node, cause, what, &self.out.notes)
    }

    /// The server in the middle, whose id comes after those of the nodes.
    pub fn server(&self) -> Option<NodeId> {
        self.core.server()
    }

    /// The hash of everything that happened so far.
    pub fn digest(&self) -> u64 {
        self.core.digest.finish()
    }

    /// Virtual time now.
    pub fn time(&self) -> Micros {
        self.core.now
    }

    /// How many events have happened.
    pub fn events(&self) -> u64 {
        self.core.events
    }

    /// The protocol as it is configured now.
    pub fn system(&self) -> &S {
        &self.system
    }

    /// The settings as they are now.
    pub fn settings(&self) -> &Settings {
        &self.core.settings
    }

    /// The knobs as they are now.
    pub fn knobs(&self) -> &Knobs {
        &self.core.knobs
    }

    /// The configured nodes.
    pub fn members(&self) -> &[Member] {
        &self.core.members
    }

    /// One node, as far as the world keeps it.
    pub fn node(&self, node: NodeId) -> Option<&Node> {
        self.core.nodes.get(node.index())
    }

    /// The state of one node.
    pub fn actor(&self, node: NodeId) -> Option<&S::Actor> {
        self.actors.get(node.index())
    }

    /// The state of every node, in the order of their ids.
    pub fn actors(&self) -> impl Iterator<Item = &S::Actor> {
        self.actors.iter()
    }

    /// Whether the server in the middle works.
    pub fn server_up(&self) -> bool {
        self.core.server_up
    }

    /// The letters in the network.
    pub fn letters(&self) -> &Letters {
        &self.core.letters
    }

    /// What the letter of that number says.
    pub fn message(&self, index: u32) -> Option<&S::Message> {
        self.messages.get(index as usize)?.as_ref()
    }

    /// The numbers of the letters for which `wanted` holds, in the order in which they entered the network.
    pub fn letters_that(&self, wanted: &dyn Fn(&InFlight, &S::Message) -> bool) -> Vec<u32> {
        let mut found = self.core.letters.which(&|_| true);
        found.retain(|index| {
            let both = self.core.letters.get(*index).zip(self.message(*index));
            both.is_some_and(|(letter, message)| wanted(letter, message))
        });
        found
    }

    /// Who can reach whom.
    pub fn reach(&self) -> &Reach {
        &self.core.reach
    }

    /// What happened.
    pub fn history(&self) -> &History<S> {
        &self.history
    }

    /// What was done by hand so far and what is still to come.
    pub fn plan(&self) -> &[Intervention] {
        &self.core.plan
    }

    /// Counts so far.
    pub fn counts(&self) -> &Counts {
        &self.core.counts
    }
}
