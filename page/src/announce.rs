//! What a screen reader is told while a run plays: the few things that matter, not too often.

use paxos_playground::paxos::Micros;
use paxos_playground::run::{LogEntry, LogKind, Mark};

/// At most so many sentences at once; the rest is counted.
const SENTENCES: usize = 3;
/// At most so often, in milliseconds.
const EVERY_MS: f64 = 1_500.0;

/// Collects what is worth saying until it may be said.
#[derive(Default, Debug)]
pub struct Announcer {
    generation: u64,
    seen: u64,
    waiting: Vec<(Weight, String)>,
    left_out: usize,
    last: Option<f64>,
}

impl Announcer {
    /// Which events it has not been told of: from here on. A run that was rewound or replaced begins anew at `end`.
    pub fn from(&mut self, generation: u64, end: u64) -> u64 {
        if generation != self.generation || end < self.seen {
            *self = Self { generation, seen: end, last: self.last, ..Self::default() };
        }
        self.seen.max(end.saturating_sub(256))
    }

    /// Takes note of the entries up to event `end`.
    pub fn hear(&mut self, entries: &[LogEntry], end: u64) {
        self.seen = end;
        for entry in entries.iter().filter(|entry| matters(entry)) {
            self.waiting.push((weight(entry), sentence(entry)));
            if self.waiting.len() > SENTENCES {
                // The least of them, and of equals the latest, is only counted.
                let least = (0..self.waiting.len()).rev().min_by_key(|&at| self.waiting[at].0);
                self.waiting.remove(least.unwrap_or_default());
                self.left_out += 1;
            }
        }
    }

    /// What to say now, if anything waits and the last words are long enough ago.
    pub fn say(&mut self, now_ms: f64) -> Option<String> {
        if self.waiting.is_empty() || self.last.is_some_and(|last| now_ms - last < EVERY_MS) {
            return None;
        }
        self.last = Some(now_ms);
        let mut text = self.waiting.drain(..).map(|(_, text)| text).collect::<Vec<_>>().join(" ");
        match std::mem::take(&mut self.left_out) {
            0 => {}
            more => text += &format!(" And {more} more."),
        }
        Some(text)
    }
}

/// Nobody needs to be told that every node of a run starts.
fn matters(entry: &LogEntry) -> bool {
    let fate = entry.kind == LogKind::Node && entry.time > Micros::ZERO;
    entry.mark.is_some() || fate || entry.kind == LogKind::Hand
}

/// The heaviest are told when there is too much to tell.
type Weight = u8;

fn weight(entry: &LogEntry) -> Weight {
    match entry.mark {
        Some(Mark::Violation) => 3,
        Some(Mark::Chosen) => 2,
        Some(Mark::Learned) => 1,
        None => 0,
    }
}

/// What the mark means, and the rule that fired there; without a mark, what happened.
fn sentence(entry: &LogEntry) -> String {
    let rule = entry.explanations.last().map_or(&entry.text, |explanation| &explanation.text);
    match entry.mark {
        Some(Mark::Violation) => format!("A property is broken: {rule}"),
        Some(Mark::Chosen) => format!("A value is chosen: {rule}"),
        Some(Mark::Learned) => rule.clone(),
        None => entry.text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(event: u64, kind: LogKind, mark: Option<Mark>) -> LogEntry {
        let text = format!("Event {event}.");
        LogEntry { event, time: Micros(1), kind, node: None, text, explanations: vec![], cause: None, mark }
    }

    #[test]
    fn it_says_what_matters_and_not_too_often() {
        let mut announcer = Announcer::default();
        assert_eq!(announcer.from(1, 0), 0);
        announcer.hear(&[entry(0, LogKind::Delivered, None), entry(1, LogKind::Node, None)], 2);
        assert_eq!(announcer.say(0.0).as_deref(), Some("Event 1."));
        let many: Vec<_> = (2..8).map(|event| entry(event, LogKind::Delivered, Some(Mark::Learned))).collect();
        announcer.hear(&many, 8);
        assert_eq!(announcer.say(100.0), None);
        assert_eq!(announcer.say(2_000.0).as_deref(), Some("Event 2. Event 3. Event 4. And 3 more."));
    }

    #[test]
    fn a_violation_is_never_left_out_and_a_rewind_is_silent() {
        let mut announcer = Announcer::default();
        let mut many: Vec<_> = (0..5).map(|event| entry(event, LogKind::Node, None)).collect();
        many.push(entry(5, LogKind::Delivered, Some(Mark::Violation)));
        announcer.hear(&many, 6);
        let said = "Event 0. Event 1. A property is broken: Event 5. And 3 more.";
        assert_eq!(announcer.say(0.0).as_deref(), Some(said));
        assert_eq!(announcer.from(0, 3), 3);
        assert_eq!(announcer.say(9_000.0), None);
    }
}
