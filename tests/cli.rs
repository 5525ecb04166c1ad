//! The command line, as a person or a script uses it.

use std::process::{Command, Output};

fn paxos(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_paxos")).args(args).output().expect("the command line starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

#[test]
fn a_run_tells_what_happened_and_ends_with_its_digest() {
    let output = paxos(&["run", "#system=synod&proposers=1&seed=7"]);
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0));
    assert!(out.contains("P1 begins ballot 1.1 and asks for promises. (Paxos Made Simple §2.2, phase 1a)"), "{out}");
    assert!(out.contains("chosen     X at 1.1"), "{out}");
    let digest = out.lines().last().expect("a last line").strip_prefix("digest").expect("the digest").trim();
    assert_eq!(digest.len(), 16);
    let again = paxos(&["run", "proposers=1&seed=7", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&again.stdout).expect("JSON");
    assert_eq!(json["digest"], digest);
    assert_eq!(json["chosen"][0]["value"], "X");
    assert_eq!(json["link"], "system=synod&proposers=1&seed=7");
    assert!(json["metrics"]["messages"]["prepare"]["sent"].as_u64() >= Some(5));
}

#[test]
fn until_stops_the_run() {
    let early = paxos(&["run", "seed=7", "--until", "400ms", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&early.stdout).expect("JSON");
    assert_eq!(json["time"], 400_000);
    assert_eq!(json["chosen"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_violation_is_exit_1_and_named() {
    // Each proposer is content with one promise and one vote of two: both values are chosen.
    let link = "acceptors=2&proposers=2&break=small-quorum&loss=0.3&seed=1";
    let found = (1..50).find_map(|seed| {
        let output = paxos(&["run", &link.replace("seed=1", &format!("seed={seed}")), "--quiet"]);
        (output.status.code() == Some(1)).then(|| text(&output.stdout))
    });
    let out = found.expect("two values of one acceptor each");
    assert!(out.contains("BROKEN     agreement"), "{out}");
}

#[test]
fn bad_input_is_exit_2_and_names_key_and_value() {
    for (args, words) in [
        (vec!["run", "acceptors=900"], vec!["acceptors", "900", "1 to 101"]),
        (vec!["run", "colour=red"], vec!["colour", "red"]),
        (vec!["run", "--set", "loss=2"], vec!["loss", "2"]),
        (vec!["run", "--set", "loss"], vec!["loss", "KEY=VALUE"]),
        (vec!["run", "plan=1.AAAA"], vec!["plan"]),
        (vec!["run", "q1=2&q2=2"], vec!["q1", "need not meet"]),
        (vec!["run", "{\"system\":"], vec!["JSON"]),
        (vec!["run", "seed=1", "--until", "soon"], vec!["--until", "soon"]),
        (vec!["run", "@/no/such/file"], vec!["/no/such/file"]),
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
fn set_changes_links_and_files() {
    let file = std::env::temp_dir().join(format!("paxos-cli-{}.json", std::process::id()));
    std::fs::write(&file, r#"{"system":"synod","knobs":{"acceptors":3}}"#).expect("a file");
    let at = format!("@{}", file.display());
    let output = paxos(&["run", &at, "--set", "seed=5", "--set", "acceptors=7", "--json"]);
    std::fs::remove_file(&file).expect("the file goes");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["link"], "system=synod&acceptors=7&seed=5");
}

#[test]
fn knobs_are_listed() {
    let out = text(&paxos(&["knobs"]).stdout);
    for key in ["system=synod", "acceptors", "failure", "expiry", "default 500ms"] {
        assert!(out.contains(key), "{key}");
    }
}

#[test]
fn rounds_go_on_until_they_are_stopped_and_tell_what_they_measured() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;
    let args = ["run", "#system=rounds", "--num-acceptors", "7", "--acceptor-failure-prob", "0.2"];
    let mut child = Command::new(env!("CARGO_BIN_EXE_paxos"))
        .args(args)
        .args(["--endless", "--quiet"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command line starts");
    let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let lines: Vec<_> = lines.take(20).map(|line| line.expect("UTF-8")).collect();
    child.kill().expect("it still runs");
    child.wait().expect("it ended");
    assert!(lines.iter().all(|line| line.ends_with("exactly 93.4423 %")), "{lines:?}");
    let until = paxos(&[&args[..], &["--until", "60s", "--json"]].concat());
    let json: serde_json::Value = serde_json::from_slice(&until.stdout).expect("JSON");
    assert_eq!(json["link"], "system=rounds&acceptors=7&failure=0.2");
    assert_eq!(json["gauges"][0]["exact_parts_of_1e9"], 934_423_822);
    let both = paxos(&["run", "#system=rounds", "--endless", "--until", "60s"]);
    assert_eq!(both.status.code(), Some(2));
}
