//! Which entries of a run's log the page shows.

use paxos_playground::paxos::NodeId;
use paxos_playground::run::{LogEntry, LogKind, Mark};
use std::rc::Rc;

/// Which entries are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Filter {
    /// All of them.
    #[default]
    All,
    /// Rules that refused something.
    Refusals,
    /// What was chosen, learned or broken.
    Decisions,
    /// Crashes, losses and what was done by hand.
    Trouble,
    /// What happened at one node.
    Node(NodeId),
}

impl Filter {
    /// Whether it wants this entry.
    pub fn wants(self, entry: &LogEntry) -> bool {
        match self {
            Filter::All => true,
            Filter::Refusals => entry.explanations.iter().any(|explanation| explanation.refusal),
            Filter::Decisions => matches!(entry.mark, Some(Mark::Chosen | Mark::Learned | Mark::Violation)),
            Filter::Trouble => matches!(entry.kind, LogKind::Lost | LogKind::Node | LogKind::Hand),
            Filter::Node(node) => entry.node == Some(node),
        }
    }
}

/// The rows that the log shows, newest first.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Rows {
    /// The entries.
    pub rows: Vec<Rc<LogEntry>>,
    /// Where the search for more would go on, backwards; `None` if the beginning of the log was reached.
    pub more: Option<u64>,
    key: (u64, Filter, u64),
    end: u64,
}

/// Entries are read from the run so many at a time.
const CHUNK: u64 = 64;
/// A search for rare entries gives up after so many, so that no filter makes a frame late.
const SEARCH: u64 = 1_024;

impl Rows {
    /// Reads at most `want` entries before event `end`, none before `start`. What was read before for the same run
    /// (`generation`) and filter is kept, not read again. `top` fixes the newest entry wanted, else `end` moves on.
    pub fn read(
        &mut self,
        generation: u64,
        filter: Filter,
        (start, end): (u64, u64),
        want: usize,
        log: &mut dyn FnMut(u64, u64) -> Vec<LogEntry>,
    ) {
        let key = (generation, filter, want as u64);
        let fresh = self.key != key || end < self.end || end - self.end > SEARCH;
        if fresh {
            *self = Self { key, end, ..Self::default() };
            self.rows = search(filter, start, end, want, log, &mut self.more);
            return;
        }
        if end > self.end {
            let mut more = None;
            let mut rows = search(filter, self.end, end, want, log, &mut more);
            let cut = rows.len() + self.rows.len() > want;
            rows.append(&mut self.rows);
            rows.truncate(want);
            if cut || more.is_some() {
                self.more = rows.last().map(|row| row.event);
            }
            self.rows = rows;
            self.end = end;
        }
        self.rows.retain(|row| row.event >= start);
    }
}

fn search(
    filter: Filter,
    start: u64,
    end: u64,
    want: usize,
    log: &mut dyn FnMut(u64, u64) -> Vec<LogEntry>,
    more: &mut Option<u64>,
) -> Vec<Rc<LogEntry>> {
    let floor = start.max(end.saturating_sub(SEARCH));
    let mut rows = Vec::new();
    let mut upto = end;
    while upto > floor && rows.len() < want {
        let from = floor.max(upto.saturating_sub(CHUNK));
        let entries = log(from, upto);
        rows.extend(entries.into_iter().rev().filter(|entry| filter.wants(entry)).map(Rc::new));
        upto = from;
    }
    rows.truncate(want);
    let last = if rows.len() == want { rows.last().map_or(upto, |row| row.event) } else { upto };
    *more = (last > start).then_some(last);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use paxos_playground::paxos::Micros;

    fn entry(event: u64) -> LogEntry {
        LogEntry {
            event,
            time: Micros(event),
            kind: LogKind::Delivered,
            node: Some(NodeId((event % 3) as u8)),
            text: String::new(),
            explanations: vec![],
            cause: None,
            mark: event.is_multiple_of(100).then_some(Mark::Learned),
        }
    }

    fn events(rows: &Rows) -> Vec<u64> {
        rows.rows.iter().map(|row| row.event).collect()
    }

    #[test]
    fn the_newest_come_first_and_only_new_ones_are_read() {
        let mut asked = 0;
        let mut log = |from: u64, to: u64| {
            asked += to - from;
            (from..to).map(entry).collect()
        };
        let mut rows = Rows::default();
        rows.read(1, Filter::All, (0, 500), 4, &mut log);
        assert_eq!(events(&rows), [499, 498, 497, 496]);
        assert_eq!(rows.more, Some(496));
        rows.read(1, Filter::All, (0, 502), 4, &mut log);
        assert_eq!(events(&rows), [501, 500, 499, 498]);
        assert_eq!(rows.more, Some(498));
        assert_eq!(asked, CHUNK + 2);
    }

    #[test]
    fn a_rewound_or_another_run_is_read_anew() {
        let mut log = |from: u64, to: u64| (from..to).map(entry).collect();
        let mut rows = Rows::default();
        rows.read(1, Filter::All, (0, 10), 3, &mut log);
        rows.read(1, Filter::All, (0, 5), 3, &mut log);
        assert_eq!(events(&rows), [4, 3, 2]);
        rows.read(2, Filter::All, (0, 2), 3, &mut log);
        assert_eq!(events(&rows), [1, 0]);
        assert_eq!(rows.more, None);
    }

    #[test]
    fn filters_search_back_but_not_for_ever() {
        let mut log = |from: u64, to: u64| (from..to).map(entry).collect();
        let mut rows = Rows::default();
        rows.read(1, Filter::Decisions, (0, 350), 9, &mut log);
        assert_eq!(events(&rows), [300, 200, 100, 0]);
        rows.read(1, Filter::Node(NodeId(1)), (0, 9), 9, &mut log);
        assert_eq!(events(&rows), [7, 4, 1]);
        rows.read(1, Filter::Refusals, (0, 9_000), 9, &mut log);
        assert_eq!((events(&rows), rows.more), (vec![], Some(9_000 - SEARCH)));
    }
}
