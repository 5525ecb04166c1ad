//! What came of an exploration, for people and for programs.

use super::bounds::count;
use super::so_far;
use paxos_playground::check::explore::{self, Exploration, Verdict};
use paxos_playground::run;
use paxos_playground::scenario::{MAX_TIME, Scenario};
use serde_json::{Value as Json, json};
use std::io::{self, Write};
use std::time::Duration;

pub struct Outcome {
    pub exploration: Box<dyn Exploration>,
    /// One that is still open was interrupted.
    pub verdict: Verdict,
    pub seconds: Duration,
    pub of_specification: bool,
    /// Whether a state was looked for that is worth finding, not a broken property.
    pub goal: bool,
    /// The bounds in words.
    pub bounds: String,
    /// The rules that were switched off.
    pub off: Vec<&'static str>,
    /// What was asked for and not done.
    pub notices: Vec<String>,
}

impl Outcome {
    /// The verdict in one sentence, with how sure it is.
    fn verdict(&self) -> String {
        let depth = self.exploration.progress().depth;
        let steps = count(depth.into(), if self.of_specification { "action" } else { "step" });
        let after = match depth {
            0 => "as soon as all nodes have started".into(),
            _ => format!("after {steps}"),
        };
        match &self.verdict {
            Verdict::Violated { property, what } => format!("{property} is broken {after}: {what}"),
            Verdict::Reached => format!("the goal is reached {after}"),
            Verdict::Holds => {
                let what = match self.goal {
                    true => "no run within the bounds reaches the goal",
                    false => "holds in all runs within the bounds",
                };
                let although = match self.off.as_slice() {
                    [] => String::new(),
                    off => format!(", even with {} switched off", off.join(", ")),
                };
                format!("{what}{although} ({})", self.missed())
            }
            Verdict::Full | Verdict::Open => {
                let why = self.limit();
                format!("nothing found in all runs of up to {steps}; then {why} ({})", self.missed())
            }
        }
    }

    /// Why nobody knows more.
    fn limit(&self) -> String {
        let (bounds, states) = (self.exploration.bounds(), self.exploration.progress().states);
        match self.verdict {
            Verdict::Open => "it was interrupted".into(),
            _ if states >= bounds.most_states => {
                format!("the limit of {} was reached", count(bounds.most_states, "state"))
            }
            _ if states >= u64::from(u32::MAX) - 1 => "no more states can be told apart".into(),
            _ => format!("the limit of {} MiB of memory was reached", bounds.most_bytes >> 20),
        }
    }

    /// How sure it is that no state was taken for another.
    fn missed(&self) -> String {
        if self.exploration.bounds().exact {
            return "whole states were compared".into();
        }
        let missed = explore::missed(self.exploration.progress().states) as f64 / 1e12;
        format!("a state was missed with probability below {missed:.1e}")
    }

    /// The steps of the witness in words, a sentence or more for each.
    fn sentences(&self, witness: &Scenario) -> Vec<String> {
        let (mut run, _) = run::open(witness);
        run.advance(MAX_TIME, u64::MAX);
        let log = run.log(0, u64::MAX);
        let told = run::steps(&log, self.exploration.sentences()).into_iter().map(|(what, happened)| {
            let why = run::why(&happened);
            if why.is_empty() { what } else { format!("{what}. {why}") }
        });
        told.collect()
    }

    /// What was found as a link, where it opens on the stage, and in sentences: of the specification its own, of actors
    /// those of the stage.
    fn witness(&self) -> (Option<String>, Vec<String>) {
        let witness = self.exploration.witness();
        let link = witness.as_ref().map(|witness| format!("#{}", witness.link()));
        let sentences = match witness.filter(|_| !self.of_specification) {
            Some(witness) => self.sentences(&witness),
            None => self.exploration.sentences(),
        };
        (link, sentences)
    }

    pub fn tell(&self, out: &mut impl Write) -> io::Result<()> {
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
        writeln!(out, "bounds       {}", self.bounds)?;
        if !self.off.is_empty() {
            writeln!(out, "switched off {}", self.off.join(", "))?;
        }
        writeln!(out, "states       {} ({} of them with a chosen value)", progress.states, progress.chosen)?;
        writeln!(out, "transitions  {}", progress.transitions)?;
        writeln!(
            out,
            "depth        {}; nothing more can happen in {} of the states",
            progress.depth, progress.terminal
        )?;
        writeln!(out, "speed        {}", so_far(progress, self.seconds))?;
        match self.exploration.runs() {
            0 => Ok(()),
            runs => writeln!(out, "actors       run {runs} times; all else was looked up"),
        }
    }

    pub fn json(&self) -> Json {
        let progress = self.exploration.progress();
        let seconds = self.seconds.as_secs_f64();
        let name = match &self.verdict {
            Verdict::Violated { .. } => "violated",
            Verdict::Reached => "reached",
            Verdict::Holds => "holds",
            Verdict::Full => "bound",
            Verdict::Open => "stopped",
        };
        let property = match &self.verdict {
            Verdict::Violated { property, .. } => Some(*property),
            _ => None,
        };
        let (link, sentences) = self.witness();
        let witness = (link.is_some() || !sentences.is_empty()).then(|| json!({ "link": link, "steps": sentences }));
        json!({
            "verdict": name, "property": property, "sentence": self.verdict(),
            "bounds": self.bounds, "switched_off": self.off, "notices": self.notices,
            "states": progress.states, "transitions": progress.transitions, "depth": progress.depth,
            "terminal": progress.terminal, "chosen_states": progress.chosen,
            "counterexample": witness,
            "seconds": seconds,
            "states_per_second": (progress.states as f64 / seconds.max(1e-9)).round(),
            "bytes_per_state": (progress.kept as f64 / progress.states as f64 * 10.0).round() / 10.0,
        })
    }
}
