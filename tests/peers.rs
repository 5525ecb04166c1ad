//! Peers: each rule of the actors that elect themselves, one test for each.

mod common;

use common::Hands;
use common::naive::{bounds, counts_are_those_of_a_naive_exploration, to_the_end};
use paxos_playground::check::explore::{Bounds, Verdict};
use paxos_playground::paxos::System;
use paxos_playground::paxos::peers::timer::{CHANCE, SILENCE};
use paxos_playground::paxos::peers::{Peers, Proposal};
use paxos_playground::paxos::{Ballot, Micros, NodeId};
use paxos_playground::run;
use paxos_playground::scenario::{MAX_TIME, Scenario};
use paxos_playground::sim::Action;

type Run = Hands<Peers>;

const MINUTE: Micros = Micros(60_000_000);

fn ballot(round: u32, actor: u8) -> Ballot {
    Ballot { round, owner: NodeId(actor - 1) }
}

fn stages(run: &Run, labels: &[&str]) -> Vec<String> {
    labels.iter().map(|label| run.field(label, "stage")).collect()
}

/// Phase 2 of `proposer` at the others, without the way back.
fn accept_at(run: &mut Run, proposer: &str, others: &[&str]) {
    for other in others {
        run.deliver(proposer, other, "accept");
    }
}

#[test]
fn one_round_goes_through_the_four_stages() {
    let mut run = Run::by_hand("nodes=3");
    assert_eq!(stages(&run, &["N1", "N2", "N3"]), ["INIT"; 3]);
    run.fire("N1", SILENCE);
    run.deliver("N1", "N2", "prepare");
    assert_eq!(stages(&run, &["N1", "N2", "N3"]), ["VALUE", "VALUE", "INIT"]);
    run.deliver("N2", "N1", "promise");
    assert_eq!(stages(&run, &["N1", "N2", "N3"]), ["ACCEPT", "VALUE", "INIT"]);
    run.deliver("N1", "N2", "accept");
    run.deliver("N1", "N2", "accepted");
    assert_eq!(stages(&run, &["N1", "N2", "N3"]), ["ACCEPT", "FINISH", "INIT"]);
    assert_eq!((run.field("N1", "PRN").as_str(), run.field("N2", "PRN").as_str()), ("1.1", "none"));
    assert_eq!(run.chosen(), ["v1"]);
    assert!(run.all_hold());
}

/// What an actor asks of itself needs no network: one node is a majority of one at once, and of two it takes both.
#[test]
fn an_actor_counts_itself() {
    let mut alone = Run::by_hand("nodes=1");
    alone.fire("N1", SILENCE);
    assert_eq!((alone.field("N1", "agreed").as_str(), alone.world.letters().iter().count()), ("v1 at 1.1", 0));
    let mut two = Run::by_hand("nodes=2");
    two.fire("N1", SILENCE);
    assert_eq!(two.field("N1", "stage"), "VALUE");
    two.deliver("N1", "N2", "prepare");
    two.deliver("N2", "N1", "promise");
    two.deliver("N1", "N2", "accept");
    assert_eq!(two.chosen(), ["v1"]);
}

#[test]
fn a_nack_makes_a_proposer_step_back_and_learn_the_cycle() {
    let mut run = Run::by_hand("nodes=5");
    run.fire("N5", SILENCE);
    run.fire("N1", SILENCE);
    run.deliver("N5", "N2", "prepare");
    run.deliver("N1", "N2", "prepare");
    run.deliver("N2", "N1", "nack");
    assert_eq!((run.field("N1", "proposal").as_str(), run.properties.preemptions), ("none", 1));
    // Its next number is above the one that it was told of, and it was told of none other.
    run.fire("N1", SILENCE);
    assert_eq!(run.field("N1", "PRN"), "2.1");
    // An old nack is none of its business.
    run.fire("N5", SILENCE);
    run.deliver("N5", "N3", "prepare");
    assert_eq!(run.field("N1", "proposal"), "asks for promises at 2.1");
}

#[test]
fn an_actor_that_promises_a_higher_number_steps_back_from_its_own() {
    let mut run = Run::by_hand("nodes=3");
    run.fire("N1", SILENCE);
    run.fire("N2", SILENCE);
    run.deliver("N2", "N1", "prepare");
    assert_eq!((run.field("N1", "proposal").as_str(), run.field("N1", "promised").as_str()), ("none", "1.2"));
    // And the other way round it refuses and goes on.
    run.deliver("N1", "N2", "prepare");
    assert!(run.letter("N2", "N1", "nack").is_some());
    assert_eq!(run.field("N2", "proposal"), "asks for promises at 1.2");
}

#[test]
fn numbers_are_ordered_by_cycle_then_by_actor() {
    assert!(ballot(2, 1) > ballot(1, 5) && ballot(1, 5) > ballot(1, 4) && ballot(10, 1) > ballot(9, 1));
}

#[test]
fn duplicates_count_once() {
    let mut run = Run::by_hand("nodes=5");
    run.fire("N1", SILENCE);
    run.deliver("N1", "N2", "prepare");
    run.deliver_copy("N2", "N1", "promise");
    run.deliver("N2", "N1", "promise");
    assert_eq!(run.field("N1", "promises"), "N1, N2");
    run.deliver("N1", "N3", "prepare");
    run.deliver("N3", "N1", "promise");
    accept_at(&mut run, "N1", &["N2"]);
    run.deliver_copy("N2", "N4", "accepted");
    run.deliver("N2", "N4", "accepted");
    run.deliver("N1", "N4", "accepted");
    assert_eq!(run.field("N4", "agreed"), "nothing");
    assert_eq!(run.field("N4", "acceptances"), "v1 at 1.1: N1, N2");
}

/// The value of the highest number is adopted, whoever reported last.
#[test]
fn the_value_of_the_highest_number_is_adopted() {
    let mut run = Run::by_hand("nodes=5");
    run.fire("N1", SILENCE);
    for other in ["N2", "N3"] {
        run.deliver("N1", other, "prepare");
        run.deliver(other, "N1", "promise");
    }
    // N1 has accepted v1 at 1.1; N4 has not heard of it and has v4 accepted at 1.4 by itself.
    run.fire("N4", SILENCE);
    for other in ["N3", "N5"] {
        run.deliver("N4", other, "prepare");
        run.deliver(other, "N4", "promise");
    }
    assert_eq!(
        (run.field("N1", "accepted").as_str(), run.field("N4", "accepted").as_str()),
        ("v1 at 1.1", "v4 at 1.4")
    );
    run.fire("N2", SILENCE);
    assert_eq!(run.field("N2", "PRN"), "2.2");
    for other in ["N4", "N1"] {
        run.deliver("N2", other, "prepare");
    }
    for other in ["N4", "N1"] {
        run.deliver(other, "N2", "promise");
    }
    assert_eq!(run.field("N2", "proposal"), "proposes v4 at 2.2");
    assert!(run.all_hold());
}

#[test]
fn a_restart_keeps_what_is_durable_and_never_reuses_a_number() {
    let mut run = Run::by_hand("nodes=3");
    run.fire("N1", SILENCE);
    run.deliver("N1", "N2", "prepare");
    run.deliver("N2", "N1", "promise");
    let n1 = run.id("N1");
    run.act(Action::Crash(n1));
    run.act(Action::Restart(n1));
    assert_eq!((run.field("N1", "accepted").as_str(), run.field("N1", "proposal").as_str()), ("v1 at 1.1", "none"));
    run.fire("N1", CHANCE);
    assert_eq!(run.field("N1", "PRN"), "2.1");
}

/// A restart forgets the agreement; the actor finds out again by proposing, and it can only find the same.
#[test]
fn whoever_missed_the_agreement_proposes_and_adopts_it() {
    let mut run = Run::new("nodes=3 x=0", 3);
    run.advance(MINUTE);
    let agreed = run.chosen();
    assert_eq!(agreed.len(), 1);
    let n2 = run.id("N2");
    run.act(Action::Crash(n2));
    run.act(Action::Restart(n2));
    assert_eq!(run.field("N2", "agreed"), "nothing");
    run.advance(Micros(MINUTE.0 * 2));
    assert!(run.field("N2", "agreed").starts_with(&format!("{} at ", agreed[0])));
    assert_eq!(run.chosen(), agreed);
    assert!(run.all_hold());
}

#[test]
fn whoever_hears_nothing_proposes_by_silence_or_by_chance_or_never() {
    let first = |words: &str| {
        let mut run = Run::new(words, 5);
        run.advance(MINUTE);
        assert!(run.all_hold());
        let entries = run.world.history().range();
        let mut times = entries.filter_map(|at| {
            let event = run.world.history().get(at)?;
            matches!(event.what, paxos_playground::sim::What::Fired(_)).then_some(event.time)
        });
        times.next()
    };
    assert_eq!(first("nodes=5 x=0 silence=0"), None);
    let silence = first("nodes=5 x=0 silence=2000000").expect("somebody proposes");
    assert!((2_000_000..=4_000_000).contains(&silence.0), "{silence}");
    assert_eq!(first("nodes=5 x=1 silence=0 tick=700000"), Some(Micros(700_000)));
    let chance = first("nodes=5 x=0.1 silence=0 tick=700000").expect("somebody proposes");
    assert_eq!(chance.0 % 700_000, 0);
    assert!(first("nodes=5 x=0.02 silence=0 tick=700000").expect("somebody proposes") >= chance);
}

/// Whatever an actor hears begins its silence anew: one that is kept busy does not propose.
#[test]
fn who_hears_something_waits() {
    let mut run = Run::new("nodes=3 x=0 silence=3000000", 1);
    run.advance(MINUTE);
    assert_eq!(run.properties.rounds, 1, "the first proposal silences the others");
}

#[test]
fn a_client_can_ask_any_actor_and_too_late_is_too_late() {
    let mut run = Run::by_hand("nodes=3");
    let n2 = run.id("N2");
    run.act(Action::Request(n2, "Q".into()));
    run.deliver("N2", "N1", "prepare");
    run.deliver("N1", "N2", "promise");
    run.deliver("N2", "N1", "accept");
    assert_eq!(run.chosen(), ["Q"]);
    let n1 = run.id("N1");
    run.deliver("N2", "N1", "accepted");
    run.act(Action::Request(n1, "R".into()));
    assert_eq!((run.field("N1", "proposal").as_str(), run.chosen()), ("none", vec!["Q".to_string()]));
    let actor = run.world.actor(n1).expect("N1");
    assert_eq!(actor.proposal, Proposal::None);
}

/// Two acceptances of one value under different numbers are no agreement.
#[test]
fn equal_values_under_different_numbers_prove_nothing() {
    let learned = |words: &str| {
        let mut run = Run::by_hand(&format!("nodes=5 {words}"));
        run.fire("N1", SILENCE);
        for other in ["N2", "N3"] {
            run.deliver("N1", other, "prepare");
            run.deliver(other, "N1", "promise");
        }
        accept_at(&mut run, "N1", &["N2"]);
        run.fire("N1", SILENCE);
        for other in ["N3", "N4"] {
            run.deliver("N1", other, "prepare");
            run.deliver(other, "N1", "promise");
        }
        accept_at(&mut run, "N1", &["N3"]);
        // N5 hears of N2 at 1.1 and of N1 and N3 at 2.1.
        for other in ["N2", "N3"] {
            run.deliver(other, "N5", "accepted");
        }
        run.deliver("N1", "N5", "accepted");
        (run.field("N5", "agreed"), run.broken())
    };
    assert_eq!(learned(""), ("nothing".into(), vec![]));
    assert_eq!(learned("break=count-values"), ("v1 at 2.1".into(), vec!["sound learners"]));
}

/// Small bounds with their exact counts: states, transitions, depth, terminal, chosen.
const COUNTS: &common::naive::Counts = &[
    ("nodes=1&x=0", "rounds=2", [2, 1, 1, 1, 1]),
    ("nodes=2&x=0", "", [61, 113, 10, 3, 40]),
    ("nodes=2", "", [61, 117, 10, 3, 40]),
    ("nodes=2&x=0", "rounds=2 once", [3689, 10235, 17, 147, 2356]),
    ("nodes=2&x=0", "crashes=1 restarts=1", [430, 1027, 13, 12, 332]),
];

#[test]
fn counts_are_exact_and_equal_those_of_a_naive_exploration_of_peers() {
    counts_are_those_of_a_naive_exploration::<Peers>("system=peers", COUNTS);
}

#[test]
fn three_peers_hold_in_every_interleaving_of_one_cycle() {
    let (exploration, verdict) = to_the_end("system=peers&nodes=3&x=0", bounds(""));
    assert_eq!(verdict, Verdict::Holds);
    let progress = exploration.progress();
    assert_eq!((progress.states, progress.transitions, progress.chosen), (531_265, 4_469_357, 521_520));
}

#[test]
fn goals_of_peers_are_reached_on_a_shortest_way() {
    for (goal, name) in
        ["chosen", "chosen-unknown", "two-proposals", "majority-not-chosen", "all-finished"].into_iter().enumerate()
    {
        let limits = Bounds { goal: Some(goal), most_states: 3_000_000, ..bounds("rounds=2") };
        let (exploration, verdict) = to_the_end("system=peers&nodes=3&x=0", limits);
        assert_eq!(verdict, Verdict::Reached, "{name}");
        let (mut run, _) = run::open(&exploration.witness().expect("a way"));
        run.advance(MAX_TIME, u64::MAX);
        assert_eq!(run.about().goals[goal].name, name);
        assert_eq!(run.chosen().is_empty(), name == "two-proposals" || name == "majority-not-chosen", "{name}");
    }
}

#[test]
fn peers_agree_on_two_values_only_where_a_rule_is_off() {
    let two_chosen = Peers::ABOUT.goals.iter().position(|goal| goal.name == "two-chosen");
    let limits = Bounds { goal: two_chosen, most_states: 1_000_000, ..bounds("") };
    assert_eq!(to_the_end("system=peers&nodes=3&x=0", limits).1, Verdict::Holds);
    let (exploration, verdict) = to_the_end("system=peers&nodes=3&x=0&break=ignore-accepted", limits);
    assert_eq!(verdict, Verdict::Reached);
    let (mut run, _) = run::open(&exploration.witness().expect("a way"));
    run.advance(MAX_TIME, u64::MAX);
    assert!(run.properties().iter().any(|property| property.name == "agreement" && property.broken.is_some()));
}

#[test]
fn a_crowd_of_peers_agrees() {
    let (scenario, notices) = Scenario::from_link("system=peers&nodes=101&loss=0.1&failure=0.02&seed=9");
    assert_eq!(notices, []);
    let (mut run, _) = run::open(&scenario);
    run.advance(MINUTE, u64::MAX);
    assert_eq!(run.chosen().len(), 1);
    assert!(run.properties().iter().all(|property| property.broken.is_none()));
}
