//! The knobs of pmmc and the rules that can be switched off.

use crate::paxos::{ABOUT_NODES, Kind, Rule, knobs};

const WORK: &str = "Clients";
const LOG: &str = "Log";
const LEADING: &str = "Leading";

const SECOND: i64 = 1_000_000;
const DURATION: Kind = Kind::Duration { max: 600 * SECOND };

knobs! {
    REPLICAS = "replicas", ABOUT_NODES, false, Kind::Count { min: 1, max: 9 }, 2, "Replicas",
        "How many nodes hold the account and perform the commands, each in the same order.";
    LEADERS = "leaders", ABOUT_NODES, false, Kind::Count { min: 1, max: 9 }, 2, "Leaders",
        "How many nodes may have commands chosen, each with scouts and commanders of its own.";
    ACCEPTORS = "acceptors", ABOUT_NODES, false, Kind::Count { min: 1, max: 23 }, 3, "Acceptors",
        "How many nodes vote in the first configuration.";
    SPARES = "spares", ABOUT_NODES, false, Kind::Count { min: 0, max: 9 }, 0, "Spare acceptors",
        "Acceptors that vote only once a command such as config A1 A2 A4 says so.";
    CLIENTS = "clients", ABOUT_NODES, false, Kind::Count { min: 1, max: 9 }, 2, "Clients",
        "How many nodes ask for commands, each for one at a time.";
    COMMANDS = "commands", WORK, false, Kind::Count { min: 0, max: 1_000 }, 3, "Commands per client",
        "How many commands each client asks for by itself.";
    THINK = "think", WORK, true, DURATION, SECOND, "Think time",
        "How long a client waits at least from an answer to its next command; chance adds up to as much again.";
    READS = "reads", WORK, false, Kind::Choice(&["none", "log", "local"]), 0, "Reads",
        "Every third command of a client reads: through the log, or at one replica at once, which can be stale.";
    RETRY = "retry", WORK, true, DURATION, 8 * SECOND, "Ask again after",
        "How long a client waits for an answer before it asks again. 0 turns it off.";
    WINDOW = "window", LOG, false, Kind::Count { min: 1, max: 100 }, 4, "Window",
        "How many slots a replica may propose ahead of what it has performed. A new configuration governs from WINDOW \
         slots after its own on.";
    GC = "gc", LOG, true, Kind::Count { min: 0, max: 100 }, 5, "Collect every",
        "After so many slots that a majority of the replicas has performed, everyone forgets them. 0 turns it off.";
    CATCH_UP = "catch-up", LOG, true, DURATION, 4 * SECOND, "Catch up after",
        "How long a replica is stuck before it repeats its proposals and asks the other replicas. 0 turns it off.";
    PATIENCE = "patience", LEADING, true, DURATION, 4 * SECOND, "Patience",
        "How long a preempted leader waits for the other to answer a ping before it tries a higher ballot. 0 is no ping.";
    BACKOFF = "backoff", LEADING, true, DURATION, SECOND, "Back-off",
        "The most that chance adds before the next ballot; doubles with each preemption. 0 is at once, without patience.";
    RESEND = "resend", LEADING, true, DURATION, 2_500_000, "Resend after",
        "How long until scouts and commanders repeat what was not answered. 0 turns it off.";
    BREAK = "break", LEADING, true, Kind::Set(RULE_NAMES), 0, "Rules",
        "Switch a rule of the protocol off and see what it is for: which property breaks, or what never ends.";
}

macro_rules! rules {
    ($($constant:ident = $name:literal, $off:literal, $purpose:literal;)*) => {
        /// The words of the `break` knob.
        pub const RULE_NAMES: &[&str] = &[$($name),*];
        /// What each word switches off, in the same order.
        pub const RULES_OFF: &[Rule] = &[$(Rule { name: $name, off: $off, purpose: $purpose }),*];
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Position { $($constant),* }
        /// Bit masks of the `break` knob.
        pub mod broken { $(#[doc = $off] pub const $constant: u32 = 1 << super::Position::$constant as u32;)* }
    };
}

rules! {
    NO_P1_ON_PREEMPT = "no-p1-on-preempt",
        "A preempted leader takes a higher ballot and sends its commanders at once, without a scout.",
        "Phase 1 is how a new ballot finds out what older ones may have chosen.";
    SKIP_WINDOW = "skip-window",
        "Replicas propose as far ahead as they like.",
        "A slot's configuration is known only once the slot WINDOW before it is performed.";
    FORGET_PROMISE = "forget-promise",
        "An acceptor answers a scout but does not adopt its ballot.",
        "The promise is what keeps an older ballot from being chosen behind a newer one's back.";
    AMNESIA = "amnesia",
        "A crash erases an acceptor's durable state.",
        "Promises and votes must be on disk: a quorum that chose must be a quorum that remembers.";
    IGNORE_ACCEPTED = "ignore-accepted",
        "A leader keeps its own proposals, whatever the scout reports.",
        "Taking over the reported pvalue of the highest ballot is what protects a command that may already be chosen.";
    REUSE_BALLOT = "reuse-ballot",
        "A leader that restarts repeats a ballot.",
        "One ballot carries at most one command per slot, so its number must never be used twice.";
    SMALL_QUORUM = "small-quorum",
        "Half of the acceptors are taken for a quorum, and quorums need not meet.",
        "Any two quorums share an acceptor: it is the witness that carries the choice on.";
    COUNT_REPLIES = "count-replies",
        "Scouts and commanders count messages, not distinct acceptors.",
        "A duplicate is the same vote again, not another vote.";
    PERFORM_TWICE = "perform-twice",
        "A replica performs a command once for each slot it was decided in.",
        "Two replicas may propose one command in two slots: whoever performs must remember what it has performed.";
}
