//! One workload, every system: a client asks for the same commands one after another, under the same faults, and each
//! system is timed and its messages are counted.
//!
//! A system whose run chooses one value only takes an instance of its own for each command, as a log made of synods
//! does (*The Part-Time Parliament*, section 3.1): if an instance chooses another value, the client asks again in the
//! next one. Nothing here names a system.

use super::{Run, open_bounded};
use crate::check::{Latency, Samples};
use crate::paxos::registry::SYSTEMS;
use crate::paxos::{About, Micros, Notice};
use crate::scenario::{Scenario, knob};
use crate::sim::{Action, Chance};

/// What every system has to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Workload {
    /// How many commands the client asks for.
    pub commands: u32,
    /// The seed of all chance.
    pub seed: u64,
    /// Settings by key, as they are written in links. Each system takes those that it has.
    pub settings: Vec<(String, String)>,
    /// How long the client waits for an answer before it asks for the next command.
    pub patience: Micros,
}

impl Default for Workload {
    fn default() -> Self {
        Self { commands: 20, seed: 1, settings: Vec::new(), patience: Micros(60_000_000) }
    }
}

/// What is set where nobody said otherwise, so that all systems begin alike: five acceptors, one proposer, no clients of
/// their own, no faults.
const ALIKE: [(&str, i64); 5] = [("acceptors", 5), ("nodes", 5), ("proposers", 1), ("commands", 0), ("failure", 0)];
/// The first command is this number; numbers of four digits are not mistaken for one another in longer texts.
const FIRST: u32 = 1_000;
/// The client looks for its answer after so many events.
const LOOK: u64 = 16;
/// An instance that has answered may go on for so long, until all that was sent has arrived.
const REST: Micros = Micros(30_000_000);
/// So often the client asks again in a new instance.
const INSTANCES: u32 = 50;
/// No system gets more events than this.
const MOST: u64 = 2_000_000;

/// How one system did.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The system.
    pub about: &'static About,
    /// Commands asked for so far.
    pub asked: u32,
    /// Commands whose answer came.
    pub answered: u32,
    /// Runs that it took: one, or one for each try in a system that chooses one value only.
    pub instances: u32,
    /// Messages sent.
    pub messages: u64,
    /// Messages lost.
    pub lost: u64,
    /// From the first request for a command until its answer.
    pub latency: Latency,
    /// Virtual time of all runs.
    pub time: Micros,
    /// For how much of it a quorum of acceptors was up.
    pub quorum_up: Micros,
    /// The first property that broke.
    pub broken: Option<&'static str>,
    /// Whether it has done all it had to, or was given up.
    pub done: bool,
}

impl Standing {
    /// Messages sent for each command answered, in hundredths.
    pub fn cost(&self) -> Option<u64> {
        (self.messages * 100).checked_div(u64::from(self.answered))
    }

    /// The share of virtual time in which a quorum of acceptors was up, in millionths.
    pub fn availability(&self) -> Option<u64> {
        let share = (u128::from(self.quorum_up.0) * 1_000_000).checked_div(u128::from(self.time.0));
        share.map(|share| share as u64)
    }
}

/// A comparison under way.
pub struct Comparison {
    workload: Workload,
    entries: Vec<Entry>,
}

struct Entry {
    scenario: Scenario,
    standing: Standing,
    samples: Samples,
    run: Option<Box<dyn Run>>,
    waiting: Option<Waiting>,
    /// How long the client has waited for its command in earlier instances.
    waited: Micros,
    tries: u32,
    events: u64,
}

/// What the client waits for.
struct Waiting {
    since: Micros,
    text: String,
}

impl Comparison {
    /// A comparison of all systems in which nothing has happened yet, with notices of settings that could not be used.
    pub fn new(workload: Workload) -> (Self, Vec<Notice>) {
        let mut notices = Vec::new();
        for (key, value) in &workload.settings {
            if SYSTEMS.iter().all(|about| knob(about, key).is_none()) {
                notices.push(Notice::new(key, value, "no system has such a knob; left out"));
            }
        }
        let entries = SYSTEMS.iter().map(|about| Entry::new(about, &workload, &mut notices)).collect();
        notices.sort_unstable_by_key(Notice::to_string);
        notices.dedup();
        (Self { workload, entries }, notices)
    }

    /// Lets at most about `events` more events happen. True as soon as every system is done.
    pub fn go_on(&mut self, events: u64) -> bool {
        let mut left = events;
        while left > 0 {
            // The one that lags behind goes on, so that all come along together.
            let lags = |entry: &&mut Entry| entry.standing.asked;
            let Some(entry) = self.entries.iter_mut().filter(|entry| !entry.standing.done).min_by_key(lags) else {
                return true;
            };
            let before = entry.events;
            entry.go_on(&self.workload);
            left = left.saturating_sub((entry.events - before).max(1));
        }
        self.entries.iter().all(|entry| entry.standing.done)
    }

    /// How each system stands, in the order of the registry.
    pub fn standings(&self) -> Vec<Standing> {
        self.entries.iter().map(Entry::standing).collect()
    }
}

impl Entry {
    fn new(about: &'static About, workload: &Workload, notices: &mut Vec<Notice>) -> Self {
        let mut scenario = Scenario::of(about);
        for (key, value) in ALIKE {
            if let Some(knob) = knob(about, key) {
                scenario.knobs.set(knob, value);
            }
        }
        for (key, text) in &workload.settings {
            let Some(knob) = knob(about, key) else { continue };
            match knob.kind.parse(text) {
                Ok(value) => scenario.knobs.set(knob, value),
                Err(why) => notices.push(Notice::new(key, text, format!("{why} in system {}; left out", about.key))),
            }
        }
        let standing = Standing {
            about,
            asked: 0,
            answered: 0,
            instances: 0,
            messages: 0,
            lost: 0,
            latency: Latency::default(),
            time: Micros::ZERO,
            quorum_up: Micros::ZERO,
            broken: None,
            done: workload.commands == 0,
        };
        let samples = Samples::default();
        Self { scenario, standing, samples, run: None, waiting: None, waited: Micros::ZERO, tries: 0, events: 0 }
    }

    /// As it stands, with the run that is under way.
    fn standing(&self) -> Standing {
        let mut standing = Standing { latency: self.samples.latency(), ..self.standing.clone() };
        if let Some(run) = &self.run {
            add(&mut standing, &**run);
        }
        standing
    }

    /// A few events more, or the next request, or the next instance.
    fn go_on(&mut self, workload: &Workload) {
        let Some(run) = &mut self.run else { return self.open(workload) };
        let Some(waiting) = &self.waiting else { return self.ask(workload) };
        let before = run.events();
        let deadline = waiting.since.plus(workload.patience);
        let happened = run.advance(deadline, LOOK);
        self.events += run.events() - before;
        let answer = run.answers().into_iter().rev().find(|(value, _)| value.contains(&waiting.text));
        if let Some((_, took)) = answer {
            self.samples.add(took + self.waited.0);
            self.standing.answered += 1;
            return self.turn(workload);
        }
        let other = run.chooses_once() && !run.chosen().is_empty() && {
            let ours = |value: &str| value.contains(&waiting.text);
            !run.chosen().iter().any(|chosen| ours(&chosen.value))
        };
        if other && self.tries < INSTANCES {
            self.waited = self.waited.plus(Micros(run.time().0 - waiting.since.0));
            self.close();
        } else if other || happened < LOOK && run.time() >= deadline || self.events >= MOST {
            self.turn(workload);
        }
    }

    /// The next instance begins, for the command that is asked for or the next one.
    fn open(&mut self, workload: &Workload) {
        self.scenario.seed = Chance::mix(workload.seed, u64::from(self.standing.instances), 0);
        let mut run = open_bounded(&self.scenario, 1).0;
        run.advance(Micros::ZERO, u64::MAX);
        self.standing.instances += 1;
        self.run = Some(run);
        if self.tries > 0 {
            self.request();
        }
    }

    fn ask(&mut self, workload: &Workload) {
        if self.standing.asked == workload.commands || self.events >= MOST {
            self.close();
            self.standing.done = true;
            return;
        }
        self.standing.asked += 1;
        self.tries = 0;
        self.waited = Micros::ZERO;
        self.request();
    }

    fn request(&mut self) {
        let Some(run) = &mut self.run else { return };
        let number = (FIRST + self.standing.asked).to_string();
        self.tries += 1;
        if let Some(node) = run.front() {
            let worded = worded(run.about().ask.example, &number);
            if run.act(Action::Request(node, number.clone())).is_err() {
                _ = run.act(Action::Request(node, worded));
            }
        }
        self.waiting = Some(Waiting { since: run.time(), text: number });
    }

    /// The client is done with its command.
    fn turn(&mut self, workload: &Workload) {
        self.waiting = None;
        self.tries = 0;
        if self.run.as_ref().is_some_and(|run| run.chooses_once()) {
            self.close();
            self.standing.done = self.standing.asked == workload.commands || self.events >= MOST;
        }
    }

    /// The instance is over, as soon as all that was sent has arrived.
    fn close(&mut self) {
        self.waiting = None;
        let Some(mut run) = self.run.take() else { return };
        let before = run.events();
        let rest = run.time().plus(REST);
        while run.chooses_once() && run.next_time().is_some_and(|next| next <= rest) && run.events() - before < 10_000 {
            run.step();
        }
        self.events += run.events() - before;
        add(&mut self.standing, &*run);
    }
}

/// Adds what a run cost.
fn add(standing: &mut Standing, run: &dyn Run) {
    let metrics = run.metrics();
    let (sent, _, lost) = metrics.total();
    standing.messages += sent;
    standing.lost += lost;
    standing.time = standing.time.plus(metrics.time);
    standing.quorum_up = standing.quorum_up.plus(metrics.quorum_up);
    let broken = run.properties().into_iter().find(|property| property.broken.is_some());
    standing.broken = standing.broken.or(broken.map(|property| property.name));
}

/// `example` with its first number replaced: `add 5` becomes `add 1001`.
fn worded(example: &str, number: &str) -> String {
    let start = example.find(|c: char| c.is_ascii_digit()).unwrap_or(example.len());
    let rest = example[start..].trim_start_matches(|c: char| c.is_ascii_digit());
    format!("{}{number}{rest}", &example[..start])
}
