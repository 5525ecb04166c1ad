//! Random mixes of settings, faults and deeds: progress after healing. Safety is judged with the other systems'.

use super::common::Pmmcs;
use super::mix::{Mix, Rules, check, mixes_of, play};
use paxos_playground::paxos::pmmc::Op;
use paxos_playground::paxos::{Micros, registry};
use paxos_playground::run::{Run, Status};
use paxos_playground::sim::Action;
use proptest::prelude::*;

/// How long it may take once faults have healed, of virtual time.
const SOON: Micros = Micros(400_000_000);

fn act(run: &mut dyn Run, action: Action) {
    run.act(action).expect("it can be done");
}

/// Ends every fault: the network is whole and loses nothing, and everyone is up and as fast as ever.
fn heal(run: &mut dyn Run) {
    act(run, Action::Heal);
    let usual = [
        ("loss", 0),
        ("drop", 0),
        ("failure", 0),
        ("unserved", 0),
        ("expiry", 10_000_000),
        ("backoff", 1_000_000),
        ("patience", 4_000_000),
        ("resend", 2_500_000),
        ("catch-up", 4_000_000),
        ("retry", 8_000_000),
        ("think", 1_000_000),
        ("delay", 500_000),
        ("jitter", 300_000),
        ("poll", 400_000),
        ("min-delay", 0),
        ("max-delay", 0),
        ("skew", 0),
    ];
    for (key, value) in usual {
        act(run, Action::Set(key.into(), value));
    }
    let nodes = run.nodes();
    let members: Vec<_> = nodes.iter().filter(|node| node.role.is_some()).map(|node| node.id).collect();
    for from in &members {
        for to in &members {
            for (key, value) in [("loss", 0), ("delay", 500_000), ("jitter", 300_000)] {
                act(run, Action::Tune(*from, *to, key.into(), value));
            }
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
fn after_faults_heal_every_client_has_its_answers_and_every_replica_performs() {
    let pmmc = registry::about("pmmc").expect("pmmc");
    let mixes = mixes_of(pmmc, Rules::Kept, 0..16).prop_map(|mix: Mix| mix);
    check(500, mixes, |mix| {
        let mut run = mix.open();
        play(&mut *run, mix, 2_000);
        heal(&mut *run);
        let healed = run.time();
        run.advance(healed.plus(SOON), 400_000);
        for node in run.nodes() {
            let field = |name: &str| run.fields(node.id).into_iter().find(|field| field.name == name).map(|f| f.value);
            if field("waits for").is_some_and(|waits| waits != "nothing")
                || field("left").is_some_and(|left| left != "0")
            {
                return Err(format!("{} still waits {SOON} after {healed}", node.label));
            }
        }
        Ok(())
    });
}

#[test]
fn a_storm_with_crashes_and_new_configurations_ends_with_equal_replicas() {
    for seed in 0..12 {
        let settings = "replicas=3&leaders=3&acceptors=5&spares=2&clients=3&commands=12&loss=0.1&duplicate=0.1&\
                        reorder=0.2&failure=0.02&fails=all&repair=2s&think=300ms&gc=4";
        let mut run = Pmmcs::new(settings, seed);
        for (at, text) in [(5, "config A1 A2 A3 A6 A7"), (20, "config A3 A4 A5"), (35, "config A5 A6 A7")] {
            run.advance(Micros(at * 1_000_000));
            run.ask("C1", text);
        }
        run.advance(Micros(150_000_000));
        run.please("set loss 0");
        run.please("set failure 0");
        run.advance(Micros(500_000_000));
        assert!(run.all_hold(), "seed {seed}");
        assert!(run.world.counts().crashes > 10, "seed {seed}");
        assert!(run.clients().all(|client| client.current.is_none() && client.left == 0), "seed {seed}");
        let done = &run.replica("R1").done;
        assert!(run.replicas().all(|replica| replica.done == *done), "seed {seed}");
        let brought = run.log().values().filter(|command| matches!(command.op, Op::Config(_))).count();
        assert!(brought <= 6, "seed {seed}");
    }
}
