//! Any scenario survives its link, its file and its words, and no text at all makes reading it panic.

use paxos_playground::paxos::registry::SYSTEMS;
use paxos_playground::paxos::{About, Kind, Knob, Micros, NodeId, NodeSet, Timer};
use paxos_playground::run;
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
    // What the system does not take is its own example instead.
    let names = Names::of(&Scenario::of(about));
    let text = text.prop_map(move |text| {
        let takes = names.check(&Action::Request(NodeId(0), text.clone())).is_ok();
        if takes { text } else { about.ask.example.into() }
    });
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_scenario_survives_its_link(scenario in any_scenario()) {
        let link = scenario.link();
        let (read, notices) = Scenario::from_link(&link);
        prop_assert_eq!(notices, Vec::new(), "{}", link);
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
        prop_assert_eq!(notices, Vec::new(), "{}", file);
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_done_by_hand_is_done_again_when_its_link_is_opened(scenario in any_scenario()) {
        let plan = scenario.plan.clone();
        let (mut first, _) = run::open(&Scenario { plan: Vec::new(), ..scenario });
        for (index, Intervention { action, .. }) in plan.into_iter().enumerate() {
            first.advance(Micros::millis(250 * index as u64), 2_000);
            prop_assert!(first.act(action.clone()).is_ok(), "the world refuses {action:?}");
        }
        first.advance(first.time().plus(Micros::millis(500)), 2_000);
        let (again, notices) = Scenario::from_link(&first.scenario().link());
        prop_assert_eq!(notices, Vec::new());
        prop_assert_eq!(&again, first.scenario());
        let (mut second, _) = run::open(&again);
        while second.events() < first.events() && second.step() {}
        prop_assert_eq!((second.digest(), second.events()), (first.digest(), first.events()));
    }
}

#[test]
fn whatever_fuzzing_found_is_read_and_survives() {
    let mut count = 0;
    for (folder, target) in ["corpus", "seeds"].into_iter().flat_map(|f| ["link", "json", "plan"].map(|t| (f, t))) {
        let path = format!("{}/fuzz/{folder}/{target}", env!("CARGO_MANIFEST_DIR"));
        for file in std::fs::read_dir(path).expect("the folder is there").flatten() {
            let bytes = std::fs::read(file.path()).expect("the file can be read");
            let text = String::from_utf8_lossy(&bytes);
            let read = match target {
                "link" => Scenario::from_link(&text).0,
                "json" => Scenario::from_json(&text).unwrap_or_default().0,
                _ => {
                    let plan = scenario::decode_plan_bytes(&bytes).unwrap_or_default();
                    Scenario::from_link(&Scenario { plan, ..Scenario::default() }.link()).0
                }
            };
            assert_eq!(Scenario::from_link(&read.link()), (read.clone(), vec![]), "{:?}", file.path());
            assert_eq!(Scenario::from_json(&read.to_json()), Ok((read, vec![])), "{:?}", file.path());
            count += 1;
        }
    }
    assert!(count > 500, "only {count} files");
}
