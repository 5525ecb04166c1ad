//! The endless rounds: their rules, their figures, and that they go on for ever.

#[path = "common/hand.rs"]
mod hand;

use hand::{Hand, broken, open, until};
use paxos_playground::check::{Properties, SLOTS};
use paxos_playground::paxos::rounds::exact::decided;
use paxos_playground::paxos::rounds::knobs::RULE_NAMES;
use paxos_playground::paxos::rounds::{Rounds, knobs};
use paxos_playground::paxos::{Gauge, Knobs, Micros, RowMark, System};
use paxos_playground::run::{self, Run};
use paxos_playground::sim::{Action, World};

const MINUTE: Micros = Micros(60_000_000);

fn gauge(run: &dyn Run) -> Gauge {
    let [gauge] = &run.gauges()[..] else { panic!("one gauge") };
    gauge.clone()
}

/// One gauge's share must lie within 3.29 standard deviations of the exact one, the 99.9 % interval.
fn agrees(hits: u64, of: u64, exact: u64) {
    let (n, p) = (of as f64, exact as f64 / 1e9);
    let off = (hits as f64 - n * p).abs();
    let bound = 3.29 * (n * p * (1.0 - p)).sqrt();
    assert!(off <= bound, "{hits} of {of} is {off:.1} off {p}; the interval is ±{bound:.1}");
}

/// Every outcome of one round, added up in whole numbers: `failure` in tenths, to the power of all messages.
fn counted(acceptors: u32, failure: u64) -> (u64, u64) {
    let (mut good, messages) = (0, 2 * acceptors);
    for outcome in 0u32..1 << messages {
        let failed = outcome.count_ones();
        let phase = |bits: u32| acceptors - (bits & ((1 << acceptors) - 1)).count_ones() > acceptors / 2;
        if phase(outcome) && phase(outcome >> acceptors) {
            good += failure.pow(failed) * (10 - failure).pow(messages - failed);
        }
    }
    (good, 10u64.pow(messages))
}

#[test]
fn the_exact_share_is_that_of_all_outcomes_counted() {
    for acceptors in 1..=5 {
        for failure in [0, 1, 3, 5, 9] {
            let (good, all) = counted(acceptors, failure);
            let rounded = ((u128::from(good) * 2_000_000_000 + u128::from(all)) / (2 * u128::from(all))) as u64;
            let quorum = acceptors as usize / 2 + 1;
            assert_eq!(decided(acceptors as usize, quorum, failure as u32 * 100_000, false), rounded);
        }
    }
    assert_eq!(decided(5, 3, 100_000, false), 982_953_274, "0.99144²");
    // A proposer that fails as well is like an acceptor that fails more often: 0.9 · 0.9 = 0.81.
    assert_eq!(decided(5, 3, 100_000, true), decided(5, 3, 190_000, false));
    assert_eq!(decided(101, 51, 0, true), 1_000_000_000);
    assert_eq!(decided(101, 51, 999_999, false), 0);
}

/// A hundred thousand rounds at each failure probability, and all that is kept of them stays within its bounds.
#[test]
fn measured_and_exact_agree_and_memory_does_not_grow() {
    for (failure, exact) in [(100_000, 982_953_274), (300_000, 700_435_086), (500_000, 250_000_000)] {
        let mut knobs = Knobs::default();
        knobs.set(&knobs::FAILURE, failure);
        let system = Rounds::configure(&knobs, &mut Vec::new());
        let mut properties = Properties::new(system.clone());
        let mut world = World::new(system, knobs, 2, Vec::new(), 1_000);
        let mut most = [0; 5];
        let tally = |world: &World<Rounds>| {
            let actors: Vec<_> = world.actors().collect();
            world.system().gauges(&actors).remove(0)
        };
        while tally(&world).of < 100_000 {
            world.advance(Micros::NEVER, 5_000, &mut properties);
            let sizes = [
                properties.ledger().size(),
                properties.chosen().len(),
                properties.marks().len(),
                world.letters().iter().count(),
                format!("{:?}", world.actors().collect::<Vec<_>>()).len(),
            ];
            most = std::array::from_fn(|at| most[at].max(sizes[at]));
        }
        let gauge = tally(&world);
        assert_eq!(gauge.exact, Some(exact));
        agrees(gauge.hits, gauge.of, exact);
        assert_eq!(properties.violations().count(), 0);
        assert!(properties.decisions >= gauge.hits, "none is forgotten in the count");
        let slots = SLOTS as usize;
        let bounds = [slots * 8, 2 * slots, 20_000, 100, 6_000];
        assert!(most.iter().zip(bounds).all(|(most, bound)| *most <= bound), "{most:?}");
        assert!(most[0] > slots && most[1] > slots, "it did fill up: {most:?}");
    }
}

/// Where proposers fail too and where nobody says that it fails, the formulas hold as well.
#[test]
fn other_models_agree_too() {
    for link in ["failure=0.2&fails=all", "acceptors=4&failure=0.3&style=silence", "acceptors=1&failure=0.4&seed=5"] {
        let mut run = open(&format!("system=rounds&{link}"));
        run.advance(Micros(30_000_000_000), u64::MAX);
        let gauge = gauge(&*run);
        assert!(gauge.of > 4_000, "{gauge:?}");
        agrees(gauge.hits, gauge.of, gauge.exact.expect("known"));
    }
}

#[test]
fn no_exact_share_is_claimed_where_the_model_is_another() {
    let exact = |link: &str| gauge(&*open(&format!("system=rounds&{link}"))).exact;
    assert!(exact("delay=1s&failure=0").is_some_and(|exact| exact == 1_000_000_000));
    for link in ["proposers=2", "loss=0.1", "duplicate=0.1", "break=small-quorum"] {
        assert_eq!(exact(link), None, "{link}");
    }
}

#[test]
fn counting_begins_anew_when_the_failure_probability_changes() {
    let mut run = until("system=rounds", MINUTE);
    assert!(gauge(&*run).of > 15);
    run.act(Action::Set("failure".into(), 0)).expect("it is live");
    run.advance(Micros(2 * MINUTE.0), u64::MAX);
    let gauge = gauge(&*run);
    assert_eq!((gauge.exact, gauge.hits), (Some(1_000_000_000), gauge.of));
    assert!((10..30).contains(&gauge.of), "{gauge:?}");
}

#[test]
fn who_failed_at_the_prepare_takes_part_in_phase_2() {
    let mut run = Hand::of("system=rounds&acceptors=3&failure=0");
    run.fire("P1", "next round");
    run.act(Action::Set("failure".into(), 999_999));
    run.deliver("P1", "A1", "prepare");
    assert_eq!(run.says("A1", "P1", "fail").as_deref(), Some("fail 1.1, phase 1"));
    assert_eq!(run.field("A1", "promised"), "none", "who fails does nothing");
    run.act(Action::Set("failure".into(), 0));
    run.deliver_all("P1", &["A2", "A3"], "prepare");
    run.collect(&["A2", "A3"], "P1", "promise");
    run.deliver_all("P1", &["A1", "A2"], "propose");
    assert_eq!(run.chosen().len(), 1, "A1 has voted");
    // Its FAIL is of phase 1 and comes late: it does not count in phase 2.
    run.deliver("A1", "P1", "fail");
    assert_eq!(run.field("P1", "failed here"), "nobody");
    run.collect(&["A1", "A2"], "P1", "accept");
    assert_eq!(run.field("P1", "decided"), "1");
    assert_eq!(run.broken(), [""; 0]);
}

#[test]
fn as_many_fails_as_leave_no_quorum_end_the_round_and_silence_takes_the_time_out() {
    let mut run = Hand::of("system=rounds&acceptors=3&failure=0.999999");
    run.fire("P1", "next round");
    run.deliver_all("P1", &["A1", "A2"], "prepare");
    run.deliver_copy("A1", "P1", "fail");
    run.deliver("A1", "P1", "fail");
    assert_eq!(run.field("P1", "phase"), "1: prepare", "the same FAIL twice is one");
    run.deliver("A2", "P1", "fail");
    assert_eq!((run.field("P1", "phase"), run.field("P1", "failed")), ("resting".into(), "1".into()));
    assert_eq!(run.says("P1", "A3", "terminate").as_deref(), Some("terminate 1.1, failed"));
    let mut run = Hand::of("system=rounds&acceptors=3&failure=0.999999&style=silence");
    run.fire("P1", "next round");
    run.deliver_all("P1", &["A1", "A2", "A3"], "prepare");
    assert_eq!(["A1", "A2", "A3"].map(|acceptor| run.letter(acceptor, "P1", "fail")), [None; 3]);
    assert_eq!(run.field("P1", "phase"), "1: prepare");
    run.fire("P1", "time-out");
    assert_eq!(run.field("P1", "failed"), "1");
}

#[test]
fn a_proposer_adopts_the_vote_of_its_round_and_none_of_an_earlier_one() {
    let mut run = Hand::of("system=rounds&acceptors=3&proposers=2&failure=0");
    for value in ["X", "X2"] {
        run.request("P1", value);
    }
    run.request("P2", "Y");
    run.fire("P1", "next round");
    run.deliver_all("P1", &["A1", "A2"], "prepare");
    run.collect(&["A1", "A2"], "P1", "promise");
    run.deliver("P1", "A1", "propose");
    run.fire("P2", "next round");
    run.deliver_all("P2", &["A1", "A3"], "prepare");
    assert_eq!(run.says("A1", "P2", "promise").as_deref(), Some("promise 1.2, last voted X at 1.1"));
    run.collect(&["A1", "A3"], "P2", "promise");
    run.deliver_all("P2", &["A1", "A3"], "propose");
    assert_eq!(run.chosen(), ["1: X"]);
    run.collect(&["A1", "A3"], "P2", "accept");
    // P2 goes on; round 2 knows nothing of round 1.
    run.fire("P2", "next round");
    run.deliver_all("P2", &["A1", "A3"], "prepare");
    assert_eq!(run.says("A1", "P2", "promise").as_deref(), Some("promise 2.2, no vote yet"));
    run.collect(&["A1", "A3"], "P2", "promise");
    run.deliver_all("P2", &["A1", "A3"], "propose");
    assert_eq!(run.chosen(), ["1: X", "2: Y"], "the client's Y was proposed again");
    // P1 is still in round 1: it is refused where round 2 was promised, and told where round 1 was decided.
    run.deliver("P1", "A2", "propose");
    run.deliver("P2", "P1", "terminate");
    assert_eq!((run.field("P1", "round"), run.field("P1", "wanted")), ("1".into(), "X2".into()));
    assert_eq!(run.broken(), [""; 0]);
}

#[test]
fn whoever_comes_late_to_a_decided_round_is_told() {
    let mut run = Hand::of("system=rounds&acceptors=3&proposers=2&failure=0");
    run.fire("P1", "next round");
    run.deliver_all("P1", &["A1", "A2"], "prepare");
    run.collect(&["A1", "A2"], "P1", "promise");
    run.deliver_all("P1", &["A1", "A2"], "propose");
    run.collect(&["A1", "A2"], "P1", "accept");
    run.deliver("P1", "A1", "terminate");
    run.fire("P2", "next round");
    run.deliver("P2", "A1", "prepare");
    assert_eq!(run.letter("A1", "P2", "promise"), None, "the round is closed");
    run.deliver("A1", "P2", "terminate");
    assert_eq!((run.field("P2", "decided"), run.field("P2", "phase")), ("1".into(), "resting".into()));
    assert_eq!(run.broken(), [""; 0]);
}

#[test]
fn a_clients_text_is_proposed_until_it_is_decided() {
    let mut run = open("system=rounds&failure=0.45&seed=3");
    run.advance(Micros::millis(1), u64::MAX);
    let proposer = run.nodes()[0].id;
    run.act(Action::Request(proposer, "any text".into())).expect("it is a value");
    run.act(Action::Request(proposer, String::new())).expect_err("an empty text is none");
    run.advance(MINUTE, u64::MAX);
    let chosen: Vec<_> = run.chosen().into_iter().filter(|chosen| chosen.value == "any text").collect();
    assert_eq!(chosen.len(), 1);
    let failed = run.tables(proposer)[0].rows.iter().filter(|row| row.mark == RowMark::Failed).count();
    assert!(failed > 2 && run.tables(proposer)[0].before > 0);
}

#[test]
fn several_proposers_that_fail_and_crash_still_decide_and_nothing_breaks() {
    for seed in 1..=30 {
        let link = format!("system=rounds&proposers=3&failure=0.1&fails=all&loss=0.05&duplicate=0.1&seed={seed}");
        let mut run = open(&link);
        for second in [5, 20, 35] {
            run.advance(Micros(second * 1_000_000), u64::MAX);
            let node = run.nodes()[second as usize % 4].id;
            run.act(Action::Crash(node)).expect("it is up");
            run.advance(Micros((second + 3) * 1_000_000), u64::MAX);
            run.act(Action::Restart(node)).expect("it is down");
        }
        run.advance(Micros(3 * MINUTE.0), u64::MAX);
        assert_eq!(broken(&*run), [""; 0], "{link}");
        assert!(run.chosen().len() >= 10, "{link}: {}", run.chosen().len());
    }
}

/// Rules switched off: what breaks in the run of that link and seed within a minute.
const BREAKS: &[(&str, &str, &str, u64)] = &[
    ("forget-promise", "agreement", "acceptors=3&proposers=3&failure=0", 0),
    ("amnesia", "promises honoured", "acceptors=3&proposers=3&failure=0", 0),
    ("ignore-accepted", "agreement", "acceptors=3&proposers=3&failure=0.1", 26),
    ("reuse-ballot", "one value per ballot", "acceptors=3&proposers=1&failure=0.1", 3),
    ("small-quorum", "agreement", "acceptors=4&proposers=3", 9),
    ("count-replies", "sound learners", "duplicate=0.5&failure=0.4", 0),
];

#[test]
fn every_rule_is_for_something() {
    hand::every_rule_is_for_something(RULE_NAMES, "system=rounds", BREAKS);
}

/// The run of a preset up to a time.
fn preset(key: &str, until: Micros) -> Box<dyn Run> {
    let scenario =
        paxos_playground::scenario::presets::preset(key).expect("the preset").read().expect("it can be read");
    let (mut run, notices) = run::open(&scenario);
    assert_eq!(notices, []);
    run.advance(until, u64::MAX);
    run
}

#[test]
fn preset_rounds_rate() {
    let run = preset("rounds-rate", Micros(60 * MINUTE.0));
    let gauge = gauge(&*run);
    assert_eq!(gauge.exact, Some(982_953_274));
    assert!(gauge.of > 1_000);
    agrees(gauge.hits, gauge.of, 982_953_274);
}

#[test]
fn preset_rounds_silence() {
    let run = preset("rounds-silence", Micros(120 * MINUTE.0));
    let silent = gauge(&*run);
    agrees(silent.hits, silent.of, 700_435_086);
    assert_eq!(run.metrics().messages[4].1, 0, "nobody says FAIL");
    let with_replies = gauge(&*until("system=rounds&failure=0.3", Micros(120 * MINUTE.0)));
    assert_eq!(silent.exact, with_replies.exact);
    assert!(with_replies.of > silent.of * 5 / 4, "silence takes longer: {with_replies:?} {silent:?}");
}

#[test]
fn preset_rounds_three() {
    let run = preset("rounds-three", Micros(10 * MINUTE.0));
    assert_eq!(broken(&*run), [""; 0]);
    let mut slots: Vec<_> = run.chosen().iter().map(|chosen| chosen.slot).collect();
    let decided = slots.len();
    slots.dedup();
    assert!(decided > 60 && slots.len() == decided);
    let says = |text: &str| {
        let told = |entry: &run::LogEntry| entry.explanations.iter().filter(|told| told.text.contains(text)).count();
        run.log(0, run.events()).iter().map(told).sum::<usize>()
    };
    assert!(says("must adopt") > 5 && says("gives up") > 20, "{} {}", says("must adopt"), says("gives up"));
}
