//! A run as people and programs see it: one scenario, its world, its properties and its readable views behind one
//! interface that knows no system. The page, the command line and the tests hold a [`Run`].

pub mod compare;
mod driver;
mod explain;
mod metrics;
mod parts;
mod steps;
mod view;
mod watched;

pub use metrics::{Metrics, Trend};
pub use steps::{steps, why};
pub use view::*;

use crate::paxos::registry::{self, Visitor};
use crate::paxos::{About, Gauge, Knobs, Micros, NodeId, Notice, System, Table};
use crate::scenario::Scenario;
use crate::sim::{Action, Intervention};
use driver::Driver;

/// How many events a run keeps where nobody says otherwise: about 20 MB.
pub const HISTORY: usize = 200_000;

/// A run of `scenario` in which nothing has happened yet, with notices of what could not be had.
pub fn open(scenario: &Scenario) -> (Box<dyn Run>, Vec<Notice>) {
    open_bounded(scenario, HISTORY)
}

/// As [`open`], with a bound of its own on how many events are kept.
pub fn open_bounded(scenario: &Scenario, bound: usize) -> (Box<dyn Run>, Vec<Notice>) {
    struct Open<'a>(&'a Scenario, usize);
    impl Visitor for Open<'_> {
        type Output = (Box<dyn Run>, Vec<Notice>);
        fn visit<S: System>(self) -> Self::Output {
            let (driver, notices) = Driver::<S>::new(self.0, self.1);
            (Box::new(driver), notices)
        }
    }
    let known = registry::visit(scenario.system, Open(scenario, bound));
    known.expect("a scenario's system is taken from the registry")
}

/// One run of any system.
pub trait Run {
    /// What there is to know of its system.
    fn about(&self) -> &'static About;

    /// The scenario as it stands: with every intervention made so far.
    fn scenario(&self) -> &Scenario;

    /// Virtual time now.
    fn time(&self) -> Micros;

    /// How many events have happened. Event `n` is the `n`-th from 0.
    fn events(&self) -> u64;

    /// Hash of everything that happened; equal on every platform.
    fn digest(&self) -> u64;

    /// When the next event happens; `None` if nothing ever will.
    fn next_time(&self) -> Option<Micros>;

    /// Lets the next event happen and sets the time to it. False if there is none.
    fn step(&mut self) -> bool;

    /// Lets events happen until `time`, but at most `most` of them, and sets the time to `time` unless it stopped
    /// early. Returns how many events happened.
    fn advance(&mut self, time: Micros, most: u64) -> u64;

    /// Does `action` now: it is stamped, enters the scenario and acts at once.
    fn act(&mut self, action: Action) -> Result<Intervention, Notice>;

    /// What waits longest of all that is held until somebody acts, by [`Action::Deliver`] or [`Action::Fire`]: the next
    /// step where the pace is by hand. `None` if nothing is held.
    fn held(&self) -> Option<Action>;

    /// The nodes, in the order of their ids; with a server in the middle, the server is the last.
    fn nodes(&self) -> Vec<NodeView>;

    /// A number that changes whenever [`Run::node`] of this node would.
    fn node_version(&self, node: NodeId) -> u64;

    /// One node as the stage shows it.
    fn node(&self, node: NodeId) -> NodeView;

    /// The fields of one node for the inspector: `changed` marks what the node's latest event changed, whenever that was.
    /// From the first call on the node is watched. To find out about the past, a short run is run again for it; in a long
    /// one nothing is marked until the node's next event.
    fn inspect(&mut self, node: NodeId) -> Inspection;

    /// The fields of one node, none of them marked. Unlike [`Run::inspect`] it watches nothing.
    fn fields(&self, node: NodeId) -> Vec<FieldView>;

    /// What the node keeps in rows: logs, queues, histories.
    fn tables(&self, node: NodeId) -> Vec<Table>;

    /// What the run measures of itself, beside what theory says.
    fn gauges(&self) -> Vec<Gauge>;

    /// Whether the node takes clients' requests.
    fn serves(&self, node: NodeId) -> bool;

    /// The node that takes a client's request where none was named: the system's choice if it is up, else the first
    /// that is up and takes any.
    fn front(&self) -> Option<NodeId>;

    /// Every letter in the network, in no particular order. Called for each frame: it allocates nothing.
    fn flights(&self, each: &mut dyn FnMut(Flight));

    /// One letter in words, if it is in the network.
    fn letter(&self, letter: crate::sim::Letter) -> Option<LetterView>;

    /// Events `from..to` in words, as far as the history still holds them.
    fn log(&self, from: u64, to: u64) -> Vec<LogEntry>;

    /// The first event that the history still holds.
    fn log_start(&self) -> u64;

    /// The properties and how they stand.
    fn properties(&self) -> Vec<PropertyView>;

    /// A number that changes whenever [`Run::properties`] or [`Run::chosen`] would.
    fn properties_version(&self) -> u64;

    /// What was chosen, slot by slot.
    fn chosen(&self) -> Vec<ChosenView>;

    /// Events worth a mark on the timeline, in the order in which they happened.
    fn marks(&self) -> Vec<(u64, Mark)>;

    /// Counts and latencies so far.
    fn metrics(&self) -> Metrics;

    /// How often something happened over time, for plots: messages sent and lost, decisions.
    fn trends(&self) -> Vec<Trend>;

    /// The latest values whose clients have their answers, each with the microseconds that took, oldest first; a bounded
    /// number.
    fn answers(&self) -> Vec<(String, u64)>;

    /// Whether a run of the system chooses one value only, once and for all.
    fn chooses_once(&self) -> bool;

    /// Who is cut off from whom by a partition: the group of each node, or nothing.
    fn groups(&self) -> Option<Vec<u8>>;

    /// The settings as they are now, after every `set` so far.
    fn knobs(&self) -> &Knobs;
}
