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
    let stage = story::tell(&Scenario::from_link(&witness.link).0, repeat_with(String::new));
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

#[test]
fn what_is_not_done_as_asked_is_told_and_not_claimed() {
    let forgetful = |link: &str| {
        let mut plan = plan(link);
        (plan.limits.forget, plan.limits.symmetry) = (true, true);
        plan
    };
    let (_, figures, _) = answer(&forgetful("acceptors=2&proposers=1&learners=0"));
    assert!(figures.forgot && figures.folded);
    let (mut work, notices) = Work::begin(Job::of(&forgetful("system=leader&commands=1")));
    assert!(notices.len() == 1 && notices[0].contains("forget"), "{notices:?}");
    let (Report::Explored(figures), _) = work.turn(|| 0, 0) else { panic!("it is large") };
    assert!(!figures.forgot && !figures.folded);
}

#[test]
fn a_state_of_the_map_opens_where_it_is() {
    let small = Plan { aim: Aim::Map, ..plan("acceptors=2&proposers=1&learners=0") };
    let Report::Mapped(Some(map)) = Work::begin(Job::of(&small)).0.turn(|| 0, 5).0 else { panic!("it has a map") };
    let chosen = map.states.iter().find(|state| !state.chosen.is_empty()).expect("one of them");
    let (scenario, notices) = Scenario::from_link(&chosen.link);
    assert_eq!(notices, []);
    let (mut run, _) = paxos_playground::run::open(&scenario);
    run.advance(scenario.show.time, u64::MAX);
    assert_eq!(run.chosen().len(), 1);
    let events = run.events();
    run.advance(paxos_playground::scenario::MAX_TIME, u64::MAX);
    assert_eq!(run.events(), events, "nothing comes after it");
}

/// A disk that is erased by hand is a step, and so is a crash that takes several nodes.
#[test]
fn a_story_has_as_many_steps_as_it_takes() {
    for (link, crashes, wipes) in
        [("acceptors=3&learners=1", 0, 1), ("acceptors=3&learners=1&machines=shared&break=amnesia", 1, 0)]
    {
        let mut plan = plan(&format!("{link}&resend=0s"));
        (plan.limits.crashes, plan.limits.restarts, plan.limits.wipes) = (crashes, crashes, wipes);
        let (Answer::Violated { witness, .. }, figures, _) = answer(&plan) else { panic!("it breaks") };
        assert_eq!(witness.steps.len(), figures.depth as usize, "{:#?}", witness.steps);
        assert!(matches!(witness.steps.last().unwrap().mark, Some(Worth::Broken(..))));
    }
}
