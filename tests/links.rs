//! A scenario survives its link, its file and its words, and nonsense in any of them is told and never panics.

use paxos_playground::paxos::registry::SYSTEMS;
use paxos_playground::paxos::{About, Kind, Knob, Micros, NodeId, NodeSet, Notice, Timer};
use paxos_playground::scenario::{self, MAX_SPAN, MAX_TIME, Names, SPEEDS, Scenario, Show, words};
use paxos_playground::sim::{Action, At, Disk, Intervention, Letter, settings};
use proptest::prelude::*;
use proptest::sample::select;

/// Any value of the knob.
fn value_of(knob: &Knob) -> BoxedStrategy<i64> {
    match knob.kind {
        Kind::Count { min, max } => (min..=max).boxed(),
        Kind::Probability { max } | Kind::Duration { max } => {
            prop_oneof![0..=max, Just(0), Just(max), (0..=max / 100_000).prop_map(|n| n * 100_000)].boxed()
        }
        Kind::Choice(words) => (0..words.len() as i64).boxed(),
        Kind::Flag => (0..=1i64).boxed(),
        Kind::Set(words) => (0..1i64 << words.len()).boxed(),
    }
}

/// Any knob that `wanted` accepts, with any value.
fn setting(about: &'static About, wanted: fn(&Knob) -> bool) -> impl Strategy<Value = (&'static Knob, i64)> {
    let knobs: Vec<_> = scenario::knobs_of(about).filter(|knob| wanted(knob)).collect();
    select(knobs).prop_flat_map(|knob| value_of(knob).prop_map(move |value| (knob, value)))
}

fn span() -> impl Strategy<Value = Micros> {
    prop_oneof![0..=MAX_SPAN.0, 0..5_000u64].prop_map(Micros)
}

/// Any action that can be done where there are `count` nodes.
fn action(about: &'static About, count: u8) -> impl Strategy<Value = Action> {
    let node = move || (0..count).prop_map(NodeId);
    let pair = move || (node(), node());
    let letter = move || {
        (node(), node(), any::<u32>(), any::<u8>()).prop_map(|(from, to, number, copy)| Letter {
            from,
            to,
            number,
            copy,
        })
    };
    let disk = select(vec![Disk::Sound, Disk::LosesLast, Disk::Forgets]);
    let tunable = vec![&settings::LOSS, &settings::DUPLICATE, &settings::DELAY, &settings::JITTER];
    let tuned = select(tunable).prop_flat_map(|knob| value_of(knob).prop_map(move |value| (knob.key, value)));
    let text = "[ \"a-zäß>#=|&%✓]{1,5}".prop_filter("short enough", |text: &String| text.len() <= 15);
    let timer = (0..about.timers.len() as u8).prop_map(Timer);
    let groups = prop::collection::vec(0..4usize, usize::from(count)).prop_map(|of| {
        let group = |wanted: usize| (0..of.len()).filter(|&n| of[n] == wanted).map(|n| NodeId(n as u8)).collect();
        (0..3).map(group).filter(|group: &NodeSet| !group.is_empty()).collect::<Vec<_>>()
    });
    let of_node = (node(), 0..8usize).prop_map(|(node, which)| {
        use Action::*;
        [Crash, Restart, Pause, Resume, Wipe, Isolate, Rejoin, Join][which](node)
    });
    let of_pair = (pair(), 0..4usize).prop_map(|((from, to), which)| {
        use Action::*;
        [Cut, Mend, Clog, Unclog][which](from, to)
    });
    let of_letter = (letter(), 0..3usize).prop_map(|(letter, which)| {
        use Action::*;
        [Deliver, Duplicate, Drop][which](letter)
    });
    prop_oneof![
        4 => of_node,
        2 => of_pair,
        2 => of_letter,
        1 => node().prop_map(Action::Leave),
        1 => (node(), span()).prop_map(|(node, span)| Action::Slow(node, span)),
        1 => (node(), 100_000..=10_000_000u32).prop_map(|(node, rate)| Action::Skew(node, rate)),
        1 => (node(), disk).prop_map(|(node, disk)| Action::Disk(node, disk)),
        1 => groups.prop_filter("some group", |groups| !groups.is_empty()).prop_map(Action::Partition),
        1 => Just(Action::Heal),
        1 => (letter(), span()).prop_map(|(letter, span)| Action::Delay(letter, span)),
        1 => (node(), timer).prop_map(|(node, timer)| Action::Fire(node, timer)),
        1 => (node(), text).prop_map(|(node, text)| Action::Request(node, text)),
        1 => setting(about, |knob| knob.live).prop_map(|(knob, value)| Action::Set(knob.key.into(), value)),
        1 => (pair(), tuned).prop_map(|((from, to), (key, value))| Action::Tune(from, to, key.into(), value)),
    ]
}

fn time() -> impl Strategy<Value = Micros> {
    prop_oneof![0..20_000_000u64, 0..=MAX_TIME.0, (0..50u64).prop_map(|n| n * 100_000)].prop_map(Micros)
}

/// Everything but the plan, for a system in which every knob may be set.
fn settled(about: &'static About) -> impl Strategy<Value = Scenario> {
    let knobs = prop::collection::vec(setting(about, |_| true), 0..12);
    let seed = prop_oneof![any::<u64>(), 0..100u64];
    let show = (time(), SPEEDS.0..=SPEEDS.1).prop_map(|(time, speed)| Show { time, speed });
    (knobs, seed, show).prop_map(move |(knobs, seed, show)| {
        let mut scenario = Scenario { seed, show, ..Scenario::of(about) };
        for (knob, value) in knobs {
            scenario.knobs.set(knob, value);
        }
        scenario
    })
}

/// How many nodes the scenario has.
fn nodes(scenario: &Scenario) -> u8 {
    let names = Names::of(scenario);
    (0..=u8::MAX).find(|n| names.check(&Action::Pause(NodeId(*n))).is_err()).expect("no system has 256 nodes")
}

/// Any scenario of any system that is valid in every part.
fn any_scenario() -> impl Strategy<Value = Scenario> {
    let systems: Vec<&'static About> = SYSTEMS.to_vec();
    select(systems).prop_flat_map(settled).prop_flat_map(|scenario| {
        let at = (time(), 0..5u32).prop_map(|(time, after)| At { time, after });
        let step = (at, action(scenario.about(), nodes(&scenario)));
        let plan = prop::collection::vec(step.prop_map(|(at, action)| Intervention { at, action }), 0..12);
        plan.prop_map(move |mut plan| {
            plan.sort_by_key(|step| step.at);
            Scenario { plan, ..scenario.clone() }
        })
    })
}

/// What a system says to its knobs is no fault of the link.
fn about_the_text(notices: &[Notice]) -> Vec<&Notice> {
    notices.iter().filter(|notice| !["q1", "q2"].contains(&notice.key.as_str())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_scenario_survives_its_link(scenario in any_scenario()) {
        let link = scenario.link();
        let (read, notices) = Scenario::from_link(&link);
        prop_assert_eq!(about_the_text(&notices), Vec::<&Notice>::new(), "{}", link);
        prop_assert_eq!(&read, &scenario, "{}", link);
        prop_assert_eq!(read.link(), link.clone());
        prop_assert!(link.is_ascii() && !link.contains(['#', ' ', '"', '<', '>']), "{}", link);
    }

    #[test]
    fn a_scenario_survives_a_link_that_was_encoded_on_the_way(scenario in any_scenario()) {
        let encoded: String = scenario.link().bytes().map(|byte| format!("%{byte:02X}")).collect();
        prop_assert_eq!(&Scenario::from_link(&encoded).0, &scenario);
        let escaped = format!("https://example.org/play?x=1#{}", scenario.link().replace('&', "&amp;"));
        prop_assert_eq!(&Scenario::from_link(&escaped).0, &scenario);
    }

    #[test]
    fn a_scenario_survives_its_file(scenario in any_scenario()) {
        let file = scenario.to_json();
        let (read, notices) = Scenario::from_text(&file).expect("what we write is JSON");
        prop_assert_eq!(about_the_text(&notices), Vec::<&Notice>::new(), "{}", file);
        prop_assert_eq!(&read, &scenario, "{}", file);
    }

    #[test]
    fn an_action_survives_its_words(scenario in any_scenario()) {
        let names = Names::of(&scenario);
        for Intervention { action, .. } in &scenario.plan {
            let line = words::write(action, &names);
            prop_assert_eq!(words::parse(&line, &names), Ok(action.clone()), "{}", line);
        }
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in any::<String>(), bytes in any::<Vec<u8>>()) {
        let names = Names::of(&Scenario::default());
        for text in [text.as_str(), &String::from_utf8_lossy(&bytes)] {
            let (read, _) = Scenario::from_link(text);
            prop_assert_eq!(&Scenario::from_link(&read.link()).0, &read);
            let _ = Scenario::from_json(text);
            let _ = Scenario::from_text(text);
            let _ = words::parse(text, &names);
            let _ = scenario::decode_plan(text);
        }
    }

    #[test]
    fn text_that_looks_like_a_link_is_read_without_a_panic(
        text in "#?((system|acceptors|q1|loss|delay|break|speed|seed|t|v|plan|plan=1.)(=|%3D|=-|)[0-9a-z.,%+-]{0,6}&?){0,8}"
    ) {
        let (read, _) = Scenario::from_link(&text);
        prop_assert_eq!(Scenario::from_link(&read.link()).0, read);
    }

    #[test]
    fn text_that_looks_like_a_file_is_read_without_a_panic(
        fields in prop::collection::vec(
            "\"(system|seed|knobs|plan|show|engine|acceptors|at|do)\":\
             (\"[a-z0-9.]{0,5}\"|-?[1-9][0-9]{0,3}|true|null|\\[\\]|\\{\"loss\":-1,\"t\":\"x\"\\}|\\[\\{\"at\":1,\"do\":\"heal\"\\},7\\])",
            0..6,
        )
    ) {
        let text = format!("{{{}}}", fields.join(","));
        let (read, _) = Scenario::from_json(&text).expect("this is JSON");
        prop_assert_eq!(Scenario::from_json(&read.to_json()).expect("and so is this").0, read);
    }

    #[test]
    fn words_near_the_right_ones_are_read_without_a_panic(
        line in "(crash|slow|skew|disk|cut|partition|deliver|delay|fire|request|set|tune|heal) ?(P1|A2|L9|P1>A2|P1->A2#1|P1>#|P1 > A1#9999999999|\\||,| ){0,3} ?[0-9a-z.\" ]{0,6}"
    ) {
        let names = Names::of(&Scenario::default());
        if let Ok(action) = words::parse(&line, &names) {
            prop_assert_eq!(words::parse(&words::write(&action, &names), &names), Ok(action));
        }
    }

    #[test]
    fn one_changed_letter_never_makes_another_plan(scenario in any_scenario(), place in any::<prop::sample::Index>(), letter in "[A-Za-z0-9_-]") {
        prop_assume!(!scenario.plan.is_empty());
        let link = scenario.link();
        let start = link.find("plan=1.").expect("there is a plan") + "plan=1.".len();
        let at = start + place.index(link.len() - start);
        let changed = format!("{}{letter}{}", &link[..at], &link[at + 1..]);
        prop_assume!(changed != link);
        let (read, notices) = Scenario::from_link(&changed);
        prop_assert_eq!(read.plan, Vec::new());
        prop_assert!(notices.iter().any(|notice| notice.key == "plan"));
    }
}

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
        ("system=raft", "system=raft: there is no such system; used synod, of synod"),
        ("colour=red", "colour=red: nothing is called so; left out"),
        ("v=7", "v=7: made with another version of the engine than 1, so the run may differ"),
        ("seed=1&seed=2", "seed=1: given more than once; used the last one, 2"),
        ("plan=x", "plan=x: it is damaged: the version is missing; used no plan at all"),
        ("plan=9.AAAA", "plan=9.AAAA: it has a form that this version of the page does not know; used no plan at all"),
        ("plan=1.%00", "plan=1.\0: it is damaged: some of it was lost or changed on the way; used no plan at all"),
    ] {
        assert_eq!(told(link).1, [expected], "{link}");
    }
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
fn the_system_says_what_it_makes_of_the_knobs() {
    let (_, told) = told("acceptors=5&q1=2&q2=2");
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("q1=2 with q2=2: quorums of 2 and 2 out of 5 acceptors need not meet"), "{}", told[0]);
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
  "engine": 1
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
        told(r#"{"engine": 2}"#),
        ["engine=2: made with another version of the engine than 1, so the run may differ"]
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
    assert!(error.problem.starts_with("this is no JSON: expected value at line 1"), "{}", error.problem);
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
