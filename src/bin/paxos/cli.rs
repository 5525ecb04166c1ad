//! What the command line does.

use crate::check;
use clap::{Args, Parser, Subcommand};
use paxos_playground::paxos::registry::SYSTEMS;
use paxos_playground::paxos::{Gauge, Kind, Micros, Notice};
use paxos_playground::run::{self, LogKind, Mark, Run};
use paxos_playground::scenario::{Scenario, knob};
use serde_json::{Value as Json, json};
use std::io::{self, Write};
use std::process::ExitCode;

/// Bad input: nothing was run.
const BAD_INPUT: u8 = 2;
/// Where a run without `--until` is stopped.
const LIMIT: Micros = Micros(600_000_000);
/// How many events happen before they are told.
const CHUNK: u64 = 10_000;
/// A property was broken.
pub(crate) const VIOLATED: u8 = 1;

#[derive(Parser)]
#[command(name = "paxos", version, about = "Runs Paxos scenarios: the same actors and the same digest as the page.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs a scenario and prints what happened, metrics and digest.
    Run(RunArgs),
    /// Explores every interleaving of a scenario's actors within bounds, and finds a shortest way to a broken property.
    Check(check::CheckArgs),
    /// Lists the systems with their knobs, as a link or --set takes them.
    Knobs,
}

#[derive(Args)]
struct RunArgs {
    /// A link, the part after its #, or the JSON of a scenario; @FILE reads it from a file. Without one, the default
    /// scenario runs.
    #[arg(default_value = "")]
    scenario: String,
    /// Sets a knob, the seed or the system; may be given again and again.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// The same as --set acceptors=N.
    #[arg(long, value_name = "N")]
    num_acceptors: Option<String>,
    /// The same as --set failure=P.
    #[arg(long, value_name = "P")]
    acceptor_failure_prob: Option<String>,
    /// Stops at this virtual time, like 10s or 400ms. Without it the run goes on until nothing more can happen, but
    /// not beyond 10 virtual minutes.
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Goes on until it is stopped (Ctrl-C), in the same memory. With --quiet, tells now and then what it measured.
    #[arg(long, conflicts_with_all = ["until", "json"])]
    endless: bool,
    /// Prints one JSON object in place of text.
    #[arg(long)]
    json: bool,
    /// Prints no events, only what came of them.
    #[arg(long)]
    quiet: bool,
}

pub fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Run(args) => run(&args),
        Command::Check(args) => check::check(&args),
        Command::Knobs => print_knobs().map(|()| ExitCode::SUCCESS),
    };
    match outcome {
        Ok(code) => code,
        Err(Failure::Input(messages)) => {
            for message in messages {
                eprintln!("paxos: {message}");
            }
            eprintln!("paxos: nothing was run");
            ExitCode::from(BAD_INPUT)
        }
        // Whoever reads us has enough: that is no failure of ours.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Failure::Output(error)) => {
            eprintln!("paxos: cannot write: {error}");
            ExitCode::FAILURE
        }
    }
}

pub(crate) enum Failure {
    Input(Vec<String>),
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Output(error)
    }
}

pub(crate) fn bad(message: impl Into<String>) -> Failure {
    Failure::Input(vec![message.into()])
}

fn bad_notices(notices: &[Notice]) -> Failure {
    Failure::Input(notices.iter().map(Notice::to_string).collect())
}

/// What a page would show as a notice and go on with is an error here: a script must not run something else.
pub(crate) fn read_scenario(given: &str, sets: &[String]) -> Result<Scenario, Failure> {
    let text = match given.strip_prefix('@') {
        Some(file) => std::fs::read_to_string(file).map_err(|error| bad(format!("cannot read {file}: {error}")))?,
        None => given.to_string(),
    };
    let mut text = text.trim().to_string();
    if !sets.is_empty() {
        if text.starts_with('{') {
            let (scenario, notices) = Scenario::from_text(&text).map_err(|notice| bad_notices(&[notice]))?;
            refuse(&notices)?;
            text = scenario.link();
        }
        for set in sets {
            let (key, value) = set.split_once('=').ok_or_else(|| bad(format!("--set {set}: write KEY=VALUE")))?;
            let fragment = text.rfind('#').map_or(0, |at| at + 1);
            let kept = text[fragment..].split('&').filter(|part| !part.is_empty());
            let kept = kept.filter(|part| part.split('=').next() != Some(key));
            text = kept.chain([format!("{key}={value}").as_str()]).collect::<Vec<_>>().join("&");
        }
    }
    let (scenario, notices) = Scenario::from_text(&text).map_err(|notice| bad_notices(&[notice]))?;
    refuse(&notices)?;
    Ok(scenario)
}

pub(crate) fn refuse(notices: &[Notice]) -> Result<(), Failure> {
    if notices.is_empty() { Ok(()) } else { Err(bad_notices(notices)) }
}

fn run(args: &RunArgs) -> Result<ExitCode, Failure> {
    let named = [("acceptors", &args.num_acceptors), ("failure", &args.acceptor_failure_prob)];
    let named = named.into_iter().filter_map(|(key, value)| Some(format!("{key}={}", value.as_ref()?)));
    let scenario = read_scenario(&args.scenario, &args.set.iter().cloned().chain(named).collect::<Vec<_>>())?;
    let until = match &args.until {
        None if args.endless => Some(Micros::NEVER),
        None => None,
        Some(text) => {
            let time = Kind::Duration { max: 1_000_000_000_000 }.parse(text);
            Some(Micros(time.map_err(|why| bad(format!("--until {text}: {why}")))? as u64))
        }
    };
    // Without an end, only what is still to be told has to be kept.
    let kept = if args.endless { 2 * CHUNK as usize } else { run::HISTORY };
    let (mut run, notices) = run::open_bounded(&scenario, kept);
    refuse(&notices)?;
    let mut out = io::stdout().lock();
    if args.json {
        go_on(&mut *run, until, u64::MAX);
        writeln!(out, "{:#}", report(&*run))?;
    } else {
        tell(&mut *run, until, args, &mut out)?;
        summarise(&*run, &mut out)?;
    }
    let broken = run.properties().iter().any(|property| property.broken.is_some());
    Ok(ExitCode::from(if broken { VIOLATED } else { 0 }))
}

/// Runs at most `most` events, up to `until`; without it, to the last event before [`LIMIT`]. Returns how many.
fn go_on(run: &mut dyn Run, until: Option<Micros>, most: u64) -> u64 {
    if let Some(until) = until {
        return run.advance(until, most);
    }
    let mut happened = 0;
    while happened < most && run.next_time().is_some_and(|next| next <= LIMIT) {
        happened += u64::from(run.step());
    }
    happened
}

/// Prints events as they happen.
fn tell(run: &mut dyn Run, until: Option<Micros>, args: &RunArgs, out: &mut impl Write) -> Result<(), Failure> {
    let mut told = 0;
    loop {
        let happened = go_on(run, until, CHUNK);
        if args.quiet && args.endless {
            for gauge in run.gauges() {
                writeln!(out, "{:>12}  {}", run.time().to_string(), measured(&gauge))?;
            }
        }
        if !args.quiet {
            for entry in run.log(told, u64::MAX) {
                let mark = match (entry.mark, entry.kind) {
                    (Some(Mark::Violation), _) => "✗",
                    (Some(Mark::Chosen), _) => "★",
                    (Some(Mark::Learned), _) => "✓",
                    (None, LogKind::Lost) => "–",
                    (None, LogKind::Hand) => "☞",
                    (None, _) => " ",
                };
                writeln!(out, "{:>6} {:>12} {mark} {}", entry.event, entry.time.to_string(), entry.text)?;
                for explanation in &entry.explanations {
                    let source = if explanation.source.is_empty() {
                        String::new()
                    } else {
                        format!(" ({})", explanation.source)
                    };
                    writeln!(out, "{:22}{}{source}", "", explanation.text)?;
                }
            }
        }
        told = run.events();
        if happened < CHUNK {
            return Ok(());
        }
    }
}

fn summarise(run: &dyn Run, out: &mut impl Write) -> Result<(), Failure> {
    let names: Vec<_> = run.nodes().into_iter().map(|node| node.label).collect();
    let list = |nodes: &[paxos_playground::paxos::NodeId]| {
        nodes.iter().map(|node| names[node.index()].as_str()).collect::<Vec<_>>().join(", ")
    };
    writeln!(out)?;
    for chosen in run.chosen() {
        writeln!(
            out,
            "chosen     {}{} at {} by {}, after {}; known to {}",
            if chosen.slot > 0 { format!("slot {}: ", chosen.slot) } else { String::new() },
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
    for gauge in run.gauges() {
        writeln!(out, "measured   {}", measured(&gauge))?;
    }
    writeln!(out, "end        {} events, {}", run.events(), run.time())?;
    writeln!(out, "link       #{}", run.scenario().link())?;
    writeln!(out, "digest     {:016x}", run.digest())?;
    Ok(())
}

/// `rounds decided 983 of 1000, 98.3000 %; exactly 98.2953 %`
fn measured(gauge: &Gauge) -> String {
    let percent = |parts: u128| format!("{}.{:04} %", parts / 10_000, parts % 10_000);
    let share = (u128::from(gauge.hits) * 1_000_000).checked_div(u128::from(gauge.of));
    let share = share.map_or("nothing yet".into(), percent);
    let exact = gauge.exact.map_or(String::new(), |exact| format!("; exactly {}", percent(u128::from(exact) / 1_000)));
    format!("{} {} of {}, {share}{exact}", gauge.name, gauge.hits, gauge.of)
}

/// The same as [`summarise`], for programs.
fn report(run: &dyn Run) -> Json {
    let names: Vec<_> = run.nodes().into_iter().map(|node| node.label).collect();
    let list = |nodes: &[paxos_playground::paxos::NodeId]| -> Vec<Json> {
        nodes.iter().map(|node| names[node.index()].clone().into()).collect()
    };
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
            "messages": messages.collect::<serde_json::Map<_, _>>(),
            "rounds": metrics.rounds, "preemptions": metrics.preemptions, "decisions": metrics.decisions,
            "crashes": metrics.crashes, "timers": metrics.timers,
            "first_chosen": metrics.first_chosen.map(|time| time.0),
            "all_learned": metrics.all_learned.map(|time| time.0),
        },
    })
}

fn print_knobs() -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    for about in SYSTEMS {
        writeln!(out, "system={}  {}\n{}", about.key, about.title, about.summary)?;
        for each in paxos_playground::scenario::knobs_of(about) {
            debug_assert!(knob(about, each.key).is_some());
            let default = each.kind.format(each.default);
            writeln!(out, "  {:12} {:28} default {default}", each.key, each.label)?;
            writeln!(out, "  {:12} {}", "", each.help)?;
        }
    }
    Ok(())
}
