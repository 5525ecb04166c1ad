//! The protocols: pure actors, one folder per system, one file per role.
//!
//! An actor is a plain value. It has no clock, no randomness and no I/O: it takes an [`Input`] and fills an
//! [`Outbox`] of effects. Equal state and equal input give equal effects, so the very same actors serve the
//! animation, thousands of headless runs, and exhaustive exploration. There is no second model of a protocol.
//!
//! Whoever runs actors (the simulated world, the explorer, a test) reaches them through one trait, [`System`].

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
pub mod synod;

pub use audit::Audit;
pub use count::Count;
pub use ids::{Ballot, MAX_NODES, Micros, NodeId, NodeSet, Probability, Slot, Value};
pub use knob::{Kind, Knob, Knobs, Notice};
pub(crate) use knob::{knobs, rules};
pub use knob_text::Misread;
pub use map::Map;
pub use renaming::Renaming;
pub use scramble::scramble;
pub use shown::{Ask, Explanation, Field, Gauge, Helper, Look, Many, Row, RowMark, Table};

use std::fmt::{Debug, Display};
use std::hash::Hash;

/// A timer of a node. A node has one timer of each number; setting it again replaces it. Below 16.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Timer(pub u8);

/// What an actor is told.
#[derive(Debug)]
pub enum Input<'a, S: System> {
    /// The node comes up for the first time.
    Start,
    /// The node comes up again after a crash: its state is what [`System::recover`] left of it.
    Restart,
    /// The node is asked to leave in good order.
    Leave,
    /// `message` arrived from `from`.
    Message {
        /// Who sent it.
        from: NodeId,
        /// What it says.
        message: &'a S::Message,
    },
    /// The node fails over `message` from `from`: it must do nothing that the message asks for, but may say that it
    /// failed. Only where [`System::failing`] says so.
    Fault {
        /// Who sent it.
        from: NodeId,
        /// What it says.
        message: &'a S::Message,
    },
    /// The timer fired.
    Timer(Timer),
    /// A client asks for `value`.
    Request(&'a S::Value),
}

impl<S: System> Copy for Input<'_, S> {}

impl<S: System> Clone for Input<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

/// What the properties must know of an actor's step, in the words of the papers. `V` is the system's value.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Fact<V> {
    /// A client asked for `value`.
    Requested(V),
    /// A proposer or leader began phase 1 of a ballot of its own.
    Began(Ballot),
    /// An acceptor will refuse whatever is below the ballot (phase 1b, or by accepting).
    Promised(Ballot),
    /// A proposer asks to accept the value: phase 2a.
    Proposed(Slot, Ballot, V),
    /// An acceptor accepted the value: phase 2b, its vote.
    Voted(Slot, Ballot, V),
    /// A proposer gave up its ballot because of a higher one.
    Preempted(Ballot),
    /// The node holds the value to be chosen.
    Learned(Slot, V),
    /// The client has the answer to its request for the value. Only where clients are apart from those who learn: else
    /// a client has its answer once the node that it asked has learned the value.
    Answered(V),
    /// The node carried the value out: a replica of a state machine performed it, with effect.
    Performed(Slot, V),
}

/// A timer to set or to stop. The chance in it is the world's, not the actor's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimerEffect {
    /// Sets or replaces the timer: it fires after `after` plus a random part of `spread`.
    Set {
        /// Which one.
        timer: Timer,
        /// The least time until it fires.
        after: Micros,
        /// The most that chance may add.
        spread: Micros,
    },
    /// Sets or replaces the timer: a coin is tossed at every tick, and it fires at the first that hits.
    Toss {
        /// Which one.
        timer: Timer,
        /// The time from tick to tick.
        tick: Micros,
        /// How likely each toss hits. At zero it never fires.
        probability: Probability,
    },
    /// Stops it, if it is set.
    Cancel(Timer),
}

/// Where an actor puts the effects of one step. Reused from step to step.
#[derive(Clone, Debug)]
pub struct Outbox<S: System> {
    /// Messages, each to every member of a set of nodes.
    pub sends: Vec<(NodeSet, S::Message)>,
    /// Timers set and cancelled, in order.
    pub timers: Vec<TimerEffect>,
    /// What the properties must know.
    pub facts: Vec<Fact<S::Value>>,
    /// Which rules fired or refused, for the log.
    pub notes: Vec<S::Note>,
}

impl<S: System> Default for Outbox<S> {
    fn default() -> Self {
        Self { sends: Vec::new(), timers: Vec::new(), facts: Vec::new(), notes: Vec::new() }
    }
}

impl<S: System> Outbox<S> {
    /// Sends `message` to one node.
    pub fn send(&mut self, to: NodeId, message: S::Message) {
        self.broadcast(NodeSet::one(to), message);
    }

    /// Sends `message` to every node of `to`.
    pub fn broadcast(&mut self, to: NodeSet, message: S::Message) {
        if !to.is_empty() {
            self.sends.push((to, message));
        }
    }

    /// Sets `timer` to fire after `after` plus a random part of `spread`.
    pub fn set(&mut self, timer: Timer, after: Micros, spread: Micros) {
        self.timers.push(TimerEffect::Set { timer, after, spread });
    }

    /// Sets `timer` to fire at the first tick at which chance hits.
    pub fn toss(&mut self, timer: Timer, tick: Micros, probability: Probability) {
        self.timers.push(TimerEffect::Toss { timer, tick, probability });
    }

    /// Stops `timer`.
    pub fn cancel(&mut self, timer: Timer) {
        self.timers.push(TimerEffect::Cancel(timer));
    }

    /// Tells the properties.
    pub fn fact(&mut self, fact: Fact<S::Value>) {
        self.facts.push(fact);
    }

    /// Tells the log which rule fired or refused.
    pub fn note(&mut self, note: S::Note) {
        self.notes.push(note);
    }

    /// Empties it for the next step.
    pub fn clear(&mut self) {
        self.sends.clear();
        self.timers.clear();
        self.facts.clear();
        self.notes.clear();
    }
}

/// A role as the stage draws it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Role {
    /// `acceptor`
    pub name: &'static str,
    /// The letter of its labels: `A` for `A1`, `A2`, …
    pub letter: &'static str,
    /// The shape of its node, so that colour is never the only signal.
    pub shape: Shape,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// Whether it is there to learn what was chosen.
    pub learns: bool,
}

/// The outline of a node on the stage.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// Who votes.
    Circle,
    /// Who proposes.
    Square,
    /// Who learns.
    Diamond,
    /// Who serves or drives from outside.
    Hexagon,
}

/// One configured node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Member {
    /// Index into [`About::roles`].
    pub role: u8,
    /// Its number within the role, from 1.
    pub number: u8,
    /// The machine it runs on: a crash takes all nodes of a machine.
    pub machine: u8,
    /// When it starts.
    pub starts: Micros,
}

/// A kind of message as the stage draws it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MessageKind {
    /// `prepare`
    pub name: &'static str,
    /// The paper's short name: `1a`, `2b`; or a word of at most four letters where the paper has none.
    pub short: &'static str,
    /// Which phase it belongs to, which decides its shape.
    pub phase: Phase,
}

/// What a message is for; each is drawn with a shape of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Phase 1, from a proposer.
    Prepare,
    /// Phase 1, back to a proposer.
    Promise,
    /// Phase 2, from a proposer.
    Accept,
    /// Phase 2, from an acceptor.
    Accepted,
    /// A refusal.
    Refusal,
    /// What was chosen, told on.
    Decision,
    /// Everything else.
    Other,
}

/// A break-a-rule switch: a rule of the protocol that can be turned off to see what it is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Its name in `break=`.
    pub name: &'static str,
    /// What goes on when it is off.
    pub off: &'static str,
    /// What the rule is for.
    pub purpose: &'static str,
}

/// What there is to know of a system without running it.
#[derive(Debug)]
pub struct About {
    /// Its name in links: `synod`.
    pub key: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it is, in two or three sentences.
    pub summary: &'static str,
    /// Its own knobs; the world adds its own.
    pub knobs: &'static [Knob],
    /// Its roles.
    pub roles: &'static [Role],
    /// Its kinds of message.
    pub kinds: &'static [MessageKind],
    /// The rules that can be switched off, in the order of the `break` knob's words.
    pub rules: &'static [Rule],
    /// The names of its timers, by number.
    pub timers: &'static [&'static str],
    /// States worth finding.
    pub goals: &'static [Goal],
    /// The ways in which its messages can be read beside the plain one, in the order of [`System::wire`].
    pub wires: &'static [&'static str],
    /// How a person asks for a value.
    pub ask: Ask,
    /// What it calls a slot: `id`, `round`.
    pub slot: &'static str,
}

/// Who votes in a slot and how many it takes (*Paxos Made Simple*, section 2.2; *Flexible Paxos*, section 3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Quorums {
    /// The configured acceptors, whether or not they are up.
    pub acceptors: NodeSet,
    /// How many of them make a phase 1 quorum.
    pub q1: usize,
    /// How many of them make a phase 2 quorum.
    pub q2: usize,
}

/// What becomes of a message over which chance lets a node fail (the world's `failure` knob).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failing {
    /// Nothing: chance has no say in this message.
    Never,
    /// The node crashes: before it handles the message, between the write and the reply, or after.
    Crash,
    /// The node stays up and gets [`Input::Fault`] in place of the message.
    Told,
    /// The message takes so much longer on its way.
    Late(Micros),
}

/// A state of a run worth finding, though nothing is broken in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Goal {
    /// Its name on the command line: `chosen-unknown`.
    pub name: &'static str,
    /// What it is: `A value is chosen, but no node knows.`
    pub about: &'static str,
    /// How many ballots must have been given up because of higher ones ([`Fact::Preempted`]), with nothing chosen
    /// before or between; 0 where it is a matter of the present state alone ([`System::reached`]). Where a run chooses
    /// in slot after slot, what was chosen before the first of them does not count.
    pub preemptions: u8,
}

impl Goal {
    /// A duel: nobody gets through, and nobody crashed.
    pub const FIVE_PREEMPTIONS: Self = Self {
        name: "five-preemptions",
        about: "Five ballots in a row are given up because of higher ones, and nothing is chosen.",
        preemptions: 5,
    };

    /// A goal that the present state alone decides.
    pub const fn state(name: &'static str, about: &'static str) -> Self {
        Self { name, about, preemptions: 0 }
    }
}

/// One global state, for whoever looks for a goal.
#[derive(Clone, Copy, Debug)]
pub struct Glance<'a, S: System> {
    /// The state of every node.
    pub actors: &'a [&'a S::Actor],
    /// Every value chosen so far.
    pub chosen: &'a [S::Value],
    /// The nodes that have learned a value.
    pub learned: NodeSet,
}

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
