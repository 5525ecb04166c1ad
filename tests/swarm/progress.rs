//! Once faults heal, a value is chosen and everyone who wants to know learns it.

use super::mix::{Mix, Rules, check, mixes_of, play};
use paxos_playground::paxos::{Micros, registry};
use paxos_playground::run::{Run, Status};
use paxos_playground::scenario::knob;
use paxos_playground::sim::Action;
use proptest::prelude::*;

/// How long it may take, of virtual time.
const SOON: Micros = Micros(120_000_000);

fn act(run: &mut dyn Run, action: Action) {
    run.act(action).expect("it can be done");
}

/// Ends every fault: the network is whole and loses nothing, and everyone is up and as fast as ever.
fn heal(run: &mut dyn Run) {
    act(run, Action::Heal);
    // Long enough to get an answer, short enough to try again soon; what a system has no knob for is left out.
    let sound = [
        ("loss", 0),
        ("drop", 0),
        ("failure", 0),
        ("unserved", 0),
        ("expiry", 10_000_000),
        ("backoff", 1_000_000),
        ("patience", 4_000_000),
        ("resend", 2_500_000),
        ("catch-up", 4_000_000),
        ("delay", 500_000),
        ("jitter", 300_000),
        ("poll", 400_000),
        ("min-delay", 0),
        ("max-delay", 0),
        ("skew", 0),
        ("latency", 0),
        ("order", 0),
        ("reorder", 0),
        ("period", 6_000_000),
        ("pause", 500_000),
        ("timeout", 4_000_000),
        ("heartbeat", 2_000_000),
        ("silence", 7_000_000),
    ];
    for (key, value) in sound {
        if knob(run.about(), key).is_some_and(|knob| knob.live) {
            act(run, Action::Set(key.into(), value));
        }
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
    let synod = registry::about("synod").expect("synod");
    let mixes = mixes_of(synod, Rules::Kept, 0..16).prop_map(|mut mix: Mix| {
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
        let learners = run.nodes().iter().filter(|node| node.label.starts_with('L')).count();
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
