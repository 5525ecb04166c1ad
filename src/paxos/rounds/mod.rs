//! Endless rounds of single-decree Paxos, as in Toy Paxos: in each a random emoji is proposed, and every acceptor fails
//! at each message with a given probability. What share of the rounds is decided is measured, and worked out exactly.
//!
//! Rounds are independent: round `r` is a slot of its own, and its ballots are (`r`, proposer). So an acceptor's promise
//! closes all earlier rounds, and neither acceptors nor proposers remember more than the latest: a run goes on for ever
//! in the same memory. Within a round the rules are those of single-decree Paxos (Lamport, *Paxos Made Simple*, 2001,
//! "PMS", section 2.2), so several proposers are safe as well.
//!
//! See [`exact`] for what failing at a message means and for the formula.

pub mod acceptor;
mod emoji;
pub mod exact;
mod explain;
mod goals;
pub mod knobs;
mod message;
mod note;
pub mod proposer;
pub mod tally;

pub use message::Message;
pub use note::Note;

use super::{
    About, Ask, Ballot, Explanation, Failing, Field, Gauge, Glance, Input, Knobs, Look, Member, Micros, NodeId,
    NodeSet, Notice, Outbox, Probability, Quorums, Role, Shape, Slot, System, Table, Value,
};
use acceptor::Acceptor;
use knobs::broken;
use proposer::Proposer;
use std::collections::VecDeque;
use tally::Tally;

/// The timers of proposers.
pub mod timer {
    use crate::paxos::Timer;
    /// Begin the next round.
    pub const NEXT: Timer = Timer(0);
    /// Give the round up.
    pub const PATIENCE: Timer = Timer(1);
}

/// The configuration, equal for all nodes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rounds {
    proposers: u8,
    acceptors: u8,
    quorum: usize,
    failure: Probability,
    silence: bool,
    patience: Micros,
    pause: Micros,
    shuffle: u32,
    broken: u32,
    /// The exact probability that a round is decided, in parts of 10⁹, where the model of [`exact`] is that of the run.
    exact: Option<u64>,
}

/// The state of one node.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Actor {
    /// Of a proposer.
    Proposer(Proposer),
    /// Of an acceptor.
    Acceptor(Acceptor),
}

const PROPOSER: u8 = 0;
const ACCEPTOR: u8 = 1;

const ROLES: &[Role] = &[
    Role {
        name: "proposer",
        letter: "P",
        shape: Shape::Square,
        about: "Begins one round after another and asks the acceptors to decide its value.",
        learns: true,
    },
    Role {
        name: "acceptor",
        letter: "A",
        shape: Shape::Circle,
        about: "Promises and votes, unless it fails at the message.",
        learns: false,
    },
];

static ABOUT: About = About {
    key: "rounds",
    title: "Endless rounds",
    summary: "Single-decree rounds without end, as in Toy Paxos: a random emoji is proposed in each, and every acceptor \
              fails at each message with a given probability. The measured share of decided rounds stands beside the \
              exact one.",
    knobs: knobs::KNOBS,
    roles: ROLES,
    kinds: message::KINDS,
    rules: knobs::RULES_OFF,
    timers: &["next round", "time-out"],
    goals: goals::GOALS,
    wires: &["Toy Paxos"],
    ask: Ask { verb: "propose", what: "any text", example: "🦄", many: None },
    slot: "round",
};

/// Settings of the network and of nodes with which the model of [`exact`] is not that of the run.
const DISTURBING: [&str; 9] =
    ["loss", "duplicate", "reorder", "latency", "transport", "skew", "disk", "drop", "unserved"];

impl Rounds {
    /// The proposers, which come first.
    pub fn proposers(&self) -> NodeSet {
        NodeSet::range(0, usize::from(self.proposers))
    }

    /// The configured acceptors.
    pub fn acceptors(&self) -> NodeSet {
        NodeSet::range(usize::from(self.proposers), usize::from(self.acceptors))
    }

    /// Everyone but `me`.
    fn others(&self, me: NodeId) -> NodeSet {
        self.proposers().or(self.acceptors()).without(NodeSet::one(me))
    }

    /// Whether the rule is switched off.
    fn is_off(&self, rule: u32) -> bool {
        self.broken & rule != 0
    }

    /// The exact probability, unless something disturbs the model of which it is.
    fn exact(&self, knobs: &Knobs) -> Option<u64> {
        let disturbed = knobs.iter().any(|(key, _)| DISTURBING.contains(&key));
        if self.proposers > 1 || self.broken != 0 || disturbed {
            return None;
        }
        let all_fail = knobs.iter().any(|(key, value)| key == "fails" && value == 1);
        Some(exact::decided(usize::from(self.acceptors), self.quorum, self.failure.0, all_fail))
    }
}

impl System for Rounds {
    type Actor = Actor;
    type Message = Message;
    type Value = Value;
    type Note = Note;

    const ABOUT: &'static About = &ABOUT;

    fn configure(knobs: &Knobs, _: &mut Vec<Notice>) -> Self {
        let micros = |knob| Micros(knobs.get(knob) as u64);
        let acceptors = knobs.get(&knobs::ACCEPTORS) as u8;
        let broken = knobs.get(&knobs::BREAK) as u32;
        let half = usize::from(acceptors) / 2;
        let mut rounds = Self {
            proposers: knobs.get(&knobs::PROPOSERS) as u8,
            acceptors,
            quorum: if broken & broken::SMALL_QUORUM != 0 { half.max(1) } else { half + 1 },
            failure: Probability(knobs.get(&knobs::FAILURE) as u32),
            silence: knobs.get(&knobs::STYLE) == 1,
            patience: micros(&knobs::PATIENCE).max(Micros::millis(1)),
            pause: micros(&knobs::PAUSE).max(Micros::millis(1)),
            shuffle: knobs.get(&knobs::SHUFFLE) as u32,
            broken,
            exact: None,
        };
        rounds.exact = rounds.exact(knobs);
        rounds
    }

    fn members(&self) -> Vec<Member> {
        let roles = [(PROPOSER, self.proposers), (ACCEPTOR, self.acceptors)];
        let numbered = roles.into_iter().flat_map(|(role, count)| (1..=count).map(move |number| (role, number)));
        let member = |(at, (role, number))| Member { role, number, machine: at as u8, starts: Micros::ZERO };
        numbered.enumerate().map(member).collect()
    }

    fn quorums(&self, _: Slot) -> Quorums {
        Quorums { acceptors: self.acceptors(), q1: self.quorum, q2: self.quorum }
    }

    fn initial(&self, node: NodeId) -> Actor {
        match self.proposers().contains(node) {
            true => Actor::Proposer(Proposer::new(0, VecDeque::new(), Tally::default())),
            false => Actor::Acceptor(Acceptor::default()),
        }
    }

    fn handle(&self, node: NodeId, actor: &mut Actor, input: Input<Self>, out: &mut Outbox<Self>) {
        match actor {
            Actor::Proposer(proposer) => self.proposer(node, proposer, input, out),
            Actor::Acceptor(acceptor) => self.acceptor(acceptor, input, out),
        }
    }

    fn recover(&self, node: NodeId, actor: &Actor) -> Actor {
        match actor {
            Actor::Acceptor(_) if self.is_off(broken::AMNESIA) => self.initial(node),
            Actor::Acceptor(acceptor) => Actor::Acceptor(*acceptor),
            Actor::Proposer(proposer) => {
                let Proposer { mut round, mut wanted, tally, .. } = proposer.clone();
                if self.is_off(broken::REUSE_BALLOT) && round > 0 {
                    let before = emoji::of(self.shuffle, Ballot { round, owner: node });
                    wanted.extend(Value::new(&format!("{before}'")));
                    wanted.rotate_right(1);
                    round -= 1;
                }
                Actor::Proposer(Proposer::new(round, wanted, tally))
            }
        }
    }

    fn armed(&self, _: NodeId, actor: &Actor) -> u16 {
        match actor {
            Actor::Proposer(proposer) => proposer.armed,
            Actor::Acceptor(_) => 0,
        }
    }

    fn round(&self, actor: &Actor) -> u32 {
        match actor {
            Actor::Proposer(proposer) => proposer.round,
            Actor::Acceptor(_) => 0,
        }
    }

    /// What is measured decides nothing.
    fn untimed(&self, actor: &mut Actor) {
        if let Actor::Proposer(proposer) = actor {
            proposer.tally = Tally::default();
        }
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

    fn kind(&self, message: &Message) -> usize {
        message.kind()
    }

    fn ballot(&self, message: &Message) -> Option<Ballot> {
        Some(message.ballot())
    }

    fn read(&self, message: &Message) -> String {
        explain::read(message)
    }

    fn wire(&self, _: NodeId, _: NodeId, message: &Message) -> Vec<String> {
        vec![explain::toy(message)]
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

    fn tables(&self, _: NodeId, actor: &Actor) -> Vec<Table> {
        match actor {
            Actor::Proposer(proposer) => vec![explain::table(proposer)],
            Actor::Acceptor(_) => Vec::new(),
        }
    }

    /// The rounds that proposers took part in, added up.
    fn gauges(&self, actors: &[&Actor]) -> Vec<Gauge> {
        let tallies = actors.iter().filter_map(|actor| match actor {
            Actor::Proposer(proposer) => Some(&proposer.tally),
            Actor::Acceptor(_) => None,
        });
        let (hits, of) = tallies.fold((0, 0), |(hits, of), tally| (hits + tally.decided, of + tally.over));
        vec![Gauge {
            name: "rounds decided",
            about: "How many rounds a proposer took part in and knows to be decided, since the failure probability was \
                    last changed. The exact share is for one proposer, if nothing is lost and no answer comes after \
                    the time-out.",
            hits,
            of,
            exact: self.exact,
        }]
    }

    /// Who fails stays up and does nothing with the message.
    fn failing(&self, _: &Message) -> Failing {
        Failing::Told
    }
}
