//! Everyone: light and dark, large and small, with and without motion, by ear.

use fantoccini::Client;
use fantoccini::key::Key;
use page_tests::hands::*;
use page_tests::{emulate, in_firefox, run_async, setting, with_page_at};
use serde_json::json;

/// A run in which something was chosen, stands still, and has a message under way.
async fn settled(client: &Client) {
    playground(client, "seek(3000000)").await;
}

/// Puts the page into a theme by its button.
async fn theme(client: &Client, name: &str) {
    for _ in 0..3 {
        if text(client, "document.documentElement.dataset.theme").await == name {
            return;
        }
        read(client, "document.querySelector('[aria-label^=Theme]').click()").await;
    }
    until(client, &format!("document.documentElement.dataset.theme === '{name}'")).await;
}

async fn size(client: &Client, width: u32, height: u32) {
    let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 });
    emulate(client, "Emulation.setDeviceMetricsOverride", metrics).await;
    until(client, &format!("innerWidth === {width}")).await;
    at_rest(client).await;
}

/// What the accessibility checker says against the page as it stands, by all of its rules.
async fn findings(client: &Client) -> Vec<String> {
    let found = run_async(
        client,
        "const { violations } = await axe.run(document);
         return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(node => node.html + ' ' + node.failureSummary).join(' ')}`);",
    )
    .await;
    found.as_array().unwrap().iter().map(|finding| finding.as_str().unwrap().to_owned()).collect()
}

/// Everything that can be opened: its name, how it is opened, and how closed.
const VIEWS: [(&str, &str, &str); 10] = [
    ("Inspect", "1", ""),
    ("Log", "2", ""),
    ("Properties", "3", ""),
    ("Configure", "4", ""),
    ("Examples", "p", "Escape"),
    ("Share", "s", "Escape"),
    ("Help", "?", "Escape"),
    ("node", "document.querySelector('.node .target').focus()", "Escape"),
    (
        "message",
        "[...document.querySelectorAll('#panel .list button')].find(it => it.innerText.includes('→')).click()",
        "",
    ),
    ("legend", "document.querySelector('.stage-legend summary').click()", ""),
];

async fn open(client: &Client, name: &str, how: &str) {
    match name {
        "node" => {
            read(client, how).await;
            key(client, Key::Enter).await;
            until(client, "!!document.querySelector('.stage-menu')").await;
        }
        "message" => {
            keys(client, ['1', '\u{e00c}']).await;
            until(
                client,
                "[...document.querySelectorAll('#panel .list button')].some(it => it.innerText.includes('→'))",
            )
            .await;
            read(client, how).await;
            see(client, "Delay 2 s").await;
        }
        "legend" => drop(read(client, how).await),
        _ => keys(client, how.chars()).await,
    }
    if ["Examples", "Share", "Help"].contains(&name) {
        until(client, "!!document.querySelector('dialog[open]')").await;
    }
}

async fn close(client: &Client, how: &str) {
    if how == "Escape" {
        key(client, Key::Escape).await;
        until(client, "!document.querySelector('dialog, .stage-menu')").await;
    }
}

#[tokio::test]
async fn the_accessibility_checker_finds_nothing_whatever_is_open() {
    if in_firefox() {
        return; // What it checks is the same page; sizes are Chromium's.
    }
    with_page_at(&at(FIVE), async |client| {
        client.execute(&std::fs::read_to_string(setting("AXE_JS")).unwrap(), vec![]).await.unwrap();
        let mut found = Vec::new();
        for (width, height) in [(1280, 800), (390, 844)] {
            size(&client, width, height).await;
            for colours in ["light", "dark"] {
                theme(&client, colours).await;
                settled(&client).await;
                for (name, how, end) in VIEWS {
                    open(&client, name, how).await;
                    for finding in findings(&client).await {
                        found.push(format!("{width} {colours} {name}: {finding}"));
                    }
                    let wide = read(&client, "document.documentElement.scrollWidth - innerWidth").await;
                    if wide.as_i64() != Some(0) {
                        found.push(format!("{width} {name}: scrolls sideways by {wide}"));
                    }
                    close(&client, end).await;
                }
                let playing = "#acceptors=25&break=amnesia&failure=0.3&seed=2";
                playground(&client, &format!("load('{playing}&loss=7')")).await;
                playground(&client, "seek(20000000)").await;
                for finding in findings(&client).await {
                    found.push(format!("{width} {colours} notices and faults: {finding}"));
                }
                playground(&client, &format!("load('{FIVE}')")).await;
            }
        }
        assert!(found.is_empty(), "{}", found.join("\n"));
    })
    .await;
}

#[tokio::test]
async fn on_a_phone_nothing_is_cut_off_and_fingers_hit() {
    if in_firefox() {
        return;
    }
    with_page_at(&at(FIVE), async |client| {
        size(&client, 390, 844).await;
        settled(&client).await;
        let outside = "[...document.querySelectorAll('button, input, select, summary, a:not(.skip), [role=tab]')]
            .filter(it => it.getClientRects().length && !it.closest('.visually-hidden') && !it.matches('.visually-hidden'))
            .filter(it => { const box = it.getBoundingClientRect(); return box.left < -0.5 || box.right > innerWidth + 0.5 })
            .map(it => it.outerHTML.slice(0, 120))";
        for (name, how, end) in VIEWS {
            open(&client, name, how).await;
            assert_eq!(read(&client, outside).await, json!([]), "{name}");
            close(&client, end).await;
        }
        let small = "[...document.querySelectorAll('.transport button, .tabs button, header button')]
            .filter(it => { const box = it.getBoundingClientRect(); return box.width < 32 || box.height < 32 })
            .map(it => it.outerHTML.slice(0, 120))";
        assert_eq!(read(&client, small).await, json!([]));
        let field = read(&client, "document.querySelector('.stage-field').clientHeight").await;
        assert!(field.as_u64().unwrap() >= 260, "the stage is {field} px high");
    })
    .await;
}

#[tokio::test]
async fn who_wants_no_motion_gets_none_but_the_run_goes_on() {
    if in_firefox() {
        return;
    }
    with_page_at(&at(FIVE), async |client| {
        let still = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
        emulate(&client, "Emulation.setEmulatedMedia", still).await;
        playground(&client, "load('#seed=3&speed=4')").await;
        until(&client, "!!document.querySelector('.node.winner')").await;
        assert_eq!(read(&client, "document.getAnimations().length").await, json!(0));
        // Nodes are where they are to be at once.
        let places = "[...document.querySelectorAll('.node')].map(node => node.getAttribute('transform')).join()";
        playground(&client, "pause()").await;
        let moves = run_async(
            &client,
            &format!(
                "const seen = new Set(); let watch = true;
             (function look() {{ seen.add({places}); if (watch) requestAnimationFrame(look) }})();
             document.querySelector('.stage').style.height = '60%';
             await new Promise(done => setTimeout(done, 600)); watch = false;
             return seen.size"
            ),
        )
        .await;
        assert!(moves.as_u64().unwrap() <= 2, "{moves} places");
    })
    .await;
}

#[tokio::test]
async fn every_control_has_a_name_and_the_run_is_told_in_words() {
    with_page_at(&at(FIVE), async |client| {
        settled(&client).await;
        let nameless = "[...document.querySelectorAll('button, input, select, [role=button], [role=tab], summary')]
            .filter(it => it.checkVisibility({ visibilityProperty: true }))
            .filter(it => !(it.getAttribute('aria-label') || it.getAttribute('aria-labelledby') || it.innerText?.trim()
                || it.labels?.length)).map(it => it.outerHTML.slice(0, 120))";
        for how in ["1", "2", "3", "4", "s"] {
            keys(&client, how.chars()).await;
            assert_eq!(read(&client, nameless).await, json!([]), "{how}");
        }
        key(&client, Key::Escape).await;
        playground(&client, "seek(9000000)").await;
        until(&client, "document.querySelector('[aria-live=polite].visually-hidden').innerText.includes('chosen')").await;
        until(&client, "[...document.querySelectorAll('.node .target')].some(node => /knows that . is chosen/.test(node.getAttribute('aria-label')))").await;
    })
    .await;
}
