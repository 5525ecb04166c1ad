//! What people see of a node: fields, look, history and queue.

use super::node::Node;
use super::reign::{Reign, Stage};
use super::{Command, Leader};
use crate::paxos::words::{field, names, or_none};
use crate::paxos::{Ballot, Field, Helper, Look, Row, RowMark, Slot, Table};

/// How many rows of the history are shown.
const SHOWN: usize = 50;
/// How many entries a field names, the latest; of those before, how many.
const LATEST: usize = 6;

fn list(items: impl Iterator<Item = String>) -> String {
    let all: Vec<_> = items.collect();
    let (before, latest) = all.split_at(all.len().saturating_sub(LATEST));
    match before.len() {
        0 if all.is_empty() => "none".into(),
        0 => latest.join(", "),
        more => format!("{more} before, {}", latest.join(", ")),
    }
}

fn queue(node: &Node) -> String {
    list(node.queue.iter().map(Command::to_string))
}

/// The state of a node, field by field.
pub(super) fn fields(leader: &Leader, node: &Node) -> Vec<Field> {
    let vote = |(slot, (at, value)): (&Slot, &(Ballot, Command))| format!("id {} {value} at {at}", slot.0);
    let entry = |(slot, value): (&Slot, &Command)| format!("id {} val {value}", slot.0);
    let mut fields = vec![
        field("promised", or_none(node.promised), true, "It refuses every ballot below this one, for every id."),
        field("accepted", list(node.accepted.iter().map(vote)), true, "Its vote of the highest ballot for each id."),
        field("committed", list(node.committed.iter().map(entry)), true, "Its history."),
        field("round", node.round, true, "The highest round of a ballot of its own; it never uses one twice."),
        field("follows", or_none(node.leader), false, "The ballot of the leader that it knows of."),
        field("queue", queue(node), false, "Commands that wait for an id, or for a leader."),
    ];
    if let Some(reign) = &node.reign {
        fields.push(field("leads with", reign.ballot, false, "Its own ballot."));
        fields.push(field("next id", reign.next.0, false, "The next id that it gives away."));
        let task = |(slot, task): (&Slot, &super::reign::Task)| {
            format!("id {}: {} by {}", slot.0, phase(&task.stage), names(leader, task.stage.answers().nodes))
        };
        fields.push(field("under way", list(reign.tasks.iter().map(task)), false, "Who has answered, for each id."));
    }
    if !leader.distinguished().is_empty() {
        let heard = node.votes.iter().map(|((slot, at), (value, count))| {
            format!("id {} {value} at {at}: {}", slot.0, names(leader, count.nodes))
        });
        fields.push(field("votes", list(heard), false, "Votes that it heard of as a distinguished learner."));
    }
    fields
}

fn phase(stage: &Stage) -> String {
    match stage {
        Stage::Prepare { .. } => "promised".into(),
        Stage::Accept { value, .. } => format!("{value} accepted"),
    }
}

/// What the node's circle shows: its latest vote and commit, and each id that a leader runs as a helper.
pub(super) fn look(leader: &Leader, node: &Node) -> Look {
    let latest = node.committed.last_key_value();
    Look {
        ballot: node.reign.as_ref().map(|reign| reign.ballot).or(node.promised),
        vote: node.accepted.last_key_value().map(|(_, (at, value))| (*at, value.to_string())),
        decided: latest.map(|(slot, value)| format!("{}: {value}", slot.0)),
        doing: if node.reign.is_some() { "leads" } else { "" },
        count: None,
        helpers: node.reign.as_ref().map_or(Vec::new(), |reign| helpers(leader, reign)),
    }
}

fn helpers(leader: &Leader, reign: &Reign) -> Vec<Helper> {
    let helper = |(slot, task): (&Slot, &super::reign::Task)| Helper {
        label: match task.stage {
            Stage::Prepare { .. } => format!("prepare {}", slot.0),
            Stage::Accept { .. } => format!("accept {}", slot.0),
        },
        ballot: Some(reign.ballot),
        count: (task.stage.answers().len(), leader.quorum),
    };
    reign.tasks.iter().map(helper).collect()
}

/// The history of a node, and what waits.
pub(super) fn tables(node: &Node) -> Vec<Table> {
    let mut tables = vec![history(node)];
    if let Some(reign) = &node.reign {
        tables.push(Table {
            title: "under way",
            about: "The commands that the leader runs phases 1 and 2 for.",
            columns: &["id", "val", "phase", "answers"],
            rows: reign.tasks.iter().map(|(slot, task)| under_way(*slot, task)).collect(),
            before: 0,
        });
    }
    if node.reign.is_some() || !node.queue.is_empty() {
        let row = |(at, value): (usize, &Command)| Row {
            cells: vec![(at + 1).to_string(), value.to_string()],
            mark: RowMark::Plain,
        };
        tables.push(Table {
            title: "queue",
            about: "Commands that wait, the next one first.",
            columns: &["place", "val"],
            rows: node.queue.iter().enumerate().map(row).collect(),
            before: 0,
        });
    }
    tables
}

fn under_way(slot: Slot, task: &super::reign::Task) -> Row {
    let (value, phase) = match task.stage {
        Stage::Prepare { .. } => (task.mine, "1"),
        Stage::Accept { value, .. } => (Some(value), "2"),
    };
    let value = value.map_or("?".into(), |value| value.to_string());
    let cells = vec![slot.0.to_string(), value, phase.into(), task.stage.answers().len().to_string()];
    Row { cells, mark: RowMark::Pending }
}

fn history(node: &Node) -> Table {
    let top = node.top_committed().0;
    let first = top.saturating_sub(SHOWN as u32 - 1).max(1);
    let row = |id: u32| {
        let value = node.committed.get(&Slot(id));
        let mark = if value.is_some() { RowMark::Done } else { RowMark::Hole };
        Row { cells: vec![id.to_string(), value.map_or("–".into(), Command::to_string)], mark }
    };
    Table {
        title: "history",
        about: "Its committed commands, in the order of their ids.",
        columns: &["id", "val"],
        rows: (first..=top).map(row).collect(),
        before: u64::from(first - 1),
    }
}
