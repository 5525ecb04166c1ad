//! A run that goes on until somebody stops it, with a summary that is always up to date.

use crate::cli::Failure;
use crate::report::measured;
use paxos_playground::paxos::Micros;
use paxos_playground::run::{Metrics, Run};
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often the line on a terminal is written anew, and how often a line is written elsewhere.
const EVERY: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(2)];
/// So many events happen between two looks at the clock.
const SLICE: u64 = 5_000;

/// Where a run ends by itself.
#[derive(Clone, Copy)]
pub struct End {
    /// Not after this virtual time.
    pub until: Option<Micros>,
    /// After so many events.
    pub events: Option<u64>,
}

/// Whether Ctrl-C was pressed. A second one ends the program at once.
pub fn interruption() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let seen = flag.clone();
    let handler = move || {
        if seen.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    };
    if let Err(error) = ctrlc::set_handler(handler) {
        eprintln!("paxos: Ctrl-C ends the run without a summary: {error}");
    }
    flag
}

/// Lets `run` go on until its end, until nothing more can happen, or until Ctrl-C. Tells how it stands on the way if
/// `tell`.
pub fn go(run: &mut dyn Run, end: End, tell: bool, stop: &AtomicBool) -> Result<(), Failure> {
    let terminal = io::stdout().is_terminal();
    let every = EVERY[usize::from(!terminal)];
    let (start, mut told) = (Instant::now(), Instant::now());
    let mut out = io::stdout().lock();
    let until = end.until.unwrap_or(Micros::NEVER);
    while !stop.load(Ordering::SeqCst) {
        let left = end.events.map_or(SLICE, |events| events.saturating_sub(run.events()).min(SLICE));
        if left == 0 || run.next_time().is_none_or(|next| next > until) {
            break;
        }
        if end.until.is_some() {
            run.advance(until, left);
        } else {
            // Without an end in time, the clock must not run past the last event.
            for _ in 0..left {
                if !run.step() {
                    break;
                }
            }
        }
        if tell && told.elapsed() >= every {
            told = Instant::now();
            let line = line(run, start.elapsed());
            if terminal {
                write!(out, "\r\x1b[2K{line}")?;
                out.flush()?;
            } else {
                writeln!(out, "{line}")?;
            }
        }
    }
    if end.until.is_some() && !stop.load(Ordering::SeqCst) && run.next_time().is_none_or(|next| next > until) {
        run.advance(until, 0);
    }
    if tell && terminal {
        writeln!(out, "\r\x1b[2K")?;
    }
    Ok(())
}

/// How the run stands, in one line.
fn line(run: &dyn Run, since: Duration) -> String {
    let metrics = run.metrics();
    let (sent, _, lost) = metrics.total();
    let rate = run.events() as f64 / since.as_secs_f64().max(1e-9) / 1e6;
    let mut line = format!(
        "{}  {} events  {sent} messages, {lost} lost  {} chosen",
        whole_millis(run.time()),
        run.events(),
        metrics.decisions
    );
    for gauge in run.gauges() {
        line += &format!("  {}", measured(&gauge));
    }
    if metrics.until_answered.count > 0 {
        line += &format!("  answers {}", latency(&metrics));
    }
    let broken = run.properties().iter().filter(|property| property.broken.is_some()).count();
    if broken > 0 {
        line += &format!("  {broken} BROKEN");
    }
    line + &format!("  {rate:.2} M events/s")
}

/// `median 1.2s, 95 % within 2.3s`
fn latency(metrics: &Metrics) -> String {
    let [median, p95] = [metrics.until_answered.median, metrics.until_answered.p95].map(whole_millis);
    format!("median {median}, 95 % within {p95}")
}

/// The time without what is below a millisecond.
pub fn whole_millis(time: Micros) -> Micros {
    Micros(time.0 / 1_000 * 1_000)
}
