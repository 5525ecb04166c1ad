//! What links, files and words mean, and how nonsense in them is told.

use paxos_playground::paxos::registry::SYSTEMS;
use paxos_playground::paxos::{Micros, NodeId, Notice, Timer};
use paxos_playground::scenario::{self, Names, Scenario, words};
use paxos_playground::sim::{Action, At, Intervention};

/// The notices of a link, `key: problem`.
fn told(link: &str) -> (Scenario, Vec<String>) {
    let (scenario, notices) = Scenario::from_link(link);
    (scenario, notices.iter().map(Notice::to_string).collect())
}

#[test]
fn the_link_of_the_contract_opens() {
    for link in [
        "#system=synod&acceptors=5&loss=0.1&failure=0.2&seed=42&t=3.2s",
        "system=synod&acceptors=5&loss=10%&failure=0.2&seed=42&t=3.2s",
        "https://example.org/#system=synod&acceptors=5&loss=0.1&failure=0.2&seed=42&t=3.2s",
        "https://example.org/%23system=synod&acceptors=5&loss=0.1&failure=0.2&seed=42&t=3200ms",
        "t=3.2&seed=42&failure=20%25&loss=.1&SYSTEM=Synod",
    ] {
        let (scenario, told) = told(link);
        assert_eq!(told, Vec::<String>::new(), "{link}");
        assert_eq!(scenario.link(), "system=synod&failure=0.2&loss=0.1&seed=42&t=3.2s", "{link}");
    }
}

#[test]
fn what_is_as_usual_does_not_appear() {
    assert_eq!(Scenario::default().link(), "system=synod");
    for link in ["", "#", "https://example.org/", "  ", "system=synod&acceptors=5&seed=1&speed=1&t=0s"] {
        assert_eq!(told(link), (Scenario::default(), Vec::new()), "{link}");
    }
}

#[test]
fn nonsense_is_told_with_its_key_its_value_and_what_was_used() {
    for (link, expected) in [
        ("acceptors=0", "acceptors=0: expected a whole number from 1 to 101; used 1 instead"),
        ("acceptors=many", "acceptors=many: expected a whole number from 1 to 101; used 5 instead"),
        ("acceptors=3.5", "acceptors=3.5: expected a whole number from 1 to 101; used 4 instead"),
        ("loss=1.5", "loss=1.5: expected a probability from 0 to 1, such as 0.1 or 10%; used 1 instead"),
        ("loss=-0.1", "loss=-0.1: expected a probability from 0 to 1, such as 0.1 or 10%; used 0 instead"),
        ("loss=NaN", "loss=NaN: expected a probability from 0 to 1, such as 0.1 or 10%; used 0 instead"),
        (
            "loss=0.12345678",
            "loss=0.12345678: expected a probability from 0 to 1, such as 0.1 or 10%; used 0.123457 instead",
        ),
        ("delay=1e9h", "delay=1e9h: expected a time of at most 600s, such as 400ms or 3.2s; used 600s instead"),
        ("discovery=maybe", "discovery=maybe: expected on or off; used off instead"),
        ("seed=-1", "seed=-1: expected a whole number from 0 to 18446744073709551615; used 1 instead"),
        ("speed=0", "speed=0: expected a number from 0.05 to 100 with two decimals; used 0.05 instead"),
        ("t=soon", "t=soon: expected a time of at most 10000000s, such as 400ms or 3.2s; used 0s instead"),
        ("colour=red", "colour=red: nothing is called so; left out"),
        ("v=7", "v=7: made with another version of the engine than 2, so the run may differ"),
        ("seed=1&seed=2", "seed=1: given more than once; used the last one, 2"),
        ("plan=x", "plan=x: it is damaged: the version is missing; used no plan at all"),
        ("plan=9.AAAA", "plan=9.AAAA: it has a form that this version of the page does not know; used no plan at all"),
        ("plan=1.%00", "plan=1.\0: it is damaged: some of it was lost or changed on the way; used no plan at all"),
    ] {
        assert_eq!(told(link).1, [expected], "{link}");
    }
    let (_, unknown) = told("system=raft");
    let systems = SYSTEMS.iter().map(|about| about.key).collect::<Vec<_>>().join(", ");
    assert_eq!(unknown, [format!("system=raft: there is no such system; used synod, of {systems}")]);
    let (scenario, told) = told("break=amnesia,gravity,no-raise");
    assert_eq!(scenario.link(), "system=synod&break=amnesia,no-raise");
    assert!(told[0].starts_with("break=amnesia,gravity,no-raise: expected none, or any of"), "{}", told[0]);
    assert!(told[0].ends_with("used amnesia,no-raise instead"), "{}", told[0]);
}

#[test]
fn a_long_value_is_cut_and_many_notices_are_counted() {
    let (_, told) = told(&format!("loss={}", "9".repeat(10_000)));
    assert!(told[0].starts_with("loss=99999") && told[0].contains('…') && told[0].len() < 200, "{}", told[0]);
    let (_, notices) = Scenario::from_link(&(0..1000).map(|n| format!("k{n}=1&")).collect::<String>());
    assert_eq!(notices.len(), 51);
    assert_eq!(notices[50].given, "950");
}

#[test]
fn a_plan_that_does_not_fit_the_scenario_is_left_out_as_a_whole() {
    let step = |action| Intervention { at: At { time: Micros::millis(5), after: 0 }, action };
    for (action, expected) in [
        (
            Action::Crash(NodeId(200)),
            "step 1, crash #200: there is no node #200; there are P1 to P2, A1 to A5, L1 to L2",
        ),
        (
            Action::Set("acceptors".into(), 3),
            "step 1, set acceptors 3: acceptors cannot change during a run: it takes a new one",
        ),
        (Action::Set("gravity".into(), 3), "step 1, set gravity 3: there is no knob gravity"),
        (
            Action::Fire(NodeId(0), Timer(9)),
            "step 1, fire P1 9: there is no timer 9; there are next-try, resend, ask, period, late-write",
        ),
        (Action::Request(NodeId(0), String::new()), "step 1, request P1 : a value must not be empty"),
        (Action::Partition(vec![]), "step 1, partition : every group of a partition needs a node"),
        (Action::Skew(NodeId(0), 0), "step 1, skew P1 0: a clock runs at a rate from 0.1 to 10"),
    ] {
        let plan = vec![step(Action::Heal), step(action)];
        let expected = format!("{}; used no plan at all", expected.replacen("step 1", "step 2", 1));
        let (read, notices) = Scenario::from_link(&Scenario { plan, ..Scenario::default() }.link());
        assert_eq!(read.plan, []);
        assert_eq!(notices.iter().map(|notice| &notice.problem).collect::<Vec<_>>(), [&expected]);
    }
}

#[test]
fn a_plan_out_of_order_is_put_in_order_and_told() {
    let step = |millis, action| Intervention { at: At { time: Micros::millis(millis), after: 0 }, action };
    let (crash, heal) = (step(9, Action::Crash(NodeId(3))), step(4, Action::Heal));
    let link = Scenario { plan: vec![crash.clone(), heal.clone()], ..Scenario::default() }.link();
    let (read, notices) = Scenario::from_link(&link);
    assert_eq!(read.plan, [heal, crash]);
    assert_eq!(notices[0].problem, "its steps are not in the order of time; used them in that order");
}

/// One of every kind of action, in the order in which they are numbered.
const EVERY_ACTION: [&str; 28] = [
    "crash A2",
    "restart A2",
    "pause P1",
    "resume P1",
    "slow A1 800ms",
    "skew A1 1.1",
    "wipe A3",
    "disk A1 sound",
    "disk A1 loses-last",
    "disk A1 forgets",
    "isolate A1",
    "rejoin A1",
    "cut P1>A2",
    "mend P1>A2",
    "clog P1>A2",
    "unclog P1>A2",
    "partition P1,A1,A2 | P2,A3,A4,A5",
    "heal",
    "deliver P1>A2#3",
    "delay P1>A2#3 2s",
    "duplicate P1>A2#3",
    "drop P1>A2#3.1",
    "fire P1 next-try",
    "request P1 apple",
    "join A5",
    "leave A5",
    "set loss 0.3",
    "tune P1>A2 loss 0.5",
];

/// A link with [`EVERY_ACTION`], a tenth of a second apart. It was once written, so it must be read for ever.
const EVERY_ACTION_LINK: &str = "system=synod&plan=1.HAAAAAOgjQYAAQOgjQYAAgCgjQYAAwCgjQYABAKA6jCgjQYABQLgkUOgjQYABgSgjQYABwIAoI0\
    GAAcCAaCNBgAHAgKgjQYACAKgjQYACQKgjQYACgADoI0GAAsAA6CNBgAMAAOgjQYADQADoI0GAA4CDXKgjQYAD6CNBgAQAAMDAKCNBgARAAMDAICJeqCN\
    BgASAAMDAKCNBgATAAMDAaCNBgAUAACgjQYAFQAFYXBwbGWgjQYAFgagjQYAFwagjQYAGARsb3NzwM8koI0GABkAAwRsb3NzwIQ9s4UHaw";

#[test]
fn every_kind_of_action_keeps_its_words_and_its_number() {
    let names = Names::of(&Scenario::default());
    let step = |(index, line): (usize, &&str)| {
        let action = words::parse(line, &names).expect(line);
        assert_eq!(words::write(&action, &names), *line);
        Intervention { at: At { time: Micros::millis(100 * index as u64), after: 0 }, action }
    };
    let plan: Vec<_> = EVERY_ACTION.iter().enumerate().map(step).collect();
    assert_eq!(Scenario { plan: plan.clone(), ..Scenario::default() }.link(), EVERY_ACTION_LINK);
    assert_eq!(Scenario::from_link(EVERY_ACTION_LINK), (Scenario { plan, ..Scenario::default() }, vec![]));
}

#[test]
fn words_may_be_written_freely() {
    let names = Names::of(&Scenario::default());
    for (line, plain) in [
        ("  CRASH   a2 ", "crash A2"),
        ("cut P1 -> A2", "cut P1>A2"),
        ("cut P1→A2", "cut P1>A2"),
        ("partition P1 A1 A2|P2, A3", "partition P1,A1,A2 | P2,A3"),
        ("fire P1 next try", "fire P1 next-try"),
        ("fire P1 0", "fire P1 next-try"),
        ("request P1   green apple ", "request P1 green apple"),
        ("request P1 \" x \"", "request P1 \" x \""),
        ("set LOSS 30%", "set loss 0.3"),
        ("slow A1 0.8", "slow A1 800ms"),
        ("deliver P1>A2#3.0", "deliver P1>A2#3"),
    ] {
        let action = words::parse(line, &names).expect(line);
        assert_eq!(words::write(&action, &names), plain);
    }
}

#[test]
fn words_that_mean_nothing_are_told() {
    let names = Names::of(&Scenario::default());
    for (line, problem) in [
        ("crash", "the name of a node is missing"),
        ("crash A9", "there is no node A9; there are P1 to P2, A1 to A5, L1 to L2"),
        ("crash server", "there is no node server; there are P1 to P2, A1 to A5, L1 to L2"),
        ("cut P1", "two nodes are needed, as in P1>A2"),
        ("deliver P1>A2", "the number of the letter is missing, as in P1>A2#3"),
        ("deliver P1>A2#x", "x is no number of a letter"),
        ("heal A1", "A1 is too much"),
        ("partition A1,A2 | A2", "A2 is in two groups of the partition"),
        ("partition A1,A1", "A1 is named twice"),
        ("tune P1>A2 patience 3s", "a link can be tuned in loss, duplicate, delay, jitter, not in patience"),
        ("set loss 3", "loss: expected a probability from 0 to 1, such as 0.1 or 10%"),
        ("slow A1 2h", "expected a time of at most 3600s, such as 400ms or 3.2s"),
        ("request P1 sixteen letters!", "a value has at most 15 bytes, this one has 16"),
    ] {
        let notice = words::parse(line, &names).expect_err(line);
        assert_eq!((notice.key.as_str(), notice.given.as_str(), notice.problem.as_str()), ("do", line, problem));
    }
    let notice = words::parse("explode A1", &names).expect_err("no such action");
    assert!(notice.problem.starts_with("explode is no action; actions are crash, restart,"), "{}", notice.problem);
}

#[test]
fn the_server_in_the_middle_can_crash_where_there_is_one() {
    let (with_server, _) = Scenario::from_link("transport=server");
    let names = Names::of(&with_server);
    let crash = words::parse("crash server", &names).expect("there is a server");
    assert_eq!(crash, Action::Crash(NodeId(9)));
    assert_eq!(words::write(&crash, &names), "crash server");
    let json = r#"{"plan": [{"at": "1s", "do": "set transport server"}, {"at": "2s", "do": "crash server"}]}"#;
    let (switched, notices) = Scenario::from_json(json).expect("this is JSON");
    assert_eq!((switched.plan.len(), notices), (2, vec![]));
    assert_eq!(Scenario::from_link(&switched.link()), (switched, vec![]));
}

#[test]
fn a_file_is_as_a_person_would_write_it() {
    let file = r#"{
  "system": "synod",
  "seed": 42,
  "knobs": {
    "acceptors": 4,
    "break": "amnesia,no-raise",
    "delay": "400ms",
    "loss": 0.1
  },
  "plan": [
    { "at": "1.2s", "do": "crash A2" },
    { "at": "1.5s", "after": 2, "do": "heal" }
  ],
  "show": { "t": "3.2s", "speed": 0.5 },
  "engine": 2
}
"#;
    let (scenario, notices) = Scenario::from_json(file).expect("this is JSON");
    assert_eq!(notices, []);
    let in_order = file
        .replace("    \"delay\": \"400ms\",\n    \"loss\": 0.1\n", "    \"loss\": 0.1,\n    \"delay\": \"400ms\"\n");
    assert_eq!(scenario.to_json(), in_order);
    let loose = r#"{"seed": "42", "$schema": "x", "knobs": {"delay": 0.4, "loss": "10%", "acceptors": "4",
        "break": ["amnesia", "no-raise"], "discovery": false}, "show": {"t": 3.2, "speed": "0.5"},
        "plan": [{"at": 1.2, "do": "crash a2"}, {"at": "1500ms", "after": 2, "do": "heal"}]}"#;
    assert_eq!(Scenario::from_text(loose).expect("this is JSON"), (scenario, vec![]));
}

#[test]
fn nonsense_in_a_file_is_told() {
    let told = |text: &str| -> Vec<String> {
        let (_, notices) = Scenario::from_json(text).expect("this is JSON");
        notices.iter().map(Notice::to_string).collect()
    };
    assert_eq!(told(r#"{"acceptors": 3}"#), ["acceptors=3: a knob belongs under knobs; used all the same"]);
    assert_eq!(told(r#"{"knobs": 3}"#), ["knobs=3: expected an object in braces; left out"]);
    assert_eq!(told(r#"{"seed": null}"#), ["seed=null: expected a number or a text; left at its default"]);
    assert_eq!(
        told(r#"{"engine": 3}"#),
        ["engine=3: made with another version of the engine than 2, so the run may differ"]
    );
    assert_eq!(told(r#"{"show": {"zoom": 3}}"#), ["zoom=3: a file shows t and speed; left out"]);
    assert_eq!(
        told(r#"{"plan": [{"at": "1s", "do": "crash A9"}, {"do": "heal"}]}"#),
        [
            "plan[0]={\"at\":\"1s\",\"do\":\"crash A9\"}: there is no node A9; there are P1 to P2, A1 to A5, L1 to L2",
            "plan[1]={\"do\":\"heal\"}: at is missing: when the step acts, such as 1.2s",
            "plan=2 steps: 2 of its steps cannot be used; used no plan at all",
        ]
    );
    let error = Scenario::from_text("{\"system\": synod}").expect_err("this is no JSON");
    assert!(
        error.problem.starts_with("this is no JSON: Unexpected char: 's' at line 1 column 12"),
        "{}",
        error.problem
    );
    assert_eq!(Scenario::from_text("[1]").expect_err("no object").problem, "a scenario is an object in braces");
}

#[test]
fn every_key_means_one_thing() {
    for about in SYSTEMS {
        let mut keys: Vec<_> = scenario::knobs_of(about).map(|knob| knob.key).collect();
        keys.extend(["system", "seed", "speed", "t", "plan", "v"]);
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count, "two knobs of {} share a key", about.key);
        assert!(keys.iter().all(|key| key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')));
    }
}

#[test]
fn the_schema_is_that_of_this_version() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/static/scenario.schema.json");
    let schema = scenario::schema::write();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &schema).expect("the file can be written");
    }
    let shipped = std::fs::read_to_string(path).unwrap_or_default();
    assert!(shipped == schema, "run the tests with UPDATE=1 to rewrite {path}");
    for knob in SYSTEMS.iter().flat_map(|about| scenario::knobs_of(about)) {
        assert!(schema.contains(&format!("\"{}\": {{", knob.key)), "the schema does not name {}", knob.key);
    }
}
