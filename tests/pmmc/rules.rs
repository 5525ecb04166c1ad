//! The rules that toys get wrong, and those of the paper, each one a test.

use super::common::Pmmcs;
use paxos_playground::paxos::Micros;
use paxos_playground::paxos::pmmc::timer::{CATCH_UP, NEXT, RESEND, RETRY};
use paxos_playground::paxos::{Ballot, NodeId, Slot};

const MINUTE: Micros = Micros(60_000_000);

/// By hand: no client asks by itself and nothing is repeated.
const QUIET: &str = "commands=0&gc=0";

/// R1 and R2 propose the commands of C1 and C2 in opposite slots, and L1 leads.
fn crossed(settings: &str) -> Pmmcs {
    let mut run = Pmmcs::by_hand(&format!("{QUIET}&{settings}"));
    run.lead("L1", &["A1"]);
    run.ask("C1", "+1");
    run.ask("C2", "+10");
    for (client, replica) in [("C1", "R1"), ("C2", "R1"), ("C2", "R2"), ("C1", "R2")] {
        run.deliver(client, replica, "request");
    }
    run
}

#[test]
fn rule_13_a_command_decided_in_two_slots_is_performed_once() {
    let mut run = crossed("leaders=1&acceptors=1");
    run.deliver("R1", "L1", "propose C1#1 +1 in slot 1");
    run.deliver("R2", "L1", "propose C1#1 +1 in slot 2");
    run.phase_2("L1", 1, &["A1"]);
    run.phase_2("L1", 2, &["A1"]);
    for slot in [1, 2] {
        run.deliver("L1", "R1", &format!("decision: slot {slot}"));
        run.deliver("L1", "R2", &format!("decision: slot {slot}"));
    }
    assert_eq!(run.chosen(), [(1, "C1#1 +1".into()), (2, "C1#1 +1".into())]);
    for replica in ["R1", "R2"] {
        assert_eq!(run.field(replica, "account"), "1", "{replica}");
        assert_eq!(run.field(replica, "slot_out"), "3", "{replica}");
    }
    assert!(run.says("performed in an earlier slot"));
    // The slot that R1 wanted for C2#1 was taken, so it proposes again.
    assert!(run.letter("R1", "L1", "propose C2#1 +10 in slot 3").is_some());
    assert!(run.all_hold());
}

#[test]
fn rule_13_a_hole_stalls_performing_and_not_deciding() {
    let mut run = crossed("leaders=1&acceptors=1");
    run.deliver("R1", "L1", "propose C1#1 +1 in slot 1");
    run.deliver("R1", "L1", "propose C2#1 +10 in slot 2");
    run.phase_2("L1", 2, &["A1"]);
    assert_eq!(run.chosen(), [(2, "C2#1 +10".into())]);
    run.deliver("L1", "R1", "decision: slot 2");
    assert_eq!((run.field("R1", "account"), run.field("R1", "holes")), ("0".into(), "1".into()));
    assert!(run.letter("R1", "C2", "response").is_none());
    run.phase_2("L1", 1, &["A1"]);
    run.deliver("L1", "R1", "decision: slot 1");
    assert_eq!((run.field("R1", "account"), run.field("R1", "holes")), ("11".into(), "none".into()));
    assert!(run.letter("R1", "C2", "response to number 1: 11").is_some());
    assert!(run.all_hold());
}

#[test]
fn rule_14_two_leaders_at_once_are_safe() {
    let mut run = Pmmcs::by_hand(QUIET);
    run.lead("L1", &["A1", "A2"]);
    run.lead("L2", &["A2", "A3"]);
    assert!(run.leader("L1").active && run.leader("L2").active);
    run.ask("C1", "+1");
    run.ask("C2", "+10");
    run.deliver("C1", "R1", "request");
    run.deliver("C2", "R2", "request");
    run.deliver("R1", "L1", "propose C1#1");
    run.deliver("R2", "L2", "propose C2#1");
    run.deliver("L1", "A1", "p2a");
    run.deliver("L1", "A2", "p2a");
    run.phase_2("L2", 1, &["A2", "A3"]);
    assert_eq!(run.chosen(), [(1, "C2#1 +10".into())]);
    // The p2b of A2 tells L1 of the higher ballot; its next scout finds both pvalues and takes the higher one.
    run.deliver("A2", "L1", "p2b for 1.1");
    assert!(!run.leader("L1").active);
    run.fire("L1", NEXT);
    run.phase_1("L1", &["A1", "A2"]);
    run.phase_2("L1", 1, &["A1", "A2"]);
    assert_eq!(run.chosen(), [(1, "C2#1 +10".into())]);
    assert!(run.says("must propose C2#1 +10 for slot 1 and not C1#1 +1: it was accepted at 1.2"));
    assert!(run.all_hold());
}

#[test]
fn phase_1_is_done_once_for_all_later_slots() {
    let mut run = Pmmcs::new("leaders=1&commands=10", 3);
    run.advance(MINUTE);
    assert!(run.chosen().len() >= 20);
    let counts = run.world.counts();
    assert_eq!(counts.messages[4][0], 3, "one p1a for each acceptor");
    assert!(run.all_hold());
}

#[test]
fn a_p1b_tells_of_every_slot_and_the_scout_takes_the_highest_of_each() {
    let mut run = Pmmcs::by_hand(QUIET);
    run.lead("L1", &["A1", "A2"]);
    for text in ["+1", "+2", "+3"] {
        run.ask("C1", text);
    }
    run.ask("C2", "+10");
    run.deliver("C1", "R1", "request");
    run.deliver("C2", "R1", "request");
    run.deliver("R1", "L1", "propose C1#1 +1 in slot 1");
    run.deliver("R1", "L1", "propose C2#1 +10 in slot 2");
    run.deliver("L1", "A1", "p2a 1.1, slot 1");
    run.deliver("L1", "A1", "p2a 1.1, slot 2");
    run.fire("L2", NEXT);
    run.deliver("L2", "A1", "p1a");
    assert!(run.letter("A1", "L2", "p1b 1.2, 2 pvalues").is_some());
    run.deliver("A1", "L2", "p1b");
    run.deliver("L2", "A2", "p1a");
    run.deliver("A2", "L2", "p1b");
    let proposals = &run.leader("L2").proposals;
    let ballot = Some(Ballot { round: 1, owner: NodeId(0) });
    assert_eq!(proposals.values().map(|proposal| proposal.adopted).collect::<Vec<_>>(), [ballot, ballot]);
    assert_eq!(run.leader("L2").commanders.len(), 2, "a commander for each");
    assert!(run.all_hold());
}

#[test]
fn preempted_ends_the_scout_and_each_commander_on_its_own() {
    let mut run = Pmmcs::by_hand(QUIET);
    run.fire("L1", NEXT);
    run.fire("L2", NEXT);
    run.deliver("L2", "A1", "p1a");
    run.deliver("L1", "A1", "p1a");
    run.deliver("A1", "L1", "p1b for 1.1: preempted by 1.2");
    assert!(run.leader("L1").scout.is_none());
    // A late p1b of the scout that ended changes nothing.
    run.deliver("L1", "A2", "p1a");
    run.deliver("A2", "L1", "p1b 1.1");
    assert!(!run.leader("L1").active && run.leader("L1").promised.nodes.is_empty());

    let mut run = crossed("acceptors=1");
    run.deliver("R1", "L1", "propose C1#1");
    run.deliver("R1", "L1", "propose C2#1");
    run.deliver("L1", "A1", "p2a 1.1, slot 1");
    run.fire("L2", NEXT);
    run.deliver("L2", "A1", "p1a");
    run.deliver("L1", "A1", "p2a 1.1, slot 2");
    run.deliver("A1", "L1", "p2b for 1.1, slot 2");
    assert!(!run.leader("L1").active);
    assert_eq!(run.leader("L1").commanders.len(), 1, "the commander of slot 1 lives on");
    run.deliver("A1", "L1", "p2b 1.1, slot 1");
    assert_eq!(run.chosen().len(), 1, "and has its command decided");
    assert!(run.letter("L1", "R1", "decision: slot 1").is_some());
    assert!(run.all_hold());
}

#[test]
fn a_duplicate_counts_once_and_a_late_p2b_not_at_all() {
    // One p1b twice is one of two.
    let mut other = Pmmcs::by_hand(QUIET);
    other.fire("L1", NEXT);
    other.deliver("L1", "A1", "p1a");
    other.deliver_copy("A1", "L1", "p1b");
    other.deliver("A1", "L1", "p1b");
    assert!(!other.leader("L1").active);
    assert!(other.all_hold());

    let mut run = Pmmcs::by_hand(QUIET);
    run.lead("L1", &["A1", "A2"]);
    run.ask("C1", "+1");
    run.deliver("C1", "R1", "request");
    run.deliver("R1", "L1", "propose");
    run.deliver("L1", "A1", "p2a");
    run.deliver_copy("A1", "L1", "p2b");
    run.deliver("A1", "L1", "p2b");
    assert!(run.letter("L1", "R1", "decision").is_none(), "one acceptor twice is no quorum");
    run.phase_2("L1", 1, &["A2"]);
    assert!(run.letter("L1", "R1", "decision").is_some());
    run.deliver("L1", "A3", "p2a");
    run.deliver("A3", "L1", "p2b");
    assert!(run.says("ignores a p2b for 1.1: its commander is gone"));
    assert!(run.all_hold());
}

#[test]
fn a_replica_proposes_no_further_than_its_window() {
    let mut run = Pmmcs::by_hand("commands=0&clients=3&replicas=1&window=2");
    for client in ["C1", "C2", "C3"] {
        run.ask(client, "+1");
        run.deliver(client, "R1", "request");
    }
    assert!(run.letter("R1", "L1", "propose C2#1 +1 in slot 2").is_some());
    assert!(run.letter("R1", "L1", "propose C3#1").is_none());
    assert_eq!((run.field("R1", "stalled"), run.field("R1", "window")), ("yes".into(), "2 of 2 used".into()));
    assert!(run.says("must not propose for slot 3"));
    run.lead("L1", &["A1", "A2"]);
    run.deliver("R1", "L1", "propose C1#1");
    run.phase_2("L1", 1, &["A1", "A2"]);
    run.deliver("L1", "R1", "decision");
    assert!(run.letter("R1", "L1", "propose C3#1 +1 in slot 3").is_some());
    assert!(run.all_hold());
}

#[test]
fn rule_12_a_replica_that_missed_decisions_catches_up() {
    let mut run = Pmmcs::new("replicas=3&commands=4&gc=0", 5);
    for line in ["cut L1>R3", "cut L2>R3"] {
        run.please(line);
    }
    run.advance(Micros(20_000_000));
    let [r1, r3] = ["R1", "R3"].map(|replica| run.replica(replica).done.slot_out);
    assert!(r1 > Slot(3) && r3 < r1, "R3 is at {r3:?}, R1 at {r1:?}");
    run.advance(Micros(120_000_000));
    assert!(run.says("R3 asks the other replicas what was decided"));
    assert!(run.replicas().all(|replica| replica.done == run.replica("R1").done));
    assert!(run.clients().all(|client| client.answers.len() == 4));
    assert!(run.all_hold());
}

#[test]
fn what_was_collected_is_transferred_as_a_snapshot() {
    let mut run = Pmmcs::new("replicas=3&commands=15&gc=4&think=200ms", 5);
    run.please("isolate R3");
    run.advance(Micros(60_000_000));
    assert!(run.acceptor("A1").accepted.len() < 20 && run.acceptor("A1").collected > Slot(10));
    assert!(run.replica("R1").base > Slot(10));
    assert_eq!(run.replica("R3").done.slot_out, Slot(1));
    run.please("rejoin R3");
    run.advance(Micros(200_000_000));
    assert!(run.says("R3 takes over what others performed"));
    assert!(run.replicas().all(|replica| replica.done == run.replica("R1").done));
    assert!(run.all_hold());
}

#[test]
fn without_collection_nobody_forgets_anything() {
    let mut run = Pmmcs::new("replicas=3&commands=15&gc=0&think=200ms", 5);
    run.advance(Micros(120_000_000));
    assert_eq!(run.acceptor("A1").collected, Slot(0));
    assert!(run.replica("R1").decisions.len() >= 30 && run.replica("R1").base == Slot(1));
    assert!(run.all_hold());
}

#[test]
fn every_role_restarts_with_what_is_durable() {
    let mut run = Pmmcs::new("replicas=3&leaders=3&acceptors=5&commands=8&think=300ms", 9);
    let nodes = ["L1", "A1", "R1", "C1", "L2", "A2", "R2", "L3", "A3", "R3", "C2", "A4", "A5"];
    for (turn, node) in (0..).zip(nodes) {
        run.advance(Micros(2_000_000 + turn * 1_500_000));
        run.please(&format!("crash {node}"));
        run.advance(Micros(2_000_000 + turn * 1_500_000 + 1_000_000));
        run.please(&format!("restart {node}"));
    }
    run.advance(Micros(200_000_000));
    assert_eq!(run.world.counts().crashes, nodes.len() as u64);
    assert!(run.clients().all(|client| client.answers.len() == 8));
    assert!(run.replicas().all(|replica| replica.done.account == run.replica("R1").done.account));
    assert!(run.all_hold());
}

#[test]
fn a_client_asks_again_under_the_same_number() {
    let mut run = Pmmcs::by_hand("commands=0&clients=1&replicas=1&leaders=1&acceptors=1");
    run.lead("L1", &["A1"]);
    run.ask("C1", "+5");
    run.deliver("C1", "R1", "request");
    run.deliver("R1", "L1", "propose");
    run.phase_2("L1", 1, &["A1"]);
    run.deliver("L1", "R1", "decision");
    // The response is late; the client cannot know that the command was performed.
    run.fire("C1", RETRY);
    run.deliver("C1", "R1", "request C1#1 +5");
    assert!(run.says("R1 has performed C1#1 +5 already"));
    run.deliver_copy("R1", "C1", "response");
    run.deliver("R1", "C1", "response");
    assert_eq!((run.client("C1").answers.len(), run.replica("R1").done.account), (1, 5));
    assert!(run.all_hold());
}

#[test]
fn a_hole_that_nobody_can_fill_is_filled_with_a_no_op() {
    // R1 proposes C1#1 for slot 1 and C2#1 for slot 2; only the second proposal reaches L1, and R1 forgets both.
    let mut run = Pmmcs::by_hand("commands=0&leaders=1&acceptors=1&gc=0&retry=0s");
    run.lead("L1", &["A1"]);
    run.ask("C1", "+1");
    run.ask("C2", "+10");
    run.deliver("C1", "R1", "request");
    run.deliver("C2", "R1", "request");
    run.deliver("R1", "L1", "propose C2#1 +10 in slot 2");
    run.phase_2("L1", 2, &["A1"]);
    run.please("crash R1");
    run.deliver("L1", "R2", "decision: slot 2");
    run.fire("R2", CATCH_UP);
    run.fire("R2", CATCH_UP);
    run.deliver("R2", "L1", "propose no-op in slot 1");
    run.phase_2("L1", 1, &["A1"]);
    run.deliver("L1", "R2", "decision: slot 1");
    assert_eq!((run.field("R2", "account"), run.field("R2", "slot_out")), ("10".into(), "3".into()));
    assert!(run.all_hold());
}

#[test]
fn a_preempted_leader_leaves_one_alone_that_answers_its_pings() {
    let mut run = Pmmcs::new("leaders=3&commands=12", 2);
    run.advance(MINUTE);
    let rounds = run.properties.rounds;
    assert!(rounds <= 6, "{rounds} ballots");
    assert!(run.says("waits on: the leader of"));
    assert!(run.all_hold());
    // Whoever leads is lost: another one takes over.
    let leads = ["L1", "L2", "L3"].into_iter().find(|leader| run.leader(leader).active).expect("one leads");
    run.please(&format!("crash {leads}"));
    run.ask("C1", "+1");
    run.advance(Micros(180_000_000));
    assert_eq!(run.client("C1").answers.len(), 13);
    assert!(run.all_hold());
}

#[test]
fn rule_11_without_back_off_leaders_preempt_one_another_again_and_again() {
    let run = |settings: &str| {
        let mut run = Pmmcs::new(&format!("leaders=3&clients=3&commands=20&think=100ms&{settings}"), 4);
        run.advance(Micros(100_000_000));
        assert!(run.all_hold());
        let answers: usize = run.clients().map(|client| client.answers.len()).sum();
        (run.properties.preemptions, answers)
    };
    let ((few, all), (many, fewer)) = (run(""), run("backoff=0s"));
    assert!(few <= 8, "{few} preemptions with back-off");
    assert!(many >= 30 && fewer < all, "{many} preemptions without, {fewer} of {all} answers");
}

#[test]
fn a_lost_scout_and_a_lost_commander_are_repeated() {
    let mut run = Pmmcs::by_hand("commands=0&leaders=1&replicas=1&clients=1");
    run.fire("L1", NEXT);
    for acceptor in ["A1", "A2", "A3"] {
        let letter = run.letter("L1", acceptor, "p1a").expect("a p1a");
        run.act(paxos_playground::sim::Action::Drop(letter));
    }
    run.fire("L1", RESEND);
    assert!(run.letter("L1", "A1", "p1a").is_none(), "it is too early");
    run.fire("L1", RESEND);
    run.phase_1("L1", &["A1", "A2"]);
    assert!(run.leader("L1").active);
    assert!(run.all_hold());
}

#[test]
fn what_does_not_fit_is_told_and_changes_nothing() {
    let mut run = Pmmcs::new("clients=1&commands=0&replicas=1&leaders=1&acceptors=1&think=1ms", 1);
    run.advance(Micros(0));
    run.ask("C1", "+2147483647");
    for _ in 0..3 {
        run.ask("C1", "*2147483647");
    }
    run.ask("C1", "read");
    run.advance(MINUTE);
    let replies: Vec<_> = run.client("C1").answers.iter().map(|answer| answer.reply).collect();
    let square = 2_147_483_647_i64.pow(2);
    assert_eq!(replies, [Some(2_147_483_647), Some(square), None, None, Some(square)]);
    assert!(run.all_hold());
}
