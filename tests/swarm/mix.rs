//! Random mixes: settings, seed and deeds, and how a failing one is shrunk and shown.

use paxos_playground::paxos::registry::SYSTEMS;
use paxos_playground::paxos::{About, Kind, Knob, Micros, NodeId, NodeSet, Timer};
use paxos_playground::run::{self, Run};
use paxos_playground::scenario::{Names, Scenario, knobs_of};
use paxos_playground::sim::{Action, Disk, Letter};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

/// Whether everyone keeps to the rules, so that the properties must hold.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Rules {
    /// No rule is switched off and every disk is sound.
    Kept,
    /// Anything goes.
    Broken,
}

/// Something done by hand, after so many events or so much time. Its numbers mean what the run makes of them, so that
/// a smaller deed is a deed as well.
#[derive(Clone, Copy, Debug)]
pub struct Deed {
    pub wait: Wait,
    pub what: u8,
    pub on: (u8, u8),
    pub number: u32,
}

#[derive(Clone, Copy, Debug)]
pub enum Wait {
    Events(u8),
    Time(Micros),
}

/// A run to try.
#[derive(Clone, Debug)]
pub struct Mix {
    pub system: &'static About,
    pub rules: Rules,
    pub knobs: Vec<(&'static str, i64)>,
    pub seed: u64,
    pub deeds: Vec<Deed>,
}

impl Mix {
    pub fn scenario(&self) -> Scenario {
        let mut scenario = Scenario { seed: self.seed, ..Scenario::of(self.system) };
        for (key, value) in &self.knobs {
            let knob = knobs_of(self.system).find(|knob| knob.key == *key).expect("a knob of the system");
            scenario.knobs.set(knob, *value);
        }
        scenario
    }

    pub fn open(&self) -> Box<dyn Run> {
        run::open(&self.scenario()).0
    }
}

/// Values of `knob` that make lively runs of a few nodes, the simplest first.
fn value_of(knob: &'static Knob) -> BoxedStrategy<i64> {
    let usual = knob.default;
    match knob.kind {
        Kind::Count { min, max } => (min..=max.min(7)).boxed(),
        Kind::Probability { max } => select(vec![0, 50_000, 200_000, 500_000.min(max)]).boxed(),
        // Without jitter, many things happen at the same microsecond.
        Kind::Duration { .. } if knob.key == "jitter" => select(vec![usual, 0, 0, 2_000_000]).boxed(),
        Kind::Duration { .. } => prop_oneof![Just(usual), Just(usual / 3), Just(0), 1_000..8_000_000i64].boxed(),
        Kind::Choice(words) => (0..words.len() as i64).boxed(),
        Kind::Flag => (0..=1i64).boxed(),
        Kind::Set(words) => (0..words.len()).prop_map(|bit| 1 << bit).boxed(),
    }
}

fn may_set(knob: &Knob, rules: Rules) -> bool {
    rules == Rules::Broken || !matches!(knob.key, "break" | "disk" | "pace")
}

/// Any mix of any system.
pub fn mixes(rules: Rules) -> BoxedStrategy<Mix> {
    let system = select(SYSTEMS.to_vec());
    system.prop_flat_map(move |about| mixes_of(about, rules, 0..16)).boxed()
}

pub fn mixes_of(about: &'static About, rules: Rules, deeds: std::ops::Range<usize>) -> BoxedStrategy<Mix> {
    let knobs: Vec<_> = knobs_of(about).filter(|knob| may_set(knob, rules)).collect();
    let knob = select(knobs).prop_flat_map(|knob| value_of(knob).prop_map(move |value| (knob.key, value)));
    let wait = prop_oneof![
        (0..20u8).prop_map(Wait::Events),
        Just(Wait::Time(Micros::ZERO)),
        (0..6_000_000u64).prop_map(|time| Wait::Time(Micros(time))),
    ];
    let deed = (wait, 0..28u8, any::<(u8, u8)>(), any::<u32>());
    let deed = deed.prop_map(|(wait, what, on, number)| Deed { wait, what, on, number });
    let deeds = prop::collection::vec(deed, deeds);
    let mix = (prop::collection::vec(knob, 0..10), 0..1_000_000u64, deeds);
    mix.prop_map(move |(knobs, seed, deeds)| Mix { system: about, rules, knobs, seed, deeds }).boxed()
}

/// Does the deeds of `mix` in `run`, at most `most` events long.
pub fn play(run: &mut dyn Run, mix: &Mix, most: u64) {
    for deed in &mix.deeds {
        match deed.wait {
            Wait::Events(count) => (0..count).for_each(|_| _ = run.step()),
            Wait::Time(span) => drop(run.advance(run.time().plus(span), most / 4)),
        }
        if let Some(action) = action(run, deed, mix.rules) {
            run.act(action).expect("a deed is made for its run");
        }
    }
}

/// What `deed` comes to in this run.
fn action(run: &dyn Run, deed: &Deed, rules: Rules) -> Option<Action> {
    use Action::*;
    let nodes = run.nodes();
    let members = nodes.iter().filter(|node| node.role.is_some()).count();
    let member = |n: u8| NodeId((usize::from(n) % members) as u8);
    let anyone = |n: u8| NodeId((usize::from(n) % nodes.len()) as u8);
    let ((one, other), n) = (deed.on, deed.number);
    let span = Micros(u64::from(n) % 5_000_000);
    let letter = || -> Option<Letter> {
        let mut letters = Vec::new();
        run.flights(&mut |flight| letters.push(flight.letter));
        letters.get(usize::from(one) % letters.len().max(1)).copied()
    };
    let live = |tuned: &[&str]| {
        let knobs: Vec<_> = knobs_of(run.about())
            .filter(|knob| knob.live && may_set(knob, rules) && (tuned.is_empty() || tuned.contains(&knob.key)))
            .collect();
        let knob = knobs[usize::from(one) % knobs.len()];
        let value = match knob.kind {
            Kind::Probability { .. } => i64::from(n % 8) * 50_000,
            Kind::Duration { .. } => i64::from(n % 5) * 700_000,
            Kind::Set(words) => 1 << (n as usize % words.len()),
            Kind::Choice(words) => i64::from(n) % words.len() as i64,
            Kind::Count { .. } | Kind::Flag => i64::from(n % 2),
        };
        (knob.key.to_string(), knob.kind.clamp(value))
    };
    Some(match deed.what {
        0 => Crash(anyone(one)),
        1 => Restart(anyone(one)),
        2 => Pause(member(one)),
        3 => Resume(member(one)),
        4 => Slow(member(one), span),
        5 => Skew(member(one), 500_000 + n % 1_000_000),
        6 => Isolate(anyone(one)),
        7 => Rejoin(anyone(one)),
        8 => Cut(anyone(one), anyone(other)),
        9 => Mend(anyone(one), anyone(other)),
        10 => Clog(anyone(one), anyone(other)),
        11 => Unclog(anyone(one), anyone(other)),
        12 => {
            let group = |wanted| (0..members).filter(|at| n >> at & 1 == wanted).map(|at| NodeId(at as u8)).collect();
            let groups: Vec<NodeSet> =
                [group(0), group(1)].into_iter().filter(|group: &NodeSet| !group.is_empty()).collect();
            Partition(groups)
        }
        13 => Heal,
        14 => Deliver(letter()?),
        15 => Delay(letter()?, span),
        16 => Duplicate(letter()?),
        17 => Drop(letter()?),
        18 => Fire(member(one), Timer((n as usize % run.about().timers.len()) as u8)),
        19 => {
            // Any short text where that is a value of the system, else its own example.
            let asks = [format!("v{}", n % 5), run.about().ask.example.into()].map(|text| Request(member(one), text));
            let names = Names::of(run.scenario());
            asks.into_iter().find(|asks| names.check(asks).is_ok())?
        }
        20 => Join(member(one)),
        21 => Leave(member(one)),
        22 => {
            let (key, value) = live(&["loss", "duplicate", "delay", "jitter"]);
            Tune(member(one), member(other), key, value)
        }
        23..=24 => {
            let (key, value) = live(&[]);
            Set(key, value)
        }
        25 if rules == Rules::Broken => Wipe(member(one)),
        26 if rules == Rules::Broken => {
            Disk(member(one), [self::Disk::Sound, self::Disk::LosesLast, self::Disk::Forgets][n as usize % 3])
        }
        _ => return None,
    })
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Tries `cases` mixes. The first that fails is shrunk and shown.
pub fn check(cases: u32, mixes: impl Strategy<Value = Mix>, test: impl Fn(&Mix) -> Result<(), String>) {
    let cases = setting("SWARM").map_or(cases, |cases| cases as u32);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&setting("SWARM_SEED").unwrap_or(0).to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let tried = runner.run(&mixes, |mix| test(&mix).map_err(TestCaseError::fail));
    match tried {
        Ok(()) => {}
        Err(TestError::Fail(why, mix)) => {
            let mut run = mix.open();
            play(&mut *run, &mix, super::MOST);
            let Mix { rules, deeds, .. } = &mix;
            panic!("{why}\n\nThe shortest run that shows it:\n{}\n    rules {rules:?}, {deeds:?}", shown(&*run));
        }
        Err(other) => panic!("{other}"),
    }
}

/// The command that shows a run, and where it stands.
pub fn shown(run: &dyn Run) -> String {
    let (link, digest, events) = (run.scenario().link(), run.digest(), run.events());
    format!("    paxos run '{link}' --until {}us\n    {digest:016x} after {events} events", run.time().0)
}
