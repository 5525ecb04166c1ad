//! What each rule is for: with the rule switched off a run goes wrong that goes right with it.

mod common;

use common::Synods;
use paxos_playground::paxos::Micros;
use paxos_playground::paxos::synod::knobs::RULE_NAMES;
use paxos_playground::paxos::synod::timer::RETRY;
use paxos_playground::sim::Action;

const MINUTE: Micros = Micros(60_000_000);

/// The run of `words` and `seed`, a minute long.
fn minute(words: &str, seed: u64) -> Synods {
    let mut run = Synods::new(words, seed);
    run.advance(MINUTE);
    run
}

/// One test per rule: with the rule off `property` breaks in the run of that seed; with the rule on nothing does.
macro_rules! breaks {
    ($($test:ident: $rule:literal breaks $property:literal in $words:literal, seed $seed:literal;)*) => {
        $(#[test]
        fn $test() {
            let broken = minute(concat!($words, " break=", $rule), $seed).broken();
            assert!(broken.contains(&$property), "with the rule off only {broken:?} break");
            assert!(minute($words, $seed).all_hold());
        })*

        #[test]
        fn every_rule_has_a_test() {
            let mut tested = vec![$($rule,)* "equal-only", "string-ballots"];
            let mut rules = RULE_NAMES.to_vec();
            tested.sort_unstable();
            rules.sort_unstable();
            assert_eq!(tested, rules);
        }
    };
}

breaks! {
    a_promise_counts_for_its_own_ballot_only:
        "promise-broadcast" breaks "agreement" in "acceptors=3 proposers=2 learners=1", seed 243;
    a_promise_must_be_remembered:
        "forget-promise" breaks "agreement" in "acceptors=3 proposers=2 learners=1", seed 0;
    what_was_promised_and_voted_must_survive_a_crash:
        "amnesia" breaks "agreement" in "acceptors=3 proposers=2 learners=1 failure=0.2", seed 11;
    the_write_comes_before_the_reply:
        "reply-before-write" breaks "agreement"
        in "acceptors=3 proposers=2 learners=1 failure=0.2 repair=100000", seed 133;
    a_reported_vote_must_be_adopted:
        "ignore-accepted" breaks "agreement" in "acceptors=3 proposers=2 learners=1", seed 4;
    the_vote_to_adopt_is_not_the_latest_one:
        "adopt-latest" breaks "agreement" in "acceptors=3 proposers=3 learners=1 loss=0.2", seed 819;
    the_vote_to_adopt_is_not_the_lowest_one:
        "adopt-lowest" breaks "agreement" in "acceptors=3 proposers=3 learners=1 loss=0.2", seed 819;
    a_vote_binds_like_a_promise:
        "no-raise" breaks "agreement" in "acceptors=3 proposers=3 learners=1 loss=0.3", seed 1195;
    a_ballot_is_never_used_twice:
        "reuse-ballot" breaks "one value per ballot"
        in "acceptors=3 proposers=1 learners=1 failure=0.3 fails=all repair=100000", seed 3158;
    quorums_must_meet:
        "small-quorum" breaks "agreement" in "acceptors=4 proposers=2 learners=1 loss=0.2", seed 85;
    acceptors_are_counted_and_not_messages:
        "count-replies" breaks "agreement" in "acceptors=3 proposers=2 learners=1 duplicate=0.5", seed 1245;
    equal_values_in_different_ballots_prove_nothing:
        "count-values" breaks "sound learners" in "acceptors=3 proposers=3 learners=1 loss=0.3", seed 332;
}

/// A3 missed the prepare, and A2 dies: with equal-only A3 may not vote, and nothing is ever chosen.
#[test]
fn who_missed_the_prepare_must_still_be_able_to_vote() {
    let run = |rule: &str| {
        let mut run = Synods::by_hand(&format!("acceptors=3 proposers=1 learners=1 patience=0 {rule}"));
        run.fire("P1", RETRY);
        run.prepare_at("P1", &["A1", "A2"]);
        let prepare = run.letter("P1", "A3", "prepare").expect("a prepare");
        run.act(Action::Drop(prepare));
        let a2 = run.id("A2");
        run.act(Action::Crash(a2));
        run.act(Action::Set("pace".into(), 0));
        run.advance(Micros(3_600_000_000));
        assert!(run.all_hold(), "it is a rule for progress");
        run.chosen()
    };
    assert_eq!(run("break=equal-only"), [""; 0]);
    assert_eq!(run(""), ["X"]);
}

/// P1 got promises for round 9. As text, 10 is below 9: round 10 is refused, and so is every later one up to 89.
#[test]
fn a_newer_round_must_be_higher() {
    let ten_after_nine = |rule: &str| {
        let mut run = Synods::by_hand(&format!("acceptors=3 proposers=2 learners=1 {rule}"));
        (0..9).for_each(|_| run.fire("P1", RETRY));
        run.prepare_at("P1", &["A1", "A2", "A3"]);
        (0..10).for_each(|_| run.fire("P2", RETRY));
        for acceptor in ["A1", "A2", "A3"] {
            run.deliver("P2", acceptor, "prepare");
        }
        ["A1", "A2", "A3"].iter().filter(|acceptor| run.letter(acceptor, "P2", "promise").is_some()).count()
    };
    assert_eq!(ten_after_nine("break=string-ballots"), 0);
    assert_eq!(ten_after_nine(""), 3);
    // The other way round, a promise for round 10 does not bind against round 9.
    let nine_after_ten = |rule: &str| {
        let mut run = Synods::by_hand(&format!("acceptors=3 proposers=2 learners=1 {rule}"));
        (0..10).for_each(|_| run.fire("P2", RETRY));
        run.deliver("P2", "A1", "prepare");
        (0..9).for_each(|_| run.fire("P1", RETRY));
        run.deliver("P1", "A1", "prepare");
        run.broken()
    };
    assert_eq!(nine_after_ten("break=string-ballots"), ["promises honoured"]);
    assert_eq!(nine_after_ten(""), [""; 0]);
}

/// Two votes for X in different ballots, made by hand: the learner may take X for chosen only if it counts values.
#[test]
fn the_learner_of_the_exact_table_is_not_fooled() {
    let learned = |rule: &str| {
        let mut run = Synods::by_hand(&format!("acceptors=3 proposers=2 learners=1 {rule}"));
        run.fire("P1", RETRY);
        run.prepare_at("P1", &["A1", "A3"]);
        run.accept_at("P1", &["A1"]);
        run.fire("P1", RETRY);
        run.prepare_at("P1", &["A1", "A3"]);
        run.accept_at("P1", &["A3"]);
        run.deliver("A1", "L1", "accepted");
        run.deliver("A3", "L1", "accepted");
        (run.field("L1", "learned"), run.broken())
    };
    assert_eq!(learned("break=count-values"), ("X at 2.1".into(), vec!["sound learners"]));
    assert_eq!(learned(""), ("none".into(), vec![]));
}
