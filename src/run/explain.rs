//! Events in plain words.

use super::{LogEntry, LogKind, Mark};
use crate::check::Marked;
use crate::paxos::{About, Explanation, Kind, Knobs, Micros, NodeId};
use crate::scenario::{Names, words};
use crate::sim::{Cause, FaultPoint, Intervention, Letter, Loss, What};
use std::fmt::Write;

/// What it takes to tell of a run's events, whatever the system.
pub(super) struct Words<'a> {
    pub about: &'static About,
    pub knobs: &'a Knobs,
    pub names: &'a Names,
    pub plan: &'a [Intervention],
    pub marks: &'a [(u64, Marked)],
    /// The properties that broke at the event, and what happened to each.
    pub broken: Vec<(&'static str, &'a str)>,
}

impl Words<'_> {
    /// Event `number` in words.
    pub fn entry(
        &self,
        (event, time, node, cause): (u64, Micros, Option<NodeId>, Cause),
        what: &What<String>,
        mut explanations: Vec<Explanation>,
    ) -> LogEntry {
        let (kind, text) = self.tell(node, what);
        let mark = self.mark(event);
        explanations.extend((mark == Some(Mark::Violation)).then(|| self.verdict()));
        LogEntry { event, time, kind, node, text, explanations, cause: cause.event(), mark }
    }

    /// What broke at the event, and what each rule that is switched off is for.
    fn verdict(&self) -> Explanation {
        let mut text = String::new();
        for (name, what) in &self.broken {
            _ = write!(text, "This breaks “{name}”: {what} ");
        }
        let rules = self.about.knobs.iter().find(|knob| matches!(knob.kind, Kind::Set(_)));
        let off = rules.map_or(0, |knob| self.knobs.get(knob));
        for (_, rule) in self.about.rules.iter().enumerate().filter(|(at, _)| off >> at & 1 == 1) {
            _ = write!(text, "Switched off: {}. {} ", rule.name, rule.purpose);
        }
        Explanation { text: text.trim_end().into(), source: "", refusal: false }
    }

    /// The weightiest mark of an event.
    fn mark(&self, event: u64) -> Option<Mark> {
        let first = self.marks.partition_point(|(at, _)| *at < event);
        let here =
            self.marks[first..].iter().take_while(|(at, _)| *at == event).map(|(_, mark)| super::parts::mark(*mark));
        here.max_by_key(|mark| match mark {
            Mark::Learned => 0,
            Mark::Chosen => 1,
            Mark::Violation => 2,
        })
    }

    fn name(&self, node: NodeId) -> String {
        self.names.label(node)
    }

    fn tell(&self, node: Option<NodeId>, what: &What<String>) -> (LogKind, String) {
        let at = node.map_or(String::new(), |node| self.name(node));
        let says = |letter: &Letter, message: &String| {
            let copy = if letter.copy > 0 { " (again)" } else { "" };
            let (from, to) = (self.name(letter.from), self.name(letter.to));
            format!("{from} → {to}: {message}{copy}")
        };
        match what {
            What::Started => (LogKind::Node, format!("{at} starts")),
            What::Restarted => (LogKind::Node, format!("{at} comes up again with what its disk holds")),
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
                let name = self.about.timers.get(usize::from(timer.0)).copied().unwrap_or("timer");
                (LogKind::Timer, format!("{at}: the timer “{name}” fires"))
            }
            What::Requested(value) => (LogKind::Hand, format!("A client asks {at} for {value}")),
            What::Hand(position) => {
                let action = self.plan.get(*position as usize).map(|intervention| &intervention.action);
                (
                    LogKind::Hand,
                    action.map_or("By hand".into(), |action| format!("By hand: {}", words::write(action, self.names))),
                )
            }
        }
    }
}
