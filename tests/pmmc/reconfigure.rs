//! A new configuration: decided in slot s, it governs slot s + WINDOW and those after it.

use super::common::Pmmcs;
use paxos_playground::check::Ledger;
use paxos_playground::paxos::pmmc::{Command, Config, Op, Pmmc};
use paxos_playground::paxos::{Ballot, Fact, Knobs, Micros, NodeId, Slot, System};
use paxos_playground::scenario::Scenario;

#[test]
fn the_quorums_of_a_slot_come_from_the_configuration_in_force_there() {
    let mut run = Pmmcs::new("spares=2&window=3&commands=6&think=500ms", 7);
    run.advance(Micros(2_000_000));
    run.ask("C1", "config A3 A4 A5");
    run.advance(Micros(100_000_000));
    let log = run.log();
    let (slot, _) = log.iter().find(|(_, command)| matches!(command.op, Op::Config(_))).expect("it is decided");
    let from = Slot(slot.0 + 3);
    let acceptors = |labels: &[&str]| labels.iter().map(|label| run.id(label)).collect::<Vec<_>>();
    let (old, new) = (acceptors(&["A1", "A2", "A3"]), acceptors(&["A3", "A4", "A5"]));
    let mut seen = [0, 0];
    for chosen in run.properties.chosen() {
        let is_new = chosen.choice.slot >= from;
        seen[usize::from(is_new)] += 1;
        let may_vote = if is_new { &new } else { &old };
        assert!(chosen.choice.quorum.iter().all(|node| may_vote.contains(&node)), "{chosen:?}");
    }
    assert!(seen[0] >= 3 && seen[1] >= 3, "{seen:?}");
    assert!(run.clients().all(|client| client.answers.len() >= 6));
    assert!(run.all_hold());
}

#[test]
fn no_ops_bring_a_new_configuration_into_force_where_nobody_asks_for_more() {
    let mut run = Pmmcs::new("spares=2&window=4&commands=0&clients=1", 7);
    run.advance(Micros(0));
    run.ask("C1", "config A3 A4 A5");
    run.advance(Micros(60_000_000));
    let no_ops = run.log().values().filter(|command| command.op == Op::Noop).count();
    assert_eq!(no_ops, 3);
    assert_eq!(run.field("R1", "configuration"), "A3 A4 A5");
    // The old acceptors are not needed any more.
    run.please("crash A1");
    run.please("crash A2");
    run.ask("C1", "+5");
    run.advance(Micros(160_000_000));
    assert_eq!(run.client("C1").answers.last().expect("an answer").reply, Some(5));
    assert!(run.all_hold());
}

#[test]
fn a_leader_that_knows_only_the_old_configuration_goes_through_phase_1_with_the_new_one() {
    let mut run = Pmmcs::by_hand("commands=0&clients=2&replicas=1&leaders=1&acceptors=1&spares=1&window=1&gc=0");
    run.lead("L1", &["A1"]);
    run.ask("C1", "config A2");
    run.deliver("C1", "R1", "request");
    run.deliver("R1", "L1", "propose");
    run.phase_2("L1", 1, &["A1"]);
    run.deliver("L1", "R1", "decision");
    run.ask("C2", "+5");
    run.deliver("C2", "R1", "request");
    run.deliver("R1", "L1", "propose C2#1 +5 in slot 2");
    assert!(run.leader("L1").commanders.is_empty(), "A2 has not adopted the ballot");
    run.phase_1("L1", &["A2"]);
    run.phase_2("L1", 2, &["A2"]);
    run.deliver("L1", "R1", "decision: slot 2");
    assert_eq!(run.field("R1", "account"), "5");
    assert!(run.all_hold());
}

/// The leader restarts and knows only the first configuration, whose acceptors are gone.
#[test]
fn a_leader_hears_of_the_configuration_from_the_replicas() {
    let mut run = Pmmcs::new("spares=3&window=2&commands=0&clients=1&leaders=1", 7);
    run.advance(Micros(0));
    run.ask("C1", "config A4 A5 A6");
    run.advance(Micros(30_000_000));
    for line in ["crash A1", "crash A2", "crash A3", "crash L1", "restart L1"] {
        run.please(line);
    }
    run.advance(Micros(40_000_000));
    assert!(run.leader("L1").scout.is_some(), "it asks acceptors that are gone");
    run.ask("C1", "+5");
    run.advance(Micros(100_000_000));
    assert_eq!(run.client("C1").answers.last().expect("an answer").reply, Some(5));
    assert!(run.all_hold());
}

#[test]
fn the_judge_knows_who_votes_in_which_slot() {
    let (scenario, _) = Scenario::from_link("system=pmmc&leaders=1&acceptors=2&spares=1&window=2");
    let knobs: &Knobs = &scenario.knobs;
    let system = Pmmc::configure(knobs, &mut Vec::new());
    let mut ledger = Ledger::default();
    let ballot = Ballot { round: 1, owner: NodeId(0) };
    let command = |id, op| Command { client: 1, id, op };
    let mut vote = |acceptor: u8, slot, command| {
        ledger.enter(&system, NodeId(acceptor), &Fact::Requested(command));
        ledger.enter(&system, NodeId(acceptor), &Fact::Voted(Slot(slot), ballot, command)).chosen.is_some()
    };
    let new = command(1, Op::Config(Config(0b100)));
    assert!(!vote(1, 1, new) && vote(2, 1, new), "A1 and A2 choose it in slot 1");
    let add = command(2, Op::Add(1));
    assert!(!vote(1, 2, add) && vote(2, 2, add), "and vote in slot 2 still");
    assert!(!vote(1, 3, add) && !vote(2, 3, add), "but not in slot 3");
    assert!(vote(3, 3, add), "where A3 alone chooses");
}

#[test]
fn clients_read_and_change_configurations_in_one_order() {
    let mut run = Pmmcs::new("spares=2&window=2&commands=10&reads=log&think=300ms&loss=0.1", 3);
    for (at, text) in [(3, "config A1 A4 A5"), (9, "config A2 A3 A4"), (15, "config A1 A2 A3 A4 A5")] {
        run.advance(Micros(at * 1_000_000));
        run.ask("C2", text);
    }
    run.advance(Micros(300_000_000));
    assert_eq!(run.client("C2").answers.len(), 13);
    assert!(run.replicas().all(|replica| replica.done == run.replica("R1").done));
    assert!(run.all_hold());
}
