//! What people see of a run: tables, helpers, fields.

use super::common::Pmmcs;
use super::rules::crossed;
use paxos_playground::paxos::{RowMark, System, Table};

fn tables(run: &Pmmcs, label: &str) -> Vec<Table> {
    run.world.system().tables(run.id(label), run.actor(label))
}

/// Slot 2 is decided, slot 1 is not; R1 has proposed in both.
fn with_a_hole() -> Pmmcs {
    let mut run = crossed("leaders=1&acceptors=1");
    run.deliver("R1", "L1", "propose C1#1 +1 in slot 1");
    run.deliver("R1", "L1", "propose C2#1 +10 in slot 2");
    run.phase_2("L1", 2, &["A1"]);
    run.deliver("L1", "R1", "decision: slot 2");
    run
}

#[test]
fn a_replica_shows_its_slots_with_slot_in_slot_out_window_and_holes() {
    let run = with_a_hole();
    let slots = &tables(&run, "R1")[0];
    let shown: Vec<_> =
        slots.rows.iter().map(|row| (row.mark, row.cells.iter().map(String::as_str).collect::<Vec<_>>())).collect();
    assert_eq!(shown[0], (RowMark::Hole, vec!["1", "C1#1 +1", "hole", "slot_out", "A1"]));
    assert_eq!(shown[1], (RowMark::Pending, vec!["2", "C2#1 +10", "decided, waits for a hole", "", "A1"]));
    assert_eq!(shown[2], (RowMark::Plain, vec!["3", "", "free", "slot_in", "A1"]));
    assert_eq!(shown[3], (RowMark::Plain, vec!["4", "", "free", "end of WINDOW", "A1"]));
    assert_eq!((shown.len(), slots.before), (4, 0));
}

#[test]
fn a_leader_shows_its_proposals_and_its_helpers() {
    let run = with_a_hole();
    let proposals = &tables(&run, "L1")[0];
    assert_eq!(proposals.rows[0].cells, ["1", "C1#1 +1", "commander at work", ""]);
    assert_eq!((proposals.rows[1].mark, proposals.rows[1].cells[2].as_str()), (RowMark::Done, "decided"));
    let look = |run: &Pmmcs, label: &str| run.world.system().look(run.id(label), run.actor(label));
    let [commander] = &look(&run, "L1").helpers[..] else { panic!("one commander") };
    assert_eq!((commander.label.as_str(), commander.count), ("commander 1", (0, 1)));

    let mut run = Pmmcs::by_hand("commands=0&acceptors=5");
    run.fire("L1", paxos_playground::paxos::pmmc::timer::NEXT);
    run.phase_1("L1", &["A1", "A2"]);
    let [scout] = &look(&run, "L1").helpers[..] else { panic!("one scout") };
    assert_eq!((scout.label.as_str(), scout.count), ("scout 1.1", (2, 3)));
    run.phase_1("L1", &["A3"]);
    assert!(look(&run, "L1").helpers.is_empty(), "helpers are short-lived");
}

#[test]
fn acceptors_show_pvalues_and_clients_their_commands_with_answers() {
    let mut run = with_a_hole();
    assert_eq!(tables(&run, "A1")[0].rows[0].cells, ["2", "1.1", "C2#1 +10", "A1"]);
    run.phase_2("L1", 1, &["A1"]);
    run.deliver("L1", "R1", "decision: slot 1");
    run.deliver("R1", "C2", "response");
    run.ask("C2", "*3");
    run.ask("C2", "read");
    let commands = &tables(&run, "C2")[0];
    let shown: Vec<_> = commands.rows.iter().map(|row| (row.mark, row.cells[2].as_str())).collect();
    let expected = [(RowMark::Done, "11"), (RowMark::Pending, "no answer yet"), (RowMark::Plain, "not asked yet")];
    assert_eq!(shown, expected);
}

/// A long log shows its latest slots and says how many came before.
#[test]
fn a_long_table_holds_only_the_latest_rows() {
    let mut run = Pmmcs::new("commands=60&think=50ms&gc=0&delay=20ms&jitter=10ms", 1);
    run.advance(paxos_playground::paxos::Micros(60_000_000));
    let slots = &tables(&run, "R1")[0];
    let first: u64 = slots.rows[0].cells[0].parse().expect("a slot");
    assert_eq!((slots.rows.len(), first), (60, slots.before + 1));
    assert!(slots.before > 30 && run.all_hold());
}
