//! The worker's part: something that is worked on turn by turn, so that it can be watched and stopped.

use super::post::{Answer, Figures, Job, Report, Witness};
use super::story;
use paxos_playground::check::explore::{self, Exploration, Verdict};

/// States that are expanded between two looks at the clock. One long call would keep to the code that the browser
/// compiled first.
const BATCH: u64 = 2_000;
/// So many states at first are expanded one by one: levels are small there, and are counted exactly.
const EXACT: u64 = 2_000;

/// Something that is being worked on.
pub struct Work {
    exploration: Box<dyn Exploration>,
    figures: Figures,
    most_bytes: u64,
}

impl Work {
    /// Begins `job`; the notices say what cannot be had as it is asked.
    pub fn begin(job: &Job) -> (Self, Vec<String>) {
        let plan = job.plan();
        let bounds = plan.bounds();
        let (exploration, notices) = explore::explore(&plan.scenario, bounds);
        let figures = Figures { levels: vec![1], ..Figures::default() };
        let work = Self { exploration, figures, most_bytes: bounds.most_bytes };
        (work, notices.iter().map(|notice| notice.to_string()).collect())
    }

    /// Works for about so many milliseconds of `clock`, and says how it stands; `Report::Explored` means that it can
    /// go on.
    pub fn turn(&mut self, clock: impl Fn() -> u64, millis: u64) -> Report {
        let (start, before) = (clock(), self.figures.millis);
        loop {
            let batch = if self.figures.states < EXACT { 1 } else { BATCH };
            let verdict = self.exploration.go_on(batch);
            let found = matches!(verdict, Verdict::Violated { .. } | Verdict::Reached);
            let spent = clock().saturating_sub(start);
            self.count(before + spent, found);
            let answer = match verdict {
                Verdict::Open if self.figures.bytes > self.most_bytes => Answer::Full,
                Verdict::Open if spent >= millis => return Report::Explored(self.figures.clone()),
                Verdict::Open => continue,
                Verdict::Holds => Answer::Holds,
                Verdict::Full => Answer::Full,
                Verdict::Violated { property, what } => {
                    Answer::Violated { property: property.into(), what, witness: self.witness() }
                }
                Verdict::Reached => Answer::Reached(self.witness()),
            };
            return Report::Answer(answer, self.figures.clone());
        }
    }

    fn witness(&self) -> Witness {
        let scenario = self.exploration.witness().unwrap_or_default();
        Witness { link: scenario.link(), steps: story::tell(&scenario) }
    }

    /// Takes the explorer's figures over. New states are one step deeper than those that were expanded.
    fn count(&mut self, millis: u64, found: bool) {
        let now = self.exploration.progress();
        let figures = &mut self.figures;
        let level = now.depth as usize + usize::from(!found && now.frontier > 0);
        let new = now.states - figures.states.max(1);
        if new > 0 {
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
            runs: self.exploration.runs(),
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
mod tests {
    use super::*;
    use crate::check::plan::{Aim, Plan};
    use crate::check::story::Worth;
    use paxos_playground::scenario::Scenario;
    use std::cell::Cell;

    fn plan(link: &str) -> Plan {
        Plan { scenario: Scenario::from_link(link).0, ..Plan::default() }
    }

    /// Works to the end in turns of five looks at the clock.
    fn answer(plan: &Plan) -> (Answer, Figures, u64) {
        let (mut work, notices) = Work::begin(&Job::explore(plan));
        assert!(notices.is_empty(), "{notices:?}");
        let (now, mut turns) = (Cell::new(0), 0);
        let tick = || now.replace(now.get() + 1);
        loop {
            turns += 1;
            match work.turn(tick, 5) {
                Report::Answer(answer, figures) => return (answer, figures, turns),
                Report::Explored(figures) => assert!(figures.frontier > 0),
                other => panic!("{other:?}"),
            }
        }
    }

    const ONE: &str = "acceptors=3&proposers=1&learners=1";

    #[test]
    fn a_check_that_holds_counts_every_state_at_its_depth() {
        let (answer, figures, turns) = answer(&plan(ONE));
        assert_eq!(answer, Answer::Holds);
        assert!(turns > 100, "{turns} turns");
        assert_eq!((figures.states, figures.depth, figures.frontier), (4_018, 17, 0));
        assert_eq!(figures.levels.iter().sum::<u64>(), figures.states);
        assert_eq!(figures.levels.len(), 18);
    }

    #[test]
    fn a_broken_rule_gives_a_story_that_ends_with_the_broken_property() {
        let (answer, figures, _) = answer(&plan("acceptors=3&learners=0&break=ignore-accepted"));
        let Answer::Violated { property, witness, .. } = answer else { panic!("{answer:?}") };
        assert_eq!(witness.steps.len(), figures.depth as usize);
        let last = witness.steps.last().and_then(|step| step.mark.clone());
        assert!(matches!(last, Some(Worth::Broken(name, _)) if name == property));
        assert!(witness.steps.iter().all(|step| !step.text.is_empty()));
    }

    #[test]
    fn a_goal_is_found_on_a_shortest_way_and_memory_has_an_end() {
        let mut chosen = Plan { aim: Aim::Find(0), ..plan(ONE) };
        let (Answer::Reached(witness), ..) = answer(&chosen) else { panic!("a value can be chosen") };
        assert_eq!(witness.steps.len(), 7, "{:#?}", witness.steps);
        chosen.aim = Aim::Hold;
        chosen.limits.megabytes = 0;
        assert_eq!(answer(&chosen).0, Answer::Full);
    }
}
