//! Which rule fired or refused: what a step leaves for the log.

use super::Command;
use crate::paxos::{Ballot, NodeId, NodeSet, Slot};

/// One rule that fired or refused, with what it takes to explain it. The node is whoever noted it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the fields are those of the messages and states they are taken from")]
pub enum Note {
    /// A node begins to lead.
    Leads { ballot: Ballot, first: bool },
    /// 1a for an id.
    Prepared { slot: Slot, ballot: Ballot, mine: Option<Command> },
    /// 1b.
    Promised { slot: Slot, ballot: Ballot, last: Option<(Ballot, Command)> },
    /// 1b or 2b: a node refuses.
    Refused { ballot: Ballot, promised: Ballot },
    /// The leader counts a promise.
    CountedPromise { slot: Slot, from: NodeId, count: usize, need: usize, last: Option<(Ballot, Command)> },
    /// The leader learns that ids up to this one were used, and runs those that it does not know.
    Fills { from: Slot, to: Slot },
    /// 2a: the leader asks for votes; `adopted` is the ballot whose value it took over.
    Proposed { slot: Slot, ballot: Ballot, value: Command, adopted: Option<Ballot> },
    /// The id is taken by another command: its own waits for the next.
    Displaced { slot: Slot, mine: Command },
    /// Nobody has voted for the id, and there is no command: the id stays free.
    StaysFree { slot: Slot },
    /// 2b.
    Accepted { slot: Slot, ballot: Ballot, value: Command },
    /// The leader or a distinguished learner counts a vote.
    CountedVote { slot: Slot, from: NodeId, count: usize, need: usize },
    /// A quorum voted.
    Chosen { slot: Slot, value: Command },
    /// A node writes the command into its history.
    Commits { slot: Slot, value: Command },
    /// It has the command already.
    KnowsAlready { slot: Slot },
    /// An answer for something that is over.
    Late { slot: Slot },
    /// A higher ballot ended the reign.
    StepsDown { ballot: Ballot, promised: Ballot },
    /// A refusal of a ballot that is over.
    OldRefusal { ballot: Ballot },
    /// The leader asks again whoever has not answered.
    AsksAgain { slot: Slot, to: NodeSet },
    /// The leader shows that it is there.
    Beats { top: Slot },
    /// A node takes the ballot's owner for the leader.
    Follows { ballot: Ballot },
    /// A node hears that its leader is there.
    HearsBeat { ballot: Ballot },
    /// A node misses something that is committed.
    Misses { from: Slot, top: Slot },
    /// A node is told what it misses.
    Tells { to: NodeId, from: Slot, count: usize },
    /// A client's command: how many wait.
    Queued { value: Command, waiting: usize, again: bool },
    /// A client's command is sent on to the leader.
    Forwarded { value: Command, to: NodeId },
    /// Too many commands wait.
    Full { value: Command },
    /// It waits to hear of a leader.
    Listens,
    /// Nothing to do.
    Idle,
}
