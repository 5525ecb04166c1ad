//! The worker's part: something that is worked on turn by turn, so that it can be watched and stopped.

use super::plan::{Aim, Plan};
use super::post::{Answer, Figures, Job, Map, Question, Report, Spot, Witness};
use super::story::{self, Told, Worth};
use super::swarm::Swarm;
use paxos_playground::check::explore::{self, Bounds, Exploration, Hunt, Livelock, Progress, Verdict};
use paxos_playground::check::spec::SpecBounds;
use paxos_playground::paxos::{Micros, Notice};
use paxos_playground::scenario::Scenario;
use std::iter::repeat_with;

/// States that are expanded between two looks at the clock. One long call would keep to the code that the browser
/// compiled first.
const BATCH: u64 = 2_000;
/// So many states at first are expanded one by one: levels are small there, and are counted exactly.
const EXACT: u64 = 30_000;

/// States from which it is guessed how many there are.
const SAMPLE: u64 = 50_000;

/// More states than this cannot be told apart on a map.
pub const MOST_MAPPED: usize = 600;

/// Something that is being worked on.
pub enum Work {
    /// Every interleaving.
    Explore(Explore),
    /// Random runs, and for how many milliseconds so far.
    Swarm(Swarm, u64),
    /// What is done in one turn.
    Once(fn(Question) -> Report, Question),
}

impl Work {
    /// Begins `job`; the notices say what cannot be had as it is asked.
    pub fn begin(job: Job) -> (Self, Vec<String>) {
        match job {
            Job::Explore(question) | Job::Hunt(question) => {
                let (explore, notices) = Explore::begin(&question);
                (Self::Explore(explore), notices)
            }
            Job::Swarm(order) => (Self::Swarm(Swarm::new(&order), 0), Vec::new()),
            Job::Estimate(question) => (Self::Once(estimate, question), Vec::new()),
            Job::Map(question) => (Self::Once(map, question), Vec::new()),
        }
    }

    /// Lets what came to its limit on memory go on with so many megabytes.
    pub fn allow(&mut self, megabytes: u32) {
        if let Self::Explore(explore) = self {
            explore.most_bytes = u64::from(megabytes) << 20;
            explore.search.allow(explore.most_bytes);
        }
    }

    /// Works for about so many milliseconds of `clock`, and says how it stands, and whether it can go on.
    pub fn turn(&mut self, clock: impl Fn() -> u64, millis: u64) -> (Report, bool) {
        match self {
            Self::Explore(explore) => {
                let report = explore.turn(clock, millis);
                let open = matches!(report, Report::Explored(_));
                (report, open)
            }
            Self::Swarm(swarm, spent) => {
                let start = clock();
                let mut now = start;
                while !swarm.is_over() && now - start < millis {
                    swarm.next();
                    now = clock().max(start);
                }
                *spent += now - start;
                swarm.sum_up(*spent);
                (Report::Swarmed(swarm.tally().clone(), swarm.is_over()), !swarm.is_over())
            }
            Self::Once(work, question) => (work(question.clone()), false),
        }
    }
}

/// What is explored, and what cannot be had as it is asked.
fn space(plan: &Plan) -> (Box<dyn Exploration>, Vec<Notice>) {
    let bounds = plan.bounds();
    if plan.aim != Aim::Spec {
        return explore::explore(&plan.scenario, bounds);
    }
    match explore::specification(plan.limits.spec, bounds) {
        Ok(specification) => (specification, Vec::new()),
        Err(notice) => {
            let usual = explore::specification(SpecBounds::default(), bounds);
            (usual.expect("the usual bounds can be had"), vec![notice])
        }
    }
}

/// What was found, as it is told and opened on the stage.
fn witness(of: &dyn Exploration) -> Witness {
    let Some(followed) = of.followed() else { return tell(of.witness(), of.sentences()) };
    let told = |text| Told { text, why: String::new(), mark: None };
    match followed {
        Ok(followed) => Witness { link: followed.scenario.link(), steps: story::retell(of.sentences(), &followed) },
        Err(at) => {
            let mut steps: Vec<_> = of.sentences().into_iter().map(told).collect();
            steps[at].why = "No step of the actors of a synod is this action.".into();
            Witness { link: String::new(), steps }
        }
    }
}

fn tell(scenario: Option<Scenario>, words: impl IntoIterator<Item = String>) -> Witness {
    let scenario = scenario.unwrap_or_default();
    Witness { link: scenario.link(), steps: story::tell(&scenario, words) }
}

fn estimate(question: Question) -> Report {
    let guess = space(&question.plan()).0.estimate(SAMPLE);
    Report::Estimated(guess.least, guess.most)
}

fn map(question: Question) -> Report {
    let plan = question.plan();
    let graph = explore::explore(&plan.scenario, plan.bounds()).0.graph(MOST_MAPPED);
    Report::Mapped(graph.map(|graph| {
        Map {
            states: graph
                .nodes
                .into_iter()
                .map(|node| Spot {
                    words: node.words,
                    depth: node.depth,
                    broken: node.broken.map(Into::into),
                    chosen: node.chosen,
                    link: at_its_end(node.scenario).link(),
                })
                .collect(),
            steps: graph.edges.into_iter().map(|edge| (edge.from as u32, edge.to as u32, edge.words)).collect(),
        }
    }))
}

/// The scenario, opened behind the last thing that is done in it.
fn at_its_end(mut scenario: Scenario) -> Scenario {
    scenario.show.time = scenario.plan.last().map_or(Micros::ZERO, |last| last.at.time);
    scenario
}

/// What is looked for: a state, or a loop.
enum Search {
    All(Box<dyn Exploration>),
    Loop(Box<dyn Hunt>),
}

impl Search {
    /// Looks at so many states more; an answer ends it. Also says whether the last state found is a step deeper.
    fn go_on(&mut self, states: u64) -> (Option<Answer>, bool) {
        match self {
            Self::All(all) => match all.go_on(states) {
                Verdict::Open => (None, false),
                Verdict::Holds => (Some(Answer::Holds), false),
                Verdict::Full => (Some(Answer::Full), false),
                Verdict::Violated { property, what } => {
                    let mut witness = witness(all.as_ref());
                    // The stage does not hold its runs to the specification.
                    if let Some(last) = witness.steps.last_mut() {
                        last.mark = Some(Worth::Broken(property.into(), what.clone()));
                    }
                    (Some(Answer::Violated { property: property.into(), what, witness }), true)
                }
                Verdict::Reached => (Some(Answer::Reached(witness(all.as_ref()))), true),
            },
            Self::Loop(hunt) => match hunt.go_on(states) {
                Livelock::Open => (None, false),
                Livelock::Unknown => (Some(Answer::Full), false),
                Livelock::NeedsTimers { random } => (Some(Answer::NeedsTimers(random)), false),
                Livelock::Found(lasso) => {
                    let mut witness = tell(Some(lasso.scenario), repeat_with(String::new));
                    witness.steps.truncate(lasso.stem + lasso.cycle);
                    let (stem, cycle) = (lasso.stem as u32, lasso.cycle as u32);
                    (Some(Answer::Loops { stem, cycle, rounds: lasso.rounds, witness }), true)
                }
            },
        }
    }

    fn allow(&mut self, most_bytes: u64) {
        match self {
            Self::All(all) => all.allow(most_bytes, u64::MAX),
            Self::Loop(hunt) => hunt.allow(most_bytes, u64::MAX),
        }
    }

    /// The bounds that it keeps to; a loop folds and forgets nothing.
    fn bounds(&self) -> Bounds {
        match self {
            Self::All(all) => all.bounds(),
            Self::Loop(_) => Bounds::default(),
        }
    }

    /// How it stands, and how often an actor was run, where that is known.
    fn progress(&self) -> (Progress, u64) {
        match self {
            Self::All(all) => (all.progress(), all.runs()),
            Self::Loop(hunt) => (hunt.progress(), 0),
        }
    }
}

/// An exploration under way.
pub struct Explore {
    search: Search,
    figures: Figures,
    most_bytes: u64,
    /// Whether it is guided to what is looked for: then it does not go by depth.
    guided: bool,
}

impl Explore {
    fn begin(question: &Question) -> (Self, Vec<String>) {
        let plan = question.plan();
        let bounds = plan.bounds();
        let (search, notices) = if plan.aim == Aim::Loop {
            let (hunt, mut notices) = explore::livelock(&plan.scenario, bounds);
            if !hunt.tells_rounds() {
                notices.push(Notice::new("system", plan.scenario.system, explore::NO_LATER_ROUNDS));
            }
            (Search::Loop(hunt), notices)
        } else {
            let (all, mut notices) = space(&plan);
            if bounds.forget && plan.aim != Aim::Spec && !all.bounds().forget {
                let why = "finding out which messages are dead takes too much here; nothing is forgotten";
                notices.push(Notice::new("forget", "on", why));
            }
            (Search::All(all), notices)
        };
        let figures = Figures { levels: vec![1], ..Figures::default() };
        let begun = Self { search, figures, most_bytes: bounds.most_bytes, guided: plan.counts(plan.aim) };
        (begun, notices.iter().map(|notice| notice.to_string()).collect())
    }

    /// Works for about so many milliseconds of `clock`, and says how it stands; `Report::Explored` means that it can
    /// go on.
    fn turn(&mut self, clock: impl Fn() -> u64, millis: u64) -> Report {
        let (start, before) = (clock(), self.figures.millis);
        loop {
            let batch = if self.figures.states < EXACT { 1 } else { BATCH };
            let (answer, found) = self.search.go_on(batch);
            let spent = clock().saturating_sub(start);
            self.count(before + spent, found);
            let full = self.figures.bytes > self.most_bytes;
            match answer.or(full.then_some(Answer::Full)) {
                Some(answer) => return Report::Answer(answer, self.figures.clone()),
                None if spent >= millis => return Report::Explored(self.figures.clone()),
                None => {}
            }
        }
    }

    /// Takes the explorer's figures over. New states are one step deeper than those that were expanded.
    fn count(&mut self, millis: u64, found: bool) {
        let (now, runs) = self.search.progress();
        let kept = self.search.bounds();
        let figures = &mut self.figures;
        if now.states < figures.states {
            // Begun anew: like nodes turned out not to be alike, or a loop is looked for now.
            (figures.states, figures.levels) = (1, vec![1]);
        }
        let level = now.depth as usize + usize::from(!found && now.frontier > 0);
        let new = now.states - figures.states.max(1);
        if new > 0 && !self.guided {
            figures.levels.resize(figures.levels.len().max(level + 1), 0);
            figures.levels[level] += new;
        }
        *figures = Figures {
            states: now.states,
            transitions: now.transitions,
            depth: now.depth,
            terminal: now.terminal,
            chosen: now.chosen,
            frontier: now.frontier,
            bytes: memory(now.bytes),
            millis,
            runs,
            folded: kept.symmetry,
            forgot: kept.forget,
            levels: std::mem::take(&mut figures.levels),
        };
    }
}

/// All memory of the worker, where it can be known; else what the explorer says that it holds.
fn memory(held: u64) -> u64 {
    #[cfg(target_arch = "wasm32")]
    let held = held.max((core::arch::wasm32::memory_size(0) as u64) << 16);
    held
}

#[cfg(test)]
mod tests;
