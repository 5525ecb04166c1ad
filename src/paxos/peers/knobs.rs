//! The knobs of peers and the rules that can be switched off.

use crate::paxos::{ABOUT_NODES, Kind, knobs, rules};

const RULES: &str = "Protocol";
const PROPOSING: &str = "Proposing";

const SECOND: i64 = 1_000_000;
const DURATION: Kind = Kind::Duration { max: 600 * SECOND };

knobs! {
    NODES = "nodes", ABOUT_NODES, false, Kind::Count { min: 1, max: 101 }, 5, "Nodes",
        "How many actors there are. Each proposes, accepts and learns.";
    SILENCE = "silence", PROPOSING, true, DURATION, 3 * SECOND, "Silence",
        "An actor that hears nothing for this long, and for at most as long again by chance, proposes. The chance part doubles with each failure. 0 turns it off.";
    X = "x", PROPOSING, true, Kind::Probability { max: 1_000_000 }, 50_000, "Chance x",
        "How likely an actor proposes at a tick. 0 turns it off.";
    TICK = "tick", PROPOSING, true, DURATION, SECOND, "Tick",
        "The time between ticks of an actor that hears nothing. Whatever it hears begins its tick anew.";
    BREAK = "break", RULES, true, Kind::Set(RULE_NAMES), 0, "Rules",
        "Switch a rule of the protocol off and see what it is for: which property breaks, or what never ends.";
}

rules! {
    FORGET_PROMISE = "forget-promise",
        "An actor answers a request but does not remember its promise.",
        "The promise is what keeps an older proposal from being chosen behind a newer one's back.";
    AMNESIA = "amnesia",
        "A crash erases what an actor promised and accepted.",
        "Promises and acceptances must be on disk: a majority that chose must be a majority that remembers.";
    IGNORE_ACCEPTED = "ignore-accepted",
        "A proposer always sends its own value, whatever the promises report.",
        "Adopting the reported value is what protects a value that may already be chosen.";
    ADOPT_LATEST = "adopt-latest",
        "A proposer adopts the value reported last, not the one of the highest number.",
        "Only the highest reported number is sure to carry whatever was chosen.";
    NO_RAISE = "no-raise",
        "Accepting a value does not raise the promise.",
        "An acceptance binds like a promise: whoever accepts under a number must refuse everything below it.";
    SMALL_QUORUM = "small-quorum",
        "Half of the actors are taken for a majority, and majorities need not meet.",
        "Any two majorities share an actor: it is the witness that carries the choice on.";
    COUNT_VALUES = "count-values",
        "Equal values are counted over different numbers.",
        "Agreement means one number and one majority: equal values under different numbers prove nothing.";
    CYCLE_ONLY = "cycle-only",
        "Numbers are compared by their cycle alone, so two actors can hold equal ones.",
        "The actor in the number is what makes any two proposals comparable, and no two the same.";
}
