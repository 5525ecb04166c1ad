//! Somebody who comes for the first time: a welcome, hints, words that explain themselves, and ways back.

use fantoccini::key::Key;
use page_tests::hands::*;
use page_tests::{emulate, in_firefox, page_url, with_page, with_page_at};
use serde_json::json;

const CARD: &str = "(document.querySelector('.card')?.innerText ?? '')";

#[tokio::test]
async fn a_newcomer_is_welcomed_until_that_is_dismissed() {
    with_page(async |client| {
        until(&client, &format!("{CARD}.startsWith('Welcome')")).await;
        press(&client, "an example").await;
        until(&client, "!!document.querySelector('dialog[open] .presets')").await;
        key(&client, Key::Escape).await;
        press_in(&client, ".card", "Dismiss the explanation").await;
        until(&client, "!document.querySelector('.card')").await;
        client.goto(&page_url()).await.unwrap();
        until(&client, "document.querySelectorAll('.node').length > 0").await;
        assert_eq!(text(&client, CARD).await, "");
    })
    .await;
    with_page_at(&at("#seed=2"), async |client| {
        until(&client, "document.querySelectorAll('.node').length > 0").await;
        assert_eq!(text(&client, CARD).await, "", "who comes by a link came for what it shows");
    })
    .await;
}

#[tokio::test]
async fn where_everything_waits_the_page_says_so_and_a_step_does_what_waited_longest() {
    with_page_at(&at("#pace=hand&proposers=1"), async |client| {
        until(&client, "document.querySelector('.stage-caption').innerText.startsWith('Paced by hand')").await;
        key(&client, Key::Right).await;
        done_by_hand(&client, "fire P1 next-try").await;
        key(&client, Key::Right).await;
        done_by_hand(&client, "deliver P1>A1#0").await;
        for _ in 0..20 {
            key(&client, Key::Right).await;
        }
        until(&client, "document.querySelector('.stage-caption').innerText.includes('chosen')").await;
    })
    .await;
}

#[tokio::test]
async fn escape_closes_what_is_open_and_gives_the_focus_back() {
    with_page_at(&at(FIVE), async |client| {
        desktop(&client).await;
        playground(&client, "seek(1200000)").await;
        press(&client, "Legend").await;
        until(&client, "document.querySelector('.stage-legend').open").await;
        key(&client, Key::Escape).await;
        until(&client, "!document.querySelector('.stage-legend').open").await;
        until(&client, "document.activeElement.innerText === 'Legend'").await;

        let a1 = place(&client, "A1").await;
        drag(&client, &[a1]).await;
        until(&client, "!!document.querySelector('.stage-menu')").await;
        key(&client, Key::Escape).await;
        until(&client, "!document.querySelector('.stage-menu')").await;
        until(&client, "document.activeElement.matches('.node .target')").await;

        let message = message_between(&client, "P1", "A1").await;
        drag(&client, &[message]).await;
        until(&client, "!!document.querySelector('.stage-menu')").await;
        // Even where the focus is not in it.
        read(&client, "document.activeElement.blur()").await;
        key(&client, Key::Escape).await;
        until(&client, "!document.querySelector('.stage-menu')").await;

        press(&client, "Share").await;
        until(&client, "!!document.querySelector('dialog[open]')").await;
        key(&client, Key::Escape).await;
        until(&client, "!document.querySelector('dialog')").await;
        until(&client, "document.activeElement.innerText === 'Share'").await;
    })
    .await;
}

#[tokio::test]
async fn figures_and_fields_say_what_they_mean_by_keyboard() {
    with_page_at(&at(FIVE), async |client| {
        desktop(&client).await;
        playground(&client, "seek(3000000)").await;
        press(&client, "Metrics").await;
        let term = |name: &str| {
            format!("[...document.querySelectorAll('.term')].find(it => it.innerText.startsWith('{name}'))")
        };
        for (name, words) in [("Quorum up", "The share of time"), ("Preempted", "Ballots given up")] {
            until(&client, &format!("!!{}", term(name))).await;
            read(&client, &format!("{}.querySelector('summary').focus()", term(name))).await;
            key(&client, Key::Enter).await;
            until(&client, &format!("{}.innerText.includes('{words}')", term(name))).await;
        }
        let a1 = place(&client, "A1").await;
        drag(&client, &[a1]).await;
        key(&client, Key::Escape).await;
        until(&client, &format!("!!{}", term("promised"))).await;
        read(&client, &format!("{}.querySelector('summary').focus()", term("promised"))).await;
        key(&client, Key::Enter).await;
        until(&client, &format!("{}.innerText.includes('refuses every ballot')", term("promised"))).await;
        // It stays open while the run goes on.
        playground(&client, "step(3)").await;
        until(&client, &format!("{}.innerText.includes('refuses every ballot')", term("promised"))).await;
    })
    .await;
}

#[tokio::test]
async fn the_log_says_which_rule_was_missing() {
    with_page_at(&at("#acceptors=3&learners=1&break=small-quorum&loss=0.2&seed=3"), async |client| {
        desktop(&client).await;
        playground(&client, "seek(20000000)").await;
        let broken = playground(&client, "snapshot().properties.find(property => !property.holds).broken.event").await;
        press(&client, "Properties").await;
        press(&client, &format!("See event {broken}")).await;
        until(
            &client,
            "document.querySelector('.log li.here').innerText.includes('Switched off: small-quorum. Any two quorums')",
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn long_labels_stay_in_their_circles() {
    with_page_at(&at("#acceptors=101&t=0.1s"), async |client| {
        desktop(&client).await;
        let wide = "[...document.querySelectorAll('.node')].filter(node => {
            const label = node.querySelector('.label, .tiny');
            return label && label.getBBox().width > node.querySelector('.rim').getBBox().width - 4;
        }).map(node => node.querySelector('.label, .tiny').textContent)";
        assert_eq!(read(&client, wide).await, json!([]));
        let shown = read(&client, "document.querySelectorAll('.node .label.long').length").await;
        assert_eq!(shown, 2, "A100 and A101 are there, in smaller letters");
    })
    .await;
}

#[tokio::test]
async fn the_comparison_fits_a_phone() {
    if in_firefox() {
        return;
    }
    with_page_at(&at("#system=peers"), async |client| {
        let metrics = json!({ "width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": true });
        emulate(&client, "Emulation.setDeviceMetricsOverride", metrics).await;
        until(&client, "innerWidth === 390").await;
        press(&client, "Metrics").await;
        // What plays gives the panel rows, and they move what is below them.
        client.execute("playground.pause()", vec![]).await.expect("it pauses");
        press(&client, "Compare all systems…").await;
        until(&client, "!!document.querySelector('dialog [role=status]')").await;
        until(&client, "document.querySelector('dialog [role=status]')?.innerText === 'Done.'").await;
        for part in ["dialog", "dialog .rows-scroll"] {
            let over = format!("(it => it.scrollWidth - it.clientWidth)(document.querySelector('{part}'))");
            assert_eq!(read(&client, &over).await, 0, "{part} does not scroll sideways");
        }
    })
    .await;
}
