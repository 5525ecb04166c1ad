//! The node that the inspector shows, and what it was like before its latest event.

use super::driver::Driver;
use super::{Action, Run};
use crate::paxos::{Micros, NodeId, System};
use crate::sim::{Place, Status, World};

/// A run of more events than this is not run again for a node that is looked at for the first time.
const AGAIN: u64 = 50_000;

/// A node and its state before its latest event.
pub(super) struct Watched<S: System> {
    pub node: NodeId,
    pub before: Option<S::Actor>,
    current: S::Actor,
    version: u64,
}

impl<S: System> Watched<S> {
    /// Watches the node from now on.
    pub fn new(world: &World<S>, id: NodeId) -> Option<Self> {
        let (node, actor) = world.node(id).zip(world.actor(id))?;
        Some(Self { node: id, before: None, current: actor.clone(), version: node.version })
    }

    /// To be called after each event.
    pub fn keep(&mut self, world: &World<S>) {
        let Some((node, actor)) = world.node(self.node).zip(world.actor(self.node)) else { return };
        if node.version != self.version {
            self.version = node.version;
            self.before = Some(std::mem::replace(&mut self.current, actor.clone()));
        }
    }

    /// The node of a run that nobody watched so far. What its latest event changed is found by running again.
    pub fn late(run: &Driver<S>, id: NodeId) -> Option<Self> {
        if run.world.events() > AGAIN {
            return Self::new(&run.world, id);
        }
        let (mut past, _) = Driver::<S>::new(&run.scenario, 1);
        past.watched = Self::new(&past.world, id);
        past.advance(run.world.time(), run.world.events());
        past.watched
    }
}

/// What waits longest of all that is held until somebody acts: a message, or else a timer.
pub(super) fn held<S: System>(world: &World<S>) -> Option<Action> {
    let letters = world.letters().iter().map(|(_, letter)| letter);
    let held = letters.filter(|letter| letter.arrives == Micros::NEVER && letter.place != Place::Waits);
    if let Some(first) = held.min_by_key(|letter| letter.order) {
        return Some(Action::Deliver(first.letter));
    }
    let nodes = (0..world.members().len()).map(|index| NodeId(index as u8));
    let timers = nodes.filter_map(|id| Some((id, world.node(id).filter(|node| node.status == Status::Up)?)));
    let timers = timers.flat_map(|(id, node)| node.timers.iter().map(move |armed| (armed, id)));
    let held = timers.filter(|(armed, _)| armed.fires == Micros::NEVER);
    let (armed, id) = held.min_by_key(|(armed, id)| (armed.set, *id))?;
    Some(Action::Fire(id, armed.timer))
}
