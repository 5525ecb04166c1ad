//! The distinguished leader: its rules, its successor, gaps and no-ops, and what it shows.

#[path = "common/hand.rs"]
mod hand;

use hand::{Hand, broken, open, until};
use paxos_playground::paxos::leader::Leader;
use paxos_playground::paxos::leader::knobs::RULE_NAMES;
use paxos_playground::paxos::{Micros, RowMark, System, Table};
use paxos_playground::run::{self, Run};
use paxos_playground::sim::Action;

const MINUTE: Micros = Micros(60_000_000);

/// The table of that title at the node of that label.
fn table(run: &dyn Run, label: &str, title: &str) -> Option<Table> {
    let node = run.nodes().into_iter().find(|node| node.label == label).expect("the node exists").id;
    run.tables(node).into_iter().find(|table| table.title == title)
}

/// `id 1 val 42`, row by row.
fn history(run: &dyn Run, label: &str) -> Vec<String> {
    let table = table(run, label, "history").expect("every node has one");
    assert_eq!(table.columns, ["id", "val"]);
    table.rows.into_iter().map(|row| format!("id {} val {}", row.cells[0], row.cells[1])).collect()
}

const QUIET: &str = "system=leader&timeout=0s&heartbeat=0s&failure=0";

#[test]
fn the_first_node_leads_and_every_node_ends_with_the_same_history() {
    let run = until("system=leader&commands=5&failure=0.2&loss=0.1&seed=5", MINUTE);
    let first = history(&*run, "N1");
    assert_eq!(first.len(), 5);
    for label in ["N2", "N3", "N4", "N5"] {
        assert_eq!(history(&*run, label), first, "{label}");
    }
    let mut values: Vec<_> = first.iter().filter_map(|line| line.split_once(" val ")).map(|(_, value)| value).collect();
    values.sort_unstable();
    assert_eq!(values, ["42", "43", "44", "45", "46"]);
    assert_eq!(broken(&*run), [""; 0]);
}

#[test]
fn messages_can_be_read_as_the_requests_they_were() {
    let mut run = Hand::of(&format!("{QUIET}&nodes=3&commands=0"));
    for (value, id) in [("7", 1), ("8", 2), ("42", 3)] {
        run.request("N1", value);
        let wire = |run: &Hand, from: &str, to: &str, kind: &str| {
            run.0.letter(run.letter(from, to, kind).expect("it is on its way")).expect("a letter").wires
        };
        assert_eq!(wire(&run, "N1", "N2", "prepare"), [format!("GET /prepare/{id}/{value}")]);
        run.deliver("N1", "N2", "prepare");
        assert_eq!(wire(&run, "N2", "N1", "promise"), [format!("200 OK promise/{id}")]);
        run.deliver("N2", "N1", "promise");
        assert_eq!(wire(&run, "N1", "N2", "accept"), [format!("GET /accept/{id}/{value}")]);
        run.deliver("N1", "N2", "accept");
        run.deliver("N2", "N1", "accepted");
        assert_eq!(wire(&run, "N1", "N3", "learn"), [format!("GET /learn/{id}/{value}")]);
        run.deliver("N1", "N3", "learn");
    }
    assert_eq!(history(&*run.0, "N3").last().map(String::as_str), Some("id 3 val 42"));
}

#[test]
fn a_majority_is_enough_and_less_is_not() {
    let run = |crashed: &[&str]| {
        let mut run = open("system=leader&failure=0&silence=0s");
        run.advance(Micros::millis(100), u64::MAX);
        for label in crashed {
            let node = run.nodes().into_iter().find(|node| node.label == *label).expect("it exists").id;
            run.act(Action::Crash(node)).expect("it is up");
        }
        run.advance(MINUTE, u64::MAX);
        run.chosen().len()
    };
    assert_eq!(run(&["N2", "N4"]), 3);
    assert_eq!(run(&["N2", "N4", "N5"]), 0);
}

#[test]
fn commands_wait_in_the_queue_of_the_leader_and_others_send_them_on() {
    let mut run = Hand::of(&format!("{QUIET}&nodes=3&commands=0&window=2"));
    for value in ["1", "2", "3", "4"] {
        run.request("N1", value);
    }
    let queue = table(&*run.0, "N1", "queue").expect("a queue");
    assert_eq!(queue.rows.iter().map(|row| row.cells[1].as_str()).collect::<Vec<_>>(), ["3", "4"]);
    assert_eq!(table(&*run.0, "N1", "under way").expect("two run").rows.len(), 2);
    let helpers = run.0.nodes()[0].look.helpers.clone();
    assert_eq!(helpers.iter().map(|helper| helper.label.as_str()).collect::<Vec<_>>(), ["prepare 1", "prepare 2"]);
    // N3 does not know of a leader yet: it keeps what its client asks for until it does.
    run.request("N3", "5");
    assert_eq!((run.field("N3", "queue"), run.letter("N3", "N1", "propose")), ("5".into(), None));
    run.deliver("N1", "N3", "prepare");
    run.deliver("N3", "N1", "propose");
    assert_eq!(run.field("N1", "queue"), "3, 4, 5");
    let node = run.id("N1");
    run.0.act(Action::Request(node, "forty-two".into())).expect_err("that is no integer");
}

#[test]
fn a_batch_of_twenty_streams_in() {
    let many = Leader::ABOUT.ask.many.expect("autopropose");
    assert_eq!((many.verb, many.values.len()), ("autopropose", 20));
    let mut run = open("system=leader&commands=0&failure=0&seed=8");
    run.advance(Micros::millis(10), u64::MAX);
    let leader = run.nodes()[0].id;
    for value in many.values {
        run.act(Action::Request(leader, (*value).into())).expect("it is an integer");
    }
    let mut counts = Vec::new();
    for second in 1..60u64 {
        run.advance(Micros(second * 1_000_000), u64::MAX);
        counts.push(history(&*run, "N4").len());
    }
    assert!(counts.windows(2).filter(|pair| pair[0] < pair[1]).count() >= 5, "they come one after another: {counts:?}");
    assert_eq!(counts.last(), Some(&20));
}

#[test]
fn another_node_takes_over_from_a_silent_leader_and_adopts_what_it_left() {
    let mut run = Hand::of(&format!("{QUIET}&nodes=5&commands=1&window=1"));
    run.deliver_all("N1", &["N2", "N3"], "prepare");
    run.collect(&["N2", "N3"], "N1", "promise");
    run.deliver_all("N1", &["N2", "N3"], "accept");
    assert_eq!(run.chosen(), ["1: 42"], "N1, N2 and N3 have voted, and nobody knows");
    let leader = run.id("N1");
    run.act(Action::Crash(leader));
    run.request("N4", "7");
    run.fire("N4", "silence");
    assert_eq!(run.says("N4", "N3", "prepare").as_deref(), Some("prepare id 1 at 1.4 for 7"));
    run.deliver_all("N4", &["N3", "N5"], "prepare");
    assert_eq!(run.says("N3", "N4", "promise").as_deref(), Some("promise id 1 at 1.4, last voted 42 at 1.1"));
    run.collect(&["N5", "N3"], "N4", "promise");
    assert_eq!(run.says("N4", "N5", "accept").as_deref(), Some("accept id 1 at 1.4, 42"));
    run.deliver_all("N4", &["N3", "N5"], "accept");
    run.collect(&["N3", "N5"], "N4", "accepted");
    assert_eq!(run.says("N4", "N5", "prepare").as_deref(), Some("prepare id 2 at 1.4 for 7"), "its own comes next");
    assert_eq!(run.broken(), [""; 0]);
}

#[test]
fn a_new_leader_fills_a_gap_with_a_no_op() {
    let mut run = Hand::of(&format!("{QUIET}&nodes=3&commands=2&window=2"));
    // Only id 2 gets as far as a vote; the prepare of id 1 reaches nobody.
    assert_eq!(run.says("N1", "N2", "prepare").as_deref(), Some("prepare id 2 at 1.1 for 43"));
    run.deliver("N1", "N2", "prepare");
    run.deliver("N2", "N1", "promise");
    run.deliver("N1", "N2", "accept");
    assert_eq!(run.chosen(), ["2: 43"]);
    let leader = run.id("N1");
    run.act(Action::Crash(leader));
    run.fire("N3", "silence");
    run.deliver("N3", "N2", "prepare");
    run.deliver("N2", "N3", "promise");
    // The promise told of id 2, so N3 asks about it as well, and fills id 1.
    assert_eq!(run.says("N3", "N2", "accept").as_deref(), Some("accept id 1 at 1.3, no-op"));
    run.deliver("N3", "N2", "accept");
    run.deliver("N2", "N3", "accepted");
    run.deliver("N3", "N2", "prepare");
    run.deliver("N2", "N3", "promise");
    run.deliver("N3", "N2", "accept");
    run.deliver("N2", "N3", "accepted");
    assert_eq!(history(&*run.0, "N3"), ["id 1 val no-op", "id 2 val 43"]);
    // N2 hears of id 2 first and shows the hole.
    run.deliver("N3", "N2", "learn");
    let rows = table(&*run.0, "N2", "history").expect("a history").rows;
    assert_eq!(rows.iter().map(|row| row.mark).collect::<Vec<_>>(), [RowMark::Hole, RowMark::Done]);
    assert_eq!(run.broken(), [""; 0]);
}

#[test]
fn two_leaders_at_once_are_safe_and_the_lower_one_steps_down() {
    let mut run = Hand::of(&format!("{QUIET}&nodes=3&commands=1&clients=2"));
    run.fire("N2", "silence");
    run.deliver("N2", "N3", "prepare");
    run.deliver("N1", "N3", "prepare");
    assert_eq!(run.says("N3", "N1", "refused").as_deref(), Some("refused 1.1, promised 1.2"));
    run.deliver("N3", "N1", "refused");
    assert_eq!((run.field("N1", "queue"), run.field("N1", "follows")), ("42".into(), "1.2".into()));
    run.deliver("N3", "N2", "promise");
    run.deliver("N2", "N1", "accept");
    assert_eq!(run.chosen(), ["1: 142"]);
    run.deliver("N1", "N2", "propose");
    assert_eq!(run.says("N2", "N3", "prepare").as_deref(), Some("prepare id 2 at 1.2 for 42"));
    assert_eq!(run.broken(), [""; 0]);
}

/// A new leader is told of an id by its predecessor's late message. What it gives out next is another one.
#[test]
fn an_id_that_a_leader_hears_of_is_not_given_away_again() {
    let mut run = Hand::of(&format!("{QUIET}&nodes=3&commands=1"));
    run.deliver("N1", "N3", "prepare");
    run.deliver("N3", "N1", "promise");
    run.deliver("N1", "N3", "accept");
    run.deliver("N3", "N1", "accepted");
    run.fire("N2", "silence");
    assert_eq!(run.says("N2", "N3", "prepare").as_deref(), Some("prepare id 1 at 1.2"));
    run.deliver("N1", "N2", "learn");
    run.request("N2", "7");
    assert_eq!(run.says("N2", "N3", "prepare").as_deref(), Some("prepare id 2 at 1.2 for 7"));
}

#[test]
fn distinguished_learners_hear_every_vote_and_tell_the_others() {
    let mut run = Hand::of(&format!("{QUIET}&nodes=3&commands=1&learners=2"));
    run.deliver("N1", "N3", "prepare");
    run.deliver("N3", "N1", "promise");
    assert!(run.letter("N1", "N2", "accepted").is_some(), "the leader's own vote");
    run.deliver("N1", "N3", "accept");
    run.deliver("N3", "N2", "accepted");
    run.deliver("N1", "N2", "accepted");
    assert_eq!(history(&*run.0, "N2"), ["id 1 val 42"]);
    run.deliver("N2", "N3", "learn");
    assert_eq!((history(&*run.0, "N3"), history(&*run.0, "N1")), (vec!["id 1 val 42".to_string()], vec![]));
    assert_eq!(run.broken(), [""; 0]);
}

#[test]
fn a_request_that_takes_the_long_delay_is_late_and_not_lost() {
    let run = |failure: &str| {
        let run = until(&format!("system=leader&failure={failure}&long-delay=9s&silence=0s&timeout=0s&seed=3"), MINUTE);
        let lost: u64 = run.metrics().messages.iter().map(|(_, _, _, lost)| lost).sum();
        let known: Vec<_> = ["N1", "N2", "N3", "N4", "N5"].iter().map(|label| history(&*run, label).len()).collect();
        (lost, run.metrics().crashes, known, run.chosen().iter().map(|chosen| chosen.time).max())
    };
    let (quick, slow) = (run("0"), run("0.6"));
    assert_eq!((slow.0, slow.1, &slow.2), (0, 0, &vec![3; 5]));
    assert!(quick.3 < Some(Micros::millis(3_000)) && slow.3 > Some(Micros::millis(9_000)), "{quick:?} {slow:?}");
}

#[test]
fn who_missed_something_asks_for_it() {
    let mut run = open("system=leader&failure=0&silence=0s");
    run.advance(Micros::millis(10), u64::MAX);
    let node = run.nodes()[3].id;
    run.act(Action::Isolate(node)).expect("it can be done");
    run.advance(Micros::millis(10_000), u64::MAX);
    assert_eq!(history(&*run, "N4").len(), 0);
    run.act(Action::Rejoin(node)).expect("it can be done");
    run.advance(Micros::millis(16_000), u64::MAX);
    assert_eq!(history(&*run, "N4"), history(&*run, "N1"));
}

/// Whatever happens, nothing breaks; and once it is over, a new command reaches every history.
#[test]
fn after_any_trouble_a_command_reaches_everyone() {
    for seed in 0..60u64 {
        let learners = 1 + seed % 3;
        let link = format!(
            "system=leader&learners={learners}&clients=3&commands=6&failure=0.2&silence=4s&loss=0.15&duplicate=0.1&seed={seed}"
        );
        let mut run = open(&link);
        for second in 1..40u64 {
            run.advance(Micros(second * 1_000_000), u64::MAX);
            let node = run.nodes()[((second / 4 + seed) % 5) as usize].id;
            match second % 4 {
                1 => drop(run.act(Action::Crash(node))),
                3 => drop(run.act(Action::Restart(node))),
                _ => {}
            }
        }
        for node in run.nodes() {
            drop(run.act(Action::Restart(node.id)));
        }
        for (key, value) in [("loss", 0), ("duplicate", 0), ("failure", 0)] {
            run.act(Action::Set(key.into(), value)).expect("it is live");
        }
        run.advance(Micros(80_000_000), u64::MAX);
        let someone = run.nodes()[(seed % 5) as usize].id;
        run.act(Action::Request(someone, "4242".into())).expect("an integer");
        run.advance(Micros(120_000_000), u64::MAX);
        assert_eq!(broken(&*run), [""; 0], "{link}");
        let first = history(&*run, "N1");
        assert!(first.last().is_some_and(|line| line.ends_with("4242")), "{link}: {first:?}");
        for label in ["N2", "N3", "N4", "N5"] {
            assert_eq!(history(&*run, label), first, "{link}: {label}");
        }
        assert!(first.iter().all(|line| !line.ends_with('–')), "{link}: {first:?}");
    }
}

/// Rules switched off: what breaks in the run of that link and seed.
const BREAKS: &[(&str, &str, &str, u64)] = &[
    ("forget-promise", "promises honoured", "nodes=3&clients=3&silence=2s", 0),
    ("amnesia", "promises honoured", "nodes=3&clients=3&silence=2s", 0),
    ("ignore-accepted", "agreement", "nodes=3&clients=3&silence=2s", 3),
    ("adopt-latest", "safe proposals", "nodes=3&clients=3&silence=2s", 65),
    ("small-quorum", "agreement", "nodes=4&clients=3&silence=2s", 9),
    ("count-replies", "sound learners", "clients=3&silence=2s&duplicate=0.5", 29),
];

#[test]
fn every_rule_is_for_something() {
    hand::every_rule_is_for_something(RULE_NAMES, "system=leader&loss=0.2", BREAKS);
}

/// The run of a preset up to a time.
fn preset(key: &str, millis: u64) -> Box<dyn Run> {
    let scenario =
        paxos_playground::scenario::presets::preset(key).expect("the preset").read().expect("it can be read");
    let (mut run, notices) = run::open(&scenario);
    assert_eq!(notices, []);
    run.advance(Micros::millis(millis), u64::MAX);
    run
}

fn says(run: &dyn Run, text: &str) -> usize {
    let said = |entry: &run::LogEntry| entry.explanations.iter().filter(|told| told.text.contains(text)).count();
    run.log(0, run.events()).iter().map(said).sum()
}

#[test]
fn preset_leader_ids() {
    let early = preset("leader-ids", 1_000);
    assert_eq!(table(&*early, "N1", "under way").expect("N1 leads").rows.len(), 3);
    assert_eq!(table(&*early, "N1", "queue").expect("N1 leads").rows.len(), 17);
    let run = preset("leader-ids", 60_000);
    assert_eq!((history(&*run, "N1").len(), history(&*run, "N5").len(), run.metrics().rounds), (20, 20, 1));
    // Every id takes its two round trips and no more.
    let last = run.chosen().iter().map(|chosen| chosen.time).max();
    assert!(last < Some(Micros::millis(7 * 4_000)), "{last:?}");
}

#[test]
fn preset_leader_dies() {
    let before = preset("leader-dies", 2_300);
    assert_eq!(before.chosen().len(), 3);
    assert!(before.chosen().iter().all(|chosen| chosen.learned.is_empty()), "{:?}", before.chosen());
    let run = preset("leader-dies", 60_000);
    assert_eq!(says(&*run, "must adopt"), 3);
    assert_eq!(says(&*run, "has heard nothing of a leader"), 1);
    let first = history(&*run, "N1");
    assert_eq!(first, ["id 1 val 42", "id 2 val 43", "id 3 val 44"]);
    for label in ["N2", "N3", "N4", "N5"] {
        assert_eq!(history(&*run, label), first, "{label}");
    }
}

#[test]
fn preset_leader_gap() {
    let before = preset("leader-gap", 2_600);
    let mut slots: Vec<_> = before.chosen().iter().map(|chosen| chosen.slot).collect();
    slots.sort_unstable();
    assert_eq!(slots, [2, 3]);
    let run = preset("leader-gap", 60_000);
    for label in ["N2", "N3", "N4", "N5"] {
        assert_eq!(history(&*run, label), ["id 1 val no-op", "id 2 val 43", "id 3 val 44"], "{label}");
    }
    assert!(says(&*run, "fills the gap with a no-op") >= 1);
}
