//! `paxos check`: every interleaving within bounds.

mod bounds;
mod livelock;
mod outcome;

use crate::cli::{Failure, VIOLATED, bad, read_scenario, refuse};
use crate::live;
use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};
use outcome::Outcome;
use paxos_playground::check::explore::{self, Bounds, Exploration, Network, Progress, Verdict};
use paxos_playground::check::spec::SpecBounds;
use paxos_playground::check::spec::paxos::RULES;
use paxos_playground::paxos::About;
use paxos_playground::scenario::Scenario;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

/// A limit came before the end.
const BOUND_REACHED: u8 = 3;

#[derive(Clone, Copy, ValueEnum)]
enum NetworkArg {
    /// Any message, once sent, any number of times, in any order, or never.
    Set,
    /// Each message at most once, in any order, or never.
    Once,
}

#[derive(Clone, Copy, ValueEnum)]
enum SpecArg {
    /// Lamport's Paxos.tla.
    Paxos,
}

/// What the specification has not: it has a network, rounds and crashes of its own, in that any of its messages can be
/// read at any time, or never.
const SPEC_HAS_NOT: [&str; 9] =
    ["scenario", "set", "goal", "network", "rounds", "crashes", "restarts", "wipes", "refines"];

#[derive(Args)]
pub struct CheckArgs {
    /// A link, the part after its #, or the JSON of a scenario; @FILE reads it from a file. Its nodes, protocol knobs
    /// and broken rules count; network knobs and what was done by hand do not.
    #[arg(default_value = "")]
    scenario: String,
    /// Sets a knob or the system; may be given again and again.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Explores a specification in place of actors; its bounds are the five that follow.
    #[arg(long, value_enum, conflicts_with_all = SPEC_HAS_NOT)]
    spec: Option<SpecArg>,
    /// Acceptors of the specification.
    #[arg(long, value_name = "N", default_value_t = 3, requires = "spec")]
    acceptors: u8,
    /// Values of the specification.
    #[arg(long, value_name = "N", default_value_t = 2, requires = "spec")]
    values: u8,
    /// Ballots of the specification.
    #[arg(long, value_name = "N", default_value_t = 2, requires = "spec")]
    ballots: u8,
    /// Phase 1 quorum of the specification; a majority where it is not given.
    #[arg(long, value_name = "N", default_value_t = 0, requires = "spec")]
    q1: u8,
    /// Phase 2 quorum of the specification; a majority where it is not given.
    #[arg(long, value_name = "N", default_value_t = 0, requires = "spec")]
    q2: u8,
    /// Switches a rule off, of the actors or of the specification, beside those that the link switches off; may be given
    /// again and again.
    #[arg(long = "break", value_name = "RULE", value_parser = NonEmptyStringValueParser::new())]
    broken: Vec<String>,
    /// Also demands that every step of the actors is one of the specification: that they refine Paxos.tla.
    #[arg(long, conflicts_with = "goal")]
    refines: bool,
    /// What the network may do.
    #[arg(long, value_enum, default_value = "set")]
    network: NetworkArg,
    /// The highest round that any proposer begins.
    #[arg(long, value_name = "N", default_value_t = 1)]
    rounds: u32,
    /// How many crashes there may be in all.
    #[arg(long, value_name = "N", default_value_t = 0)]
    crashes: u8,
    /// How many restarts; as many as crashes where it is not given.
    #[arg(long, value_name = "N")]
    restarts: Option<u8>,
    /// How many times a node's disk may be erased.
    #[arg(long, value_name = "N", default_value_t = 0)]
    wipes: u8,
    /// Looks for a state in which something is true, in place of a broken property; a name that there is not lists all.
    /// `five-preemptions` takes learners=0 and, with two proposers, --rounds 5.
    #[arg(long, value_name = "NAME")]
    goal: Option<String>,
    /// Looks for a livelock, in place of a broken property: proposers that preempt one another for ever.
    #[arg(long, conflicts_with_all = ["spec", "goal", "refines", "symmetry", "exact"])]
    livelock: bool,
    /// Takes states that differ only in which like node is which for one.
    #[arg(long, conflicts_with_all = ["exact", "refines", "spec"])]
    symmetry: bool,
    /// Forgets messages that no receiver can act on any more, whatever comes: the same verdict from fewer states.
    #[arg(long, conflicts_with_all = ["spec", "livelock"])]
    forget: bool,
    /// Keeps whole states in place of 64-bit fingerprints: no state is missed, but each takes more memory.
    #[arg(long)]
    exact: bool,
    /// How many threads work on it; all cores where it is not given. The answer does not depend on it, but threads need
    /// memory, too, so a limit on memory can come earlier.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..))]
    threads: Option<u8>,
    /// Stops before it uses more memory, in MiB.
    #[arg(long, value_name = "MIB", default_value_t = 4096)]
    max_memory: u64,
    /// Stops after so many states.
    #[arg(long, value_name = "N")]
    max_states: Option<u64>,
    /// Prints one JSON object in place of text.
    #[arg(long)]
    json: bool,
}

/// The scenario and the bounds that the arguments ask for.
fn asked(args: &CheckArgs) -> Result<(Scenario, Bounds), Failure> {
    let mut scenario = read_scenario(&args.scenario, &args.set)?;
    if !args.broken.is_empty() {
        let mut broken = bounds::off(&scenario);
        broken.extend(args.broken.iter().map(String::as_str));
        let broken = format!("break={}", broken.join(","));
        scenario = read_scenario(&args.scenario, &[args.set.as_slice(), &[broken]].concat())?;
    }
    let bounds = Bounds {
        network: match args.network {
            NetworkArg::Set => Network::Set,
            NetworkArg::Once => Network::Once,
        },
        rounds: args.rounds,
        crashes: args.crashes,
        restarts: args.restarts.unwrap_or(args.crashes),
        wipes: args.wipes,
        goal: args.goal.as_deref().map(|name| goal(scenario.about(), name)).transpose()?,
        refines: args.refines,
        symmetry: args.symmetry,
        forget: args.forget,
        ..limits(args)
    };
    Ok((scenario, bounds))
}

/// What is explored, and what there is to say of it beforehand.
struct Question {
    exploration: Box<dyn Exploration>,
    /// Its bounds in words.
    within: String,
    off: Vec<&'static str>,
    notices: Vec<String>,
}

/// The actors of the scenario.
fn actors(args: &CheckArgs) -> Result<Question, Failure> {
    let (scenario, bounds) = asked(args)?;
    let (exploration, notices) = explore::explore(&scenario, bounds);
    refuse(&notices)?;
    let within = bounds::of_actors(&scenario, &bounds);
    Ok(Question {
        exploration,
        within,
        off: bounds::off(&scenario),
        notices: bounds::not_counted(&scenario, bounds.network),
    })
}

fn limits(args: &CheckArgs) -> Bounds {
    Bounds {
        exact: args.exact,
        threads: args.threads.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from),
        most_bytes: args.max_memory.saturating_mul(1 << 20),
        most_states: args.max_states.unwrap_or(u64::MAX),
        ..Bounds::default()
    }
}

/// The specification.
fn specification(args: &CheckArgs) -> Result<Question, Failure> {
    let mut broken = 0;
    for name in args.broken.iter().flat_map(|names| names.split(',')) {
        broken |= SpecBounds::rule(name).ok_or_else(|| {
            let known: Vec<_> = RULES.iter().map(|(name, off)| format!("  {name:22}{off}")).collect();
            bad(format!("--break {name}: the specification has no such rule; it has\n{}", known.join("\n")))
        })?;
    }
    let &CheckArgs { acceptors, values, ballots, q1, q2, .. } = args;
    let bounds = SpecBounds { acceptors, values, ballots, q1, q2, broken };
    let exploration = explore::specification(bounds, limits(args)).map_err(|notice| bad(notice.to_string()))?;
    let (within, off) = (bounds::of_specification(&bounds), bounds::off_in_specification(&bounds));
    Ok(Question { exploration, within, off, notices: Vec::new() })
}

pub fn check(args: &CheckArgs) -> Result<ExitCode, Failure> {
    if args.livelock {
        return livelock::hunt(args);
    }
    let start = Instant::now();
    let stop = live::interruption();
    let Question { mut exploration, within, off, mut notices } = match args.spec {
        Some(SpecArg::Paxos) => specification(args)?,
        None => actors(args)?,
    };
    notices.extend(bounds::not_done(args, &exploration.bounds()));
    notices.iter().for_each(|notice| eprintln!("paxos: {notice}"));
    let mut told = start;
    let verdict = loop {
        match exploration.go_on(50_000) {
            Verdict::Open if !stop.load(Ordering::SeqCst) => {}
            verdict => break verdict,
        }
        if told.elapsed() > Duration::from_secs(2) {
            told = Instant::now();
            eprintln!("{}", so_far(exploration.progress(), start.elapsed()));
        }
    };
    // That like nodes are not alike turns out on the way.
    for notice in bounds::not_done(args, &exploration.bounds()) {
        if !notices.contains(&notice) {
            eprintln!("paxos: {notice}");
            notices.push(notice);
        }
    }
    let (seconds, goal, of_specification) = (start.elapsed(), args.goal.is_some(), args.spec.is_some());
    let outcome = Outcome { exploration, verdict, seconds, of_specification, goal, bounds: within, off, notices };
    let mut out = io::stdout().lock();
    match args.json {
        true => writeln!(out, "{:#}", outcome.json())?,
        false => outcome.tell(&mut out)?,
    }
    Ok(ExitCode::from(match outcome.verdict {
        Verdict::Violated { .. } => VIOLATED,
        Verdict::Full | Verdict::Open => BOUND_REACHED,
        Verdict::Holds | Verdict::Reached => 0,
    }))
}

fn goal(about: &About, name: &str) -> Result<usize, Failure> {
    about.goals.iter().position(|goal| goal.name == name).ok_or_else(|| {
        let known: Vec<_> = about.goals.iter().map(|goal| format!("  {:22}{}", goal.name, goal.about)).collect();
        bad(format!("--goal {name}: there is no such goal; there are\n{}", known.join("\n")))
    })
}

fn so_far(progress: Progress, time: Duration) -> String {
    let rate = progress.states as f64 / time.as_secs_f64().max(1e-9) / 1e6;
    let Progress { states, frontier, depth, bytes, .. } = progress;
    format!("{states} states, {frontier} to expand, depth {depth}, {rate:.1} M states/s, {} MiB", bytes >> 20)
}
