//! The worker's part: something that is worked on turn by turn, so that it can be watched and stopped.

use super::plan::{Aim, Plan};
use super::post::{Answer, Figures, Job, Map, Question, Report, Spot, Witness};
use super::story::{self, Told, Worth};
use super::swarm::Swarm;
use paxos_playground::check::explore::{self, Exploration, Hunt, Livelock, Progress, Verdict};
use paxos_playground::check::spec::SpecBounds;
use paxos_playground::paxos::Notice;
use paxos_playground::scenario::Scenario;

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
    let Some(followed) = of.followed() else { return tell(of.witness()) };
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

fn tell(scenario: Option<Scenario>) -> Witness {
    let scenario = scenario.unwrap_or_default();
    Witness { link: scenario.link(), steps: story::tell(&scenario) }
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
                    link: node.scenario.link(),
                })
                .collect(),
            steps: graph.edges.into_iter().map(|edge| (edge.from as u32, edge.to as u32, edge.words)).collect(),
        }
    }))
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
                Verdict::Reached => (Some(Answer::Reached(tell(all.witness()))), true),
            },
            Self::Loop(hunt) => match hunt.go_on(states) {
                Livelock::Open => (None, false),
                Livelock::Unknown => (Some(Answer::Full), false),
                Livelock::NeedsTimers { random } => (Some(Answer::NeedsTimers(random)), false),
                Livelock::Found(lasso) => {
                    let mut witness = tell(Some(lasso.scenario));
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
            let (hunt, notices) = explore::livelock(&plan.scenario, bounds);
            (Search::Loop(hunt), notices)
        } else {
            let (all, notices) = space(&plan);
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
    use crate::check::plan::{Edit, Plan};
    use crate::check::story::Worth;
    use std::cell::Cell;

    fn plan(link: &str) -> Plan {
        Plan { scenario: Scenario::from_link(link).0, ..Plan::default() }
    }

    /// Works to the end in turns of five looks at the clock.
    fn answer(plan: &Plan) -> (Answer, Figures, u64) {
        let (mut work, notices) = Work::begin(Job::of(plan));
        assert!(notices.is_empty(), "{notices:?}");
        let (now, mut turns) = (Cell::new(0), 0);
        let tick = || now.replace(now.get() + 1);
        loop {
            turns += 1;
            match work.turn(tick, 5).0 {
                Report::Answer(answer, figures) => return (answer, figures, turns),
                Report::Explored(figures) => assert!(figures.states > 0),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn few_states_are_counted_beforehand_and_drawn() {
        let small = plan("acceptors=2&proposers=1&learners=0");
        let (mut work, _) = Work::begin(Job::Estimate(Question::of(&small)));
        assert_eq!(work.turn(|| 0, 5), (Report::Estimated(34, 34), false));
        let (mut work, _) = Work::begin(Job::of(&Plan { aim: Aim::Map, ..small }));
        let (Report::Mapped(Some(map)), false) = work.turn(|| 0, 5) else { panic!("it has a map") };
        assert_eq!(map.states.len(), 34);
        assert!(map.states.windows(2).all(|pair| pair[0].depth <= pair[1].depth));
        assert!(map.steps.iter().all(|step| step.0.max(step.1) < 34));
        let (mut work, _) = Work::begin(Job::of(&Plan { aim: Aim::Map, ..plan("acceptors=3&learners=0") }));
        assert_eq!(work.turn(|| 0, 5), (Report::Mapped(None), false));
    }

    #[test]
    fn a_swarm_goes_on_until_every_run_was_run() {
        let mut plan = Plan { stage: Scenario::from_link("acceptors=3").0, aim: Aim::Swarm, ..Plan::default() };
        (plan.limits.runs, plan.limits.seconds) = (12, 5);
        let (mut work, _) = Work::begin(Job::of(&plan));
        let now = Cell::new(0);
        let mut turns = 0;
        loop {
            turns += 1;
            let (Report::Swarmed(tally, over), open) = work.turn(|| now.replace(now.get() + 1), 5) else { panic!() };
            assert_eq!(over, !open);
            if over {
                assert_eq!((tally.runs, tally.millis), (12, tally.millis.max(12)));
                break;
            }
        }
        assert!(turns > 1);
    }

    #[test]
    fn like_nodes_taken_for_one_make_fewer_states_and_the_same_verdict() {
        let mut plan = plan(ONE);
        plan.limits.symmetry = true;
        let (answer, figures, _) = answer(&plan);
        assert_eq!(answer, Answer::Holds);
        assert!(figures.states < 4_018 / 2, "{}", figures.states);
        assert_eq!(figures.levels.iter().sum::<u64>(), figures.states);
    }

    #[test]
    fn a_duel_without_back_off_goes_round_for_ever_and_with_it_needs_timers() {
        let duel = |link| answer(&Plan { aim: Aim::Loop, ..plan(link) }).0;
        let Answer::Loops { stem, cycle, witness, rounds } = duel("acceptors=3&learners=0&backoff=0s&resend=0s") else {
            panic!("it loops")
        };
        assert!(rounds > 0 && cycle > 0);
        assert_eq!(witness.steps.len(), (stem + cycle) as usize);
        assert_eq!(duel("acceptors=2&learners=0&resend=0s"), Answer::NeedsTimers(true));
    }

    #[test]
    fn the_specification_holds_or_its_counterexample_is_a_run_of_actors() {
        let mut spec = Plan { aim: Aim::Spec, ..Plan::default() };
        assert_eq!(answer(&spec).0, Answer::Holds);
        let (mut work, _) = Work::begin(Job::Estimate(Question::of(&spec)));
        let (Report::Estimated(least, most), false) = work.turn(|| 0, 5) else { panic!("it is an estimate") };
        assert!(least <= 185_369 && 185_369 <= most, "{least} to {most}");
        spec.limits.spec.broken = SpecBounds::rule("reuse-ballot").unwrap();
        let (Answer::Violated { property, witness, .. }, figures, _) = answer(&spec) else { panic!("it breaks") };
        assert_eq!((&property[..], witness.steps.len(), figures.depth), ("agreement", 9, 9));
        assert_eq!(witness.steps[4].text, "Phase2a(0, v2): ballot 0 proposes v2.");
        // To use a ballot twice, a proposer has to crash in between.
        let done = &witness.steps[4].why;
        assert!(done.starts_with("On the stage: P1 goes down") && done.contains("A2 → P1: promise 1.1"), "{done}");
        assert!(matches!(&witness.steps[8].mark, Some(Worth::Broken(name, _)) if *name == property));
        let stage = story::tell(&Scenario::from_link(&witness.link).0);
        assert!(stage.iter().any(|told| matches!(&told.mark, Some(Worth::Broken(name, _)) if *name == property)));
    }

    #[test]
    fn a_step_that_is_none_of_the_specification_is_told_as_a_broken_property() {
        let refines = |link| answer(&Plan { aim: Aim::Refine, ..plan(link) });
        assert_eq!(refines("acceptors=2&learners=0").0, Answer::Holds);
        let (answer, figures, _) = refines("acceptors=3&learners=0&break=forget-promise");
        let Answer::Violated { property, what, witness } = answer else { panic!("{answer:?}") };
        assert_eq!((&property[..], witness.steps.len()), ("refines Paxos.tla", figures.depth as usize));
        assert_eq!(what, "A1 promises 1.1. That should be Phase1b(A1), but maxBal[A1] is 1.2.");
        assert_eq!(witness.steps.last().unwrap().mark, Some(Worth::Broken(property, what)));
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
    fn a_check_at_its_limit_goes_on_where_it_was() {
        let mut plan = plan(ONE);
        plan.limits.megabytes = 0;
        let (mut work, _) = Work::begin(Job::of(&plan));
        let (now, mut limits) = (Cell::new(0), 0);
        let figures = loop {
            match work.turn(|| now.replace(now.get() + 1), 5).0 {
                Report::Answer(Answer::Full, _) => {
                    limits += 1;
                    work.allow(if limits < 3 { 0 } else { 100 });
                }
                Report::Answer(Answer::Holds, figures) => break figures,
                Report::Explored(_) => {}
                other => panic!("{other:?}"),
            }
        };
        assert_eq!((limits, figures.states, figures.levels.iter().sum::<u64>()), (3, 4_018, 4_018));
    }

    #[test]
    fn five_preemptions_in_a_row_are_found_with_what_the_view_begins_with() {
        let mut duel = Plan::default().about(&Scenario::from_link("acceptors=5&proposers=3&learners=2").0);
        let goals = duel.scenario.about().goals;
        let goal = goals.iter().position(|goal| goal.preemptions > 0).expect("a duel");
        duel.limits.symmetry = true;
        duel.edit(Edit::Aim(Aim::Find(goal as u8)));
        duel.limits.rounds = 3;
        let (Answer::Reached(witness), figures, _) = answer(&duel) else { panic!("it is found") };
        assert_eq!((witness.steps.len(), figures.depth), (19, 19));
        assert!(figures.bytes < u64::from(duel.limits.megabytes) << 20);
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
