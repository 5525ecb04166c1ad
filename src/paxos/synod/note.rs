//! Which rule fired or refused: what a step leaves for the log.

use crate::paxos::{Ballot, NodeId, NodeSet, Value};

/// One rule that fired or refused, with what it takes to explain it. The node is whoever noted it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the fields are those of the messages and states they are taken from")]
pub enum Note {
    /// 1a: a proposer begins a ballot.
    Began { ballot: Ballot },
    /// 1b: an acceptor promises.
    Promised { ballot: Ballot, last: Option<(Ballot, Value)> },
    /// 1b or 2b: an acceptor refuses.
    Refused { phase: u8, ballot: Ballot, promised: Ballot, silently: bool },
    /// 2b with `equal-only`: an acceptor refuses a ballot it did not promise.
    NotPromised { ballot: Ballot, promised: Option<Ballot> },
    /// A proposer counts a promise.
    CountedPromise { ballot: Ballot, from: NodeId, count: usize, need: usize, last: Option<(Ballot, Value)> },
    /// 2a: a proposer asks for votes; `adopted` is the ballot whose value it took over.
    Proposed { ballot: Ballot, value: Value, adopted: Option<Ballot> },
    /// 2b: an acceptor votes.
    Accepted { ballot: Ballot, value: Value },
    /// A proposer or learner counts a vote.
    CountedVote { ballot: Ballot, from: NodeId, count: usize, need: usize },
    /// A quorum voted, as far as this node knows.
    Learned { ballot: Ballot, value: Value },
    /// A reply came for a ballot that is over. `kind`: 1 promise, 2 vote, 3 nack.
    Late { kind: u8, ballot: Ballot },
    /// A nack ended a ballot.
    Preempted { ballot: Ballot, promised: Ballot, waits: bool },
    /// Patience ended a ballot.
    GaveUp { ballot: Ballot },
    /// A proposer says again what was not answered.
    Resent { ballot: Ballot, to: NodeSet },
    /// Somebody who knows tells a learner that asked.
    Repeated { learner: NodeId, ballot: Ballot },
    /// An acceptor that has not voted, or a proposer that knows of no choice, is asked by a learner.
    NothingToTell { learner: NodeId },
    /// A learner that has learned hears of one more vote.
    KnowsAlready { ballot: Ballot },
    /// A learner asks.
    Asks,
    /// A client asked a proposer for a value.
    Asked { value: Value },
    /// With `reply-before-write`: the reply is out, the write is not.
    WritesLater,
    /// The write that was put off has happened.
    Written,
    /// The nag starts a period.
    Nags { number: u32 },
    /// Discovery: a node says hello to everyone.
    Greets,
    /// Discovery: a node says hello again to whom it has not met.
    GreetsAgain { to: NodeSet },
    /// Discovery: a node got to know another.
    Met { node: NodeId },
    /// Discovery: a node heard that another leaves.
    Parted { node: NodeId },
    /// Discovery: a node says goodbye.
    Leaves,
}
