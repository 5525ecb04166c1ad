//! Once faults heal, a value is chosen and everyone who wants to know learns it.

use super::mix::{Mix, Rules, check, mixes_of, play};
use paxos_playground::paxos::{Kind, Knob, Micros, registry};
use paxos_playground::run::{NodeView, Run, Status};
use paxos_playground::scenario::knobs_of;
use paxos_playground::sim::Action;
use proptest::prelude::*;

/// How long it may take, of virtual time.
const SOON: Micros = Micros(120_000_000);

fn act(run: &mut dyn Run, action: Action) {
    run.act(action).expect("it can be done");
}

/// Ends every fault: the network is whole and loses nothing, everyone is up and as fast as ever, and what can be set in
/// the middle of a run is as it is by default.
fn heal(run: &mut dyn Run) {
    act(run, Action::Heal);
    let usual = |knob: &&Knob| knob.live && !matches!(knob.kind, Kind::Choice(_) | Kind::Set(_));
    for knob in knobs_of(run.about()).filter(usual) {
        act(run, Action::Set(knob.key.into(), knob.default));
    }
    let nodes = run.nodes();
    let members: Vec<_> = nodes.iter().filter(|node| node.role.is_some()).map(|node| node.id).collect();
    for from in &members {
        for to in &members {
            act(run, Action::Tune(*from, *to, "loss".into(), 0));
            act(run, Action::Tune(*from, *to, "delay".into(), 500_000));
            act(run, Action::Tune(*from, *to, "jitter".into(), 300_000));
        }
    }
    for node in nodes {
        if node.role.is_some() {
            act(run, Action::Slow(node.id, Micros::ZERO));
            act(run, Action::Skew(node.id, 1_000_000));
            act(run, Action::Join(node.id));
            act(run, Action::Resume(node.id));
            act(run, Action::Crash(node.id));
        }
    }
    for node in run.nodes().iter().filter(|node| node.status == Status::Down) {
        act(run, Action::Restart(node.id));
    }
}

#[test]
fn after_faults_heal_a_value_is_chosen_and_every_learner_learns_it() {
    heals("synod");
}

#[test]
fn after_faults_heal_every_peer_finishes() {
    heals("peers");
}

fn heals(system: &str) {
    let about = registry::about(system).expect("the system");
    let mixes = mixes_of(about, Rules::Kept, 0..16).prop_map(|mut mix: Mix| {
        // What cannot be changed in the middle of a run: everyone can be joined by hand.
        mix.knobs.retain(|(key, _)| *key != "late-by");
        mix
    });
    check(1_000, mixes, |mix| {
        let mut run = mix.open();
        play(&mut *run, mix, 2_000);
        heal(&mut *run);
        let healed = run.time();
        run.advance(healed.plus(SOON), 200_000);
        let learns = |node: &NodeView| node.role.is_some_and(|role| run.about().roles[usize::from(role)].learns);
        let learners = run.nodes().iter().filter(|node| learns(node)).count();
        let metrics = run.metrics();
        if run.chosen().len() != 1 {
            return Err(format!("{} values are chosen {SOON} after {healed}", run.chosen().len()));
        }
        if learners > 0 && metrics.all_learned.is_none() {
            return Err(format!("not every learner knows {SOON} after {healed}"));
        }
        Ok(())
    });
}

#[test]
fn after_faults_heal_a_new_command_reaches_the_history_of_every_node() {
    let leader = registry::about("leader").expect("leader");
    check(600, mixes_of(leader, Rules::Kept, 0..16), |mix| {
        let mut run = mix.open();
        play(&mut *run, mix, 2_000);
        heal(&mut *run);
        // Let a leader be found first: a command that is on its way when its leader falls is lost.
        let healed = run.time();
        run.advance(healed.plus(SOON), 200_000);
        let nodes = run.nodes();
        let asked = nodes[mix.seed as usize % nodes.iter().filter(|node| node.role.is_some()).count()].id;
        act(&mut *run, Action::Request(asked, "4242".into()));
        run.advance(healed.plus(SOON).plus(SOON), 200_000);
        for node in nodes.iter().filter(|node| node.role.is_some()) {
            let history = run.tables(node.id).remove(0).rows;
            if !history.iter().any(|row| row.cells[1] == "4242") {
                return Err(format!("{} does not know of 4242 {SOON} after {healed}: {history:?}", node.label));
            }
            if history.iter().any(|row| row.cells[1] == "–") {
                return Err(format!("the history of {} has a gap: {history:?}", node.label));
            }
        }
        Ok(())
    });
}

#[test]
fn after_faults_heal_rounds_are_decided_again() {
    let rounds = registry::about("rounds").expect("rounds");
    check(600, mixes_of(rounds, Rules::Kept, 0..16), |mix| {
        let mut run = mix.open();
        play(&mut *run, mix, 2_000);
        heal(&mut *run);
        let (before, healed) = (run.metrics().decisions, run.time());
        run.advance(healed.plus(SOON), 200_000);
        match run.metrics().decisions - before {
            0..10 => Err(format!("{} decisions in {SOON}", run.metrics().decisions - before)),
            _ => Ok(()),
        }
    });
}
