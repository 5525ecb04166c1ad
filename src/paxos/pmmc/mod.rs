//! Multi-decree Paxos as in *Paxos Made Moderately Complex* (van Renesse and Altinbuken, ACM Computing Surveys 47(3),
//! 2015, "PMMC"): clients, replicas, leaders with their scouts and commanders, and acceptors.
//!
//! A reader finds a rule by its name: `propose()` and `perform()` in the replica, 1a, 2a, *adopted* and *preempted* in
//! the leader, 1b and 2b in the acceptor. What the paper leaves to the reader is in files of its own: repeating what was
//! lost (`resend`) and catching up (`transfer`).
//!
//! A new configuration changes the set of acceptors. It is a command as any other; decided in slot s, it governs slot
//! s + WINDOW and those after it. A proposal carries the configuration of its slot, which its replica knows.

pub mod acceptor;
mod audit;
pub mod client;
pub mod command;
mod explain;
mod goals;
pub mod helpers;
pub mod knobs;
pub mod leader;
mod message;
mod note;
pub mod replica;
mod resend;
mod show;
mod step;
mod transfer;

pub use command::{Command, Config, Op};
pub use message::{Message, PValue};
pub use note::Note;

use super::{
    About, Ask, Audit, Ballot, Explanation, Fact, Field, Glance, Input, Knobs, Look, Many, Member, Micros, NodeId,
    NodeSet, Notice, Outbox, Quorums, Role, Shape, Slot, System, Table,
};
use acceptor::Acceptor;
use client::Client;
use command::MAX_ACCEPTORS;
use knobs::broken;
use leader::Leader;
use replica::Replica;

/// The timers of pmmc's nodes.
pub mod timer {
    use crate::paxos::Timer;
    /// Leader: begin the next ballot.
    pub const NEXT: Timer = Timer(0);
    /// Leader: repeat what was not answered.
    pub const RESEND: Timer = Timer(1);
    /// Replica: repeat proposals and ask the others, if stuck.
    pub const CATCH_UP: Timer = Timer(2);
    /// Client: ask for the next command.
    pub const THINK: Timer = Timer(3);
    /// Client: ask again.
    pub const RETRY: Timer = Timer(4);
}

/// The configuration of a run of pmmc, equal for all nodes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pmmc {
    leaders: u8,
    acceptors: u8,
    spares: u8,
    replicas: u8,
    clients: u8,
    commands: u32,
    think: Micros,
    retry: Micros,
    reads: Option<Op>,
    window: u32,
    gc: u32,
    catch_up: Micros,
    patience: Micros,
    backoff: Micros,
    resend: Micros,
    broken: u32,
    /// The members of each role, kept ready.
    sets: Sets,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Sets {
    leaders: NodeSet,
    acceptors: NodeSet,
    replicas: NodeSet,
}

/// The state of one node of pmmc.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(clippy::large_enum_variant, reason = "one for each node, changed in place")]
pub enum Actor {
    /// Of a leader.
    Leader(Leader),
    /// Of an acceptor.
    Acceptor(Acceptor),
    /// Of a replica.
    Replica(Replica),
    /// Of a client.
    Client(Client),
}

const LEADER: u8 = 0;
const ACCEPTOR: u8 = 1;
const REPLICA: u8 = 2;
const CLIENT: u8 = 3;

const ROLES: &[Role] = &[
    Role {
        name: "leader",
        letter: "L",
        shape: Shape::Square,
        about: "Has commands decided: a scout for each ballot, a commander for each slot.",
        learns: false,
    },
    Role {
        name: "acceptor",
        letter: "A",
        shape: Shape::Circle,
        about: "Adopts ballots, accepts pvalues, and never forgets either while it is needed.",
        learns: false,
    },
    Role {
        name: "replica",
        letter: "R",
        shape: Shape::Diamond,
        about: "Puts commands into slots and performs what is decided, slot by slot.",
        learns: true,
    },
    Role {
        name: "client",
        letter: "C",
        shape: Shape::Hexagon,
        about: "Asks for one command after another.",
        learns: false,
    },
];

static ABOUT: About = About {
    key: "pmmc",
    title: "Paxos Made Moderately Complex",
    summary: "Multi-decree Paxos: clients ask for changes of an account, leaders have a command decided for each slot of \
              a log, and replicas perform the slots in order. Phase 1 is done once for all later slots, and the acceptors \
              can be changed by a command.",
    knobs: knobs::KNOBS,
    roles: ROLES,
    kinds: message::KINDS,
    rules: knobs::RULES_OFF,
    timers: &["next ballot", "resend", "catch up", "think", "ask again"],
    goals: goals::GOALS,
    wires: &[],
    ask: Ask {
        verb: "ask for",
        what: "+5, -5, *2, read, read local, config A1 A2 A3",
        example: "+5",
        many: Some(Many { verb: "ask for six", values: &["+5", "*2", "-3", "+10", "*3", "read"] }),
    },
    slot: "slot",
};

impl Pmmc {
    /// The leaders, which come first, so that ballots are named after them.
    pub fn leaders(&self) -> NodeSet {
        self.sets.leaders
    }

    /// Every acceptor, spares included.
    pub fn acceptors(&self) -> NodeSet {
        self.sets.acceptors
    }

    /// The replicas.
    pub fn replicas(&self) -> NodeSet {
        self.sets.replicas
    }

    fn first_replica(&self) -> u8 {
        self.leaders + self.acceptors + self.spares
    }

    fn first_client(&self) -> u8 {
        self.first_replica() + self.replicas
    }

    /// The acceptors of a configuration.
    pub fn voters(&self, config: Config) -> NodeSet {
        NodeSet::from(u128::from(config.0) << self.leaders).and(self.acceptors())
    }

    /// How many acceptors of a configuration make a quorum, in either phase: a majority.
    fn quorum(&self, config: Config) -> usize {
        let members = config.len();
        if self.is_off(broken::SMALL_QUORUM) { (members / 2).max(1) } else { members / 2 + 1 }
    }

    /// The client that asked for the command, if it is one.
    fn client_of(&self, command: &Command) -> Option<NodeId> {
        let index = command.client.checked_sub(1).filter(|index| *index < self.clients)?;
        Some(NodeId(self.first_client() + index))
    }

    /// The replica at which a client reads locally.
    fn near(&self, client: NodeId) -> NodeId {
        NodeId(self.first_replica() + (client.0 - self.first_client()) % self.replicas)
    }

    fn first_config(&self) -> Config {
        Config::first(self.acceptors)
    }

    /// Whether the rule is switched off.
    fn is_off(&self, rule: u32) -> bool {
        self.broken & rule != 0
    }

    fn role(&self, node: NodeId) -> u8 {
        if node.0 < self.leaders {
            LEADER
        } else if node.0 < self.first_replica() {
            ACCEPTOR
        } else if node.0 < self.first_client() {
            REPLICA
        } else {
            CLIENT
        }
    }

    fn quorums_of(&self, config: Config) -> Quorums {
        let quorum = self.quorum(config);
        Quorums { acceptors: self.voters(config), q1: quorum, q2: quorum }
    }
}

impl System for Pmmc {
    type Actor = Actor;
    type Message = Message;
    type Value = Command;
    type Note = Note;

    const ABOUT: &'static About = &ABOUT;

    fn configure(knobs: &Knobs, _: &mut Vec<Notice>) -> Self {
        let number = |knob| knobs.get(knob) as u8;
        let micros = |knob| Micros(knobs.get(knob) as u64);
        let (leaders, replicas) = (number(&knobs::LEADERS), number(&knobs::REPLICAS));
        let (acceptors, spares) = (number(&knobs::ACCEPTORS), number(&knobs::SPARES));
        debug_assert!(acceptors + spares <= MAX_ACCEPTORS, "the knobs allow no more");
        let range = |first: u8, count: u8| NodeSet::range(usize::from(first), usize::from(count));
        Self {
            sets: Sets {
                leaders: range(0, leaders),
                acceptors: range(leaders, acceptors + spares),
                replicas: range(leaders + acceptors + spares, replicas),
            },
            leaders,
            acceptors,
            spares,
            replicas,
            clients: number(&knobs::CLIENTS),
            commands: knobs.get(&knobs::COMMANDS) as u32,
            think: micros(&knobs::THINK),
            retry: micros(&knobs::RETRY),
            reads: [None, Some(Op::Read), Some(Op::ReadLocal)][knobs.get(&knobs::READS) as usize],
            window: knobs.get(&knobs::WINDOW) as u32,
            gc: knobs.get(&knobs::GC) as u32,
            catch_up: micros(&knobs::CATCH_UP),
            patience: micros(&knobs::PATIENCE),
            backoff: micros(&knobs::BACKOFF),
            resend: micros(&knobs::RESEND),
            broken: knobs.get(&knobs::BREAK) as u32,
        }
    }

    fn members(&self) -> Vec<Member> {
        let counts = [
            (LEADER, self.leaders),
            (ACCEPTOR, self.acceptors + self.spares),
            (REPLICA, self.replicas),
            (CLIENT, self.clients),
        ];
        let numbers = counts.into_iter().flat_map(|(role, count)| (1..=count).map(move |number| (role, number)));
        let member = |(at, (role, number))| Member { role, number, machine: at, starts: Micros::ZERO };
        (0..).zip(numbers).map(member).collect()
    }

    fn quorums(&self, _: Slot) -> Quorums {
        self.quorums_of(self.first_config())
    }

    fn reconfigures(&self, slot: Slot, value: &Command) -> Option<(Slot, Quorums)> {
        let config = value.config()?;
        Some((Slot(slot.0.saturating_add(self.window)), self.quorums_of(config)))
    }

    fn initial(&self, node: NodeId) -> Actor {
        match self.role(node) {
            LEADER => Actor::Leader(Leader::new(self.first_config())),
            ACCEPTOR => Actor::Acceptor(Acceptor::default()),
            REPLICA => Actor::Replica(Replica::new(self.first_config())),
            _ => Actor::Client(Client { left: self.commands, ..Client::default() }),
        }
    }

    fn handle(&self, node: NodeId, actor: &mut Actor, input: Input<Self>, out: &mut Outbox<Self>) {
        match actor {
            Actor::Leader(leader) => self.leader(node, leader, input, out),
            Actor::Acceptor(acceptor) => self.acceptor(acceptor, input, out),
            Actor::Replica(replica) => self.replica(node, replica, input, out),
            Actor::Client(client) => self.client(node, client, input, out),
        }
    }

    fn recover(&self, node: NodeId, actor: &Actor) -> Actor {
        match actor {
            Actor::Leader(leader) => {
                let reused = u32::from(self.is_off(broken::REUSE_BALLOT));
                let round = leader.round.saturating_sub(reused);
                Actor::Leader(Leader { round, ..Leader::new(self.first_config()) })
            }
            Actor::Acceptor(_) if self.is_off(broken::AMNESIA) => self.initial(node),
            Actor::Acceptor(acceptor) => Actor::Acceptor(acceptor.clone()),
            Actor::Replica(replica) => {
                Actor::Replica(Replica::after(replica.done.clone(), replica.decisions.clone(), replica.base))
            }
            Actor::Client(client) => Actor::Client(Client { armed: 0, ..client.clone() }),
        }
    }

    fn armed(&self, _: NodeId, actor: &Actor) -> u16 {
        match actor {
            Actor::Leader(leader) => leader.armed,
            Actor::Acceptor(_) => 0,
            Actor::Replica(replica) => u16::from(replica.armed) << timer::CATCH_UP.0,
            Actor::Client(client) => client.armed,
        }
    }

    fn round(&self, actor: &Actor) -> u32 {
        match actor {
            Actor::Leader(leader) => leader.round,
            _ => 0,
        }
    }

    fn untimed(&self, actor: &mut Actor) {
        if let Actor::Leader(leader) = actor {
            leader.failures = 0;
        }
    }

    fn reached(&self, goal: usize, state: &Glance<Self>) -> bool {
        goals::reached(goal, state)
    }

    fn value(&self, text: &str) -> Result<Command, String> {
        command::parse(text, self.acceptors + self.spares).map(Command::new)
    }

    fn front(&self) -> NodeId {
        NodeId(self.first_client())
    }

    fn serves(&self, node: NodeId) -> bool {
        node.0 >= self.first_client()
    }

    fn kind(&self, message: &Message) -> usize {
        message.kind()
    }

    fn ballot(&self, message: &Message) -> Option<Ballot> {
        message.ballot()
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

    fn fields(&self, _: NodeId, actor: &Actor) -> Vec<Field> {
        show::fields(self, actor)
    }

    fn look(&self, _: NodeId, actor: &Actor) -> Look {
        show::look(self, actor)
    }

    fn tables(&self, _: NodeId, actor: &Actor) -> Vec<Table> {
        show::tables(self, actor)
    }

    fn audit(&self) -> Option<Box<dyn Audit<Self>>> {
        Some(Box::<audit::Auditor>::default())
    }

    fn breaches(&self, _: NodeId, before: &Actor, after: &Actor, facts: &[Fact<Command>]) -> Vec<(usize, String)> {
        step::breaches(self, before, after, facts)
    }
}
