//! `paxos check --livelock`: whether proposers can preempt one another for ever.

use super::{BOUND_REACHED, CheckArgs, asked, bounds, so_far};
use crate::cli::{Failure, VIOLATED, refuse};
use crate::live;
use paxos_playground::check::explore::{self, Livelock, NO_LATER_ROUNDS};
use serde_json::json;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

pub fn hunt(args: &CheckArgs) -> Result<ExitCode, Failure> {
    let (scenario, bounds) = asked(args)?;
    let start = Instant::now();
    let stop = live::interruption();
    let (mut hunt, notices) = explore::livelock(&scenario, bounds);
    refuse(&notices)?;
    let mut told = start;
    let answer = loop {
        match hunt.go_on(20_000) {
            Livelock::Open if !stop.load(Ordering::SeqCst) => {}
            answer => break answer,
        }
        if told.elapsed() > Duration::from_secs(2) {
            told = Instant::now();
            eprintln!("{}", so_far(hunt.progress(), start.elapsed()));
        }
    };
    let states = hunt.progress().states;
    let sentence = match &answer {
        Livelock::Unknown if !hunt.tells_rounds() => {
            format!(
                "nobody knows: a message makes a node begin a ballot, and of {}, {NO_LATER_ROUNDS}",
                scenario.system
            )
        }
        answer => sentence(answer, states),
    };
    let within = bounds::of_actors(&scenario, &bounds);
    let (verdict, code) = match &answer {
        Livelock::Found(_) => ("livelock", VIOLATED),
        Livelock::NeedsTimers { .. } => ("none", 0),
        Livelock::Open => ("stopped", BOUND_REACHED),
        Livelock::Unknown => ("bound", BOUND_REACHED),
    };
    let mut out = io::stdout().lock();
    if args.json {
        let lasso = match &answer {
            Livelock::Found(lasso) => json!({
                "link": format!("#{}", lasso.scenario.link()), "stem": lasso.stem, "cycle": lasso.cycle,
                "rounds": lasso.rounds, "steps": lasso.words,
            }),
            _ => json!(null),
        };
        let seconds = start.elapsed().as_secs_f64();
        let all = json!({
            "verdict": verdict, "sentence": sentence, "bounds": within, "states": states, "lasso": lasso, "seconds": seconds,
        });
        writeln!(out, "{all:#}")?;
        return Ok(ExitCode::from(code));
    }
    if let Livelock::Found(lasso) = &answer {
        writeln!(out, "after {} steps, again and again:", lasso.stem)?;
        for (at, words) in lasso.words.iter().enumerate() {
            writeln!(out, "{:>4}  {words}", at + 1)?;
        }
        writeln!(out, "\nlink         #{}", lasso.scenario.link())?;
    }
    writeln!(out, "verdict      {sentence}")?;
    writeln!(out, "bounds       {within}")?;
    writeln!(out, "states       {states}")?;
    Ok(ExitCode::from(code))
}

fn sentence(answer: &Livelock, states: u64) -> String {
    match answer {
        Livelock::Found(lasso) => format!(
            "livelock: {} deliveries after which all is as before, but {} rounds later; no time-out is needed, \
             and messages that they leave out are lost",
            lasso.cycle, lasso.rounds
        ),
        Livelock::NeedsTimers { random } => format!(
            "no livelock by messages alone: in none of the {states} states within the bounds does a message make a node \
             begin a ballot, so an endless duel needs a timer for every ballot{}",
            match random {
                true => ", and each of those waits has a random part",
                false => "; but not every such wait has a random part, so in step they could go on",
            }
        ),
        Livelock::Open => "nothing found before it was interrupted".into(),
        Livelock::Unknown => "nothing found before a limit was reached".into(),
    }
}
