//! Which rule fired or refused: what a step leaves for the log.

use crate::paxos::{Ballot, NodeId, Value};

/// One rule that fired or refused, with what it takes to explain it. The node is whoever noted it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the fields are those of the messages and states they are taken from")]
pub enum Note {
    /// 1a: a round begins.
    Began { ballot: Ballot, mine: Value },
    /// 1b: an acceptor promises.
    Promised { ballot: Ballot, last: Option<(Ballot, Value)> },
    /// 1b or 2b: an acceptor refuses because of a higher ballot.
    Refused { phase: u8, ballot: Ballot, promised: Ballot, silently: bool },
    /// A node fails at a message of that phase; 0 where it does nothing for it anyway.
    Failed { phase: u8, ballot: Ballot, silently: bool },
    /// A proposer counts a promise.
    CountedPromise { ballot: Ballot, from: NodeId, count: usize, need: usize, last: Option<(Ballot, Value)> },
    /// A proposer counts a FAIL.
    CountedFail { ballot: Ballot, from: NodeId, phase: u8, count: usize, bearable: usize },
    /// 2a: a proposer asks for votes; `adopted` is the ballot whose value it took over.
    Proposed { ballot: Ballot, value: Value, adopted: Option<Ballot> },
    /// 2b: an acceptor votes.
    Accepted { ballot: Ballot, value: Value },
    /// A proposer counts a vote.
    CountedVote { ballot: Ballot, from: NodeId, count: usize, need: usize },
    /// A quorum voted: the round is decided.
    Decided { ballot: Ballot, value: Value },
    /// A node hears what was decided.
    Learned { ballot: Ballot, value: Value },
    /// Too many failed or refused: the ballot is given up.
    GaveUp { ballot: Ballot, phase: u8, waits: bool },
    /// The time-out ended the round.
    TimedOut { ballot: Ballot },
    /// Another proposer's ballot failed.
    OtherFailed { ballot: Ballot },
    /// A later round is going on: this one is left.
    Left { round: u32, for_round: u32 },
    /// The message is of a ballot or phase that is over.
    Late { ballot: Ballot },
    /// The round is over, and whoever asks is told so.
    IsOver { ballot: Ballot, over: Ballot },
    /// A client asked for a value; how many wait.
    Asked { value: Value, waiting: usize },
    /// Too many values wait.
    Full { value: Value },
    /// A proposer comes up and begins soon.
    Ready,
}
