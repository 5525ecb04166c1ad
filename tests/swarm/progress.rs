//! Once faults heal, a value is chosen and everyone who wants to know learns it.

use super::mix::{Mix, Rules, check, mixes_of, play};
use paxos_playground::paxos::{Micros, registry};
use paxos_playground::run::{Run, Status};
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
    for (key, value) in
        [("loss", 0), ("drop", 0), ("failure", 0), ("unserved", 0), ("expiry", 10_000_000), ("backoff", 1_000_000)]
    {
        act(run, Action::Set(key.into(), value));
    }
    for (key, value) in [("patience", 4_000_000), ("resend", 2_500_000), ("catch-up", 4_000_000), ("delay", 500_000)] {
        act(run, Action::Set(key.into(), value));
    }
    for (key, value) in [("jitter", 300_000), ("poll", 400_000), ("min-delay", 0), ("max-delay", 0), ("skew", 0)] {
        act(run, Action::Set(key.into(), value));
    }
    act(run, Action::Set("period".into(), 6_000_000));
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
