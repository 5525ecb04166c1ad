//! Single-decree Paxos among peers: every actor is proposer, acceptor and learner at once, and whoever hears nothing for
//! a while proposes.
//!
//! Sources: Lamport, *Paxos Made Simple* (2001, "PMS"), section 2.5: "each process plays the role of proposer, acceptor,
//! and learner"; there a leader is elected, here the peers elect themselves by proposing. The number of a proposal is
//! (cycle, actor), ordered by cycle, then by actor: a [`Ballot`] whose round is the cycle.
//!
//! A reader finds a rule by its name: 1a and 2a in the proposer, 1b and 2b in the acceptor. What an actor tells itself
//! needs no network: it is handled in the same step. So whoever sends an accept request has accepted it, durably, before
//! anyone hears of it, and would adopt it even if it used its number twice.

mod acceptor;
mod explain;
mod goals;
pub mod knobs;
mod learner;
mod message;
mod note;
mod proposer;

pub use acceptor::Disk;
pub use message::Message;
pub use note::Note;
pub use proposer::Proposal;

use super::{
    About, Ask, Ballot, Explanation, Fact, Field, Glance, Input, Knobs, Look, Map, Member, Micros, NodeId, NodeSet,
    Notice, Outbox, Probability, Quorums, Role, Shape, Slot, System, Timer, Value,
};
use knobs::broken;

/// The timers of an actor.
pub mod timer {
    use crate::paxos::Timer;
    /// It has heard nothing for a while.
    pub const SILENCE: Timer = Timer(0);
    /// A toss at a tick has hit.
    pub const CHANCE: Timer = Timer(1);
}

/// The configuration, equal for all actors.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Peers {
    nodes: u8,
    silence: Micros,
    x: Probability,
    tick: Micros,
    broken: u32,
}

/// The state of one actor.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Actor {
    /// Durable: what it promised and accepted.
    pub disk: Disk,
    /// Durable: the value it would like to be chosen.
    pub mine: Value,
    /// Durable: the highest cycle in which it has proposed, so that no number is ever used twice.
    pub cycle: u32,
    /// Volatile: the highest cycle that a nack told it of.
    pub heard: u32,
    /// Volatile: how many of its proposals failed in a row; its patience grows with it.
    pub failures: u8,
    /// Volatile: the proposal it has going.
    pub proposal: Proposal,
    /// Volatile: who accepted what under which number, as far as it has heard.
    pub votes: Map<Ballot, (Value, NodeSet)>,
    /// Volatile: what it knows to be agreed on, and under which number.
    pub agreed: Option<(Ballot, Value)>,
    /// Volatile: which of its timers are set, so that the state tells what can happen next.
    pub armed: u16,
}

/// How far an actor is, under the highest number it is bound to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// It has heard of no proposal.
    Init,
    /// It has promised a number and waits for the value.
    Value,
    /// It has accepted a value and counts who else did.
    Accept,
    /// A majority accepted.
    Finish,
}

impl Stage {
    /// `INIT`
    pub fn name(self) -> &'static str {
        ["INIT", "VALUE", "ACCEPT", "FINISH"][self as usize]
    }
}

impl Actor {
    /// How far it is.
    pub fn stage(&self) -> Stage {
        match (self.agreed, self.disk.promised, self.disk.accepted) {
            (Some(_), ..) => Stage::Finish,
            (None, promised, Some((at, _))) if promised.is_none_or(|promised| at >= promised) => Stage::Accept,
            (None, Some(_), _) => Stage::Value,
            (None, None, _) => Stage::Init,
        }
    }
}

const ROLES: &[Role] = &[Role {
    name: "peer",
    letter: "N",
    shape: Shape::Circle,
    about: "Proposes, accepts and learns, like every other one.",
    learns: true,
}];

static ABOUT: About = About {
    key: "peers",
    title: "Peers",
    summary: "Single-decree Paxos among equals: each actor is proposer, acceptor and learner at once, and whoever hears \
              nothing for a while proposes. Acceptances go to everyone, and each actor counts for itself.",
    knobs: knobs::KNOBS,
    roles: ROLES,
    kinds: message::KINDS,
    rules: knobs::RULES_OFF,
    timers: &["silence", "chance"],
    goals: goals::GOALS,
    wires: &[],
    ask: Ask { verb: "propose", what: "any text", example: "Q", many: None },
    slot: "slot",
};

impl Peers {
    /// All of them.
    pub fn everyone(&self) -> NodeSet {
        NodeSet::range(0, usize::from(self.nodes))
    }

    /// How many make a majority.
    pub fn majority(&self) -> usize {
        let half = usize::from(self.nodes) / 2;
        if self.is_off(broken::SMALL_QUORUM) { half.max(1) } else { half + 1 }
    }

    /// Whether the rule is switched off.
    fn is_off(&self, rule: u32) -> bool {
        self.broken & rule != 0
    }

    /// Whether `low` is a lower number than `high`: by cycle, then by actor.
    fn below(&self, low: Ballot, high: Ballot) -> bool {
        if self.is_off(broken::CYCLE_ONLY) { low.round < high.round } else { low < high }
    }

    /// Tells one actor something. What it tells itself needs no network.
    fn tell(&self, me: NodeId, actor: &mut Actor, to: NodeId, message: Message, out: &mut Outbox<Self>) {
        if to == me {
            self.receive(me, actor, me, message, out);
        } else {
            out.send(to, message);
        }
    }

    /// Tells everyone, itself included.
    fn tell_all(&self, me: NodeId, actor: &mut Actor, message: Message, out: &mut Outbox<Self>) {
        out.broadcast(self.everyone().without(NodeSet::one(me)), message);
        self.receive(me, actor, me, message, out);
    }

    fn receive(&self, me: NodeId, actor: &mut Actor, from: NodeId, message: Message, out: &mut Outbox<Self>) {
        match message {
            Message::Prepare { ballot } => self.phase_1b(me, actor, from, ballot, out),
            Message::Promise { ballot, last } => self.collect_promise(me, actor, (from, ballot, last), out),
            Message::Accept { ballot, value } => self.phase_2b(me, actor, (from, ballot, value), out),
            Message::Accepted { ballot, value } => self.count_vote(actor, (from, ballot, value), out),
            Message::Nack { ballot, promised } => self.hear_nack(actor, ballot, promised, out),
        }
    }

    /// Begins to listen anew: whoever hears nothing from now on proposes. Patience doubles with each failure in a row, up
    /// to 16 times, so that proposers that get in each other's way come apart (PMS, section 2.4).
    fn listen(&self, actor: &mut Actor, out: &mut Outbox<Self>) {
        let listens = actor.agreed.is_none();
        if self.arm(actor, timer::SILENCE, listens && self.silence > Micros::ZERO, out) {
            out.set(timer::SILENCE, self.silence, Micros(self.silence.0 << actor.failures.min(4)));
        }
        if self.arm(actor, timer::CHANCE, listens && self.x.0 > 0, out) {
            out.toss(timer::CHANCE, self.tick, self.x);
        }
    }

    /// Takes note of whether a timer will be set, and stops it if not.
    fn arm(&self, actor: &mut Actor, timer: Timer, wanted: bool, out: &mut Outbox<Self>) -> bool {
        let (bit, before) = (1 << timer.0, actor.armed);
        actor.armed = before & !bit | u16::from(wanted) << timer.0;
        if !wanted && before & bit != 0 {
            out.cancel(timer);
        }
        wanted
    }
}

impl System for Peers {
    type Actor = Actor;
    type Message = Message;
    type Value = Value;
    type Note = Note;

    const ABOUT: &'static About = &ABOUT;

    fn configure(knobs: &Knobs, _: &mut Vec<Notice>) -> Self {
        let micros = |knob| Micros(knobs.get(knob) as u64);
        Self {
            nodes: knobs.get(&knobs::NODES) as u8,
            silence: micros(&knobs::SILENCE),
            x: Probability(knobs.get(&knobs::X) as u32),
            tick: micros(&knobs::TICK).max(Micros::millis(1)),
            broken: knobs.get(&knobs::BREAK) as u32,
        }
    }

    fn members(&self) -> Vec<Member> {
        let member = |at: u8| Member { role: 0, number: at + 1, machine: at, starts: Micros::ZERO };
        (0..self.nodes).map(member).collect()
    }

    fn quorums(&self, _: Slot) -> Quorums {
        Quorums { acceptors: self.everyone(), q1: self.majority(), q2: self.majority() }
    }

    fn initial(&self, node: NodeId) -> Actor {
        let mine = Value::new(&format!("v{}", u16::from(node.0) + 1)).expect("a letter and a number are a value");
        Actor {
            disk: Disk::default(),
            mine,
            cycle: 0,
            heard: 0,
            failures: 0,
            proposal: Proposal::None,
            votes: Map::new(),
            agreed: None,
            armed: 0,
        }
    }

    fn handle(&self, me: NodeId, actor: &mut Actor, input: Input<Self>, out: &mut Outbox<Self>) {
        match input {
            Input::Start => {
                out.fact(Fact::Requested(actor.mine));
                self.listen(actor, out);
            }
            Input::Restart => self.listen(actor, out),
            Input::Message { from, message } => {
                self.listen(actor, out);
                self.receive(me, actor, from, *message, out);
            }
            Input::Timer(timer) => self.wake(me, actor, timer, out),
            Input::Request(&value) => self.ask(me, actor, value, out),
            Input::Leave | Input::Fault { .. } => {}
        }
    }

    fn recover(&self, node: NodeId, actor: &Actor) -> Actor {
        let fresh = Actor { cycle: actor.cycle, mine: actor.mine, ..self.initial(node) };
        if self.is_off(broken::AMNESIA) { fresh } else { Actor { disk: actor.disk, ..fresh } }
    }

    fn armed(&self, _: NodeId, actor: &Actor) -> u16 {
        actor.armed
    }

    fn round(&self, actor: &Actor) -> u32 {
        actor.cycle
    }

    fn untimed(&self, actor: &mut Actor) {
        actor.failures = 0;
    }

    fn reached(&self, goal: usize, state: &Glance<Self>) -> bool {
        goals::reached(self, goal, state)
    }

    fn value(&self, text: &str) -> Result<Value, String> {
        Value::new(text)
    }

    fn front(&self) -> NodeId {
        NodeId(0)
    }

    fn serves(&self, _: NodeId) -> bool {
        true
    }

    fn chooses_once(&self) -> bool {
        true
    }

    fn kind(&self, message: &Message) -> usize {
        message.kind()
    }

    fn ballot(&self, message: &Message) -> Option<Ballot> {
        Some(message.ballot())
    }

    fn read(&self, message: &Message) -> String {
        explain::read(message)
    }

    fn wire(&self, _: NodeId, _: NodeId, _: &Message) -> Vec<String> {
        Vec::new()
    }

    fn explain(&self, node: NodeId, note: &Note) -> Explanation {
        explain::note(self, node, note)
    }

    fn fields(&self, node: NodeId, actor: &Actor) -> Vec<Field> {
        explain::fields(self, node, actor)
    }

    fn look(&self, _: NodeId, actor: &Actor) -> Look {
        explain::look(self, actor)
    }
}
