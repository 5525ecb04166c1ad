//! The page plays from the first moment, and does what its transport bar and its keys say.

use fantoccini::key::Key;
use page_tests::hands::*;
use page_tests::{page_url, with_page, with_page_at};
use serde_json::json;
use std::time::{Duration, Instant};

const MARKS: &str = "performance.getEntriesByName('first-message').length";
const FRAMES: &str = "performance.getEntriesByName('frame').filter(frame => frame.duration > 0).length";

#[tokio::test]
async fn the_page_opens_on_a_run_that_moves() {
    with_page(async |client| {
        until(&client, &format!("{MARKS} === 1")).await;
        let painted = "(() => { const canvas = document.querySelector('.stage-field > canvas');
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            return data.some(byte => byte > 0) })()";
        assert_eq!(read(&client, painted).await, json!(true), "there is something on the canvas");
        let (before, happened) = (time(&client).await, events(&client).await);
        until(&client, &format!("window.playground.snapshot().time > {before}")).await;
        until(&client, &format!("window.playground.snapshot().events > {happened}")).await;
        assert_eq!(read(&client, MARKS).await, json!(1), "it is marked once");
        assert_eq!(read(&client, FRAMES).await, json!(0), "frames are measured only where that is asked for");
    })
    .await;
}

#[tokio::test]
async fn frames_are_measured_where_the_address_asks_for_it() {
    with_page_at(&format!("{}?measure{FIVE}", page_url()), async |client| {
        until(&client, &format!("{FRAMES} > 10")).await;
    })
    .await;
}

#[tokio::test]
async fn the_transport_bar_pauses_steps_rewinds_and_begins_again() {
    with_page_at(&at(FIVE), async |client| {
        until(&client, "window.playground.snapshot().time > 1.5e6").await;
        press(&client, "Pause").await;
        let (stood, here, happened) = (time(&client).await, digest(&client).await, events(&client).await);
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(time(&client).await, stood, "it stands still");

        press(&client, "Step forward").await;
        assert_eq!(events(&client).await, happened + 1);
        assert_ne!(digest(&client).await, here);
        press(&client, "Step back").await;
        assert_eq!((events(&client).await, digest(&client).await), (happened, here));

        press(&client, "Restart").await;
        until(&client, &format!("window.playground.snapshot().time < {stood}")).await;
        until(&client, &format!("window.playground.snapshot().time > {stood}")).await;
        assert!(link(&client).await.contains("seed=3"));

        press(&client, "New seed: other chances").await;
        assert!(!link(&client).await.ends_with("seed=3"));
        until(&client, "location.href === window.playground.link()").await;
        until(&client, "window.playground.snapshot().events > 0").await;
    })
    .await;
}

#[tokio::test]
async fn the_speed_is_typed_or_slid_and_goes_into_the_link() {
    with_page_at(&at(FIVE), async |client| {
        let number = "[aria-label=\"Speed as a number\"]";
        let shown = format!("document.querySelector('{number}').value");
        fill(&client, number, "2.5").await;
        until(&client, &format!("{shown} === '2.5×'")).await;
        until(&client, "location.hash.includes('speed=2.5')").await;
        fill(&client, number, "warp").await;
        until(&client, &format!("{shown} === '2.5×'")).await;
        read(&client, "document.querySelector('.speed input[type=range]').focus()").await;
        key(&client, Key::End).await;
        until(&client, &format!("{shown} === '100×'")).await;
        press(&client, "Restart").await;
        let began = Instant::now();
        until(&client, "window.playground.snapshot().time > 5e6").await;
        assert!(began.elapsed() < Duration::from_secs(3), "five virtual seconds in {:?}", began.elapsed());
        until(&client, "location.hash.includes('speed=100')").await;
    })
    .await;
}

#[tokio::test]
async fn the_keys_do_what_the_help_says() {
    with_page_at(&at(FIVE), async |client| {
        until(&client, "window.playground.snapshot().events > 3").await;
        keys(&client, [' ']).await;
        see(&client, "Nothing is chosen yet").await;
        let (stood, happened, here) = (time(&client).await, events(&client).await, digest(&client).await);
        key(&client, Key::Right).await;
        assert_eq!(events(&client).await, happened + 1);
        key(&client, Key::Left).await;
        assert_eq!(digest(&client).await, here);
        keys(&client, [' ']).await;
        until(&client, &format!("window.playground.snapshot().time > {stood}")).await;

        keys(&client, ['3']).await;
        until(&client, "document.activeElement === document.body && !!document.querySelector('#tab-properties[aria-selected=true]')")
            .await;
        keys(&client, ['?']).await;
        see(&client, "let the next event happen").await;
        key(&client, Key::Escape).await;
        until(&client, "!document.querySelector('dialog')").await;

        // Keys that are typed into a field are nobody else's.
        let before = link(&client).await;
        keys(&client, ['4']).await;
        fill(&client, "#knob-search", "nr ?s").await;
        assert_eq!(link(&client).await, before);
        assert_eq!(read(&client, "!!document.querySelector('dialog')").await, json!(false));
    })
    .await;
}

#[tokio::test]
async fn a_dialog_gives_the_focus_back() {
    with_page_at(&at(FIVE), async |client| {
        let focused = "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText).trim()";
        for (button, close) in [("Help and keys", true), ("Share", false), ("Examples", false)] {
            control(&client, "header", button).await.click().await.unwrap();
            until(&client, "document.querySelector('dialog[open]')?.contains(document.activeElement)").await;
            if close {
                press(&client, "Close").await;
            } else {
                key(&client, Key::Escape).await;
            }
            until(&client, &format!("!document.querySelector('dialog') && {focused} === '{button}'")).await;
        }
        press(&client, "Examples").await;
        read(&client, "document.querySelector('.presets button').focus()").await;
        key(&client, Key::Enter).await;
        until(&client, &format!("!document.querySelector('dialog') && {focused} === 'Examples'")).await;
    })
    .await;
}
