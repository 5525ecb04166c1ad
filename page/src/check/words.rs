//! What a check covers and what its answer means, in sentences.

use super::desk::{Desk, Phase};
use super::plan::{Aim, Limit, Plan, roles};
use super::post::{Answer, Figures};
use super::swarm::Tally;
use super::work::MOST_MAPPED;
use crate::format;
use paxos_playground::check::explore;
use paxos_playground::check::spec::refinement::REFINES;
use paxos_playground::paxos::Knob;

/// A count with thin spaces between thousands: `1 841 557`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A count in a few letters: `950`, `18 k`, `1.8 M`, `5.3 billion`.
pub fn short(n: u64) -> String {
    let (unit, name) = match n {
        0..10_000 => return grouped(n),
        10_000..1_000_000 => (1_000, "k"),
        1_000_000..1_000_000_000 => (1_000_000, "M"),
        1_000_000_000..1_000_000_000_000 => (1_000_000_000, "billion"),
        _ => (1_000_000_000_000, "trillion"),
    };
    match n / unit {
        whole @ 0..10 => format!("{whole}.{} {name}", n % unit * 10 / unit),
        whole => format!("{whole} {name}"),
    }
}

/// Bytes in megabytes.
pub fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes >> 20)
}

/// `no crashes`, `1 crash`, `2 crashes`.
pub(super) fn some(n: u64, one: &str, many: &str) -> String {
    match n {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        _ => format!("{} {many}", grouped(n)),
    }
}

/// `no learners`, `1 command per client`, `window 3`: a knob that counts, with its value.
pub(super) fn many(knob: &Knob, value: i64) -> String {
    let name = knob.label.to_ascii_lowercase();
    let (things, rest) =
        name.split_once(" per ").map_or((&*name, String::new()), |(things, of)| (things, format!(" per {of}")));
    match things.strip_suffix('s') {
        Some(one) => some(value as u64, one, things) + &rest,
        None => format!("{name} {value}"),
    }
}

const SPEC: [Limit; 5] = [Limit::Voters, Limit::Values, Limit::Ballots, Limit::Q1, Limit::Q2];

/// Everything that is tried, in two sentences or three.
pub fn covers(plan: &Plan) -> String {
    let limits = &plan.limits;
    if plan.aim == Aim::Swarm {
        let storm = if limits.storm { " with loss, doubled and reordered messages and failures" } else { "" };
        return format!(
            "The run on the stage{storm}, {} times with other seeds, {} virtual seconds each.",
            grouped(limits.runs.into()),
            limits.seconds
        );
    }
    if plan.aim == Aim::Spec {
        let [acceptors, values, ballots, q1, q2] = SPEC.map(|limit| limits.get(limit).into());
        return format!(
            "Lamport’s Paxos.tla with {}, {} and {}, quorums of {q1} (phase 1) and {q2} (phase 2). Whatever is enabled may \
             happen next.",
            format::count(acceptors, "acceptor"),
            format::count(values, "value"),
            format::count(ballots, "ballot"),
        );
    }
    let scenario = &plan.scenario;
    let nodes = roles(scenario).into_iter().map(|knob| many(knob, scenario.knobs.get(knob)));
    let nodes = nodes.collect::<Vec<_>>().join(", ");
    let network = match limits.once || plan.aim == Aim::Loop {
        true => "Each message arrives at most once, in any order, or never",
        false => "Each message arrives any number of times, in any order, or never",
    };
    let mut faults = vec![some(limits.crashes.into(), "crash", "crashes")];
    if limits.restarts > 0 {
        faults.push(some(limits.restarts.into(), "restart", "restarts"));
    }
    if limits.wipes > 0 {
        faults.push(some(limits.wipes.into(), "erased disk", "erased disks"));
    }
    let faults = if faults.len() > 1 { format!("at most {}", faults.join(", ")) } else { faults.remove(0) };
    format!(
        "{}. {network}; a timer may fire whenever it is set. Rounds up to {}{}, {faults}.{}",
        format::capital(&nodes),
        limits.rounds,
        if plan.aim == Aim::Loop { ", in a loop more" } else { "" },
        if plan.aim == Aim::Refine { " Each step is held to Lamport’s Paxos.tla." } else { "" }
    )
}

/// The rules that are off, by name.
pub fn off(plan: &Plan) -> Vec<&'static str> {
    plan.rules().into_iter().filter(|(_, off)| *off).map(|(rule, _)| rule.name).collect()
}

/// What there is to be found out, before it was asked: a title, what happens, and a hint.
pub fn intro(aim: Aim) -> (&'static str, &'static str, &'static str) {
    match aim {
        Aim::Hold => (
            "One run shows what can happen. This shows what can never happen.",
            "The very actors of the stage are put into every state that they can reach together: each message and timer \
             at every possible moment, within the limits that you set. Either every property holds in all of them, or \
             you get the shortest run that breaks one, to play on the stage.",
            "To see what a rule is for, switch it off and check.",
        ),
        Aim::Refine => (
            "Do the actors do what the specification says?",
            "Lamport’s TLA+ specification of Paxos knows four actions: Phase1a, Phase1b, Phase2a and Phase2b. Every run of \
             the actors is tried as before, and each step has to be one of the four, or to change nothing that the \
             specification knows of. If all are, the actors refine it: what is true of it is true of them.",
            "Switch a rule off, and the first step that is none of the specification’s plays on the stage.",
        ),
        Aim::Spec => (
            "The algorithm without a program",
            "Lamport’s TLA+ specification of Paxos has acceptors and a set of messages that only grows. It has no \
             proposers, no network and no time: whatever is enabled may happen next. Every state within your bounds is \
             visited, and in none of them may two values be chosen.",
            "Switch a rule off: you get the fewest actions that choose two values, and the actors play them on the stage.",
        ),
        Aim::Find(_) => (
            "The shortest run that gets there",
            "Every run is tried, the short ones first, until one reaches what you look for. It opens on the stage.",
            "If none does, it cannot happen within the limits.",
        ),
        Aim::Loop => (
            "Agreement is never broken, but it may never come",
            "Two proposers can preempt one another again and again (Paxos Made Simple, section 2.4). This looks for a \
             run that goes round in a loop without choosing anything, and plays it on the stage.",
            "Every wait is off to begin with. Turn the back-off on to see what it is for.",
        ),
        Aim::Map => (
            "Every state, drawn",
            "Each circle is one state of all nodes and messages together, each line a step. Walk from state to state, \
             and open any of them on the stage.",
            "Only few nodes make a map that can be read: try one proposer and two acceptors.",
        ),
        Aim::Swarm => (
            "The same run, thousands of times",
            "The run on the stage is repeated with other seeds. You get what usually happens, the runs that stand out, \
             and those that break a property, made as small as they can be.",
            "It takes messages' delays and your faults as they are set on the stage; a storm adds more.",
        ),
    }
}

/// How it stands, in a few words, and what that means.
pub fn outcome(desk: &Desk, asked: &Plan) -> (String, String) {
    let (figures, tally) = (&desk.figures, &desk.tally);
    match &desk.phase {
        Phase::Idle => Default::default(),
        Phase::Working if asked.aim == Aim::Swarm => ("Running …".into(), runs(tally)),
        Phase::Working if asked.aim == Aim::Map => ("Drawing …".into(), String::new()),
        Phase::Working => ("Trying every run …".into(), so_far(asked, figures)),
        Phase::Stopped if asked.aim == Aim::Swarm => ("Stopped".into(), runs(tally)),
        Phase::Stopped => ("Stopped".into(), so_far(asked, figures)),
        Phase::Answered(answer) => (headline(asked, answer), meaning(asked, answer, figures)),
        Phase::Swarmed => {
            let head = match tally.broken {
                0 => "No run broke a property".into(),
                n => format!("{} of {} broke a property", grouped(n.into()), some(tally.runs.into(), "run", "runs")),
            };
            let caveat = " Random runs show what usually happens; only a check of every run shows what cannot.";
            (head, runs(tally) + if tally.broken == 0 { caveat } else { "" })
        }
        Phase::Mapped(Some(map)) => (
            format!("All {}", format::count(map.states.len() as u64, "state")),
            "Every state that these nodes can reach together, and every step between two.".into(),
        ),
        Phase::Mapped(None) => {
            ("Too many states to draw".into(), format!("A map has at most {MOST_MAPPED} of them. Choose fewer nodes."))
        }
        Phase::Broke(how) => ("The worker broke".into(), broke(asked, figures, how)),
    }
}

/// How many random runs there were, and of what.
fn runs(tally: &Tally) -> String {
    let events = tally.events / u64::from(tally.runs.max(1));
    format!(
        "{} of about {} each.",
        format::capital(&some(tally.runs.into(), "run", "runs")),
        format::count(events, "event")
    )
}

/// The answer in a few words.
fn headline(plan: &Plan, answer: &Answer) -> String {
    match answer {
        Answer::Holds if plan.aim == Aim::Hold => "Every property holds in every run".into(),
        Answer::Holds if plan.aim == Aim::Refine => "The actors refine Paxos.tla".into(),
        Answer::Holds if plan.aim == Aim::Spec => "No two values are ever chosen".into(),
        Answer::Holds => "No run gets there".into(),
        Answer::Violated { property, .. } if property == REFINES => "The actors do not refine Paxos.tla".into(),
        Answer::Violated { property, .. } => format!("Broken: {property}"),
        Answer::Reached(_) => "Found".into(),
        Answer::Loops { .. } => "They can go on for ever".into(),
        Answer::NeedsTimers(_) => "No livelock by messages alone".into(),
        Answer::Full if plan.aim == Aim::Loop => "Not decided".into(),
        Answer::Full => "Not decided: the memory limit came first".into(),
    }
}

/// What the answer means, and what it does not.
fn meaning(plan: &Plan, answer: &Answer, figures: &Figures) -> String {
    let states = grouped(figures.states);
    let depth = figures.depth;
    match answer {
        Answer::Holds => format!(
            "{}All {states} reachable states within these limits were visited{}{}, so no schedule of this size can {}. It \
             says nothing about larger ones. {}{}",
            looked_for(plan),
            if figures.folded { ", those that differ only in which like node is which as one" } else { "" },
            if figures.forgot { ", without messages that nobody can act on any more" } else { "" },
            match plan.aim {
                Aim::Hold => "break a property",
                Aim::Refine => "take a step that Paxos.tla does not have",
                Aim::Spec => "choose two values",
                _ => "reach the goal",
            },
            if plan.aim.holds() && figures.chosen == 0 {
                "In none of them is anything chosen, so little was put to the test. "
            } else {
                ""
            },
            missed(plan, figures.states),
        ),
        Answer::Violated { what, .. } => format!(
            "{}. It takes {} to get there, and no shorter run breaks anything.",
            format::capital(what.trim_end_matches('.')),
            format::count(depth.into(), steps(plan)),
        ),
        Answer::Reached(_) => {
            let takes = format::count(depth.into(), "step");
            format!("{}It takes {takes}, and no shorter run gets there.", looked_for(plan))
        }
        Answer::Loops { stem, cycle, rounds, .. } => format!(
            "After {} come {} that lead back to where they began, but {} later, and nothing is chosen. No timer is \
             needed: however long anybody waits, it goes on. Messages that the loop does not deliver are lost.",
            format::count((*stem).into(), "step"),
            format::count((*cycle).into(), "step"),
            format::count((*rounds).into(), "round"),
        ),
        Answer::NeedsTimers(random) => format!(
            "In none of the {states} states within these limits does a message make a node begin a ballot: an endless \
             duel needs a timer for every ballot, and {}.",
            match random {
                true => "each of those waits has a random part, so that sooner or later one is alone for long enough",
                false => "not every such wait has a random part: two that wait in step could go on for ever",
            }
        ),
        Answer::Full => format!(
            "{} The {states} states that were visited take {}; room for more would pass the limit of {} MB.",
            so_far(plan, figures),
            megabytes(figures.bytes),
            grouped(plan.limits.megabytes.into()),
        ),
    }
}

/// The goal, before what is said of it.
fn looked_for(plan: &Plan) -> String {
    if plan.goal().is_empty() { String::new() } else { format!("“{}” ", plan.goal()) }
}

/// What a run is made of: steps of actors, or actions of the specification.
pub fn steps(plan: &Plan) -> &'static str {
    if plan.aim == Aim::Spec { "action" } else { "step" }
}

/// What is known of a check that is not over.
fn so_far(plan: &Plan, figures: &Figures) -> String {
    let what = match plan.aim {
        Aim::Hold | Aim::Refine => "breaks a property",
        Aim::Spec => "chooses two values",
        _ => "gets there",
    };
    match figures.depth {
        _ if plan.aim == Aim::Loop => "No endless loop was found so far.".into(),
        0 => "Nothing is known yet.".into(),
        depth => format!("No run of up to {} {what}.", format::count(depth.into(), steps(plan))),
    }
}

/// How many states there will be, and how long that takes at so many states a second.
pub fn estimate((least, most): (u64, u64), rate: u64, plan: &Plan) -> String {
    let seconds = |states: u64| match states / rate.max(1) {
        0..=1 => "a second".into(),
        n @ 2..120 => format!("{n} seconds"),
        n @ 120..7_200 => format!("{} minutes", n / 60),
        n @ 7_200..172_800 => format!("{} hours", n / 3_600),
        _ => "days or longer".to_string(),
    };
    // A state takes at least 32 bytes.
    let beyond = least > u64::from(plan.limits.megabytes) << 20 >> 5;
    match least == most {
        _ if least >= 1 << 60 => "Nobody knows how many states: the memory limit will come first.".into(),
        _ if beyond => format!("More than {} states: the memory limit will come first.", short(least)),
        true => format!("{}: at most {}.", some(least, "state", "states"), seconds(least)),
        false if most >= 1 << 60 => format!("More than {} states, nobody knows how many.", short(least)),
        false => format!("About {} to {} states: up to {}.", short(least), short(most), seconds(most)),
    }
}

/// What is known although the worker is gone.
fn broke(plan: &Plan, figures: &Figures, how: &str) -> String {
    format!(
        "{} Then, with {} in use, the browser said: {how}. Most likely it has no more memory to give: choose fewer \
         nodes or rounds, or a lower memory limit.",
        so_far(plan, figures),
        megabytes(figures.bytes)
    )
}

/// How sure a search by fingerprints is.
fn missed(plan: &Plan, states: u64) -> String {
    if plan.limits.exact {
        return "Whole states were compared, so none was missed.".into();
    }
    let parts = explore::missed(states);
    let odds = 1_000_000_000_000 / parts.max(1);
    format!(
        "States are told apart by 64-bit fingerprints: the chance that one was missed is below 1 in {}.",
        if odds < 1_000_000_000 { short(odds) } else { "a billion".into() }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_and_shortened() {
        let counts = [(0, "0"), (999, "999"), (1_841_557, "1\u{202f}841\u{202f}557")];
        for (n, text) in counts {
            assert_eq!(grouped(n), text);
        }
        let counts = [(18_999, "18 k"), (1_841_557, "1.8 M"), (12_000_000, "12 M"), (5_300_000_000, "5.3 billion")];
        for (n, text) in counts {
            assert_eq!(short(n), text);
        }
    }

    #[test]
    fn what_is_covered_is_told_with_its_limits() {
        let scenario = paxos_playground::scenario::Scenario::from_link("acceptors=3&learners=0&proposers=1").0;
        let mut plan = Plan { scenario, ..Plan::default() };
        assert_eq!(
            covers(&plan),
            "3 acceptors, 1 proposer, no learners. Each message arrives any number of times, in any order, or never; \
             a timer may fire whenever it is set. Rounds up to 1, no crashes."
        );
        (plan.limits.crashes, plan.limits.restarts, plan.limits.once) = (2, 1, true);
        assert!(covers(&plan).ends_with("Rounds up to 1, at most 2 crashes, 1 restart."));
        assert!(covers(&plan).contains("at most once"));
    }

    #[test]
    fn what_is_counted_reads_as_english_has_it() {
        let scenario = paxos_playground::scenario::Scenario::from_link("system=pmmc&commands=1").0;
        let plan = Plan { scenario, ..Plan::default() };
        let covers = covers(&plan);
        assert!(
            covers.starts_with("2 replicas, 2 leaders, 3 acceptors, 2 clients, 1 command per client, window 4."),
            "{covers}"
        );
    }

    #[test]
    fn a_guess_says_whether_memory_will_do() {
        let plan = Plan::default();
        assert_eq!(estimate((900, 900), 1_000, &plan), "900 states: at most a second.");
        assert_eq!(estimate((20_000, 90_000), 1_000, &plan), "About 20 k to 90 k states: up to 90 seconds.");
        let far = estimate((396_000_000_000, u64::MAX), 1_000, &plan);
        assert_eq!(far, "More than 396 billion states: the memory limit will come first.");
        assert!(estimate((1 << 62, 1 << 62), 1_000, &plan).starts_with("Nobody knows how many states"));
    }

    #[test]
    fn the_answer_says_what_it_does_not_cover() {
        let figures = Figures { states: 1_841_557, depth: 32, chosen: 1, ..Figures::default() };
        let holds = meaning(&Plan::default(), &Answer::Holds, &figures);
        assert!(!holds.contains("little was put to the test"), "{holds}");
        let vacuous = meaning(&Plan::default(), &Answer::Holds, &Figures { chosen: 0, ..figures.clone() });
        assert!(vacuous.contains("little was put to the test"), "{vacuous}");
        assert!(holds.contains("1\u{202f}841\u{202f}557") && holds.contains("nothing about larger"), "{holds}");
        assert!(holds.ends_with("below 1 in 10 M."), "{holds}");
        let mut exact = Plan::default();
        exact.limits.exact = true;
        assert!(meaning(&exact, &Answer::Holds, &figures).ends_with("none was missed."));
        let full = meaning(&Plan::default(), &Answer::Full, &figures);
        assert!(full.starts_with("No run of up to 32 steps breaks a property."), "{full}");
    }
}
