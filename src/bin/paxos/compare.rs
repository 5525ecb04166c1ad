//! `paxos compare`: one workload, every system.

use crate::cli::{Failure, VIOLATED, bad, duration, refuse};
use crate::live::whole_millis;
use clap::Args;
use paxos_playground::run::compare::{Comparison, Standing, Workload};
use serde_json::json;
use std::io::{self, Write};
use std::process::ExitCode;

/// Settings of the network and of faults, and numbers of nodes, are arguments of their own; each system takes those that
/// it has.
#[derive(Args)]
pub struct CompareArgs {
    /// How many commands the client asks for, one after another.
    #[arg(long, value_name = "N", default_value_t = 20)]
    commands: u32,
    /// The seed, from which all chance comes.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How long the client waits for each answer, in virtual time.
    #[arg(long, value_name = "TIME", default_value = "60s")]
    wait: String,
    /// Sets a knob; may be given again and again.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Prints one JSON object in place of a table.
    #[arg(long)]
    json: bool,
}

pub fn compare(args: &CompareArgs, given: &[String]) -> Result<ExitCode, Failure> {
    let pair = |set: &String| {
        let (key, value) = set.split_once('=').ok_or_else(|| bad(format!("--set {set}: write KEY=VALUE")))?;
        Ok::<_, Failure>((key.to_string(), value.to_string()))
    };
    let settings = given.iter().chain(&args.set).map(pair).collect::<Result<_, _>>()?;
    let patience = duration("--wait", &args.wait)?;
    let workload = Workload { commands: args.commands, seed: args.seed, settings, patience };
    let (mut comparison, notices) = Comparison::new(workload);
    refuse(&notices)?;
    while !comparison.go_on(100_000) {}
    let standings = comparison.standings();
    let mut out = io::stdout().lock();
    if args.json {
        writeln!(out, "{:#}", json!(standings.iter().map(object).collect::<Vec<_>>()))?;
    } else {
        table(&standings, &mut out)?;
    }
    Ok(ExitCode::from(if standings.iter().any(|standing| standing.broken.is_some()) { VIOLATED } else { 0 }))
}

fn table(standings: &[Standing], out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "{:8} {:>8} {:>5} {:>9} {:>7} {:>9} {:>9} {:>9} {:>9} {:>10}",
        "system", "answered", "runs", "messages", "lost", "each", "median", "95 %", "longest", "available"
    )?;
    for standing in standings {
        let cost = standing.cost().map_or("–".into(), |cost| format!("{}.{:02}", cost / 100, cost % 100));
        let latency = |time| if standing.answered > 0 { whole_millis(time).to_string() } else { "–".into() };
        let share = standing.availability();
        writeln!(
            out,
            "{:8} {:>8} {:>5} {:>9} {:>7} {:>9} {:>9} {:>9} {:>9} {:>10}{}",
            standing.about.key,
            format!("{}/{}", standing.answered, standing.asked),
            standing.instances,
            standing.messages,
            standing.lost,
            cost,
            latency(standing.latency.median),
            latency(standing.latency.p95),
            latency(standing.latency.max),
            share.map_or("–".into(), |share| format!("{}.{:02} %", share / 10_000, share % 10_000 / 100)),
            standing.broken.map_or(String::new(), |property| format!("  BROKEN: {property}")),
        )?;
    }
    Ok(())
}

fn object(standing: &Standing) -> serde_json::Value {
    let Standing { latency, .. } = standing;
    json!({
        "system": standing.about.key, "asked": standing.asked, "answered": standing.answered,
        "runs": standing.instances, "messages": standing.messages, "lost": standing.lost,
        "messages_per_command_hundredths": standing.cost(),
        "latency_us": { "median": latency.median.0, "p95": latency.p95.0, "max": latency.max.0 },
        "time_us": standing.time.0, "availability_millionths": standing.availability(),
        "broken": standing.broken,
    })
}
