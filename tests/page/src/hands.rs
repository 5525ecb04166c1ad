//! The page by hand: pressing what has a name, typing, keys, the pointer on the stage; and what the run is then.
//!
//! Names are what a person reads on a control or a screen reader says of it.

use crate::{page_url, run_async, wait_for};
use fantoccini::actions::{InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use paxos_playground::paxos::Micros;
use paxos_playground::run;
use paxos_playground::scenario::{Names, Scenario, words};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Five acceptors, two proposers and two learners.
pub const FIVE: &str = "#system=synod&acceptors=5&proposers=2&learners=2&seed=3";

/// The page's address with this fragment.
pub fn at(fragment: &str) -> String {
    format!("{}{fragment}", page_url())
}

/// The value of an expression in the page.
pub async fn read(client: &Client, expression: &str) -> Value {
    client
        .execute(&format!("return {expression}"), vec![])
        .await
        .unwrap_or_else(|error| panic!("{expression}: {error}"))
}

/// The same as text.
pub async fn text(client: &Client, expression: &str) -> String {
    read(client, expression).await.as_str().unwrap_or_default().to_owned()
}

/// Wait until an expression in the page is true.
pub async fn until(client: &Client, expression: &str) -> Value {
    wait_for(client, expression, &format!("return {expression}")).await
}

/// Wait until these words are to be read on the page, or in its dialog.
pub async fn see(client: &Client, words: &str) {
    until(
        client,
        &format!("(document.querySelector('dialog[open]') ?? document.body).innerText.includes({})", json!(words)),
    )
    .await;
}

// What the run is.

/// The answer of `window.playground.…`.
pub async fn playground(client: &Client, call: &str) -> Value {
    read(client, &format!("window.playground.{call}")).await
}

pub async fn time(client: &Client) -> u64 {
    playground(client, "snapshot().time").await.as_u64().expect("a time")
}

pub async fn events(client: &Client) -> u64 {
    playground(client, "snapshot().events").await.as_u64().expect("a number of events")
}

pub async fn digest(client: &Client) -> String {
    text(client, "window.playground.snapshot().digest").await
}

pub async fn link(client: &Client) -> String {
    text(client, "window.playground.link()").await
}

/// The digest of the scenario in a link at a virtual time, worked out on this machine.
pub fn digest_here(link: &str, micros: u64) -> String {
    let (scenario, notices) = Scenario::from_text(link).expect("a link");
    assert!(notices.is_empty(), "{link}: {notices:?}");
    let mut run = run::open(&scenario).0;
    run.advance(Micros(micros), u64::MAX);
    format!("{:016x}", run.digest())
}

/// What was done by hand, in words, as the link carries it.
pub async fn plan(client: &Client) -> Vec<String> {
    let link = link(client).await;
    let (scenario, notices) = Scenario::from_text(&link).expect("a link");
    assert!(notices.is_empty(), "{link}: {notices:?}");
    let names = Names::of(&scenario);
    scenario.plan.iter().map(|done| words::write(&done.action, &names)).collect()
}

/// Wait until the last thing done by hand is this, in the address bar too.
pub async fn done_by_hand(client: &Client, what: &str) {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let plan = plan(client).await;
        if plan.last().is_some_and(|last| last == what) {
            break;
        }
        assert!(Instant::now() < deadline, "not done: {what}; but {plan:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    until(client, "location.href === window.playground.link()").await;
}

// Hands.

const FIND: &str = "const [scope, name] = arguments;
    const of = element => (element.getAttribute('aria-label') ?? element.innerText ?? '').trim().replace(/\\s+/g, ' ');
    const controls = 'button, a, summary, label, select, input, [role=tab]';
    for (const root of document.querySelectorAll(scope || 'dialog[open]').length
            ? document.querySelectorAll(scope || 'dialog[open]') : [document.body])
        for (const element of root.querySelectorAll(controls))
            if (of(element) === name && element.getClientRects().length) return element;
    return null;";

/// The control of that name; in `scope` if that is a selector, else in the open dialog or anywhere.
pub async fn control(client: &Client, scope: &str, name: &str) -> Element {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let found = client.execute(FIND, vec![json!(scope), json!(name)]).await.expect("the script runs");
        if let Some(id) = found.as_object().and_then(|object| object.values().next()?.as_str()) {
            return Element::from_element_id(client.clone(), ElementRef::from(id.to_owned()));
        }
        assert!(Instant::now() < deadline, "there is no '{name}' in '{scope}'");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Press the control of that name.
pub async fn press(client: &Client, name: &str) {
    press_in(client, "", name).await;
}

/// Press the control of that name in a part of the page.
pub async fn press_in(client: &Client, scope: &str, name: &str) {
    // What plays may be drawn again between finding and pressing.
    for tries in 0.. {
        match control(client, scope, name).await.click().await {
            Ok(()) => return,
            Err(error) => assert!(tries < 20, "'{name}' cannot be pressed: {error}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Type into a field in the place of what is in it, and leave it.
pub async fn fill(client: &Client, field: &str, text: &str) {
    let field = client.wait().for_element(Locator::Css(field)).await.expect("the field");
    field.click().await.expect("a field can be clicked");
    let select_all = format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
    field.send_keys(&format!("{select_all}{text}{}", char::from(Key::Tab))).await.expect("keys");
}

/// Press keys, wherever the focus is.
pub async fn keys(client: &Client, keys: impl IntoIterator<Item = char>) {
    for key in keys {
        let press =
            KeyActions::new("keyboard".into()).then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
        client.perform_actions(press).await.expect("keys");
    }
}

/// Press one key that has a name.
pub async fn key(client: &Client, key: Key) {
    keys(client, [char::from(key)]).await;
}

/// Drag the pointer from place to place; a single place is clicked.
pub async fn drag(client: &Client, places: &[(f64, f64)]) {
    let to = |(x, y): (f64, f64), ms| PointerAction::MoveTo { duration: Some(Duration::from_millis(ms)), x, y };
    let mut line = MouseActions::new("mouse".into())
        .then(to(places[0], 0))
        .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT });
    for place in &places[1..] {
        line = line.then(to(*place, 60));
    }
    client.perform_actions(line.then(PointerAction::Up { button: MOUSE_BUTTON_LEFT })).await.expect("a pointer");
}

/// A window with room for everything; the nodes have come to rest there.
pub async fn desktop(client: &Client) {
    client.set_window_size(1280, 900).await.expect("a size");
    until(client, "document.querySelector('.stage-field').clientHeight > 400").await;
    at_rest(client).await;
}

/// Wait until the nodes stand where they stood a moment before.
pub async fn at_rest(client: &Client) {
    let places = "[...document.querySelectorAll('.node')].map(node => node.getAttribute('transform')).join()";
    let mut before = text(client, places).await;
    loop {
        tokio::time::sleep(Duration::from_millis(150)).await;
        let now = text(client, places).await;
        if now == before && !now.is_empty() {
            return;
        }
        before = now;
    }
}

/// Where a node stands in the window.
pub async fn place(client: &Client, node: &str) -> (f64, f64) {
    let script = format!(
        "(() => {{ const node = [...document.querySelectorAll('.node')].find(node =>
            node.querySelector('.target').getAttribute('aria-label').split(',')[0].endsWith(' {node}'));
         const box = node?.querySelector('.rim').getBoundingClientRect();
         return box && [box.x + box.width / 2, box.y + box.height / 2] }})()"
    );
    let place = until(client, &script).await;
    (place[0].as_f64().unwrap(), place[1].as_f64().unwrap())
}

/// Click a node, which opens its menu, and choose from it.
pub async fn choose_for_node(client: &Client, node: &str, item: &str) {
    let place = place(client, node).await;
    drag(client, &[place]).await;
    press_in(client, ".stage-menu", item).await;
    until(client, "!document.querySelector('.stage-menu')").await;
}

/// Where a message from one node to another is on the canvas: where the pointer becomes a hand between the two.
pub async fn message_between(client: &Client, from: &str, to: &str) -> (f64, f64) {
    let (from, to) = (place(client, from).await, place(client, to).await);
    let found = run_async(
        client,
        &format!(
            "const [[fx, fy], [tx, ty]] = [[{}, {}], [{}, {}]];
             const field = document.querySelector('.stage-field');
             const length = Math.hypot(tx - fx, ty - fy);
             for (let part = 0.08; part < 0.95; part += 0.015)
                 for (const beside of [0, 8, -8, 16, -16, 24, -24, 34, -34]) {{
                     const x = Math.round(fx + (tx - fx) * part - (ty - fy) / length * beside);
                     const y = Math.round(fy + (ty - fy) * part + (tx - fx) / length * beside);
                     const how = {{ clientX: x, clientY: y, bubbles: true, pointerType: 'mouse', pointerId: 1 }};
                     field.dispatchEvent(new PointerEvent('pointermove', how));
                     if (field.style.cursor === 'pointer') return [x, y];
                 }}
             return null;",
            from.0, from.1, to.0, to.1
        ),
    )
    .await;
    (found[0].as_f64().expect("a message between the two"), found[1].as_f64().unwrap())
}
