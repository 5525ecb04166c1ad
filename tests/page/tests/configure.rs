//! Knobs, rules to break, and examples.

use fantoccini::Client;
use page_tests::hands::*;
use page_tests::with_page_at;
use paxos_playground::scenario::Names;
use paxos_playground::scenario::presets::PRESETS;
use paxos_playground::scenario::words;
use serde_json::json;

const LOSS: &str = "[aria-label=\"Loss, typed\"]";

/// Stands still after a few events, with the configure panel open.
async fn configuring(client: &Client) {
    desktop(client).await;
    playground(client, "seek(1500000)").await;
    assert!(events(client).await > 3);
    press(client, "Configure").await;
}

#[tokio::test]
async fn a_live_knob_acts_at_once_whether_typed_or_slid() {
    with_page_at(&at(FIVE), async |client| {
        configuring(&client).await;
        fill(&client, LOSS, "1").await;
        done_by_hand(&client, "set loss 1").await;
        playground(&client, "seek(6000000)").await;
        let lost = "window.playground.snapshot().metrics.messages.reduce((sum, kind) => sum + kind.lost, 0)";
        assert!(read(&client, lost).await.as_u64().unwrap() > 3, "everything sent since is lost");

        let slider = "document.querySelector('#k-loss')";
        read(&client, &format!("{slider}.scrollIntoView({{ block: 'center' }})")).await;
        let rail = format!("(() => {{ const box = {slider}.getBoundingClientRect(); return [box.left, box.right, box.y + box.height / 2] }})()");
        let rail = read(&client, &rail).await;
        let [left, right, y] = [0, 1, 2].map(|i| rail[i].as_f64().unwrap());
        drag(&client, &[(right - 8.0, y), ((left + right) / 2.0, y), (left + 3.0, y)]).await;
        done_by_hand(&client, "set loss 0").await;
        assert_eq!(text(&client, &format!("document.querySelector('{LOSS}').value")).await, "0");
        assert_eq!(plan(&client).await, ["set loss 1", "set loss 0"]);
    })
    .await;
}

#[tokio::test]
async fn a_structural_knob_waits_for_a_restart_and_says_so() {
    with_page_at(&at(FIVE), async |client| {
        configuring(&client).await;
        let waiting = "section[aria-label=\"Settings that need a restart\"]";
        let here = digest(&client).await;
        fill(&client, "[aria-label=\"Acceptors, typed\"]", "9").await;
        fill(&client, "[aria-label=\"Learners, typed\"]", "1").await;
        see(&client, "Acceptors: 5 → 9").await;
        see(&client, "Learners: 2 → 1").await;
        assert_eq!(digest(&client).await, here, "nothing happens yet");
        press(&client, "Leave as it is").await;
        until(&client, &format!("!document.querySelector('{waiting}')")).await;
        assert_eq!(text(&client, "document.querySelector('[aria-label=\"Acceptors, typed\"]').value").await, "5");

        fill(&client, "[aria-label=\"Acceptors, typed\"]", "9").await;
        press(&client, "Restart with these settings").await;
        until(&client, "document.querySelectorAll('.node').length === 13").await;
        until(&client, "location.hash.includes('acceptors=9')").await;
        until(&client, "window.playground.snapshot().events > 0").await;
        assert_eq!(read(&client, &format!("!!document.querySelector('{waiting}')")).await, json!(false));
    })
    .await;
}

#[tokio::test]
async fn a_rule_is_broken_by_its_switch() {
    with_page_at(&at(FIVE), async |client| {
        configuring(&client).await;
        let rule = "[...document.querySelectorAll('.rule')].find(it => it.querySelector('code').innerText === 'ignore-accepted')";
        read(
            &client,
            "[...document.querySelectorAll('summary')].find(it => it.innerText.startsWith('Rules')).click()",
        )
        .await;
        until(&client, &format!("{rule}.innerText.includes('whatever the promises report')")).await;
        read(&client, &format!("{rule}.querySelector('input').click()")).await;
        done_by_hand(&client, "set break ignore-accepted").await;
        read(&client, &format!("{rule}.querySelector('input').click()")).await;
        until(&client, &format!("{rule}.querySelector('input').checked")).await;
        assert_eq!(plan(&client).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_number_that_cannot_be_is_told_and_nothing_is_lost() {
    with_page_at(&at(FIVE), async |client| {
        configuring(&client).await;
        let (here, before) = (digest(&client).await, link(&client).await);
        for (field, key, typed) in [("Loss", "loss", "lots"), ("Loss", "loss", "9"), ("Acceptors", "acceptors", "-3")] {
            let field = format!("[aria-label=\"{field}, typed\"]");
            let value = text(&client, &format!("document.querySelector('{field}').value")).await;
            fill(&client, &field, typed).await;
            until(
                &client,
                &format!(
                    "[...document.querySelectorAll('.notices code')].some(it => it.innerText === '{key}={typed}')"
                ),
            )
            .await;
            assert_eq!(text(&client, &format!("document.querySelector('{field}').value")).await, value);
        }
        assert_eq!((digest(&client).await, link(&client).await), (here, before));
        see(&client, "Dismiss all 3").await;
        press(&client, "Dismiss all 3").await;
        until(&client, "!document.querySelector('.notices p')").await;
    })
    .await;
}

#[tokio::test]
async fn every_example_opens_with_its_text_and_is_the_same_run_as_anywhere() {
    with_page_at(&at(FIVE), async |client| {
        desktop(&client).await;
        for preset in PRESETS {
            press(&client, "Examples").await;
            let name = format!("{} {}", preset.title, preset.text);
            press(&client, &name).await;
            until(&client, "!document.querySelector('dialog')").await;
            see(&client, preset.text).await;
            let scenario = preset.scenario();
            let names = Names::of(&scenario);
            let steps: Vec<_> = scenario.plan.iter().map(|step| words::write(&step.action, &names)).collect();
            assert_eq!(plan(&client).await, steps, "{}", preset.key);
            assert_eq!(read(&client, "document.querySelectorAll('.notices p').length").await, json!(0));
            playground(&client, "seek(8000000)").await;
            assert_eq!(digest(&client).await, digest_here(&preset.link(), 8_000_000), "{}", preset.key);
        }
        // Another run needs another text.
        playground(&client, "load('#seed=5')").await;
        until(&client, "!document.querySelector('.card')").await;
    })
    .await;
}
