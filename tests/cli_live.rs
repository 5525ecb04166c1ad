//! Runs that go on until somebody stops them, knobs as arguments, figures, and the comparison of all systems.

use paxos_playground::paxos::registry::SYSTEMS;
use paxos_playground::run::compare::{Comparison, Workload};
use paxos_playground::scenario::knobs_of;
use serde_json::Value as Json;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Output, Stdio};

fn paxos(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_paxos")).args(args).output().expect("the command line starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn json(args: &[&str]) -> Json {
    let output = paxos(args);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Endless rounds as Toy Paxos was started; a line each few seconds where nobody looks, and a summary on Ctrl-C.
#[cfg(unix)]
#[test]
fn an_endless_run_tells_how_it_stands_until_ctrl_c() {
    let args = ["run", "--system", "rounds", "--num-acceptors", "5", "--acceptor-failure-prob", "0.1"];
    let mut child = Command::new(env!("CARGO_BIN_EXE_paxos"))
        .args(args)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command line starts");
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    out.read_line(&mut line).expect("a line");
    assert!(line.contains(" events  ") && line.contains("; exactly 98.2953 %"), "{line}");
    assert_eq!(child.try_wait().expect("its state"), None, "it goes on");
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill starts");
    assert!(killed.success());
    let mut rest = String::new();
    out.read_to_string(&mut rest).expect("the summary");
    assert_eq!(child.wait().expect("its end").code(), Some(0));
    assert!(rest.contains("holds      agreement") && rest.contains("measured   rounds decided"), "{rest}");
    assert!(rest.lines().last().expect("a last line").starts_with("digest"), "{rest}");
}

#[test]
fn a_run_of_a_system_ends_where_nothing_more_can_happen_or_where_it_was_told_to() {
    let out = text(&paxos(&["run", "--system", "peers", "--seed", "3"]).stdout);
    assert!(out.contains("chosen     v") && !out.contains("N1 starts"), "{out}");
    let early = json(&["run", "--system", "peers", "--events", "12", "--json"]);
    assert_eq!(early["events"], 12);
    let until = json(&["run", "--system", "rounds", "--until", "90s", "--json"]);
    assert_eq!(until["time"], 90_000_000);
    let log = text(&paxos(&["run", "--system", "peers", "--log", "--until", "3s"]).stdout);
    assert!(log.contains("N1 starts") && log.contains("proposes in cycle 1"), "{log}");
    let some = text(&paxos(&["run", "--system", "peers", "--log", "--events", "3"]).stdout);
    assert_eq!(some.lines().filter(|line| line.contains(" starts")).count(), 3, "{some}");
}

#[test]
fn every_knob_of_every_system_is_an_argument_and_so_are_the_spellings_of_old() {
    for about in SYSTEMS {
        let help = text(&paxos(&["run", "--system", about.key, "--help"]).stdout);
        for knob in knobs_of(about) {
            assert!(help.contains(&format!("--{} <VALUE>", knob.key)), "{}: {}\n{help}", about.key, knob.key);
        }
        let knobs = text(&paxos(&["knobs", about.key]).stdout);
        assert!(knobs.starts_with(&format!("system={} ", about.key)), "{knobs}");
        assert_eq!(knobs.matches("system=").count(), 1);
    }
    let link = |args: &[&str]| json(&[&["run", "--json", "--until", "1ms"], args].concat())["link"].clone();
    let peers = ["--system", "peers", "--nodes", "7", "--x", "0.2", "--loss", "10%", "--seed", "9"];
    assert_eq!(link(&peers), "system=peers&nodes=7&x=0.2&loss=0.1&seed=9");
    let rounds = ["--system", "rounds", "--num-acceptors", "7", "--acceptor-failure-prob", "0.3"];
    assert_eq!(link(&rounds), "system=rounds&acceptors=7&failure=0.3");
    assert_eq!(link(&["--system", "leader", "--failure-rate", "25"]), "system=leader&failure=0.25");
    assert_eq!(link(&["system=peers&nodes=3", "--x", "1"]), "system=peers&nodes=3&x=1", "a link names its system too");
}

#[test]
fn values_are_asked_for_at_the_beginning() {
    let proposed = json(&["run", "--system", "synod", "--proposers", "1", "--propose", "Z9", "--json"]);
    assert_eq!(proposed["chosen"][0]["value"], "Z9");
    let many = json(&["run", "--system", "leader", "--commands", "0", "--autopropose", "--until", "60s", "--json"]);
    assert_eq!(many["chosen"].as_array().map(Vec::len), Some(20));
    let again = json(&["run", many["link"].as_str().expect("a link"), "--until", "60s", "--json"]);
    assert_eq!(again["digest"], many["digest"], "the link of such a run holds what was asked for");
}

#[test]
fn bad_arguments_are_exit_2_and_name_key_and_value() {
    for (args, words) in [
        (vec!["run", "--system", "raft"], vec!["--system", "raft", "peers"]),
        (vec!["run", "--system", "peers", "--nodes", "900"], vec!["nodes", "900", "1 to 101"]),
        (vec!["run", "--system", "peers", "--x", "much"], vec!["x", "much", "probability"]),
        (vec!["run", "--system", "peers", "--acceptors", "3"], vec!["--acceptors"]),
        (vec!["run", "--system", "peers", "--autopropose"], vec!["--autopropose", "peers"]),
        (vec!["run", "--system", "leader", "--propose", "forty"], vec!["--propose", "forty"]),
        (vec!["run", "--system", "peers", "--seed", "-1"], vec!["seed", "-1"]),
        (vec!["run", "--events", "few"], vec!["--events", "few"]),
        (vec!["run", "--metrics", "xml"], vec!["--metrics", "xml", "csv"]),
        (vec!["knobs", "raft"], vec!["raft"]),
        (vec!["compare", "--loss", "2"], vec!["loss", "2"]),
        (vec!["compare", "--set", "gravity=1"], vec!["gravity", "1"]),
        (vec!["compare", "--wait", "soon"], vec!["--wait", "soon"]),
    ] {
        let output = paxos(&args);
        let err = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {err}");
        assert!(output.stdout.is_empty(), "{args:?} ran something");
        for word in words {
            assert!(err.contains(word), "{args:?}: {err}");
        }
    }
}

#[test]
fn figures_come_as_json_and_as_csv() {
    let run = ["run", "system=synod&proposers=1&learners=1", "--metrics"];
    let figures = json(&[&run[..], &["json"]].concat());
    assert_eq!((&figures["sent"]["all"], &figures["decisions"]), (&Json::from(25), &Json::from(1)));
    let csv = text(&paxos(&[&run[..], &["csv"]].concat()).stdout);
    assert!(csv.starts_with("metric,of,value\r\n") && csv.contains("\r\nsent,all,25\r\n"), "{csv}");
    assert!(csv.contains("\r\nmessages_per_decision_hundredths,,2500\r\n"), "{csv}");
}

#[test]
fn all_systems_are_compared_under_the_same_work() {
    let table = json(&["compare", "--commands", "5", "--json"]);
    let rows = table.as_array().expect("a list");
    assert_eq!(rows.len(), SYSTEMS.len());
    for row in rows {
        assert_eq!((&row["asked"], &row["answered"]), (&Json::from(5), &Json::from(5)), "{row}");
        assert_eq!((&row["lost"], &row["availability_millionths"]), (&Json::from(0), &Json::from(1_000_000)), "{row}");
        assert!(row["messages"].as_u64() >= Some(50), "{row}");
        let latency = |what: &str| row["latency_us"][what].as_u64().expect("a latency");
        assert!(latency("median") >= 1_000_000, "an answer takes two round trips or more: {row}");
        assert!(latency("median") <= latency("p95") && latency("p95") <= latency("max"));
    }
    assert_eq!(table, json(&["compare", "--commands", "5", "--json"]), "it is the same each time");
    let lossy = json(&["compare", "--commands", "5", "--loss", "0.3", "--json"]);
    assert!(lossy.as_array().expect("a list").iter().all(|row| row["lost"].as_u64() > Some(0)));
    let nodes = json(&["compare", "--commands", "2", "--acceptors", "9", "--nodes", "9", "--json"]);
    for (few, many) in rows.iter().zip(nodes.as_array().expect("a list")) {
        let cost = |row: &Json| row["messages_per_command_hundredths"].as_u64();
        assert!(cost(many) > cost(few), "nine nodes cost more than five: {many} {few}");
    }
}

#[test]
fn a_comparison_comes_to_the_same_in_slices_of_any_size() {
    let workload = || Workload {
        commands: 4,
        settings: vec![("loss".into(), "0.1".into()), ("failure".into(), "0.1".into())],
        ..Workload::default()
    };
    let run = |slice: u64| {
        let (mut comparison, notices) = Comparison::new(workload());
        assert_eq!(notices, []);
        let mut turns = 0;
        while !comparison.go_on(slice) {
            turns += 1;
            assert!(comparison.standings().iter().all(|standing| standing.answered <= standing.asked));
        }
        (turns, format!("{:?}", comparison.standings()))
    };
    let (whole, slices) = (run(u64::MAX), run(20));
    assert_eq!(whole.1, slices.1);
    assert!(slices.0 > 10, "it stops in between");
}

/// A command that cannot be answered is given up, and the next one is asked for.
#[test]
fn a_comparison_ends_also_where_nothing_gets_through() {
    let settings = vec![("loss".into(), "1".into())];
    let (mut comparison, _) = Comparison::new(Workload { commands: 3, settings, ..Workload::default() });
    while !comparison.go_on(100_000) {}
    for standing in comparison.standings() {
        assert_eq!((standing.asked, standing.answered, standing.cost()), (3, 0, None), "{}", standing.about.key);
        assert!(standing.lost > 0, "{}", standing.about.key);
    }
}
