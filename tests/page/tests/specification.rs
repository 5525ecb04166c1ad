//! Lamport's specification in the Check view: by itself, and as what the actors are held to.

use page_tests::checks::*;
use page_tests::hands::*;
use page_tests::{complaints, run_async, with_page_at};
use serde_json::json;

#[tokio::test]
async fn the_specification_is_checked_and_actors_play_its_counterexample() {
    with_page_at(&at("#system=leader&seed=5"), async |client| {
        checking(&client).await;
        press(&client, "Specification").await;
        see(&client, "Lamport’s Paxos.tla with 3 acceptors, 2 values and 3 ballots, quorums of 2").await;
        press(&client, "Phase 2 quorum: less").await;
        see(&client, "quorums of 3 (phase 1) and 1 (phase 2)").await;
        press(&client, "Phase 1 quorum: less").await;
        see(&client, "quorums of 2 (phase 1) and 2 (phase 2)").await;
        press(&client, "Check every state").await;
        see(&client, "No two values are ever chosen").await;
        see(&client, "the chance that one was missed").await;
        // As many as TLC counts: see tests/spec.rs.
        assert_eq!(states(&client).await, 185_369);
        switch_off(&client, "no-raise").await;
        press(&client, "Check every state").await;
        see(&client, "Broken: agreement").await;
        see(&client, "It takes 17 actions").await;
        let told = texts(&client, ".story li p:first-child").await;
        assert_eq!((told.len(), &told[0][..]), (17, "Phase1a(0): ballot 0 begins."));
        assert_eq!(told[16], "Phase2b(a2): a2 votes for v1 in ballot 2. With that, v1 is chosen.");
        see(&client, "On the stage: P1 → A1: prepare 1.1.").await;
        press(&client, "Open on the stage").await;
        see(&client, "Broken after 17 actions of Paxos.tla: agreement.").await;
        see(&client, "Switched off: no-raise.").await;
        assert!(link(&client).await.contains("break=no-raise"));
        playground(&client, "seek(60000000)").await;
        let broken = "window.playground.snapshot().properties.filter(it => !it.holds).map(it => it.name)";
        assert!(read(&client, broken).await.as_array().unwrap().contains(&json!("agreement")));
        client.back().await.unwrap();
        until(&client, "!!document.querySelector('.story')").await;
        until(&client, "window.playground.link().includes('system=leader')").await;
        assert_eq!(complaints(&client).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn a_long_check_of_the_specification_stops_goes_on_and_ends_at_its_memory() {
    with_page_at(&at(FEW), async |client| {
        checking(&client).await;
        press(&client, "Specification").await;
        for more in ["Acceptors: more", "Acceptors: more", "Ballots: more"] {
            press(&client, more).await;
        }
        for _ in 0..4 {
            press(&client, "Memory (MB): less").await;
        }
        press(&client, "Check every state").await;
        see(&client, "actions chooses two values").await;
        press(&client, "Stop").await;
        see(&client, "Stopped").await;
        run_async(&client, "await new Promise(done => setTimeout(done, 400))").await;
        let stopped = states(&client).await;
        press(&client, "Go on").await;
        see(&client, "Not decided: the memory limit came first").await;
        assert!(states(&client).await > stopped);
        see(&client, "With 3 ballots").await;
    })
    .await;
}

#[tokio::test]
async fn a_step_that_the_specification_has_not_opens_on_the_stage() {
    with_page_at(&at("#system=synod&acceptors=2&seed=5"), async |client| {
        checking(&client).await;
        press(&client, "Refinement").await;
        see(&client, "Each step is held to Lamport’s Paxos.tla.").await;
        press(&client, "Check every run").await;
        see(&client, "The actors refine Paxos.tla").await;
        see(&client, "the chance that one was missed").await;
        switch_off(&client, "forget-promise").await;
        press(&client, "Check every run").await;
        see(&client, "The actors do not refine Paxos.tla").await;
        let what = "A1 promises 1.1. That should be Phase1b(A1), but maxBal[A1] is 1.2.";
        see(&client, what).await;
        let told = texts(&client, ".story li").await;
        assert!(told.last().unwrap().ends_with(&format!("Refines Paxos.tla: {what}")), "{told:?}");
        press(&client, "Open on the stage").await;
        see(&client, &format!("Broken after {} steps: refines Paxos.tla. {what}", told.len())).await;
        assert_eq!(plan(&client).await.len(), told.len());
        assert!(link(&client).await.contains("break=forget-promise"));
    })
    .await;
}

#[tokio::test]
async fn scripts_check_the_specification_and_the_refinement() {
    with_page_at(&at(FEW), async |client| {
        let check = async |bounds: &str| run_async(&client, &format!("return window.playground.check({bounds})")).await;
        let holds = check("{ spec: { ballots: 2 } }").await;
        assert_eq!((&holds["verdict"], &holds["states"], &holds["steps"]), (&json!("holds"), &json!(3_921), &json!([])));
        let broken = check("{ spec: { acceptors: 3, ballots: 1, break: 'reuse-ballot' } }").await;
        assert_eq!((&broken["verdict"], &broken["depth"]), (&json!("violated"), &json!(9)));
        assert_eq!(broken["steps"][4], "Phase2a(0, v2): ballot 0 proposes v2.");
        assert!(broken["link"].as_str().unwrap().contains("break=reuse-ballot"), "{broken}");
        let apart = check("{ spec: { q1: 1, q2: 1, break: 'small-quorum' } }").await;
        assert_eq!(apart["property"], "agreement");
        let link = "'#acceptors=3&learners=0&break=ignore-accepted'";
        let other = check(&format!("{{ scenario: {link}, refines: true }}")).await;
        assert_eq!((&other["verdict"], &other["property"]), (&json!("violated"), &json!("refines Paxos.tla")));
        assert_eq!(other["steps"].as_array().unwrap().len() as u64, other["depth"].as_u64().unwrap());
        let unknown = run_async(
            &client,
            "try { await window.playground.check({ spec: { break: 'colour' } }) } catch (error) { return String(error) }",
        )
        .await;
        assert!(unknown.as_str().is_some_and(|error| error.contains("no such rule")), "{unknown}");
    })
    .await;
}
