//! The bounds of an exploration in words, and what of the question it leaves out.

use super::CheckArgs;
use paxos_playground::check::explore::{Bounds, Network};
use paxos_playground::check::spec::{SpecBounds, rules};
use paxos_playground::paxos::{About, Notice, Rule};
use paxos_playground::run;
use paxos_playground::scenario::{Scenario, knob};
use paxos_playground::sim::settings;

/// `3 acceptors`
pub fn count(n: u64, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}

/// The names of the rules of `mask`.
fn names(mask: u64, rules: impl Iterator<Item = Rule>) -> Vec<&'static str> {
    let off = rules.enumerate().filter(|(at, _)| mask >> at & 1 == 1);
    off.map(|(_, rule)| rule.name).collect()
}

/// The rules that are off in a scenario.
pub fn off(scenario: &Scenario) -> Vec<&'static str> {
    let about: &'static About = scenario.about();
    let mask = knob(about, "break").map_or(0, |knob| scenario.knobs.get(knob));
    names(mask as u64, about.rules.iter().copied())
}

/// The rules that are off in a specification.
pub fn off_in_specification(bounds: &SpecBounds) -> Vec<&'static str> {
    names(bounds.broken.into(), rules())
}

/// What runs are looked at: `2 proposers, 3 acceptors; each message any number of times, in any order, or never; …`
pub fn of_actors(scenario: &Scenario, bounds: &Bounds) -> String {
    let (run, _) = run::open(scenario);
    let nodes = run.nodes();
    let roles = scenario.about().roles.iter().enumerate().filter_map(|(at, role)| {
        let same = nodes.iter().filter(|node| node.role == Some(at as u8)).count();
        (same > 0).then(|| count(same as u64, role.name))
    });
    let network = match bounds.network {
        Network::Set => "each message any number of times, in any order, or never",
        Network::Once => "each message at most once, in any order, or never",
    };
    let crash = if bounds.crashes == 1 { "1 crash".into() } else { format!("{} crashes", bounds.crashes) };
    let faults = [crash, count(bounds.restarts.into(), "restart"), count(bounds.wipes.into(), "erased disk")];
    let mut faults: Vec<_> = faults.into_iter().filter(|fault| !fault.starts_with("0 ")).collect();
    if faults.is_empty() {
        faults.push("no crash".into());
    }
    format!(
        "{}; {network}; any timer whenever it is set; rounds up to {}; {}",
        roles.collect::<Vec<_>>().join(", "),
        bounds.rounds,
        faults.join(", ")
    )
}

/// The same of the specification, whose bounds can be had.
pub fn of_specification(bounds: &SpecBounds) -> String {
    let &SpecBounds { acceptors, values, ballots, .. } = bounds;
    let quorums = bounds.rules().map_or(String::new(), |rules| format!(", quorums of {} and {}", rules.q1, rules.q2));
    let counts = [(acceptors, "acceptor"), (values, "value"), (ballots, "ballot")];
    format!("Paxos.tla with {}{quorums}", counts.map(|(n, one)| count(n.into(), one)).join(", "))
}

/// What was asked for and is not done, as far as that is known by now.
pub fn not_done(args: &CheckArgs, kept: &Bounds) -> Vec<String> {
    let mut not_done = Vec::new();
    if args.symmetry && !kept.symmetry {
        not_done.push("--symmetry: there are not 2 to 5 like nodes that may change places; used none instead".into());
    }
    if args.forget && !kept.forget {
        not_done.push("--forget: to know what is of no use ever takes too much here; nothing was forgotten".into());
    }
    not_done
}

/// What of the scenario does not count, and what makes it endless.
pub fn not_counted(scenario: &Scenario, network: Network) -> Vec<String> {
    let mut notices = Vec::new();
    if let Some(knob) = knob(scenario.about(), "resend").filter(|_| network == Network::Once) {
        let value = scenario.knobs.get(knob);
        if value > 0 {
            let why = "each time is one more message, so with --network once there is next to no end; 0 turns it off";
            notices.push(Notice::new(knob.key, knob.kind.format(value), why).to_string());
        }
    }
    let counts = [settings::DISK.key, settings::FAILS.key, settings::FAILURE.key];
    for knob in settings::KNOBS.iter().filter(|each| !counts.contains(&each.key)) {
        let value = scenario.knobs.get(knob);
        if value != knob.default {
            let why = "does not count: every order, loss and delay is tried";
            notices.push(Notice::new(knob.key, knob.kind.format(value), why).to_string());
        }
    }
    if !scenario.plan.is_empty() {
        let done = count(scenario.plan.len() as u64, "intervention");
        notices.push(Notice::new("plan", done, "what was done by hand does not count").to_string());
    }
    notices
}
