//! A run at one moment as plain data, for scripts. Its shape is a contract, typed in `static/playground.d.ts`.

use paxos_playground::check::Latency;
use paxos_playground::paxos::{Gauge, Micros, NodeId};
use paxos_playground::run::{Flight, NodeView, Run};
use paxos_playground::sim::Letter;
use serde::Serialize;

/// Everything there is to see of a run now.
#[derive(Serialize, Debug)]
pub struct Snapshot {
    time: f64,
    events: f64,
    digest: String,
    nodes: Vec<Node>,
    messages: Vec<Message>,
    chosen: Vec<Chosen>,
    properties: Vec<Property>,
    metrics: Metrics,
    gauges: Vec<Measured>,
}

#[derive(Serialize, Debug)]
struct Node {
    id: u8,
    label: String,
    role: &'static str,
    status: &'static str,
    slow: bool,
    isolated: bool,
    ballot: Option<String>,
    vote: Option<Vote>,
    decided: Option<String>,
    fields: Vec<Field>,
}

#[derive(Serialize, Debug)]
struct Vote {
    ballot: String,
    value: String,
}

#[derive(Serialize, Debug)]
struct Field {
    name: &'static str,
    value: String,
    durable: bool,
}

#[derive(Serialize, Debug)]
struct Message {
    from: String,
    to: String,
    number: u32,
    copy: u8,
    kind: &'static str,
    text: String,
    left: f64,
    arrives: Option<f64>,
}

#[derive(Serialize, Debug)]
struct Chosen {
    slot: u32,
    value: String,
    ballot: String,
    quorum: Vec<String>,
    learned: Vec<String>,
    event: f64,
    time: f64,
}

#[derive(Serialize, Debug)]
struct Property {
    name: &'static str,
    holds: bool,
    broken: Option<Broken>,
}

#[derive(Serialize, Debug)]
struct Broken {
    event: f64,
    what: String,
}

#[derive(Serialize, Debug)]
#[serde(rename_all = "camelCase")]
struct Metrics {
    messages: Vec<Count>,
    rounds: f64,
    preemptions: f64,
    decisions: f64,
    crashes: f64,
    timers: f64,
    first_chosen: Option<f64>,
    all_learned: Option<f64>,
    retries: f64,
    until_chosen: Took,
    until_learned: Took,
    until_answered: Took,
    quorum_up: f64,
    messages_per_decision: Option<f64>,
}

#[derive(Serialize, Debug)]
struct Took {
    count: f64,
    median: f64,
    p95: f64,
    max: f64,
}

#[derive(Serialize, Debug)]
struct Measured {
    name: &'static str,
    hits: f64,
    of: f64,
    exact: Option<f64>,
}

#[derive(Serialize, Debug)]
struct Count {
    kind: &'static str,
    sent: f64,
    delivered: f64,
    lost: f64,
}

/// Microseconds as a script reads them; never is `null`.
fn micros(time: Micros) -> Option<f64> {
    (time != Micros::NEVER).then_some(time.0 as f64)
}

/// The run at this moment.
pub fn of(run: &dyn Run) -> Snapshot {
    Snapshot {
        time: run.time().0 as f64,
        events: run.events() as f64,
        digest: format!("{:016x}", run.digest()),
        nodes: nodes(run),
        messages: messages(run),
        chosen: chosen(run),
        properties: run.properties().into_iter().map(property).collect(),
        metrics: metrics(run),
        gauges: gauges(run),
    }
}

fn nodes(run: &dyn Run) -> Vec<Node> {
    let roles = run.about().roles;
    let node = |node: NodeView| {
        let fields = run.fields(node.id).into_iter();
        Node {
            id: node.id.0,
            label: node.label,
            role: node.role.map_or("server", |role| roles[usize::from(role)].name),
            status: node.status.name(),
            slow: node.slow,
            isolated: node.isolated,
            ballot: node.look.ballot.map(|ballot| ballot.to_string()),
            vote: node.look.vote.map(|(ballot, value)| Vote { ballot: ballot.to_string(), value }),
            decided: node.look.decided,
            fields: fields
                .map(|field| Field { name: field.name, value: field.value, durable: field.durable })
                .collect(),
        }
    };
    run.nodes().into_iter().map(node).collect()
}

/// Every letter, in the order of `key`.
pub fn flights(run: &dyn Run, key: fn(&Flight) -> (Micros, Letter)) -> Vec<Flight> {
    let mut flights = Vec::new();
    run.flights(&mut |flight| flights.push(flight));
    flights.sort_unstable_by_key(key);
    flights
}

fn messages(run: &dyn Run) -> Vec<Message> {
    let flights = flights(run, |flight| (Micros::ZERO, flight.letter));
    let kinds = run.about().kinds;
    let label = |node| run.node(node).label;
    let message = |flight: &Flight| Message {
        from: label(flight.letter.from),
        to: label(flight.letter.to),
        number: flight.letter.number,
        copy: flight.letter.copy,
        kind: kinds[usize::from(flight.kind)].name,
        text: run.letter(flight.letter).map_or_else(String::new, |letter| letter.text),
        left: flight.left.0 as f64,
        arrives: micros(flight.arrives),
    };
    flights.iter().map(message).collect()
}

fn chosen(run: &dyn Run) -> Vec<Chosen> {
    let labels = |nodes: &[NodeId]| nodes.iter().map(|&node| run.node(node).label).collect();
    let one = |chosen: paxos_playground::run::ChosenView| Chosen {
        slot: chosen.slot,
        value: chosen.value,
        ballot: chosen.ballot.to_string(),
        quorum: labels(&chosen.quorum),
        learned: labels(&chosen.learned),
        event: chosen.event as f64,
        time: chosen.time.0 as f64,
    };
    run.chosen().into_iter().map(one).collect()
}

fn property(property: paxos_playground::run::PropertyView) -> Property {
    let broken = property.broken.map(|(event, what)| Broken { event: event as f64, what });
    Property { name: property.name, holds: broken.is_none(), broken }
}

fn took(latency: Latency) -> Took {
    let Latency { count, median, p95, max } = latency;
    Took { count: count as f64, median: median.0 as f64, p95: p95.0 as f64, max: max.0 as f64 }
}

fn gauges(run: &dyn Run) -> Vec<Measured> {
    let measured = |gauge: Gauge| Measured {
        name: gauge.name,
        hits: gauge.hits as f64,
        of: gauge.of as f64,
        exact: gauge.exact.map(|parts| parts as f64 / 1e9),
    };
    run.gauges().into_iter().map(measured).collect()
}

fn metrics(run: &dyn Run) -> Metrics {
    let metrics = run.metrics();
    let count = |&(kind, sent, delivered, lost): &(&'static str, u64, u64, u64)| Count {
        kind,
        sent: sent as f64,
        delivered: delivered as f64,
        lost: lost as f64,
    };
    Metrics {
        messages: metrics.messages.iter().map(count).collect(),
        rounds: metrics.rounds as f64,
        preemptions: metrics.preemptions as f64,
        decisions: metrics.decisions as f64,
        crashes: metrics.crashes as f64,
        timers: metrics.timers as f64,
        first_chosen: metrics.first_chosen.and_then(micros),
        all_learned: metrics.all_learned.and_then(micros),
        retries: metrics.retries as f64,
        until_chosen: took(metrics.until_chosen),
        until_learned: took(metrics.until_learned),
        until_answered: took(metrics.until_answered),
        quorum_up: metrics.quorum_up.0 as f64,
        messages_per_decision: metrics.messages_per_decision().map(|hundredths| hundredths as f64 / 100.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use paxos_playground::scenario::Scenario;

    #[test]
    fn a_snapshot_of_a_finished_run_says_what_was_chosen() {
        let (mut run, _) = paxos_playground::run::open(&Scenario::from_link("seed=1").0);
        run.advance(Micros::millis(20_000), u64::MAX);
        let json = serde_json::to_value(of(&*run)).unwrap();
        assert_eq!(json["time"], 20_000_000.0);
        assert_eq!(json["chosen"].as_array().unwrap().len(), 1);
        assert!(json["properties"].as_array().unwrap().iter().all(|property| property["holds"] == true));
        assert_eq!(json["digest"].as_str().unwrap().len(), 16);
        assert!(json["metrics"]["firstChosen"].as_f64().is_some());
        assert_eq!(json["metrics"]["untilAnswered"]["count"], 1.0);
        assert!(json["metrics"]["messagesPerDecision"].as_f64() > Some(10.0));
        assert_eq!(json["metrics"]["quorumUp"], 20_000_000.0);
    }
}
