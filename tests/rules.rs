//! The rules that toys get wrong, each a test of its own, over the very actors on the stage.

mod common;

use common::Synods;
use paxos_playground::paxos::synod::timer::{CATCH_UP, RESEND, RETRY};
use paxos_playground::paxos::{Ballot, Micros, NodeId};
use paxos_playground::sim::{Action, Disk};

const MINUTE: Micros = Micros(60_000_000);

/// Rule 1, its exact table. X stands at two of three acceptors and is not chosen; then Y is.
#[test]
fn rule_01_chosen_is_one_ballot_and_one_quorum() {
    let mut run = Synods::by_hand("acceptors=3 proposers=2 learners=1");
    // b1 = 1.1, X
    run.fire("P1", RETRY);
    run.prepare_at("P1", &["A1", "A3"]);
    run.accept_at("P1", &["A1"]);
    // b2 = 1.2, Y
    run.fire("P2", RETRY);
    run.prepare_at("P2", &["A2", "A3"]);
    run.accept_at("P2", &["A2"]);
    // b3 = 2.1 learns of X at A1 and gets it to A3
    run.fire("P1", RETRY);
    run.prepare_at("P1", &["A1", "A3"]);
    run.accept_at("P1", &["A3"]);
    assert_eq!(run.field("A1", "accepted"), "X at 1.1");
    assert_eq!(run.field("A2", "accepted"), "Y at 1.2");
    assert_eq!(run.field("A3", "accepted"), "X at 2.1");
    assert!(run.chosen().is_empty(), "X stands at two acceptors, in two ballots: it is not chosen");
    // b4 = 2.2 hears of X at 1.1 and of Y at 1.2, and must take Y
    run.fire("P2", RETRY);
    run.prepare_at("P2", &["A1", "A2"]);
    run.accept_at("P2", &["A1", "A2"]);
    assert_eq!(run.chosen(), ["Y"]);
    let chosen = &run.properties.chosen()[0];
    assert_eq!(chosen.choice.ballot, Ballot { round: 2, owner: run.id("P2") });
    assert_eq!(chosen.choice.quorum.iter().collect::<Vec<_>>(), [run.id("A1"), run.id("A2")]);
    assert!(run.all_hold());
}

#[test]
fn rule_02_the_value_of_the_highest_ballot_is_adopted_not_the_newest_reply() {
    let mut run = Synods::by_hand("acceptors=3 proposers=3");
    run.fire("P1", RETRY);
    run.prepare_at("P1", &["A1", "A3"]);
    run.accept_at("P1", &["A1"]);
    run.fire("P2", RETRY);
    run.prepare_at("P2", &["A2", "A3"]);
    run.accept_at("P2", &["A2"]);
    // P3 hears of the higher vote (Y at 1.2) first and of the lower one (X at 1.1) last.
    run.fire("P3", RETRY);
    run.prepare_at("P3", &["A2", "A1"]);
    assert_eq!(run.field("P3", "proposed"), "Y");
    assert!(run.all_hold());
}

#[test]
fn rule_03_promises_and_votes_are_sets_duplicates_and_stale_ones_change_nothing() {
    let mut run = Synods::by_hand("acceptors=3 proposers=2 learners=1");
    run.fire("P1", RETRY);
    run.deliver("P1", "A1", "prepare");
    run.deliver_copy("A1", "P1", "promise");
    assert_eq!(run.field("P1", "promises"), "A1");
    run.deliver("A1", "P1", "promise");
    assert_eq!(run.field("P1", "phase"), "1: prepare", "one acceptor twice is not a quorum of two");
    run.prepare_at("P1", &["A2"]);
    run.accept_at("P1", &["A1"]);
    run.deliver_copy("A1", "L1", "accepted");
    run.deliver("A1", "L1", "accepted");
    assert_eq!(run.field("L1", "learned"), "none", "one vote twice is not a quorum of two");
    // A stale promise for an abandoned ballot does not count for the next one.
    run.deliver("P1", "A3", "prepare");
    run.fire("P1", RETRY);
    run.deliver("A3", "P1", "promise");
    assert_eq!(run.field("P1", "ballot"), "2.1");
    assert_eq!(run.field("P1", "promises"), "nobody");
}

#[test]
fn rule_04_accept_iff_not_below_the_promise_and_an_accept_raises_it() {
    let mut run = Synods::by_hand("acceptors=3 proposers=2");
    run.fire("P2", RETRY);
    run.prepare_at("P2", &["A1", "A2"]);
    // A3 never saw a prepare, and accepts all the same.
    run.accept_at("P2", &["A3"]);
    assert_eq!(run.field("A3", "accepted"), "Y at 1.2");
    assert_eq!(run.field("A3", "promised"), "1.2", "the accept raised the promise");
    // So a lower prepare is refused there.
    run.fire("P1", RETRY);
    run.deliver("P1", "A3", "prepare");
    assert!(run.letter("A3", "P1", "nack").is_some());
    assert_eq!(run.field("A3", "promised"), "1.2");
    // The ballot it promised is accepted: equal is not below.
    run.accept_at("P2", &["A1"]);
    assert_eq!(run.field("A1", "accepted"), "Y at 1.2");
}

#[test]
fn rule_05_ballots_order_by_round_then_owner_and_a_restart_reuses_none() {
    let ballot = |round, owner| Ballot { round, owner: NodeId(owner) };
    assert!(ballot(10, 0) > ballot(9, 5), "10 > 9, as numbers and not as text");
    assert!(ballot(3, 1) > ballot(3, 0));
    assert_ne!(ballot(3, 1), ballot(3, 0), "no two proposers share a ballot");
    let mut run = Synods::by_hand("acceptors=3 proposers=1");
    run.fire("P1", RETRY);
    assert_eq!(run.field("P1", "ballot"), "1.1");
    let p1 = run.id("P1");
    run.act(Action::Crash(p1));
    run.act(Action::Restart(p1));
    assert_eq!(run.field("P1", "ballot"), "none");
    run.fire("P1", RETRY);
    assert_eq!(run.field("P1", "ballot"), "2.1", "the round was on disk");
    assert!(run.all_hold());
}

#[test]
fn rule_06_nobody_is_omniscient_higher_ballots_are_heard_of_by_nack_only() {
    let mut run = Synods::by_hand("acceptors=3 proposers=2");
    for _ in 0..5 {
        run.fire("P2", RETRY);
    }
    run.deliver("P2", "A1", "prepare");
    for _ in 0..4 {
        run.deliver("P2", "A1", "prepare");
    }
    assert_eq!(run.field("A1", "promised"), "5.2");
    run.fire("P1", RETRY);
    assert_eq!(run.field("P1", "ballot"), "1.1", "P1 cannot know of 5.2");
    run.deliver("P1", "A1", "prepare");
    run.deliver("A1", "P1", "nack");
    assert_eq!(run.field("P1", "heard"), "5");
    run.fire("P1", RETRY);
    assert_eq!(run.field("P1", "ballot"), "6.1");
}

#[test]
fn rule_07_silence_suffices_and_a_nack_never_proves_that_a_value_was_not_chosen() {
    for refusal in ["nack", "silence"] {
        for seed in 0..200 {
            let mut run = Synods::new(&format!("proposers=3 loss=0.1 refusal={refusal}"), seed);
            run.advance(Micros(600_000_000));
            assert_eq!(run.chosen().len(), 1, "refusal={refusal} seed={seed}");
            assert!(run.all_hold());
        }
    }
    // P2 got promises up to 5.2 and died. A nack tells P1 so at once; in silence it has to try each round.
    let until_chosen = |refusal: &str| {
        let mut run = Synods::by_hand(&format!("acceptors=3 proposers=2 refusal={refusal}"));
        for _ in 0..5 {
            run.fire("P2", RETRY);
        }
        for acceptor in ["A1", "A2", "A3"] {
            run.deliver("P2", acceptor, "prepare");
        }
        let p2 = run.id("P2");
        run.act(Action::Crash(p2));
        run.act(Action::Set("pace".into(), 0));
        run.advance(Micros(600_000_000));
        assert_eq!(run.chosen(), ["X"]);
        (run.properties.chosen()[0].time, run.field("P1", "round"))
    };
    let ((with_nacks, _), (in_silence, round)) = (until_chosen("nack"), until_chosen("silence"));
    assert_eq!(round, "6", "silence suffices");
    assert!(with_nacks < in_silence, "nacks speed it up");
    // A nack ends the ballot of P1, whose value was chosen all the same.
    let mut run = Synods::by_hand("acceptors=3 proposers=2");
    run.fire("P1", RETRY);
    run.prepare_at("P1", &["A1", "A2"]);
    run.accept_at("P1", &["A1", "A2"]);
    assert_eq!(run.chosen(), ["X"]);
    run.fire("P2", RETRY);
    run.deliver("P2", "A3", "prepare");
    run.deliver("P1", "A3", "accept");
    run.deliver("A3", "P1", "nack");
    assert_eq!(run.field("P1", "phase"), "idle");
    run.prepare_at("P2", &["A1"]);
    run.deliver("A3", "P2", "promise");
    assert_eq!(run.field("P2", "proposed"), "X");
    assert!(run.all_hold());
}

#[test]
fn rule_08_a_time_out_is_not_a_failure_an_abandoned_ballot_can_still_win() {
    let mut run = Synods::by_hand("acceptors=3 proposers=1 learners=1");
    run.fire("P1", RETRY);
    run.prepare_at("P1", &["A1", "A2"]);
    run.fire("P1", RETRY);
    assert_eq!(run.field("P1", "ballot"), "2.1");
    run.accept_at("P1", &["A1", "A2"]);
    assert_eq!(run.chosen(), ["X"], "1.1 was given up, and wins");
    run.deliver("A1", "L1", "accepted");
    run.deliver("A2", "L1", "accepted");
    assert_eq!(run.field("L1", "learned"), "X at 1.1");
    assert!(run.all_hold());
}

#[test]
fn rule_09_durable_before_reply_and_a_crash_takes_all_roles_of_the_machine() {
    let mut run = Synods::by_hand("acceptors=3 proposers=2 learners=1 machines=shared");
    run.fire("P1", RETRY);
    run.deliver("P1", "A1", "prepare");
    let a1 = run.id("A1");
    run.act(Action::Crash(a1));
    for (label, status) in [("A1", "down"), ("P1", "down"), ("L1", "down"), ("A2", "up")] {
        assert_eq!(run.world.node(run.id(label)).expect("a node").status.name(), status, "{label}");
    }
    // Messages outlive their sender: the promise and the prepares of the dead machine still arrive.
    run.deliver("P1", "A2", "prepare");
    assert_eq!(run.field("A2", "promised"), "1.1");
    run.act(Action::Restart(a1));
    assert_eq!(run.field("A1", "promised"), "1.1", "what was promised was on disk");
    // A pause keeps everything, a crash only what is durable.
    let p1 = run.id("P1");
    run.fire("P1", RETRY);
    run.act(Action::Pause(p1));
    run.act(Action::Resume(p1));
    assert_eq!(run.field("P1", "ballot"), "2.1");
    // A disk that loses its last write forgets the promise that was replied to.
    run.act(Action::Disk(a1, Disk::LosesLast));
    run.deliver("P1", "A1", "prepare");
    assert_eq!(run.field("A1", "promised"), "2.1");
    run.act(Action::Crash(a1));
    run.act(Action::Restart(a1));
    assert_eq!(run.field("A1", "promised"), "1.1");
}

#[test]
fn rule_09_a_crash_between_the_write_and_the_reply_keeps_the_write() {
    // With every handling failing, the three fault points all occur; the promise survives two of them.
    let (mut kept, mut lost) = (0, 0);
    for seed in 0..200 {
        let mut run = Synods::new("acceptors=1 proposers=1 failure=0.999999 repair=0 backoff=0", seed);
        run.advance(Micros(900_000));
        match run.field("A1", "promised").as_str() {
            "1.1" => kept += 1,
            "none" => lost += 1,
            other => panic!("{other}"),
        }
        assert_eq!(run.world.counts().crashes, 1);
    }
    assert!(kept > 2 * lost - 40 && lost > 30, "kept {kept}, lost {lost}");
}

#[test]
fn rule_10_the_quorum_comes_from_the_configured_members_and_any_count_works() {
    for acceptors in [1, 2, 3, 4, 5, 6, 9, 10, 25, 101] {
        let mut run = Synods::new(&format!("acceptors={acceptors} proposers=1 learners=1"), 7);
        run.advance(MINUTE);
        assert_eq!(run.chosen(), ["X"], "{acceptors} acceptors");
        assert!(run.all_hold());
        assert_eq!(run.properties.chosen()[0].choice.quorum.len(), acceptors / 2 + 1);
    }
    // Two of four are up: half is no quorum, however few are left.
    let mut run = Synods::new("acceptors=4 proposers=1", 7);
    run.advance(Micros(0));
    for label in ["A1", "A2"] {
        let node = run.id(label);
        run.act(Action::Crash(node));
    }
    run.advance(MINUTE);
    assert!(run.chosen().is_empty());
    let node = run.id("A1");
    run.act(Action::Restart(node));
    run.advance(Micros(180_000_000));
    assert_eq!(run.chosen(), ["X"]);
}

#[test]
fn rule_10_flexible_quorums_need_only_meet() {
    for (q1, q2) in [(4, 2), (5, 1), (2, 4), (1, 5)] {
        for seed in 0..50 {
            let words = format!("acceptors=5 proposers=2 q1={q1} q2={q2} loss=0.1 duplicate=0.1");
            let mut run = Synods::new(&words, seed);
            run.advance(Micros(600_000_000));
            assert_eq!(run.chosen().len(), 1, "{words} seed={seed}");
            assert_eq!(run.properties.chosen()[0].choice.quorum.len(), q2);
            assert!(run.all_hold());
        }
    }
    use paxos_playground::paxos::{Slot, System, synod::Synod};
    let mut notices = Vec::new();
    let refused = Synod::configure(&common::knobs_of(Synod::ABOUT, "acceptors=5 q1=2 q2=2"), &mut notices);
    assert_eq!((refused.quorums(Slot::ONLY).q1, refused.quorums(Slot::ONLY).q2), (3, 3));
    assert!(notices[0].problem.contains("need not meet"), "{notices:?}");
    let mut notices = Vec::new();
    let broken =
        Synod::configure(&common::knobs_of(Synod::ABOUT, "acceptors=5 q1=2 q2=2 break=small-quorum"), &mut notices);
    assert_eq!((broken.quorums(Slot::ONLY).q1, broken.quorums(Slot::ONLY).q2), (2, 2));
    assert!(notices.is_empty());
}

#[test]
fn rule_11_duelling_proposers_livelock_without_back_off_and_stop_with_it() {
    // A1 is near and answers fast, the others are far. Whoever is refused there hears of it in time to overtake the
    // other's accept with a higher prepare, and so on for ever.
    let duel = |backoff: u64, seed| {
        let words = "acceptors=3 proposers=2 jitter=0 patience=0 resend=0 catch-up=0";
        let mut run = Synods::new(&format!("{words} backoff={backoff}"), seed);
        for (from, to) in [("P1", "A1"), ("P2", "A1"), ("A1", "P1"), ("A1", "P2")] {
            let (from, to) = (run.id(from), run.id(to));
            run.act(Action::Tune(from, to, "delay".into(), 100_000));
        }
        run.advance(Micros(50_000));
        let p2 = run.id("P2");
        run.act(Action::Crash(p2));
        run.advance(Micros(600_000));
        run.act(Action::Restart(p2));
        run.advance(Micros(3_600_000_000));
        assert!(run.all_hold());
        run
    };
    let run = duel(0, 1);
    assert!(run.chosen().is_empty(), "an hour, and nothing is chosen");
    assert!(run.properties.preemptions > 1_000);
    for seed in 0..100 {
        assert_eq!(duel(1_000_000, seed).chosen().len(), 1, "seed {seed}");
    }
}

#[test]
fn rule_12_a_learner_that_missed_votes_catches_up() {
    for told in ["acceptors", "proposer"] {
        let mut run = Synods::new(&format!("proposers=1 learners=2 told={told}"), 3);
        run.advance(Micros(0));
        let l2 = run.id("L2");
        run.act(Action::Crash(l2));
        run.advance(Micros(20_000_000));
        assert_eq!(run.chosen(), ["X"]);
        assert!(run.field("L1", "learned").starts_with("X"));
        run.act(Action::Restart(l2));
        assert_eq!(run.field("L2", "learned"), "none");
        run.advance(MINUTE);
        assert!(run.field("L2", "learned").starts_with("X"), "told by {told}");
        assert!(run.all_hold());
    }
    // By hand: nothing but its question brings it the votes.
    let mut run = Synods::by_hand("acceptors=3 proposers=1 learners=1");
    run.fire("P1", RETRY);
    run.prepare_at("P1", &["A1", "A2"]);
    run.accept_at("P1", &["A1", "A2"]);
    for acceptor in ["A1", "A2"] {
        let letter = run.letter(acceptor, "L1", "accepted").expect("a vote");
        run.act(Action::Drop(letter));
    }
    run.fire("L1", CATCH_UP);
    for acceptor in ["A1", "A2"] {
        run.deliver("L1", acceptor, "query");
        run.deliver(acceptor, "L1", "accepted");
    }
    assert_eq!(run.field("L1", "learned"), "X at 1.1");
}

#[test]
fn rule_14_two_proposers_in_phase_2_at_once_are_safe() {
    let mut run = Synods::by_hand("acceptors=3 proposers=2 learners=1");
    run.fire("P1", RETRY);
    run.prepare_at("P1", &["A1", "A2"]);
    run.fire("P2", RETRY);
    run.prepare_at("P2", &["A2", "A3"]);
    assert_eq!(run.field("P1", "phase"), "2: accept");
    assert_eq!(run.field("P2", "phase"), "2: accept");
    run.accept_at("P1", &["A1", "A2", "A3"]);
    run.accept_at("P2", &["A1", "A2", "A3"]);
    assert_eq!(run.chosen(), ["Y"]);
    assert!(run.all_hold());
}

#[test]
fn retransmission_brings_lost_requests_and_answers_back() {
    let mut run = Synods::by_hand("acceptors=3 proposers=1");
    run.fire("P1", RETRY);
    for acceptor in ["A1", "A2", "A3"] {
        let letter = run.letter("P1", acceptor, "prepare").expect("a prepare");
        run.act(Action::Drop(letter));
    }
    run.fire("P1", RESEND);
    run.prepare_at("P1", &["A1", "A2"]);
    assert_eq!(run.field("P1", "phase"), "2: accept");
    run.accept_at("P1", &["A1"]);
    run.deliver("A1", "P1", "accepted");
    run.fire("P1", RESEND);
    assert!(run.letter("P1", "A2", "accept").is_some());
    assert!(run.letter("P1", "A1", "accept").is_none(), "who answered is not asked again");
}
