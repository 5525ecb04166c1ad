//! A way through the states as a scenario: every step becomes an intervention in a run by hand.

use super::Step;
use super::step::Envelope;
use crate::check::Properties;
use crate::paxos::{Micros, NodeId, Probability, System};
use crate::scenario::{Scenario, knob};
use crate::sim::{Action, Letter, World, settings};

/// How much virtual time passes from step to step, so that the run can be watched.
const STEP: Micros = Micros::millis(800);

/// The highest failure probability that there is.
const NEARLY_SURE: Probability = Probability(999_999);

fn set_failure(probability: Probability) -> Action {
    Action::Set(settings::FAILURE.key.into(), probability.0.into())
}

/// The scenario of `base` in which exactly `steps` happen. `said` tells the message of a number.
pub(super) fn scenario<'a, S: System>(
    system: &S,
    said: &dyn Fn(u32) -> &'a Envelope<S::Message>,
    base: &Scenario,
    steps: &[Step],
) -> Scenario {
    let mut scenario = by_hand(base);
    let system = system.clone();
    let mut properties = Properties::new(system.clone());
    let mut world = World::new(system, scenario.knobs.clone(), scenario.seed, Vec::new(), 1 << 20);
    world.advance(Micros::ZERO, u64::MAX, &mut properties);
    for (at, step) in steps.iter().enumerate() {
        let time = Micros((at as u64 + 1) * STEP.0);
        world.advance(time, u64::MAX, &mut properties);
        let action = match *step {
            Step::Deliver(message) | Step::Fail(message) => {
                let envelope = said(message);
                let Some(letter) = newest(&world, envelope) else { continue };
                let again = [Step::Deliver(message), Step::Fail(message)];
                let wanted_again = steps[at + 1..].iter().any(|later| again.contains(later));
                if wanted_again && copies(&world, envelope) == 1 {
                    world.act(Action::Duplicate(letter), &mut properties);
                }
                // What fails by chance fails by hand where chance is made next to certain for a moment.
                let failure = if matches!(step, Step::Fail(_)) { NEARLY_SURE } else { Probability(0) };
                if world.settings().failure != failure {
                    world.act(set_failure(failure), &mut properties);
                }
                Action::Deliver(letter)
            }
            Step::Fire(node, timer) => Action::Fire(node, timer),
            Step::Crash(node) => Action::Crash(node),
            Step::Restart(node) => Action::Restart(node),
            Step::Wipe(node) => {
                // By hand a disk is erased node by node.
                let members = world.system().members();
                let machine = members[node.index()].machine;
                let others = (0..members.len()).filter(|at| *at != node.index() && members[*at].machine == machine);
                for other in others.map(|at| NodeId(at as u8)).collect::<Vec<_>>() {
                    world.act(Action::Wipe(other), &mut properties);
                }
                Action::Wipe(node)
            }
        };
        world.act(action, &mut properties);
    }
    if world.settings().failure != Probability(0) {
        world.act(set_failure(Probability(0)), &mut properties);
    }
    scenario.plan = world.plan().to_vec();
    scenario
}

/// `base` without chance and without interventions, at a pace by hand.
pub(super) fn by_hand(base: &Scenario) -> Scenario {
    let mut scenario = base.clone();
    let kept = [settings::DISK.key, settings::FAILS.key];
    for knob in settings::KNOBS.iter().filter(|knob| !kept.contains(&knob.key)) {
        scenario.knobs.unset(knob.key);
    }
    // A system can have a failure probability of its own, with a default of its own.
    if let Some(failure) = knob(base.about(), settings::FAILURE.key) {
        scenario.knobs.set(failure, 0);
    }
    scenario.knobs.set(&settings::PACE, 1);
    scenario.plan.clear();
    scenario.show = Default::default();
    scenario
}

fn matching<S: System>(world: &World<S>, envelope: &Envelope<S::Message>) -> Vec<u32> {
    world.letters_that(&|flight, message| {
        flight.letter.from == envelope.from && flight.letter.to == envelope.to && *message == envelope.message
    })
}

fn copies<S: System>(world: &World<S>, envelope: &Envelope<S::Message>) -> usize {
    matching(world, envelope).len()
}

fn newest<S: System>(world: &World<S>, envelope: &Envelope<S::Message>) -> Option<Letter> {
    let index = *matching(world, envelope).last()?;
    Some(world.letters().get(index)?.letter)
}
