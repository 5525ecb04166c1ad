//! The explorer against a deliberately naive one: whole states in a set, actors run every time, nothing remembered.

mod common;
#[path = "common/explored.rs"]
mod explored;
#[path = "common/peer.rs"]
mod peer;

use common::naive::{
    Naive, bounds, breaks_on_the_stage, counts_are_those_of_a_naive_exploration, scenario, the_witness_breaks,
    to_the_end,
};
use explored::{BROKEN, COUNTEREXAMPLE, COUNTS};
use paxos_playground::check::explore::{Bounds, Livelock, Progress, Verdict, explore, livelock};
use paxos_playground::paxos::System;
use paxos_playground::paxos::synod::Synod;
use paxos_playground::paxos::synod::knobs::RULE_NAMES;
use paxos_playground::run;
use paxos_playground::scenario::MAX_TIME;

#[test]
fn counts_are_exact_and_equal_those_of_a_naive_exploration() {
    counts_are_those_of_a_naive_exploration::<Synod>("system=synod", COUNTS);
}

#[test]
fn a_counterexample_is_a_scenario_in_which_the_property_breaks() {
    assert!(RULE_NAMES.iter().all(|rule| BROKEN.iter().any(|(tested, ..)| tested == rule)));
    let mut found = Vec::new();
    for (rule, nodes, words, _) in BROKEN {
        let link = format!("{nodes}&break={rule}");
        let limits = Bounds { most_states: 3_000_000, ..bounds(words) };
        let (exploration, verdict) = to_the_end(&link, limits);
        let Verdict::Violated { property, .. } = verdict else {
            assert_eq!(verdict, Verdict::Holds, "{rule}");
            found.push((*rule, *nodes, *words, None));
            continue;
        };
        found.push((*rule, *nodes, *words, Some((property, exploration.progress().depth))));
        the_witness_breaks(property, &*exploration, &link);
    }
    assert_eq!(found, BROKEN);
}

#[test]
fn disks_that_forget_and_machines_with_several_nodes_fail_as_they_do_on_the_stage() {
    for (link, words, steps) in [
        ("acceptors=3&learners=0&resend=0s&disk=forgets", "crashes=1 restarts=1", 6),
        ("acceptors=3&learners=0&resend=0s&machines=shared&disk=forgets", "crashes=1 restarts=1", 6),
        ("acceptors=3&learners=1&resend=0s&machines=shared", "wipes=1", 5),
        ("acceptors=3&learners=1&resend=0s&machines=shared&break=amnesia", "crashes=1 restarts=1", 6),
    ] {
        assert_eq!(breaks_on_the_stage(link, bounds(words)), ("promises honoured", steps), "{link} {words}");
    }
    // One crash takes both nodes, not one of them.
    let (apart, _) = to_the_end("acceptors=1&proposers=1&learners=0&resend=0s", bounds("crashes=1"));
    let (together, _) = to_the_end("acceptors=1&proposers=1&learners=0&resend=0s&machines=shared", bounds("crashes=1"));
    assert!(together.progress().states < apart.progress().states);
}

#[test]
fn a_counterexample_is_the_same_everywhere() {
    let (exploration, _) = to_the_end(&format!("{}&break=forget-promise", BROKEN[0].1), bounds(""));
    assert_eq!(exploration.witness().expect("a way").link(), COUNTEREXAMPLE);
}

#[test]
fn the_correct_system_holds_where_broken_ones_do_not() {
    let limits = Bounds { most_states: 400_000, ..bounds("once") };
    let (exploration, verdict) = to_the_end("acceptors=3&proposers=2&learners=0&resend=0s", limits);
    assert_eq!(verdict, Verdict::Holds);
    assert!(exploration.progress().chosen > 0);
}

#[test]
fn a_limit_ends_in_a_verdict_that_says_how_deep_it_got() {
    let limits = Bounds { most_states: 10_000, ..bounds("rounds=3") };
    let (exploration, verdict) = to_the_end("acceptors=5&proposers=3&learners=0", limits);
    assert_eq!(verdict, Verdict::Full);
    assert!(exploration.progress().depth > 3 && exploration.progress().states >= 10_000);
    assert!(exploration.witness().is_none());
}

#[test]
fn goals_are_reached_on_a_shortest_way() {
    for (goal, name) in ["chosen", "chosen-unknown", "two-in-phase-2", "majority-not-chosen"].iter().enumerate() {
        let limits = Bounds { goal: Some(goal), most_states: 3_000_000, ..bounds("") };
        let (exploration, verdict) = to_the_end("acceptors=3&proposers=2&learners=0&resend=0s", limits);
        assert_eq!(verdict, Verdict::Reached, "{name}");
        let (mut run, _) = run::open(&exploration.witness().expect("a way"));
        run.advance(MAX_TIME, u64::MAX);
        assert_eq!(run.chosen().is_empty(), goal >= 2, "{name}");
    }
}

/// Agreement itself breaks later than what protects it.
#[test]
fn two_values_are_chosen_only_where_a_rule_is_off() {
    let two_chosen = Synod::ABOUT.goals.iter().position(|goal| goal.name == "two-chosen");
    let link = "acceptors=3&proposers=2&learners=0&resend=0s";
    let limits = Bounds { goal: two_chosen, most_states: 3_000_000, ..bounds("symmetry") };
    assert_eq!(to_the_end(link, limits).1, Verdict::Holds);
    let rules = [("ignore-accepted", 14), ("small-quorum", 8), ("promise-broadcast", 12), ("forget-promise", 14)];
    for (rule, steps) in rules {
        let link = format!("{link}&break={rule}");
        let (exploration, verdict) = to_the_end(&link, limits);
        assert_eq!((verdict, exploration.progress().depth), (Verdict::Reached, steps), "{rule}");
        the_witness_breaks("agreement", &*exploration, &link);
    }
}

#[test]
fn the_graph_has_every_state_and_every_way() {
    let link = "acceptors=1&proposers=2&learners=0&resend=0s";
    let (mut exploration, _) = explore(&scenario(link), bounds(""));
    let graph = exploration.graph(1000).expect("it is small");
    assert_eq!(exploration.go_on(u64::MAX), Verdict::Holds);
    let progress = exploration.progress();
    assert_eq!((graph.nodes.len(), graph.edges.len()), (progress.states as usize, progress.transitions as usize));
    assert_eq!(graph.nodes.iter().filter(|node| !node.chosen.is_empty()).count() as u64, progress.chosen);
    assert_eq!(graph.nodes.iter().map(|node| node.depth).max(), Some(progress.depth));
    assert!(exploration.graph(graph.nodes.len() - 1).is_none());
    assert_eq!(exploration.graph(graph.nodes.len()), Some(graph.clone()), "it is the same each time");
    for node in &graph.nodes {
        let (mut run, _) = run::open(&node.scenario);
        run.advance(MAX_TIME, u64::MAX);
        let chosen: Vec<_> = run.chosen().into_iter().map(|chosen| chosen.value).collect();
        assert_eq!(chosen, node.chosen, "{}", node.words);
    }
    assert!(
        graph.edges.iter().any(|edge| edge.words == "A1 gets prepare 1.1 from P1"),
        "{:?}",
        graph.edges[..9].to_vec()
    );
}

#[test]
fn the_graph_marks_what_is_broken_and_what_is_the_goal() {
    let link = "acceptors=1&proposers=2&learners=0&resend=0s&break=forget-promise";
    let (exploration, _) = explore(&scenario(link), bounds(""));
    let graph = exploration.graph(10_000).expect("it is small");
    let broken = graph.nodes.iter().position(|node| node.broken.is_some()).expect("a promise is forgotten");
    assert!(graph.edges.iter().all(|edge| edge.from != broken), "nothing leads on");
    let goal = Bounds { goal: Some(0), ..bounds("") };
    let graph = explore(&scenario("acceptors=1&proposers=1&learners=0&resend=0s"), goal).0.graph(100).expect("small");
    assert!(graph.nodes.iter().all(|node| node.goal != node.chosen.is_empty()));
}

/// The whole is exact; a guess from a tenth of the states or fewer is of the right order.
#[test]
fn an_estimate_is_of_the_right_order() {
    let larger = [
        ("acceptors=3&proposers=2&learners=0&resend=0s", "once", [259_612; 5]),
        ("acceptors=2&proposers=2&learners=0&resend=0s", "crashes=1 restarts=1", [32_348; 5]),
        ("system=rounds&acceptors=3", "", [197_457; 5]),
        ("system=peers&nodes=3&x=0", "", [531_265; 5]),
    ];
    for (link, words, [states, ..]) in COUNTS.iter().chain(&larger) {
        let (exploration, _) = explore(&scenario(link), bounds(words));
        let whole = exploration.estimate(1_000_000);
        assert_eq!((whole.least, whole.most, whole.exact), (*states, *states, true), "{link} {words}");
        if *states > 5000 {
            let guess = exploration.estimate(states / 10);
            assert!(
                !guess.exact && guess.least <= *states && guess.most >= *states,
                "{link} {words}: {guess:?} of {states}"
            );
            assert!(guess.most <= states * 20 && guess.least >= states / 20, "{link} {words}: {guess:?} of {states}");
        }
    }
}

#[test]
fn stateright_finds_the_same_states_of_the_same_actors() {
    // It has crashes of its own kind, so those are left out.
    let once = COUNTS.iter().filter(|(_, words, _)| *words == "once");
    let mut compared = 0;
    for (link, words, [states, transitions, ..]) in once {
        let system = Synod::configure(&scenario(link).knobs, &mut Vec::new());
        let found = peer::actors(&system, bounds(words).rounds, None);
        assert_eq!(found, (*states, *transitions), "{link} {words}");
        compared += 1;
    }
    assert!(compared >= 3);
}

#[test]
fn symmetry_finds_the_same_with_fewer_states() {
    for (link, words) in [
        ("acceptors=3&proposers=1&learners=0&resend=0s", ""),
        ("acceptors=3&proposers=1&learners=1&resend=0s&catch-up=0s", "once"),
        ("acceptors=2&proposers=2&learners=0&resend=0s", ""),
        ("acceptors=3&proposers=2&learners=0&resend=0s", "once"),
        ("acceptors=2&proposers=1&learners=0&resend=0s", "crashes=1 restarts=1"),
        ("acceptors=2&proposers=1&learners=1&told=proposer", "wipes=1"),
        ("acceptors=3&proposers=2&learners=0&resend=0s&break=ignore-accepted", ""),
        ("acceptors=3&proposers=2&learners=0&resend=0s&break=forget-promise", ""),
        ("acceptors=3&proposers=2&learners=0&resend=0s&break=count-replies", ""),
        ("acceptors=4&proposers=2&learners=0&resend=0s&break=small-quorum", ""),
    ] {
        let (plain, verdict) = to_the_end(link, bounds(words));
        let (folded, folded_verdict) = to_the_end(link, Bounds { symmetry: true, ..bounds(words) });
        let (plain, folded) = (plain.progress(), folded.progress());
        match (&verdict, &folded_verdict) {
            (Verdict::Violated { property, .. }, Verdict::Violated { property: other, .. }) => {
                assert_eq!(property, other, "{link}");
            }
            _ => assert_eq!(verdict, folded_verdict, "{link}"),
        }
        assert_eq!(plain.depth, folded.depth, "{link}");
        assert!(folded.states < plain.states, "{link}: {folded:?}");
    }
}

/// States told apart by nothing but the order of the acceptors, counted by trying every order of every state.
#[test]
fn symmetry_counts_orbits() {
    use paxos_playground::paxos::{NodeId, Renaming};
    for (link, words, acceptors) in [
        ("acceptors=3&proposers=1&learners=0&resend=0s", "", [1, 2, 3]),
        ("acceptors=3&proposers=1&learners=1&resend=0s&catch-up=0s", "once", [1, 2, 3]),
    ] {
        let (folded, verdict) = to_the_end(link, Bounds { symmetry: true, ..bounds(words) });
        assert_eq!(verdict, Verdict::Holds);
        let system = Synod::configure(&scenario(link).knobs, &mut Vec::new());
        let nodes = system.members().len();
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]].map(|order| {
            let mut places: Vec<_> = (0..nodes).map(|node| NodeId(node as u8)).collect();
            (0..3).for_each(|at| places[acceptors[at]] = NodeId(acceptors[order[at]] as u8));
            Renaming::of_nodes(places)
        });
        let orbits = Naive { system, bounds: bounds(words) }.orbits(&orders);
        assert_eq!(folded.progress().states, orbits, "{link}");
    }
}

/// Nodes that greet one another are not taken for alike.
#[test]
fn without_like_nodes_symmetry_changes_nothing() {
    let link = "acceptors=2&proposers=1&learners=0&resend=0s&discovery=on&v=2";
    let limits = Bounds { most_states: 2000, ..bounds("") };
    let (plain, _) = to_the_end(link, limits);
    let (folded, _) = to_the_end(link, Bounds { symmetry: true, ..limits });
    assert_eq!(plain.progress(), folded.progress());
}

fn hunt(link: &str, bounds: Bounds) -> Livelock {
    let (mut hunt, notices) = livelock(&scenario(link), bounds);
    assert!(notices.is_empty(), "{notices:?}");
    loop {
        match hunt.go_on(10_000) {
            Livelock::Open => {}
            over => return over,
        }
    }
}

#[test]
fn without_back_off_proposers_duel_for_ever() {
    for (acceptors, proposers, words) in [(1, 2, "once"), (2, 2, ""), (3, 3, "once"), (5, 2, ""), (7, 2, "")] {
        let link = format!("acceptors={acceptors}&proposers={proposers}&backoff=0s");
        let limits = Bounds { most_states: 2_000_000, ..bounds(words) };
        let Livelock::Found(lasso) = hunt(&link, limits) else { panic!("{link}: no lasso") };
        assert!(lasso.rounds > 0 && lasso.cycle == lasso.words.len());
        let reopened = scenario(&lasso.scenario.link());
        assert_eq!(reopened, lasso.scenario);
        let (mut run, _) = run::open(&reopened);
        run.advance(MAX_TIME, u64::MAX);
        assert!(run.chosen().is_empty() && run.properties().iter().all(|property| property.broken.is_none()));
        let told: Vec<_> = run.log(0, u64::MAX).into_iter().flat_map(|entry| entry.explanations).collect();
        let begun = told.iter().filter(|told| told.text.contains("begins ballot")).count();
        let laps = 3 * lasso.words.len();
        assert!(begun >= 2 + 3 * 2, "{begun} ballots in three laps of {laps} steps: {:?}", lasso.words);
        let highest = told
            .iter()
            .filter_map(|told| told.text.split("begins ballot ").nth(1)?.split('.').next()?.parse::<u32>().ok())
            .max();
        assert!(highest > Some(3 * lasso.rounds), "{highest:?}");
    }
}

#[test]
fn with_back_off_no_duel_goes_on_by_itself() {
    let limits = |words| Bounds { most_states: 3_000_000, ..bounds(words) };
    let answer = |link: &str, words| hunt(link, limits(words));
    let link = "acceptors=3&proposers=2&learners=0&resend=0s";
    assert_eq!(answer(link, "once"), Livelock::NeedsTimers { random: true });
    // A proposer that never steps back begins ballots by its timer only, and that one does not wait at random.
    let fixed = "acceptors=2&proposers=2&learners=0&resend=0s&backoff=0s&refusal=silence";
    assert_eq!(answer(fixed, "once"), Livelock::NeedsTimers { random: false });
}

#[test]
fn any_number_of_threads_finds_the_same() {
    for (link, words) in [
        ("acceptors=3&proposers=2&learners=0&resend=0s", "once"),
        ("acceptors=3&proposers=2&learners=0&resend=0s", "once symmetry"),
        ("acceptors=2&proposers=2&learners=0&resend=0s", "crashes=1 restarts=1"),
        ("acceptors=3&proposers=2&learners=1&resend=0s&catch-up=0s&break=ignore-accepted", ""),
        (
            "acceptors=3&proposers=3&learners=0&resend=0s&refusal=silence&patience=0s&break=adopt-lowest",
            "once symmetry",
        ),
    ] {
        let (one, verdict) = to_the_end(link, bounds(words));
        for threads in [2, 3, 7] {
            let (many, same) = to_the_end(link, Bounds { threads, ..bounds(words) });
            let counts = |p: Progress| (p.states, p.transitions, p.depth, p.terminal, p.chosen, p.frontier);
            assert_eq!((counts(many.progress()), same), (counts(one.progress()), verdict.clone()), "{link}");
            assert_eq!(many.witness(), one.witness(), "{link}");
        }
    }
    let limits = Bounds { most_states: 100_000, threads: 2, ..bounds("rounds=2") };
    let (mut paused, _) = explore(&scenario("acceptors=3&proposers=2&learners=0"), limits);
    while paused.go_on(777) == Verdict::Open {}
    let (whole, _) = to_the_end("acceptors=3&proposers=2&learners=0", limits);
    assert_eq!(paused.progress().transitions, whole.progress().transitions);
}
