//! Every preset does what its text claims.

use paxos_playground::paxos::Micros;
use paxos_playground::run::{self, ChosenView, Run};
use paxos_playground::scenario::presets::{PRESETS, preset};
use paxos_playground::scenario::{Scenario, words};

/// The run of a preset, up to a time.
fn at(key: &str, millis: u64) -> Box<dyn Run> {
    let scenario = preset(key).expect("the preset exists").read().expect("the preset can be read");
    advance(&scenario, millis)
}

fn advance(scenario: &Scenario, millis: u64) -> Box<dyn Run> {
    let (mut run, notices) = run::open(scenario);
    assert_eq!(notices, []);
    run.advance(Micros::millis(millis), 1_000_000);
    assert_eq!(run.time(), Micros::millis(millis));
    run
}

/// The values chosen.
fn chosen(run: &dyn Run) -> Vec<String> {
    run.chosen().into_iter().map(|chosen| chosen.value).collect()
}

/// What the one choice of a run was.
fn only_choice(run: &dyn Run) -> ChosenView {
    let [choice] = &run.chosen()[..] else { panic!("not one choice but {:?}", run.chosen()) };
    choice.clone()
}

/// What the node of that label takes to be chosen.
fn decided(run: &dyn Run, label: &str) -> Option<String> {
    let node = run.nodes().into_iter().find(|node| node.label == label).expect("the node exists");
    node.look.decided
}

/// The names of the properties that broke.
fn broken(run: &dyn Run) -> Vec<&'static str> {
    run.properties().into_iter().filter(|property| property.broken.is_some()).map(|property| property.name).collect()
}

/// How many events say something that contains `text`.
fn says(run: &dyn Run, text: &str) -> usize {
    let entries = run.log(0, run.events()).into_iter();
    let texts = entries
        .flat_map(|entry| entry.explanations.into_iter().map(|explanation| explanation.text).chain([entry.text]));
    texts.filter(|said| said.contains(text)).count()
}

#[test]
fn every_preset_is_read_without_a_notice_and_has_a_link() {
    for preset in PRESETS {
        let scenario = preset.read().expect(preset.key);
        assert!(scenario.plan.is_sorted_by_key(|step| step.at), "{}", preset.key);
        assert_eq!(Scenario::from_link(&preset.link()), (scenario.clone(), vec![]), "{}", preset.key);
        assert_eq!(Scenario::from_json(&scenario.to_json()), Ok((scenario, vec![])), "{}", preset.key);
        assert!(preset.text.split(". ").count() <= 4 && preset.text.ends_with('.'), "{}", preset.key);
    }
    let mut keys: Vec<_> = PRESETS.iter().map(|preset| preset.key).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), PRESETS.len(), "two presets share a key");
}

#[test]
fn only_the_presets_that_say_so_break_a_property() {
    for preset in PRESETS.iter().filter(|preset| preset.key != "amnesia") {
        assert_eq!(broken(&*at(preset.key, 60_000)), Vec::<&str>::new(), "{}", preset.key);
    }
}

#[test]
fn happy_takes_two_round_trips_and_the_third_vote_chooses() {
    let run = at("happy", 20_000);
    let choice = only_choice(&*run);
    assert_eq!((choice.value.as_str(), choice.quorum.len()), ("X", 3));
    let metrics = run.metrics();
    assert_eq!((metrics.rounds, metrics.preemptions), (1, 0));
    for (kind, sent, delivered, lost) in &metrics.messages[..3] {
        assert_eq!((*sent, *delivered, *lost), (5, 5, 0), "{kind}");
    }
    assert_eq!(decided(&*run, "L1").as_deref(), Some("X"));
    assert!(metrics.all_learned > Some(choice.time));
    assert_eq!(decided(&*at("happy", choice.time.0 / 1000 + 1), "L1"), None);
}

#[test]
fn the_duel_never_ends() {
    let run = at("duel", 300_000);
    assert_eq!(chosen(&*run), Vec::<String>::new());
    let metrics = run.metrics();
    assert!(metrics.rounds >= 450 && metrics.preemptions >= 450, "{metrics:?}");
    assert_eq!(metrics.messages[3].1, 0, "not one vote is ever cast");
}

#[test]
fn back_off_settles_the_same_duel() {
    let (duel, backoff) = (preset("duel").expect("it exists"), preset("backoff").expect("it exists"));
    assert_eq!(duel.settings, backoff.settings);
    assert_eq!(duel.plan[..4], *backoff.plan);
    assert_eq!(duel.plan[4..], [("1s", "set backoff 0s")]);
    let run = at("backoff", 20_000);
    let metrics = run.metrics();
    assert!(metrics.preemptions >= 3, "{metrics:?}");
    only_choice(&*run);
    assert!(metrics.all_learned.is_some());
}

#[test]
fn a_proposer_that_dies_between_its_phases_leaves_nothing_to_adopt() {
    let run = at("crash-between-phases", 30_000);
    assert_eq!(only_choice(&*run).value, "Y");
    assert!(says(&*at("crash-between-phases", 1_900), "promises 1.1") >= 3);
    assert_eq!(says(&*run, ", X"), 0, "X is never proposed");
    assert_eq!(decided(&*run, "P1").as_deref(), Some("Y"));
    assert!(says(&*run, "P1 → A1: accept 2.1, Y") == 1, "P1 proposes Y after its restart");
}

#[test]
fn a_value_is_chosen_before_anyone_knows() {
    let before = at("chosen-unknown", 4_000);
    assert_eq!(only_choice(&*before).value, "X");
    assert!(before.nodes().iter().all(|node| node.look.decided.is_none()));
    assert_eq!(says(&*before, "votes for X"), 3);
    let after = at("chosen-unknown", 30_000);
    assert_eq!(only_choice(&*after).value, "X");
    assert_eq!(decided(&*after, "P2").as_deref(), Some("X"));
    assert!(says(&*after, "P2 → A1: accept 1.2, X") == 1, "P2 adopts X");
}

#[test]
fn a_minority_chooses_nothing_and_learns_when_the_network_heals() {
    let before = at("partition", 8_990);
    assert_eq!(only_choice(&*before).value, "Y");
    assert_eq!([decided(&*before, "P1"), decided(&*before, "L1")], [None, None]);
    assert!(says(&*before, "P1 begins") >= 2);
    let after = at("partition", 30_000);
    assert_eq!(only_choice(&*after).value, "Y");
    let learned = ["P1", "L1"].map(|label| decided(&*after, label));
    assert_eq!(learned, [Some("Y".into()), Some("Y".into())]);
}

#[test]
fn a_learner_asks_until_it_has_heard_of_a_quorum() {
    let early = at("lost-votes", 5_990);
    assert_eq!(only_choice(&*early).value, "X");
    assert_eq!(decided(&*early, "L1"), None);
    assert_eq!(says(&*early, "L1 counts the vote of A4"), 1 + 1, "once as a vote, once as an answer");
    let later = at("lost-votes", 12_000);
    assert_eq!(decided(&*later, "L1").as_deref(), Some("X"));
    assert_eq!(decided(&*later, "L2"), None);
    assert_eq!(decided(&*at("lost-votes", 20_000), "L2").as_deref(), Some("X"));
}

#[test]
fn a_disk_that_forgets_breaks_agreement_and_a_sound_one_does_not() {
    let run = at("amnesia", 30_000);
    assert_eq!(chosen(&*run), ["X", "Y"]);
    assert!(broken(&*run).contains(&"agreement"));
    assert_eq!([decided(&*run, "L1"), decided(&*run, "L2")], [Some("X".into()), Some("Y".into())]);
    let mut sound = preset("amnesia").expect("it exists").scenario();
    let names = paxos_playground::scenario::Names::of(&sound);
    sound.plan.retain(|step| words::write(&step.action, &names) != "disk A3 forgets");
    let run = advance(&sound, 30_000);
    assert_eq!(only_choice(&*run).value, "X");
    assert_eq!(broken(&*run), Vec::<&str>::new());
    assert_eq!(decided(&*run, "L2").as_deref(), Some("X"));
}

#[test]
fn half_of_four_is_no_quorum() {
    let before = at("even", 9_990);
    assert_eq!(chosen(&*before), Vec::<String>::new());
    assert!(says(&*before, "P1 begins") >= 2 && says(&*before, "P2 begins") >= 2);
    let after = at("even", 40_000);
    assert_eq!(only_choice(&*after).quorum.len(), 3);
    assert!(after.metrics().all_learned.is_some());
}

#[test]
fn two_votes_choose_where_phase_one_takes_four() {
    let run = at("flexible", 30_000);
    let choice = only_choice(&*run);
    assert_eq!((choice.value.as_str(), choice.quorum.len()), ("X", 2));
    assert_eq!(run.metrics().crashes, 3);
    assert_eq!(says(&*at("flexible", 2_300), " promises 1.1"), 5);
    assert_eq!(decided(&*run, "L1").as_deref(), Some("X"));
}

#[test]
fn the_dojo_chooses_once_however_often_the_nag_starts_again() {
    let run = at("dojo", 60_000);
    let choice = only_choice(&*run);
    assert_eq!(decided(&*run, "L1"), Some(choice.value));
    let metrics = run.metrics();
    assert!(metrics.rounds >= 10 && metrics.preemptions >= 1, "{metrics:?}");
    assert!(run.nodes().iter().any(|node| node.role.is_none()), "there is a server");
}

#[test]
fn the_storm_is_weathered() {
    let run = at("storm", 60_000);
    let choice = only_choice(&*run);
    assert_eq!(choice.quorum.len(), 51);
    let metrics = run.metrics();
    assert!(metrics.crashes >= 100 && metrics.messages.iter().map(|kind| kind.3).sum::<u64>() > 1_000, "{metrics:?}");
    for label in ["L1", "L2", "L3"] {
        assert_eq!(decided(&*run, label).as_ref(), Some(&choice.value), "{label}");
    }
}

#[test]
fn the_first_of_five_equals_silences_the_others() {
    let run = at("peers", 20_000);
    assert_eq!(only_choice(&*run).value, "v4");
    let metrics = run.metrics();
    assert_eq!((metrics.rounds, metrics.preemptions), (1, 0));
    assert_eq!(says(&*run, "knows that v4 is agreed on"), 5);
}

#[test]
fn of_five_that_propose_at_once_the_highest_number_wins() {
    let early = at("peers-at-once", 1_000);
    assert_eq!((early.metrics().rounds, says(&*early, "proposes in cycle 1")), (5, 5));
    let run = at("peers-at-once", 20_000);
    assert_eq!((only_choice(&*run).value.as_str(), only_choice(&*run).ballot.to_string().as_str()), ("v5", "1.5"));
    assert_eq!(run.metrics().preemptions, 4);
    assert!(says(&*run, ": nack ") > 0);
}

#[test]
fn a_minority_of_peers_proposes_in_vain_until_it_has_to_adopt() {
    let before = at("peers-minority", 11_990);
    assert_eq!(only_choice(&*before).value, "v3");
    assert_eq!(["N4", "N5"].map(|label| decided(&*before, label)), [None, None]);
    assert!(says(&*before, "N5 proposes in cycle") >= 3);
    let after = at("peers-minority", 30_000);
    assert_eq!(says(&*after, "N5 has a majority of promises and must adopt v3"), 1);
    assert_eq!(["N4", "N5"].map(|label| decided(&*after, label)), [Some("v3".into()), Some("v3".into())]);
}

/// A field of the node of that label.
fn field(run: &dyn Run, label: &str, name: &str) -> String {
    let node = run.nodes().into_iter().find(|node| node.label == label).expect("the node exists");
    let field = run.fields(node.id).into_iter().find(|field| field.name == name);
    field.unwrap_or_else(|| panic!("{label} has no {name}")).value
}

#[test]
fn the_log_is_decided_by_one_leader_and_performed_in_order() {
    let run = at("log", 60_000);
    let slots: Vec<_> = run.chosen().iter().map(|chosen| chosen.slot).collect();
    assert_eq!(slots, [1, 2, 3, 4, 5, 6]);
    assert_eq!(says(&*run, "sends a scout"), 2, "one for each leader");
    assert!(says(&*run, "L1 is preempted by 1.2") == 1 && says(&*run, "L2 answers: 1.2 is going on") > 0);
    assert!(run.chosen().iter().all(|chosen| chosen.ballot.to_string() == "1.2"));
    assert_eq!(field(&*run, "R1", "account"), field(&*run, "R2", "account"));
    assert_eq!([field(&*run, "C1", "answers"), field(&*run, "C2", "answers")], ["3", "3"]);
}

#[test]
fn a_hole_makes_the_replicas_wait() {
    let before = at("hole", 6_000);
    assert_eq!(before.chosen().iter().map(|chosen| chosen.slot).collect::<Vec<_>>(), [2]);
    for replica in ["R1", "R2"] {
        assert_eq!([field(&*before, replica, "holes"), field(&*before, replica, "slot_out")], ["1", "1"]);
    }
    assert_eq!(says(&*before, "dropped by hand"), 3);
    let after = at("hole", 20_000);
    for replica in ["R1", "R2"] {
        assert_eq!([field(&*after, replica, "holes"), field(&*after, replica, "account")], ["none", "8"]);
    }
}

#[test]
fn a_leader_that_was_left_alone_takes_over() {
    let before = at("lone-leader", 5_990);
    assert_eq!(field(&*before, "L2", "active"), "yes");
    let after = at("lone-leader", 60_000);
    assert_eq!(field(&*after, "L1", "active"), "yes");
    assert!(says(&*after, "lost: the node is down") > 0, "a ping finds nobody");
    assert!(says(&*after, "It reports 2 pvalues") >= 2);
    assert_eq!([field(&*after, "C1", "answers"), field(&*after, "C2", "answers")], ["5", "5"]);
    assert_eq!(
        after.chosen()[..2],
        before.chosen()[..2]
            .iter()
            .zip(after.chosen())
            .map(|(was, is)| ChosenView { learned: is.learned, ..was.clone() })
            .collect::<Vec<_>>()[..]
    );
}

#[test]
fn other_acceptors_vote_from_slot_five_on() {
    let run = at("reconfiguration", 60_000);
    let values: Vec<_> = run.chosen().iter().map(|chosen| (chosen.slot, chosen.value.clone())).collect();
    let no_op = |slot| (slot, "no-op".to_string());
    let first = (1, "C1#1 config A3 A4 A5".to_string());
    let mut sorted = values.clone();
    sorted.sort();
    assert_eq!(sorted, [first, no_op(2), no_op(3), no_op(4), (5, "C1#2 +5".into())]);
    assert_eq!(run.metrics().crashes, 2);
    assert_eq!(says(&*at("reconfiguration", 21_000), "sends a scout"), 1);
    assert_eq!(says(&*run, "sends a scout for ballot 1.1 to A3 A4 A5"), 1);
    assert_eq!([field(&*run, "R1", "account"), field(&*run, "R2", "account")], ["5", "5"]);
}

#[test]
fn a_local_read_is_stale_and_one_through_the_log_is_not() {
    let run = at("stale-read", 60_000);
    assert_eq!(says(&*run, "after C1#1 +5 the account is 5"), 2, "R1 performs it, and C1 is told");
    assert_eq!(says(&*run, "C2 has its answer: after C2#1 read local the account is 0"), 1);
    assert_eq!(says(&*run, "C2 has its answer: after C2#2 read the account is 5"), 1);
    let told = |text: &str| {
        run.log(0, run.events()).into_iter().find(|entry| entry.explanations.iter().any(|e| e.text.contains(text)))
    };
    let [answered, asked] = ["C1 has its answer", "C2 reads at one replica"].map(|text| told(text).expect(text).time);
    assert!(answered < asked);
}
