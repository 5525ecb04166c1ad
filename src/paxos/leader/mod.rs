//! One distinguished proposer and learner, as in Paxgos: the first node leads, gives each integer that a client submits
//! an id, runs phases 1 and 2 for it and tells all nodes to learn it. Each node shows its history as `id 3 val 42`.
//!
//! An id is a slot. A leader uses one ballot for all ids, and a promise binds for all ids; phase 1 is run for each id all
//! the same, as the original did (*Paxos Made Moderately Complex* runs it once). Sources: Lamport, *Paxos Made Simple*
//! (2001, "PMS"), sections 2.2 to 2.4, and section 3 for ids, gaps and no-ops. Where the original ends, this goes on: a
//! majority of the nodes is enough, accepted values are adopted, a node that hears nothing of the leader for a while
//! leads itself, and there can be several distinguished learners.
//!
//! Commands carry no name of their own. So one whose leader fell, or which the network doubled on its way to the leader,
//! can be committed twice, under two ids; nothing is performed here, so only the history shows it. And one that is lost
//! on its way, or waits in the queue of a node that crashes, is forgotten: its client cannot know, and may ask again.

pub mod acceptor;
mod command;
mod explain;
mod goals;
pub mod knobs;
mod message;
pub mod node;
mod note;
pub mod reign;
mod show;

pub use command::Command;
pub use message::Message;
pub use note::Note;

use super::{
    About, Ask, Ballot, Explanation, Failing, Field, Glance, Input, Knobs, Look, Many, Member, Micros, NodeId, NodeSet,
    Notice, Outbox, Quorums, Role, Shape, Slot, System, Table,
};
use knobs::broken;
use node::Node;

/// The timers of nodes.
pub mod timer {
    use crate::paxos::Timer;
    /// Leader: show that it is there.
    pub const HEARTBEAT: Timer = Timer(0);
    /// Leader: ask again whoever has not answered.
    pub const TIMEOUT: Timer = Timer(1);
    /// Others: nothing was heard of a leader for too long.
    pub const SILENCE: Timer = Timer(2);
}

/// The configuration, equal for all nodes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leader {
    nodes: u8,
    learners: u8,
    clients: u8,
    commands: u8,
    window: usize,
    quorum: usize,
    long_delay: Micros,
    timeout: Micros,
    heartbeat: Micros,
    silence: Micros,
    broken: u32,
}

const ROLES: &[Role] = &[Role {
    name: "node",
    letter: "N",
    shape: Shape::Circle,
    about: "Promises, votes and learns; one of the nodes leads.",
    learns: true,
}];

/// The batch of twenty.
const BATCH: &[&str] =
    &["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20"];

static ABOUT: About = About {
    key: "leader",
    title: "Distinguished leader",
    summary: "One node leads, as in Paxgos: it gives each integer that a client submits an id, runs both phases for it and \
              tells everyone to learn it. When the leader falls silent, another node takes over. An integer that is asked \
              for twice gets two ids: nothing tells a repeated request from a new one.",
    knobs: knobs::KNOBS,
    roles: ROLES,
    kinds: message::KINDS,
    rules: knobs::RULES_OFF,
    timers: &["heartbeat", "time-out", "silence"],
    goals: goals::GOALS,
    wires: &["HTTP"],
    ask: Ask {
        verb: "propose",
        what: "an integer",
        example: "42",
        many: Some(Many { verb: "autopropose", values: BATCH }),
    },
    slot: "id",
};

impl Leader {
    /// All nodes.
    pub fn everyone(&self) -> NodeSet {
        NodeSet::range(0, usize::from(self.nodes))
    }

    /// Whether the rule is switched off.
    fn is_off(&self, rule: u32) -> bool {
        self.broken & rule != 0
    }

    /// What the client of a node asks for at the start: 42, 43, … of the first node, 142, 143, … of the second.
    fn commands_of(&self, node: NodeId) -> impl Iterator<Item = Command> + use<> {
        let count = if node.0 < self.clients { self.commands } else { 0 };
        let first = 100 * i64::from(node.0) + 42;
        (0..count).map(move |number| Command::Number(first + i64::from(number)))
    }
}

impl System for Leader {
    type Actor = Node;
    type Message = Message;
    type Value = Command;
    type Note = Note;

    const ABOUT: &'static About = &ABOUT;

    fn configure(knobs: &Knobs, _: &mut Vec<Notice>) -> Self {
        let number = |knob| knobs.get(knob) as u8;
        let micros = |knob| Micros(knobs.get(knob) as u64);
        let nodes = number(&knobs::NODES);
        let broken = knobs.get(&knobs::BREAK) as u32;
        let half = usize::from(nodes) / 2;
        Self {
            nodes,
            learners: number(&knobs::LEARNERS).min(nodes),
            clients: number(&knobs::CLIENTS_KNOB).min(nodes),
            commands: number(&knobs::COMMANDS),
            window: knobs.get(&knobs::WINDOW) as usize,
            quorum: if broken & broken::SMALL_QUORUM != 0 { half.max(1) } else { half + 1 },
            long_delay: micros(&knobs::LONG_DELAY),
            timeout: micros(&knobs::TIMEOUT),
            heartbeat: micros(&knobs::HEARTBEAT),
            silence: micros(&knobs::SILENCE),
            broken,
        }
    }

    fn members(&self) -> Vec<Member> {
        let member = |at| Member { role: 0, number: at + 1, machine: at, starts: Micros::ZERO };
        (0..self.nodes).map(member).collect()
    }

    fn quorums(&self, _: Slot) -> Quorums {
        Quorums { acceptors: self.everyone(), q1: self.quorum, q2: self.quorum }
    }

    fn initial(&self, _: NodeId) -> Node {
        Node::default()
    }

    fn handle(&self, me: NodeId, node: &mut Node, input: Input<Self>, out: &mut Outbox<Self>) {
        self.node(me, node, input, out);
    }

    fn recover(&self, me: NodeId, node: &Node) -> Node {
        if self.is_off(broken::AMNESIA) {
            return self.initial(me);
        }
        node.durable()
    }

    fn armed(&self, _: NodeId, node: &Node) -> u16 {
        node.armed
    }

    fn round(&self, node: &Node) -> u32 {
        node.round
    }

    fn untimed(&self, _: &mut Node) {}

    fn reached(&self, goal: usize, state: &Glance<Self>) -> bool {
        goals::reached(goal, state)
    }

    fn value(&self, text: &str) -> Result<Command, String> {
        Command::parse(text)
    }

    fn front(&self) -> NodeId {
        NodeId(0)
    }

    /// Whoever does not lead sends a command on.
    fn serves(&self, _: NodeId) -> bool {
        true
    }

    fn kind(&self, message: &Message) -> usize {
        message.kind()
    }

    fn ballot(&self, message: &Message) -> Option<Ballot> {
        message.ballot()
    }

    fn read(&self, message: &Message) -> String {
        message.read()
    }

    fn wire(&self, _: NodeId, _: NodeId, message: &Message) -> Vec<String> {
        vec![message.http()]
    }

    fn explain(&self, node: NodeId, note: &Note) -> Explanation {
        explain::note(self, node, note)
    }

    fn fields(&self, _: NodeId, node: &Node) -> Vec<Field> {
        show::fields(self, node)
    }

    fn look(&self, _: NodeId, node: &Node) -> Look {
        show::look(self, node)
    }

    fn tables(&self, _: NodeId, node: &Node) -> Vec<Table> {
        show::tables(node)
    }

    /// A request that fails is one that takes long; nobody crashes of it.
    fn failing(&self, message: &Message) -> Failing {
        if message.is_request() { Failing::Late(self.long_delay) } else { Failing::Never }
    }
}
