//! What systems show beside the stage: metrics, figures beside exact ones, tables, requests, and all of them compared.

use page_tests::hands::*;
use page_tests::{run_async, setting, with_page_at};
use serde_json::Value;

/// The text of the first element that the selector finds.
fn shown(selector: &str) -> String {
    format!("document.querySelector('{selector}')?.textContent ?? ''")
}

#[tokio::test]
async fn the_metrics_panel_shows_what_the_snapshot_says() {
    with_page_at(&at("#system=peers"), async |client| {
        desktop(&client).await;
        playground(&client, "seek(20000000)").await;
        press(&client, "Metrics").await;
        let metrics = playground(&client, "snapshot().metrics").await;
        assert_eq!((&metrics["decisions"], &metrics["retries"]), (&Value::from(1), &Value::from(0)));
        assert_eq!(metrics["quorumUp"], 20_000_000);
        let each = metrics["messagesPerDecision"].as_f64().expect("a figure");
        see(&client, &format!("{each:.2}")).await;
        see(&client, "100.00 %").await;
        let sent = metrics["messages"].as_array().expect("a list");
        let total: f64 = sent.iter().filter_map(|kind| kind["sent"].as_f64()).sum();
        let label = "document.querySelector('.plot svg').getAttribute('aria-label')";
        assert!(text(&client, label).await.starts_with(&format!("Messages sent: {total} in all")));
        // Three that every run has, and one of the answers, if a client has any.
        let plots = 3 + u64::from(metrics["untilAnswered"]["count"].as_u64() > Some(0));
        assert_eq!(read(&client, "document.querySelectorAll('.plot path[d^=M]').length").await, plots);
        // The plots follow a rewind as well.
        playground(&client, "seek(0)").await;
        until(
            &client,
            "document.querySelector('.plot svg').getAttribute('aria-label').startsWith('Messages sent: 0 ')",
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn measured_stands_beside_exact() {
    with_page_at(&at("#system=rounds"), async |client| {
        desktop(&client).await;
        playground(&client, "seek(120000000)").await;
        press(&client, "Metrics").await;
        until(&client, &format!("{}.includes('98.29 %')", shown(".gauge"))).await;
        let gauge = playground(&client, "snapshot().gauges[0]").await;
        let counted = format!("{} of {}", gauge["hits"], gauge["of"]);
        assert!(text(&client, &shown(".gauge")).await.contains(&counted), "{counted}");
        assert!(gauge["of"].as_u64() > Some(10));
    })
    .await;
}

#[tokio::test]
async fn a_value_is_asked_for_in_the_box_and_a_stream_at_a_press() {
    with_page_at(&at("#system=leader&commands=0&seed=2"), async |client| {
        desktop(&client).await;
        playground(&client, "seek(100000)").await;
        fill(&client, "#propose", "42").await;
        press(&client, "Ask for it").await;
        until(&client, "document.querySelector('#propose').value === ''").await;
        press(&client, "Autopropose").await;
        let asked = plan(&client).await;
        assert_eq!((asked.len(), asked[0].as_str()), (21, "request N1 42"), "{asked:?}");
        playground(&client, "seek(60000000)").await;
        assert_eq!(playground(&client, "snapshot().chosen.length").await, 21);
        // What is no integer is told and not asked for.
        fill(&client, "#propose", "forty-two").await;
        press(&client, "Ask for it").await;
        see(&client, "forty-two").await;
        assert_eq!(plan(&client).await.len(), 21);
        // Another system is asked in its own words.
        playground(&client, "load('#system=pmmc')").await;
        until(&client, "document.querySelector('#ask-help').innerText.startsWith('+5, -5')").await;
    })
    .await;
}

#[tokio::test]
async fn what_a_node_keeps_in_rows_is_in_the_inspector_and_at_its_foot() {
    with_page_at(&at("#system=leader&seed=2"), async |client| {
        desktop(&client).await;
        playground(&client, "seek(30000000)").await;
        drag(&client, &[place(&client, "N2").await]).await;
        let rows = read(&client, "document.querySelectorAll('.rows tbody tr').length").await.as_u64();
        assert!(rows >= Some(3), "{rows:?}");
        assert!(text(&client, &shown(".rows tbody tr")).await.contains("done"), "a sign and a word");
        let squares = read(&client, "document.querySelectorAll('[data-node=\"1\"] .strip rect').length").await.as_u64();
        assert_eq!(squares, rows.map(|rows| rows.min(8)));
    })
    .await;
}

#[tokio::test]
async fn all_systems_are_compared_while_the_page_stays_fluid() {
    with_page_at(&at("#system=peers"), async |client| {
        desktop(&client).await;
        press(&client, "Metrics").await;
        press(&client, "Compare all systems…").await;
        until(&client, &format!("{} === 'Done.'", shown("dialog [role=status]"))).await;
        let rows = read(&client, "[...document.querySelectorAll('table.compare tbody tr')].map(row => row.cells[1].textContent)");
        let rows = rows.await;
        assert!(rows.as_array().expect("rows").iter().all(|row| row == "20 of 20"), "{rows}");
        fill(&client, "#compare-loss", "0.2").await;
        fill(&client, "#compare-commands", "300").await;
        // While it works, frames go on.
        let frames = run_async(
            &client,
            "document.querySelector('dialog form button').click();
             const gaps = [];
             let last = performance.now();
             while (document.querySelector('dialog [role=status]').textContent !== 'Done.' || gaps.length < 3) {
                 await new Promise(requestAnimationFrame);
                 gaps.push(performance.now() - last);
                 last = performance.now();
                 if (gaps.length > 2000) break;
             }
             return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)];",
        );
        assert!(frames.await.as_f64().expect("a time") < 50.0, "half of all frames come within 50 ms");
        client.execute(&std::fs::read_to_string(setting("AXE_JS")).unwrap(), vec![]).await.unwrap();
        let found = run_async(
            &client,
            "const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
             return violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.html).join(' ')}`);",
        );
        assert_eq!(found.await, Value::Array(vec![]));
    })
    .await;
}
