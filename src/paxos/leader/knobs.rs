//! The knobs of the distinguished leader's system and the rules that can be switched off.

use crate::paxos::{ABOUT_NODES, Kind, knobs, rules};

const CLIENTS: &str = "Clients";
const RULES: &str = "Protocol";
const FAULTS: &str = "Faults";

const SECOND: i64 = 1_000_000;
const DURATION: Kind = Kind::Duration { max: 600 * SECOND };

knobs! {
    NODES = "nodes", ABOUT_NODES, false, Kind::Count { min: 3, max: 25 }, 5, "Nodes",
        "How many nodes there are. Each is an acceptor; the first one leads.";
    LEARNERS = "learners", ABOUT_NODES, false, Kind::Count { min: 1, max: 25 }, 1, "Distinguished learners",
        "How many nodes hear of every vote and tell the others what is chosen. With one, only the leader does.";
    CLIENTS_KNOB = "clients", CLIENTS, false, Kind::Count { min: 0, max: 9 }, 1, "Clients",
        "How many nodes have a client of their own that asks for integers at the start.";
    COMMANDS = "commands", CLIENTS, false, Kind::Count { min: 0, max: 20 }, 3, "Commands",
        "How many integers each of these clients asks for.";
    WINDOW = "window", RULES, true, Kind::Count { min: 1, max: 20 }, 3, "At once",
        "How many commands the leader runs at once; the others wait in its queue.";
    FAILURE = "failure", FAULTS, true, Kind::Probability { max: 999_999 }, 100_000, "Failure rate",
        "How likely a request takes the long delay. Nobody crashes of it.";
    LONG_DELAY = "long-delay", FAULTS, true, DURATION, 6 * SECOND, "Long delay",
        "How much longer such a request is on its way.";
    TIMEOUT = "timeout", RULES, true, DURATION, 4 * SECOND, "Time-out",
        "How long the leader waits before it asks again whoever has not answered. 0 turns it off.";
    HEARTBEAT = "heartbeat", RULES, true, DURATION, 2 * SECOND, "Heartbeat",
        "How often the leader shows that it is there and what is committed. 0 turns it off.";
    SILENCE = "silence", RULES, true, DURATION, 7 * SECOND, "Silence",
        "How long a node hears nothing of a leader before it leads itself; chance adds up to half of it. 0: never.";
    BREAK = "break", RULES, true, Kind::Set(RULE_NAMES), 0, "Rules",
        "Switch a rule of the protocol off and see what it is for: which property breaks, or what never ends.";
}

rules! {
    FORGET_PROMISE = "forget-promise",
        "An acceptor answers a prepare but does not remember its promise.",
        "The promise is what keeps an older leader from having something chosen behind a newer one's back.";
    AMNESIA = "amnesia",
        "A crash erases a node's durable state.",
        "Promises and votes must be on disk: a quorum that chose must be a quorum that remembers.";
    IGNORE_ACCEPTED = "ignore-accepted",
        "A leader always sends its own command, whatever the promises report.",
        "Adopting the reported value is what protects a command that may already be chosen.";
    ADOPT_LATEST = "adopt-latest",
        "A leader adopts the vote reported last, not the one of the highest ballot.",
        "Only the highest reported ballot is sure to carry whatever was chosen.";
    SMALL_QUORUM = "small-quorum",
        "Half of the nodes are taken for a quorum, and quorums need not meet.",
        "Any two quorums share a node: it is the witness that carries the choice on.";
    COUNT_REPLIES = "count-replies",
        "Answers are counted, not distinct nodes.",
        "A duplicate is the same vote again, not another vote.";
}
