//! What people see of a node of pmmc: fields, looks, tables.

use super::acceptor::Acceptor;
use super::client::Client;
use super::explain::{balance, count};
use super::leader::Leader;
use super::replica::Replica;
use super::{Actor, Pmmc};
use crate::paxos::words::{field, names, or_none};
use crate::paxos::{Ballot, Field, Helper, Look, Row, RowMark, Slot, Table};

/// The most rows of a table, and the most helpers that are drawn.
const ROWS: usize = 60;
const HELPERS: usize = 8;

/// The state of a node, field by field.
pub(super) fn fields(pmmc: &Pmmc, actor: &Actor) -> Vec<Field> {
    match actor {
        Actor::Leader(leader) => leader_fields(pmmc, leader),
        Actor::Acceptor(acceptor) => vec![
            field(
                "ballot_num",
                or_none(acceptor.ballot),
                true,
                "The ballot it has adopted; it refuses every lower one.",
            ),
            field("accepted", count(acceptor.accepted.len(), "pvalue"), true, "One pvalue for each slot it voted in."),
            field("collected", acceptor.collected.0, true, "Slots below were forgotten."),
        ],
        Actor::Replica(replica) => replica_fields(pmmc, replica),
        Actor::Client(client) => vec![
            field("latest", client.id, true, "The number of its latest command."),
            field("waits for", current(client), true, "The command whose answer it waits for."),
            field("queue", client.queue.len(), true, "What people asked it for and it has not begun."),
            field("left", client.left, true, "How many commands of its own are still to come."),
            field("answers", client.answers.len(), true, "How many of its commands were answered."),
        ],
    }
}

fn current(client: &Client) -> String {
    client.current.map_or("nothing".into(), |command| command.to_string())
}

fn leader_fields(pmmc: &Pmmc, leader: &Leader) -> Vec<Field> {
    let open = leader.proposals.values().filter(|proposal| !proposal.decided).count();
    vec![
        field("round", leader.round, true, "The highest round it has used; it never uses one twice."),
        field("ballot_num", or_none(leader.ballot), false, "Its latest ballot."),
        field("active", if leader.active { "yes" } else { "no" }, false, "Whether a quorum has adopted its ballot."),
        field("preempted by", or_none(leader.heard), false, "The highest ballot of another leader it has met."),
        field("failures", leader.failures, false, "How often it was preempted in a row; the back-off grows with it."),
        field("adopted by", names(pmmc, leader.promised.nodes), false, "The acceptors that are in its ballot."),
        field("proposals", format!("{}, {open} open", leader.proposals.len()), false, "Slots it knows of."),
        field("scouts", usize::from(leader.scout.is_some()), false, "Phase 1 of its ballot, while it goes on."),
        field("commanders", leader.commanders.len(), false, "Phase 2 of a slot each, while they go on."),
        field("configuration", leader.config.1, false, "The latest one it knows of."),
        field("floor", leader.floor.0, false, "It proposes nothing below this slot: it was collected."),
    ]
}

fn replica_fields(pmmc: &Pmmc, replica: &Replica) -> Vec<Field> {
    let slot_out = replica.done.slot_out;
    let ahead = replica.slot_in.0.saturating_sub(slot_out.0);
    let stalled = !replica.requests.is_empty() && ahead >= pmmc.window;
    let holes = holes(replica).map(|slot| slot.0.to_string()).take(8).collect::<Vec<_>>().join(", ");
    vec![
        field("account", replica.done.account, true, "What the performed commands come to."),
        field("slot_out", slot_out.0, true, "The next slot to perform."),
        field("slot_in", replica.slot_in.0.max(slot_out.0), false, "The next slot to propose in."),
        field("window", format!("{ahead} of {} used", pmmc.window), false, "How far it may propose ahead of slot_out."),
        field("stalled", if stalled { "yes" } else { "no" }, false, "Whether the full window makes commands wait."),
        field(
            "holes",
            if holes.is_empty() { "none".into() } else { holes },
            true,
            "Slots it misses, later ones being decided.",
        ),
        field("requests", replica.requests.len(), false, "Commands without a slot."),
        field("proposals", replica.proposals.len(), false, "Commands with a slot that is not decided."),
        field("decisions", replica.decisions.len(), true, "Decided slots that it has not forgotten."),
        field(
            "configuration",
            replica.config(replica.slot_in.max(slot_out)),
            true,
            "Who votes in the next slot to propose in.",
        ),
    ]
}

/// The slots that the replica misses while later ones are decided.
fn holes(replica: &Replica) -> impl Iterator<Item = Slot> {
    let last = replica.decisions.keys().next_back().map_or(0, |slot| slot.0);
    let slots = (replica.done.slot_out.0..last).map(Slot);
    slots.filter(|slot| !replica.decisions.contains_key(slot))
}

/// What the circle of a node shows.
pub(super) fn look(pmmc: &Pmmc, actor: &Actor) -> Look {
    match actor {
        Actor::Leader(leader) => leader_look(pmmc, leader),
        Actor::Acceptor(acceptor) => {
            let last = acceptor.accepted.values().next_back();
            let vote = last.map(|pvalue| (pvalue.ballot, format!("{}: {}", pvalue.slot.0, pvalue.command)));
            Look { ballot: acceptor.ballot, vote, ..Look::default() }
        }
        Actor::Replica(replica) => Look {
            decided: Some(replica.done.account.to_string()),
            doing: if !replica.requests.is_empty() && !replica.proposals.is_empty() {
                "stalled"
            } else if replica.has_hole() {
                "hole"
            } else if replica.proposals.is_empty() {
                "idle"
            } else {
                "proposing"
            },
            ..Look::default()
        },
        Actor::Client(client) => Look {
            decided: client.answers.last().map(|answer| balance(answer.reply)),
            doing: match client.current {
                Some(_) => "waiting",
                None if client.left > 0 || !client.queue.is_empty() => "thinking",
                None => "done",
            },
            ..Look::default()
        },
    }
}

fn leader_look(pmmc: &Pmmc, leader: &Leader) -> Look {
    let scout = leader.scout.iter().map(|scout| Helper {
        label: format!("scout {}", or_none(leader.ballot)),
        ballot: leader.ballot,
        count: (leader.promised.among(pmmc.voters(scout.config)), pmmc.quorum(scout.config)),
    });
    let commanders = leader.commanders.values().map(|commander| {
        let config = commander.pvalue.config;
        Helper {
            label: format!("commander {}", commander.pvalue.slot.0),
            ballot: Some(commander.pvalue.ballot),
            count: (commander.accepted.among(pmmc.voters(config)), pmmc.quorum(config)),
        }
    });
    let doing = match (&leader.scout, leader.active) {
        (_, true) => "active",
        (Some(_), false) => "scouting",
        (None, false) => "passive",
    };
    let helpers: Vec<_> = scout.chain(commanders).take(HELPERS).collect();
    Look { ballot: leader.ballot, doing, count: helpers.first().map(|helper| helper.count), helpers, ..Look::default() }
}

/// What a node keeps in rows.
pub(super) fn tables(pmmc: &Pmmc, actor: &Actor) -> Vec<Table> {
    match actor {
        Actor::Leader(leader) => vec![proposals(leader)],
        Actor::Acceptor(acceptor) => vec![pvalues(acceptor)],
        Actor::Replica(replica) => vec![slots(pmmc, replica), configurations(replica)],
        Actor::Client(client) => vec![answers(client)],
    }
}

/// A table of the latest rows.
fn table(title: &'static str, about: &'static str, columns: &'static [&'static str], mut rows: Vec<Row>) -> Table {
    let before = rows.len().saturating_sub(ROWS);
    rows.drain(..before);
    Table { title, about, columns, rows, before: before as u64 }
}

fn row<const N: usize>(mark: RowMark, cells: [String; N]) -> Row {
    Row { cells: cells.into(), mark }
}

fn slots(pmmc: &Pmmc, replica: &Replica) -> Table {
    let out = replica.done.slot_out;
    let end = out.0.saturating_add(pmmc.window).max(replica.slot_in.0);
    let last = replica.decisions.keys().chain(replica.proposals.keys()).max().map_or(0, |slot| slot.0 + 1);
    let first = replica.base.0.max(end.max(last).saturating_sub(4 * ROWS as u32));
    let rows = (first..end.max(last)).map(|number| {
        let slot = Slot(number);
        let (decided, proposed) = (replica.decisions.get(&slot), replica.proposals.get(&slot));
        let (mark, state) = match (decided, proposed) {
            (Some(_), _) if slot < out => (RowMark::Done, "performed"),
            (Some(_), _) => (RowMark::Pending, "decided, waits for a hole"),
            (None, _) if number < last && replica.decisions.range(slot..).next().is_some() => (RowMark::Hole, "hole"),
            (None, Some(_)) => (RowMark::Pending, "proposed"),
            (None, None) => (RowMark::Plain, "free"),
        };
        let command = decided.or(proposed).map_or(String::new(), |command| command.to_string());
        let mut places = Vec::new();
        if slot == out {
            places.push("slot_out");
        }
        if slot == replica.slot_in.max(out) {
            places.push("slot_in");
        }
        if number + 1 == out.0.saturating_add(pmmc.window) {
            places.push("end of WINDOW");
        }
        row(mark, [number.to_string(), command, state.into(), places.join(", "), replica.config(slot).to_string()])
    });
    let mut table = table(
        "slots",
        "Decided in any order, performed in order; proposals go no further than WINDOW beyond slot_out.",
        &["slot", "command", "state", "place", "who votes"],
        rows.collect(),
    );
    table.before += u64::from(first.saturating_sub(1));
    table
}

fn configurations(replica: &Replica) -> Table {
    let rows = replica.done.configs.iter().map(|(slot, config)| {
        let mark = if *slot <= replica.done.slot_out { RowMark::Done } else { RowMark::Pending };
        row(mark, [slot.0.to_string(), config.to_string()])
    });
    let about = "Who votes from which slot on. A command in slot s governs slot s + WINDOW.";
    table("configurations", about, &["from slot", "acceptors"], rows.collect())
}

fn proposals(leader: &Leader) -> Table {
    let rows = leader.proposals.iter().map(|(slot, proposal)| {
        let at_work = leader.commanders.range((*slot, Ballot { round: 0, owner: crate::paxos::NodeId(0) })..).next();
        let at_work = at_work.is_some_and(|((at, _), _)| at == slot);
        let (mark, state) = match (proposal.decided, at_work) {
            (true, _) => (RowMark::Done, "decided"),
            (false, true) => (RowMark::Pending, "commander at work"),
            (false, false) => (RowMark::Pending, "waits for its ballot"),
        };
        let adopted = proposal.adopted.map_or(String::new(), |ballot| ballot.to_string());
        row(mark, [slot.0.to_string(), proposal.command.to_string(), state.into(), adopted])
    });
    let about = "What it is to have decided in each slot, and what it had to take over from which ballot.";
    table("proposals", about, &["slot", "command", "state", "taken over from"], rows.collect())
}

fn pvalues(acceptor: &Acceptor) -> Table {
    let rows = acceptor.accepted.values().map(|pvalue| {
        row(
            RowMark::Plain,
            [
                pvalue.slot.0.to_string(),
                pvalue.ballot.to_string(),
                pvalue.command.to_string(),
                pvalue.config.to_string(),
            ],
        )
    });
    let about = "What it voted for: of each slot the pvalue of the highest ballot.";
    let mut table = table("accepted", about, &["slot", "ballot", "command", "who votes"], rows.collect());
    table.before += u64::from(acceptor.collected.0.saturating_sub(1));
    table
}

fn answers(client: &Client) -> Table {
    let answered = client.answers.iter().map(|answer| {
        let mark = if answer.reply.is_some() { RowMark::Done } else { RowMark::Failed };
        let command = &answer.command;
        row(mark, [command.id.to_string(), command.op.to_string(), balance(answer.reply), answer.slot.0.to_string()])
    });
    let current = client.current.iter().map(|command| {
        row(RowMark::Pending, [command.id.to_string(), command.op.to_string(), "no answer yet".into(), String::new()])
    });
    let queued = client
        .queue
        .iter()
        .map(|op| row(RowMark::Plain, [String::new(), op.to_string(), "not asked yet".into(), String::new()]));
    let about = "What it asked for, and the account after it.";
    let rows = answered.chain(current).chain(queued).collect();
    table("commands", about, &["number", "command", "answer", "after slot"], rows)
}
