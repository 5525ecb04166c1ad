//! The Check view: every run tried in a worker, and what is found opened on the stage.

use fantoccini::Locator;
use fantoccini::key::Key;
use page_tests::checks::*;
use page_tests::hands::*;
use page_tests::{complaints, emulate, in_firefox, run_async, setting, with_page_at};
use paxos_playground::check::explore::{Bounds, Verdict, explore};
use paxos_playground::scenario::Scenario;
use serde_json::json;

/// More states than are counted in a few seconds.
const MANY: &str = "#system=synod&acceptors=5&proposers=3&learners=0";

/// How many states there are within the usual bounds, counted on this machine.
fn states_here(link: &str) -> u64 {
    let (mut exploration, _) = explore(&Scenario::from_link(link).0, Bounds::default());
    assert_eq!(exploration.go_on(u64::MAX), Verdict::Holds);
    exploration.progress().states
}

#[tokio::test]
async fn a_check_that_holds_says_what_it_covers_and_the_stage_runs_on() {
    with_page_at(&at(FEW), async |client| {
        checking(&client).await;
        see(&client, "2 acceptors, 1 proposer, no learners.").await;
        let count = states_here(FEW);
        see(&client, &format!("{count} states")).await;
        let before = time(&client).await;
        press(&client, "Check every run").await;
        see(&client, "Every property holds in every run").await;
        see(&client, &format!("All {} reachable states", grouped(count))).await;
        see(&client, "the chance that one was missed").await;
        assert_eq!(states(&client).await, count);
        until(&client, &format!("window.playground.snapshot().time > {before}")).await;
        // A step further, and back to the stage by its key.
        press(&client, "With 1 crash").await;
        see(&client, "Rounds up to 1, at most 1 crash, 1 restart.").await;
        until(&client, "document.querySelector('.outcome h2').innerText.includes('holds')").await;
        assert!(states(&client).await > count);
        key(&client, Key::Escape).await;
        keys(&client, ['v']).await;
        until(&client, "document.querySelector('#room-stage').checkVisibility()").await;
        assert_eq!(complaints(&client).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn a_rule_switched_off_gives_a_counterexample_that_plays_on_the_stage() {
    with_page_at(&at("#system=synod&acceptors=3&seed=5"), async |client| {
        checking(&client).await;
        switch_off(&client, "ignore-accepted").await;
        press(&client, "Check every run").await;
        see(&client, "Broken: safe proposals").await;
        see(&client, "no shorter run breaks anything").await;
        let steps = read(&client, "document.querySelectorAll('.story li').length").await.as_u64().unwrap();
        assert!(steps > 5);
        assert_eq!(read(&client, "document.querySelectorAll('.story li.broken').length").await, json!(1));
        press(&client, "Open on the stage").await;
        see(&client, &format!("Broken after {steps} steps: safe proposals.")).await;
        see(&client, "Switched off: ignore-accepted.").await;
        assert_eq!(plan(&client).await.len() as u64, steps);
        // It is a scenario like any other: it plays to the broken property, and its link is in the address.
        playground(&client, "seek(60000000)").await;
        let broken = "window.playground.snapshot().properties.filter(it => !it.holds).map(it => it.name).join()";
        assert_eq!(text(&client, broken).await, "safe proposals");
        see(&client, "Broken: safe proposals").await;
        until(&client, "location.href === window.playground.link()").await;
        // The browser's back button leads back to the check, and the run that was on the stage is there again.
        client.back().await.unwrap();
        until(&client, "!!document.querySelector('.story')").await;
        until(&client, "window.playground.link().includes('seed=5')").await;
        assert_eq!(complaints(&client).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn a_long_check_is_stopped_goes_on_and_leaves_the_stage_fluid() {
    with_page_at(&at(MANY), async |client| {
        desktop(&client).await;
        keys(&client, ['v']).await;
        press(&client, "Acceptors: more").await;
        press(&client, "Acceptors: more").await;
        press(&client, "Check every run").await;
        until(&client, &format!("({})?.length > 5", figure("States"))).await;
        see(&client, "No run of up to").await;
        press(&client, "Stop").await;
        see(&client, "Stopped").await;
        run_async(&client, "await new Promise(done => setTimeout(done, 400))").await;
        let stopped = states(&client).await;
        run_async(&client, "await new Promise(done => setTimeout(done, 400))").await;
        assert_eq!(states(&client).await, stopped);
        press(&client, "Go on").await;
        until(&client, &format!("({}).replace(/\\D/g, '') > {stopped}", figure("States"))).await;
        // On the stage the tab tells how far it has got, and frames come as ever.
        press_in(&client, "header", "Stage").await;
        until(&client, "!!document.querySelector('.rooms .count').innerText").await;
        let frames = run_async(
            &client,
            "let frames = 0; const end = performance.now() + 1000;
             await new Promise(done => (function next() {
                 frames += 1; performance.now() < end ? requestAnimationFrame(next) : done() })());
             return frames",
        )
        .await;
        assert!(frames.as_u64().unwrap() > 10, "{frames} frames in a second");
    })
    .await;
}

#[tokio::test]
async fn what_was_stopped_goes_on_by_the_same_key_and_each_question_shows_its_own_answer() {
    with_page_at(&at(MANY), async |client| {
        desktop(&client).await;
        keys(&client, ['v']).await;
        until(&client, "document.activeElement.id === 'answer'").await;
        read(&client, "document.querySelector('.check .ask .actions button').focus()").await;
        let focused = "document.activeElement.innerText";
        key(&client, Key::Enter).await;
        until(&client, "document.querySelectorAll('.levels').length === 1").await;
        key(&client, Key::Enter).await;
        see(&client, "Stopped").await;
        assert_eq!(text(&client, focused).await, "Go on");
        let before = states(&client).await;
        key(&client, Key::Enter).await;
        until(&client, &format!("{}.replace(/\\D/g, '') > {before}", figure("States"))).await;
        key(&client, Key::Enter).await;
        see(&client, "Stopped").await;
        assert!(states(&client).await > before, "it went on where it was");
        press(&client, "All states").await;
        press(&client, "Draw the map").await;
        see(&client, "Too many states to draw").await;
        press(&client, "Can it loop?").await;
        see(&client, "Agreement is never broken, but it may never come").await;
        press(&client, "All states").await;
        see(&client, "Too many states to draw").await;
    })
    .await;
}

#[tokio::test]
async fn a_log_is_checked_with_something_to_agree_on() {
    with_page_at(&at("#system=leader"), async |client| {
        checking(&client).await;
        see(&client, "1 client, 1 command.").await;
        switch_off(&client, "ignore-accepted").await;
        press(&client, "Check every run").await;
        see(&client, "Broken: safe proposals").await;
        press(&client, "Find a run").await;
        press(&client, "Find the shortest run").await;
        see(&client, "“A command is chosen.” It takes").await;
        // Another run that is opened meanwhile is what is checked next.
        playground(&client, "load('#system=synod&acceptors=2&proposers=1&learners=0')").await;
        see(&client, "2 acceptors, 1 proposer, no learners.").await;
    })
    .await;
}

#[tokio::test]
async fn a_goal_is_found_on_a_shortest_way_and_opens() {
    with_page_at(&at("#system=synod&acceptors=3"), async |client| {
        checking(&client).await;
        press(&client, "Find a run").await;
        let goal = "Two proposers are in phase 2 at once, with different values.";
        client.find(Locator::Id("goal")).await.unwrap().select_by_label(goal).await.unwrap();
        press(&client, "Find the shortest run").await;
        see(&client, "no shorter run gets there").await;
        press(&client, "Open on the stage").await;
        see(&client, goal).await;
        playground(&client, "seek(60000000)").await;
        let proposing =
            "window.playground.snapshot().nodes.filter(it => it.role === 'proposer').map(it => it.vote?.value)";
        assert_eq!(read(&client, proposing).await, json!(["X", "Y"]));
    })
    .await;
}

#[tokio::test]
async fn a_duel_that_never_ends_is_found_and_played_and_back_off_ends_it() {
    with_page_at(&at("#system=synod&acceptors=2"), async |client| {
        checking(&client).await;
        press(&client, "Can it loop?").await;
        press(&client, "Look for a loop").await;
        see(&client, "They can go on for ever").await;
        see(&client, "Here the loop begins.").await;
        press(&client, "Open on the stage").await;
        see(&client, "Livelock: after").await;
        playground(&client, "seek(900000000)").await;
        let run = "(({ chosen, metrics }) => [chosen.length, metrics.rounds > 5])(window.playground.snapshot())";
        assert_eq!(read(&client, run).await, json!([0, true]));
        press(&client, "Back to the check").await;
        let back_off = "[...document.querySelectorAll('.rule')].find(it => it.innerText.startsWith('Back-off'))";
        read(&client, &format!("{back_off}.querySelector('input').click()")).await;
        press(&client, "Look for a loop").await;
        see(&client, "No livelock by messages alone").await;
        see(&client, "each of those waits has a random part").await;
    })
    .await;
}

#[tokio::test]
async fn random_runs_list_what_fails_and_what_stands_out_as_runs_that_open() {
    let storm = "#system=synod&acceptors=5&loss=0.1&break=ignore-accepted&seed=1";
    with_page_at(&at(storm), async |client| {
        checking(&client).await;
        press(&client, "Random runs").await;
        press(&client, "Runs: less").await;
        press(&client, "Run them").await;
        see(&client, "runs broke a property").await;
        see(&client, "Slowest to choose").await;
        assert_eq!(text(&client, &figure("Runs")).await, grouped(1_500));
        press(&client, "open it made smaller").await;
        see(&client, "breaks: safe proposals.").await;
        let link = link(&client).await;
        assert!(!link.contains("loss="), "{link}");
        playground(&client, "seek(60000000)").await;
        let broken = "window.playground.snapshot().properties.filter(it => !it.holds).map(it => it.name)";
        let broken = read(&client, broken).await;
        assert!(broken.as_array().unwrap().contains(&json!("safe proposals")), "{broken}");
    })
    .await;
}

#[tokio::test]
async fn the_map_of_all_states_is_walked_by_keys_and_opens_a_state() {
    with_page_at(&at(FEW), async |client| {
        checking(&client).await;
        press(&client, "All states").await;
        press(&client, "Draw the map").await;
        let count = states_here(FEW);
        see(&client, &format!("State 1 of {count}, after 0 steps")).await;
        read(&client, "document.querySelector('.atlas-field').focus()").await;
        keys(&client, [Key::Right.into(), Key::Right.into(), Key::Down.into()]).await;
        see(&client, "after 2 steps").await;
        let seen = "document.querySelector('.atlas svg').getAttribute('viewBox')";
        let before = text(&client, seen).await;
        keys(&client, ['+']).await;
        until(&client, &format!("{seen} !== '{before}'")).await;
        assert_eq!(playground(&client, "snapshot().time > 0").await, json!(true), "plus is no speed here");
        key(&client, Key::Enter).await;
        see(&client, "A state after 2 steps.").await;
        assert_eq!(plan(&client).await.len(), 2);
        until(&client, "window.playground.snapshot().time === 1600000").await;
        keys(&client, ['v']).await;
        press(&client, "Open on the stage").await;
        see(&client, "A state after 0 steps.").await;
        // Too many states are not drawn, but told.
        keys(&client, ['v']).await;
        for _ in 0..2 {
            press(&client, "Proposers: more").await;
        }
        press(&client, "Draw the map").await;
        see(&client, "Too many states to draw").await;
    })
    .await;
}

#[tokio::test]
async fn a_limit_on_memory_and_a_worker_that_dies_end_in_honest_words() {
    with_page_at(&at(MANY), async |client| {
        checking(&client).await;
        for _ in 0..4 {
            press(&client, "Memory (MB): less").await;
        }
        press(&client, "Check every run").await;
        see(&client, "Not decided: the memory limit came first").await;
        see(&client, "No run of up to").await;
        // A worker of which the browser takes the memory away.
        read(
            &client,
            "(() => { const Real = Worker; window.Worker = class extends Real { constructor(...how) { super(...how);
                setTimeout(() => this.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' })), 700) } } })()",
        )
        .await;
        press(&client, "Check every run").await;
        see(&client, "The worker broke").await;
        see(&client, "the browser said: out of memory").await;
        press_in(&client, "header", "Stage").await;
        let now = time(&client).await;
        until(&client, &format!("window.playground.snapshot().time > {now}")).await;
    })
    .await;
}

#[tokio::test]
async fn the_accessibility_checker_finds_nothing_and_nothing_is_cut_off_on_a_phone() {
    if in_firefox() {
        return; // Sizes are Chromium's.
    }
    with_page_at(&at("#system=synod&acceptors=2&proposers=1&break=no-raise"), async |client| {
        client.execute(&std::fs::read_to_string(setting("AXE_JS")).unwrap(), vec![]).await.unwrap();
        keys(&client, ['v']).await;
        let mut found = Vec::new();
        for (width, height, theme) in [(1280, 800, "light"), (390, 844, "dark")] {
            let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 });
            emulate(&client, "Emulation.setDeviceMetricsOverride", metrics).await;
            until(&client, &format!("innerWidth === {width}")).await;
            let themed = format!("document.documentElement.dataset.theme === '{theme}'");
            while read(&client, &themed).await != json!(true) {
                read(&client, "document.querySelector('[aria-label^=Theme]').click()").await;
            }
            for (aim, begin, seen) in [
                ("Can it break?", "Check every run", "Every property holds"),
                ("Refinement", "Check every run", "The actors refine Paxos.tla"),
                ("Specification", "Check every state", "No two values are ever chosen"),
                ("Find a run", "Find the shortest run", "Found"),
                ("Can it loop?", "Look for a loop", "No livelock"),
                ("All states", "Draw the map", "State 1 of"),
                ("Random runs", "Run them", "No run broke a property"),
            ] {
                press(&client, aim).await;
                press(&client, begin).await;
                see(&client, seen).await;
                let findings = run_async(
                    &client,
                    "const { violations } = await axe.run(document);
                     const wide = document.documentElement.scrollWidth - innerWidth;
                     const outside = [...document.querySelectorAll('.check button, .check select, .rooms button')]
                         .filter(it => { const box = it.getBoundingClientRect(); return box.right > innerWidth + 0.5 || box.left < 0 });
                     return [...violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.html + node.failureSummary).join(' ')}`),
                         ...wide ? [`scrolls sideways by ${wide}`] : [], ...outside.map(it => `outside: ${it.outerHTML}`)]",
                )
                .await;
                let findings = findings.as_array().unwrap().iter();
                found.extend(findings.map(|finding| format!("{width} {aim}: {finding}")));
            }
        }
        assert!(found.is_empty(), "{}", found.join("\n"));
    })
    .await;
}
