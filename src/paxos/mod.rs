//! The protocols: pure actors, one folder per system, one file per role.
//!
//! An actor is a plain value. It has no clock, no randomness and no I/O: it takes an [`Input`] and fills an
//! [`Outbox`] of effects. Equal state and equal input give equal effects, so the very same actors serve the
//! animation, thousands of headless runs, and exhaustive exploration. There is no second model of a protocol.
//!
//! Whoever runs actors (the simulated world, the explorer, a test) reaches them through one trait, [`System`].

mod about;
mod audit;
mod count;
pub(crate) mod decimal;
mod ids;
mod knob;
mod knob_text;
pub mod leader;
mod map;
pub mod peers;
pub mod pmmc;
pub mod registry;
mod renaming;
pub mod rounds;
mod scramble;
mod shown;
mod step;
pub mod synod;
mod words;

pub use about::{About, Failing, Glance, Goal, Member, MessageKind, Phase, Quorums, Role, Rule, Shape};
pub use audit::Audit;
pub use count::Count;
pub use ids::{Ballot, MAX_NODES, Micros, NodeId, NodeSet, Probability, Slot, Value};
pub use knob::{ABOUT_NODES, Kind, Knob, Knobs, Notice};
pub(crate) use knob::{knobs, rules};
pub use knob_text::Misread;
pub use map::Map;
pub use renaming::Renaming;
pub use scramble::scramble;
pub use shown::{Ask, Explanation, Field, Gauge, Helper, Look, Many, Row, RowMark, Table};
pub use step::{Fact, Input, Outbox, Timer, TimerEffect};

use std::fmt::{Debug, Display};
use std::hash::Hash;

/// A protocol: its actors and how to read them. `&self` is the configuration, equal for all nodes.
pub trait System: Sized + Clone + Debug + Send + Sync + 'static {
    /// The local state of a node of any role. Its order and equality are those of the state itself.
    type Actor: Clone + Eq + Ord + Hash + Debug + Send + Sync;
    /// What nodes send one another.
    type Message: Clone + Eq + Ord + Hash + Debug + Send + Sync;
    /// What is proposed and chosen.
    type Value: Clone + Eq + Ord + Hash + Debug + Display + Send + Sync;
    /// Which rule fired or refused, with what it takes to explain it.
    type Note: Copy + Eq + Debug + Send + Sync;

    /// What there is to know without a configuration.
    const ABOUT: &'static About;

    /// The configuration that the knobs ask for. What cannot be had is replaced and told in a notice.
    fn configure(knobs: &Knobs, notices: &mut Vec<Notice>) -> Self;

    /// The configured nodes; [`NodeId`] is the position in this list. At most [`MAX_NODES`].
    fn members(&self) -> Vec<Member>;

    /// Who votes in `slot`, unless a chosen value says otherwise: see [`System::reconfigures`].
    fn quorums(&self, slot: Slot) -> Quorums;

    /// If the value, chosen in `slot`, changes who votes: from which slot on, and how. Never by default.
    fn reconfigures(&self, _slot: Slot, _value: &Self::Value) -> Option<(Slot, Quorums)> {
        None
    }

    /// The state of `node` before it starts for the first time.
    fn initial(&self, node: NodeId) -> Self::Actor;

    /// One step of `node`: changes its state and fills the outbox, which arrives empty.
    fn handle(&self, node: NodeId, actor: &mut Self::Actor, input: Input<Self>, out: &mut Outbox<Self>);

    /// What a crash leaves of the state: the durable part as it is, the volatile part as it was at the beginning.
    fn recover(&self, node: NodeId, actor: &Self::Actor) -> Self::Actor;

    /// The timers that could fire in this state, as a bit mask: those set and not yet cancelled.
    fn armed(&self, node: NodeId, actor: &Self::Actor) -> u16;

    /// The highest round that the node has used, for whoever bounds an exploration by rounds; 0 for nodes without.
    fn round(&self, actor: &Self::Actor) -> u32;

    /// Forgets what only decides how long something takes, never what happens: how often a back-off was doubled.
    /// Exploration has no time, so states that differ in nothing else are one.
    fn untimed(&self, actor: &mut Self::Actor);

    /// Nodes that can change places without any difference but their names, for whoever explores one of many like
    /// states only. Whoever has such nodes can also rename.
    fn alike(&self) -> NodeSet {
        NodeSet::EMPTY
    }

    /// The state under other names; `false` where the system does not know how.
    fn rename_actor(&self, _actor: &mut Self::Actor, _renaming: &Renaming) -> bool {
        false
    }

    /// The message under other names; `false` where the system does not know how.
    fn rename_message(&self, _message: &mut Self::Message, _renaming: &Renaming) -> bool {
        false
    }

    /// Whether the state is the goal of that position in [`About::goals`]. Not asked for one that counts preemptions.
    fn reached(&self, goal: usize, state: &Glance<Self>) -> bool;

    /// The value that a text stands for, or what is wrong with it.
    fn value(&self, text: &str) -> Result<Self::Value, String>;

    /// The node that takes a client's request where none was named.
    fn front(&self) -> NodeId;

    /// Whether the node takes clients' requests. By default whoever proposes, and whoever serves or drives from outside.
    fn serves(&self, node: NodeId) -> bool {
        let role = self.members().get(node.index()).map(|member| Self::ABOUT.roles[usize::from(member.role)]);
        role.is_some_and(|role| matches!(role.shape, Shape::Square | Shape::Hexagon))
    }

    /// Whether a run chooses one value only, once and for all. By default it goes on from slot to slot.
    fn chooses_once(&self) -> bool {
        false
    }

    /// Index into [`About::kinds`].
    fn kind(&self, message: &Self::Message) -> usize;

    /// The ballot a message speaks of, which gives it its colour.
    fn ballot(&self, message: &Self::Message) -> Option<Ballot>;

    /// The message in a few words: `promise 3.1, last accepted X at 2.2`.
    fn read(&self, message: &Self::Message) -> String;

    /// The message as each of [`About::wires`] writes it.
    fn wire(&self, from: NodeId, to: NodeId, message: &Self::Message) -> Vec<String>;

    /// The note in plain words, with its source. `node` is who noted it.
    fn explain(&self, node: NodeId, note: &Self::Note) -> Explanation;

    /// The state field by field.
    fn fields(&self, node: NodeId, actor: &Self::Actor) -> Vec<Field>;

    /// What the node's circle shows.
    fn look(&self, node: NodeId, actor: &Self::Actor) -> Look;

    /// What the node keeps in rows: a log, a queue, a history. None by default.
    fn tables(&self, _node: NodeId, _actor: &Self::Actor) -> Vec<Table> {
        Vec::new()
    }

    /// What the whole run measures of itself, beside what theory says. None by default.
    fn gauges(&self, _actors: &[&Self::Actor]) -> Vec<Gauge> {
        Vec::new()
    }

    /// What watches a run for the invariants of its paper. Nothing by default.
    fn audit(&self) -> Option<Box<dyn Audit<Self>>> {
        None
    }

    /// The invariants of its paper that one step of `node` breaks, whatever the others do: `before` and `after` are its
    /// state, `facts` what it did. Each by its position in [`Audit::invariants`], and what happened. This is what the
    /// explorer judges of the audit; a crash, a restart and a wipe are no such steps. Nothing by default.
    fn breaches(
        &self,
        _node: NodeId,
        _before: &Self::Actor,
        _after: &Self::Actor,
        _facts: &[Fact<Self::Value>],
    ) -> Vec<(usize, String)> {
        Vec::new()
    }

    /// What it means here that a node fails over `message`. A system that means something else than a crash has a knob
    /// `failure` of its own, which stands in place of the world's and says so.
    fn failing(&self, _message: &Self::Message) -> Failing {
        Failing::Crash
    }

    /// The label of a node: `A2`.
    fn label(&self, node: NodeId) -> String {
        match self.members().get(node.index()) {
            Some(member) => format!("{}{}", Self::ABOUT.roles[usize::from(member.role)].letter, member.number),
            None => format!("#{}", node.0),
        }
    }
}
