//! What page and worker say to one another, as bytes.

use super::plan::{Aim, Limits, Plan};
use super::story::Told;
use super::swarm::{Order, Tally};
use paxos_playground::scenario::Scenario;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What the page asks of the worker.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Ask {
    /// Begins something, in the place of what there was.
    Begin(Job),
    /// Stands still after the present turn.
    Stop,
    /// Goes on.
    GoOn,
    /// Goes on with so many megabytes, after a limit on memory.
    Allow(u32),
}

/// A piece of work.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Job {
    /// Every interleaving.
    Explore(Question),
    /// How many states there will be.
    Estimate(Question),
    /// A livelock.
    Hunt(Question),
    /// All states, to be drawn.
    Map(Question),
    /// Many random runs.
    Swarm(Order),
}

/// A plan on its way to the worker.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Question {
    /// The fragment of the scenario's link.
    pub link: String,
    /// What is to be found out.
    pub aim: Aim,
    /// How far it goes.
    pub limits: Limits,
}

impl Question {
    /// What `plan` asks.
    pub fn of(plan: &Plan) -> Self {
        Self { link: plan.scenario.link(), aim: plan.aim, limits: plan.limits }
    }

    /// The plan.
    pub fn plan(&self) -> Plan {
        let scenario = Scenario::from_link(&self.link).0;
        Plan { scenario, aim: self.aim, limits: self.limits, ..Plan::default() }
    }
}

impl Job {
    /// What `plan` asks for.
    pub fn of(plan: &Plan) -> Self {
        let Limits { runs, seconds, .. } = plan.limits;
        match plan.aim {
            Aim::Swarm => Self::Swarm(Order { link: plan.stormy().link(), runs, seconds }),
            Aim::Map => Self::Map(Question::of(plan)),
            Aim::Loop => Self::Hunt(Question::of(plan)),
            Aim::Hold | Aim::Refine | Aim::Spec | Aim::Find(_) => Self::Explore(Question::of(plan)),
        }
    }
}

/// What the worker reports.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Report {
    /// It is there and waits.
    Ready,
    /// How the exploration stands; it goes on.
    Explored(Figures),
    /// What it came to, and how it stands.
    Answer(Answer, Figures),
    /// How the swarm stands, and whether it is over.
    Swarmed(Tally, bool),
    /// How many states there will be at least and at most; the same if they were counted.
    Estimated(u64, u64),
    /// All states; `None` if there are too many to draw.
    Mapped(Option<Map>),
    /// What could not be had as it was asked.
    Notice(String),
    /// The worker broke, and how.
    Broke(String),
}

/// How an exploration stands.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Figures {
    /// Distinct states found.
    pub states: u64,
    /// Ways from state to state.
    pub transitions: u64,
    /// Steps of the longest of the shortest ways.
    pub depth: u32,
    /// States from which nothing leads on.
    pub terminal: u64,
    /// States in which something is chosen.
    pub chosen: u64,
    /// States that wait to be expanded.
    pub frontier: u64,
    /// Bytes that the explorer holds; in a worker, all of its memory.
    pub bytes: u64,
    /// How long it has worked, in milliseconds.
    pub millis: u64,
    /// How often an actor was run.
    pub runs: u64,
    /// Whether like nodes are really taken for one.
    pub folded: bool,
    /// Whether dead messages are really forgotten.
    pub forgot: bool,
    /// States found at each depth; while many are found in one turn, counted with the depth at its end.
    pub levels: Vec<u64>,
}

impl Figures {
    /// States found in a second, so far.
    pub fn rate(&self) -> u64 {
        self.states * 1000 / self.millis.max(1)
    }
}

/// What an exploration came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Answer {
    /// No run within the limits is what was looked for.
    Holds,
    /// A property breaks.
    Violated {
        /// Which.
        property: String,
        /// What happened.
        what: String,
        /// A shortest run to it.
        witness: Witness,
    },
    /// The goal is reached.
    Reached(Witness),
    /// Nodes can go on for ever without choosing anything.
    Loops {
        /// Steps until the loop begins.
        stem: u32,
        /// Steps once round.
        cycle: u32,
        /// How much later rounds are after each time round.
        rounds: u32,
        /// A run that goes round a few times; its steps are those of the first time.
        witness: Witness,
    },
    /// No message ever makes a node begin a ballot, and whether every wait before one has a random part.
    NeedsTimers(bool),
    /// The limit on memory came first.
    Full,
}

/// Every state and every step between two.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Map {
    /// The states; the first is where all begins, and none stands before one of less depth.
    pub states: Vec<Spot>,
    /// From, to, and what happens.
    pub steps: Vec<(u32, u32, String)>,
}

/// A state.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Spot {
    /// What its nodes are at.
    pub words: String,
    /// Steps on a shortest way to it.
    pub depth: u32,
    /// The property that is broken in it.
    pub broken: Option<String>,
    /// The values chosen in it.
    pub chosen: Vec<String>,
    /// A shortest run to it.
    pub link: String,
}

/// A run, to be told and to be opened on the stage.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Witness {
    /// The fragment of its link; empty where actors have no such run.
    pub link: String,
    /// Its steps.
    pub steps: Vec<Told>,
}

/// As bytes.
pub fn write(what: &impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(what).unwrap_or_default()
}

/// From bytes; `None` if they are not a `T`.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::plan::Edit;

    #[test]
    fn what_is_written_is_read_again() {
        let mut plan = Plan { aim: Aim::Find(3), ..Plan::default() };
        plan.edit(Edit::Rule(2));
        plan.limits.crashes = 2;
        let ask = Ask::Begin(Job::of(&plan));
        let Some(Ask::Begin(Job::Explore(question))) = read(&write(&ask)) else { panic!("it is an exploration") };
        assert_eq!(question.plan(), plan);
        assert_eq!(read::<Report>(&[200, 1]), None);
    }
}
