//! Events in plain words.

use super::{LogEntry, LogKind, Mark};
use crate::check::Properties;
use crate::paxos::{About, Explanation, Kind, Knobs, NodeId, System};
use crate::scenario::{Names, words};
use crate::sim::{FaultPoint, Letter, Loss, What, World};
use std::fmt::Write;

/// What it takes to tell of a run's events.
pub(super) struct Words<'a, S: System> {
    pub world: &'a World<S>,
    pub properties: &'a Properties<S>,
    pub names: &'a Names,
}

impl<S: System> Words<'_, S> {
    /// The latest `most` events at `node`, newest first. Looks back a bounded number of events.
    pub fn recent(&self, node: NodeId, most: usize) -> Vec<LogEntry> {
        let history = self.world.history();
        let range = history.range();
        let from = range.start.max(range.end.saturating_sub(5_000));
        let at_node = |event: &u64| history.get(*event).is_some_and(|event| event.node == Some(node));
        (from..range.end).rev().filter(at_node).take(most).filter_map(|event| self.entry(event)).collect()
    }

    /// Event `number` in words.
    pub fn entry(&self, number: u64) -> Option<LogEntry> {
        let event = self.world.history().get(number)?;
        let system = self.world.system();
        let explain = |note| event.node.map(|node| system.explain(node, note));
        let (kind, text) = self.tell(event.node, &event.what);
        let mark = self.mark(number);
        let verdict = (mark == Some(Mark::Violation))
            .then(|| verdict(number, S::ABOUT, self.world.knobs(), &mut self.properties.violations()));
        Some(LogEntry {
            event: number,
            time: event.time,
            kind,
            node: event.node,
            text,
            explanations: self.world.history().notes(event).filter_map(explain).chain(verdict).collect(),
            cause: event.cause.event(),
            mark,
        })
    }

    /// The weightiest mark of an event.
    fn mark(&self, event: u64) -> Option<Mark> {
        let marks = self.properties.marks();
        let first = marks.partition_point(|(at, _)| *at < event);
        let here = marks[first..].iter().take_while(|(at, _)| *at == event).map(|(_, mark)| super::driver::mark(*mark));
        here.max_by_key(|mark| match mark {
            Mark::Learned => 0,
            Mark::Chosen => 1,
            Mark::Violation => 2,
        })
    }

    fn name(&self, node: NodeId) -> String {
        self.names.label(node)
    }

    fn tell(&self, node: Option<NodeId>, what: &What<S::Message>) -> (LogKind, String) {
        let at = node.map_or(String::new(), |node| self.name(node));
        let says = |letter: &Letter, message| {
            let copy = if letter.copy > 0 { " (again)" } else { "" };
            let (from, to) = (self.name(letter.from), self.name(letter.to));
            format!("{from} → {to}: {}{copy}", self.world.system().read(message))
        };
        match what {
            What::Started => (LogKind::Node, format!("{at} starts")),
            What::Restarted => (LogKind::Node, format!("{at} comes up again with what its disk held")),
            What::Crashed => (LogKind::Node, format!("{at} goes down; its volatile state is lost")),
            What::Left => (LogKind::Node, format!("{at} leaves")),
            What::Delivered(letter, message) => (LogKind::Delivered, says(letter, message)),
            What::Failed(letter, message, point) => {
                let when = match point {
                    FaultPoint::Before => "fails before it handles it",
                    FaultPoint::Between => "fails after it wrote and before it replied",
                    FaultPoint::After => "fails right after it replied",
                    FaultPoint::Told => "fails over it",
                };
                (LogKind::Node, format!("{}; {at} {when}", says(letter, message)))
            }
            What::Lost(letter, message, why) => {
                let why = match why {
                    Loss::Chance => "lost on the way",
                    Loss::Dropped => "thrown away by the server",
                    Loss::Expired => "expired in the server's queue",
                    Loss::ServerDown => "lost: the server is down",
                    Loss::Cut => "lost: the way is cut",
                    Loss::Down => "lost: the node is down",
                    Loss::Absent => "lost: the node is not there",
                    Loss::Hand => "dropped by hand",
                };
                (LogKind::Lost, format!("{} — {why}", says(letter, message)))
            }
            What::Queued(letter, message) => (LogKind::Delivered, format!("{} — queued", says(letter, message))),
            What::Fired(timer) => {
                let name = S::ABOUT.timers.get(usize::from(timer.0)).copied().unwrap_or("timer");
                (LogKind::Timer, format!("{at}: the timer “{name}” fires"))
            }
            What::Requested(value) => (LogKind::Hand, format!("A client asks {at} for {value}")),
            What::Hand(position) => {
                let action = self.world.plan().get(*position as usize).map(|intervention| &intervention.action);
                (
                    LogKind::Hand,
                    action.map_or("By hand".into(), |action| format!("By hand: {}", words::write(action, self.names))),
                )
            }
        }
    }
}

/// What broke at an event, and what each rule that is switched off is for.
fn verdict(
    number: u64,
    about: &About,
    knobs: &Knobs,
    violations: &mut dyn Iterator<Item = (&'static str, &(u64, String))>,
) -> Explanation {
    let mut text = String::new();
    for (name, (_, what)) in violations.filter(|(_, (event, _))| *event == number) {
        _ = write!(text, "This breaks “{name}”: {what} ");
    }
    let switches = about.knobs.iter().find(|knob| matches!(knob.kind, Kind::Set(_)));
    let off = switches.map_or(0, |knob| knobs.get(knob));
    for (_, rule) in about.rules.iter().enumerate().filter(|(at, _)| off >> at & 1 == 1) {
        _ = write!(text, "Switched off: {}. {} ", rule.name, rule.purpose);
    }
    Explanation { text: text.trim_end().into(), source: "", refusal: false }
}
