//! What a run costs, in figures: counted while it goes on, cheap to ask for at any moment.

use crate::check::Latency;
use crate::paxos::Micros;

/// Counts of a run so far.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Metrics {
    /// By kind of message: name, sent, delivered, lost. A duplicate counts as sent; delivered is what a node handled.
    pub messages: Vec<(&'static str, u64, u64, u64)>,
    /// Ballots begun.
    pub rounds: u64,
    /// Ballots given up because of a higher one.
    pub preemptions: u64,
    /// Ballots that a proposer began although nothing had been chosen since its ballot before.
    pub retries: u64,
    /// Values chosen.
    pub decisions: u64,
    /// Crashes.
    pub crashes: u64,
    /// Timers fired.
    pub timers: u64,
    /// When the first value was chosen.
    pub first_chosen: Option<Micros>,
    /// When every learner had learned the first value that any of them learned; where there are many slots, of that slot.
    pub all_learned: Option<Micros>,
    /// From a client's request until its value was chosen.
    pub until_chosen: Latency,
    /// From a client's request until the first node knew that its value was chosen.
    pub until_learned: Latency,
    /// From a client's request until the client had its answer, or the node that it asked had learned the value.
    pub until_answered: Latency,
    /// For how long enough acceptors were up for both phases, whether or not they could reach one another.
    pub quorum_up: Micros,
    /// Virtual time now.
    pub time: Micros,
}

impl Metrics {
    /// Messages of all kinds: sent, delivered, lost.
    pub fn total(&self) -> (u64, u64, u64) {
        self.messages
            .iter()
            .fold((0, 0, 0), |(s, d, l), (_, sent, delivered, lost)| (s + sent, d + delivered, l + lost))
    }

    /// Messages sent for each decision, in hundredths, rounded down; `None` before the first decision.
    pub fn messages_per_decision(&self) -> Option<u64> {
        (self.total().0 * 100).checked_div(self.decisions)
    }

    /// Availability: the share of virtual time in which a quorum of acceptors was up, in millionths, rounded down;
    /// `None` at time 0.
    pub fn availability(&self) -> Option<u64> {
        let share = (u128::from(self.quorum_up.0) * 1_000_000).checked_div(u128::from(self.time.0));
        share.map(|share| share as u64)
    }

    /// Every figure with its name and, where there are several of that name, what it is of. Times are in microseconds,
    /// `availability_millionths` and `messages_per_decision_hundredths` are whole parts; what is not known is left out.
    pub fn figures(&self) -> Vec<(&'static str, &'static str, u64)> {
        let mut figures = Vec::new();
        for (kind, sent, handled, lost) in &self.messages {
            figures.extend([("sent", *kind, *sent), ("handled", *kind, *handled), ("lost", *kind, *lost)]);
        }
        let (sent, handled, lost) = self.total();
        figures.extend([("sent", "all", sent), ("handled", "all", handled), ("lost", "all", lost)]);
        figures.extend([
            ("rounds", "", self.rounds),
            ("preemptions", "", self.preemptions),
            ("retries", "", self.retries),
            ("decisions", "", self.decisions),
            ("crashes", "", self.crashes),
            ("timers", "", self.timers),
            ("time_us", "", self.time.0),
            ("quorum_up_us", "", self.quorum_up.0),
        ]);
        let latencies = [
            ("until_chosen_us", self.until_chosen),
            ("until_learned_us", self.until_learned),
            ("until_answered_us", self.until_answered),
        ];
        for (name, latency) in latencies {
            figures.push((name, "count", latency.count));
            if latency.count > 0 {
                let Latency { median, p95, max, .. } = latency;
                figures.extend([(name, "median", median.0), (name, "p95", p95.0), (name, "max", max.0)]);
            }
        }
        let perhaps = [
            ("first_chosen_us", self.first_chosen.map(|time| time.0)),
            ("all_learned_us", self.all_learned.map(|time| time.0)),
            ("availability_millionths", self.availability()),
            ("messages_per_decision_hundredths", self.messages_per_decision()),
        ];
        figures.extend(perhaps.into_iter().filter_map(|(name, figure)| Some((name, "", figure?))));
        figures
    }

    /// [`Metrics::figures`] as a table in CSV (RFC 4180), with a line of heads.
    pub fn csv(&self) -> String {
        let line = |(name, of, figure): (&str, &str, u64)| format!("{name},{of},{figure}\r\n");
        "metric,of,value\r\n".to_string() + &self.figures().into_iter().map(line).collect::<String>()
    }

    /// [`Metrics::figures`] as one JSON object; figures of one name are an object in it.
    pub fn json(&self) -> serde_json::Value {
        let mut object = serde_json::Map::new();
        for (name, of, figure) in self.figures() {
            if of.is_empty() {
                object.insert(name.into(), figure.into());
                continue;
            }
            let inner = object.entry(name).or_insert_with(|| serde_json::Map::new().into());
            if let Some(inner) = inner.as_object_mut() {
                inner.insert(of.into(), figure.into());
            }
        }
        object.into()
    }
}

/// How often something happened over time: in equal spans from time 0 until now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trend {
    /// `messages sent`
    pub name: &'static str,
    /// How long a span lasts.
    pub span: Micros,
    /// How often in each span. The last one is not over yet.
    pub counts: Vec<u32>,
}
