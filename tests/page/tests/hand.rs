//! What a person does to nodes and messages, and what the panels say of it.

use fantoccini::Client;
use fantoccini::key::Key;
use page_tests::hands::*;
use page_tests::with_page_at;
use serde_json::{Value, json};

/// Stands still while messages are under way.
async fn standing(client: &Client) {
    desktop(client).await;
    playground(client, "seek(1200000)").await;
}

#[tokio::test]
async fn a_click_on_a_node_offers_everything_that_can_befall_it() {
    with_page_at(&at(FIVE), async |client| {
        standing(&client).await;
        let status = "window.playground.snapshot().nodes.find(node => node.label === 'A2').status";
        let deeds = [
            ("Crash", "crash A2", "down"),
            ("Restart", "restart A2", "up"),
            ("Pause", "pause A2", "paused"),
            ("Resume", "resume A2", "up"),
            ("Make slow", "slow A2 1.5s", "up"),
            ("Full speed", "slow A2 0s", "up"),
            ("Cut off", "isolate A2", "up"),
            ("Rejoin", "rejoin A2", "up"),
            ("Wipe disk", "wipe A2", "up"),
        ];
        for (item, words, after) in deeds {
            choose_for_node(&client, "A2", item).await;
            assert_eq!(plan(&client).await.last().map(String::as_str), Some(words));
            assert_eq!(text(&client, status).await, after, "{item}");
        }
        done_by_hand(&client, "wipe A2").await;
    })
    .await;
}

#[tokio::test]
async fn a_click_on_a_message_offers_everything_that_can_befall_it() {
    with_page_at(&at(FIVE), async |client| {
        standing(&client).await;
        // Letters to A1…A5 are under way; each is treated in another way.
        let deeds = [
            ("A2", "Delay 2 s", "delay"),
            ("A3", "Duplicate", "duplicate"),
            ("A4", "Drop", "drop"),
            ("A5", "Deliver now", "deliver"),
        ];
        for (to, item, verb) in deeds {
            let flying = format!("window.playground.snapshot().messages.find(message => message.to === '{to}')");
            let from = text(&client, &format!("{flying}?.from")).await;
            let place = message_between(&client, &from, to).await;
            drag(&client, &[place]).await;
            let title = until(&client, "document.querySelector('.stage-menu p')?.innerText").await;
            let title = title.as_str().expect("a title");
            press_in(&client, ".stage-menu", item).await;
            let done = plan(&client).await.pop().unwrap();
            let (way, _) = title.split_once(':').unwrap();
            assert!(
                done.starts_with(&format!("{verb} {}#", way.replace(" → ", ">"))),
                "{item} of {title} is not {done}"
            );
            done_by_hand(&client, &done).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_message_is_reached_without_a_pointer() {
    with_page_at(&at(FIVE), async |client| {
        standing(&client).await;
        press(&client, "Inspect").await;
        let row = "[...document.querySelectorAll('#panel .list button')].find(it => it.innerText.includes('→'))";
        let way = text(&client, &format!("{row}.querySelector('b').innerText")).await;
        read(&client, &format!("{row}.focus()")).await;
        key(&client, Key::Enter).await;
        see(&client, "It arrives at").await;
        control(&client, "#panel", "Drop").await;
        read(&client, "[...document.querySelectorAll('#panel button')].find(it => it.innerText === 'Drop').focus()")
            .await;
        key(&client, Key::Enter).await;
        let done = plan(&client).await.pop().unwrap();
        assert!(done.starts_with(&format!("drop {}#", way.replace(" → ", ">"))), "{done}");
        done_by_hand(&client, &done).await;
        see(&client, "It has arrived or was lost.").await;
    })
    .await;
}

#[tokio::test]
async fn a_value_is_proposed_and_words_do_the_rest() {
    with_page_at(&at(FIVE), async |client| {
        standing(&client).await;
        let p1 = place(&client, "P1").await;
        drag(&client, &[p1]).await;
        fill(&client, ".stage-menu input", "tea\u{e007}").await;
        done_by_hand(&client, "request P1 tea").await;
        press(&client, "Back to the list of nodes and messages").await;
        fill(&client, "#command", "cut P1>A3\u{e007}").await;
        done_by_hand(&client, "cut P1>A3").await;
        fill(&client, "#command", "crush A9\u{e007}").await;
        until(&client, "document.querySelector('.notices code')?.innerText === 'do=crush A9'").await;
        press(&client, "Forget them").await;
        until(&client, "window.playground.link().endsWith('seed=3')").await;
    })
    .await;
}

/// The fields of a node by name.
async fn fields(client: &Client, node: &str) -> Vec<(String, String, bool)> {
    let fields = format!("window.playground.snapshot().nodes.find(node => node.label === '{node}').fields");
    let fields = read(client, &fields).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let fields = fields.as_array().unwrap().iter();
    fields.map(|field| (text(&field["name"]), text(&field["value"]), field["durable"] == true)).collect()
}

#[tokio::test]
async fn the_inspector_parts_what_is_durable_and_marks_what_the_last_event_changed() {
    with_page_at(&at(FIVE), async |client| {
        standing(&client).await;
        let a1 = place(&client, "A1").await;
        drag(&client, &[a1]).await;
        key(&client, Key::Escape).await;
        see(&client, "survives a crash").await;
        let shown = "[...document.querySelectorAll('.fields .changed')].map(row =>
            [row.querySelector('dt').innerText, row.querySelector('del').innerText, row.querySelector('dd span').innerText])";
        let (mut latest, mut marks) = (read(&client, shown).await, 0);
        for _ in 0..25 {
            let before = fields(&client, "A1").await;
            playground(&client, "step()").await;
            let after = fields(&client, "A1").await;
            let changed: Vec<Value> = (before.iter().zip(&after))
                .filter(|(before, after)| before.1 != after.1)
                .map(|(before, after)| json!([after.0, before.1, after.1]))
                .collect();
            let marked = read(&client, shown).await;
            // What happens elsewhere leaves the marks as they are; what happens here and changes nothing ends them.
            let allowed = if changed.is_empty() { [latest, json!([])] } else { [json!(changed), json!(changed)] };
            assert!(allowed.contains(&marked), "{marked} is marked, {allowed:?} changed");
            latest = marked;
            if !changed.is_empty() {
                marks += 1;
                playground(&client, "step()").await;
                playground(&client, "step(-1)").await;
                assert_eq!(read(&client, shown).await, latest, "the marks are there again on the way back");
            }
        }
        assert!(marks > 1);
        let durable: Vec<_> = fields(&client, "A1").await.into_iter().filter(|field| field.2).map(|field| field.0).collect();
        let shown = "[...document.querySelectorAll('.fields.durable dt')].map(it => it.innerText)";
        assert_eq!(read(&client, shown).await, json!(durable));
        assert!(!durable.is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_log_names_rule_paper_and_cause() {
    with_page_at(&at(FIVE), async |client| {
        standing(&client).await;
        playground(&client, "seek(4000000)").await;
        until(&client, "[...document.querySelectorAll('.log cite')].some(it => /Paxos Made Simple|Part-Time|PMS/.test(it.innerText))").await;
        let cause = "document.querySelector('.log .cause button')";
        let named = text(&client, &format!("{cause}.innerText")).await;
        let event = named.strip_prefix("because of event ").expect("the cause").to_owned();
        read(&client, &format!("{cause}.click()")).await;
        see(&client, &format!("Around event {event}")).await;
        until(&client, "document.querySelectorAll('.log li.here').length === 1").await;
        press(&client, "Back to the latest").await;
        until(&client, "!document.querySelector('.log li.here')").await;
    })
    .await;
}

#[tokio::test]
async fn a_broken_property_is_told_everywhere_and_leads_to_its_event() {
    with_page_at(&at(FIVE), async |client| {
        desktop(&client).await;
        let amnesia = paxos_playground::scenario::presets::preset("amnesia").unwrap().link();
        playground(&client, &format!("load('{amnesia}')")).await;
        playground(&client, "seek(60000000)").await;
        let broken = playground(&client, "snapshot().properties.find(property => !property.holds)").await;
        let (name, event) = (broken["name"].as_str().unwrap(), broken["broken"]["event"].as_u64().unwrap());
        until(&client, &format!("document.querySelector('.verdict').innerText.includes('{name}')")).await;
        until(&client, "!!document.querySelector('.stage-caption.broken')").await;
        until(&client, "!!document.querySelector('[aria-live=polite].visually-hidden').innerText.trim()").await;
        press(&client, "Properties").await;
        press(&client, &format!("See event {event}")).await;
        until(&client, "document.querySelector('.log li.here .badge')?.innerText === 'violation'").await;

        playground(&client, "load('#seed=1')").await;
        playground(&client, "seek(8000000)").await;
        until(&client, "document.querySelector('[aria-live=polite].visually-hidden').innerText.includes('chosen')")
            .await;
        until(&client, "document.querySelector('.verdict').innerText.startsWith('All ')").await;
    })
    .await;
}
