//! The knobs of synod and the rules that can be switched off.

use crate::paxos::{ABOUT_NODES, Kind, Knob, Knobs, Notice, knobs, rules};

const RULES: &str = "Protocol";
const PROPOSING: &str = "Proposing";

const SECOND: i64 = 1_000_000;
const DURATION: Kind = Kind::Duration { max: 600 * SECOND };

knobs! {
    ACCEPTORS = "acceptors", ABOUT_NODES, false, Kind::Count { min: 1, max: 101 }, 5, "Acceptors",
        "How many nodes vote. A value is chosen when a phase 2 quorum of them accepts it in one ballot.";
    PROPOSERS = "proposers", ABOUT_NODES, false, Kind::Count { min: 1, max: 9 }, 2, "Proposers",
        "How many nodes propose, each a value of its own.";
    LEARNERS = "learners", ABOUT_NODES, false, Kind::Count { min: 0, max: 9 }, 2, "Learners",
        "How many nodes only want to know what was chosen.";
    MACHINES = "machines", ABOUT_NODES, false, Kind::Choice(&["separate", "shared"]), 0, "Machines",
        "Every node on a machine of its own, or P1, A1 and L1 together on one that crashes as a whole.";
    LATE = "late", ABOUT_NODES, false, Kind::Count { min: 0, max: 101 }, 0, "Late acceptors",
        "How many acceptors, counted from the last, join only later.";
    LATE_BY = "late-by", ABOUT_NODES, false, DURATION, 5 * SECOND, "Join after",
        "When the late acceptors join.";
    DISCOVERY = "discovery", ABOUT_NODES, false, Kind::Flag, 0, "Discovery",
        "Nodes know only who said hello, and repeat their own with every timer while somebody is missing. Otherwise \
         everyone knows all nodes from the start.";
    START = "start", PROPOSING, false, Kind::Choice(&["proposers", "nag"]), 0, "Who starts rounds",
        "Each proposer by its own timer, or a nag that starts a new period again and again.";
    PERIOD = "period", PROPOSING, true, DURATION, 6 * SECOND, "Period",
        "How often the nag starts a new period.";
    PATIENCE = "patience", PROPOSING, true, DURATION, 4 * SECOND, "Patience",
        "How long a proposer waits for a quorum before it tries a higher ballot.";
    BACKOFF = "backoff", PROPOSING, true, DURATION, SECOND, "Back-off",
        "The most a proposer waits at random before it tries again; doubles with each failure. 0 turns it off.";
    RESEND = "resend", PROPOSING, true, DURATION, 2_500_000, "Resend after",
        "How long until a proposer repeats what was not answered. 0 turns it off.";
    REFUSAL = "refusal", RULES, true, Kind::Choice(&["nack", "silence"]), 0, "Refusal",
        "What an acceptor says to a ballot below its promise: a nack that names it, or nothing.";
    TOLD = "told", RULES, true, Kind::Choice(&["acceptors", "proposer"]), 0, "Learners told by",
        "Each acceptor tells all learners what it accepts, or the proposer tells them once a quorum has.";
    CATCH_UP = "catch-up", RULES, true, DURATION, 4 * SECOND, "Catch up after",
        "How often a learner that knows nothing asks. 0 turns it off.";
    Q1 = "q1", RULES, false, Kind::Count { min: 0, max: 101 }, 0, "Phase 1 quorum",
        "How many promises a ballot needs; 0 is a majority. Every phase 1 quorum must meet every phase 2 quorum.";
    Q2 = "q2", RULES, false, Kind::Count { min: 0, max: 101 }, 0, "Phase 2 quorum",
        "How many acceptances choose a value; 0 is a majority.";
    BREAK = "break", RULES, true, Kind::Set(RULE_NAMES), 0, "Rules",
        "Switch a rule of the protocol off and see what it is for: which property breaks, or what never ends.";
}

rules! {
    PROMISE_BROADCAST = "promise-broadcast",
        "An acceptor sends its promise to every proposer, and each counts it for its own ballot.",
        "A promise binds one acceptor to one ballot: only the proposer of that ballot may count it.";
    FORGET_PROMISE = "forget-promise",
        "An acceptor answers a prepare but does not remember its promise.",
        "The promise is what keeps an older ballot from being chosen behind a newer one's back.";
    AMNESIA = "amnesia",
        "A crash erases an acceptor's durable state.",
        "Promises and votes must be on disk: a quorum that chose must be a quorum that remembers.";
    REPLY_BEFORE_WRITE = "reply-before-write",
        "An acceptor replies first and writes a moment later; a crash in between loses the write.",
        "What was promised or accepted must be durable before anyone hears of it.";
    IGNORE_ACCEPTED = "ignore-accepted",
        "A proposer always sends its own value, whatever the promises report.",
        "Adopting the reported value is what protects a value that may already be chosen.";
    ADOPT_LATEST = "adopt-latest",
        "A proposer adopts the vote reported last, not the one of the highest ballot.",
        "Only the highest reported ballot is sure to carry whatever was chosen.";
    ADOPT_LOWEST = "adopt-lowest",
        "A proposer adopts the vote of the lowest reported ballot.",
        "Only the highest reported ballot is sure to carry whatever was chosen.";
    EQUAL_ONLY = "equal-only",
        "An acceptor accepts a ballot only if it promised exactly that one.",
        "An acceptor that missed the prepare must still be able to vote: this rule is for progress, not safety.";
    NO_RAISE = "no-raise",
        "Accepting a ballot does not raise the promise.",
        "A vote binds like a promise: whoever accepts ballot b must refuse everything below b.";
    REUSE_BALLOT = "reuse-ballot",
        "A proposer that restarts repeats a ballot, with another value.",
        "One ballot carries at most one value, so its number must never be used twice.";
    SMALL_QUORUM = "small-quorum",
        "Half of the acceptors are taken for a quorum, and quorums need not meet.",
        "Any two quorums share an acceptor: it is the witness that carries the choice on.";
    COUNT_REPLIES = "count-replies",
        "Messages are counted, not distinct acceptors.",
        "A duplicate is the same vote again, not another vote.";
    COUNT_VALUES = "count-values",
        "A learner counts equal values over different ballots.",
        "Chosen means one ballot and one quorum: equal values in different ballots prove nothing.";
    STRING_BALLOTS = "string-ballots",
        "Ballots are compared as text, so 10 comes before 9.",
        "Ballots need a total order in which a newer round is always higher.";
}

/// The quorum sizes asked for, or majorities where they would not meet.
pub(super) fn quorums(knobs: &Knobs, acceptors: u8, small: bool, notices: &mut Vec<Notice>) -> (usize, usize) {
    let n = usize::from(acceptors);
    let usual = if small { (n / 2).max(1) } else { n / 2 + 1 };
    let mut read = |knob: &Knob| match knobs.get(knob) as usize {
        0 => usual,
        asked if asked > n => {
            notices.push(Notice::new(
                knob.key,
                asked.to_string(),
                format!("there are only {n} acceptors; used {usual} instead"),
            ));
            usual
        }
        asked => asked,
    };
    let (q1, q2) = (read(&Q1), read(&Q2));
    if q1 + q2 > n || small {
        return (q1, q2);
    }
    notices.push(Notice::new(
        "q1",
        format!("{q1} with q2={q2}"),
        format!(
            "quorums of {q1} and {q2} out of {n} acceptors need not meet, so two values could be chosen; used \
             majorities of {usual} instead (break=small-quorum allows it)"
        ),
    ));
    (usual, usual)
}
