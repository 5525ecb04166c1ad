//! What the command line does.

use crate::report::{report, summarise};
use crate::{check, compare, knobs, live};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use paxos_playground::paxos::registry::SYSTEMS;
use paxos_playground::paxos::{Kind, Micros, Notice};
use paxos_playground::run::{self, LogKind, Mark, Run};
use paxos_playground::scenario::Scenario;
use paxos_playground::sim::Action;
use serde_json::json;
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
    let as_json = arguments.iter().any(|argument| argument == "--json");
    let parsed = command.try_get_matches().and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    let (cli, matches) = parsed.unwrap_or_else(|error| {
        if as_json && error.use_stderr() {
            tell_error(&[error.to_string().trim_end().into()]);
        }
        error.exit()
    });
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
            if as_json {
                tell_error(&messages);
            }
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

/// What is wrong with the input, for programs.
fn tell_error(messages: &[String]) {
    // Whoever does not read it has it as text, too.
    _ = writeln!(io::stdout(), "{:#}", json!({ "error": messages }));
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
