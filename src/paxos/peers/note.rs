//! Which rule fired or refused: what a step leaves for the log.

use super::Message;
use crate::paxos::{Ballot, NodeId, Value};

/// One rule that fired or refused, with what it takes to explain it. The actor is whoever noted it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the fields are those of the messages and states they are taken from")]
pub enum Note {
    /// It has heard nothing for a while.
    Silence,
    /// A toss hit.
    Chance,
    /// 1a: it proposes.
    Began { ballot: Ballot },
    /// 1b: it promises.
    Promised { ballot: Ballot, last: Option<(Ballot, Value)> },
    /// 1b or 2b: it refuses.
    Refused { phase: u8, ballot: Ballot, promised: Ballot },
    /// It counts a promise.
    CountedPromise { ballot: Ballot, from: NodeId, count: usize, need: usize, last: Option<(Ballot, Value)> },
    /// 2a: it asks to accept; `adopted` is the number whose value it took over.
    Proposed { ballot: Ballot, value: Value, adopted: Option<Ballot> },
    /// 2b: it accepts.
    Accepted { ballot: Ballot, value: Value },
    /// It counts an acceptance.
    CountedVote { ballot: Ballot, from: NodeId, count: usize, need: usize },
    /// A majority accepted, as far as it has heard.
    Agreed { ballot: Ballot, value: Value },
    /// A reply came for a proposal that is over.
    Late { message: Message },
    /// A nack, or a higher number that it promised itself, ended its proposal.
    SteppedBack { ballot: Ballot, promised: Ballot },
    /// It gives up a proposal that got no majority.
    GaveUp { ballot: Ballot },
    /// It hears of an acceptance, but it knows already.
    KnowsAlready { ballot: Ballot },
    /// A client asked it for a value.
    Asked { value: Value },
    /// A client asked it for a value, but there is agreement already.
    AskedTooLate { value: Value, agreed: Value },
    /// Its timer was fired by hand, but it has nothing to propose any more.
    Content,
}
