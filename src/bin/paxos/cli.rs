//! What the command line does.

use crate::{check, compare, knobs, live};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use paxos_playground::check::Latency;
use paxos_playground::paxos::registry::SYSTEMS;
use paxos_playground::paxos::{Gauge, Kind, Micros, Notice};
use paxos_playground::run::{self, LogKind, Mark, Run};
use paxos_playground::scenario::Scenario;
use paxos_playground::sim::Action;
use serde_json::{Value as Json, json};
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

/// Bad input: nothing was run.
const BAD_INPUT: u8 = 2;
/// How many events a run that goes on for ever keeps.
const LIVE_HISTORY: usize = 1_000;
/// Where a run without `--until` is stopped.
const LIMIT: Micros = Micros(600_000_000);
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
    /// Lets every system do the same work under the same faults, and sets side by side what it costs and how long it
    /// takes.
    Compare(compare::CompareArgs),
    /// Lists the systems with their knobs, as a link, --set, or an argument of their name takes them.
    Knobs {
        /// Only those of this system.
        system: Option<String>,
    },
}

#[derive(Args)]
struct RunArgs {
    /// A link, the part after its #, or the JSON of a scenario; @FILE reads it from a file. Without one, the default
    /// scenario runs.
    #[arg(default_value = "")]
    scenario: String,
    /// The system. A run that is asked for in this way shows how it stands and goes on until Ctrl-C, or until nothing
    /// more can happen; its knobs are arguments, listed by --help together with this one.
    #[arg(long, value_name = "KEY")]
    system: Option<String>,
    /// The seed, from which all chance comes.
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    seed: Option<String>,
    /// Sets a knob, the seed or the system; may be given again and again.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// A client asks for this value at the beginning; may be given again and again.
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    propose: Vec<String>,
    /// A client asks for the system's whole stream of values at the beginning.
    #[arg(long)]
    autopropose: bool,
    /// Stops at this virtual time, like 10s or 400ms. Without it a run from a link goes on until nothing more can
    /// happen, but not beyond 10 virtual minutes.
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Stops after so many events.
    #[arg(long, value_name = "N")]
    events: Option<u64>,
    /// Shows how the run stands instead of every event, as with --system.
    #[arg(long)]
    live: bool,
    /// Prints every event, also with --system.
    #[arg(long, conflicts_with_all = ["live", "quiet"])]
    log: bool,
    /// Prints one JSON object in place of text.
    #[arg(long)]
    json: bool,
    /// Prints the figures of the run, and nothing else.
    #[arg(long, value_enum, value_name = "FORM", conflicts_with = "json")]
    metrics: Option<Form>,
    /// Prints no events, only what came of them.
    #[arg(long)]
    quiet: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Form {
    /// One object.
    Json,
    /// A table.
    Csv,
}

pub fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os().map(|argument| argument.to_string_lossy().into()).collect();
    let system = [knobs::system_of(&arguments)];
    let command = Cli::command()
        .mut_subcommand("run", |run| knobs::with_knobs(run, &system))
        .mut_subcommand("compare", |compare| knobs::with_knobs(compare, SYSTEMS));
    let matches = command.get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let given = |systems| matches.subcommand().map_or(Vec::new(), |(_, matches)| knobs::given(matches, systems));
    let outcome = match cli.command {
        Command::Run(args) => run(&args, given(&system)),
        Command::Check(args) => check::check(&args),
        Command::Compare(args) => compare::compare(&args, &given(SYSTEMS)),
        Command::Knobs { system } => knobs::print(system.as_deref()).map(|()| ExitCode::SUCCESS),
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

fn run(args: &RunArgs, mut sets: Vec<String>) -> Result<ExitCode, Failure> {
    if let Some(key) = &args.system {
        sets.insert(0, format!("system={}", knobs::named(key)?.key));
    }
    sets.extend(args.seed.iter().map(|seed| format!("seed={seed}")));
    sets.extend(args.set.iter().cloned());
    let scenario = read_scenario(&args.scenario, &sets)?;
    let until = args.until.as_deref().map(|text| duration("--until", text)).transpose()?;
    let live = args.live || args.system.is_some() && !args.log;
    let (mut run, notices) = run::open_bounded(&scenario, if live { LIVE_HISTORY } else { run::HISTORY });
    refuse(&notices)?;
    ask(&mut *run, args)?;
    let stop = live::interruption();
    let told = !(args.json || args.metrics.is_some());
    let mut out = io::stdout().lock();
    if live {
        drop(out);
        live::go(&mut *run, live::End { until, events: args.events }, told && !args.quiet, &stop)?;
        out = io::stdout().lock();
    } else {
        let quiet = args.quiet || !told;
        tell(&mut *run, (until, args.events.unwrap_or(u64::MAX), &stop), quiet, &mut out)?;
    }
    match args.metrics {
        Some(Form::Json) => writeln!(out, "{:#}", run.metrics().json())?,
        Some(Form::Csv) => write!(out, "{}", run.metrics().csv())?,
        None if args.json => writeln!(out, "{:#}", report(&*run))?,
        None => summarise(&*run, &mut out)?,
    }
    let broken = run.properties().iter().any(|property| property.broken.is_some());
    Ok(ExitCode::from(if broken { VIOLATED } else { 0 }))
}

/// The time that an argument names.
pub(crate) fn duration(argument: &str, text: &str) -> Result<Micros, Failure> {
    let time = Kind::Duration { max: 1_000_000_000_000 }.parse(text);
    Ok(Micros(time.map_err(|why| bad(format!("{argument} {text}: {why}")))? as u64))
}

/// Asks for the values that the arguments name, once the nodes are up.
fn ask(run: &mut dyn Run, args: &RunArgs) -> Result<(), Failure> {
    let mut values: Vec<&str> = args.propose.iter().map(String::as_str).collect();
    if args.autopropose {
        let about = run.about();
        let none = || bad(format!("--autopropose: system {} has no stream of values to ask for", about.key));
        values.extend(about.ask.many.ok_or_else(none)?.values);
    }
    if values.is_empty() {
        return Ok(());
    }
    run.advance(Micros::ZERO, u64::MAX);
    let node = run.front().ok_or_else(|| bad("--propose: no node that takes requests is up at the beginning"))?;
    for value in values {
        let asked = run.act(Action::Request(node, value.into()));
        asked.map_err(|notice| bad(format!("--propose {value}: {}", notice.problem)))?;
    }
    Ok(())
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
fn tell(
    run: &mut dyn Run,
    (until, events, stop): (Option<Micros>, u64, &AtomicBool),
    quiet: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let mut told = 0;
    loop {
        let most = events.saturating_sub(run.events()).min(10_000);
        let happened = if stop.load(Ordering::SeqCst) { 0 } else { go_on(run, until, most) };
        if !quiet {
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
        if happened < most || most < 10_000 {
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
pub(crate) fn measured(gauge: &Gauge) -> String {
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
            "figures": metrics.json(),
            "messages": messages.collect::<serde_json::Map<_, _>>(),
            "rounds": metrics.rounds, "preemptions": metrics.preemptions, "decisions": metrics.decisions,
            "crashes": metrics.crashes, "timers": metrics.timers,
            "first_chosen": metrics.first_chosen.map(|time| time.0),
            "all_learned": metrics.all_learned.map(|time| time.0),
        },
    })
}
