//! Pmmc in plain words: messages and rules.

use super::command::Reply;
use super::{Message, Note, Pmmc};
use crate::paxos::words::names;
use crate::paxos::{Explanation, NodeId, Slot, System};

const CLIENTS: &str = "Paxos Made Moderately Complex §2, clients";
const REPLICA: &str = "Paxos Made Moderately Complex §2, replicas";
const ACCEPTOR: &str = "Paxos Made Moderately Complex §2, acceptors";
const SCOUT: &str = "Paxos Made Moderately Complex §2, scouts";
const COMMANDER: &str = "Paxos Made Moderately Complex §2, commanders";
const LEADER: &str = "Paxos Made Moderately Complex §2, leaders";
const RECONFIGURE: &str = "Paxos Made Moderately Complex §2, reconfiguration";
const LIVENESS: &str = "Paxos Made Moderately Complex §3, when it works";
const COLLECT: &str = "Paxos Made Moderately Complex §4, garbage collection";
const STATE: &str = "Paxos Made Moderately Complex §4, keeping state on disk, catching up";
const READ: &str = "Paxos Made Moderately Complex §4, read-only commands";

/// A message in a few words.
pub(super) fn read(message: &Message) -> String {
    match message {
        Message::Request { command } => format!("request {command}"),
        Message::Read { id } => format!("read local, number {id}"),
        Message::Response { id, reply, .. } => format!("response to number {id}: {}", balance(*reply)),
        Message::Propose { slot, command, .. } => format!("propose {command} in slot {}", slot.0),
        Message::P1a { ballot, from } => format!("p1a {ballot}, slots from {}", from.0),
        Message::P1b { asked, ballot, .. } if asked < ballot => format!("p1b for {asked}: preempted by {ballot}"),
        Message::P1b { asked, accepted, .. } => format!("p1b {asked}, {}", count(accepted.len(), "pvalue")),
        Message::P2a { pvalue } => format!("p2a {}, slot {}: {}", pvalue.ballot, pvalue.slot.0, pvalue.command),
        Message::P2b { asked, ballot, slot } if asked < ballot => {
            format!("p2b for {asked}, slot {}: preempted by {ballot}", slot.0)
        }
        Message::P2b { asked, slot, .. } => format!("p2b {asked}, slot {}", slot.0),
        Message::Decision { slot, command } => format!("decision: slot {} is {command}", slot.0),
        Message::Ping { ballot } => format!("ping: is {ballot} going on?"),
        Message::Pong { ballot, upto } => format!("pong: {ballot} is going on, decided below slot {}", upto.0),
        Message::Probe { upto } => format!("probe: decided below slot {}; how far are you?", upto.0),
        Message::Performed { slot_out } => format!("performed below slot {}", slot_out.0),
        Message::Collect { below } => format!("collect below slot {}", below.0),
        Message::Ask { from } => format!("ask: what was decided from slot {} on?", from.0),
        Message::Decisions { first, commands } => {
            format!("{} from slot {} on", count(commands.len(), "decision"), first.0)
        }
        Message::Snapshot { snapshot } => {
            format!("snapshot: {} after slot {}", snapshot.account, snapshot.slot_out.0.saturating_sub(1))
        }
    }
}

pub(super) fn balance(reply: Reply) -> String {
    reply.map_or("overflow, nothing changed".into(), |account| account.to_string())
}

pub(super) fn count(n: usize, what: &str) -> String {
    match n {
        0 => format!("no {what}"),
        1 => format!("1 {what}"),
        _ => format!("{n} {what}s"),
    }
}

/// A rule that fired or refused, with its source.
pub(super) fn note(pmmc: &Pmmc, node: NodeId, note: &Note) -> Explanation {
    let me = pmmc.label(node);
    let told = client_note(pmmc, &me, note)
        .or_else(|| replica_note(pmmc, &me, note))
        .or_else(|| transfer_note(pmmc, &me, note))
        .or_else(|| leader_note(pmmc, &me, note))
        .or_else(|| helper_note(pmmc, &me, note));
    let (text, source) = told.unwrap_or_else(|| acceptor_note(&me, note));
    Explanation { text, source, refusal: matches!(note, Note::Refused { .. } | Note::Stalled { .. }) }
}

type Told = Option<(String, &'static str)>;

fn client_note(pmmc: &Pmmc, me: &str, note: &Note) -> Told {
    let name = |node: NodeId| pmmc.label(node);
    Some(match *note {
        Note::Queued { op, waits: false } => (format!("{me} is asked for {op}."), ""),
        Note::Queued { op, waits: true } => {
            (format!("{me} is asked for {op}; first it waits for the answer to what it has asked already."), "")
        }
        Note::Asks { command } if command.op == super::Op::ReadLocal => {
            (format!("{me} reads at one replica alone: the answer can be stale. A read through the log cannot."), READ)
        }
        Note::Asks { command } => (format!("{me} asks every replica for {command}."), CLIENTS),
        Note::AsksAgain { command } => (
            format!(
                "{me} has no answer and asks again for {command}. It may be performed already; its number makes sure that it is not performed twice."
            ),
            CLIENTS,
        ),
        Note::NothingToAsk => (format!("{me} waits for no answer."), CLIENTS),
        Note::Answered { command, reply: Some(account), .. } => {
            (format!("{me} has its answer: after {command} the account is {account}."), CLIENTS)
        }
        Note::Answered { command, reply: None, .. } => {
            (format!("{me} has its answer: {command} would not fit into 64 bits and changed nothing."), CLIENTS)
        }
        Note::AnsweredBefore { replica, id } => {
            (format!("{me} needs no answer to number {id} from {}: one was enough.", name(replica)), CLIENTS)
        }
        Note::NotAClient => (format!("{me} is no client: only clients ask for commands."), ""),
        _ => return None,
    })
}

fn replica_note(pmmc: &Pmmc, me: &str, note: &Note) -> Told {
    let s = |slot: Slot| slot.0;
    Some(match *note {
        Note::Requested { command } => (format!("{me} hears of {command}, which needs a slot."), REPLICA),
        Note::RequestedBefore { command } => (format!("{me} has heard of {command} before."), REPLICA),
        Note::AnswersAgain { command } => {
            (format!("{me} has performed {command} already and only repeats its answer."), REPLICA)
        }
        Note::ReadsLocally { client, account, slot } => (
            format!(
                "{me} tells {} its own account, {account} after slot {}, without asking anyone: it may be stale.",
                pmmc.label(client),
                s(slot)
            ),
            READ,
        ),
        Note::Proposes { slot, command } => {
            (format!("{me} proposes {command} for slot {}, to every leader.", s(slot)), REPLICA)
        }
        Note::Stalled { slot, waiting } => (
            format!(
                "{me} must not propose for slot {}: it is WINDOW ahead of what it has performed, so nobody knows yet who votes there. {} must wait.",
                s(slot),
                count(waiting, "command")
            ),
            RECONFIGURE,
        ),
        Note::Decided { slot, command, next } if slot > next => (
            format!(
                "{me} learns that slot {} is {command}, and keeps it: slot {} has to be performed first.",
                s(slot),
                s(next)
            ),
            REPLICA,
        ),
        Note::Decided { slot, command, .. } => (format!("{me} learns that slot {} is {command}.", s(slot)), REPLICA),
        Note::Known { slot } => (format!("{me} knows slot {} already.", s(slot)), REPLICA),
        Note::Taken { slot, command, again: true } => (
            format!("Slot {} went to another command: {me} will propose {command} again, for another slot.", s(slot)),
            REPLICA,
        ),
        Note::Taken { slot, command, again: false } => {
            (format!("Slot {} went to another command; {command} needs no other slot.", s(slot)), REPLICA)
        }
        Note::Performs { slot, command, reply: Some(account) } => {
            (format!("{me} performs slot {}: after {command} the account is {account}.", s(slot)), REPLICA)
        }
        Note::Performs { slot, command, reply: None } => (
            format!("{me} performs slot {}: {command} would not fit into 64 bits, so the account stays.", s(slot)),
            REPLICA,
        ),
        Note::PerformedBefore { slot, command } => (
            format!("Slot {} holds {command}, which {me} has performed in an earlier slot: once is enough.", s(slot)),
            REPLICA,
        ),
        Note::Skips { slot } => (format!("{me} performs slot {}: a no-op.", s(slot)), RECONFIGURE),
        Note::Reconfigures { slot, from, config } => (
            format!(
                "Slot {} holds a new configuration: from slot {} on, {config} vote. {me} fills the slots before with no-ops where nobody needs them.",
                s(slot),
                s(from)
            ),
            RECONFIGURE,
        ),
        _ => return None,
    })
}

fn transfer_note(pmmc: &Pmmc, me: &str, note: &Note) -> Told {
    let (s, name) = (|slot: Slot| slot.0, |node: NodeId| pmmc.label(node));
    Some(match *note {
        Note::MovesOn { slot_out } => (format!("{me} gets on: slot {} is next.", s(slot_out)), REPLICA),
        Note::Stuck { slot_out, proposals } => {
            (format!("{me} is stuck at slot {} and repeats {}.", s(slot_out), count(proposals, "proposal")), LIVENESS)
        }
        Note::FillsHole { slot } => (
            format!("No replica knows slot {}: {me} proposes a no-op there, so that the log can go on.", s(slot)),
            LIVENESS,
        ),
        Note::AsksOthers { from } => {
            (format!("{me} asks the other replicas what was decided from slot {} on.", s(from)), STATE)
        }
        Note::SendsDecisions { replica, first, count: n } => {
            (format!("{me} sends {} {} from slot {} on.", name(replica), count(n, "decision"), s(first)), STATE)
        }
        Note::SendsSnapshot { replica, slot_out } => (
            format!(
                "{me} has forgotten the decisions that {} asks for, and sends what they came to before slot {}.",
                name(replica),
                s(slot_out)
            ),
            STATE,
        ),
        Note::NothingToTell { replica } => (format!("{me} knows no more than {}.", name(replica)), STATE),
        Note::Installs { slot_out, account } => (
            format!(
                "{me} takes over what others performed: the account is {account}, and slot {} is next.",
                s(slot_out)
            ),
            STATE,
        ),
        Note::Reports { slot_out, upto } => {
            (format!("{me} has performed below slot {}; below {} all is decided.", s(slot_out), s(upto)), COLLECT)
        }
        Note::Collected { below } => {
            (format!("{me} forgets slots below {}: enough replicas have performed them.", s(below)), COLLECT)
        }
        Note::CollectedBefore { below } => (format!("{me} has nothing to forget below slot {}.", s(below)), COLLECT),
        _ => return None,
    })
}

fn leader_note(pmmc: &Pmmc, me: &str, note: &Note) -> Told {
    let (s, name) = (|slot: Slot| slot.0, |node: NodeId| pmmc.label(node));
    Some(match *note {
        Note::Takes { slot, command, active } => {
            let then = if active { "" } else { " It has no adopted ballot yet." };
            (format!("{me} takes {command} as its proposal for slot {}.{then}", s(slot)), LEADER)
        }
        Note::ProposedBefore { slot, command, holds } if command == holds => {
            (format!("{me} has {command} for slot {} already.", s(slot)), LEADER)
        }
        Note::ProposedBefore { slot, command, holds } => {
            (format!("{me} ignores {command} for slot {}: it has {holds} for it.", s(slot)), LEADER)
        }
        Note::DecidedBefore { slot, command, replica } => {
            (format!("Slot {} is decided: {me} tells {} that it is {command}.", s(slot), name(replica)), LEADER)
        }
        Note::TooOld { slot, replica } => (
            format!(
                "Slot {} is forgotten, because enough replicas have performed it: {} has to ask them.",
                s(slot),
                name(replica)
            ),
            COLLECT,
        ),
        Note::Preempted { by, waits: true } => (
            format!("{me} is preempted by {by} and waits, longer each time, before it tries a higher ballot."),
            LIVENESS,
        ),
        Note::Preempted { by, waits: false } => {
            (format!("{me} is preempted by {by} and tries a higher ballot at once."), LEADER)
        }
        Note::Usurps { ballot } => {
            (format!("{me} takes ballot {ballot} without a scout: it does not know what was accepted before."), LEADER)
        }
        Note::NoWork => (format!("{me} has nothing to have decided and leaves the lead to others."), LIVENESS),
        Note::LeavesAlone { ballot } => {
            (format!("{me} waits on: the leader of {ballot} has answered its ping."), LIVENESS)
        }
        Note::Alive { ballot } => (format!("{me} answers: {ballot} is going on."), LIVENESS),
        Note::NotAlive { ballot } => (format!("{me} does not answer: {ballot} is not going on."), LIVENESS),
        Note::HeardAlive { leader, ballot } => {
            (format!("{me} hears that {} goes on with {ballot}.", name(leader)), LIVENESS)
        }
        Note::Probes { upto, to } => (
            format!("{me} asks {} whether the decisions below slot {} have arrived.", names(pmmc, to), s(upto)),
            COLLECT,
        ),
        Note::Progress { replica, slot_out } => {
            (format!("{me} hears that {} has performed below slot {}.", name(replica), s(slot_out)), COLLECT)
        }
        Note::Forgets { below } => (
            format!("A majority of the replicas has performed below slot {}: {me} has it forgotten.", s(below)),
            COLLECT,
        ),
        _ => return None,
    })
}

fn helper_note(pmmc: &Pmmc, me: &str, note: &Note) -> Told {
    let (s, name) = (|slot: Slot| slot.0, |node: NodeId| pmmc.label(node));
    Some(match *note {
        Note::Scouts { ballot, from, config } => (
            format!(
                "{me} sends a scout for ballot {ballot} to {config}: it asks once for all slots from {} on.",
                s(from)
            ),
            SCOUT,
        ),
        Note::CountedP1b { ballot, from, count: have, need, pvalues } => (
            format!(
                "The scout of {ballot} counts the p1b of {}: {have} of {need}. It reports {}.",
                name(from),
                count(pvalues, "pvalue")
            ),
            SCOUT,
        ),
        Note::Adopted { ballot, config, pvalues } => (
            format!(
                "{ballot} is adopted by a quorum of {config}, with {} for {me} to respect. The scout is done.",
                count(pvalues, "pvalue")
            ),
            LEADER,
        ),
        Note::TakesOver { slot, command, from, instead: None } => {
            (format!("{me} must propose {command} for slot {}: it was accepted at {from}.", s(slot)), LEADER)
        }
        Note::TakesOver { slot, command, from, instead: Some(own) } => (
            format!("{me} must propose {command} for slot {} and not {own}: it was accepted at {from}.", s(slot)),
            LEADER,
        ),
        Note::ScoutPreempted { ballot, by } => (format!("The scout of {ballot} ends: {by} is about."), SCOUT),
        Note::Commands { slot, ballot, command, config } => (
            format!("{me} sends a commander for slot {}: it asks {config} to accept {command} at {ballot}.", s(slot)),
            COMMANDER,
        ),
        Note::CountedP2b { slot, ballot, from, count, need } => (
            format!(
                "The commander of slot {} counts the p2b of {} at {ballot}: {count} of {need}.",
                s(slot),
                name(from)
            ),
            COMMANDER,
        ),
        Note::Decides { slot, ballot, command } => (
            format!(
                "{command} is decided for slot {} at {ballot}. The commander tells the replicas and is done.",
                s(slot)
            ),
            COMMANDER,
        ),
        Note::CommanderPreempted { slot, ballot, by } => {
            (format!("The commander of slot {} at {ballot} ends: {by} is about.", s(slot)), COMMANDER)
        }
        Note::Late { phase: 1, ballot } => (format!("{me} ignores a p1b for {ballot}: its scout is gone."), SCOUT),
        Note::Late { ballot, .. } => (format!("{me} ignores a p2b for {ballot}: its commander is gone."), COMMANDER),
        Note::Resent { repeated: 0, .. } => (format!("{me} has nothing that is long unanswered."), LIVENESS),
        Note::Resent { repeated, to } => (
            format!("{me} repeats what {} did not get answered, to {}.", count(repeated, "helper"), names(pmmc, to)),
            LIVENESS,
        ),
        _ => return None,
    })
}

fn acceptor_note(me: &str, note: &Note) -> (String, &'static str) {
    match *note {
        Note::Adopts { ballot, from, pvalues } => (
            format!(
                "{me} adopts {ballot}: it will refuse anything lower. It reports {} from slot {} on.",
                count(pvalues, "pvalue"),
                from.0
            ),
            ACCEPTOR,
        ),
        Note::Accepted { slot, ballot, command } => {
            (format!("{me} accepts {command} for slot {} at {ballot}.", slot.0), ACCEPTOR)
        }
        Note::Refused { phase, asked, ballot } => {
            (format!("{me} refuses a p{phase}a at {asked}: it has adopted {ballot}."), ACCEPTOR)
        }
        _ => (format!("{me} goes on."), ""),
    }
}
