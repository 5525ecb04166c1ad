//! Which rule fired or refused: what a step leaves for the log.

use super::command::{Command, Config, Op, Reply};
use crate::paxos::{Ballot, NodeId, NodeSet, Slot};

/// One rule that fired or refused, with what it takes to explain it. The node is whoever noted it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the fields are those of the messages and states they are taken from")]
pub enum Note {
    // Clients.
    /// A person asks a client for something.
    Queued { op: Op, waits: bool },
    /// A client asks every replica, or one if it reads locally.
    Asks { command: Command },
    /// It asks again.
    AsksAgain { command: Command },
    /// Its timer fired and it waits for nothing.
    NothingToAsk,
    /// It has its answer.
    Answered { command: Command, reply: Reply, slot: Slot },
    /// One more replica answers.
    AnsweredBefore { replica: NodeId, id: u32 },
    /// A person asks a node that is no client.
    NotAClient,

    // Replicas.
    /// A replica hears of a command.
    Requested { command: Command },
    /// It has the command already, or a later one of the same client.
    RequestedBefore { command: Command },
    /// It has performed the command and answers again.
    AnswersAgain { command: Command },
    /// It answers from its own account.
    ReadsLocally { client: NodeId, account: i64, slot: Slot },
    /// `propose()`: a command gets a slot.
    Proposes { slot: Slot, command: Command },
    /// The window is full.
    Stalled { slot: Slot, waiting: usize },
    /// A decision arrived; `next` is the first slot that was not performed.
    Decided { slot: Slot, command: Command, next: Slot },
    /// It knew.
    Known { slot: Slot },
    /// The slot it proposed in went to another command.
    Taken { slot: Slot, command: Command, again: bool },
    /// `perform()`: the command is carried out.
    Performs { slot: Slot, command: Command, reply: Reply },
    /// The command was carried out in an earlier slot.
    PerformedBefore { slot: Slot, command: Command },
    /// A no-op is performed.
    Skips { slot: Slot },
    /// A configuration will govern from a slot on.
    Reconfigures { slot: Slot, from: Slot, config: Config },
    /// The catch-up timer fired, but the replica gets on.
    MovesOn { slot_out: Slot },
    /// The catch-up timer fired, and nothing was performed since.
    Stuck { slot_out: Slot, proposals: usize },
    /// A hole is filled with a no-op.
    FillsHole { slot: Slot },
    /// It asks the other replicas.
    AsksOthers { from: Slot },
    /// It tells another what was decided.
    SendsDecisions { replica: NodeId, first: Slot, count: usize },
    /// It tells another what the forgotten decisions came to.
    SendsSnapshot { replica: NodeId, slot_out: Slot },
    /// It knows no more than the other.
    NothingToTell { replica: NodeId },
    /// It takes over what another performed.
    Installs { slot_out: Slot, account: i64 },
    /// It tells a leader how far it is.
    Reports { slot_out: Slot, upto: Slot },
    /// A replica or acceptor forgets slots.
    Collected { below: Slot },
    /// It has forgotten them, or still needs them.
    CollectedBefore { below: Slot },

    // Leaders.
    /// 1a: a scout is spawned.
    Scouts { ballot: Ballot, from: Slot, config: Config },
    /// A scout counts a p1b.
    CountedP1b { ballot: Ballot, from: NodeId, count: usize, need: usize, pvalues: usize },
    /// *adopted*.
    Adopted { ballot: Ballot, config: Config, pvalues: usize },
    /// pmax: a reported pvalue becomes the proposal.
    TakesOver { slot: Slot, command: Command, from: Ballot, instead: Option<Command> },
    /// A scout ends because of a higher ballot.
    ScoutPreempted { ballot: Ballot, by: Ballot },
    /// A replica's proposal becomes the leader's.
    Takes { slot: Slot, command: Command, active: bool },
    /// The leader has a proposal for the slot.
    ProposedBefore { slot: Slot, command: Command, holds: Command },
    /// The slot is decided, and the replica is told.
    DecidedBefore { slot: Slot, command: Command, replica: NodeId },
    /// The slot is forgotten.
    TooOld { slot: Slot, replica: NodeId },
    /// 2a: a commander is spawned.
    Commands { slot: Slot, ballot: Ballot, command: Command, config: Config },
    /// A commander counts a p2b.
    CountedP2b { slot: Slot, ballot: Ballot, from: NodeId, count: usize, need: usize },
    /// A commander has its quorum.
    Decides { slot: Slot, ballot: Ballot, command: Command },
    /// A commander ends because of a higher ballot.
    CommanderPreempted { slot: Slot, ballot: Ballot, by: Ballot },
    /// A reply came for a scout or commander that is over. `phase`: 1 or 2.
    Late { phase: u8, ballot: Ballot },
    /// *preempted*: the leader steps back.
    Preempted { by: Ballot, waits: bool },
    /// With `no-p1-on-preempt`: a ballot without phase 1.
    Usurps { ballot: Ballot },
    /// Its turn came, but there is nothing to have decided.
    NoWork,
    /// Its turn came, but the other leader is alive.
    LeavesAlone { ballot: Ballot },
    /// It answers a ping.
    Alive { ballot: Ballot },
    /// It does not answer a ping: that ballot is over.
    NotAlive { ballot: Ballot },
    /// The other leader answered.
    HeardAlive { leader: NodeId, ballot: Ballot },
    /// It says again what was not answered.
    Resent { repeated: usize, to: NodeSet },
    /// It asks replicas how far they are.
    Probes { upto: Slot, to: NodeSet },
    /// A replica told how far it is.
    Progress { replica: NodeId, slot_out: Slot },
    /// Enough replicas have performed so much that it can be forgotten.
    Forgets { below: Slot },

    // Acceptors.
    /// 1b: an acceptor adopts a ballot.
    Adopts { ballot: Ballot, from: Slot, pvalues: usize },
    /// 2b: it accepts a pvalue.
    Accepted { slot: Slot, ballot: Ballot, command: Command },
    /// 1b or 2b: it refuses a ballot lower than its own.
    Refused { phase: u8, asked: Ballot, ballot: Ballot },
}
