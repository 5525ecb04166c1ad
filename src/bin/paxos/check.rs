//! `paxos check`: every interleaving within bounds.

use crate::cli::{Failure, VIOLATED, bad, read_scenario, refuse};
use clap::{Args, ValueEnum};
use paxos_playground::check::explore::{self, Bounds, Exploration, Network, Progress, Verdict};
use paxos_playground::paxos::About;
use paxos_playground::run;
use paxos_playground::scenario::Scenario;
use serde_json::{Value as Json, json};
use std::io::{self, Write};
use std::process::ExitCode;
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

#[derive(Args)]
pub struct CheckArgs {
    /// A link, the part after its #, or the JSON of a scenario; @FILE reads it from a file. Its nodes, protocol knobs
    /// and broken rules count; network knobs and what was done by hand do not.
    #[arg(default_value = "")]
    scenario: String,
    /// Sets a knob or the system; may be given again and again.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
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
    /// Looks for a state in which something is true, in place of a broken property.
    #[arg(long, value_name = "NAME")]
    goal: Option<String>,
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

pub fn check(args: &CheckArgs) -> Result<ExitCode, Failure> {
    let scenario = read_scenario(&args.scenario, &args.set)?;
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
        most_bytes: args.max_memory.saturating_mul(1 << 20),
        most_states: args.max_states.unwrap_or(u64::MAX),
        ..Bounds::default()
    };
    let (mut exploration, notices) = explore::explore(&scenario, bounds);
    refuse(&notices)?;
    let start = Instant::now();
    let mut told = start;
    let verdict = loop {
        match exploration.go_on(50_000) {
            Verdict::Open => {}
            verdict => break verdict,
        }
        if told.elapsed() > Duration::from_secs(2) {
            told = Instant::now();
            eprintln!("{}", so_far(exploration.progress(), start.elapsed()));
        }
    };
    let outcome = Outcome { exploration, verdict, seconds: start.elapsed() };
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

struct Outcome {
    exploration: Box<dyn Exploration>,
    verdict: Verdict,
    seconds: Duration,
}

impl Outcome {
    /// The verdict in one sentence, with what it covers and how sure it is.
    fn verdict(&self) -> String {
        let progress = self.exploration.progress();
        let depth = progress.depth;
        match &self.verdict {
            Verdict::Violated { property, what } => format!("{property} is broken after {depth} steps: {what}"),
            Verdict::Reached => format!("the goal is reached after {depth} steps"),
            Verdict::Holds => {
                let missed = explore::missed(progress.states) as f64 / 1e12;
                format!("holds in all runs within the bounds (a state was missed with probability below {missed:.1e})")
            }
            Verdict::Full | Verdict::Open => {
                format!("nothing found in all runs of fewer than {depth} steps; then a limit was reached")
            }
        }
    }

    /// The steps of the witness in words.
    fn sentences(witness: &Scenario) -> Vec<String> {
        let (mut run, _) = run::open(witness);
        run.advance(paxos_playground::scenario::MAX_TIME, u64::MAX);
        let entries = run.log(0, u64::MAX).into_iter();
        let told = entries.filter(|entry| entry.kind != run::LogKind::Hand && entry.time.0 > 0);
        told.map(|entry| {
            let why = entry.explanations.iter().map(|explanation| explanation.text.as_str()).collect::<Vec<_>>();
            if why.is_empty() { entry.text } else { format!("{}. {}", entry.text, why.join(" ")) }
        })
        .collect()
    }

    fn tell(&self, out: &mut impl Write) -> io::Result<()> {
        let progress = self.exploration.progress();
        if let Some(witness) = self.exploration.witness() {
            for (at, sentence) in Self::sentences(&witness).iter().enumerate() {
                writeln!(out, "{:>4}  {sentence}", at + 1)?;
            }
            writeln!(out, "\nlink         #{}", witness.link())?;
        }
        writeln!(out, "verdict      {}", self.verdict())?;
        writeln!(out, "states       {} ({} of them with a chosen value)", progress.states, progress.chosen)?;
        writeln!(out, "transitions  {}", progress.transitions)?;
        writeln!(out, "depth        {}; {} states lead nowhere", progress.depth, progress.terminal)?;
        writeln!(out, "speed        {}", so_far(progress, self.seconds))?;
        writeln!(out, "actors       run {} times; all else was looked up", self.exploration.runs())
    }

    fn json(&self) -> Json {
        let progress = self.exploration.progress();
        let seconds = self.seconds.as_secs_f64();
        let name = match &self.verdict {
            Verdict::Violated { .. } => "violated",
            Verdict::Reached => "reached",
            Verdict::Holds => "holds",
            Verdict::Full | Verdict::Open => "bound",
        };
        let property = match &self.verdict {
            Verdict::Violated { property, .. } => Some(*property),
            _ => None,
        };
        let witness = self
            .exploration
            .witness()
            .map(|witness| json!({ "link": format!("#{}", witness.link()), "steps": Self::sentences(&witness) }));
        json!({
            "verdict": name, "property": property, "sentence": self.verdict(),
            "states": progress.states, "transitions": progress.transitions, "depth": progress.depth,
            "terminal": progress.terminal, "chosen_states": progress.chosen,
            "counterexample": witness,
            "seconds": seconds,
            "states_per_second": (progress.states as f64 / seconds.max(1e-9)).round(),
            "bytes_per_state": (progress.kept as f64 / progress.states as f64 * 10.0).round() / 10.0,
        })
    }
}
