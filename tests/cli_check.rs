//! `paxos check`, where it is asked for what cannot be, and where it is interrupted.

use serde_json::Value as Json;
use std::process::{Command, Output, Stdio};

fn paxos(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_paxos")).args(args).output().expect("the command line starts")
}

/// Exit code, standard output, which is one JSON object, and standard error.
fn check(args: &[&str]) -> (Option<i32>, Json, String) {
    let output = paxos(&[&["check", "--json"], args].concat());
    let err = String::from_utf8(output.stderr).expect("UTF-8");
    let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{args:?}: {why}"));
    (output.status.code(), json, err)
}

fn text<'a>(json: &'a Json, key: &str) -> &'a str {
    json[key].as_str().unwrap_or_default()
}

#[test]
fn the_steps_of_a_way_are_as_many_as_it_is_deep() {
    for (link, args, told) in [
        ("acceptors=3&learners=0&resend=0s", &["--wipes", "1"][..], "A1 loses its disk"),
        ("acceptors=3&learners=0&machines=shared", &["--wipes", "1"], "The machine of P1, A1 loses its disk"),
        ("acceptors=3&learners=0&machines=shared&break=amnesia", &["--crashes", "1"], "The machine of P1, A1 restarts"),
        ("acceptors=3&learners=0&resend=0s&break=amnesia", &["--crashes", "1"], "A1 comes up again"),
        ("acceptors=3&learners=0&disk=forgets", &["--crashes", "1"], "A1 comes up again"),
        ("system=rounds&acceptors=3&failure=0.1&break=count-replies", &[], "P1 counts"),
        ("acceptors=3&learners=0", &["--goal", "two-in-phase-2"], "P2 has a quorum of promises"),
        // One node chooses alone as it starts: that is no step.
        ("system=leader&nodes=3&break=small-quorum", &[], ""),
    ] {
        let (code, json, _) = check(&[&[link], args].concat());
        assert_eq!(code, Some(i32::from(json["verdict"] == "violated")), "{link}: {json:#}");
        let steps = json["counterexample"]["steps"].as_array().expect("steps");
        assert_eq!(steps.len() as u64, json["depth"].as_u64().expect("a depth"), "{link}: {steps:#?}");
        let has = |step: &Json| step.as_str().is_some_and(|step| step.contains(told));
        assert!(told.is_empty() || steps.iter().any(has), "{link}: {steps:#?}");
        let way = json["counterexample"]["link"].as_str().expect("a link");
        let run: Json = serde_json::from_slice(&paxos(&["run", way, "--json"]).stdout).expect("JSON");
        let broken = run["properties"].as_array().expect("properties").iter().find(|it| it["holds"] == false);
        assert_eq!(broken.map_or(&Json::Null, |broken| &broken["name"]), &json["property"], "{link}");
    }
}

#[test]
fn what_is_asked_for_and_not_done_is_told() {
    let link = "acceptors=3&proposers=1&learners=0&resend=0s";
    let many = "acceptors=6&proposers=1&learners=0";
    let by_hand = "acceptors=2&learners=0&loss=0.5&plan=1.BIDqMAAUAACA6jAAFAEAgOowABABAgAAgOowABAAAgAAN368-w";
    for (args, told) in [
        (&[link, "--symmetry", "--forget"][..], &[][..]),
        (&[many, "--symmetry"], &["--symmetry: "]),
        (&["system=leader", "--symmetry", "--forget"], &["--symmetry: ", "--forget: "]),
        (&[by_hand], &["loss=0.5: ", "plan=4 interventions: "]),
        (&[many, "--network", "once"], &["resend=2.5s: "]),
        (&[link, "--network", "once"], &[]),
    ] {
        let (_, json, err) = check(&[args, &["--max-states", "500"]].concat());
        let notices: Vec<_> = json["notices"].as_array().expect("notices").iter().filter_map(Json::as_str).collect();
        assert_eq!(notices.len(), told.len(), "{args:?}: {notices:?}");
        for (notice, begin) in notices.iter().zip(told) {
            assert!(notice.starts_with(begin) && err.contains(notice), "{args:?}: {notice}");
        }
    }
}

#[test]
fn a_verdict_says_within_which_bounds_it_holds_and_how_sure_it_is() {
    let link = "acceptors=2&proposers=1&learners=0&resend=0s&break=equal-only";
    let args = [link, "--break", "string-ballots", "--network", "once", "--crashes", "2", "--rounds", "2"];
    let (code, json, _) = check(&args);
    assert_eq!((code, &json["switched_off"]), (Some(0), &serde_json::json!(["equal-only", "string-ballots"])));
    let sentence = text(&json, "sentence");
    assert!(sentence.contains("even with equal-only, string-ballots switched off"), "{sentence}");
    let once = "each message at most once, in any order, or never";
    let bounds =
        format!("1 proposer, 2 acceptors; {once}; any timer whenever it is set; rounds up to 2; 2 crashes, 2 restarts");
    assert_eq!(text(&json, "bounds"), bounds);

    let (code, json, _) = check(&["acceptors=5", "--max-states", "5000"]);
    let (depth, sentence) = (json["depth"].as_u64().expect("a depth"), text(&json, "sentence"));
    let told =
        format!("nothing found in all runs of up to {depth} steps; then the limit of 5000 states was reached (a");
    assert!(code == Some(3) && sentence.starts_with(&told) && sentence.contains("probability below"), "{sentence}");
    let (code, json, _) = check(&["acceptors=5", "--max-memory", "2"]);
    assert!(code == Some(3) && text(&json, "sentence").contains("the limit of 2 MiB of memory"), "{json:#}");
    let (_, json, _) = check(&["--spec", "paxos", "--ballots", "1"]);
    assert_eq!(text(&json, "bounds"), "Paxos.tla with 3 acceptors, 2 values, 1 ballot, quorums of 2 and 2");
}

#[test]
fn bad_input_is_json_too_and_names_what_is_wrong() {
    for (args, word) in [
        (&["acceptors=0"][..], "acceptors=0"),
        (&["--goal", "colour"], "--goal colour"),
        (&["--threads", "0"], "--threads"),
        (&["--rounds", "-1"], "-1"),
        (&["--rounds", "4294967296"], "--rounds"),
        (&["--break", ""], "--break"),
        (&["--refines", "--goal", "chosen"], "--refines"),
        (&["--exact", "--symmetry"], "--exact"),
        (&["--acceptors", "3"], "--spec"),
        (&["--spec", "paxos", "--network", "once"], "--network"),
        (&["--spec", "paxos", "--restarts", "1"], "--restarts"),
        (&["--spec", "paxos", "--q1", "4"], "q1=4"),
        (&["--spec", "paxos", "acceptors=3"], "SCENARIO"),
    ] {
        let (code, json, err) = check(args);
        let told = json["error"][0].as_str().unwrap_or_default();
        assert_eq!(code, Some(2), "{args:?}");
        assert!(told.contains(word) && err.contains(word), "{args:?}: {told}");
    }
}

#[test]
fn a_system_that_knows_no_later_rounds_is_not_searched_for_loops() {
    let (code, json, _) = check(&["system=pmmc&acceptors=1&replicas=1&clients=1&leaders=2&backoff=0s", "--livelock"]);
    assert_eq!((code, &json["verdict"]), (Some(3), &"bound".into()));
    assert!(text(&json, "sentence").starts_with("nobody knows: "), "{json:#}");
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_a_check_with_what_is_known() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_paxos"));
    let child = command.args(["check", "acceptors=7&proposers=3", "--json"]).stdout(Stdio::piped());
    let child = child.stderr(Stdio::piped()).spawn().expect("the command line starts");
    // The first line on how it stands comes after two seconds.
    std::thread::sleep(std::time::Duration::from_secs(2));
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(killed.success());
    let output = child.wait_with_output().expect("it ends");
    let json: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((output.status.code(), &json["verdict"]), (Some(3), &"stopped".into()));
    assert!(text(&json, "sentence").contains("steps; then it was interrupted"), "{json:#}");
}
