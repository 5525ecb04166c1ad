//! Single-decree Paxos, the synod: proposers, acceptors, learners and an optional nag.
//!
//! Sources: Lamport, *Paxos Made Simple* (2001, "PMS"), section 2; *The Part-Time Parliament* (1998), section 2;
//! Howard, Malkhi and Spiegelman, *Flexible Paxos* (2016), for quorums of two sizes. The nag, the server in the middle
//! and the wire view are those of the Paxos dojo.
//!
//! A reader finds a rule by its name: 1a and 2a in the proposer, 1b and 2b in the acceptor.

pub mod acceptor;
mod discovery;
mod explain;
mod goals;
pub mod knobs;
pub mod learner;
mod message;
pub mod nag;
mod note;
pub mod proposer;
mod rename;
mod wire;

pub use message::Message;
pub use note::Note;

use super::{
    About, Ask, Ballot, Explanation, Field, Glance, Input, Knobs, Look, Member, Micros, NodeId, NodeSet, Notice,
    Outbox, Quorums, Renaming, Role, Shape, Slot, System, Value,
};
use acceptor::Acceptor;
use knobs::broken;
use learner::Learner;
use nag::Nag;
use proposer::Proposer;

/// The timers of synod's nodes.
pub mod timer {
    use crate::paxos::Timer;
    /// Proposer: begin a ballot, or give it up and begin a higher one.
    pub const RETRY: Timer = Timer(0);
    /// Proposer: repeat what was not answered.
    pub const RESEND: Timer = Timer(1);
    /// Learner: ask what was chosen.
    pub const CATCH_UP: Timer = Timer(2);
    /// Nag: start a period.
    pub const PERIOD: Timer = Timer(3);
    /// Acceptor with `reply-before-write`: the write that was put off.
    pub const FLUSH: Timer = Timer(4);
}

/// How long a write is put off with `reply-before-write`.
const FLUSH_AFTER: Micros = Micros::millis(300);

/// The values that proposers come with, in their order.
pub const VALUES: [&str; 9] = ["X", "Y", "Z", "W", "V", "U", "T", "S", "R"];

/// The configuration of a synod, equal for all nodes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Synod {
    proposers: u8,
    acceptors: u8,
    learners: u8,
    shared_machines: bool,
    late: u8,
    late_by: Micros,
    discovery: bool,
    nagged: bool,
    period: Micros,
    patience: Micros,
    backoff: Micros,
    resend: Micros,
    silence: bool,
    told_by_proposer: bool,
    catch_up: Micros,
    q1: usize,
    q2: usize,
    broken: u32,
}

/// The state of one node of a synod.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Actor {
    /// Volatile: whom it knows. Without discovery that is everyone, always.
    pub known: NodeSet,
    /// The state of its role.
    pub part: Part,
}

/// The state of one role.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    /// Of a proposer.
    Proposer(Proposer),
    /// Of an acceptor.
    Acceptor(Acceptor),
    /// Of a learner.
    Learner(Learner),
    /// Of the nag.
    Nag(Nag),
}

const PROPOSER: u8 = 0;
const ACCEPTOR: u8 = 1;
const LEARNER: u8 = 2;
const NAG: u8 = 3;

const ROLES: &[Role] = &[
    Role {
        name: "proposer",
        letter: "P",
        shape: Shape::Square,
        about: "Asks the acceptors to choose a value.",
        learns: false,
    },
    Role {
        name: "acceptor",
        letter: "A",
        shape: Shape::Circle,
        about: "Promises, votes, and never forgets either.",
        learns: false,
    },
    Role {
        name: "learner",
        letter: "L",
        shape: Shape::Diamond,
        about: "Finds out which value was chosen.",
        learns: true,
    },
    Role {
        name: "nag",
        letter: "N",
        shape: Shape::Hexagon,
        about: "Starts a new period again and again.",
        learns: false,
    },
];

static ABOUT: About = About {
    key: "synod",
    title: "Synod",
    summary: "Single-decree Paxos: proposers ask acceptors in two phases to choose one value, once and for all, \
              whatever messages are lost and whoever crashes.",
    knobs: knobs::KNOBS,
    roles: ROLES,
    kinds: message::KINDS,
    rules: knobs::RULES_OFF,
    timers: &["next try", "resend", "ask", "period", "late write"],
    goals: goals::GOALS,
    wires: &["Dojo JSON"],
    ask: Ask { verb: "propose", what: "any text", example: "Q", many: None },
    slot: "slot",
};

impl Synod {
    /// The proposers, which come first.
    pub fn proposers(&self) -> NodeSet {
        NodeSet::range(0, usize::from(self.proposers))
    }

    /// The configured acceptors.
    pub fn acceptors(&self) -> NodeSet {
        NodeSet::range(usize::from(self.proposers), usize::from(self.acceptors))
    }

    /// The learners.
    pub fn learners(&self) -> NodeSet {
        NodeSet::range(usize::from(self.proposers) + usize::from(self.acceptors), usize::from(self.learners))
    }

    fn everyone(&self) -> NodeSet {
        let count = self.proposers + self.acceptors + self.learners + u8::from(self.nagged);
        NodeSet::range(0, usize::from(count))
    }

    fn role(&self, node: NodeId) -> u8 {
        if self.proposers().contains(node) {
            PROPOSER
        } else if self.acceptors().contains(node) {
            ACCEPTOR
        } else if self.learners().contains(node) {
            LEARNER
        } else {
            NAG
        }
    }

    /// Whether the rule is switched off.
    fn is_off(&self, rule: u32) -> bool {
        self.broken & rule != 0
    }

    /// Whether `low` is a lower ballot than `high`: by round, then by owner.
    fn below(&self, low: Ballot, high: Ballot) -> bool {
        if self.is_off(broken::STRING_BALLOTS) && low.round != high.round {
            return low.round.to_string() < high.round.to_string();
        }
        low < high
    }
}

impl System for Synod {
    type Actor = Actor;
    type Message = Message;
    type Value = Value;
    type Note = Note;

    const ABOUT: &'static About = &ABOUT;

    fn configure(knobs: &Knobs, notices: &mut Vec<Notice>) -> Self {
        let number = |knob| knobs.get(knob) as u8;
        let micros = |knob| Micros(knobs.get(knob) as u64);
        let acceptors = number(&knobs::ACCEPTORS);
        let broken = knobs.get(&knobs::BREAK) as u32;
        let (q1, q2) = knobs::quorums(knobs, acceptors, broken & broken::SMALL_QUORUM != 0, notices);
        Self {
            proposers: number(&knobs::PROPOSERS),
            acceptors,
            learners: number(&knobs::LEARNERS),
            shared_machines: knobs.get(&knobs::MACHINES) == 1,
            late: number(&knobs::LATE).min(acceptors),
            late_by: micros(&knobs::LATE_BY),
            discovery: knobs.get(&knobs::DISCOVERY) == 1,
            nagged: knobs.get(&knobs::START) == 1,
            period: micros(&knobs::PERIOD).max(Micros::millis(1)),
            patience: micros(&knobs::PATIENCE),
            backoff: micros(&knobs::BACKOFF),
            resend: micros(&knobs::RESEND),
            silence: knobs.get(&knobs::REFUSAL) == 1,
            told_by_proposer: knobs.get(&knobs::TOLD) == 1,
            catch_up: micros(&knobs::CATCH_UP),
            q1,
            q2,
            broken,
        }
    }

    fn members(&self) -> Vec<Member> {
        let mut members = Vec::new();
        let roles = [(PROPOSER, self.proposers), (ACCEPTOR, self.acceptors), (LEARNER, self.learners)];
        for (role, count) in roles.into_iter().chain([(NAG, u8::from(self.nagged))]) {
            for number in 1..=count {
                let own = members.len() as u8;
                let machine = if self.shared_machines && role != NAG { number - 1 } else { own };
                let late = role == ACCEPTOR && number > self.acceptors - self.late;
                members.push(Member { role, number, machine, starts: if late { self.late_by } else { Micros::ZERO } });
            }
        }
        members
    }

    fn quorums(&self, _: Slot) -> Quorums {
        Quorums { acceptors: self.acceptors(), q1: self.q1, q2: self.q2 }
    }

    fn initial(&self, node: NodeId) -> Actor {
        let part = match self.role(node) {
            PROPOSER => {
                let name = VALUES[node.index() % VALUES.len()];
                Part::Proposer(Proposer::new(Value::new(name).expect("the values of the table are valid")))
            }
            ACCEPTOR => Part::Acceptor(Acceptor::default()),
            LEARNER => Part::Learner(Learner::default()),
            _ => Part::Nag(Nag::default()),
        };
        Actor { known: self.everyone(), part }
    }

    fn handle(&self, node: NodeId, actor: &mut Actor, input: Input<Self>, out: &mut Outbox<Self>) {
        if self.discovery {
            self.greet(node, actor, input, out);
        }
        match &mut actor.part {
            Part::Proposer(proposer) => self.proposer(node, actor.known, proposer, input, out),
            Part::Acceptor(acceptor) => self.acceptor(actor.known, acceptor, input, out),
            Part::Learner(learner) => self.learner(actor.known, learner, input, out),
            Part::Nag(nag) => self.nag(actor.known, nag, input, out),
        }
    }

    fn recover(&self, node: NodeId, actor: &Actor) -> Actor {
        let fresh = self.initial(node);
        let part = match (&actor.part, fresh.part) {
            (Part::Proposer(proposer), Part::Proposer(fresh)) if self.is_off(broken::REUSE_BALLOT) => {
                let other = Value::new(&format!("{}'", proposer.mine)).unwrap_or(fresh.mine);
                Part::Proposer(Proposer { round: proposer.round.saturating_sub(1), ..Proposer::new(other) })
            }
            (Part::Proposer(proposer), Part::Proposer(_)) => {
                Part::Proposer(Proposer { round: proposer.round, ..Proposer::new(proposer.mine) })
            }
            (Part::Acceptor(_), fresh) if self.is_off(broken::AMNESIA) => fresh,
            (Part::Acceptor(acceptor), _) => {
                Part::Acceptor(Acceptor { disk: acceptor.unwritten.unwrap_or(acceptor.disk), unwritten: None })
            }
            (Part::Nag(nag), _) => Part::Nag(*nag),
            (_, fresh) => fresh,
        };
        Actor { known: fresh.known, part }
    }

    fn armed(&self, _: NodeId, actor: &Actor) -> u16 {
        match &actor.part {
            Part::Proposer(proposer) => proposer.armed,
            Part::Acceptor(acceptor) => u16::from(acceptor.unwritten.is_some()) << timer::FLUSH.0,
            Part::Learner(learner) => u16::from(learner.armed) << timer::CATCH_UP.0,
            Part::Nag(_) => 1 << timer::PERIOD.0,
        }
    }

    fn round(&self, actor: &Actor) -> u32 {
        match &actor.part {
            Part::Proposer(proposer) => proposer.round,
            _ => 0,
        }
    }

    fn untimed(&self, actor: &mut Actor) {
        if let Part::Proposer(proposer) = &mut actor.part {
            proposer.failures = 0;
        }
    }

    /// Acceptors are alike where nothing ties one to a machine or makes it greet the others.
    fn alike(&self) -> NodeSet {
        if self.shared_machines || self.discovery { NodeSet::EMPTY } else { self.acceptors() }
    }

    fn rename_actor(&self, actor: &mut Actor, renaming: &Renaming) -> bool {
        rename::actor(actor, renaming);
        true
    }

    fn rename_message(&self, message: &mut Message, renaming: &Renaming) -> bool {
        rename::message(message, renaming);
        true
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

    fn serves(&self, node: NodeId) -> bool {
        self.role(node) == PROPOSER
    }

    fn chooses_once(&self) -> bool {
        true
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

    fn wire(&self, from: NodeId, to: NodeId, message: &Message) -> Vec<String> {
        vec![wire::dojo(self, from, to, message)]
    }

    fn explain(&self, node: NodeId, note: &Note) -> Explanation {
        explain::note(self, node, note)
    }

    fn fields(&self, _: NodeId, actor: &Actor) -> Vec<Field> {
        explain::fields(self, actor)
    }

    fn look(&self, _: NodeId, actor: &Actor) -> Look {
        explain::look(self, actor)
    }
}
