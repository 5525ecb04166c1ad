//! The figures of a run, each held to what the run itself shows.

use paxos_playground::paxos::Micros;
use paxos_playground::paxos::registry::SYSTEMS;
use paxos_playground::run::{self, LogKind, Run};
use paxos_playground::scenario::Scenario;
use paxos_playground::scenario::presets::preset;
use paxos_playground::sim::Action;

fn open(link: &str) -> Box<dyn Run> {
    let (scenario, notices) = Scenario::from_link(link);
    assert_eq!(notices, [], "{link}");
    run::open(&scenario).0
}

fn until(link: &str, millis: u64) -> Box<dyn Run> {
    let mut run = open(link);
    run.advance(Micros::millis(millis), u64::MAX);
    run
}

fn act(run: &mut dyn Run, label: &str, action: impl Fn(paxos_playground::paxos::NodeId) -> Action) {
    let node = run.nodes().into_iter().find(|node| node.label == label).expect("the node").id;
    run.act(action(node)).expect("it can be done");
}

#[test]
fn every_message_sent_is_handled_lost_or_under_way() {
    for about in SYSTEMS {
        let link = format!("system={}&loss=0.1&duplicate=0.1&failure=0.05&seed=5", about.key);
        for millis in [500, 3_000, 20_000] {
            let run = until(&link, millis);
            let mut under_way = vec![0; about.kinds.len()];
            run.flights(&mut |flight| under_way[usize::from(flight.kind)] += 1);
            let metrics = run.metrics();
            for ((kind, sent, handled, lost), under_way) in metrics.messages.iter().zip(under_way) {
                assert_eq!(*sent, handled + lost + under_way, "{kind} of {link} at {millis} ms");
            }
            let (sent, _, lost) = metrics.total();
            let trends = run.trends();
            let all =
                |name| trends.iter().find(|trend| trend.name == name).expect("a trend").counts.iter().sum::<u32>();
            assert_eq!((u64::from(all("messages sent")), u64::from(all("messages lost"))), (sent, lost));
            assert_eq!(u64::from(all("decisions")), metrics.decisions);
        }
    }
}

#[test]
fn losses_in_the_log_are_the_losses_counted() {
    let run = until("system=synod&loss=0.3&seed=4", 30_000);
    let lost = run.log(0, u64::MAX).iter().filter(|entry| entry.kind == LogKind::Lost).count();
    assert_eq!(run.metrics().total().2, lost as u64);
    assert!(lost > 0);
}

#[test]
fn latencies_run_from_the_request_to_the_choice_the_first_who_knows_and_the_answer() {
    let mut run = open("system=peers&x=0&silence=0s&nodes=3");
    run.advance(Micros::millis(700), u64::MAX);
    act(&mut *run, "N2", |node| Action::Request(node, "Q".into()));
    run.advance(Micros::millis(20_000), u64::MAX);
    let [chosen] = &run.chosen()[..] else { panic!("{:?}", run.chosen()) };
    assert_eq!(chosen.value, "Q");
    let learned: Vec<_> = (run.log(0, u64::MAX).into_iter())
        .filter(|entry| entry.explanations.iter().any(|why| why.text.contains("knows that Q is agreed on")))
        .collect();
    let at = |label: &str| {
        let by = |entry: &&run::LogEntry| {
            entry.explanations.iter().any(|why| why.text.starts_with(&format!("{label} knows")))
        };
        learned.iter().find(by).expect(label).time
    };
    let metrics = run.metrics();
    let since = |time: Micros| Micros(time.0 - 700_000);
    assert_eq!((metrics.until_chosen.count, metrics.until_chosen.max), (1, since(chosen.time)));
    assert_eq!(metrics.until_learned.max, since(learned.iter().map(|entry| entry.time).min().expect("somebody")));
    assert_eq!((metrics.until_answered.median, metrics.until_answered.p95), (since(at("N2")), since(at("N2"))));
    assert_eq!(run.answers(), [("Q".to_string(), since(at("N2")).0)]);
}

#[test]
fn availability_is_the_share_of_time_with_a_quorum_up() {
    let mut run = open("system=synod&acceptors=3");
    let steps = [
        (2_000, "A1", Action::Crash as fn(_) -> _), // two are left
        (3_000, "A2", Action::Crash),               // one is left: down from here
        (5_000, "A2", Action::Restart),             // up again
        (6_000, "A3", Action::Pause),               // down
        (6_500, "A3", Action::Resume),              // up
        (7_000, "A3", Action::Leave),               // down
        (8_000, "P1", Action::Crash),
    ];
    for (millis, label, action) in steps {
        run.advance(Micros::millis(millis), u64::MAX);
        act(&mut *run, label, action);
    }
    run.advance(Micros::millis(10_000), u64::MAX);
    let metrics = run.metrics();
    assert_eq!(metrics.quorum_up, Micros::millis(3_000 + 1_000 + 500));
    assert_eq!(metrics.availability(), Some(450_000));
    assert_eq!(open("system=synod").metrics().availability(), None);
}

#[test]
fn a_quiet_run_costs_what_the_paper_says() {
    let run = until("system=synod&proposers=1&learners=1&acceptors=5", 20_000);
    let metrics = run.metrics();
    // 1a, 1b and 2a to each of five acceptors, 2b from each to the proposer and the learner.
    assert_eq!((metrics.total().0, metrics.messages_per_decision()), (25, Some(2_500)));
    assert_eq!((metrics.rounds, metrics.preemptions, metrics.retries), (1, 0, 0));
    assert_eq!(until("system=synod&loss=1", 20_000).metrics().messages_per_decision(), None);
}

#[test]
fn duels_count_retries_and_preemptions() {
    let duel = preset("duel").expect("it exists").link();
    let metrics = until(&duel, 20_000).metrics();
    assert_eq!(metrics.decisions, 0);
    assert!(metrics.preemptions > 5, "{metrics:?}");
    assert_eq!(metrics.retries + 2, metrics.rounds, "each of the two begins once, all others are retries");
}

#[test]
fn figures_are_the_same_in_csv_and_json() {
    let metrics = until("system=synod&seed=1", 20_000).metrics();
    let json = metrics.json();
    let csv = metrics.csv();
    let mut lines = csv.split("\r\n");
    assert_eq!(lines.next(), Some("metric,of,value"));
    let mut seen = 0;
    for line in lines.filter(|line| !line.is_empty()) {
        let [name, of, value] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let found = if of.is_empty() { &json[name] } else { &json[name][of] };
        assert_eq!(found.as_u64(), value.parse().ok(), "{line}");
        seen += 1;
    }
    assert_eq!(seen, metrics.figures().len());
    assert!(csv.contains("until_answered_us,p95,") && csv.contains("sent,prepare,"));
}
