//! What came of a run, for people and for programs.

use crate::cli::Failure;
use paxos_playground::check::Latency;
use paxos_playground::paxos::{Gauge, NodeId};
use paxos_playground::run::Run;
use serde_json::{Value as Json, json};
use std::io::Write;

/// The end of a run in words.
pub fn summarise(run: &dyn Run, out: &mut impl Write) -> Result<(), Failure> {
    let names: Vec<_> = run.nodes().into_iter().map(|node| node.label).collect();
    let list = |nodes: &[NodeId]| nodes.iter().map(|node| names[node.index()].as_str()).collect::<Vec<_>>().join(", ");
    writeln!(out)?;
    for chosen in run.chosen() {
        // Only systems of one value have a slot 0.
        let slot = if chosen.slot == 0 { String::new() } else { format!("slot {}: ", chosen.slot) };
        writeln!(
            out,
            "chosen     {slot}{} at {} by {}, after {}; known to {}",
            chosen.value,
            chosen.ballot,
            list(&chosen.quorum),
            chosen.time,
            if chosen.learned.is_empty() { "nobody".into() } else { list(&chosen.learned) }
        )?;
    }
    if run.chosen().is_empty() {
        writeln!(out, "chosen     nothing")?;
    }
    for property in run.properties() {
        match property.broken {
            None => writeln!(out, "holds      {}", property.name)?,
            Some((event, what)) => writeln!(out, "BROKEN     {}, event {event}: {what}", property.name)?,
        }
    }
    let metrics = run.metrics();
    for (kind, sent, delivered, lost) in metrics.messages.iter().filter(|(_, sent, ..)| *sent > 0) {
        writeln!(out, "messages   {kind:10} sent {sent:>6}  handled {delivered:>6}  lost {lost:>6}")?;
    }
    writeln!(
        out,
        "rounds     {} begun, {} preempted; {} crashes, {} timers",
        metrics.rounds, metrics.preemptions, metrics.crashes, metrics.timers
    )?;
    writeln!(out, "retries    {} ballots begun although nothing was chosen since the last", metrics.retries)?;
    if let Some(hundredths) = metrics.messages_per_decision() {
        writeln!(out, "cost       {}.{:02} messages for each decision", hundredths / 100, hundredths % 100)?;
    }
    let latencies =
        [("chosen", metrics.until_chosen), ("known", metrics.until_learned), ("answered", metrics.until_answered)];
    for (name, latency) in latencies.into_iter().filter(|(_, latency)| latency.count > 0) {
        let Latency { count, median, p95, max } = latency;
        writeln!(out, "latency    {name:10} median {median}, 95 % within {p95}, all {count} within {max}")?;
    }
    if let Some(share) = metrics.availability() {
        writeln!(
            out,
            "available  {}.{:04} % of the time a quorum of acceptors was up",
            share / 10_000,
            share % 10_000
        )?;
    }
    for gauge in run.gauges() {
        writeln!(out, "measured   {}", measured(&gauge))?;
    }
    writeln!(out, "end        {} events, {}", run.events(), run.time())?;
    writeln!(out, "link       #{}", run.scenario().link())?;
    writeln!(out, "digest     {:016x}", run.digest())?;
    Ok(())
}

/// `rounds decided 983 of 1000, 98.3000 %; exactly 98.2953 %`
pub fn measured(gauge: &Gauge) -> String {
    let percent = |parts: u128| format!("{}.{:04} %", parts / 10_000, parts % 10_000);
    let share = (u128::from(gauge.hits) * 1_000_000).checked_div(u128::from(gauge.of));
    let share = share.map_or("nothing yet".into(), percent);
    let exact = gauge.exact.map_or(String::new(), |exact| format!("; exactly {}", percent(u128::from(exact) / 1_000)));
    format!("{} {} of {}, {share}{exact}", gauge.name, gauge.hits, gauge.of)
}

/// The same as [`summarise`], for programs.
pub fn report(run: &dyn Run) -> Json {
    let names: Vec<_> = run.nodes().into_iter().map(|node| node.label).collect();
    let list =
        |nodes: &[NodeId]| -> Vec<Json> { nodes.iter().map(|node| names[node.index()].clone().into()).collect() };
    let chosen = run.chosen().into_iter().map(|chosen| {
        json!({
            "slot": chosen.slot, "value": chosen.value, "ballot": chosen.ballot.to_string(),
            "quorum": list(&chosen.quorum), "event": chosen.event, "time": chosen.time.0,
            "learned": list(&chosen.learned),
        })
    });
    let properties = run.properties().into_iter().map(|property| {
        json!({
            "name": property.name, "holds": property.broken.is_none(),
            "event": property.broken.as_ref().map(|(event, _)| event),
            "what": property.broken.as_ref().map(|(_, what)| what),
        })
    });
    let metrics = run.metrics();
    let messages = metrics
        .messages
        .iter()
        .map(|(kind, sent, handled, lost)| (kind.to_string(), json!({"sent": sent, "handled": handled, "lost": lost})));
    json!({
        "link": run.scenario().link(),
        "digest": format!("{:016x}", run.digest()),
        "events": run.events(),
        "time": run.time().0,
        "chosen": chosen.collect::<Vec<_>>(),
        "properties": properties.collect::<Vec<_>>(),
        "gauges": run.gauges().iter().map(|gauge| json!({
            "name": gauge.name, "hits": gauge.hits, "of": gauge.of, "exact_parts_of_1e9": gauge.exact,
        })).collect::<Vec<_>>(),
        "metrics": {
            "figures": metrics.json(),
            "messages": messages.collect::<serde_json::Map<_, _>>(),
            "rounds": metrics.rounds, "preemptions": metrics.preemptions, "decisions": metrics.decisions,
            "crashes": metrics.crashes, "timers": metrics.timers,
            "first_chosen": metrics.first_chosen.map(|time| time.0),
            "all_learned": metrics.all_learned.map(|time| time.0),
        },
    })
}
