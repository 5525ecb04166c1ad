//! What each rule is for: with the rule switched off a run goes wrong that goes right with it.

use super::common::Pmmcs;
use paxos_playground::paxos::Micros;
use paxos_playground::paxos::pmmc::knobs::RULE_NAMES;

const MINUTE: Micros = Micros(60_000_000);

/// The run of those settings and that seed, a minute long.
fn minute(settings: &str, seed: u64) -> Pmmcs {
    let mut run = Pmmcs::new(settings, seed);
    run.advance(MINUTE);
    run
}

/// One test per rule: with the rule off the properties break in the run of that seed; with the rule on none does.
macro_rules! breaks {
    ($($test:ident: $rule:literal breaks $properties:expr, in $settings:literal, seed $seed:literal;)*) => {
        $(#[test]
        fn $test() {
            let broken = minute(concat!($settings, "&break=", $rule), $seed).broken();
            for property in $properties {
                assert!(broken.contains(&property), "with the rule off only {broken:?} break");
            }
            assert!(minute($settings, $seed).all_hold());
        })*

        #[test]
        fn every_rule_has_a_test() {
            let mut tested = vec![$($rule),*];
            let mut rules = RULE_NAMES.to_vec();
            tested.sort_unstable();
            rules.sort_unstable();
            assert_eq!(tested, rules);
        }
    };
}

breaks! {
    a_new_ballot_needs_its_phase_1:
        "no-p1-on-preempt" breaks ["agreement", "safe proposals", "invariant L2", "invariant R1"], in "leaders=3&commands=4", seed 12;
    a_replica_must_keep_to_its_window:
        "skip-window" breaks ["invariant R5"], in "window=1", seed 0;
    an_acceptor_must_keep_to_the_ballot_it_adopted:
        "forget-promise" breaks ["agreement", "promises honoured", "invariant A5", "invariant L2"], in "leaders=2&commands=4", seed 2;
    what_was_adopted_and_accepted_must_survive_a_crash:
        "amnesia" breaks ["agreement", "invariant A1", "invariant A3"],
        in "failure=0.1&leaders=3&commands=4&loss=0.1&repair=300ms", seed 3;
    a_reported_pvalue_must_be_taken_over:
        "ignore-accepted" breaks ["agreement", "safe proposals", "invariant A5", "invariant L2"],
        in "leaders=3&commands=4&loss=0.2", seed 0;
    a_ballot_is_never_used_twice:
        "reuse-ballot" breaks ["one value per ballot", "invariant L1"],
        in "failure=0.1&fails=all&commands=6&repair=100ms", seed 4;
    quorums_must_meet:
        "small-quorum" breaks ["agreement", "invariant A5", "invariant L2"],
        in "acceptors=4&leaders=3&clients=3&commands=4&loss=0.2", seed 5;
    acceptors_are_counted_and_not_messages:
        "count-replies" breaks ["sound learners"], in "duplicate=0.5&commands=4&leaders=3", seed 191;
    a_command_is_performed_once:
        "perform-twice" breaks ["at most once", "invariant R3"], in "clients=3&replicas=3&leaders=3", seed 2;
}

/// R2 does not know that slot 1 changed who votes. It proposes for slot 2 all the same, where other acceptors decide
/// something else.
#[test]
fn who_runs_ahead_of_the_window_asks_the_wrong_acceptors() {
    let start = |rule: &str| {
        let settings = "commands=0&clients=3&acceptors=1&spares=1&window=1&gc=0";
        let mut run = Pmmcs::by_hand(&format!("{settings}{rule}"));
        run.lead("L1", &["A1"]);
        run.ask("C1", "config A2");
        run.deliver("C1", "R1", "request");
        run.deliver("R1", "L1", "propose");
        run.phase_2("L1", 1, &["A1"]);
        run.deliver("L1", "R1", "decision");
        run.ask("C2", "+1");
        run.deliver("C2", "R2", "request");
        run.ask("C3", "+10");
        run.deliver("C3", "R2", "request");
        run
    };
    let right = start("");
    assert!(right.letter("R2", "L1", "propose C3#1").is_none() && right.says("R2 must not propose for slot 2"));
    assert!(right.all_hold());

    let mut run = start("&break=skip-window");
    run.deliver("R2", "L1", "propose C3#1 +10 in slot 2");
    run.phase_2("L1", 2, &["A1"]);
    run.deliver("L1", "R2", "decision: slot 2");
    run.deliver("C3", "R1", "request");
    run.deliver("C2", "R1", "request");
    run.deliver("R1", "L2", "propose C3#1 +10 in slot 2");
    // The second leader knows the configuration that governs slot 2, from a proposal of R1.
    run.lead("L2", &["A2"]);
    run.phase_2("L2", 2, &["A2"]);
    assert!(run.broken().contains(&"invariant R5") && run.broken().contains(&"sound learners"), "{:?}", run.broken());
}

/// The same, to the end: R1 and R2 hold different commands in slot 2.
#[test]
fn replicas_part_where_the_window_is_skipped() {
    let mut run = Pmmcs::by_hand("commands=0&clients=3&acceptors=1&spares=1&window=1&gc=0&break=skip-window");
    run.lead("L1", &["A1"]);
    run.ask("C1", "config A2");
    run.deliver("C1", "R1", "request");
    run.deliver("R1", "L1", "propose");
    run.phase_2("L1", 1, &["A1"]);
    run.deliver("L1", "R1", "decision");
    run.ask("C2", "+1");
    run.deliver("C2", "R2", "request");
    run.deliver("C2", "R1", "request");
    run.ask("C3", "+10");
    run.deliver("C3", "R2", "request");
    run.deliver("R2", "L1", "propose C3#1 +10 in slot 2");
    run.phase_2("L1", 2, &["A1"]);
    run.deliver("L1", "R2", "decision: slot 2");
    run.deliver("R1", "L2", "propose C2#1 +1 in slot 2");
    run.lead("L2", &["A2"]);
    run.phase_2("L2", 2, &["A2"]);
    run.deliver("L2", "R1", "decision: slot 2");
    for property in ["agreement", "invariant R1", "invariant R5"] {
        assert!(run.broken().contains(&property), "{property} not in {:?}", run.broken());
    }
}
