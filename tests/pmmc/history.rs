//! Client histories: linearizable through the log, and not where a replica answers alone. The judge is the tester of
//! Stateright, which knows nothing of this project.

use super::common::Pmmcs;
use super::mix::{Rules, check, mixes_of, play};
use paxos_playground::paxos::Micros;
use paxos_playground::paxos::pmmc::{Actor, Op, Pmmc, command};
use paxos_playground::paxos::{Knobs, System};
use paxos_playground::paxos::{NodeId, registry};
use paxos_playground::run::Run;
use paxos_playground::scenario::Scenario;
use paxos_playground::sim::World;
use stateright::semantics::{ConsistencyTester, LinearizabilityTester, SequentialSpec};

/// The account as one object.
#[derive(Clone, Debug, PartialEq)]
struct Account(i64);

impl SequentialSpec for Account {
    type Op = Op;
    type Ret = Option<i64>;

    fn invoke(&mut self, op: &Op) -> Option<i64> {
        let (account, reply) = command::perform(*op, self.0);
        self.0 = account;
        reply
    }
}

/// What the clients of a run see, event by event, until `events` have happened.
fn history(system: &Pmmc, knobs: &Knobs, scenario: &Scenario, events: u64) -> LinearizabilityTester<u8, Account> {
    let mut world = World::new(system.clone(), knobs.clone(), scenario.seed, scenario.plan.clone(), 1);
    let mut tester = LinearizabilityTester::new(Account(0));
    let clients = world.members().iter().filter(|member| member.role == 3).count();
    let first = world.members().len() - clients;
    let mut seen = vec![(0, 0); clients];
    while world.events() < events && world.step(&mut ()) {
        for (client, seen) in seen.iter_mut().enumerate() {
            let Some(Actor::Client(state)) = world.actor(NodeId((first + client) as u8)) else {
                continue;
            };
            if state.answers.len() > seen.1 {
                seen.1 = state.answers.len();
                let reply = state.answers[seen.1 - 1].reply;
                tester.on_return(client as u8, reply).expect("an answer to what was asked");
            }
            if let Some(current) = state.current.filter(|current| current.id > seen.0) {
                seen.0 = current.id;
                tester.on_invoke(client as u8, current.op).expect("one command at a time");
            }
        }
    }
    tester
}

fn history_of(run: &Pmmcs) -> LinearizabilityTester<u8, Account> {
    let scenario = Scenario { plan: run.world.plan().to_vec(), ..run.scenario.clone() };
    let system = Pmmc::configure(&scenario.knobs, &mut Vec::new());
    history(&system, &scenario.knobs, &scenario, run.world.events())
}

/// C1 adds, R1 performs it and answers; R2 has not heard of the decision. Then C2 reads.
fn behind(read: &str) -> Pmmcs {
    let mut run = Pmmcs::by_hand("commands=0&leaders=1&acceptors=1&gc=0");
    run.lead("L1", &["A1"]);
    run.ask("C1", "+5");
    run.deliver("C1", "R1", "request");
    run.deliver("R1", "L1", "propose");
    run.phase_2("L1", 1, &["A1"]);
    run.deliver("L1", "R1", "decision");
    run.deliver("R1", "C1", "response");
    run.ask("C2", read);
    run
}

#[test]
fn rule_15_a_local_read_can_be_stale() {
    let mut run = behind("read local");
    run.deliver("C2", "R2", "read local");
    run.deliver("R2", "C2", "response");
    assert_eq!(run.client("C1").answers[0].reply, Some(5));
    assert_eq!(run.client("C2").answers[0].reply, Some(0), "C1 had its answer long before");
    assert!(run.says("it may be stale"));
    assert!(!history_of(&run).is_consistent());
    // No property of the log is broken: the read never was in it.
    assert!(run.all_hold());
}

#[test]
fn rule_15_a_read_through_the_log_is_not() {
    let mut run = behind("read");
    run.deliver("C2", "R2", "request");
    run.deliver("R2", "L1", "propose C2#1 read in slot 1");
    // Slot 1 is decided: R2 hears of it, performs it, and proposes its read for slot 2.
    run.deliver("L1", "R2", "decision: slot 1");
    run.deliver("R2", "L1", "propose C2#1 read in slot 2");
    run.phase_2("L1", 2, &["A1"]);
    run.deliver("L1", "R2", "decision: slot 2");
    run.deliver("R2", "C2", "response");
    assert_eq!(run.client("C2").answers[0].reply, Some(5));
    assert!(history_of(&run).is_consistent());
    assert!(run.all_hold());
}

#[test]
fn a_command_performed_twice_is_no_linearizable_history() {
    let history = |rule: &str| {
        let mut run = Pmmcs::by_hand(&format!("commands=0&leaders=1&acceptors=1&gc=0{rule}"));
        run.lead("L1", &["A1"]);
        run.ask("C1", "+1");
        run.ask("C2", "+10");
        for (client, replica) in [("C1", "R1"), ("C2", "R2"), ("C1", "R2")] {
            run.deliver(client, replica, "request");
        }
        run.deliver("R1", "L1", "propose C1#1 +1 in slot 1");
        run.deliver("R2", "L1", "propose C1#1 +1 in slot 2");
        for slot in [1, 2] {
            run.phase_2("L1", slot, &["A1"]);
            run.deliver("L1", "R2", &format!("decision: slot {slot}"));
        }
        run.deliver("R2", "L1", "propose C2#1 +10 in slot 3");
        run.phase_2("L1", 3, &["A1"]);
        run.deliver("L1", "R2", "decision: slot 3");
        run.deliver("R2", "C2", "response to number 1");
        history_of(&run).is_consistent()
    };
    assert!(history(""));
    assert!(!history("&break=perform-twice"));
}

#[test]
fn histories_through_the_log_are_linearizable_whatever_happens() {
    let pmmc = registry::about("pmmc").expect("pmmc");
    check(250, mixes_of(pmmc, Rules::Kept, 0..10), |mix| {
        let mut mix = mix.clone();
        mix.knobs.retain(|(key, _)| !matches!(*key, "reads" | "commands" | "clients"));
        mix.knobs.extend([("reads", 1), ("commands", 3), ("clients", 3), ("think", 300_000)]);
        let mut run = mix.open();
        play(&mut *run, &mix, 2_000);
        run.advance(Micros(60_000_000), 2_000);
        let scenario = Run::scenario(&*run).clone();
        let mut notices = Vec::new();
        let system = Pmmc::configure(&scenario.knobs, &mut notices);
        match history(&system, &scenario.knobs, &scenario, run.events()).is_consistent() {
            true => Ok(()),
            false => Err("no order of the commands explains the answers".into()),
        }
    });
}
