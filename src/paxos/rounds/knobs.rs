//! The knobs of the endless rounds and the rules that can be switched off.

use crate::paxos::{ABOUT_NODES, Kind, knobs, rules};

const RULES: &str = "Protocol";
const FAULTS: &str = "Faults";

const SECOND: i64 = 1_000_000;
const DURATION: Kind = Kind::Duration { max: 600 * SECOND };

knobs! {
    ACCEPTORS = "acceptors", ABOUT_NODES, false, Kind::Count { min: 1, max: 101 }, 5, "Acceptors",
        "How many nodes vote. A round is decided when a majority of them accepts the value of one ballot.";
    PROPOSERS = "proposers", ABOUT_NODES, false, Kind::Count { min: 1, max: 9 }, 1, "Proposers",
        "How many nodes propose a value in every round.";
    FAILURE = "failure", FAULTS, true, Kind::Probability { max: 999_999 }, 100_000, "Failure probability",
        "How likely a node fails at a message it gets: it does nothing that the message asks for, and stays up.";
    STYLE = "style", FAULTS, true, Kind::Choice(&["fail", "silence"]), 0, "Failure style",
        "What an acceptor says when it fails or refuses: FAIL, or nothing, so that the proposer has to wait.";
    PATIENCE = "patience", RULES, true, DURATION, 4 * SECOND, "Time-out",
        "How long a proposer waits for each phase before the round has failed.";
    PAUSE = "pause", RULES, true, DURATION, SECOND / 2, "Pause",
        "How long a proposer rests between two rounds.";
    SHUFFLE = "shuffle", RULES, true, Kind::Count { min: 0, max: 999_999 }, 0, "Shuffle",
        "Which shuffle the emoji come from.";
    BREAK = "break", RULES, true, Kind::Set(RULE_NAMES), 0, "Rules",
        "Switch a rule of the protocol off and see what it is for: which property breaks, or what never ends.";
}

rules! {
    FORGET_PROMISE = "forget-promise",
        "An acceptor answers a prepare but does not remember its promise.",
        "The promise is what keeps an older ballot from being chosen behind a newer one's back.";
    AMNESIA = "amnesia",
        "A crash erases an acceptor's durable state.",
        "Promises and votes must be on disk: a quorum that chose must be a quorum that remembers.";
    IGNORE_ACCEPTED = "ignore-accepted",
        "A proposer always sends its own value, whatever the promises report.",
        "Adopting the reported value is what protects a value that may already be chosen.";
    REUSE_BALLOT = "reuse-ballot",
        "A proposer that restarts begins the same round again, with another value.",
        "One ballot carries at most one value, so its number must never be used twice.";
    SMALL_QUORUM = "small-quorum",
        "Half of the acceptors are taken for a quorum, and quorums need not meet.",
        "Any two quorums share an acceptor: it is the witness that carries the choice on.";
    COUNT_REPLIES = "count-replies",
        "Messages are counted, not distinct acceptors.",
        "A duplicate is the same vote again, not another vote.";
}
