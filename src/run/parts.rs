//! What of the views of a run knows no system.

use super::*;
use crate::check::Marked;
use crate::paxos::{Ballot, Field, Member, RowMark, Timer};
use crate::scenario::{Names, words};
use crate::sim::{Counts, InFlight, Letter, Node, Place, Series};

/// What is wrong with the action, if it cannot be done.
pub(super) fn check(names: &Names, action: &Action) -> Result<(), Notice> {
    let shown = words::write(action, names);
    names.check(action).map_err(|why| Notice::new("action", shown, why + "; nothing was done"))
}

/// A letter as the stage draws it. `through`: the server in the middle is there.
pub(super) fn flight(letter: &InFlight, server: NodeId, through: bool, ballot: Option<Ballot>) -> Flight {
    let Letter { from, to, .. } = letter.letter;
    let (from, to) = match letter.place {
        Place::ToServer => (from, server),
        Place::Queued => (server, server),
        Place::Travels | Place::Waits if through => (server, to),
        Place::Travels | Place::Waits => (from, to),
    };
    // A lost letter vanishes half-way: drawn as one that goes all the way and is gone before it arrives.
    let travel = Micros(letter.arrives.0.saturating_sub(letter.left.0));
    Flight {
        letter: letter.letter,
        from,
        to,
        left: letter.left,
        arrives: if letter.lost { letter.arrives.plus(travel) } else { letter.arrives },
        lost: letter.lost,
        waiting: matches!(letter.place, Place::Queued | Place::Waits),
        kind: letter.kind,
        ballot,
    }
}

pub(super) fn field_views(fields: Vec<Field>) -> Vec<FieldView> {
    let view = |field: Field| FieldView {
        name: field.name,
        value: field.value,
        changed: None,
        durable: field.durable,
        about: field.about,
    };
    fields.into_iter().map(view).collect()
}

/// Notes what each field was, where it was something else.
pub(super) fn mark_changed(fields: &mut [FieldView], before: &[Field]) {
    for field in fields {
        let old = before.iter().find(|old| old.name == field.name);
        field.changed = old.filter(|old| old.value != field.value).map(|old| old.value.clone());
    }
}

pub(super) fn inspection(
    about: &About,
    node: NodeView,
    place: Option<&Node>,
    fields: Vec<FieldView>,
    recent: Vec<LogEntry>,
) -> Inspection {
    let name = |timer: Timer| about.timers.get(usize::from(timer.0)).copied().unwrap_or("timer");
    let timers = place.into_iter().flat_map(|place| place.timers.iter());
    Inspection {
        about: node.role.map_or("Queues messages until they are polled.", |role| about.roles[usize::from(role)].about),
        fields,
        timers: timers.map(|armed| (name(armed.timer), armed.fires)).collect(),
        recent,
        node,
    }
}

/// `costs` with what the world counted, and with when all who should had learned.
pub(super) fn counted(
    costs: Metrics,
    about: &'static About,
    members: &[Member],
    counts: &Counts,
    learned: &[(NodeId, Micros)],
) -> Metrics {
    let learns = |member: &Member| about.roles[usize::from(member.role)].learns;
    let learners = members.iter().filter(|member| learns(member)).count();
    let learned = learned.iter().filter(|(node, _)| learns(&members[node.index()]));
    let times: Vec<_> = learned.map(|(_, time)| *time).collect();
    let messages = about.kinds.iter().zip(&counts.messages);
    Metrics {
        messages: messages.map(|(kind, [sent, delivered, lost])| (kind.name, *sent, *delivered, *lost)).collect(),
        crashes: counts.crashes,
        timers: counts.timers,
        all_learned: if learners > 0 && times.len() >= learners { times.into_iter().max() } else { None },
        quorum_up: counts.quorum_up(costs.time),
        ..costs
    }
}

pub(super) fn trends(now: Micros, series: [&Series; 3]) -> Vec<Trend> {
    let names = ["messages sent", "messages lost", "decisions"];
    let trend = |(name, series): (&'static str, &Series)| {
        let (span, counts) = series.until(now);
        Trend { name, span, counts }
    };
    names.into_iter().zip(series).map(trend).collect()
}

/// How the latest rows of the first of `tables` stand.
pub(super) fn strip(tables: &[Table]) -> Vec<RowMark> {
    let rows = tables.first().map_or(&[][..], |table| &table.rows);
    rows[rows.len().saturating_sub(STRIP)..].iter().map(|row| row.mark).collect()
}

pub(super) fn mark(mark: Marked) -> Mark {
    match mark {
        Marked::Chosen => Mark::Chosen,
        Marked::Learned => Mark::Learned,
        Marked::Broken(_) | Marked::Breached(_) => Mark::Violation,
    }
}
