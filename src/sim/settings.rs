//! The knobs of the simulated world, the same for every system.

use super::Disk;
use crate::paxos::{About, Kind, Knob, Knobs, Micros, Probability, knobs};

const MINUTE: i64 = 60_000_000;
const NETWORK: &str = "Network";
const FAULTS: &str = "Faults";
const SERVER: &str = "Server in the middle";

const fn probability() -> Kind {
    Kind::Probability { max: 1_000_000 }
}

const fn duration() -> Kind {
    Kind::Duration { max: 10 * MINUTE }
}

knobs! {
    FAILURE = "failure", FAULTS, true, Kind::Probability { max: 999_999 }, 0, "Failure probability",
        "How likely a node crashes at a message it handles: before it, between the write and the reply, or after.";
    FAILS = "fails", FAULTS, true, Kind::Choice(&["acceptors", "all"]), 0, "Who fails",
        "Which nodes fail by chance: the acceptors that vote from the start, so no spare one, or all nodes.";
    REPAIR = "repair", FAULTS, true, duration(), 1_500_000, "Repair time",
        "How long a node that failed by chance stays down; 0 is for ever.";
    DISK = "disk", FAULTS, true, Kind::Choice(&["sound", "loses-last", "forgets"]), 0, "Disk",
        "What a crash does to durable state: nothing, loses the last write, or erases everything.";
    SKEW = "skew", FAULTS, true, Kind::Probability { max: 500_000 }, 0, "Clock skew",
        "How far a node's clock may run fast or slow.";
    LOSS = "loss", NETWORK, true, probability(), 0, "Loss",
        "How likely a message is lost on its way.";
    DUPLICATE = "duplicate", NETWORK, true, probability(), 0, "Duplication",
        "How likely a message arrives twice.";
    DELAY = "delay", NETWORK, true, duration(), 500_000, "Delay",
        "How long a message travels at least.";
    JITTER = "jitter", NETWORK, true, duration(), 300_000, "Jitter",
        "How much chance may add to the delay.";
    LATENCY = "latency", NETWORK, true, Kind::Choice(&["uniform", "long-tail"]), 0, "Latency model",
        "How jitter is spread: evenly, or mostly short with a few very late messages.";
    REORDER = "reorder", NETWORK, true, probability(), 0, "Reordering",
        "How likely a message is held back so that later ones overtake it.";
    ORDER = "order", NETWORK, true, Kind::Choice(&["any", "fifo"]), 0, "Order on a link",
        "Whether messages may overtake one another on one link.";
    PACE = "pace", NETWORK, true, Kind::Choice(&["auto", "hand"]), 0, "Pace",
        "By hand, nothing arrives and no timer fires until you say so.";
    TRANSPORT = "transport", NETWORK, true, Kind::Choice(&["peer", "server"]), 0, "Transport",
        "Messages go from node to node, or through a server that queues them until they are polled.";
    POLL = "poll", SERVER, true, duration(), 400_000, "Poll every",
        "How often a node asks the server for its mail.";
    DROP = "drop", SERVER, true, probability(), 0, "Drop",
        "How likely the server throws a message away.";
    MIN_DELAY = "min-delay", SERVER, true, duration(), 0, "Least server delay",
        "How long the server keeps a message at least.";
    MAX_DELAY = "max-delay", SERVER, true, duration(), 0, "Greatest server delay",
        "How long the server keeps a message at most.";
    EXPIRY = "expiry", SERVER, true, duration(), 10_000_000, "Queue expiry",
        "How long mail waits to be polled before the server drops it; 0 is for ever.";
    UNSERVED = "unserved", SERVER, true, Kind::Count { min: 0, max: 101 }, 0, "Unserved acceptors",
        "How many acceptors, counted from the last, the server does not serve.";
}

/// The world's knobs, read once and kept ready.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// See [`FAILURE`].
    pub failure: Probability,
    /// See [`FAILS`].
    pub all_fail: bool,
    /// See [`REPAIR`].
    pub repair: Micros,
    /// See [`DISK`].
    pub disk: Disk,
    /// See [`SKEW`].
    pub skew: Probability,
    /// See [`PACE`].
    pub by_hand: bool,
    /// See [`TRANSPORT`]; the rest of the server's knobs are [`Server`].
    pub server: Option<Server>,
    /// What every link does unless it was tuned.
    pub link: Link,
}

/// What one direction of a link does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Link {
    /// See [`LOSS`].
    pub loss: Probability,
    /// See [`DUPLICATE`].
    pub duplicate: Probability,
    /// See [`REORDER`].
    pub reorder: Probability,
    /// See [`DELAY`].
    pub delay: Micros,
    /// See [`JITTER`].
    pub jitter: Micros,
    /// See [`LATENCY`].
    pub long_tail: bool,
    /// See [`ORDER`].
    pub fifo: bool,
}

/// The server in the middle, as in the dojo: it queues messages and is polled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Server {
    /// See [`POLL`].
    pub poll: Micros,
    /// See [`DROP`].
    pub drop: Probability,
    /// See [`MIN_DELAY`].
    pub min_delay: Micros,
    /// See [`MAX_DELAY`].
    pub max_delay: Micros,
    /// See [`EXPIRY`].
    pub expiry: Micros,
    /// See [`UNSERVED`].
    pub unserved: usize,
}

impl Server {
    /// When mail that came at `since` is thrown away.
    pub fn expires(&self, since: Micros) -> Micros {
        if self.expiry > Micros::ZERO { since.plus(self.expiry) } else { Micros::NEVER }
    }
}

impl Settings {
    /// What the knobs say. A knob of the system stands in place of the world's knob of the same key: it may have
    /// another default.
    pub fn read(about: &About, knobs: &Knobs) -> Self {
        let get = |knob: &Knob| knobs.get(about.knobs.iter().find(|own| own.key == knob.key).unwrap_or(knob));
        let probability = |knob: &Knob| Probability(get(knob) as u32);
        let micros = |knob: &Knob| Micros(get(knob) as u64);
        Self {
            failure: probability(&FAILURE),
            all_fail: get(&FAILS) == 1,
            repair: micros(&REPAIR),
            disk: [Disk::Sound, Disk::LosesLast, Disk::Forgets][get(&DISK) as usize],
            skew: probability(&SKEW),
            by_hand: get(&PACE) == 1,
            server: (get(&TRANSPORT) == 1).then(|| Server {
                poll: micros(&POLL),
                drop: probability(&DROP),
                min_delay: micros(&MIN_DELAY),
                max_delay: micros(&MAX_DELAY),
                expiry: micros(&EXPIRY),
                unserved: get(&UNSERVED) as usize,
            }),
            link: Link {
                loss: probability(&LOSS),
                duplicate: probability(&DUPLICATE),
                reorder: probability(&REORDER),
                delay: micros(&DELAY),
                jitter: micros(&JITTER),
                long_tail: get(&LATENCY) == 1,
                fifo: get(&ORDER) == 1,
            },
        }
    }
}
