//! Nodes that know only whom they have met: lost hellos, and which versions of the engine gave the same runs.

use paxos_playground::paxos::Micros;
use paxos_playground::run::{self, Run};
use paxos_playground::scenario::Scenario;

/// P1 and A1 each say hello, and neither hears it; from 1 s on all goes well.
fn strangers(more: &str) -> Box<dyn Run> {
    let json = format!(
        r#"{{ "knobs": {{ "proposers": 1, "acceptors": 1, "learners": 1, "discovery": true {more} }},
              "plan": [{{ "at": "0s", "do": "cut P1>A1" }}, {{ "at": "0s", "do": "cut A1>P1" }},
                       {{ "at": "0s", "do": "cut L1>A1" }}, {{ "at": "0s", "do": "cut A1>L1" }},
                       {{ "at": "1s", "do": "heal" }}] }}"#
    );
    let (scenario, notices) = Scenario::from_json(&json).expect("a scenario");
    assert!(notices.is_empty(), "{notices:?}");
    run::open(&scenario).0
}

#[test]
fn whoever_still_needs_somebody_says_hello_again() {
    let mut run = strangers("");
    run.advance(Micros::millis(1_500), u64::MAX);
    let says = |run: &dyn Run, words: &str| {
        let log = run.log(0, run.events());
        log.iter().flat_map(|entry| &entry.explanations).any(|explanation| explanation.text.contains(words))
    };
    assert!(!says(&*run, "now knows A1"), "both hellos were lost");
    run.advance(Micros::millis(20_000), u64::MAX);
    assert!(says(&*run, "P1 has not met A1 and says hello again."));
    assert_eq!(run.chosen().len(), 1);
    assert_eq!(run.chosen()[0].learned.len(), 2, "P1 and L1 have met A1 after all");
    run.advance(Micros::millis(60_000), u64::MAX);
    assert_eq!(run.next_time(), None, "and then it is quiet");
}

#[test]
fn a_link_tells_of_another_version_only_where_the_run_differs() {
    let notices = |link: &str| Scenario::from_link(link).1.len();
    for same in ["system=synod", "system=synod&v=1", "system=pmmc&v=2", "discovery=on&v=2", "discovery=off"] {
        assert_eq!(notices(same), 0, "{same}");
    }
    for other in ["discovery=on", "discovery=on&v=1", "v=3", "v=0", "v=x"] {
        assert_eq!(notices(other), 1, "{other}");
    }
    let link = strangers("").scenario().link();
    assert!(link.contains("discovery=on&v=2&plan="), "{link}");
    assert_eq!(notices(&link), 0);
}
