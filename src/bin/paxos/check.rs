//! `paxos check`: every interleaving within bounds.

mod livelock;

use crate::cli::{Failure, VIOLATED, bad, read_scenario, refuse};
use clap::{Args, ValueEnum};
use paxos_playground::check::explore::{self, Bounds, Exploration, Network, Progress, Verdict};
use paxos_playground::check::spec::SpecBounds;
use paxos_playground::check::spec::paxos::RULES;
use paxos_playground::paxos::About;
use paxos_playground::run;
use paxos_playground::scenario::Scenario;
use serde_json::{Value as Json, json};
use std::io::{self, Write};
use std::process::ExitCode;
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
    #[arg(long, value_enum, conflicts_with_all = ["scenario", "set", "goal", "rounds", "crashes", "wipes", "refines"])]
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
    /// Switches a rule off, of the actors or of the specification; may be given again and again.
    #[arg(long = "break", value_name = "RULE")]
    broken: Vec<String>,
    /// Also demands that every step of the actors is one of the specification: that they refine Paxos.tla.
    #[arg(long)]
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
    /// How many threads work on it; all cores where it is not given. The answer does not depend on it.
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
    let broken = (!args.broken.is_empty()).then(|| format!("break={}", args.broken.join(",")));
    let sets: Vec<_> = args.set.iter().cloned().chain(broken).collect();
    let scenario = read_scenario(&args.scenario, &sets)?;
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

/// The actors of the scenario as an exploration.
fn actors(args: &CheckArgs) -> Result<Box<dyn Exploration>, Failure> {
    let (scenario, bounds) = asked(args)?;
    let (exploration, notices) = explore::explore(&scenario, bounds);
    refuse(&notices)?;
    Ok(exploration)
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

/// The specification as an exploration.
fn specification(args: &CheckArgs) -> Result<Box<dyn Exploration>, Failure> {
    let mut broken = 0;
    for name in args.broken.iter().flat_map(|names| names.split(',')) {
        broken |= SpecBounds::rule(name).ok_or_else(|| {
            let known: Vec<_> = RULES.iter().map(|(name, off)| format!("  {name:22}{off}")).collect();
            bad(format!("--break {name}: the specification has no such rule; it has\n{}", known.join("\n")))
        })?;
    }
    let &CheckArgs { acceptors, values, ballots, q1, q2, .. } = args;
    let bounds = SpecBounds { acceptors, values, ballots, q1, q2, broken };
    explore::specification(bounds, limits(args)).map_err(|notice| bad(notice.to_string()))
}

pub fn check(args: &CheckArgs) -> Result<ExitCode, Failure> {
    if args.livelock {
        return livelock::hunt(args);
    }
    let mut exploration = match args.spec {
        Some(SpecArg::Paxos) => specification(args)?,
        None => actors(args)?,
    };
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
    let outcome = Outcome {
        exploration,
        verdict,
        seconds: start.elapsed(),
        exact: args.exact,
        goal: args.goal.is_some(),
        of_specification: args.spec.is_some(),
    };
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
    exact: bool,
    of_specification: bool,
    /// Whether a state was looked for that is worth finding, not a broken property.
    goal: bool,
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
                let what = match self.goal {
                    true => "no run within the bounds reaches the goal",
                    false => "holds in all runs within the bounds",
                };
                if self.exact {
                    return format!("{what}; whole states were compared");
                }
                let missed = explore::missed(progress.states) as f64 / 1e12;
                format!("{what} (a state was missed with probability below {missed:.1e})")
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

    /// What was found as a link, where it opens on the stage, and in sentences: of the specification its own, of actors
    /// those of the stage.
    fn witness(&self) -> (Option<String>, Vec<String>) {
        let witness = self.exploration.witness();
        let link = witness.as_ref().map(|witness| format!("#{}", witness.link()));
        let sentences = match witness.filter(|_| !self.of_specification) {
            Some(witness) => Self::sentences(&witness),
            None => self.exploration.sentences(),
        };
        (link, sentences)
    }

    fn tell(&self, out: &mut impl Write) -> io::Result<()> {
        let progress = self.exploration.progress();
        let (link, sentences) = self.witness();
        for (at, sentence) in sentences.iter().enumerate() {
            writeln!(out, "{:>4}  {sentence}", at + 1)?;
        }
        let by = if self.of_specification { "  (the same schedule, done by the actors of a synod)" } else { "" };
        match link {
            Some(link) => writeln!(out, "\nlink         {link}{by}")?,
            None if sentences.is_empty() => {}
            None => {
                let first = self.exploration.followed().and_then(Result::err).map_or(0, |at| at + 1);
                writeln!(out, "\nlink         none: no step of the actors of a synod is action {first}")?;
            }
        }
        writeln!(out, "verdict      {}", self.verdict())?;
        writeln!(out, "states       {} ({} of them with a chosen value)", progress.states, progress.chosen)?;
        writeln!(out, "transitions  {}", progress.transitions)?;
        writeln!(out, "depth        {}; {} states lead nowhere", progress.depth, progress.terminal)?;
        writeln!(out, "speed        {}", so_far(progress, self.seconds))?;
        match self.exploration.runs() {
            0 => Ok(()),
            runs => writeln!(out, "actors       run {runs} times; all else was looked up"),
        }
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
        let (link, sentences) = self.witness();
        let witness = (!sentences.is_empty()).then(|| json!({ "link": link, "steps": sentences }));
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
