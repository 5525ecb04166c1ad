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

fn run_json(args: &[&str]) -> (Option<i32>, serde_json::Value) {
    let output = paxos(&[&["run", "--json"], args].concat());
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap_or_default())
}

fn check(args: &[&str]) -> (Option<i32>, serde_json::Value) {
    let output = paxos(&[&["check", "--json"], args].concat());
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap_or_default())
}

#[test]
fn check_says_what_it_found_as_json_and_exit_code() {
    let (code, json) = check(&["acceptors=2&proposers=2&learners=0&resend=0s"]);
    assert_eq!((code, &json["verdict"]), (Some(0), &"holds".into()));
    assert_eq!((&json["states"], &json["transitions"]), (&5556.into(), &26240.into()));
    assert_eq!((&json["depth"], &json["terminal"], &json["chosen_states"]), (&25.into(), &17.into(), &4192.into()));
    assert!(json["counterexample"].is_null() && json["seconds"].is_number() && json["bytes_per_state"].is_number());
    assert!(json["sentence"].as_str().is_some_and(|sentence| sentence.contains("probability below")));
    let (_, exact) = check(&["acceptors=2&proposers=2&learners=0&resend=0s", "--exact"]);
    assert_eq!(exact["states"], 5556);
    assert!(exact["sentence"].as_str().is_some_and(|sentence| sentence.contains("whole states were compared")));
    let (_, folded) = check(&["acceptors=2&proposers=2&learners=0&resend=0s", "--symmetry"]);
    assert!(folded["states"].as_u64() < Some(5556) && folded["verdict"] == "holds");

    let (code, json) = check(&["acceptors=3&learners=0&resend=0s", "--break", "forget-promise", "--refines"]);
    assert_eq!((code, &json["property"]), (Some(1), &"refines Paxos.tla".into()));
    let steps = json["counterexample"]["steps"].as_array().expect("steps");
    assert_eq!(steps.len() as u64, json["depth"].as_u64().expect("a depth"));
    assert!(json["counterexample"]["link"].as_str().is_some_and(|link| link.starts_with("#system=synod")));
    let told = "That should be Phase1b(A1), but maxBal[A1] is 1.2.";
    assert!(json["sentence"].as_str().is_some_and(|sentence| sentence.ends_with(told)), "{}", json["sentence"]);

    let (code, json) = check(&["acceptors=5", "--max-states", "5000"]);
    assert_eq!((code, &json["verdict"]), (Some(3), &"bound".into()));
}

#[test]
fn check_knows_the_specification() {
    let (code, json) = check(&["--spec", "paxos", "--acceptors", "3", "--values", "2", "--ballots", "2"]);
    assert_eq!((code, &json["verdict"], &json["states"]), (Some(0), &"holds".into(), &3921.into()));
    let (code, json) = check(&["--spec", "paxos", "--ballots", "3", "--break", "adopt-lowest"]);
    assert_eq!((code, &json["verdict"], &json["depth"]), (Some(1), &"violated".into(), &17.into()));
    let steps = json["counterexample"]["steps"].as_array().expect("steps");
    assert_eq!((steps.len(), &steps[0]), (17, &"Phase1a(0): ballot 0 begins.".into()));
    let link = json["counterexample"]["link"].as_str().expect("the actors do the same");
    let (code, stage) = run_json(&[link, "--until", "60s"]);
    let agreement = stage["properties"].as_array().expect("properties").iter().find(|it| it["name"] == "agreement");
    assert_eq!((code, agreement.map(|it| &it["holds"])), (Some(1), Some(&false.into())));
    for (args, words) in [
        (&["--spec", "paxos", "--acceptors", "9"][..], ["acceptors", "9", "1 to 7"]),
        (&["--spec", "paxos", "--q1", "1", "--q2", "2"], ["q1", "q2=2", "need not meet"]),
        (&["--spec", "paxos", "--break", "colour"], ["colour", "no such rule", "no-raise"]),
        (&["--spec", "raft"], ["raft", "--spec", "paxos"]),
        (&["acceptors=3", "--break", "colour"], ["break", "colour", ""]),
        (&["acceptors=3", "--goal", "colour"], ["goal", "colour", "chosen-unknown"]),
    ] {
        let output = paxos(&[&["check"], args].concat());
        let err = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {err}");
        assert!(words.iter().all(|word| err.contains(word)), "{args:?}: {err}");
    }
}

#[test]
fn check_finds_livelocks() {
    let (code, json) = check(&["acceptors=3&backoff=0s", "--livelock"]);
    assert_eq!((code, &json["verdict"], &json["lasso"]["rounds"]), (Some(1), &"livelock".into(), &2.into()));
    let again = text(&paxos(&["run", json["lasso"]["link"].as_str().expect("a link"), "--json"]).stdout);
    assert!(again.contains("\"chosen\": []"), "{again}");
    let (code, json) = check(&["acceptors=2&learners=0&resend=0s", "--livelock"]);
    assert_eq!((code, &json["verdict"]), (Some(0), &"none".into()));
}
