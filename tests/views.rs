//! What a run shows to whoever looks at it, in any system.

use paxos_playground::paxos::{Micros, NodeId};
use paxos_playground::run::{self, Mark, Run};
use paxos_playground::scenario::{Names, Scenario, words};
use paxos_playground::sim::Action;

fn open(link: &str) -> Box<dyn Run> {
    let (scenario, notices) = Scenario::from_link(link);
    assert!(notices.is_empty(), "{notices:?}");
    run::open(&scenario).0
}

fn act(run: &mut dyn Run, line: &str) {
    let action = words::parse(line, &Names::of(run.scenario())).expect(line);
    run.act(action).expect(line);
}

#[test]
fn clients_ask_only_those_that_take_requests() {
    let expected = [
        ("synod&start=nag", "P1 P2"),
        ("leader", "N1 N2 N3 N4 N5"),
        ("rounds&proposers=2", "P1 P2"),
        ("pmmc", "C1 C2"),
        ("peers&transport=server", "N1 N2 N3 N4 N5"),
    ];
    for (system, labels) in expected {
        let run = open(&format!("system={system}"));
        let serving = run.nodes().into_iter().filter(|node| run.serves(node.id)).map(|node| node.label);
        assert_eq!(serving.collect::<Vec<_>>().join(" "), labels, "{system}");
    }
}

#[test]
fn an_integer_that_is_asked_for_twice_gets_two_ids_and_the_log_says_so() {
    let mut run = open("system=leader&commands=0&failure=0");
    run.advance(Micros::millis(100), u64::MAX);
    act(&mut *run, "request N1 42");
    act(&mut *run, "request N3 42");
    run.advance(Micros::millis(30_000), u64::MAX);
    let chosen: Vec<_> = run.chosen().into_iter().map(|chosen| (chosen.slot, chosen.value)).collect();
    assert_eq!(chosen, [(1, "42".to_string()), (2, "42".to_string())]);
    let log = run.log(0, run.events());
    let again = log.iter().flat_map(|entry| &entry.explanations).filter(|said| said.text.contains("an id of its own"));
    assert_eq!(again.count(), 1);
}

#[test]
fn the_log_tells_what_broke_and_what_the_missing_rule_is_for() {
    let told = |link: &str| {
        let mut run = open(link);
        run.advance(Micros::millis(60_000), u64::MAX);
        let (event, _) = run.properties().into_iter().filter_map(|property| property.broken).min().expect("it breaks");
        let entry = run.log(event, event + 1).pop().expect("the history holds it");
        assert_eq!(entry.mark, Some(Mark::Violation));
        entry.explanations.last().expect("an explanation").text.clone()
    };
    let one = told("acceptors=3&learners=1&break=small-quorum&loss=0.2&seed=3");
    assert!(one.starts_with("This breaks “"), "{one}");
    assert!(one.ends_with("Switched off: small-quorum. Any two quorums share an acceptor: it is the witness that carries the choice on."), "{one}");
    let two = told("acceptors=3&learners=1&break=small-quorum,no-raise&loss=0.2&seed=3");
    assert!(two.contains("Switched off: no-raise. ") && two.contains("Switched off: small-quorum. "), "{two}");
}

/// Whoever looks at a node late sees the same marks as whoever looked all the time.
#[test]
fn the_inspector_marks_what_the_latest_event_changed_whenever_it_is_opened() {
    let mut marked = 0;
    for link in ["acceptors=3", "system=pmmc", "system=leader&loss=0.1", "system=peers", "system=rounds"] {
        let mut watching = open(link);
        watching.inspect(NodeId(1));
        for _ in 0..60 {
            watching.step();
            let mut late = open(link);
            late.advance(watching.time(), watching.events());
            let marks = |run: &mut dyn Run| {
                let fields = run.inspect(NodeId(1)).fields.into_iter();
                fields.filter_map(|field| Some((field.name, field.changed?))).collect::<Vec<_>>()
            };
            let seen = marks(&mut *watching);
            assert_eq!(marks(&mut *late), seen, "{link} after {} events", watching.events());
            marked += seen.len();
        }
    }
    assert!(marked > 100, "{marked}");
}

#[test]
fn what_is_held_is_done_step_by_step_until_a_value_is_chosen() {
    let mut run = open("pace=hand&proposers=1");
    run.advance(Micros::ZERO, u64::MAX);
    assert!(matches!(run.held(), Some(Action::Fire(NodeId(0), _))), "no message yet: the first timer");
    let (mut steps, mut delivered) = (0, 0);
    while run.chosen().is_empty() {
        let action = run.held().expect("something is held");
        delivered += usize::from(matches!(action, Action::Deliver(_)));
        run.act(action).expect("it can be done");
        steps += 1;
        assert!(steps < 100, "the oldest first comes to an end");
    }
    // Five prepares, five promises of which three start phase 2, and votes.
    assert!(delivered >= 13, "{delivered}");
    assert_eq!(open("acceptors=3").held(), None, "where time passes nothing is held");
}
