//! The rules of voting that toys get wrong, where there are many slots.

use super::common::Pmmcs;
use super::rules::{MINUTE, QUIET, crossed};
use paxos_playground::paxos::pmmc::timer::NEXT;
use paxos_playground::paxos::{Ballot, Micros, NodeId};

#[test]
fn rule_4_a_p2a_that_missed_its_p1a_is_accepted_and_binds() {
    let mut run = Pmmcs::by_hand(QUIET);
    run.fire("L1", NEXT);
    run.fire("L2", NEXT);
    run.phase_1("L2", &["A1", "A2"]);
    run.ask("C1", "+1");
    run.deliver("C1", "R1", "request");
    run.deliver("R1", "L2", "propose");
    run.deliver("L2", "A3", "p2a 1.2");
    assert_eq!(run.acceptor("A3").accepted.len(), 1);
    run.deliver("L1", "A3", "p1a 1.1");
    assert!(run.letter("A3", "L1", "p1b for 1.1: preempted by 1.2").is_some(), "an accept raises the ballot");
    assert!(run.all_hold());
}

#[test]
fn rule_5_a_restart_never_reuses_a_ballot() {
    let mut run = Pmmcs::by_hand(QUIET);
    run.fire("L1", NEXT);
    run.please("crash L1");
    run.please("restart L1");
    run.fire("L1", NEXT);
    assert_eq!(run.leader("L1").ballot, Some(Ballot { round: 2, owner: NodeId(0) }));
    assert!(run.all_hold());
}

#[test]
fn rule_10_quorums_are_majorities_of_the_configured_acceptors() {
    for (acceptors, may_fail) in [(1, 0), (2, 0), (3, 1), (4, 1), (5, 2)] {
        for down in [may_fail, may_fail + 1] {
            let mut run = Pmmcs::new(&format!("acceptors={acceptors}&commands=1"), 3);
            run.advance(Micros(0));
            (1..=down).for_each(|number| run.please(&format!("crash A{number}")));
            run.advance(MINUTE);
            let answered = run.clients().all(|client| client.answers.len() == 1);
            assert_eq!(answered, down == may_fail, "{down} of {acceptors} are down");
            assert_eq!(run.chosen().is_empty(), !answered);
            assert!(run.all_hold());
        }
    }
}

#[test]
fn rule_8_an_abandoned_ballot_can_still_win() {
    let mut run = crossed("acceptors=3&leaders=2");
    run.phase_1("L1", &["A2"]);
    run.deliver("R1", "L1", "propose C1#1");
    run.deliver("L1", "A1", "p2a");
    run.deliver("L1", "A2", "p2a");
    assert_eq!(run.chosen(), [(1, "C1#1 +1".into())]);
    // L1 never hears of it, is preempted and steps back; the next ballot finds what was chosen.
    run.deliver("R2", "L2", "propose C2#1 +10 in slot 1");
    run.lead("L2", &["A2", "A3"]);
    run.deliver("L1", "A3", "p2a 1.1");
    run.deliver("A3", "L1", "p2b for 1.1");
    assert!(!run.leader("L1").active);
    run.phase_2("L2", 1, &["A2", "A3"]);
    assert_eq!(run.chosen(), [(1, "C1#1 +1".into())]);
    assert!(run.all_hold());
}

/// A node can fail after it wrote and before it replied: what it would have said is lost, what it wrote is not.
#[test]
fn rule_9_what_an_acceptor_accepts_is_on_its_disk_before_it_answers() {
    let mut run = crossed("acceptors=1&leaders=1");
    run.deliver("R1", "L1", "propose C1#1");
    run.deliver("L1", "A1", "p2a");
    run.please("crash A1");
    run.please("restart A1");
    assert_eq!(run.acceptor("A1").accepted.len(), 1);
    // Its answer outlives its crash.
    run.deliver("A1", "L1", "p2b 1.1, slot 1");
    assert!(run.letter("L1", "R1", "decision: slot 1 is C1#1 +1").is_some());
    assert!(run.all_hold());
}
